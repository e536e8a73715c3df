"""Coming in, as people do it: a mailed code, an app's code, a passkey, a session ended from elsewhere."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from PIL import Image
from playwright.sync_api import Page, expect

from inbox.demo.story import PASSWORD
from tests.browser.conftest import Open, axe, screens
from tests.stack import Stack, running_stack

WORDS = "three blue bicycles"


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this file's letters end up."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def stack(letters: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    env = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(letters),
        "MEDIA_ROOT": str(tmp_path_factory.mktemp("media")),
    }
    with running_stack(env=env) as running:
        yield running


MAKE_LOGINS = """
from django.contrib.auth.hashers import make_password
from inbox.people.models import *
w, password = Workspace.objects.get(slug="demo"), make_password("{words}")
for email in {emails}:
    u = User.objects.create_user(email, name="Key Keeper")
    User.objects.filter(pk=u.pk).update(password=password)
    Teammate.objects.create(workspace=w, user=u, handle="key" + str(u.pk))
"""


@pytest.fixture(scope="module")
def emails(stack: Stack) -> Iterator[str]:
    """Addresses of teammates whose password is WORDS: as many as there are tests here, made at once."""
    addresses = [f"{secrets.token_hex(4)}@shop.test" for _ in range(20)]
    stack.manage("shell", "-c", MAKE_LOGINS.format(words=WORDS, emails=addresses))
    return iter(addresses)


@pytest.fixture
def email(emails: Iterator[str]) -> str:
    """The address of a teammate whom no other test knows."""
    return next(emails)


def letter_to(letters: Path, page: Page, address: str, saying: str) -> str:
    """Wait for the newest letter to `address` in which the pattern `saying` occurs, and return what it matched."""
    for _ in range(400):
        for file in sorted(letters.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True):
            for raw in re.split(rb"\n-{79}\n", file.read_bytes()):
                letter = message_from_bytes(raw.lstrip(), policy=policy.default)
                body = letter.get_body(("plain",)) if letter["To"] == address else None
                found = re.search(saying, body.get_content()) if body is not None else None
                if found:
                    return found[0]
        page.wait_for_timeout(50)  # between two looks at what is waited for
    raise AssertionError(f"no letter to {address} says {saying!r}")


def by_name(stack: Stack) -> str:
    """The address under the name of this computer: numbers can have no passkeys."""
    return stack.url.replace("127.0.0.1", "localhost")


def sign_in(page: Page, base: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page, password: str = PASSWORD) -> None:
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Confirm").click()


def app_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_newcomer_signs_up_with_the_mailed_code(window: Open, stack: Stack, letters: Path) -> None:
    page, email = window(timezone_id="Europe/Lisbon"), f"{secrets.token_hex(4)}@shop.test"
    page.goto(f"{stack.url}/accounts/login/")
    page.get_by_role("link", name="Create your login").click()
    page.get_by_label("Your name").fill("Nora Ek")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Create your login").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Code").fill("BCDF-GHJK")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the code")
    code = letter_to(letters, page, email, r"\b[A-Z]{4}-[A-Z]{4}\b")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    [(zone,)] = stack.query("SELECT timezone FROM people_user WHERE email = %s", email)
    assert zone == "Europe/Lisbon"


def test_a_forgotten_password_is_reset_by_a_mailed_link(window: Open, stack: Stack, letters: Path) -> None:
    page = window()
    page.goto(f"{stack.url}/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill("cem@demo.test")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = letter_to(letters, page, "cem@demo.test", r"http\S+/password/reset/key/\S+")
    page.goto(link)
    page.get_by_label("New password").fill(WORDS)
    page.get_by_label("The same again").fill(WORDS)
    assert axe(page) == []
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill("cem@demo.test")
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/inbox/**")
    page.goto(link)
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_stands_in(window: Open, desk: Open, stack: Stack) -> None:
    page = desk("bea", "/settings/security/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    confirm(page)
    assert axe(page) == []
    expect(page.locator(".qr")).to_have_js_property("complete", True)
    assert page.locator(".qr").evaluate("img => img.naturalWidth") > 0
    page.get_by_text("Or type the secret").click()
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code").fill(app_code(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Keep these where you find them")).to_be_visible()
    codes = page.locator("#codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    assert codes[0] in Path(saving.value.path()).read_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 are left")).to_be_visible()
    assert axe(page) == []

    phone = window(width=390, height=844)
    sign_in(phone, stack.url, "bea@demo.test")
    expect(phone.get_by_role("heading", name="The second step")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_label("Code").fill("000000")
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.get_by_role("alert").first).to_contain_text("check your phone's clock")
    phone.get_by_label("Code").fill(app_code(secret))
    phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.wait_for_url("**/inbox/**")

    without = window()
    sign_in(without, stack.url, "bea@demo.test")
    without.get_by_label("Code").fill(codes[3])
    without.get_by_role("button", name="Sign in", exact=True).click()
    without.wait_for_url("**/inbox/**")
    without.goto(f"{stack.url}/settings/security/")
    expect(without.get_by_text("9 are left")).to_be_visible()


def authenticator(page: Page) -> Callable[[bool], Any]:
    """Put a virtual authenticator with a fingerprint sensor into this browser (WebAuthn over CDP).

    Return what lays a finger on it (as it is at first), or takes it off."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    name = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda there: line.send(
        "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": name, "enabled": there}
    )


