"""API tokens, the audit page and connections, in a browser and against the real API."""

from __future__ import annotations

import csv
import re
import uuid
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe
from tests.stack import Stack

CLIPBOARD = ["clipboard-read", "clipboard-write"]


def make_token(page: Page, name: str, scope: str = "read") -> str:
    """Make a token on the page and return what the copy button copied."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("It may").select_option(scope)
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("heading", name=f"Your token “{name}”")).to_be_visible()
    page.get_by_role("button", name="Copy token").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def call(stack: Stack, token: str) -> int:
    """Call the API with a token and return the status."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{stack.url}/api/v1/conversations/?limit=1", headers=headers, timeout=30).status_code


def test_a_token_is_made_copied_used_and_revoked(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/tokens/", permissions=CLIPBOARD)
    name = f"Shop {uuid.uuid4().hex[:6]}"
    token = make_token(page, name)
    assert token.startswith("fd_")
    assert call(stack, token) == 200
    expect(page.locator("#fresh-sample")).to_contain_text(f'curl -H "Authorization: Bearer {token}"')
    assert axe(page) == []

    page.reload()
    expect(page.get_by_role("heading", name="Your token")).to_have_count(0)
    row = page.locator("tr").filter(has_text=name)
    expect(row).to_contain_text(f"…{token[-4:]}")
    expect(row).to_contain_text("by Ada")
    assert token not in page.content()

    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Keep it").click()
    assert call(stack, token) == 200
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    expect(page.locator("tr").filter(has_text=name)).to_have_count(0)
    assert call(stack, token) == 401

    page.goto(f"{stack.url}/settings/audit/")
    facts = page.locator(".facts > li").filter(has_text=name)
    expect(facts.nth(0)).to_contain_text("revoked the API token")
    expect(facts.nth(1)).to_contain_text("made the API token")
    expect(facts.nth(1)).to_contain_text("127.0.0.1")
    expect(facts.nth(1)).to_contain_text("Chrome")


def test_back_does_not_show_a_token_again(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/tokens/", permissions=CLIPBOARD)
    token = make_token(page, f"Back {uuid.uuid4().hex[:6]}")
    page.goto(f"{stack.url}/settings/")
    page.go_back()
    expect(page.get_by_role("heading", name="Tokens in use")).to_be_visible()
    assert token not in page.content()


def test_older_facts_come_without_a_reload_and_the_export_holds_all(desk: Open, stack: Stack) -> None:
    stack.query(
        """INSERT INTO people_auditfact (public_id, workspace_id, kind, subject, data, actor_name, via, user_agent, at)
           SELECT gen_random_uuid(), id, 'team.created', 'Old team ' || n, '{"is_private": true}', 'Ada', 'desk', '',
                  now() - interval '1 day' - n * interval '1 minute'
           FROM people_workspace, generate_series(1, 60) AS n WHERE slug = 'demo' RETURNING 1"""
    )
    page = desk("ada", "/settings/audit/?group=people")
    page.evaluate("window.neverReloaded = true")
    expect(page.locator(".facts > li")).to_have_count(50)
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Old team 60", exact=False)).to_be_visible()
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    expect(page.get_by_text("That is all that matches.")).to_be_visible()
    assert page.evaluate("window.neverReloaded")
    page.locator(".facts details summary").last.click()
    expect(page.locator(".facts dl").last).to_contain_text("Is private")
    assert axe(page) == []

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export as CSV").click()
    with Path(downloading.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"].partition(".")[0] for row in rows if "Old team" in row["subject"]] == ["team"] * 60
    assert downloading.value.suggested_filename.startswith("audit-demo-")

    page.get_by_label("What").select_option("workspace")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("group=workspace"))


def test_a_connection_is_set_kept_replaced_and_removed(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/connections/")
    stripe = page.locator("#stripe")
    expect(stripe).to_contain_text("not connected")
    stripe.get_by_label("Signing secret").fill("sk_live_wrong")
    stripe.get_by_role("button", name="Connect").click()
    expect(page.locator("#stripe").get_by_role("alert")).to_contain_text("That is an API key")
    expect(stripe.get_by_label("Signing secret")).to_have_value("")
    stripe.get_by_label("Signing secret").fill("whsec_browser")
    stripe.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Stripe is connected.")).to_be_visible()
    expect(stripe).to_contain_text("Set: Signing secret")
    expect(stripe.get_by_label("Endpoint address")).to_have_text(f"{stack.url}/integrations/stripe/demo/webhook/")
    stripe.get_by_label("API key").fill("rk_browser")
    stripe.get_by_role("button", name="Save").click()
    expect(stripe).to_contain_text("Set: Signing secret, API key")
    assert "whsec_browser" not in page.content()
    assert "rk_browser" not in page.content()
    assert "whsec_browser" not in str(stack.query("SELECT config FROM integrations_connection"))
    stripe.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(stripe).to_contain_text("not connected")
    expect(stripe.get_by_role("button", name="Remove")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("light", 1440, 900), ("light", 390, 844), ("dark", 1440, 900)]
)
def test_the_pages_are_clean_for_axe_and_fit_a_phone(
    desk: Open, stack: Stack, scheme: str, width: int, height: int
) -> None:
    page = desk("ada", "/settings/connections/", width=width, height=height, color_scheme=scheme)
    for path in ("connections", "tokens", "audit", "audit/?group=workspace"):
        page.goto(f"{stack.url}/settings/{path}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{stack.url}/settings/connections/")
    page.locator("#slack").get_by_label("Bot token").fill("xoxb-1")
    page.locator("#slack").get_by_role("button", name="Connect").click()
    expect(page.locator("#slack").get_by_role("alert")).to_contain_text("signing_secret is missing")
    assert axe(page) == [], "with a problem"
