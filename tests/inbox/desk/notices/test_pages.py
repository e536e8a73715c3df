"""The Notifications page: what it shows, in what order, and what its buttons do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.desk.notices import feed
from inbox.desk.notices.forgetting import forget_read
from notifications import queries
from notifications.models import Delivery, Notice
from notifications.words import Status
from tests.factories import make_conversation, make_teammate
from tests.inbox.desk.notices.conftest import make_notice
from tests.notifications.conftest import work

# A worker sends from threads of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def titles(answer) -> list[str]:
    return [line.notice.title for line in answer.context["lines"]]


def test_whoever_is_named_finds_who_did_it_what_was_said_and_where(bea, name, signed_in) -> None:
    conversation = name(bea, "can you call <them>?")
    page = signed_in(bea).get("/notifications/")
    text = page.content.decode()
    assert titles(page) == ["Ada mentioned you in a note"]
    assert conversation.contact.display_name in text
    assert "can you call &lt;them&gt;?" in text
    assert f'href="/inbox/all/{conversation.number}/"' in text
    assert 'class="badge" aria-hidden="true">1<' in text


def test_a_strange_name_of_this_desk_does_not_lead_away_from_it(bea, settings) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    leads = {
        "https://desk.example/inbox/all/7/": "/inbox/all/7/",
        "https://desk.example.evil.test/x": "https://desk.example.evil.test/x",
        "https://elsewhere.example/x": "https://elsewhere.example/x",
        "javascript:alert(1)": "",
        "": "",
    }
    for url in leads:
        make_notice(bea, url=url)
    found = feed.lines(Notice.objects.order_by("pk"))
    assert [line.url for line in found] == list(leads.values())


def test_what_leads_nowhere_else_leads_to_its_event(bea, name) -> None:
    name(bea)
    notice = Notice.objects.get()
    Notice.objects.update(url="")
    event = Delivery.objects.get(public_id=notice.delivery).event
    [line] = feed.lines(Notice.objects.all())
    assert line.url == f"/activity/{event.public_id}/"


def test_the_newest_come_first_and_older_pages_go_on_from_there(bea, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(queries.page_of, "__defaults__", ("", 3))
    for n in range(7):
        make_notice(bea, title=f"Notice {n}")
    browser = signed_in(bea)
    seen, before = [], ""
    for _ in range(3):
        page = browser.get(f"/notifications/rows/?before={before}")
        seen += titles(page)
        before = page.context["older"]
    assert seen == [f"Notice {n}" for n in range(6, -1, -1)]
    assert before == ""


def test_the_unread_alone_are_shown_where_that_is_asked_and_nonsense_asks_for_all(bea, signed_in) -> None:
    make_notice(bea, title="Old news", read_at=timezone.now())
    make_notice(bea, title="News")
    browser = signed_in(bea)
    assert titles(browser.get("/notifications/?show=unread")) == ["News"]
    assert titles(browser.get("/notifications/?show=weather&before=nothing")) == ["News", "Old news"]


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Nothing yet"), ("?show=unread", "You have read everything"), ("?before=x", "Nothing older")],
)
def test_an_empty_page_says_what_would_stand_there(bea, signed_in, query, words) -> None:
    assert words in signed_in(bea).get(f"/notifications/{query}").content.decode()


def test_one_is_marked_read_and_unread_again_and_the_row_says_so(bea, name, signed_in) -> None:
    name(bea)
    notice = Notice.objects.get()
    browser = signed_in(bea)
    row = browser.post(f"/notifications/{notice.public_id}/read/", headers={"HX-Request": "true"}).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "Mark unread" in row
    assert browser.get("/notifications/news/").json()["unread"] == ""
    row = browser.post(f"/notifications/{notice.public_id}/unread/", headers={"HX-Request": "true"}).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None
    assert "Mark read" in row
    assert browser.get("/notifications/news/").json()["unread"] == "1"


def test_what_was_marked_unread_is_cleared_by_reading_the_conversation_again(bea, name, signed_in) -> None:
    conversation = name(bea)
    conversation.refresh_from_db()
    notice = Notice.objects.get()
    read_by_teammate(conversation, bea, conversation.last_seq)
    signed_in(bea).post(f"/notifications/{notice.public_id}/unread/")
    assert Notice.objects.get().read_at is None
    read_by_teammate(conversation, bea, conversation.last_seq)
    assert Notice.objects.get().read_at is not None


def test_marking_one_read_sends_no_letter_about_it(bea, name, signed_in) -> None:
    name(bea)
    notice = Notice.objects.get()
    signed_in(bea).post(f"/notifications/{notice.public_id}/read/")
    Delivery.objects.filter(transport="email").update(due_at=timezone.now())
    work()
    letter = Delivery.objects.get(transport="email")
    assert (letter.status, letter.cause) == (Status.SUPPRESSED, "seen")


def test_all_are_marked_read_at_once_and_nobody_elses(ada, bea, name, signed_in) -> None:
    other = make_teammate(bea.workspace, "cem")
    for _ in range(2):
        name(bea)
    name(other)
    answer = signed_in(bea).post("/notifications/read/?show=unread", headers={"HX-Request": "true"})
    assert "You have read everything" in answer.content.decode()
    assert set(Notice.objects.filter(read_at__isnull=True).values_list("teammate", flat=True)) == {other.pk}
    assert signed_in(other).post("/notifications/read/")["Location"] == "/notifications/"
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_a_page_takes_the_same_queries_for_two_notices_and_for_forty(bea, name, signed_in) -> None:
    browser = signed_in(bea)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    addresses = ["/notifications/", "/notifications/rows/", "/notifications/news/"]
    name(bea)
    make_notice(bea)
    count(addresses[0])
    few = [count(address) for address in addresses]
    for _ in range(20):
        name(bea)
        make_notice(bea)
    assert [count(address) for address in addresses] == few
    assert few[2] <= 8


def test_the_number_stops_at_99(bea, signed_in) -> None:
    for _ in range(101):
        make_notice(bea)
    browser = signed_in(bea)
    assert browser.get("/notifications/news/").json()["unread"] == "99+"
    assert ">99+<" in browser.get("/inbox/mine/").content.decode()


def test_a_desk_is_told_which_conversations_hold_an_unread_notice_or_mention(ada, bea, name, signed_in) -> None:
    conversation = name(bea)
    given = make_conversation(bea.workspace)
    actions.assign(given, bea, by=ada)
    work()
    browser = signed_in(bea)
    told = browser.get("/notifications/news/").json()
    assert told["conversations"] == sorted([str(conversation.public_id), str(given.public_id)])
    assert told["mentions"] == [str(conversation.public_id)]
    assert told["newest"]["conversation"] == str(given.public_id)
    assert told["newest"]["url"] == f"/inbox/all/{given.number}/"
    conversation.refresh_from_db()
    read_by_teammate(conversation, bea, conversation.last_seq)
    told = browser.get("/notifications/news/").json()
    assert told["mentions"] == []
    assert told["conversations"] == [str(given.public_id)]


def test_what_was_read_90_days_ago_is_forgotten_and_what_was_not_read_is_kept(bea, monkeypatch) -> None:
    monkeypatch.setattr("inbox.desk.notices.forgetting.BATCH", 2)
    now = timezone.now()
    for title, made, read in [
        ("read long ago", 100, 95), ("never read", 200, None), ("read long ago, too", 120, 91), ("read lately", 150, 3),
        ("new", 1, 1),
    ]:  # fmt: skip
        notice = make_notice(bea, title=title, read_at=now - timedelta(days=read) if read else None)
        Notice.objects.filter(pk=notice.pk).update(created_at=now - timedelta(days=made))
    assert forget_read() == 2
    assert set(Notice.objects.values_list("title", flat=True)) == {"never read", "read lately", "new"}
