"""A browser in words."""

from __future__ import annotations

from ua_parser import parse


def device(user_agent: str) -> str:
    """Return a browser and its system in a few words: "Firefox 131, Windows"; "" if unknown."""
    if not user_agent:
        return ""
    found = parse(user_agent)
    browser = f"{found.user_agent.family} {found.user_agent.major or ''}".strip() if found.user_agent else ""
    system = found.os.family if found.os else ""
    return ", ".join(part for part in (browser, system) if part)
