"""Who may call, and how often."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from inbox.people.models import ApiToken, Teammate
from tests.factories import make_contact, make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer fd_unknown", "Basic YTpi", "Bearer \x00\xff"])
def test_without_a_valid_token_the_answer_is_401_with_a_challenge(db: None, header: str) -> None:
    answer = Api("").get("contacts/", **({"Authorization": header} if header else {}))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    problem(answer, 401, "authentication_failed" if header.startswith("Bearer") else "not_authenticated")


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
    assert api.get("contacts/").status_code == 200
