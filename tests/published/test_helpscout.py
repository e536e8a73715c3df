"""Bodies that others published, with their signatures, and the one wrong signature among them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from tests.factories import make_workspace
from tests.integrations.helpscout.conftest import post
from tests.published.conftest import FIXTURES

CASES: list[dict[str, Any]] = json.loads((FIXTURES / "helpscout/dynamic_app_requests.json").read_text(encoding="utf-8"))


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_others_signed_is_answered(workspace: Workspace, case: dict[str, Any]) -> None:
    set_connection(workspace, "helpscout", {"secret": case["secret"]}, by=COMMAND_LINE)
    answer = post(workspace.slug, case["body"].encode(), case["signature"])
    assert answer.status_code == 200
    assert answer.json()["html"].strip().startswith("<h4>Not found")
    if "bad_signature" in case:
        assert post(workspace.slug, case["body"].encode(), case["bad_signature"]).status_code == 403
