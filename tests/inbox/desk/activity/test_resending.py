"""What cannot be sent again says why, on the page where it was asked for."""

from __future__ import annotations

import pytest

from notifications.events import track
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Rule
from notifications.transports import TransportError
from notifications.words import Status
from tests.factories import make_delivery
from tests.inbox.desk.activity.conftest import failed
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_whose_route_is_off_or_gone_is_refused_in_words(workspace, agent, signed_in) -> None:
    delivery = make_delivery(failed(workspace), status=Status.FAILED, error="boom")
    page, path = signed_in(agent), f"/activity/deliveries/{delivery.public_id}/resend/"
    Rule.objects.update(enabled=False)
    assert "The route All is switched off. Switch it on" in page.post(path, follow=True).content.decode()
    Rule.objects.all().delete()
    assert "Make another route" in page.post(path, headers={"HX-Request": "true"}).content.decode()
    text = page.post("/activity/deliveries/resend/", {"like": str(delivery.public_id)}, follow=True).content.decode()
    assert "1 not: the route was deleted or is switched off." in text
    assert "has failed any more" not in text
    assert Delivery.objects.get().status == Status.FAILED


def test_what_was_grouped_into_one_that_failed_is_shown_as_failed_and_goes_with_it(
    workspace, agent, signed_in, medium
) -> None:
    Rule.objects.create(
        workspace=workspace, name="Errors", transport="recorder", address="#e", topics=["errors"], group_seconds=600
    )

    def fail(message) -> None:
        raise TransportError("channel_not_found", permanent=True)

    medium.fail = fail
    for _ in range(2):
        track(ServerError(error="E", where="a"), workspace=workspace)
    work()
    page = signed_in(agent)
    text = page.get("/activity/deliveries/").content.decode()
    assert "Grouped into a message that failed: channel_not_found" in text
    assert text.count("Resend<") == 1
    medium.fail = lambda message: None
    head = Delivery.objects.order_by("id")[0]
    text = page.post("/activity/deliveries/resend/", {"like": str(head.public_id)}, follow=True).content.decode()
    assert "1 to #e is being sent again." in text
    work()
    assert "×2" in medium.said()[0]
    assert not Delivery.objects.filter(status=Status.FAILED).exists()
