"""Schemathesis calls the running product in every way that the schema allows, and in many that it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inbox.api import examples
from tests.stack import Stack, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
# How many calls at least, and for how long (seconds) with one seed.
CALLS, SECONDS = (20_000, 120) if FULL else (500, 20)
# Left out: a body of the right shape may still name nobody, or hold what JSON Schema cannot say (a time zone's name),
# and a resource that PUT made by its external id is found elsewhere.
EXCLUDED = "positive_data_acceptance,ensure_resource_availability,use_after_free"
# A batch is answered 200 whatever its rows hold: a row that is wrong is refused by itself, in its own outcome.
CONFIG = """
[[operations]]
include-path-regex = "/batch/"
checks.negative_data_rejection.enabled = false
"""


def name_as_in_the_examples(stack: Stack) -> None:
    """Give the demo's first contact and conversation the ids that the examples show, so that these lead somewhere."""
    for table, public_id in (
        ("inbox_contact", examples.CONTACT_ID),
        ("inbox_conversation", examples.CONVERSATION_ID),
    ):
        stack.query(
            f"UPDATE {table} SET public_id = %s WHERE id = (SELECT min(id) FROM {table}) RETURNING 1", public_id
        )


@pytest.mark.chaos
@pytest.mark.timeout(
    3000 if FULL else 420
)  # the start of the product and of Schemathesis come on top, on a busy machine
def test_no_call_is_answered_with_a_5xx_or_otherwise_than_the_schema_says(tmp_path: Path) -> None:
    with running_stack("web", env={"API_RATE": "1000000/min"}) as stack:
        name_as_in_the_examples(stack)
        token = stack.manage("api_token", "demo")
        made, number = 0, 0
        while made < CALLS:
            number += 1
            made += call(stack, token, number, tmp_path)
        assert "Traceback" not in stack.tail()
    print(f"\n{made} calls in {number} runs")


def call(stack: Stack, token: str, number: int, folder: Path) -> int:
    """Have Schemathesis call the product for SECONDS, by a seed; return how many calls it made."""
    options = {
        "header": f"Authorization: Bearer {token}",
        "max-time": str(SECONDS),
        "phases": "examples,coverage,fuzzing" if number == 1 else "fuzzing",
        "exclude-checks": EXCLUDED,
        "warnings": "off",
        "seed": str(number),
    }
    (folder / "schemathesis.toml").write_text(CONFIG)
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{stack.url}/api/v1/schema/"]
    command += ["--continue-on-failure", "--no-shrink", "--no-color"]
    command += [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS + 220)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    made = re.search(r"(\d+) generated", done.stdout)
    assert made is not None, done.stdout[-2000:]
    return int(made[1])
