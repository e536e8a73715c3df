"""Whether somebody wants to be disturbed, for templates."""

from __future__ import annotations

from django import template

from inbox.desk.quiet import undisturbed_until
from inbox.people.models import Teammate

register = template.Library()


@register.filter
def quiet_until(teammate: Teammate) -> str:
    """Return until when a teammate does not want to be disturbed, in words; "" if they may be."""
    return undisturbed_until(teammate)
