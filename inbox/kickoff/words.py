"""The kickoff's figures in words: money, times, counts, and the one sentence on top."""

from __future__ import annotations

from datetime import timedelta

from inbox.kickoff.figures import Figures, Movement, Score
from notifications.kinds.amounts import in_short


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 trial", "1,204 trials"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def signed(minor: int, currency: str) -> str:
    """Return how an amount moved: "+€240", "−€12.50", "±€0"."""
    return in_short(minor, currency, signed=True) if minor else f"±{in_short(0, currency)}"


def net_of(movements: tuple[Movement, ...]) -> str:
    """Return what all movements come to, each currency by itself: "+€240 and −¥300"; "" where there is none."""
    return _listed([signed(one.net, one.currency) for one in movements])


def in_time(taken: timedelta) -> str:
    """Return a span as people say it: "40 seconds", "14 minutes", "3 hours", "2 days"."""
    seconds = max(int(taken.total_seconds()), 0)
    if seconds < 60:
        return counted(max(seconds, 1), "second")
    if seconds < 90 * 60:
        return counted(round(seconds / 60), "minute")
    if seconds < 36 * 3600:
        return counted(round(seconds / 3600), "hour")
    return counted(round(seconds / 86400), "day")


def score_words(score: Score) -> str:
    """Return an average: "4.5 of 5", "4.5" where nobody said what the best is."""
    average = f"{score.average:.1f}".removesuffix(".0")
    return f"{average} of {score.out_of:g}" if score.out_of else average


def compared(now: int, before: int) -> str:
    """Return how a count stands to the one of the week before: "2 more than the week before"."""
    if now == before:
        return "as in the week before"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than the week before"


def sentence(this: Figures, before: Figures) -> str:
    """Return the week in one sentence. What did not happen is left out of it."""
    if this.is_empty:
        return (
            "A quiet week: no new customers, nobody who left, and no conversations."
            if before.is_empty
            else "A quiet week: nothing came in that counts here. The one before is a click away."
        )
    business = _business(this, before)
    talk = _talk(this)
    return f"{_mood(this)}: {'; '.join(part for part in (business, talk) if part)}."


def _mood(this: Figures) -> str:
    nets = [one.net for one in this.movements]
    if nets and min(nets) >= 0 and max(nets) > 0:
        return "A good week"
    if nets and max(nets) <= 0 and min(nets) < 0:
        return "A week that cost us"
    if nets and min(nets) < 0:
        return "A week of ups and downs"
    return "A good week" if this.customers and not this.cancellations else "The week"


def _business(this: Figures, before: Figures) -> str:
    parts = []
    if this.customers:
        new = counted(this.customers, "new customer")
        parts.append(f"{new} ({compared(this.customers, before.customers)})" if before.customers else new)
    if this.movements:
        parts.append(f"{net_of(this.movements)} MRR")
    if this.cancellations:
        parts.append(counted(this.cancellations, "cancellation"))
    return _listed(parts or _lesser(this))


def _lesser(this: Figures) -> list[str]:
    """Return what is worth a word in a week that had nothing greater."""
    trials, upgrades, downgrades = (this.counts.get(key, 0) for key in ("trials", "upgrades", "downgrades"))
    parts = [
        counted(trials, "trial") + " begun" if trials else "",
        counted(upgrades, "upgrade") if upgrades else "",
        counted(downgrades, "downgrade") if downgrades else "",
        counted(this.signups, "sign-up") if this.signups else "",
    ]
    if not any(parts) and this.scores and not this.opened:
        parts = [f"a score of {score_words(this.scores[0])}"]
    return [part for part in parts if part]


def _talk(this: Figures) -> str:
    if not this.opened:
        return ""
    talked = counted(this.opened, "conversation")
    if this.median is None:
        return f"{talked}, {'not' if this.opened == 1 else 'none'} answered yet"
    time = in_time(this.median)
    if this.opened == 1:
        return f"{talked}, answered within {time}"
    if this.answered == 1:
        return f"{talked}, one of them answered, within {time}"
    whom = "half of them" if this.answered == this.opened else f"{this.answered:,} of them answered, half of these"
    return f"{talked}, {whom} answered within {time}" if whom == "half of them" else f"{talked}, {whom} within {time}"


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
