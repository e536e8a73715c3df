"""The workspace's accent as a stylesheet of its own: the Content-Security-Policy allows no inline style."""

from __future__ import annotations

from inbox.people.colour import Rgb, css, mix, parse, readable_on, text_on

# The surfaces of base.css in light and dark, on which the accent is also text.
SURFACES: dict[str, Rgb] = {"light": (1.0, 1.0, 1.0), "dark": (0.11, 0.115, 0.14)}


def accent_css(accent: str) -> str:
    """Return the custom properties for "#rrggbb" in both themes, each readable on its surface."""
    lines = []
    for name, surface in SURFACES.items():
        colour = readable_on(mix(surface, parse(accent), 0.1), parse(accent))
        soft = mix(surface, colour, 0.1 if name == "light" else 0.16)
        lines += [f"--accent-{name}:{css(colour)}", f"--on-accent-{name}:{css(text_on(colour))}"]
        lines += [f"--accent-soft-{name}:{css(soft)}"]
    return f":root{{{';'.join(lines)}}}\n"
