"""An error that nobody caught is told to the operator, and changes nothing for whoever met it."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, transaction
from django.http import HttpResponse, JsonResponse
from django.test import AsyncClient, Client
from django.urls import include, path
from rest_framework.views import APIView

from inbox.people.models import Workspace
from notifications.models import Event
from notifications.ops import alerts, fingerprints
from notifications.ops.alerts import EACH_A_MINUTE
from tests.factories import make_teammate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

CARD = "4111 1111 1111 1111"


def fails(request) -> HttpResponse:
    secret_in_a_variable = "zanzibar"  # noqa: F841
    raise ZeroDivisionError(f"no luck with {CARD}")


def fails_after_writing(request) -> HttpResponse:
    with transaction.atomic():
        Workspace.objects.create(slug="half", name="Half")
        raise KeyError("in the middle")


def fails_having_read(request) -> HttpResponse:
    json.loads(request.body)
    raise ValueError("bad")


class Api(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def post(self, request) -> None:
        assert request.data
        raise LookupError("in the API")


def database_gone(request) -> HttpResponse:
    raise OperationalError("server closed the connection")


def handled(request) -> JsonResponse:
    return JsonResponse({}, status=500)


async def fails_awaiting(request) -> HttpResponse:
    raise RuntimeError("awaited")


urlpatterns = [
    path("fails/", fails),
    path("writes/", fails_after_writing),
    path("reads/", fails_having_read),
    path("api/fails/", Api.as_view()),
    path("gone/", database_gone),
    path("handled/", handled),
    path("awaits/", fails_awaiting),
    path("", include("settings.urls")),
]
handler500 = "inbox.people.unavailable.handler500"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_an_exception_in_a_view_is_told_without_the_secrets_of_its_request(client, told, tenant) -> None:
    client.cookies["frontdesk_session"] = "cookie-of-somebody"
    sent = {"password": "hunter2", "card": CARD, "note": "hello", "hash": "0a1b2c3d4e", "long": "x" * 900}
    headers = {"Authorization": "Bearer abcdef123456", "X-Api-Key": "sk_live_123456", "User-Agent": "Firefox"}
    answer = client.post("/fails/?q=shoes&token=abcdef", sent, headers=headers)
    assert answer.status_code == 500
    [event] = told()
    data = event.data
    assert (event.kind, event.severity_word) == ("server.error", "error")
    assert event.title == "ZeroDivisionError: no luck with [scrubbed] (POST /fails/?q=shoes&token=[scrubbed])"
    assert (data["method"], data["group"]) == ("POST", "ZeroDivisionError:tests/notifications/ops/test_errors.py:fails")
    assert data["where"].startswith("tests/notifications/ops/test_errors.py:")
    assert "raise ZeroDivisionError" in data["traceback"]
    assert json.loads(data["body_sent"])["note"] == "hello"
    assert len(json.loads(data["body_sent"])["long"]) < 400
    assert data["headers"]["User-Agent"] == "Firefox"
    written = json.dumps(data) + event.title + event.body
    for secret in ("hunter2", CARD, "0a1b2c3d4e", "abcdef", "sk_live", "cookie-of-somebody"):
        assert secret not in written
    assert not Event.objects.filter(workspace=tenant).exists()


def test_its_link_leads_to_its_own_page(client, told) -> None:
    client.get("/fails/")
    [event] = told()
    assert event.url == f"/activity/{event.public_id}/"


def test_it_outlives_the_transaction_in_which_it_came_up(client, told) -> None:
    assert client.post("/writes/").status_code == 500
    assert [event.data["error"] for event in told()] == ["KeyError: 'in the middle'"]
    assert not Workspace.objects.filter(slug="half").exists()


def test_the_answer_is_the_one_that_it_is_without_alerts(client, told, settings) -> None:
    answers = []
    for is_on in (True, False):
        settings.OPS_ALERTS = is_on
        answer = client.get("/fails/")
        answers.append((answer.status_code, answer.content))
    assert answers[0] == answers[1]
    assert len(told()) == 1


def test_who_met_it_is_named_without_asking_the_database(client, told, operator) -> None:
    ada = make_teammate(operator, "ada")
    client.force_login(ada.user)
    client.get("/fails/")
    assert told()[0].data.get("user") in (None, ada.user.email)


def test_a_body_of_json_is_shown_though_it_was_read_already(client, told) -> None:
    client.post("/reads/", {"name": "Ada", "secret": "shh-shh"}, content_type="application/json")
    assert json.loads(told()[0].data["body_sent"]) == {"name": "Ada", "secret": "[scrubbed]"}


def test_an_error_in_a_call_of_the_api_is_told_too(client, told) -> None:
    answer = client.post("/api/fails/", {"name": "Ada"}, content_type="application/json")
    assert answer.status_code == 500
    assert told()[0].data["error"] == "LookupError: in the API"


def test_an_error_in_an_asynchronous_view_is_told_too(told) -> None:
    post = async_to_sync(AsyncClient(raise_request_exception=False).post)
    answer = post("/awaits/", {"name": "Ada"}, content_type="application/json")
    assert answer.status_code == 500
    assert [event.data["error"] for event in told()] == ["RuntimeError: awaited"]


def test_a_500_that_a_view_chose_is_no_error_of_ours(client, told) -> None:
    assert client.get("/handled/").status_code == 500
    assert told() == []


def test_a_database_that_was_away_is_told_as_that(client, told) -> None:
    assert client.post("/gone/").status_code == 503
    [event] = told()
    assert (event.kind, event.topic, event.severity_word) == ("database.failed", "critical-errors", "critical")
    assert event.data["operation"] == "write"


def test_it_goes_to_the_workspace_that_is_named_and_to_no_other(client, told, tenant, settings) -> None:
    settings.OPS_WORKSPACE = tenant.slug
    client.get("/fails/")
    assert told() == []
    assert Event.objects.filter(workspace=tenant).count() == 1
    settings.OPS_WORKSPACE = "nobody-of-this-name"
    client.post("/reads/", {}, content_type="application/json")
    told()
    assert Event.objects.count() == 1


def test_five_hundred_equal_errors_are_a_handful_of_rows_that_say_how_many(client, told) -> None:
    for _ in range(500):
        assert client.get("/fails/").status_code == 500
    events = told(held=True)
    assert EACH_A_MINUTE < len(events) <= EACH_A_MINUTE + 5
    assert len(events) + sum(event.data.get("repeated", 0) for event in events) == 500
    assert "more like this were not recorded" in events[-1].body
    assert len({event.group_key for event in events}) == 1


def test_with_the_database_down_the_answer_is_the_same_and_nothing_loops(client, operator, monkeypatch, caplog) -> None:
    calls = []

    def away() -> None:
        calls.append(1)
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(alerts, "operators_workspace", away)
        for _ in range(50):
            assert client.get("/fails/").status_code == 500
        assert not alerts.alerts().flush(1)
        assert len(calls) < 20, "it is tried again, and more and more slowly"
        assert len([r for r in caplog.records if r.name == "frontdesk.alerts"]) == 1
    assert alerts.alerts().flush(60)
    assert Event.objects.filter(workspace=operator).count() == EACH_A_MINUTE, "they have waited for it"


def test_an_error_within_alerting_is_logged_once_and_is_no_alert(client, told, monkeypatch, caplog) -> None:
    monkeypatch.setattr(fingerprints, "shown", lambda error: 1 / 0)
    for _ in range(3):
        assert client.get("/fails/").status_code == 500
    assert told() == []
    assert [r.message for r in caplog.records if r.name == "frontdesk.alerts"] == [
        "an alert could not be recorded: ZeroDivisionError: division by zero"
    ]


def test_what_goes_wrong_while_an_alert_is_written_is_no_alert_itself(client, told, monkeypatch) -> None:
    calls = []

    def fails_and_reports(event, **fields) -> None:
        calls.append(1)
        alerts.report(f"another {len(calls)}", lambda: event)
        raise LookupError

    monkeypatch.setattr(alerts, "track", fails_and_reports)
    client.get("/fails/")
    assert told(held=True) == []
    assert calls == [1]
