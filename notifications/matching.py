"""Who is told of an event, and why: a pure decision over the event's facts and a workspace's rules.

Nothing here reads or writes: the same function decides when an event is routed, when a rule is tried before it is
saved, and when somebody asks why they were told, or why not.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from inbox.people.zones import zone_of
from notifications.conditions import Facts, holds
from notifications.models import Rule
from notifications.words import Cause, Face, Severity

log = logging.getLogger(__name__)

_DELETED = {str(Face.ROUTE): Cause.ROUTE_DELETED, str(Face.AUTOMATION): Cause.MESSAGE_GONE}


@dataclass(frozen=True)
class Verdict:
    """What one rule decided about one event.

    `told` says whether it makes a delivery; `reason` why, or why not, in words. A delivery with a `cause` is
    suppressed from the start; else it is due at `due_at`.
    """

    rule: Rule
    told: bool
    reason: str
    due_at: datetime | None = None
    cause: str = ""


def decide(facts: Facts, rules: Sequence[Rule], *, now: datetime, timezone: str) -> list[Verdict]:
    """Return what each rule decides about an event (facts as conditions.facts_of gives them), in the rules' order.

    A fallback is asked last, and says yes only where no other route did. `timezone` is the workspace's.
    """
    zone = zone_of(timezone)
    found = [_guarded(rule, facts, now, zone) for rule in rules if not rule.is_fallback]
    taken = any(verdict.told and verdict.rule.face == Face.ROUTE for verdict in found)
    for rule in rules:
        if rule.is_fallback and taken:
            found.append(Verdict(rule, told=False, reason="another route took it"))
        elif rule.is_fallback:
            found.append(_guarded(rule, facts, now, zone))
    return found


def _guarded(rule: Rule, facts: Facts, now: datetime, zone: ZoneInfo) -> Verdict:
    """Return the verdict; a rule that is broken in a way that nobody foresaw must not keep the others from theirs."""
    try:
        return _verdict(rule, facts, now, zone)
    except Exception as error:
        log.exception("rule %s is broken", rule.pk)
        return Verdict(rule, told=False, reason=f"broken: {type(error).__name__}. Save it anew.")


def _verdict(rule: Rule, facts: Facts, now: datetime, zone: ZoneInfo) -> Verdict:
    misses = why_not(rule, facts)
    if misses:
        return Verdict(rule, told=False, reason=misses)
    reason = f"{rule.face} {rule.name}: {_matched(rule)}"[:300]
    if rule.muted_until and rule.muted_until > now:
        return Verdict(rule, told=True, reason=reason, cause=Cause.MUTED)
    due = now + timedelta(seconds=rule.delay_seconds)
    return Verdict(rule, told=True, reason=reason, due_at=after_quiet(rule.quiet, due, zone))


def stopped(rule: Rule | None, rule_key: str, now: datetime) -> Cause | None:
    """Return why a rule tells nothing any more of what it took before, None where it still does.

    `rule` is None where there is no rule of that key: it was deleted, or there never was one.
    """
    if rule is None:
        # A preference is no row that its deliveries hold on to: notifications/personal/checking.py asks for it anew.
        return _DELETED.get(rule_key.partition(":")[0])
    if not rule.enabled:
        return Cause.MESSAGE_OFF if rule.face == Face.AUTOMATION else Cause.ROUTE_OFF
    return Cause.MUTED if rule.muted_until and rule.muted_until > now else None


def why_not(rule: Rule, facts: Facts) -> str:
    """Return why a rule does not take an event, "" where it does."""
    if not rule.enabled:
        return "switched off"
    if rule.topics and facts["topic"] not in rule.topics:
        return f"topic {facts['topic']} is not among {', '.join(rule.topics)}"
    if rule.kinds and not any(fnmatchcase(facts["kind"], pattern) for pattern in rule.kinds):
        return f"kind {facts['kind']} is not among {', '.join(rule.kinds)}"
    if not rule.topics and not rule.kinds and facts["topic"] == "audit":
        return "changes of power are told only where they are asked for"
    if facts["private"] and not rule.takes_private:
        return "it happened in a private team's conversation"
    if facts["level"] < rule.min_severity:
        return f"severity {facts['severity']} is below {Severity(rule.min_severity).label}"
    if rule.condition:
        yes, wrong = holds(rule.condition, facts)
        if not yes:
            return f"condition {rule.condition} does not hold" + (f": {wrong}" if wrong else "")
    return ""


def _matched(rule: Rule) -> str:
    parts = []
    if rule.topics:
        parts.append(f"topic {' or '.join(rule.topics)}")
    if rule.kinds:
        parts.append(f"kind {' or '.join(rule.kinds)}")
    if rule.min_severity > Severity.INFO:
        parts.append(f"severity ≥ {Severity(rule.min_severity).label}")
    if rule.condition:
        parts.append(rule.condition)
    if rule.is_fallback:
        parts.append("no other route took it")
    return ", ".join(parts) or "everything"


def after_quiet(quiet: dict[str, str], moment: datetime, zone: ZoneInfo) -> datetime:
    """Return `moment`, or the end of the quiet hours that it falls into ({"from": "22:00", "to": "07:00"})."""
    if not quiet:
        return moment
    local = moment.astimezone(zone)
    begin, end = (datetime.strptime(quiet[key], "%H:%M").time() for key in ("from", "to"))
    at = local.time()
    falls = begin <= at < end if begin < end else (at >= begin or at < end)
    if not falls:
        return moment
    day = local.date() + timedelta(days=1 if begin > end and at >= begin else 0)
    return datetime.combine(day, end, tzinfo=zone).astimezone(moment.tzinfo)
