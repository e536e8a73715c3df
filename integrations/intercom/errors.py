"""What Intercom's answers mean for an import: what a person can do about one, and what is tried again, and when."""

from __future__ import annotations


class IntercomRefused(Exception):
    """Intercom says no, and will again until somebody does something. `code` is its word for it, the text says what."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class Gone(IntercomRefused):
    """What was asked for is there no more."""


class CursorGone(IntercomRefused):
    """Intercom no longer knows where in a list it was: the list is to be read from its start."""


class Later(Exception):
    """The same call may work in so many `seconds`. `throttled`: it was only too fast, and nothing is broken."""

    def __init__(self, seconds: float, said: str, *, throttled: bool = False) -> None:
        super().__init__(said)
        self.seconds, self.said, self.throttled = seconds, said, throttled


_COPY_AGAIN = (
    "Copy the access token once more from the app's page Authentication in Intercom's Developer Hub, and set it in "
    "Connections. If your Intercom is hosted in Europe or Australia, set its region there, too."
)
_ALLOW = (
    "In Intercom's Developer Hub, give the app the permissions to read users, companies, tags, conversations and "
    "admins, and try again."
)
ADVICE = {
    "unauthorized": f"Intercom does not know this access token. {_COPY_AGAIN}",
    "token_not_found": f"Intercom does not know this access token. {_COPY_AGAIN}",
    "token_unauthorized": f"The access token may not do this. {_ALLOW}",
    "token_revoked": f"The access token was revoked. {_COPY_AGAIN}",
    "token_blocked": "Intercom has blocked this access token. Ask Intercom's support why.",
    "token_expired": f"The access token has expired. {_COPY_AGAIN}",
    "token_suspended": "Your Intercom workspace is suspended. Settle that with Intercom, and try again.",
    "forbidden": f"The access token may not read this. {_ALLOW}",
    "api_plan_restricted": "Your Intercom plan does not let an app read this. Ask Intercom for access to its API.",
}


def refused(status: int, code: str, said: str) -> IntercomRefused:
    """Return what an answer that will not change means: its HTTP status, and Intercom's word and text, "" for none."""
    word = code or str(status)
    if word in ADVICE:
        return IntercomRefused(word, ADVICE[word])
    if status == 401:
        return IntercomRefused(word, ADVICE["unauthorized"])
    if status == 403:
        return IntercomRefused(word, ADVICE["forbidden"])
    more = f": {said[:200]}" if said else ""
    if status == 404:
        return Gone(word, f"Intercom has no such thing ({word}{more}).")
    if 300 <= status < 400:
        detail = "Intercom's address leads elsewhere. Whoever runs Frontdesk can correct INTERCOM_API_URL."
        return IntercomRefused("redirected", detail)
    return IntercomRefused(word, f"Intercom refused ({status}, {word}{more}). Try again, or ask Intercom's support.")
