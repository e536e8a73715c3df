"""Nobody is shown, or can touch, a notice of somebody else, or one of a conversation that they may not see any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from inbox.conversations import actions
from inbox.models import Conversation
from inbox.people.models import Teammate
from notifications.models import Notice
from tests.factories import make_team, make_teammate, make_workspace
from tests.inbox.desk.notices.conftest import make_notice
from tests.notifications.conftest import work

# A worker sends from threads of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def shown(browser: Client) -> list[str]:
    """Return the titles on the page, having checked that the fragment shows the same."""
    found = [[line.notice.title for line in browser.get(address).context["lines"]]
             for address in ("/notifications/", "/notifications/rows/")]  # fmt: skip
    assert found[0] == found[1]
    return found[0]


def hide(conversation: Conversation, by: Teammate) -> None:
    """Move a conversation into a private team of nobody's."""
    actions.move(conversation, make_team(conversation.workspace, is_private=True), by=by)


def test_strangers_are_asked_to_sign_in() -> None:
    for address in ("/notifications/", "/notifications/rows/", "/notifications/news/"):
        assert Client().get(address)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("verb", ["read", "unread"])
def test_a_notice_of_another_teammate_or_workspace_does_not_exist(bea, name, signed_in, verb) -> None:
    name(bea)
    notice = Notice.objects.get()
    owner_elsewhere = make_teammate(make_workspace(), "owner", role="owner")
    owner_here = make_teammate(bea.workspace, "boss", role="owner")
    for mate in (owner_here, owner_elsewhere):
        browser = signed_in(mate)
        assert browser.post(f"/notifications/{notice.public_id}/{verb}/").status_code == 404
        assert shown(browser) == []
        assert browser.get("/notifications/news/").json()["newest"] is None
    notice.refresh_from_db()
    assert notice.read_at is None


def test_changing_anything_takes_a_post(bea, name, signed_in) -> None:
    name(bea)
    notice = Notice.objects.get()
    for address in ("read/", f"{notice.public_id}/read/", f"{notice.public_id}/unread/"):
        assert signed_in(bea).get(f"/notifications/{address}").status_code == 405


def test_who_loses_sight_loses_the_notice_the_count_and_the_news(ada, bea, name, signed_in) -> None:
    conversation = name(bea, "the customer's secret")
    make_notice(bea, title="An alert")
    browser = signed_in(bea)
    assert len(shown(browser)) == 2
    hide(conversation, ada)
    assert shown(browser) == ["An alert"]
    told = browser.get("/notifications/news/").json()
    assert told["unread"] == "1"
    assert told["newest"]["title"] == "An alert"
    assert told["conversations"] == told["mentions"] == []
    for address in ("/notifications/", "/notifications/rows/", "/inbox/mine/", "/inbox/mentions/"):
        assert "secret" not in browser.get(address).content.decode()
    notice = Notice.objects.get(conversation__isnull=False)
    for verb in ("read", "unread"):
        assert browser.post(f"/notifications/{notice.public_id}/{verb}/").status_code == 404


def test_who_sees_again_has_the_notice_again(ada, bea, name, signed_in) -> None:
    conversation = name(bea)
    hide(conversation, ada)
    actions.move(Conversation.objects.get(pk=conversation.pk), None, by=ada)
    assert len(shown(signed_in(bea))) == 1


def test_who_loses_sight_before_a_worker_comes_is_not_told_at_all(ada, bea, signed_in) -> None:
    from tests.factories import make_conversation

    conversation = make_conversation(bea.workspace)
    actions.note(conversation, ada, "@bea a secret")
    hide(Conversation.objects.get(pk=conversation.pk), ada)
    work()
    assert not Notice.objects.filter(teammate=bea).exists()


def test_a_viewer_reads_and_clears_their_own(ada, workspace, name, signed_in) -> None:
    viewer: Any = make_teammate(workspace, "vic", role="viewer")
    name(viewer)
    browser = signed_in(viewer)
    assert len(shown(browser)) == 1
    notice = Notice.objects.get()
    assert browser.post(f"/notifications/{notice.public_id}/read/").status_code == 204
