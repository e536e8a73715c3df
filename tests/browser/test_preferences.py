"""What one is told, over what, and when: chosen by keyboard, kept, and heeded by a phone that stands in for one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Worker, expect

from tests.browser.conftest import Open, axe, screens, wait
from tests.signin import signed_in
from tests.stack import Stack, running_stack
from tests.stand_ins.push import Device, PushService, push_service

PAGE = "/settings/notifications/"
# The browser's own subscription would be at a push service on the internet: this one is at the stand-in.
SUBSCRIBES = """({endpoint, p256dh, auth}) => {
  const toJSON = () => ({ endpoint, keys: { p256dh, auth } })
  const made = { endpoint, options: {}, toJSON, unsubscribe: async () => true }
  const kept = () => sessionStorage.getItem("subscribed") ? made : null
  PushManager.prototype.getSubscription = async () => kept()
  PushManager.prototype.subscribe = async () => { sessionStorage.setItem("subscribed", "yes"); return made }
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(env={"PUSH_ALLOW_ANY_HOST": "1"}) as running:
        yield running


@pytest.fixture
def phone(desk: Open, service: PushService) -> Iterator[tuple[Page, Device]]:
    """Bea's browser on the page, and the subscription that it would make; and her hours never end."""
    device = service.device()
    page = desk("bea", "/settings/profile/", permissions=["notifications"])
    given = {"endpoint": service.endpoint(device), "p256dh": device.p256dh, "auth": device.auth}
    page.add_init_script(f"({SUBSCRIBES})({given!r})")
    page.goto(page.url.replace("/settings/profile/", PAGE))
    page.get_by_role("radio", name=re.compile("^Always")).check()
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    yield page, device
    for button in page.get_by_role("button", name=re.compile("^Remove ")).all()[:1]:
        button.click()


def mention(stack: Stack, handle: str, words: str) -> str:
    """Have ada name somebody in a note of the newest open conversation. Return its path on the desk."""
    ada = signed_in(stack, "ada")
    [(public_id, number)] = stack.query(
        "SELECT c.public_id, c.number FROM inbox_conversation c JOIN people_workspace w ON w.id = c.workspace_id "
        "WHERE w.slug = 'demo' AND c.status = 'open' ORDER BY c.id DESC LIMIT 1"
    )
    given = {"kind": "note", "text": f"@{handle} {words}", "client_id": str(uuid.uuid4())}
    assert ada.post(f"/conversations/{public_id}/messages/", data=given).is_success
    return f"/inbox/all/{number}/"


def box(page: Page, name: str) -> Any:
    return page.get_by_role("checkbox", name=name, exact=True)


def test_what_one_is_told_is_chosen_by_keyboard_and_kept(desk: Open) -> None:
    page = desk("cem", PAGE)
    expect(box(page, "Mentions: Push")).to_be_checked()
    box(page, "Mentions: Push").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(box(page, "Mentions: Slack")).to_be_focused()
    with page.expect_response("**/choices/"):
        page.keyboard.press("Space")
    expect(box(page, "Mentions: Slack")).to_be_checked()
    page.reload()
    expect(box(page, "Mentions: Push")).not_to_be_checked()
    expect(box(page, "Mentions: Slack")).to_be_checked()
    expect(box(page, "Mentions: Email")).to_be_checked()


def test_a_box_that_could_not_be_saved_goes_back_and_says_so(desk: Open) -> None:
    page = desk("cem", PAGE)
    page.route("**/choices/", lambda route: route.abort())
    box(page, "Alerts: Push").click()
    expect(page.get_by_text("It was not saved")).to_be_visible()
    expect(box(page, "Alerts: Push")).not_to_be_checked()


def test_without_a_script_the_whole_is_saved_by_a_button(desk: Open) -> None:
    page = desk("cem", PAGE, java_script_enabled=False)
    box(page, "Alerts: Email").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(box(page, "Alerts: Email")).to_be_checked()


def test_own_hours_are_set_and_kept(desk: Open) -> None:
    page = desk("cem", PAGE)
    page.get_by_role("radio", name=re.compile("^My own hours")).check()
    expect(page.get_by_label("Monday, from")).to_have_value("09:00")
    page.get_by_label("Monday, from").fill("07:30")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Monday, from")).to_have_value("07:30")
    page.get_by_role("radio", name=re.compile("^The workspace")).check()
    expect(page.get_by_label("Monday, from")).to_be_hidden()


def test_do_not_disturb_from_the_face_is_seen_there_and_ended_there(desk: Open) -> None:
    page = desk("cem", "/inbox/all/")
    page.get_by_role("button", name=re.compile("^Cem.*Available")).press("Enter")
    page.get_by_role("button", name="Do not disturb for an hour").press("Enter")
    face = page.get_by_role("button", name=re.compile("not to be disturbed until"))
    expect(face).to_be_visible()
    assert axe(page) == []
    page.goto(page.url.replace("/inbox/all/", PAGE))
    expect(page.get_by_text(re.compile("You are not disturbed until"))).to_be_visible()
    page.get_by_role("button", name=re.compile("not to be disturbed until")).click()
    page.get_by_role("button", name=re.compile("Disturb me again")).click()
    expect(page.get_by_role("button", name=re.compile("not to be disturbed until"))).to_have_count(0)


def test_push_is_turned_on_by_a_tap_tested_tells_and_is_put_off_or_read_from_the_phone(
    phone: tuple[Page, Device], desk: Open, stack: Stack
) -> None:
    page, device = phone
    page.get_by_role("button", name="Turn push on").click()
    expect(page.get_by_text("This browser is told.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Test ")).click()
    expect(page.get_by_text("The test is on its way")).to_be_visible()
    assert "Push works" in [one["title"] for one in device.told]
    expect(page.get_by_text("Last told Today", exact=False)).to_be_visible()

    path = mention(stack, "bea", "the first of two")
    wait(page, lambda: [one for one in device.told if "the first of two" in one.get("body", "")])
    [told] = [one for one in device.told if "the first of two" in one.get("body", "")]
    assert told["url"].endswith(path)
    assert told["title"] == "Ada Lindqvist mentioned you in a note"
    worker = worker_of(page)
    later = "SELECT status, due_at > now() + interval '55 minutes' FROM notifications_delivery WHERE public_id = %s"
    worker.evaluate("([told, url]) => answer(told, 'later', url)", [told["told"], path])
    assert stack.query(later, told["told"]) == [("pending", True)]
    worker.evaluate("([told, url]) => answer(told, 'read', url)", [told["told"], path])
    wait(page, lambda: device.told[-1] == {"retract": told["tag"], "title": device.told[-1].get("title")})
    assert stack.query("SELECT count(*) FROM notifications_notice WHERE delivery IN (SELECT public_id FROM "
                       "notifications_delivery WHERE event_id = (SELECT event_id FROM notifications_delivery WHERE "
                       "public_id = %s)) AND read_at IS NULL", told["told"]) == [(0,)]  # fmt: skip


def worker_of(page: Page) -> Worker:
    """Return the page's service worker."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait(page, lambda: page.context.service_workers)
    return page.context.service_workers[0]


def test_a_tap_leads_an_open_desk_to_the_conversation_without_a_load(desk: Open, stack: Stack) -> None:
    page = desk("ada", PAGE, permissions=["notifications"])
    worker = worker_of(page)
    page.goto(f"{stack.url}/inbox/all/")
    page.evaluate("window.neverReloaded = true")
    path = page.locator(".row").first.get_attribute("href")
    # To take the window to the front needs a tap of a human's.
    worker.evaluate("(path) => open(path).catch(() => null)", path)
    expect(page).to_have_url(re.compile(f"{path}$"))
    expect(page.get_by_role("log")).to_be_visible()
    assert page.evaluate("window.neverReloaded")


def test_what_is_pushed_has_buttons_where_the_desk_can_know_it_again(desk: Open) -> None:
    page = desk("ada", PAGE, permissions=["notifications"])
    shown = worker_of(page).evaluate(
        """async () => {
          await told({ title: "Bea mentioned you", tag: "one", told: "0192", actions: ["later", "read", "format"] })
          await told({ title: "A sign-up", tag: "two" })
          const all = await registration.getNotifications()
          return all.map(({ tag, actions }) => [tag, ...actions.map(({ title }) => title)])
        }"""
    )
    assert sorted(shown) == [["one", "Reply later", "Mark read"], ["two"]]


def test_the_desk_can_be_installed_as_an_app(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/inbox/all/")
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []
    assert session.send("Page.getAppManifest")["errors"] == []
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    # What iOS asks for before it lets a page push.
    assert [manifest[name] for name in ("display", "start_url", "scope", "id")] == ["standalone", "/", "/", "/"]
    for icon in manifest["icons"]:
        assert page.request.get(stack.url + icon["src"]).headers["content-type"] == icon["type"]
    touch = page.locator('link[rel="apple-touch-icon"]').get_attribute("href")
    assert page.request.get(f"{stack.url}{touch}").headers["content-type"] == "image/png"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody_to_use(desk: Open, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", PAGE, width=width, height=height, color_scheme=scheme)
        expect(page.get_by_role("heading", name="What you are told")).to_be_visible()
        expect(page.get_by_text("Push needs JavaScript.")).to_have_count(0)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert axe(page) == []
        if width < 600:
            assert (box(page, "Mentions: Push").locator("..").bounding_box() or {"height": 0})["height"] >= 44