def sign_out(page: Page, base: str, finger: Callable[[bool], Any]) -> None:
    """Sign out with the finger off the sensor: on it, the sign-in page that follows would be left again at once."""
    finger(False)
    page.goto(f"{base}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    page.goto("about:blank")
    finger(True)


def test_a_passkey_is_added_and_signs_in_without_a_password(window: Open, stack: Stack, letters: Path) -> None:
    page, base = window(), by_name(stack)
    finger = authenticator(page)
    sign_in(page, base, "ada@demo.test")
    page.wait_for_url("**/inbox/**")
    page.goto(f"{base}/settings/security/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name").fill("Ada's laptop")
    assert axe(page) == []
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Keep these where you find them")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Ada's laptop")).to_be_visible()
    letter_to(letters, page, "ada@demo.test", "a passkey was added")

    # Offered by the browser itself, beside the address: the sign-in page needs no tap at all.
    sign_out(page, base, finger)
    page.goto(f"{base}/accounts/login/?next=/settings/teams/")
    page.wait_for_url(f"{base}/settings/teams/")

    # In a browser that does not offer it there, by the button.
    page.add_init_script("if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = null")
    sign_out(page, base, finger)
    page.goto(f"{base}/accounts/login/?next=/settings/security/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{base}/settings/security/")

    rows = stack.query("SELECT last_used_at FROM mfa_authenticator WHERE type = 'webauthn'")
    assert rows[0][0] is not None


def test_with_the_password_a_passkey_is_the_second_step(window: Open, stack: Stack, email: str) -> None:
    page, base = window(), by_name(stack)
    authenticator(page)
    sign_in(page, base, email, WORDS)
    page.wait_for_url("**/inbox/**")
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    confirm(page, WORDS)
    page.get_by_text("Sign in with it alone").click()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Keep these where you find them")).to_be_visible()
    page.goto(f"{base}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    sign_in(page, base, email, WORDS)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/inbox/**")


def test_an_address_of_numbers_says_why_it_has_no_passkeys(window: Open, stack: Stack, email: str) -> None:
    page = window()
    sign_in(page, stack.url, email, WORDS)
    page.wait_for_url("**/inbox/**")
    page.goto(f"{stack.url}/accounts/2fa/webauthn/add/")
    confirm(page, WORDS)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert").filter(has_text="localhost")).to_be_visible()


def test_a_session_ended_elsewhere_loses_its_page_and_its_line_at_once(window: Open, stack: Stack, email: str) -> None:
    here, there = window(), window(width=390, height=844)
    for page in (here, there):
        sign_in(page, stack.url, email, WORDS)
        page.wait_for_url("**/inbox/**")
    other_tab = here.context.new_page()
    other_tab.goto(f"{stack.url}/inbox/all/")
    other_tab.evaluate("window.neverReloaded = true")
    here.goto(f"{stack.url}/settings/security/")
    here.get_by_role("button", name="End all others").click()
    here.get_by_role("button", name="End them").click()
    there.wait_for_url("**/accounts/login/**")
    expect(here.get_by_text("1 session has ended")).to_be_visible()
    assert other_tab.evaluate("window.neverReloaded")


def test_a_changed_password_closes_the_desk_elsewhere(window: Open, stack: Stack, email: str) -> None:
    here, there = window(), window()
    for page in (here, there):
        sign_in(page, stack.url, email, WORDS)
        page.wait_for_url("**/inbox/**")
    here.goto(f"{stack.url}/accounts/password/change/")
    here.get_by_label("Password now").fill(WORDS)
    here.get_by_label("New password").fill("four green trains")
    here.get_by_label("The same again").fill("four green trains")
    here.get_by_role("button", name="Change the password").click()
    expect(here.get_by_text("Your password is changed")).to_be_visible()
    there.wait_for_url("**/accounts/login/**")


def test_the_profile_changes_how_one_looks_to_oneself_and_others(
    window: Open, stack: Stack, tmp_path: Path, email: str
) -> None:
    page = window(color_scheme="light", timezone_id="Asia/Tokyo")
    sign_in(page, stack.url, email, WORDS)
    page.wait_for_url("**/inbox/**")
    page.goto(f"{stack.url}/settings/profile/")
    Image.new("RGB", (600, 400), "teal").save(tmp_path / "me.jpg")
    page.get_by_label("Picture file").set_input_files(tmp_path / "me.jpg")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("This is your picture now")).to_be_visible()
    face = page.locator("#me .face-button img")
    expect(face).to_be_visible()
    # Drawn in its size before it has come: `decode` waits for it.
    assert face.evaluate("async img => { await img.decode(); return img.naturalWidth }") == 256
    page.get_by_label("Name").fill("Ünal Öz")
    page.get_by_role("button", name="Use that").click()
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    with page.expect_response("**/settings/profile/theme/"):
        page.get_by_role("button", name="Light or dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    other = window(color_scheme="dark")
    sign_in(other, stack.url, email, WORDS)
    other.wait_for_url("**/inbox/**")
    expect(other.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_coming_in(window: Open, stack: Stack, scheme: str, email: str) -> None:
    for width, height in screens(scheme):
        page = window(width=width, height=height, color_scheme=scheme)
        for path in ("login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/1-x/"):
            page.goto(f"{stack.url}/accounts/{path}")
            assert axe(page) == [], path
        sign_in(page, stack.url, email, WORDS)
        page.wait_for_url("**/inbox/**")
        for path in ("/settings/profile/", "/settings/security/", "/accounts/password/change/", "/accounts/email/",
                     "/accounts/logout/", "/accounts/2fa/totp/activate/"):  # fmt: skip
            page.goto(f"{stack.url}{path}")
            assert axe(page) == [], path
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} scrolls sideways"
