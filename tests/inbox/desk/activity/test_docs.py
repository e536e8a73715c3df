"""The examples in docs/activity.md are conditions and templates that a route takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications.conditions import Facts, check_condition, holds
from notifications.wording import check_template

PAGE = (Path(__file__).parents[4] / "docs" / "activity.md").read_text(encoding="utf-8")
FACTS = Facts(
    kind="payment.failed", topic="financials", severity="error", level=40, title="Northwind could not pay", body="",
    data={
        "amount_minor": 125_000, "currency": "EUR", "plan": "pro", "reason": "card declined", "tags": ["vip"],
        "by": "contact",
    },
    contact="Nadia", account="Northwind", actor="", private=False,
)  # fmt: skip


def examples(heading: str) -> list[str]:
    """Return the first cells of the table below a heading."""
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return [cell.replace(r"\|", "|") for cell in re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE)]


def test_there_are_some() -> None:
    assert len(examples("Conditions")) >= 5
    assert len(examples("Wording")) >= 3


@pytest.mark.parametrize("condition", examples("Conditions"))
def test_a_condition_can_be_saved_and_takes_what_it_is_for(condition: str) -> None:
    check_condition(condition)
    assert holds(condition, FACTS) == (True, "")


@pytest.mark.parametrize("template", examples("Wording"))
def test_a_wording_can_be_saved(template: str) -> None:
    check_template(template)
