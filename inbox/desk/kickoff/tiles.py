"""What the kickoff's page shows: its numbers with their links, who is behind the changes, and the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from inbox.kickoff.chart import Chart, chart_of
from inbox.kickoff.figures import Change, Figures, Kickoff
from inbox.kickoff.markdown import TITLES, markdown_of
from inbox.kickoff.records import CANCELLATIONS, CHANGES, DOWNGRADES
from inbox.kickoff.week import Week
from inbox.kickoff.words import counted, in_time, score_words, sentence, signed


@dataclass(frozen=True)
class Tile:
    """A number of the week, where its records are, and how it was the week before."""

    title: str
    number: str
    url: str
    under: str


@dataclass(frozen=True)
class Line:
    """A customer's change, with its money in words."""

    change: Change
    money: str
    is_less: bool


@dataclass(frozen=True)
class Group:
    """The changes of one category. `more` says how many are not named here, "" for none."""

    key: str
    title: str
    url: str
    lines: tuple[Line, ...]
    more: str


@dataclass(frozen=True)
class Row:
    """A movement in words, with its chart."""

    currency: str
    parts: tuple[str, ...]
    chart: Chart


def context_of(kickoff: Kickoff, link: str) -> dict[str, Any]:
    """Return what the page shows of the figures. `link` is the absolute address of the page."""
    this = kickoff.this
    return {
        "sentence": sentence(this, kickoff.before),
        "is_empty": this.is_empty,
        "tiles": _tiles(kickoff),
        "movements": [
            Row(one.currency, tuple(signed(part, one.currency) for part in
                                    (one.new, one.expansion, one.contraction, one.churn, one.net)), chart_of(one))
            for one in this.movements
        ],
        "unpriced": counted(this.unpriced, "change") if this.unpriced else "",
        "markdown": markdown_of(kickoff, link),
    }  # fmt: skip


def changes_of(kickoff: Kickoff) -> list[Group]:
    """Return the changes of a week by category, without those of which there are none."""
    this = kickoff.this
    return [
        Group(
            category,
            TITLES[category],
            records_url(this.week, category),
            tuple(line_of(change, is_less=category in (DOWNGRADES, CANCELLATIONS)) for change in changes),
            counted(more, "more", "more") if (more := this.counts[category] - len(changes)) > 0 else "",
        )
        for category, changes in kickoff.named.items()
        if changes
    ]


def line_of(change: Change, *, is_less: bool) -> Line:
    """Return a change with its money in words."""
    return Line(change, f"{signed(change.worth, change.currency)}/month" if change.worth is not None else "", is_less)


def records_url(week: Week, what: str) -> str:
    """Return where the records behind a number are."""
    return reverse("kickoff-records", kwargs={"week": week.key, "what": what})


def _tiles(kickoff: Kickoff) -> list[Tile]:
    this, before = kickoff.this, kickoff.before
    tiles = [_counted(TITLES[key], key, this, this.counts[key], before.counts[key]) for key in CHANGES]
    tiles.append(_counted("Sign-ups", "signups", this, this.signups, before.signups))
    tiles.append(_counted("Conversations opened", "conversations", this, this.opened, before.opened))
    tiles.append(_counted("Answered", "answered", this, this.answered, before.answered))
    tiles.append(
        Tile(
            "Median first reply",
            in_time(this.median) if this.median is not None else "–",
            records_url(this.week, "answered"),
            f"{in_time(before.median)} the week before" if before.median is not None else "none the week before",
        )
    )
    tiles += [
        Tile("Score", score_words(one), records_url(this.week, "scores"), f"from {counted(one.count, 'score')}")
        for one in this.scores
    ] or [Tile("Score", "–", records_url(this.week, "scores"), "nobody gave one")]
    return tiles


def _counted(title: str, key: str, this: Figures, now: int, before: int) -> Tile:
    return Tile(title, f"{now:,}", records_url(this.week, key), f"{before or 'none'} the week before")
