"""Whether the web process of this container answers: `python -m settings.healthcheck`, for HEALTHCHECK.

Status 0 if /healthz answers 200. It imports nothing of Frontdesk: it runs every few seconds."""

from __future__ import annotations

import http.client
import os
import sys


def healthy(port: int, host: str) -> bool:
    """Return whether /healthz answers, asked under a host name that the site answers to."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Ask, and return the exit status."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    return 0 if healthy(int(os.environ.get("PORT") or 8000), host) else 1


if __name__ == "__main__":
    sys.exit(main())
