"""How sure a suggestion is, in words."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def likelihood(score: float) -> str:
    """Return a score (0 to 1) as a word."""
    if score >= 0.9:
        return "Very likely"
    return "Likely" if score >= 0.7 else "Perhaps"


@register.filter
def percent(score: float) -> str:
    """Return a score (0 to 1) in per cent: "87 %"."""
    return f"{round(score * 100)} %"
