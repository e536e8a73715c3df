"""Settings → Notifications: what one is told, over what, and when; and "do not disturb" in the menu of one's face."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.people.models import User
from notifications import bounces
from notifications.models import HoursOf, PushSubscription, Rule, Schedule
from notifications.personal.choices import all_choices
from notifications.personal.preferences import choose, chosen
from notifications.personal.schedules import be_quiet, schedule_of
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db

PAGE = "/settings/notifications/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bea():
    return make_teammate(make_workspace(timezone="Europe/Lisbon"), "bea", role="viewer")


@pytest.fixture
def page(bea) -> Client:
    return client_of(bea)


def client_of(teammate) -> Client:
    client = Client()
    client.force_login(teammate.user)
    return client


def ways_of(teammate, key: str) -> frozenset[str]:
    return chosen([teammate.pk], all_choices().values())[teammate.pk, key]


def test_every_choice_and_way_has_a_box_with_a_name_of_its_own(page) -> None:
    text = page.get(PAGE).content.decode()
    for choice in all_choices().values():
        for way in ("Desk", "Push", "Email", "Slack"):
            assert text.count(f'aria-label="{choice.title}: {way}"') == 1


def test_one_box_is_saved_by_itself(page, bea) -> None:
    for on, there in (("no", False), ("yes", True)):
        answer = page.post(f"{PAGE}choices/", {"choice": "mention", "way": "email", "on": on})
        assert answer.status_code == 204
        assert ("email" in ways_of(bea, "mention")) is there


@pytest.mark.parametrize("given", [{"choice": "mention", "way": "fax"}, {"choice": "nothing", "way": "push"}])
def test_a_box_that_is_not_there_is_refused_in_words(page, given) -> None:
    answer = page.post(f"{PAGE}choices/", {**given, "on": "yes"})
    assert answer.status_code == 422
    assert "Load the page again" in answer.content.decode()
    assert not Rule.objects.filter(face="preference").exists()


def test_without_a_script_the_whole_form_is_saved_at_once_and_only_what_differs_is_written(page, bea) -> None:
    ticked = {f"{key}.{way}": "on" for key, choice in all_choices().items() if not choice.on_for for way in choice.on}
    del ticked["mention.push"]
    assert "Saved." in page.post(f"{PAGE}choices/", {**ticked, "alert.slack": "on"}, follow=True).content.decode()
    assert ways_of(bea, "mention") == {"inapp", "email"}
    assert ways_of(bea, "alert") == {"slack"}
    assert Rule.objects.filter(teammate=bea).count() == 2


def test_another_one_s_preferences_are_their_own(page, bea) -> None:
    ada = make_teammate(bea.workspace, "ada")
    page.post(f"{PAGE}choices/", {"choice": "mention", "way": "email", "on": "no"})
    assert "email" in ways_of(ada, "mention")


def test_each_way_says_what_is_missing(page, bea) -> None:
    text = page.get(PAGE).content.decode()
    assert "Push is turned on in no browser yet" in text
    assert "Slack is not connected" in text
    assert bea.user.email in text
    PushSubscription.objects.create(
        workspace=bea.workspace, teammate=bea, endpoint="https://p.test/1", error="Gone bad."
    )
    text = page.get(PAGE).content.decode()
    assert "1 browser" in text
    assert "The last one did not go out. Gone bad." in text


def test_mail_that_came_back_is_told_with_its_reason_and_made_to_work_again(page, bea) -> None:
    bounces.note_bounce(bea.user.email, "550 5.1.1 <b>no such user</b>")
    text = page.get(PAGE).content.decode()
    assert "came back, so no more is sent there" in text
    assert "550 5.1.1 &lt;b&gt;no such user" in text
    assert f"Mail goes to {bea.user.email} again" in page.post(f"{PAGE}mail/", follow=True).content.decode()
    assert bounces.bounced(bea.user.email) is None


def test_the_hours_of_the_workspace_are_told_in_words(page, bea) -> None:
    assert "At any time, as none are set." in page.get(PAGE).content.decode()
    week = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed")}
    bea.workspace.business_hours = {**week, "sat": [["10:00", "14:00"]]}
    bea.workspace.holidays = [{"on": "2026-12-24", "name": ""}]
    bea.workspace.save()
    text = page.get(PAGE).content.decode()
    assert "Monday to Wednesday 09:00–12:30 and 13:30–18:00, Saturday 10:00–14:00, Lisbon time, less 1 holiday." in text


def test_own_hours_are_kept_and_shown_again(page, bea) -> None:
    sent = {"when": "week", "mon-from": ["09:00", "13:00"], "mon-to": ["12:00", "00:00"]}
    assert page.post(f"{PAGE}schedule/", sent).status_code == 302
    kept = Schedule.objects.get(teammate=bea)
    assert (kept.hours, kept.own_hours) == (HoursOf.OWN, {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]})
    sheet = page.get(PAGE).context["sheet"]
    assert [(span.start, span.end) for span in sheet.days[0].spans] == [("09:00", "12:00"), ("13:00", "00:00")]
    page.post(f"{PAGE}schedule/", {"when": "always"})
    kept.refresh_from_db()
    assert (kept.hours, bool(kept.own_hours)) == (HoursOf.ALWAYS, True)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"when": "week"}, "Give at least one day hours"),
        ({"when": "week", "mon-from": "12:00", "mon-to": "09:00"}, "09:00 is not after 12:00"),
        ({"when": "sometimes"}, "Choose the workspace’s hours"),
        ({}, "Choose the workspace’s hours"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_was_sent_still_there(page, sent, words) -> None:
    answer = page.post(f"{PAGE}schedule/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "mon-from" in sent:
        assert answer.context["sheet"].days[0].spans[0].start == "12:00"
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(("asked", "least", "most"), [("hour", 59, 60), ("morning", 1, 60 * 30)])
def test_do_not_disturb_from_the_menu_shows_it_on_the_face(page, bea, asked, least, most) -> None:
    text = page.post("/me/quiet/", {"for": asked}, headers=HTMX).content.decode()
    assert "not to be disturbed until" in text
    assert "Disturb me again" in text
    until = Schedule.objects.get(teammate=bea).quiet_until
    assert until is not None
    assert timedelta(minutes=least) <= until - timezone.now() + timedelta(seconds=60) <= timedelta(minutes=most + 1)
    assert "not to be disturbed until" in page.get("/inbox/all/").content.decode()
    text = page.post("/me/quiet/", {"for": "off"}, headers=HTMX).content.decode()
    assert "not to be disturbed" not in text
    assert schedule_of(bea).quiet_until is None


def test_a_day_and_time_are_those_of_who_writes_them(page, bea) -> None:
    User.objects.filter(pk=bea.user_id).update(timezone="Asia/Tokyo")
    day = timezone.now() + timedelta(days=3)
    page.post("/me/quiet/", {"for": "until", "until": f"{day:%Y-%m-%d}T09:00"})
    until = Schedule.objects.get(teammate=bea).quiet_until
    assert until is not None
    assert f"{until:%Y-%m-%d %H:%M}" == f"{day:%Y-%m-%d} 00:00"
    assert "09:00" in page.get(PAGE).context["quiet_until"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"for": "until", "until": "2001-01-01T09:00"}, "has passed"),
        ({"for": "until", "until": "9999-12-31T23:59"}, "A year is the longest"),
        ({"for": "until", "until": "soon"}, "Give the day and the time"),
        ({"for": "until"}, "Give the day and the time"),
        ({"for": "ever"}, "Choose for how long"),
        ({}, "Choose for how long"),
    ],
)
def test_quiet_until_nonsense_is_refused_in_words(page, sent, words) -> None:
    assert words in page.post("/me/quiet/", sent, follow=True).content.decode()
    refused = page.post("/me/quiet/", sent, headers=HTMX)
    assert (refused.status_code, words in refused.content.decode()) == (400, True)
    assert not Schedule.objects.exists()


def test_quiet_that_is_over_leaves_no_sign(page, bea) -> None:
    be_quiet(bea, timezone.now() + timedelta(hours=1), timezone.now())
    Schedule.objects.update(quiet_until=timezone.now() - timedelta(seconds=1))
    assert "not to be disturbed" not in page.get("/inbox/all/").content.decode()
    assert not page.get(PAGE).context["is_asked"]


def test_the_page_takes_as_many_queries_whatever_was_chosen(page, bea) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page.get(PAGE)
        return len(found)

    queries()
    few = queries()
    for key in all_choices():
        for way in ("inapp", "push", "email", "slack"):
            choose(bea, key, way, on=True)
    for n in range(5):
        PushSubscription.objects.create(workspace=bea.workspace, teammate=bea, endpoint=f"https://p.test/{n}")
    assert queries() == few


@pytest.mark.parametrize("door", ["choices/", "schedule/", "mail/", "push/00000000-0000-4000-8000-000000000000/test/"])
def test_a_door_takes_a_post_of_somebody_who_is_signed_in_from_our_own_page(page, bea, door) -> None:
    assert page.get(f"{PAGE}{door}").status_code == 405
    assert Client().post(f"{PAGE}{door}").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bea.user)
    assert strict.post(f"{PAGE}{door}").status_code == 403
