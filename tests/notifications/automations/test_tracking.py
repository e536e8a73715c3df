"""Who looks at a letter is counted only where the workspace asks for it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import AuditFact
from inbox.people.permissions import Forbidden
from notifications.automations import tracking
from notifications.models import AutomatedDelivery, Delivery
from tests.factories import make_teammate
from tests.notifications.automations.conftest import signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
TARGET = "https://docs.example/start?a=1&b=2"


def letter_of(make, nadia) -> str:
    """Send a letter with a link and return its HTML."""
    make(body=f"Look at [this]({TARGET}) and [write](mailto:a@b.example)")
    signs_up(nadia)
    work()
    return str(mail.outbox[-1].alternatives[0][0])


def links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]


def test_it_is_off_until_somebody_who_runs_the_workspace_switches_it_on(make, nadia, ada) -> None:
    html = letter_of(make, nadia)
    assert TARGET in links(html)
    assert "<img" not in html
    with pytest.raises(Forbidden):
        tracking.switch(nadia.workspace, on=True, by=Actor(make_teammate(nadia.workspace)))
    for _ in range(2):
        tracking.switch(nadia.workspace, on=True, by=Actor(ada))
    assert AuditFact.objects.filter(kind="mail_tracking.changed").count() == 1
    assert tracking.is_on(nadia.workspace)


def test_opening_and_following_are_noted_once_and_what_is_kept_of_the_letter_opens_nothing(make, nadia) -> None:
    tracking.switch(nadia.workspace, on=True, by=COMMAND_LINE)
    html = letter_of(make, nadia)
    assert "<img" not in Delivery.objects.get().payload["html"]
    assert TARGET not in links(html)
    assert "mailto:a@b.example" in links(html)
    [link] = [link for link in links(html) if "/mail/go/" in link]
    [picture] = re.findall(r'<img src="https://desk.test([^"]*)"', html)
    client = Client()
    shown = client.get(picture)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/gif")
    row = AutomatedDelivery.objects.get()
    assert row.opened_at is not None
    assert row.clicked_at is None
    led = client.get(link.removeprefix("https://desk.test"))
    assert (led.status_code, led["Location"]) == (302, TARGET)
    first = AutomatedDelivery.objects.get()
    client.get(link.removeprefix("https://desk.test"))
    client.get(picture)
    again = AutomatedDelivery.objects.get()
    assert (first.opened_at, first.clicked_at) == (again.opened_at, again.clicked_at)
    assert (first.opened_at, first.clicked_at is None) == (row.opened_at, False)


def test_once_it_is_off_again_links_lead_on_and_nothing_is_noted(make, nadia) -> None:
    tracking.switch(nadia.workspace, on=True, by=COMMAND_LINE)
    html = letter_of(make, nadia)
    tracking.switch(nadia.workspace, on=False, by=COMMAND_LINE)
    [link] = [link for link in links(html) if "/mail/go/" in link]
    assert Client().get(link.removeprefix("https://desk.test"))["Location"] == TARGET
    assert AutomatedDelivery.objects.get().clicked_at is None


@pytest.mark.parametrize("token", ["x", "https:evil.test", Signer().sign_object(["0" * 32, "https://evil.test/"])])
def test_nobody_else_can_have_us_lead_anywhere(token) -> None:
    answer = Client().get(f"/mail/go/{token}/")
    assert answer.status_code == 404
    assert "Location" not in answer
    assert Client().get(f"/mail/seen/{token}.gif").status_code == 200
