"""What the pages of coming in ask about."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.people import accounts
from inbox.people.models import Invitation
from inbox.people.sessions import invitation_in

register = template.Library()


@register.simple_tag(takes_context=True)
def invitation_here(context: Any) -> Invitation | None:
    """Return the invitation whose link was opened in this session, None where there is none."""
    request = context.get("request")
    return invitation_in(request.session) if request is not None else None


@register.simple_tag(takes_context=True)
def sign_up_is_open(context: Any) -> bool:
    """Whether whoever looks at this page may make a login."""
    request = context.get("request")
    return request is not None and accounts.may_sign_up(request.session)


@register.simple_tag
def mail_is_printed() -> bool:
    """Whether letters are printed in a terminal, as no mail server is set up."""
    return accounts.mail_is_printed()
