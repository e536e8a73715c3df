"""Each row of the table in docs/stripe.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.stripe.classifying import READERS, classify
from integrations.stripe.shapes import Happening
from tests.integrations.stripe.cases import CASES, Case, row

DOCS = Path(__file__).parents[3] / "docs" / "stripe.md"


@pytest.mark.parametrize("case", CASES, ids=[f"{case.event['type']}: {case.when}" for case in CASES])
def test_an_event_is_told_as_the_table_says(case: Case) -> None:
    told = [(fact.kind.name(), fact.kind.title("Acme")) for fact in classify(Happening.of(case.event))]
    assert told == ([(case.kind, case.title)] if case.kind else [])


def test_the_table_has_these_rows() -> None:
    lines = [line for line in DOCS.read_text().splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert lines == [row(case) for case in CASES]


def test_every_type_that_is_read_has_a_row() -> None:
    assert READERS.keys() <= {case.event["type"] for case in CASES}
