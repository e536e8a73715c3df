"""Help Scout's sidebar: what it answers, drawn in a browser, and the page on which a team sets it up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, axe, screens
from tests.stack import ROOT, Stack

PAGE = "/settings/connections/helpscout/sidebar/"
SECRET = "of the browser's tests"
STYLE = (ROOT / "integrations" / "static" / "integrations" / "helpscout.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def connected(stack: Stack) -> None:
    """The demo's sidebar has a secret."""
    stack.manage("connect", "demo", "helpscout", f"secret={SECRET}")


def sidebar(stack: Stack, email: str) -> str:
    """Return what Help Scout is answered about a customer."""
    body = json.dumps({"customer": {"email": email}}).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha1)).decode()
    door = f"{stack.url}/integrations/helpscout/demo/sidebar/"
    answer = httpx.post(door, content=body, headers={"X-HelpScout-Signature": signature}, timeout=30)
    assert answer.status_code == 200
    return str(answer.json()["html"])


@pytest.mark.parametrize(
    ("email", "said"), [("ruth@acme.example", "Acme & Söhne"), ("nobody@else.example", "Create the contact")]
)
def test_the_answer_is_drawn_whole_in_a_page_with_help_scouts_classes(
    window: Open, stack: Stack, email: str, said: str
) -> None:
    page = window(width=360, height=900)
    page.set_content(f'<style>{STYLE}</style><main class="hs-sidebar"><h1>x</h1>{sidebar(stack, email)}</main>')
    drawn = page.locator(".hs-sidebar")
    expect(drawn).to_contain_text(said)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    known = {"H1", "H4", "P", "UL", "LI", "A", "SPAN", "DIV", "I"}
    assert set(drawn.locator("*").evaluate_all("all => all.map(one => one.tagName)")) <= known
    links = drawn.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    assert all(link.startswith("http") for link in links)


def test_who_is_not_found_is_created_by_the_link_of_the_sidebar(desk: Open, stack: Stack) -> None:
    page = desk("bea", "/contacts/new/?email=fresh@else.example")
    assert axe(page) == []
    page.get_by_label("Name").fill("Fresh Face")
    page.get_by_role("button", name="Create contact").click()
    expect(page.get_by_role("heading", name="Fresh Face")).to_be_visible()
    assert "Fresh Face" in sidebar(stack, "fresh@else.example")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_at_every_size(desk: Open, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", PAGE, width=width, height=height, color_scheme=scheme)
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_text("A request signed with this key was answered 200")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []


def test_the_preview_follows_the_rows_and_what_is_typed(desk: Open) -> None:
    page = desk("ada", f"{PAGE}?email=ruth@acme.example")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Ruth Nakamura-Fitzgerald")
    first = preview.locator(".c-sb-list-item__label").first
    expect(first).to_contain_text("Company")
    page.get_by_role("button", name="Company and badges: lower").click()
    expect(first).to_contain_text("Customer since")
    expect(preview).to_contain_text("Ruth Nakamura-Fitzgerald")
    page.get_by_role("button", name="Company and badges: higher").click()
    expect(first).to_contain_text("Company")
    box = page.get_by_role("textbox", name="a snippet of your own")
    box.press_sequentially("<p>Hello {{ contact.name }}</p>")
    expect(preview).to_contain_text("Hello Ruth Nakamura-Fitzgerald")
    box.fill("{% if %}")
    expect(preview.get_by_role("alert")).to_contain_text("Line 1")
    box.fill("<p>Hello {{ contact.email }}</p>")
    page.get_by_role("button", name="Save the snippet").click()
    expect(page.get_by_text("The snippet is saved.")).to_be_visible()


def test_rows_are_moved_without_scripts(desk: Open) -> None:
    page = desk("ada", PAGE, java_script_enabled=False)
    page.get_by_role("button", name="Modules: hide").click()
    expect(page.get_by_role("button", name="Modules: show")).to_be_visible()
    page.get_by_role("button", name="Modules: show").click()
    expect(page.get_by_role("button", name="Modules: hide")).to_be_visible()
