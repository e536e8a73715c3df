"""Single sign-on in a browser: from the sign-in page through a provider's own page to the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe
from tests.identity_provider import IdentityProvider, identity_provider
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The product, allowed to call a provider on this machine."""
    with running_stack(env={"SSO_ALLOW_PRIVATE": "true"}) as running:
        yield running


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    people = {
        "grace": {"email": "grace@acme.test", "email_verified": True, "name": "Grace Hopper"},
        "ada": {"email": "ada@demo.test", "email_verified": True, "name": "Ada"},
    }
    with identity_provider(people=people) as running:
        yield running


def fill_in(page: Page, provider: IdentityProvider, joins_as: str) -> None:
    page.get_by_label("Issuer").fill(provider.url)
    page.get_by_label("Client id").fill(provider.client_id)
    page.get_by_label("Client secret").fill(provider.client_secret)
    page.get_by_label("Button").fill("Sign in with Acme")
    page.get_by_label("Who joins uninvited").select_option(label=joins_as)
    page.get_by_role("button", name="Save").click()


def at_the_provider(page: Page, who: str) -> None:
    page.get_by_label("Who are you?").fill(who)
    page.get_by_role("button", name="Continue").click()


def test_from_the_sign_in_page_through_the_provider_to_the_desk(
    window: Open, desk: Open, stack: Stack, provider: IdentityProvider
) -> None:
    ada = desk("ada", "/settings/sso/")
    assert axe(ada) == [], "before anything is set"
    fill_in(ada, provider, "As agent")
    expect(ada.get_by_text("The provider answers")).to_be_visible()
    ada.get_by_role("button", name="Test the provider").click()
    expect(ada.get_by_text("The provider answers")).to_be_visible()
    assert axe(ada) == [], "set up"

    grace = window(width=390, height=844)
    grace.goto(f"{stack.url}/accounts/login/")
    grace.get_by_role("link", name="Use single sign-on").click()
    assert axe(grace) == [], "the start page"
    grace.get_by_label("Workspace").fill("nowhere")
    grace.get_by_role("button", name="Continue").click()
    expect(grace.get_by_role("alert")).to_contain_text("No workspace of this name")
    assert axe(grace) == [], "an unknown workspace"
    grace.get_by_label("Workspace").fill("demo")
    grace.get_by_role("button", name="Continue").click()
    grace.get_by_role("button", name="Stop").click()
    expect(grace.get_by_role("alert")).to_contain_text("did not let you through")
    assert axe(grace) == [], "a refusal"
    grace.get_by_role("link", name="Back to the sign-in").click()
    assert axe(grace) == [], "the workspace's own page"
    grace.get_by_role("button", name="Sign in with Acme").click()
    at_the_provider(grace, "grace")
    expect(grace.get_by_role("button", name="Grace Hopper")).to_be_visible()
    assert grace.url.startswith(f"{stack.url}/inbox/")

    intruder = window()
    intruder.goto(f"{stack.url}/sso/demo/")
    intruder.get_by_role("button", name="Sign in with Acme").click()
    at_the_provider(intruder, "ada")
    expect(intruder.get_by_role("alert")).to_contain_text("Sign in with your password first")

    ada.get_by_role("button", name="Turn off").click()
    ada.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    expect(ada.get_by_text("Single sign-on is off.")).to_be_visible()
    grace.goto(f"{stack.url}/inbox/mine/")
    expect(grace.get_by_role("heading", name="is off")).to_be_visible()
    assert axe(grace) == [], "turned off"
    assert grace.evaluate("document.documentElement.scrollWidth") <= 390


def test_where_it_is_required_a_password_leads_on_to_the_provider(
    window: Open, desk: Open, stack: Stack, provider: IdentityProvider
) -> None:
    ada = desk("ada", "/settings/sso/")
    if ada.get_by_role("button", name="Turn on").count():
        ada.get_by_role("button", name="Turn on").click()
    else:
        fill_in(ada, provider, "As agent")
    grace = window()
    grace.goto(f"{stack.url}/sso/demo/?next=/inbox/all/")
    grace.get_by_role("button", name="Sign in with Acme").click()
    at_the_provider(grace, "grace")
    grace.wait_for_url(f"{stack.url}/inbox/all/")

    bea = desk("bea", "/inbox/all/")
    ada.reload()
    ada.get_by_label("Open this workspace by single sign-on alone").check()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Required", exact=True).first).to_be_visible()
    bea.goto(f"{stack.url}/inbox/all/")
    assert axe(bea) == [], "asked to connect"
    bea.get_by_role("button", name="Connect single sign-on").click()
    bea.get_by_label("Password", exact=True).fill("frontdesk-demo")
    bea.get_by_role("main").get_by_role("button").first.click()
    at_the_provider(bea, "bea")
    bea.wait_for_url(f"{stack.url}/inbox/**")
    expect(bea.get_by_role("button", name="Bea")).to_be_visible()
