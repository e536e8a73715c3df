"""The kickoff as Markdown that pastes well into Notion: headings, a table, lists. Nothing that a customer typed can
draw anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox.kickoff.figures import Change, Kickoff, Score
from inbox.kickoff.records import CANCELLATIONS, CHANGES, CUSTOMERS, DOWNGRADES, TRIALS, UPGRADES
from inbox.kickoff.words import in_time, score_words, sentence, signed
from notifications.wording import absolute

TITLES = {
    CUSTOMERS: "New customers", TRIALS: "Trials", UPGRADES: "Upgrades", DOWNGRADES: "Downgrades",
    CANCELLATIONS: "Cancellations",
}  # fmt: skip
# Others draw only where a line begins, and no line of these begins with what somebody typed.
_SIGNS = re.compile(r"([\\`*_\[\]<>#!|~$&])")


def markdown_of(kickoff: Kickoff, page: str) -> str:
    """Return a week as Markdown. `page` is the absolute address of its page."""
    this = kickoff.this
    parts = [
        f"# Weekly kickoff, {this.week.words}",
        plain(sentence(this, kickoff.before)),
        _counts(kickoff),
        _movement(kickoff),
        *(_names(TITLES[category], this.counts.get(category, 0), kickoff.named[category]) for category in CHANGES),
        f"[Open in Frontdesk](<{page}>)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Return text as Markdown that shows just that, in one line."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _counts(kickoff: Kickoff) -> str:
    this, before = kickoff.this, kickoff.before
    rows: list[tuple[str, ...]] = [
        (TITLES[category], f"{this.counts.get(category, 0):,}", f"{before.counts.get(category, 0):,}")
        for category in CHANGES
    ]
    rows += [("Sign-ups", f"{this.signups:,}", f"{before.signups:,}")]
    rows += [("Conversations opened", f"{this.opened:,}", f"{before.opened:,}")]
    rows += [("Conversations answered", f"{this.answered:,}", f"{before.answered:,}")]
    medians = [in_time(one.median) if one.median is not None else "–" for one in (this, before)]
    rows += [("Median first reply", *medians)]
    rows += [("Score", *(_scores(one.scores) for one in (this, before)))]
    return _table(("", "This week", "Week before"), rows)


def _scores(scores: tuple[Score, ...]) -> str:
    return ", ".join(f"{score_words(one)} ({one.count:,})" for one in scores) or "–"


def _movement(kickoff: Kickoff) -> str:
    if not kickoff.this.movements:
        return ""
    rows = [
        (one.currency, *(signed(part, one.currency) for part in (one.new, one.expansion, one.contraction, one.churn)),
         signed(one.net, one.currency))
        for one in kickoff.this.movements
    ]  # fmt: skip
    return "## MRR movement\n\n" + _table(("Currency", "New", "Expansion", "Contraction", "Churn", "Net"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *((plain(row[0]), *map(plain, row[1:])) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _names(title: str, count: int, changes: tuple[Change, ...]) -> str:
    if not changes:
        return ""
    lines = [f"- {_line(change)}" for change in changes]
    if count > len(changes):
        lines.append(f"- and {count - len(changes):,} more")
    return f"## {title}\n\n" + "\n".join(lines)


def _line(change: Change) -> str:
    money = f"{signed(change.worth, change.currency)}/month" if change.worth is not None else ""
    said = [part for part in (change.plan, money) if part]
    name = f"[{plain(change.name)}](<{absolute(change.url)}>)"
    reason = f" — {plain(change.reason)}" if change.reason else ""
    return name + (f": {plain(', '.join(said))}" if said else "") + reason
