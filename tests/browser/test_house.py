"""The house fills: a workspace is made, colleagues come by letter, answer, move about, and go."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, axe, screens
from tests.browser.test_conversation import open_row, reply, row
from tests.browser.test_widget import opened, write
from tests.stack import Stack, running_stack

SHOP = "http://shop.test"
WORDS = "three blue bicycles"


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this file's letters end up."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def stack(letters: Path) -> Iterator[Stack]:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with running_stack(env={"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(letters)}) as running:
        yield running


def letter_to(letters: Path, page: Page, address: str, saying: str) -> str:
    """Wait for the newest letter to `address` with `saying` in it, and return its text."""
    for _ in range(600):
        for file in sorted(letters.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True):
            for raw in re.split(rb"\n-{79}\n", file.read_bytes()):
                letter = message_from_bytes(raw.lstrip(), policy=policy.default)
                body = letter.get_body(("plain",)) if letter["To"] == address else None
                if body is not None and saying in (text := body.get_content()):
                    return text
        page.wait_for_timeout(50)  # between two looks at what is waited for
    raise AssertionError(f"no letter to {address} says {saying!r}")


def link_in(letter: str) -> str:
    found = re.search(r"https?://\S+/invitations/\S+", letter)
    assert found is not None, letter
    return found[0]


def new_address() -> str:
    return f"{secrets.token_hex(4)}@shop.test"


def invite(page: Page, stack: Stack, address: str, team: str | None = None) -> None:
    page.goto(f"{stack.url}/settings/teammates/")
    page.get_by_label("Email addresses").fill(address)
    if team:
        page.locator("#invite").get_by_label(team).check()
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text(f"An invitation is on its way to {address}")).to_be_visible()


def join(page: Page, link: str, name: str, workspace: str = "Northwind") -> None:
    """Open an invitation's link in a browser that knows nobody, make a login and join."""
    page.goto(link)
    expect(page.get_by_role("heading", name=f"Join {workspace}")).to_be_visible()
    page.get_by_role("link", name="Create your login").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Create your login").click()
    page.get_by_role("button", name=f"Join {workspace}").click()
    expect(page.get_by_role("heading", name="Mine", exact=True)).to_be_visible()


def remove(page: Page, stack: Stack, name: str) -> None:
    page.goto(f"{stack.url}/settings/teammates/")
    page.get_by_role("link", name=re.compile(name)).click()
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Remove {name.split()[0]}").click()
    expect(page.get_by_text(f"{name} does not work here any more")).to_be_visible()


def test_an_invited_newcomer_answers_a_visitor_and_once_removed_is_out_at_once(
    window: Open, desk: Open, stack: Stack, letters: Path
) -> None:
    ada, address = desk("ada", "/settings/teammates/"), new_address()
    invite(ada, stack, address, team="Support")
    link = link_in(letter_to(letters, ada, address, "invites you to work in Northwind"))
    dov = window(timezone_id="Europe/Lisbon")
    dov.goto(link)
    assert axe(dov) == []
    join(dov, link, "Dov Lander")

    visitor, said = opened(window, stack), f"Is somebody new there? {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    dov.goto(f"{stack.url}/inbox/unassigned/")
    open_row(dov, said)
    reply(dov, "Yes, since today.")
    expect(visitor.get_by_role("log")).to_contain_text("Yes, since today.")
    expect(visitor.get_by_role("log")).to_contain_text("Dov Lander")
    dov.get_by_role("button", name=re.compile("^Assign")).click()
    dov.locator("#assignee-menu").get_by_role("button", name="Dov Lander").click()
    expect(dov.get_by_role("button", name=re.compile("Assignee: .*Dov Lander"))).to_be_visible()

    remove(ada, stack, "Dov Lander")
    expect(dov.get_by_role("heading", name="You no longer work in Northwind")).to_be_visible()
    expect(dov.locator("body")).not_to_contain_text(said)
    assert axe(dov) == []
    dov.goto(f"{stack.url}/inbox/all/")
    expect(dov.get_by_role("heading", name="Sign in")).to_be_visible()
    dov.goto(link)
    expect(dov.get_by_text("This invitation was used already")).to_be_visible()

    # What they held is there for whoever looks next.
    ada.goto(f"{stack.url}/inbox/unassigned/")
    expect(row(ada, "Yes, since today.")).to_be_visible()


def test_a_forwarded_link_says_for_whom_it_is_not(window: Open, desk: Open, stack: Stack, letters: Path) -> None:
    ada, address = desk("ada", "/settings/teammates/"), new_address()
    invite(ada, stack, address)
    link = link_in(letter_to(letters, ada, address, "invites you"))
    bea = desk("bea", "/inbox/mine/")
    bea.goto(link)
    expect(bea.get_by_role("alert")).to_contain_text(f"mailed to {address[0]}…@shop.test")
    expect(bea.get_by_role("alert")).to_contain_text("signed in as bea@demo.test")
    assert axe(bea) == []
    bea.get_by_role("button", name="Sign out").click()
    bea.goto(link)
    expect(bea.get_by_text(address)).to_be_visible()

    ada.goto(f"{stack.url}/settings/teammates/")
    ada.get_by_role("button", name=f"Withdraw the invitation for {address}").click()
    ada.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(ada.get_by_text(f"The invitation for {address} is withdrawn")).to_be_visible()
    bea.goto(link)
    expect(bea.get_by_role("heading", name="Withdrawn")).to_be_visible()


