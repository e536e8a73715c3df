"""Whether a token opens what an import needs, in words."""

from __future__ import annotations

from typing import Any

from integrations.connections import Config, IntercomConfig
from integrations.intercom.client import Intercom, IntercomRefused, Later
from integrations.trying import TrialFailed


def try_out(config: Config) -> str:
    """Ask Intercom for one of each thing; return what it opens. Raises TrialFailed, which says what to do."""
    assert isinstance(config, IntercomConfig)
    intercom = Intercom(config, patience=0)
    try:
        app = app_of(intercom.me())
        for what, ask in (("contacts", intercom.contacts), ("companies", intercom.companies)):
            _ask(what, ask)
        try:
            _ask("conversations", intercom.conversations)
        except IntercomRefused as refused:
            return f"It is {app}. Its contacts and companies can be read, but not its conversations: {refused.detail}"
    except IntercomRefused as refused:
        raise TrialFailed(refused.detail) from refused
    except Later as later:
        raise TrialFailed(f"{later.said} Try again in a moment.") from later
    finally:
        intercom.close()
    return f"It is {app}. Its contacts, companies and conversations can be read."


def app_of(me: dict[str, Any]) -> str:
    """Return what Intercom calls the workspace that a token is of."""
    app = me.get("app")
    return str(app.get("name") or app.get("id_code") or "Intercom") if isinstance(app, dict) else "Intercom"


def _ask(what: str, ask: Any) -> None:
    try:
        ask(per_page=1)
    except IntercomRefused as refused:
        raise IntercomRefused(refused.code, f"It may not read {what}. {refused.detail}") from refused
