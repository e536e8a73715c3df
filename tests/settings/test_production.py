"""Production's settings: what they refuse, and what they make of a server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from settings.demands import problems
from settings.mail import mail_server
from settings.serve import web_options

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "k7Qz-0Vd3mJx9RtLw2Ys8Nf5Bh4Gc6Pa1Ue_KiToSyMnXvEqZbWj",
    "FRONTDESK_KEYS": urlsafe_b64encode(b"0123456789abcdef" * 2).decode(),
    "DATABASE_URL": "postgres://frontdesk:pw-of-the-db@127.0.0.1:1/frontdesk",
    "REDIS_URL": "redis://:pw-of-redis@127.0.0.1:1/0",
    "ALLOWED_HOSTS": "desk.example.com",
    "PUBLIC_URL": "https://desk.example.com",
    "EMAIL_URL": "smtp+tls://desk:mail-password@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "Frontdesk <desk@example.com>",
}


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python in production's settings with nothing but these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "settings.production", **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_complete_configuration_is_not_refused() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "django-insecure-" + "k7Qz0Vd3mJx9RtLw2Ys8" * 3, "default"),
        ("SECRET_KEY", "change-me-" + "k7Qz0Vd3mJx9RtLw2Ys8" * 3, "default"),
        ("SECRET_KEY", "k7Qz-0Vd3mJx9", "too short"),
        ("SECRET_KEY", "ab" * 40, "too simple"),
        ("SECRET_KEY", GOOD["FRONTDESK_KEYS"], "also one of FRONTDESK_KEYS"),
        ("FRONTDESK_KEYS", "", "FRONTDESK_KEYS is missing"),
        ("FRONTDESK_KEYS", "nonsense", "key 1 of 1 is no Fernet key"),
        ("FRONTDESK_KEYS", f"{GOOD['FRONTDESK_KEYS']},nonsense", "key 2 of 2"),
        ("FRONTDESK_KEYS", f"{GOOD['FRONTDESK_KEYS']},{GOOD['FRONTDESK_KEYS']}", "twice"),
        ("DATABASE_URL", "", "DATABASE_URL is missing"),
        ("DATABASE_URL", "sqlite:///db.sqlite3", "DATABASE_URL is not understood"),
        ("DATABASE_URL", "postgres://host", "DATABASE_URL is not understood"),
        ("REDIS_URL", "", "REDIS_URL is missing"),
        ("REDIS_URL", "http://host", "REDIS_URL is not understood"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is missing"),
        ("ALLOWED_HOSTS", "desk.example.com,*", '"*"'),
        ("ALLOWED_HOSTS", "https://desk.example.com", "names only"),
        ("ALLOWED_HOSTS", "desk.example.com:443", "names only"),
        ("PUBLIC_URL", "", "PUBLIC_URL is missing"),
        ("PUBLIC_URL", "http://desk.example.com", "must be https"),
        ("PUBLIC_URL", "https://desk.example.com/desk", "without a path"),
        ("PUBLIC_URL", "https://other.example.com", "not among ALLOWED_HOSTS"),
        ("EMAIL_URL", "", "EMAIL_URL is missing"),
        ("EMAIL_URL", "mail.example.com", "EMAIL_URL is not understood"),
        ("EMAIL_URL", "smtps://mail.example.com:99999", "port"),
        ("INBOUND_EMAIL_DOMAIN", "reply.example.com", "ANYMAIL_WEBHOOK_SECRET is missing"),
        ("INBOUND_EMAIL_DOMAIN", "reply+x@example.com", "a domain's name alone"),
        ("ANYMAIL_WEBHOOK_SECRET", "short:one", "24 characters or more"),
        ("ANYMAIL_WEBHOOK_SECRET", "x" * 40, "user:password"),
        ("DEFAULT_FROM_EMAIL", "", "DEFAULT_FROM_EMAIL is missing"),
        ("FORWARDED_ALLOW_IPS", "*", "forge"),
        ("FORWARDED_ALLOW_IPS", "proxy.internal", "neither an address nor a network"),
        ("DEBUG", "true", "DEBUG is on"),
        ("SIGNUP", "everybody", "SIGNUP is one of"),
        ("PORT", "http", "PORT must be a whole number"),
        ("SENTRY_DSN", "sentry.example.com", "SENTRY_DSN is not understood"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_a_sentence(name: str, value: str, words: str) -> None:
    found = problems({**GOOD, name: value})
    assert any(words in problem for problem in found), found
    assert all(problem.endswith(".") for problem in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", ".example.com"),
        ("ALLOWED_HOSTS", "desk.example.com, 10.0.0.7 ,[::1]"),
        ("EMAIL_URL", "console:"),
        ("FORWARDED_ALLOW_IPS", "10.0.0.7, 172.31.0.0/24, ::1"),
        ("PUBLIC_URL", "https://desk.example.com/"),
    ],
)
def test_what_is_right_in_another_way_is_taken(name: str, value: str) -> None:
    assert problems({**GOOD, name: value}) == []


def test_everything_that_is_wrong_is_said_at_once_and_no_secret_is_in_it() -> None:
    wrong = {
        **GOOD,
        "SECRET_KEY": "hunter2-hunter2",
        "FRONTDESK_KEYS": "hunter3-hunter3",
        "PUBLIC_URL": "",
        "DEBUG": "1",
    }
    done = python("-m", "settings.serve", "web", **wrong)
    assert done.returncode == 1
    assert done.stdout == ""
    for name in ("SECRET_KEY", "FRONTDESK_KEYS", "PUBLIC_URL", "DEBUG"):
        assert f"* {name}" in done.stderr, done.stderr
    assert "hunter" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [("manage.py", "check"), ("-c", "import settings.proxied"), ("-m", "celery", "-A", "settings.celery", "report")],
)
def test_no_other_way_in_starts_either(command: tuple[str, ...]) -> None:
    done = python(*command, **{**GOOD, "SECRET_KEY": ""})
    assert done.returncode != 0
    assert "SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_djangos_own_check_for_deployment_finds_nothing() -> None:
    done = python("-m", "settings.serve", "manage", "check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_new_keys_are_all_that_is_asked_of_secrets() -> None:
    done = python("-m", "settings.serve", "keys")
    new = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert problems({**GOOD, **new}) == []
    assert new != dict(line.split("=", 1) for line in python("-m", "settings.serve", "keys").stdout.splitlines())


def test_the_settings_close_what_a_browser_can_close() -> None:
    names = [
        "DEBUG", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "SIGNUP",
        "USE_X_FORWARDED_HOST",
    ]  # fmt: skip
    code = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"
    done = python("-c", code, **GOOD)
    assert done.stdout.strip() == str(
        [
            False,
            "__Host-frontdesk_session",
            True,
            True,
            "__Host-frontdesk_csrf",
            True,
            31536000,
            True,
            None,
            "first",
            False,
        ]
    ), done.stderr


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "starttls", "tls"),
    [
        ("smtp://relay.internal", "relay.internal", 25, "", "", False, False),
        (
            "smtp+tls://desk%40example.com:p%2Fw%3A@mail.example.com",
            "mail.example.com",
            587,
            "desk@example.com",
            "p/w:",
            True,
            False,
        ),
        ("smtps://desk:pw@mail.example.com:2465", "mail.example.com", 2465, "desk", "pw", False, True),
    ],
)
def test_one_address_says_how_mail_goes_out(
    url: str, host: str, port: int, user: str, password: str, starttls: bool, tls: bool
) -> None:
    assert mail_server(url)[1:] == (host, port, user, password, starttls, tls)


def test_the_web_process_takes_nobodys_word_itself_and_ends_in_time() -> None:
    options = web_options({"PORT": "9000", "WEB_CONCURRENCY": "3"})
    assert (options["port"], options["workers"], options["proxy_headers"]) == (9000, 3, False)
    grace = re.search(r"  web:.*?stop_grace_period: (\d+)s", (ROOT / "docker-compose.yml").read_text(), re.DOTALL)
    assert grace
    draining = 8  # DRAIN_SECONDS
    assert draining + options["timeout_graceful_shutdown"] < int(grace[1])


def test_every_variable_that_the_settings_read_is_in_the_docs() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "settings").glob("*.py"))
    read = set(re.findall(r"""(?:env(?:\.\w+)?|environ\.get|get)\(\s*"([A-Z][A-Z_]+)\"""", code))
    inner = {
        "CELERY",
        "OPTIONS",
        "DJANGO_SETTINGS_MODULE",
        "PYTEST_XDIST_WORKER",
        "DATABASE_POOL",
        "TETHER_PARENT",
        "FRONTDESK_RUN",
    }
    written = (ROOT / "docs" / "configuration.md").read_text()
    assert {name for name in read - inner if f"`{name}`" not in written} == set()


def test_the_example_of_an_env_file_names_only_what_exists_and_holds_no_secret() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text()
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            assert f"`{name}`" in written
            assert value == "" or name in {"SIGNUP", "PORT", "WEB_CONCURRENCY", "WORKER_CONCURRENCY"}
