"""What went wrong with the connection, in words that say what to do."""

from __future__ import annotations

import socket
import ssl
import time
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

# OpenSSL's numbers: the certificate is not valid yet, or not any more.
OUT_OF_TIME = (9, 10)


def explain(error: BaseException, url: str) -> str:
    """Return one sentence or two about a connection that could not be made, or ended."""
    host = urlsplit(url).netloc
    match error:
        case ssl.SSLCertVerificationError():
            return _certificate(error, host)
        case ssl.SSLError():
            return f"{host} does not speak TLS as it should ({error.reason}). Is the port right?"
        case InvalidStatus():
            return _status(error.response.status_code, host)
        case InvalidHandshake():
            return f"{host} does not answer as Frontdesk does ({error}). Is the URL right?"
        case ConnectionClosed():
            return _ended(error.rcvd.code if error.rcvd else 0, host)
        case socket.gaierror():
            return f"{host} is not known. Is the Pi online, and the name right?"
        case ConnectionRefusedError():
            return f"Nothing answers at {host}."
        case TimeoutError():
            return f"{host} is silent."
    return f"{host} cannot be reached ({error})."


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    if error.verify_code in OUT_OF_TIME:
        # A Pi has no clock that runs without power: after a start without network it may be months behind.
        now = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        return (
            f"The certificate of {host} is not valid at this time: the Pi's clock says {now} UTC."
            " If that is wrong, it has not heard the time from the network yet (timedatectl)."
        )
    return f"The certificate of {host} cannot be trusted ({error.verify_message})."


def _ended(code: int, host: str) -> str:
    if code == 4409:
        return "Another ringer has come with this bell's token. Each bell needs one of its own, from the Bell page."
    return f"{host} ended the connection" + (f" (code {code})." if code else " without a word.")


def _status(status: int, host: str) -> str:
    if status == 404:
        return f"{host} has no bell at this address (404). Is the URL right, and Frontdesk up to date?"
    if status in (401, 403):
        return f"{host} does not accept this bell's token ({status}), or a proxy stands between."
    if 300 <= status < 400:
        return f"{host} sends us elsewhere ({status}). Give the URL that it sends to; the token goes to no other."
    return f"{host} has refused the connection ({status})."
