"""Text goes out as it came in, and never as markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.conversations.text import TextRefused, clean_text, text_to_html


@given(st.text(max_size=300))
def test_whatever_is_written_no_tag_of_its_own_comes_out(text: str) -> None:
    rendered = text_to_html(text)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z!][^\s/>]*)", rendered))
    assert tags <= {"a", "br"}
    for attributes in re.findall(r"<a ([^>]*)>", rendered):
        assert re.fullmatch(r'(?:(?:href|rel|target)="[^"]*"\s*)+', attributes)
        href = re.search(r'href="([^"]*)"', attributes)
        assert href is None or re.match(r"(?:https?|mailto):", html.unescape(href[1]))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_clean_text_is_idempotent_and_keeps_what_can_be_seen(text: str) -> None:
    try:
        cleaned = clean_text(text)
    except TextRefused as refused:
        assert refused.code == "empty_text"
        assert not text.strip()
        return
    assert cleaned == text.strip()
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1)",
        'http://a.b/"onmouseover="alert(1)',
        "http://a.b/<script>",
        "data:text/html,<b>",
    ],
)
def test_markup_stays_text(attack: str) -> None:
    rendered = text_to_html(attack)
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert not re.search(r"<[^>]*\bon\w+\s*=", rendered)
    assert 'href="javascript' not in rendered
    assert 'href="data' not in rendered


def test_links_open_elsewhere_and_tell_nothing() -> None:
    rendered = text_to_html("see https://example.com/a?x=1&y=2, or mail ada@example.com")
    assert 'href="https://example.com/a?x=1&amp;y=2"' in rendered
    assert 'rel="noopener noreferrer nofollow"' in rendered
    assert 'href="mailto:ada@example.com"' in rendered
