"""Which handles a text names: those that a reader would say it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.conversations.naming import named_in


def handles(text: str) -> list[str]:
    return [named.handle for named in named_in(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ada", ["ada"]),
        ("hi @Ada, and @BEA.", ["ada", "bea"]),
        ("(@ada) “@bea” .@cem", ["ada", "bea", "cem"]),
        ("@ada's idea, @ada.lovelace-2!", ["ada", "ada.lovelace-2"]),
        ("مرحبا @ada، كيف", ["ada"]),
        ("你好 @ada，请", ["ada"]),
        ("＠ａｄａ　さん", ["ada"]),
        ("line\n@ada\n@bea", ["ada", "bea"]),
    ],
)
def test_a_handle_is_found_wherever_people_write_one(text: str, named: list[str]) -> None:
    assert handles(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com", "x+y@ada.com", "@ada@mastodon.social", "npm i @github/text-expander-element",
        "https://social.test/@ada", "www.social.test/@ada", "mailto:@ada", "`@ada`", "``a ` @ada``",
        "```\n@ada\n```", "~~~py\n@ada", "@", "@ ada", "@_ada", "@-", "@@ada",
        "@аda", "@adа", "@adaé", "@ada\u0301", "é@ada", "@\u200bada", "@ada\u0661", "@\u212aada",
    ],
)  # fmt: skip
def test_code_addresses_links_and_lookalikes_name_nobody(text: str) -> None:
    assert handles(text) == []


def test_a_backtick_that_is_never_closed_hides_nothing() -> None:
    assert handles("it`s @ada") == ["ada"]


@pytest.mark.parametrize("sign", ["`", "~", "`\n", "```\n", "@a", "` @a "])
@pytest.mark.timeout(20)
def test_a_text_of_nothing_but_signs_is_read_in_one_go(sign: str) -> None:
    named_in(sign * (20_000 // len(sign)))


def test_a_name_longer_than_any_handle_is_none() -> None:
    assert handles("@" + "a" * 40) == []
    assert handles("@" + "a" * 39) == ["a" * 39]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_whatever_is_found_stands_there(text: str) -> None:
    for named in named_in(text):
        written = text[named.start : named.end]
        assert written[0] in "@＠"
        assert named.longer.startswith(named.handle)
        assert len(written) == len(named.handle) + 1


@given(
    st.lists(st.sampled_from(["@ada", "@bea.x", "word", "é", "(", ")", "ada@x.test", "`@cem`", "\n"]), max_size=12),
    st.sampled_from([" ", "  ", "\n"]),
)
def test_words_apart_are_read_one_by_one(words: list[str], gap: str) -> None:
    assert handles(gap.join(words)) == [word[1:] for word in words if word.startswith("@")]
