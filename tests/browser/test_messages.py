"""Messages in a browser: written while the letter is looked at, tested on oneself, sent, and taken back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.mail_server import MailServer, mail_server
from tests.stack import Stack, running_stack

IMPORTED = """
from imports.events import ImportFinished
from inbox.people.models import Teammate, Workspace
from notifications.events import track
w = Workspace.objects.get(slug="demo")
track(ImportFinished(import_id="{id}", source="CSV", file="people.csv", total=50, created=40, updated=8, unchanged=1,
      refused=1, import_url="/imports/{id}/", refused_url="/imports/{id}/refused/"),
      workspace=w, actor=Teammate.objects.get(workspace=w, handle="bea"))
"""
SAYS = """
from inbox.events import who_of
from inbox.models import Message
from inbox.people.audit import COMMAND_LINE
from notifications.automations.saving import save_automation
from notifications.events import track
from notifications.kinds.custom import Custom
contact = Message.objects.get(text="{said}").contact
save_automation(contact.workspace, {{"name": "{said}", "enabled": True, "kinds": ["user.wrote"], "channel": "chat",
    "subject": "x", "body": "{answer}"}}, by=COMMAND_LINE)
track(Custom(own_name="user.wrote"), workspace=contact.workspace, contact=who_of(contact))
"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def stack(mailbox: MailServer) -> Iterator[Stack]:
    with running_stack(env={"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}) as running:
        yield running


@pytest.fixture(scope="module")
def imported(stack: Stack) -> str:
    """An import that has ended, begun by bea."""
    made = str(uuid.uuid4())
    stack.manage("shell", "-c", IMPORTED.format(id=made))
    return made


def wait(page: Page, found: Callable[[], list[EmailMessage]]) -> EmailMessage:
    """Look until there is one."""
    for _ in range(400):
        if letters := found():
            return letters[0]
        page.wait_for_timeout(50)
    raise AssertionError("no such letter came")


def letters(mailbox: MailServer, subject: str) -> list[EmailMessage]:
    return [letter for letter in mailbox.letters if subject in str(letter["Subject"])]


def opened(desk: Open, who: str = "cem", **options: object) -> Page:
    page = desk(who, "/messages/", **options)
    page.get_by_role("link", name="Your contacts are in").click()
    return page


def test_the_message_of_an_import_is_edited_seen_tested_sent_and_taken_back(
    desk: Open, stack: Stack, mailbox: MailServer, imported: str
) -> None:
    page = opened(desk)
    first = wait(page, lambda: letters(mailbox, "Your contacts are in: 40 new, 8 updated"))
    assert first["To"] == "bea@demo.test"
    drawn = page.frame_locator("iframe[name=drawn]")
    expect(drawn.get_by_text("1 were refused")).to_be_visible()
    expect(page.locator("#trial")).to_contain_text("Import of people.csv")

    mark = uuid.uuid4().hex[:6]
    page.get_by_label("Subject").fill(f"{mark}: {{{{ data.file }}}} is in")
    text = page.get_by_label("Text", exact=True)
    text.fill("Hello **{{ recipient.first_name }}**,\n\n**[Look at it]({{ data.import_url }})**")
    # As it is written, without a save.
    expect(page.locator("#trial")).to_contain_text(f"{mark}: people.csv is in")
    link = drawn.get_by_role("link", name="Look at it")
    expect(link).to_have_attribute("href", re.compile(f"/imports/{imported}/$"))
    expect(drawn.locator("strong", has_text="Cem")).to_be_visible()
    page.get_by_text("What you can put in").click()
    expect(page.locator("#names")).to_contain_text("{{ data.created }}")

    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text("A test is on its way to cem@demo.test")).to_be_visible()
    test = wait(page, lambda: letters(mailbox, f"[Test] {mark}: people.csv is in"))
    assert test["To"] == "cem@demo.test"

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    stack.manage("shell", "-c", IMPORTED.format(id=uuid.uuid4()))
    sent = wait(page, lambda: [letter for letter in letters(mailbox, mark) if "[Test]" not in letter["Subject"]])
    assert sent["To"] == "bea@demo.test"
    page.get_by_role("link", name="Sent", exact=True).click()
    expect(page.locator(".told-list")).to_contain_text("version 2")

    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Go back to this version").click()
    expect(page.get_by_text("It says again what it said in version 1. That is version 3 now.")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value(re.compile("^Your contacts are in"))


def test_a_mistake_is_marked_where_it_is_and_nothing_is_lost(desk: Open, imported: str) -> None:
    page = opened(desk)
    expect(page.frame_locator("iframe[name=drawn]").get_by_text("were refused").first).to_be_visible()
    page.get_by_label("Text", exact=True).fill("Hello {{ contct.name }}")
    expect(page.locator("#trial")).to_contain_text("There is no “contct”")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#id_body_error")).to_contain_text("There is no “contct”")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Hello {{ contct.name }}")


def test_what_fits_the_audience_is_shown_and_going_back_leaves_the_editor_at_once(desk: Open, imported: str) -> None:
    page = opened(desk)
    expect(page.get_by_label("In the name of")).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^Teammates")).check()
    expect(page.get_by_label("Skills")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^The contact")).check()
    expect(page.get_by_label("In the name of")).to_be_visible()
    page.get_by_label("By", exact=True).select_option("chat")
    expect(page.locator(".chat-said")).to_be_visible()
    expect(page.locator("#letter")).to_be_hidden()
    page.go_back()
    expect(page.get_by_role("link", name="New message")).to_be_visible()


def test_a_message_of_the_chat_appears_in_the_open_widget_and_on_the_desk(
    window: Open, desk: Open, stack: Stack
) -> None:
    said, answer = f"Hello {uuid.uuid4()}", f"Welcome {uuid.uuid4()}"
    page = window()
    page.goto(f"{stack.url}/demo/")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    page.get_by_role("textbox").fill(said)
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("Sent")).to_be_visible()
    stack.manage("shell", "-c", SAYS.format(said=said, answer=answer))
    expect(page.get_by_role("log")).to_contain_text(answer)
    agent = desk("ada", "/inbox/unassigned/")
    agent.locator(".row", has_text=answer).click()
    expect(agent.locator(".msg", has_text=answer).locator(".name")).to_have_text("Northwind")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_can_be_used_by_everybody(desk: Open, imported: str, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", "/messages/", width=width, height=height, color_scheme=scheme)
        assert axe(page) == []
        page.get_by_role("link", name="Your contacts are in").click()
        expect(page.frame_locator("iframe[name=drawn]").get_by_text("were refused").first).to_be_visible()
        assert axe(page) == []
        for tab in ("Versions", "Sent"):
            page.get_by_role("link", name=tab, exact=True).click()
            expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")
            assert axe(page) == []
        page.close()
