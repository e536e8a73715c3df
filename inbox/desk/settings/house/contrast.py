"""What becomes of a colour where it is used: shown as it will be, with the contrast that it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox.desk.accent import SURFACES
from inbox.people.colour import AA, Rgb, contrast, css, mix, parse, readable_on, text_on

_COLOUR = re.compile(r"\A#[0-9a-f]{6}\Z")
WHITE: Rgb = (1.0, 1.0, 1.0)
BLACK: Rgb = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Sample:
    """One place where the colour is used: the two colours there, how well they are told apart, and what was done."""

    place: str
    background: str
    text: str
    surface: str
    ratio: str
    passes: bool
    words: str


def samples(accent: str) -> list[Sample]:
    """Return the colour "#rrggbb" in the widget and in the desk by day and by night."""
    return [_in_widget(accent), _in_desk(accent, "light", "Desk, light"), _in_desk(accent, "dark", "Desk, dark")]


def colour_of(text: str) -> str | None:
    """Return the colour that somebody wrote, None for what is not one yet."""
    found = text.strip().lower()
    return found if _COLOUR.match(found) else None


def _in_widget(accent: str) -> Sample:
    colour = parse(accent)
    # As loader.js has it: white wherever it is legible.
    text = WHITE if contrast(WHITE, colour) >= AA else BLACK
    words = "White text on your colour." if text == WHITE else "Your colour is too light for white text: it is black."
    return _sample("Widget", colour, text, WHITE, words)


def _in_desk(accent: str, theme: str, place: str) -> Sample:
    surface, colour = SURFACES[theme], parse(accent)
    used = readable_on(mix(surface, colour, 0.1), colour)
    words = "Your colour as it is."
    if css(used) != accent:
        had = contrast(colour, mix(surface, colour, 0.1))
        moved = "darkened" if theme == "light" else "lightened"
        words = f"Read as text, your colour has {_ratio(had)} here: it is {moved} to {css(used)}."
    return _sample(place, used, text_on(used), surface, words)


def _sample(place: str, background: Rgb, text: Rgb, surface: Rgb, words: str) -> Sample:
    ratio = contrast(background, text)
    return Sample(place, css(background), css(text), css(surface), _ratio(ratio), ratio >= AA, words)


def _ratio(value: float) -> str:
    # Cut, not rounded: 4.48 is not 4.5.
    return f"{int(value * 10) / 10:.1f}\u00a0:\u00a01"
