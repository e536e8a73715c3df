"""The sentence on top, spans of time, the chart and the Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.kickoff.chart import HEIGHT, chart_of
from inbox.kickoff.figures import Change, Figures, Kickoff, Movement, Score
from inbox.kickoff.markdown import markdown_of, plain
from inbox.kickoff.records import CHANGES
from inbox.kickoff.words import in_time, sentence
from tests.inbox.kickoff.conftest import INSIDE, WEEK

NOTHING = Figures(WEEK, counts=dict.fromkeys(CHANGES, 0))


def figures(**fields: Any) -> Figures:
    """Return a week in which this happened."""
    counts = {key: fields.pop(key) for key in CHANGES if key in fields}
    return replace(NOTHING, counts={**NOTHING.counts, **counts}, **fields)


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (
            {"customers": 3, "movements": (Movement("EUR", new=24000),), "opened": 41, "answered": 41,
             "median": timedelta(minutes=14)},
            "A good week: 3 new customers and +€240 MRR; 41 conversations, half of them answered within 14 minutes.",
        ),
        (
            {"cancellations": 1, "movements": (Movement("EUR", churn=-900), Movement("JPY", contraction=-300))},
            "A week that cost us: −€9 and −¥300 MRR and 1 cancellation.",
        ),
        (
            {"customers": 1, "cancellations": 1, "movements": (Movement("EUR", new=100), Movement("USD", churn=-5))},
            "A week of ups and downs: 1 new customer, +€1 and −$0.05 MRR and 1 cancellation.",
        ),
        ({"opened": 1}, "The week: 1 conversation, not answered yet."),
        ({"opened": 2}, "The week: 2 conversations, none answered yet."),
        (
            {"opened": 1, "answered": 1, "median": timedelta(seconds=40)},
            "The week: 1 conversation, answered within 40 seconds.",
        ),
        (
            {"opened": 9, "answered": 4, "median": timedelta(hours=3)},
            "The week: 9 conversations, 4 of them answered, half of these within 3 hours.",
        ),
        ({"trials": 2}, "The week: 2 trials begun."),
        ({"signups": 1}, "The week: 1 sign-up."),
        ({"upgrades": 1}, "The week: 1 upgrade."),
        ({"scores": (Score(4.5, 2, 5),)}, "The week: a score of 4.5 of 5."),
        ({}, "A quiet week: no new customers, nobody who left, and no conversations."),
    ],
)  # fmt: skip
def test_a_week_is_said_in_a_sentence(week: dict[str, Any], said: str) -> None:
    assert sentence(figures(**week), NOTHING) == said


def test_the_week_before_is_compared_with_where_it_had_customers() -> None:
    before = figures(customers=5)
    assert "3 new customers (2 fewer than the week before)" in sentence(figures(customers=3), before)
    assert "5 new customers (as in the week before)" in sentence(figures(customers=5), before)
    assert sentence(NOTHING, before) == (
        "A quiet week: nothing came in that counts here. The one before is a click away."
    )


@given(
    counts=st.fixed_dictionaries(dict.fromkeys(CHANGES, st.integers(0, 3))),
    opened=st.integers(0, 3),
    signups=st.integers(0, 2),
    nets=st.lists(st.integers(-500, 500), max_size=2),
    median=st.none() | st.timedeltas(timedelta(), timedelta(days=30)),
)
def test_the_sentence_is_whole_whatever_happened(counts, opened, signups, nets, median) -> None:
    answered = 0 if median is None else opened
    moved = tuple(Movement(currency, new=net) for currency, net in zip(("EUR", "USD"), nets, strict=False))
    week = figures(
        **counts, opened=opened, answered=answered, median=median if answered else None, signups=signups,
        movements=moved if counts["customers"] else (),
    )  # fmt: skip
    said = sentence(week, NOTHING)
    assert re.fullmatch(r"[A-Z][^\n]+: [^ ;].*[^ ;]\.", said)
    assert "  " not in said


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"seconds": -5}, "1 second"), ({"seconds": 0}, "1 second"), ({"seconds": 59.9}, "59 seconds"),
        ({"seconds": 60}, "1 minute"), ({"minutes": 14}, "14 minutes"), ({"minutes": 89}, "89 minutes"),
        ({"minutes": 90}, "2 hours"), ({"hours": 35}, "35 hours"), ({"hours": 36}, "2 days"), ({"days": 9}, "9 days"),
    ],
)  # fmt: skip
def test_a_span_of_time_is_said_as_people_do(span: dict[str, float], words: str) -> None:
    assert in_time(timedelta(**span)) == words


AMOUNTS = st.integers(0, 10**18)


@given(
    new=AMOUNTS, expansion=AMOUNTS, contraction=AMOUNTS, churn=AMOUNTS, currency=st.sampled_from(["EUR", "JPY", "KWD"])
)
def test_every_bar_is_inside_the_chart_and_reaches_the_next(new, expansion, contraction, churn, currency) -> None:
    movement = Movement(currency, new, expansion, -contraction, -churn)
    chart = chart_of(movement)
    for bar in chart.bars:
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
        assert bar.label_y > 0
        assert len(bar.amount) <= 12
    assert len(chart.links) == 4
    assert 0 <= chart.zero <= HEIGHT


def test_the_chart_is_described_in_words() -> None:
    chart = chart_of(Movement("EUR", 4000, 0, -1000, -500))
    assert chart.described == ("In EUR a month: new +€40, expansion ±€0, contraction −€10, churn −€5, net +€25.")


def named(name: str, reason: str = "", plan: str = "Pro") -> Kickoff:
    change = Change(name, "/contacts/accounts/acme/", plan, -900, "EUR", reason, INSIDE)
    week = figures(cancellations=2, movements=(Movement("EUR", churn=-900),))
    return Kickoff(week, NOTHING, {**dict.fromkeys(CHANGES, ()), "cancellations": (change,)})


def test_the_markdown_has_the_sentence_the_figures_and_the_names_with_links() -> None:
    said = markdown_of(named("Acme", "Too expensive."), "https://desk.example/kickoff/2026-W47/")
    assert said.startswith("# Weekly kickoff, 16–22 November 2026\n\nA week that cost us")
    assert "| Cancellations | 2 | 0 |" in said
    assert "| EUR | ±€0 | ±€0 | ±€0 | −€9 | −€9 |" in said
    assert "[Acme](<http" in said
    assert "/contacts/accounts/acme/>): Pro, −€9/month — Too expensive." in said
    assert "- and 1 more" in said
    assert "[Open in Frontdesk](<https://desk.example/kickoff/2026-W47/>)" in said


@pytest.mark.parametrize("sign", "|*[]`_#<>!~$\\&")
def test_no_sign_in_a_name_draws_anything(sign: str) -> None:
    said = markdown_of(named(f"A{sign}B", f"C{sign}D", f"E{sign}F"), "https://desk.example/")
    for left, right in ("AB", "CD", "EF"):
        assert f"{left}\\{sign}{right}" in said
        assert f"{left}{sign}{right}" not in said.replace(f"\\{sign}", "")


def test_no_line_break_in_a_name_begins_a_line_of_its_own() -> None:
    said = markdown_of(named("A\n# B", "C\r\n\n- D\u2028| E"), "https://desk.example/")
    assert not re.search(r"^(# B|- D|\| E$)", said, re.MULTILINE)
    assert "A \\# B" in said


@given(text=st.text(max_size=40))
def test_escaped_text_is_one_line_that_reads_as_it_was(text: str) -> None:
    found = plain(text)
    assert len(found.splitlines()) <= 1
    assert re.sub(r"\\(.)", r"\1", found) == " ".join(text.split())
