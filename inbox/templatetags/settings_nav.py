"""The settings' navigation, also on pages that django-allauth renders and that know nothing of teammates."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.desk.access import teammate_of
from inbox.desk.settings.nav import sections_for
from inbox.people.models import Teammate

register = template.Library()


@register.simple_tag(takes_context=True)
def teammate_here(context: Any) -> Teammate | None:
    """Return the teammate who looks at this page, None where there is none."""
    known = context.get("teammate")
    if known is not None:
        return known  # type: ignore[no-any-return]
    request = context.get("request")
    return teammate_of(request.user, request.session) if request is not None else None


@register.inclusion_tag("settings/_nav.html", takes_context=True)
def settings_nav(context: Any, teammate: Teammate) -> dict[str, Any]:
    """Draw the navigation for `teammate`, with the entry of this address marked."""
    path = context["request"].path
    here = None
    sections = sections_for(teammate)
    for section in sections:
        for entry in section.entries:
            if path.startswith((entry.url, *entry.also)):
                here = entry
    return {
        "sections": sections,
        "here": here,
        "workspace": teammate.workspace,
        "teammate": teammate,
        "request": context["request"],
    }
