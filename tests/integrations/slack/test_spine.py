"""Over the spine: grouped messages that are changed, and what happens to one that somebody deleted in Slack."""

from __future__ import annotations

import pytest
from django.utils import timezone

from inbox.people.models import Workspace
from notifications.events import track
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Destination, Posting, Rule
from notifications.resending import resend
from notifications.words import Cause, Status
from tests.integrations.slack.conftest import connect
from tests.notifications.conftest import work
from tests.stand_ins.slack import TOKEN, Slack, too_fast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def errors(workspace: Workspace) -> Rule:
    Rule.objects.filter(workspace=workspace).delete()
    return Rule.objects.create(
        workspace=workspace, name="Errors", transport="slack", address="#errors", topics=["errors"], group_seconds=600
    )


def happen(workspace: Workspace) -> None:
    track(ServerError(error="KeyError: x", where="a.py:1"), workspace=workspace)
    work()
    Posting.objects.filter(update_at__isnull=False).update(update_at=timezone.now())
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()


def test_equal_errors_share_one_message_that_counts_them(slack: Slack, workspace, errors) -> None:
    happen(workspace)
    happen(workspace)
    assert len(slack.calls("chat.postMessage")) == 1
    [update] = slack.calls("chat.update")
    assert update["text"].startswith("KeyError: x ×2, first ")
    [posting] = Posting.objects.all()
    assert (update["channel"], update["ts"]) == (posting.external["channel"], posting.external["ts"])


def test_after_somebody_deleted_the_message_the_next_event_has_its_own(slack: Slack, workspace, errors) -> None:
    happen(workspace)
    slack.messages.clear()
    happen(workspace)  # which finds the message gone
    assert Posting.objects.get().error == "Slack answered message_not_found: The message was deleted in Slack."
    happen(workspace)
    assert len(slack.calls("chat.postMessage")) == 2
    assert len(slack.messages) == 1


def test_slack_that_asks_to_go_slower_is_not_asked_again_before(slack: Slack, workspace, errors) -> None:
    slack.faults["chat.postMessage"] = [too_fast(40)]
    track(ServerError(error="E", where="a"), workspace=workspace)
    before = timezone.now()
    work()
    row = Delivery.objects.get()
    assert row.status == Status.PENDING
    assert row.due_at is not None
    assert 39 < (row.due_at - before).total_seconds() < 43
    open_until = row.workspace.destinations.get(address="#errors").open_until
    assert open_until is not None
    assert open_until > before


def test_without_a_connection_the_payload_is_kept_and_goes_out_when_it_is_sent_again(slack, workspace, errors) -> None:
    workspace.connections.all().delete()
    track(ServerError(error="E", where="a"), workspace=workspace)
    work()
    row = Delivery.objects.get()
    assert (row.status, row.cause) == (Status.SUPPRESSED, Cause.NOT_CONNECTED)
    assert row.payload["blocks"][0]["text"]["text"] == "E"
    assert not slack.requests
    connect(workspace, bot_token=TOKEN, signing_secret="s")
    assert resend(row)
    Destination.objects.update(next_at=timezone.now())
    work()
    assert slack.calls("chat.postMessage") == [row.payload]
