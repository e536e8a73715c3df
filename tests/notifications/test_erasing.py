"""What the spine told of somebody who is erased: not told any more, taken back, and never written down again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from inbox.people.models import Workspace
from notifications import erasing, postings, routing, sending
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Event, Notice, Posting, Rule
from notifications.resending import resend
from notifications.transports import Message, TransportError
from notifications.words import ERASED_PAYLOAD, Status
from tests.factories import make_teammate, make_workspace
from tests.notifications.conftest import work
from tests.notifications.meanwhile import after_first, at_first, elsewhere, wait_until_somebody_waits
from tests.notifications.recorder import Recorder

pytestmark = pytest.mark.django_db(transaction=True)

HER, HIM = Who(str(uuid.uuid4()), "Zephyrine"), Who(str(uuid.uuid4()), "Bo")
GROUPED = {"topics": ["errors"], "group_seconds": 600}

Route = Callable[..., Rule]


def happen(workspace: Workspace, who: Who = HER, error: str = "KeyError: x") -> Event:
    """Have something happen to somebody; what happens in one place is grouped."""
    return Event.objects.get(
        public_id=track(ServerError(error=f"{error} {who.name}", where="a.py:1"), workspace=workspace, contact=who)
    )


def erase(workspace: Workspace) -> erasing.Forgotten:
    """Erase her."""
    with transaction.atomic():
        return erasing.erase(workspace, erasing.Sought(contacts=[uuid.UUID(HER.id)], names=[]))


def make_due() -> None:
    """Have what waits be due."""
    for model, field in ((Posting, "update_at"), (Delivery, "due_at")):
        waiting = model.objects.filter(**{f"{field}__isnull": False})
        for pk in waiting.values_list("pk", flat=True):
            waiting.filter(pk=pk).update(**{field: timezone.now()})


def everything() -> str:
    """Return all that is kept of events and what was told of them."""
    models = (Event, Delivery, Posting, Notice)
    return str([row for model in models for row in model.objects.values()])


def test_an_event_keeps_its_kind_and_time_and_loses_its_words(workspace: Workspace) -> None:
    event = happen(workspace)
    assert erase(workspace).events == [event.pk]
    found = Event.objects.get()
    assert (found.title, found.body, found.data, found.contact, found.contact_name) == (
        "Server error (erased)", "", {}, None, "",
    )  # fmt: skip
    assert (found.kind, found.occurred_at, found.is_erased) == (event.kind, event.occurred_at, True)
    assert "Zephyrine" not in everything()


def test_what_was_not_routed_yet_is_told_to_nobody(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route()
    happen(workspace)
    erase(workspace)
    work()
    assert medium.calls == []


def test_what_waits_is_not_sent(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route()
    happen(workspace)
    routing.drain()
    erase(workspace)
    work()
    assert medium.calls == []
    assert Delivery.objects.get().status == Status.SETTLED


def test_what_is_out_there_is_taken_back(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route()
    event = happen(workspace)
    work()
    erase(workspace)
    work()
    assert [verb for verb, _, _ in medium.calls] == ["send", "retract"]
    assert Posting.objects.get(event=event).retracted_at is not None
    assert "Zephyrine" not in everything()


def test_a_message_that_others_share_is_drawn_anew_without_her(
    workspace: Workspace, medium: Recorder, route: Route
) -> None:
    route(**GROUPED)
    happen(workspace)
    work()
    his = happen(workspace, HIM)
    routing.drain()
    before = Event.objects.filter(pk=his.pk).values().get()
    erase(workspace)
    make_due()
    work()
    assert "Zephyrine" in medium.said()[0]
    assert medium.said("update")[-1].startswith("Server error (erased) ×2")
    assert medium.said("update")[-1].endswith("1 settled")
    assert medium.said("retract") == []
    assert Event.objects.filter(pk=his.pk).values().get() == before
    assert "Zephyrine" not in everything()


def test_a_shared_message_that_waits_goes_out_without_her(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route(**GROUPED)
    happen(workspace)
    happen(workspace, HIM)
    routing.drain()
    erase(workspace)
    make_due()
    work()
    assert [text[:21] for text in medium.said()] == ["Server error (erased)"]


def test_hers_among_his_leave_his_message_as_it_is(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route(**GROUPED)
    happen(workspace, HIM)
    happen(workspace)
    routing.drain()
    erase(workspace)
    make_due()
    work()
    assert len(medium.said()) == 1
    assert "Bo" in medium.said()[0]
    assert Delivery.objects.get(status=Status.SENT).payload["text"].startswith("KeyError: x Bo")


def test_all_of_hers_in_one_message_are_taken_back(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route(**GROUPED)
    happen(workspace)
    happen(workspace)
    work()
    erase(workspace)
    work()
    assert [verb for verb, _, _ in medium.calls][-1] == "retract"
    assert not Delivery.objects.exclude(status=Status.SETTLED).exists()


def test_who_sends_it_just_then_writes_nothing_down_again_and_takes_it_back(
    workspace: Workspace, medium: Recorder, route: Route
) -> None:
    route()
    happen(workspace)
    routing.drain()
    medium.fail = lambda message: elsewhere(lambda: erase(workspace))()
    sending.drain()
    assert "Zephyrine" in medium.said()[0]
    assert "Zephyrine" not in everything()
    medium.fail = lambda message: None
    work()
    assert [verb for verb, _, _ in medium.calls] == ["send", "retract"]


@pytest.mark.parametrize("permanent", [True, False])
def test_who_fails_just_then_writes_nothing_down_again(
    workspace: Workspace, medium: Recorder, route: Route, permanent: bool
) -> None:
    route()
    happen(workspace)
    routing.drain()

    def fail(message: Message) -> None:
        elsewhere(lambda: erase(workspace))()
        raise TransportError("Nobody knows Zephyrine.", permanent=permanent)

    medium.fail = fail
    sending.drain()
    assert "Zephyrine" not in everything()


def test_who_draws_it_anew_just_then_writes_nothing_down_again(
    workspace: Workspace, medium: Recorder, route: Route
) -> None:
    route(**GROUPED)
    happen(workspace)
    work()
    happen(workspace)
    work()
    make_due()
    with at_first('UPDATE "notifications_delivery"', lambda: erase(workspace), before=True):
        postings.drain()
    work()
    assert "Zephyrine" not in everything()
    assert [verb for verb, _, _ in medium.calls][-1] == "retract"


def test_a_notice_that_is_made_just_then_is_not_left(workspace: Workspace) -> None:
    ada = make_teammate(workspace, "ada")
    Rule.objects.create(workspace=workspace, name="Desk", transport="inapp", address="@ada")
    happen(workspace)
    routing.drain()
    with after_first('INSERT INTO "notifications_notice"', lambda: elsewhere(lambda: erase(workspace))()):
        sending.drain()
    assert Delivery.objects.get().payload == ERASED_PAYLOAD
    work()
    assert not Notice.objects.filter(teammate=ada).exists()
    assert "Zephyrine" not in everything()


def test_the_desk_forgets_notices_of_her(workspace: Workspace) -> None:
    ada = make_teammate(workspace, "ada")
    Rule.objects.create(workspace=workspace, name="Desk", transport="inapp", address="@ada")
    happen(workspace)
    happen(workspace, HIM)
    work()
    assert erase(workspace).notices == 1
    assert [notice.title for notice in Notice.objects.filter(teammate=ada)] == ["KeyError: x Bo"]


def test_sent_again_by_hand_it_says_that_she_was_erased(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route()
    happen(workspace)
    medium.fail = _fails
    work()
    erase(workspace)
    medium.fail = lambda message: None
    failed = Delivery.objects.get(status=Status.FAILED)
    assert (failed.payload, failed.error) == (ERASED_PAYLOAD, "")
    assert resend(failed)
    work()
    assert medium.said() == ["Server error (erased)"]


def test_erasing_twice_finds_nothing_the_second_time(workspace: Workspace) -> None:
    happen(workspace)
    erase(workspace)
    assert erase(workspace) == erasing.Forgotten()


def test_another_workspace_is_left_alone(workspace: Workspace) -> None:
    event = happen(make_workspace())
    erase(workspace)
    assert Event.objects.get(pk=event.pk).contact_name == "Zephyrine"


def test_who_routes_it_just_then_is_waited_for(workspace: Workspace, medium: Recorder, route: Route) -> None:
    route()
    happen(workspace)
    with transaction.atomic():
        routing.drain()
        erased = elsewhere(lambda: erase(workspace))
        elsewhere(wait_until_somebody_waits)()
    assert erased().deliveries == 1
    work()
    assert medium.calls == []


@pytest.mark.parametrize(
    ("text", "is_hers"),
    [
        ("a jane@a.test.", True),
        ("<JANE@A.TEST>", True),
        ('{"to": "jane@a.test"}', True),
        ("mary-jane@a.test", False),
        ("jane@a.test.au", False),
        ("xjane@a.test", False),
        ("+49 30 1234", True),
        ("(+49 30 1234)", True),
        ("+49 30 12345", False),
        ("1+49 30 1234", False),
    ],
)
def test_a_word_is_found_where_it_stands_by_itself(workspace: Workspace, text: str, is_hers: bool) -> None:
    wanted = erasing.pattern(["jane@a.test", "+49 30 1234"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s", [text, wanted])
        assert cursor.fetchone() == (is_hers,)
    assert bool(re.search(wanted, text, re.IGNORECASE)) == is_hers


def test_no_words_are_found_nowhere(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s", ["anything at all", erasing.pattern([])])
        assert cursor.fetchone() == (False,)


def _fails(message: Message) -> None:
    raise TransportError("No.", permanent=True)
