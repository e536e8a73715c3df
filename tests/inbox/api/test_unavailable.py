"""The database goes away: callers are told to come back, and it works again when it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.factories import make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of, made, problem
from tests.inbox.api.test_idempotency import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caller() -> Api:
    return api_of(make_teammate(make_workspace(), "ada", role="owner"))


@pytest.fixture
def nowhere() -> Iterator[None]:
    """The database's address leads nowhere for a while."""
    right = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    yield
    connection.settings_dict.update(right)
    connection.close()


@pytest.mark.parametrize("method, path", [("GET", "contacts/"), ("POST", "contacts/"), ("PUT", "accounts/acme/")])
def test_a_database_that_does_not_answer_is_a_503_that_says_when_to_come_back(
    caller: Api, nowhere: None, method: str, path: str
) -> None:
    answer = write(caller, method, path, {} if method != "GET" else None)
    body = problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"
    assert "127.0.0.1" not in body["detail"]


def test_what_needs_no_database_is_answered_without_one(nowhere: None) -> None:
    anybody = Api("")
    assert anybody.get("schema/").status_code == 200
    assert anybody.get("docs/").status_code == 200
    problem(anybody.get("contacts/"), 401, "not_authenticated")


def test_the_call_after_a_connection_was_lost_goes_well(caller: Api) -> None:
    made(caller.get("contacts/"), 200)
    connection.cursor().execute("SELECT 1")
    connection.connection.close()  # what a failover does to an open connection
    problem(caller.get("contacts/"), 503, "unavailable")
    connection.close_if_unusable_or_obsolete()  # the end of a request does this; the test's client does not
    made(caller.get("contacts/"), 200)