@pytest.mark.timeout(300)
def test_from_a_bare_sign_up_over_the_three_steps_to_a_colleague_who_answers(
    window: Open, stack: Stack, letters: Path
) -> None:
    owner, address = window(timezone_id="Asia/Tokyo"), new_address()
    owner.goto(f"{stack.url}/accounts/signup/")
    owner.get_by_label("Your name").fill("Kō Tanaka")
    owner.get_by_label("Email").fill(address)
    owner.get_by_label("Password", exact=True).fill(WORDS)
    owner.get_by_role("button", name="Create your login").click()
    letter = letter_to(letters, owner, address, "code")
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", letter, re.M)
    assert code is not None, letter
    owner.get_by_label(re.compile("Code")).fill(code[1])
    owner.get_by_label(re.compile("Code")).press("Enter")

    expect(owner.get_by_role("heading", name="You are in no workspace yet")).to_be_visible()
    assert axe(owner) == []
    owner.get_by_role("link", name="Make a workspace").click()
    expect(owner.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    assert axe(owner) == []
    owner.get_by_label("Company or product").fill("Kōen Labs")
    owner.keyboard.press("Enter")  # the keyboard is enough
    expect(owner.get_by_role("heading", name="Put the chat on your site")).to_be_visible()
    expect(owner.get_by_text("Waiting for the first page")).to_be_visible()
    assert axe(owner) == []

    snippet = owner.locator("#snippet").inner_text()
    shop = window()

    def sell(route: Route) -> None:
        route.fulfill(content_type="text/html", body=f"<html lang=en><title>Shop</title><body>Tea{snippet}</body>")

    shop.route(f"{SHOP}/**", sell)
    shop.goto(f"{SHOP}/tea")
    expect(owner.get_by_text(f"Seen on {SHOP}")).to_be_visible()
    owner.goto(f"{stack.url}/start/")  # left in the middle, it goes on where it was
    owner.get_by_role("link", name="Go on").click()
    colleague = new_address()
    owner.get_by_label("Email addresses").fill(colleague)
    assert axe(owner) == []
    owner.get_by_role("button", name="Send invitations").click()
    expect(owner.get_by_role("heading", name="Mine", exact=True)).to_be_visible()

    mika = window()
    join(mika, link_in(letter_to(letters, mika, colleague, "Kōen Labs")), "Mika Aalto", "Kōen Labs")
    shop.get_by_role("button", name="Open chat").click()
    said = f"Is the sencha back? {uuid.uuid4().hex[:8]}"
    write(shop, said)
    expect(shop.get_by_role("log")).to_contain_text(said)
    mika.goto(f"{stack.url}/inbox/unassigned/")
    open_row(mika, said)
    reply(mika, "On Thursday.")
    expect(shop.get_by_role("log")).to_contain_text("On Thursday.")


def test_who_is_taken_out_of_a_private_team_loses_its_rows_without_a_reload(
    window: Open, desk: Open, stack: Stack
) -> None:
    visitor, said = opened(window, stack), f"My card was declined {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    ada, cem = desk("ada", "/inbox/all/"), desk("cem", "/inbox/all/")
    open_row(ada, said)
    ada.get_by_role("button", name="Team").click()
    ada.get_by_role("button", name="Support").click()
    expect(row(cem, said)).to_be_visible()
    cem.evaluate("window.neverReloaded = true")

    def set_private(private: bool) -> None:
        ada.goto(f"{stack.url}/settings/teams/")
        ada.get_by_role("link", name=re.compile("Support")).click()
        ada.get_by_label("Members alone").set_checked(private)
        ada.get_by_role("button", name="Save", exact=True).click()
        expect(ada.get_by_text("Saved.")).to_be_visible()

    def set_member(inside: bool) -> None:
        ada.get_by_label("Cem Demir").set_checked(inside)
        ada.get_by_role("button", name="Save members").click()
        expect(ada.get_by_text("The members of Support are saved")).to_be_visible()

    set_private(True)
    open_row(cem, said)
    set_member(False)
    expect(row(cem, said)).to_have_count(0)
    expect(cem.locator("#thread")).not_to_contain_text(said)
    write(visitor, f"secret {said}")
    set_member(True)
    expect(row(cem, f"secret {said}")).to_be_visible()
    set_private(False)
    assert cem.evaluate("window.neverReloaded")


def test_one_switches_between_workspaces_and_other_tabs_follow(window: Open, desk: Open, stack: Stack) -> None:
    page = desk("bea", "/inbox/all/")
    page.get_by_role("button", name="switch workspace").click()
    page.get_by_role("link", name="New workspace").click()
    page.get_by_label("Company or product").fill("Ekström & Döttrar")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Do this later").click()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_text("No conversation yet")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{stack.url}/inbox/all/")
    expect(other.get_by_role("button", name="Ekström & Döttrar: switch workspace")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Bea Ekström,")).click()
    assert axe(page) == []
    page.get_by_role("button", name="Northwind").click()
    expect(page.get_by_role("button", name="Northwind: switch workspace")).to_be_visible()
    # The other tab goes on with the workspace that it shows, until it is loaded again.
    other.reload()
    expect(other.get_by_role("button", name="Northwind: switch workspace")).to_be_visible()
    page.goto(f"{stack.url}/settings/teammates/")
    page.get_by_role("button", name="Northwind: switch workspace").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#workspace-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#workspace-menu")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_about_people_are_clean_and_fit_a_phone(desk: Open, stack: Stack, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", "/settings/teammates/", width=width, height=height, color_scheme=scheme)
        addresses = ["/settings/teammates/", "/settings/teams/", "/settings/teams/new/", "/start/?another"]
        for kind, key in (("teammate", "handle = 'bea'"), ("team", "handle = 'billing'")):
            found = stack.query(f"SELECT public_id::text FROM people_{kind} WHERE {key}")
            addresses.append(f"/settings/{kind}s/{found[0][0]}/")
        for address in addresses:
            page.goto(stack.url + address)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
