"""Times of an export, which are texts there, for people."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

register = template.Library()


@register.filter
def moment(value: str) -> str:
    """Return a time in ISO 8601 as "22 November 2026, 19:20", in UTC."""
    at = datetime.fromisoformat(value).astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M}"
