"""What each of Slack's errors means for a delivery: to be tried again or not, and what a person can do about it.

docs/transports.md shows this table.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from django.utils import timezone
from slack_sdk.errors import SlackApiError, SlackClientError

from notifications.transports import TransportError

T = TypeVar("T")


class SlackError(TransportError):
    """An answer of Slack that is no success. `code` is Slack's word for it, "" where it had none."""

    def __init__(self, code: str, said: str, **outcome: Any) -> None:
        super().__init__(said, **outcome)
        self.code = code


# Seconds to wait where Slack says "too fast" and not for how long.
PAUSE = 30.0
TOO_FAST = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Slack's own trouble: the same call may work in a moment.
PASSING = frozenset(
    {
        "fatal_error",
        "external_channel_migrating",
        "internal_error",
        "request_timeout",
        "rollup_error",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)

_REINSTALL = "Install the app into Slack once more and set the new bot token in Connections."
_JOIN = "Invite the app to it (/invite in the channel), or give it the scope chat:write.public."
_CHANNEL = "Correct the route's address. A private channel is found only by an app that was invited to it."
_POLICY = "Ask whoever runs your Slack to allow the app to post there, or choose another channel."
_FORM = "This message cannot be drawn for Slack. Shorten or correct the route's wording."

# Errors that come again as long as nobody does anything, and what to do.
ADVICE = {
    "channel_not_found": f"There is no such channel. {_CHANNEL}",
    "not_in_channel": f"The app is not in the channel. {_JOIN}",
    "is_archived": "The channel is archived. Unarchive it, or choose another one in the route.",
    "channel_is_archived": "The webhook's channel is archived. Unarchive it, or make a new webhook.",
    "is_inactive": "The channel is archived. Unarchive it, or choose another one in the route.",
    "user_not_found": "There is no such person in this Slack any more. Correct the route's address.",
    "user_disabled": "This person's Slack account is switched off. Correct the route's address.",
    "messages_tab_disabled": "Switch on the app's Messages tab: App Home → Show Tabs, at api.slack.com/apps.",
    "invalid_auth": f"Slack does not know the token. {_REINSTALL}",
    "not_authed": f"Slack got no token. {_REINSTALL}",
    "account_inactive": f"The app was removed from Slack. {_REINSTALL}",
    "token_revoked": f"The token was revoked. {_REINSTALL}",
    "token_expired": f"The token has expired. {_REINSTALL}",
    "invalid_token": "The webhook is no longer valid. Make a new one and set it in Connections.",
    "no_service": "The webhook was removed or switched off. Make a new one and set it in Connections.",
    "no_team": "The webhook's Slack is gone. Make a new one and set it in Connections.",
    "missing_scope": "The app lacks a permission. Add the scopes chat:write, users:read and users:read.email, and "
    "install it once more.",
    "not_allowed_token_type": "This is not a bot token. Set the one that begins with xoxb- in Connections.",
    "is_bot": "Slack does not let a bot do this. Set the token that begins with xoxb- in Connections.",
    "no_permission": f"The app may not do this. {_POLICY}",
    "accesslimited": f"The app may not do this. {_POLICY}",
    "access_denied": f"The app may not do this. {_POLICY}",
    "app_access_restricted": f"The app may not post there. {_POLICY}",
    "org_login_required": "Slack is moving this workspace to an organisation. Install the app once more afterwards.",
    "enterprise_is_restricted": f"Your organisation forbids this. {_POLICY}",
    "ekm_access_denied": "Your Slack's administrators have suspended posting. Ask them.",
    "team_access_not_granted": f"The app has no access to this workspace of your organisation. {_REINSTALL}",
    "two_factor_setup_required": "Whoever installed the app has to set up two-factor sign-in in Slack.",
    "action_prohibited": f"Your Slack forbids this webhook to post. {_POLICY}",
    "posting_to_general_channel_denied": f"Not everybody may post into #general. {_POLICY}",
    "posting_to_channel_denied": f"The app may not post there. {_POLICY}",
    "restricted_action": f"The app may not post there. {_POLICY}",
    "msg_too_long": f"The message is too long. {_FORM}",
    "msg_blocks_too_long": f"The message is too long. {_FORM}",
    "no_text": f"The message is empty. {_FORM}",
    "invalid_blocks": _FORM,
    "invalid_blocks_format": _FORM,
    "invalid_payload": _FORM,
    "message_not_found": "The message was deleted in Slack.",
    "cant_update_message": "Slack lets an app change its own messages only. This one was posted by another app.",
    "cant_delete_message": "Slack lets an app delete its own messages only. This one was posted by another app.",
    "edit_window_closed": "Your Slack does not let messages be changed after so long.",
    "users_not_found": "Nobody in this Slack has that email address.",
}


def outcome_of(code: str, status: int = 200, retry_after: float | None = None, needed: str = "") -> SlackError:
    """Return what an error of Slack means: `code` is its word for it, `status` the HTTP status, `needed` a scope."""
    word = code or str(status)
    if status == 429 or code in TOO_FAST:
        return SlackError(code, f"Slack asked to go slower ({word}).", retry_after=retry_after or PAUSE)
    if status >= 500 or code in PASSING:
        return SlackError(code, f"Slack had trouble of its own ({word}).", retry_after=retry_after)
    known = "restricted_action" if code.startswith("restricted_action") else code
    advice = ADVICE.get(known, "docs.slack.dev says what that means.")
    lacks = f" It asked for {needed}." if needed else ""
    return SlackError(code, f"Slack answered {word}: {advice}{lacks}", permanent=True)


def asked(call: Callable[[], T]) -> T:
    """Return what a call of the SDK returns. Raises TransportError for all that can go wrong with it."""
    try:
        return call()
    except SlackApiError as error:
        raise _of_answer(error) from None
    except TimeoutError:
        raise TransportError("Slack did not answer in time.") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise TransportError("Slack did not answer in time.") from None
        raise TransportError(f"Slack was not reached ({type(reason).__name__}).") from None
    except SlackClientError as error:
        raise TransportError(f"Slack was not reached ({type(error).__name__}).") from None


def seconds(header: str | None) -> float | None:
    """Return what a Retry-After header says: seconds, or a date. None for what is neither."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return None


def _of_answer(error: SlackApiError) -> TransportError:
    answer = error.response
    data = answer.data if isinstance(answer.data, dict) else {}
    code = str(data.get("error") or "")
    headers = {str(name).lower(): value for name, value in answer.headers.items()}
    retry_after = seconds(headers.get("retry-after"))
    if not code.replace("_", "").isalnum():
        # Not JSON, so not Slack's API: a gateway on the way, whose words are not for us.
        status = answer.status_code
        return outcome_of("", 502 if status < 400 else status, retry_after)
    needed = "".join(sign for sign in str(data.get("needed") or "")[:100] if sign.isalnum() or sign in ":,._-")
    return outcome_of(code, answer.status_code, retry_after, needed)
