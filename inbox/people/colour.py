"""Contrast is computed, never assumed (WCAG 2.2, relative luminance and contrast ratio)."""

from __future__ import annotations

Rgb = tuple[float, float, float]
AA = 4.5


def parse(colour: str) -> Rgb:
    """Return (red, green, blue), 0 to 1, of "#rrggbb"."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: Rgb, towards: Rgb, share: float) -> Rgb:
    """Return `colour` moved by `share` (0 to 1) towards another."""
    red, green, blue = (a + (b - a) * share for a, b in zip(colour, towards, strict=True))
    return red, green, blue


def readable_on(background: Rgb, colour: Rgb) -> Rgb:
    """Return `colour`, moved towards black or white only as far as it takes to be read on `background`."""
    away: Rgb = (0.0, 0.0, 0.0) if luminance(background) > 0.18 else (1.0, 1.0, 1.0)
    for step in range(21):
        moved = mix(colour, away, step / 20)
        if contrast(moved, background) >= AA:
            return moved
    return away


def text_on(background: Rgb) -> Rgb:
    """Return white or near-black, whichever is read better on `background`."""
    white, black = (1.0, 1.0, 1.0), (0.07, 0.07, 0.09)
    return white if contrast(white, background) >= contrast(black, background) else black


def css(colour: Rgb) -> str:
    """Return "#rrggbb"."""
    return "#" + "".join(f"{round(c * 255):02x}" for c in colour)
