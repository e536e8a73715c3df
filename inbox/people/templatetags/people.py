"""How a person is drawn where there is no picture."""

from __future__ import annotations

import zlib

from django import template

from inbox.people import pictures
from inbox.people.models import User

register = template.Library()


@register.filter
def initials(name: str) -> str:
    """Return one or two letters that stand for `name`; "?" for an empty one."""
    words = [word for word in name.replace("@", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


@register.filter
def picture_name(user: User) -> str:
    """Return by what name the picture of `user` is fetched, "" for none."""
    return pictures.picture_name(user)


@register.filter
def hue(name: str) -> int:
    """Return one of 12 hues (0 to 330 degrees), always the same for the same `name`."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % 12 * 30


@register.filter
def first_word(name: str) -> str:
    """Return what stands before the first space of a name."""
    return name.split(" ")[0]


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """Return what a mapping holds under `key`, "" for nothing."""
    return mapping.get(key, "")
