"""Secrets never reach a log line or an error report."""

from __future__ import annotations

import io
import json
import logging

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import settings.urls  # noqa: F401  (says which links carry a secret)
from settings import scrub
from settings.errors import without_secrets
from settings.logging import Json, Line

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "Zs", "P", "S"]), max_size=30)
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
RANDOM = st.text(SIGNS, min_size=24, max_size=48)


def with_check_digit(digits: str) -> str:
    return next(digits + str(n) for n in range(10) if scrub.passes_luhn(digits + str(n)))


CARDS = st.builds(
    lambda first, rest: with_check_digit(first + rest),
    st.sampled_from("3456"),
    st.text("0123456789", min_size=13, max_size=14),
)
SHAPED = st.one_of(
    st.builds("{}_{}".format, st.sampled_from(["fd", "fv", "wk", "is", "fi"]), RANDOM),
    st.builds("{}-{}".format, st.sampled_from(["xoxb", "xoxp", "xoxe", "xapp"]), RANDOM),
    st.builds("{}_{}".format, st.sampled_from(["sk_live", "sk_test", "rk_live", "whsec"]), RANDOM),
    st.builds("eyJ{}.{}.{}".format, RANDOM, RANDOM, RANDOM),
)
NAMED = st.sampled_from(
    [
        "password={}", "Authorization: Bearer {}", "authorization: Basic {}", "Cookie: a=1; frontdesk_session={}",
        "Set-Cookie: {}; Path=/", '{{"password": "{}"}}', "{{'api_key': '{}'}}", "https://h/x?token={}&a=1",
        "client_secret => {}", "postgres://frontdesk:{}@db:5432/frontdesk", "redis://:{}@redis:6379/0",
        "https://desk.example.com/invitations/{}/", "/accounts/password/reset/key/{}/", "{{'HTTP_COOKIE': 'x={}'}}",
        "__Host-frontdesk_session={}", "csrfmiddlewaretoken={}", "X-Api-Key: {}", "recovery code: recovery_code={}",
    ]
)  # fmt: skip


def lines(message: str, *arguments: object, form: logging.Formatter, **extra: object) -> str:
    """Log a message, with its secret in an exception too, and return all that was written."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(form)
    logger = logging.getLogger(f"scrubbed.{type(form).__name__}")
    logger.propagate = False
    logger.handlers = [handler]
    try:
        raise ValueError(message % arguments if arguments else message)
    except ValueError:
        logger.exception(message, *arguments, extra=extra)
    return out.getvalue()


@given(before=WORDS, secret=SHAPED, after=WORDS)
def test_a_token_in_any_text_is_taken_out(before: str, secret: str, after: str) -> None:
    text = f"{before} {secret} {after}"
    for form in (Line(), Json()):
        assert secret not in lines("%s", text, form=form, note=text)
    tail = secret.split("_")[-1]
    assume(tail not in before + after)
    assert tail not in scrub.scrub_text(text)


@given(before=WORDS, shape=NAMED, secret=RANDOM, after=WORDS)
def test_what_bears_a_secret_name_is_taken_out(before: str, shape: str, secret: str, after: str) -> None:
    assume(secret not in before + after)
    text = f"{before} {shape.format(secret)} {after}"
    for form in (Line(), Json()):
        assert secret not in lines("%s", text, form=form)


@given(before=WORDS, card=CARDS, gap=st.sampled_from(["", " ", "-"]), after=WORDS, number=st.integers(0, 99))
def test_a_card_number_is_taken_out_however_it_is_written(
    before: str, card: str, gap: str, after: str, number: int
) -> None:
    written = gap.join(card[at : at + 4] for at in range(0, len(card), 4))
    text = f"{before} {number} {written} {number} {after}"
    assert written not in scrub.scrub_text(text)
    assert written not in lines("%s", text, form=Json())


@given(secret=RANDOM, name=st.sampled_from(["password", "api_token", "Cookie", "Authorization", "card_number"]))
def test_a_report_to_sentry_holds_no_secret_at_any_depth(secret: str, name: str) -> None:
    event = {
        "message": f"{name}: {secret}",
        "extra": {"a": [{"b": {name: secret}}, (f"Bearer {secret}",)]},
        "breadcrumbs": {"values": [{"message": f"token={secret}", "data": {name: secret}}]},
        "exception": {"values": [{"value": f"{name}={secret}", "stacktrace": {"frames": [{"vars": {name: secret}}]}}]},
        "request": {
            "url": f"https://desk.example.com/invitations/{secret}/",
            "query_string": f"q={secret}",
            "cookies": {"x": secret},
            "data": {"text": secret},
            "headers": {"Authorization": secret, "Cookie": secret},
        },
    }
    sent = without_secrets(event, {})  # type: ignore[arg-type]
    assert sent is not None
    assert secret not in json.dumps(sent)


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_logged(text: str) -> None:
    for form in (Line(), Json()):
        written = lines("%s", text, form=form)
        assert written.encode()
    only, end = written.split("\n")
    assert (json.loads(only)["message"], end) == (scrub.scrub_text(text), "")


@pytest.mark.parametrize(
    "text",
    [
        "conversation 019aa7c4-1d5e-7c3a-9b2f-0242ac120002 closed",
        "took 1732250000000 ms at 2026-11-22T04:52:00.123Z",
        "GET /api/v1/conversations/ 200",
        "call +44 20 7946 0958 or write to nora@example.com",
        "is_private is false for sk_team",
        "The session ended; the cookie banner is gone, and the token bucket is full.",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert scrub.scrub_text(text) == text


def test_what_this_installation_knows_to_be_secret_is_taken_out_wherever_it_stands() -> None:
    scrub.know(["correct horse battery"])
    try:
        assert scrub.scrub({"a": ["it says correct horse battery here"]}) == {"a": [f"it says {scrub.SCRUBBED} here"]}
    finally:
        scrub._known.discard("correct horse battery")


def test_a_very_long_text_is_cut_and_takes_no_time_to_scrub() -> None:
    for text in ("a-" * 500_000, "4" * 1_000_000, "token" * 200_000, "password=" * 100_000, "eyJ" * 300_000):
        assert len(scrub.scrub_text(text)) < 3 * scrub.MAX_TEXT
