"""Who may call, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inbox.models import Account, Contact
from inbox.people.models import ApiToken, Teammate
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of, made, problem


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer fd_unknown", "Basic YTpi", "Bearer \x00\xff"])
def test_without_a_valid_token_the_answer_is_401_with_a_challenge(db: None, header: str) -> None:
    answer = Api("").get("contacts/", **({"Authorization": header} if header else {}))
    assert answer.status_code == 401
    wrong = header.startswith("Bearer")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Frontdesk API"' + (', error="invalid_token"' if wrong else "")
    problem(answer, 401, "authentication_failed" if wrong else "not_authenticated")


def test_the_token_of_the_command_acts_as_the_owner(owner: Teammate, capsys: Any) -> None:
    call_command("api_token", owner.workspace.slug)
    assert made(Api(capsys.readouterr().out.strip()).get("contacts/"), 200) == {"next": None, "results": []}


def test_a_revoked_token_opens_nothing(api: Api) -> None:
    ApiToken.objects.update(revoked_at=timezone.now())
    problem(api.get("contacts/"), 401, "authentication_failed")


def test_the_token_of_somebody_whose_login_was_switched_off_opens_nothing(api: Api, owner: Teammate) -> None:
    owner.user.is_active = False
    owner.user.save()
    problem(api.get("contacts/"), 401, "authentication_failed")


def test_a_viewers_token_reads_and_changes_nothing(owner: Teammate) -> None:
    contact = make_contact(owner.workspace, name="Before")
    viewer = api_of(make_teammate(owner.workspace, role="viewer"))
    assert len(made(viewer.get("contacts/"), 200)["results"]) == 1
    problem(viewer.post("contacts/", {}), 403, "read_only")
    problem(viewer.patch(f"contacts/{contact.public_id}/", {"name": "After"}), 403, "read_only")
    contact.refresh_from_db()
    assert contact.name == "Before"


def test_too_many_calls_are_429_with_the_seconds_to_wait(api: Api, owner: Teammate, settings: LazySettings) -> None:
    rest: Any = settings.REST_FRAMEWORK
    settings.REST_FRAMEWORK = {**rest, "DEFAULT_THROTTLE_RATES": {**rest["DEFAULT_THROTTLE_RATES"], "token": "3/min"}}
    answers = [api.get("contacts/") for _ in range(8)]  # two windows at most
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 2 <= len(refused) <= 5
    problem(refused[0], 429, "rate_limited")
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert refused[0]["RateLimit-Remaining"] == "0"
    other = api_of(owner)
    assert other.get("contacts/").status_code == 200


def test_a_thousand_calls_a_minute_are_free(settings: LazySettings) -> None:
    rest: Any = settings.REST_FRAMEWORK
    count, _, period = rest["DEFAULT_THROTTLE_RATES"]["token"].partition("/")
    assert (int(count) >= 1000, period) == (True, "min")


def test_calls_pass_while_redis_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def add(self, *args: object, **kwargs: object) -> None:
            raise ConnectionError("gone")

    monkeypatch.setattr("inbox.api.throttling.cache", Away())
    answer = api.get("contacts/")
    assert answer.status_code == 200
    assert "RateLimit-Limit" not in answer


def test_the_token_of_somebody_who_left_opens_nothing(api: Api, owner: Teammate) -> None:
    Teammate.objects.filter(pk=owner.pk).update(left_at=timezone.now())
    problem(api.get("contacts/"), 401, "authentication_failed")


def test_a_token_made_for_reading_reads_and_changes_nothing(owner: Teammate) -> None:
    contact = make_contact(owner.workspace, name="Before")
    reader = Api(ApiToken.issue(owner, "read", scope="read"))
    assert len(made(reader.get("contacts/"), 200)["results"]) == 1
    assert reader.call("HEAD", "contacts/").status_code == 200
    for method, path in [
        ("POST", "contacts/"),
        ("PATCH", f"contacts/{contact.public_id}/"),
        ("PUT", "contacts/by/external_id/u/"),
        ("PUT", "accounts/acme/"),
        ("DELETE", f"contacts/{contact.public_id}/"),
    ]:
        answer = reader.call(method, path, {"name": "After"})
        problem(answer, 403, "read_only_token")
        assert 'error="insufficient_scope", scope="write"' in answer["WWW-Authenticate"]
        assert "scope write" in answer.json()["detail"]
    contact.refresh_from_db()
    assert (contact.name, Contact.objects.count(), Account.objects.count()) == ("Before", 1, 0)


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "contacts/", 200),
        ("GET", "contacts/?colour=red", 400),
        ("POST", "contacts/", 201),
        ("POST", "conversations/", 400),
        ("GET", "accounts/none/", 404),
        ("DELETE", "contacts/", 405),
    ],
)
def test_every_answer_to_a_token_says_what_is_left_of_its_calls(api: Api, method: str, path: str, status: int) -> None:
    answer = api.call(method, path, {} if method == "POST" else None)
    assert answer.status_code == status
    limit, left, reset = (int(answer[f"RateLimit-{name}"]) for name in ("Limit", "Remaining", "Reset"))
    assert (limit, left) == (1200, 1199)
    assert 1 <= reset <= 60
    assert answer["RateLimit-Policy"] == '"token";q=1200;w=60'
    assert answer["RateLimit"] == f'"token";r=1199;t={reset}'


def test_a_call_that_is_refused_counts_too(owner: Teammate) -> None:
    reader = Api(ApiToken.issue(owner, "read", scope="read"))
    answers = [reader.post("contacts/", {}) for _ in range(4)]
    left = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert sum(later == earlier - 1 for earlier, later in pairwise(left)) >= 2  # one window may have ended
    assert "RateLimit-Limit" not in Api("").get("contacts/")


def test_the_last_use_of_a_token_is_noted_once_a_minute(
    api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def last() -> datetime:
        used: datetime | None = ApiToken.objects.get().last_used_at
        assert used is not None
        return used

    assert ApiToken.objects.get().last_used_at is None
    api.get("contacts/")
    first = last()
    with django_assert_num_queries(2):  # the token, the contacts
        api.get("contacts/")
    assert last() == first
    for wrong in (first - timedelta(minutes=2), first + timedelta(days=1)):  # a clock was a day ahead once
        ApiToken.objects.update(last_used_at=wrong)
        api.get("contacts/")
        assert abs(last() - first) < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_call_does_not_wait_to_note_the_use_of_a_token_that_somebody_is_changing() -> None:
    caller = api_of(make_teammate(make_workspace(), role="owner"))
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other:
        other.execute("SELECT 1 FROM people_apitoken FOR UPDATE")
        connection.cursor().execute("SET lock_timeout = '5s'")
        try:
            assert caller.get("contacts/").status_code == 200
        finally:
            connection.cursor().execute("RESET lock_timeout")
    assert ApiToken.objects.get().last_used_at is None
    caller.get("contacts/")
    assert ApiToken.objects.get().last_used_at is not None
