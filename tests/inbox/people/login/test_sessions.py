"""Sessions: seen, and ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from inbox.people.models import AuditFact
from tests.factories import make_teammate
from tests.inbox.people.login.steps import (
    browser,
    is_signed_in,
    sign_in,
)

pytestmark = pytest.mark.django_db


def test_one_sees_where_one_is_signed_in_and_ends_a_session_at_once(client, ada) -> None:
    phone = browser(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0")
    for one in (client, phone):
        sign_in(one, ada.user)
    page = client.get("/settings/security/").content.decode()
    assert "Firefox 131, Linux" in page
    assert page.count("This one") == 1
    [there] = UserSession.objects.filter(session_key=phone.session.session_key)
    client.post(f"/settings/security/sessions/{there.pk}/end/")
    assert not is_signed_in(phone)
    assert is_signed_in(client)
    assert AuditFact.objects.get(kind="session.ended").data["where"] == "Firefox 131, Linux"


def test_nobody_ends_the_sessions_of_somebody_else(client, ada) -> None:
    bea, hers = make_teammate(ada.workspace, "bea"), browser()
    sign_in(hers, bea.user, "password")
    sign_in(client, ada.user)
    [session] = UserSession.objects.filter(user=bea.user)
    client.post(f"/settings/security/sessions/{session.pk}/end/")
    client.post("/settings/security/sessions/end/")
    assert is_signed_in(hers)


def test_ending_all_others_leaves_this_one(client, ada) -> None:
    others = [browser(), browser()]
    for one in (client, *others):
        sign_in(one, ada.user)
    client.post("/settings/security/sessions/end/")
    assert [is_signed_in(one) for one in (client, *others)] == [True, False, False]


def test_signing_out_takes_the_session_off_the_list(client, ada) -> None:
    sign_in(client, ada.user)
    client.post("/accounts/logout/")
    assert not UserSession.objects.filter(user=ada.user).exists()


def test_the_list_of_sessions_takes_the_same_queries_for_two_and_for_ten(
    client, ada, django_assert_max_num_queries
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            assert client.get("/settings/security/").status_code == 200
        return len(captured)

    sign_in(client, ada.user)
    client.get("/settings/security/")
    few = queries()
    for _ in range(9):
        sign_in(browser(), ada.user)
    assert queries() == few


def test_when_a_session_was_seen_is_noted_without_a_write_for_each_page(client, ada) -> None:
    sign_in(client, ada.user)
    client.get("/settings/profile/")
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    client.get("/settings/profile/")
    assert UserSession.objects.get().last_seen_at < timezone.now() - timedelta(hours=1)
