"""The MRR movement of one currency as a chart: steps from nothing to what the week came to, drawn on the server.

Only places and sizes are said here; the colours are the style sheet's, by class."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_compact_currency, get_currency_precision  # type: ignore[attr-defined]

from inbox.kickoff.figures import Movement
from inbox.kickoff.words import signed

WIDTH, HEIGHT = 400, 176
TOP, BOTTOM = 22, 26
BAR = 52
LONGEST = 11


@dataclass(frozen=True)
class Bar:
    """One step. `style` is "up", "down" or "net", and "none" where nothing moved; `x`, `y`, `width` and `height` are in
    the chart's own units; `label_y` is where its amount stands."""

    word: str
    style: str
    amount: str
    x: int
    y: float
    width: int
    height: float
    label_y: float

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Chart:
    """All of a chart. `zero` is the height of the line of nothing, `links` the lines from each step to the next."""

    movement: Movement
    bars: tuple[Bar, ...]
    zero: float
    links: tuple[tuple[float, float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def words_y(self) -> int:
        """Where the words below the bars stand."""
        return HEIGHT - 8

    @property
    def described(self) -> str:
        """The chart in a sentence, for those who do not see it."""
        steps = ", ".join(f"{bar.word.lower()} {bar.amount}" for bar in self.bars)
        return f"In {self.movement.currency} a month: {steps}."


def chart_of(movement: Movement) -> Chart:
    """Return the chart of a currency's movement."""
    steps = (
        ("New", "up", movement.new), ("Expansion", "up", movement.expansion),
        ("Contraction", "down", movement.contraction), ("Churn", "down", movement.churn),
    )  # fmt: skip
    spans, at = [], 0
    for word, style, moved in steps:
        spans.append((word, style, moved, at, at + moved))
        at += moved
    spans.append(("Net", "net", movement.net, 0, movement.net))
    high = max(max(begin, end) for *_, begin, end in spans)
    low = min(min(begin, end) for *_, begin, end in spans)
    room = HEIGHT - TOP - BOTTOM

    def height_of(value: int) -> float:
        # Whole numbers until the last step: amounts may be larger than a float is exact.
        return round(TOP + room * (high - value) / ((high - low) or 1), 1)

    bars, links = [], []
    column = WIDTH / len(spans)
    for place, (word, style, moved, begin, end) in enumerate(spans):
        top, foot = sorted((height_of(begin), height_of(end)))
        x = round(place * column + (column - BAR) / 2)
        bars.append(
            Bar(
                word,
                style if moved else "none",
                _amount(moved, movement.currency),
                x,
                top,
                BAR,
                max(foot - top, 1.5),
                top - 6,
            )
        )
        if place < len(spans) - 1:
            links.append((float(x + BAR), round((place + 1) * column + (column - BAR) / 2, 1), height_of(end)))
    return Chart(movement, tuple(bars), height_of(0), tuple(links))


def _amount(minor: int, currency: str) -> str:
    said = signed(minor, currency)
    if len(said) <= LONGEST:
        return said
    amount = Decimal(abs(minor)).scaleb(-get_currency_precision(currency))
    short = format_compact_currency(amount, currency, locale="en", fraction_digits=1)
    return f"{'−' if minor < 0 else '+'}{short}"
