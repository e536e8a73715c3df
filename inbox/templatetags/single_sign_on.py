"""What the profile's pages say of single sign-on."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from inbox.people.models import Teammate
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.sso import account_of, sso_of

register = template.Library()


@register.simple_tag(takes_context=True)
def own_connection(context: template.Context, teammate: Teammate) -> dict[str, Any]:
    """Return the workspace's single sign-on (None if there is none), and this teammate's login of it."""
    request: HttpRequest = context["request"]
    sso = sso_of(teammate.workspace)
    account = account_of(sso, teammate) if sso is not None else None
    return {"sso": sso, "account": account, "by_sso": request.session.get(SSO_WORKSPACE) is not None}
