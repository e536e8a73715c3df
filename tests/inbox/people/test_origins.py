"""Which sites may carry a widget: what is written down, and what a browser's Origin is held against."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.people.origins import OriginRefused, matches, origin_of, parse_origin, parse_origins


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("shop.example.com", "https://shop.example.com"),
        (" HTTPS://Shop.Example.com/cart?x=1 ", "https://shop.example.com"),
        ("https://shop.example.com:443", "https://shop.example.com"),
        ("http://shop.example.com:80/", "http://shop.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("*.example.com", "https://*.example.com"),
        ("https://*.shop.example.com:8443", "https://*.shop.example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_line_is_kept_as_a_browser_would_send_it(written, kept) -> None:
    assert parse_origin(written) == kept
    assert parse_origin(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["*", "https://*", "*.com", "*.127.0.0.1", "a.*.example.com", "*shop.example.com", "*.*.example.com"],
)
def test_a_wildcard_that_lets_in_too_much_or_stands_elsewhere_is_refused(written) -> None:
    with pytest.raises(OriginRefused, match=r"\*\.example\.com"):
        parse_origin(written)


@pytest.mark.parametrize(
    "written",
    [
        "ftp://shop.example.com",
        "file:///etc/passwd",
        "https://",
        "https://shop example.com",
        "https://shop.example.com:99999",
        "https://shop..example.com",
        "https://good.example@evil.example",
        "https://shop.example.com\\@evil.example",
        "null",
        "javascript://x",
        "https://[::1",
    ],
)
def test_what_is_no_site_is_refused_in_words(written) -> None:
    if written == "null":  # a name like any other where it stands alone: it lets no sandboxed page in
        assert not matches(parse_origin(written), "null")
        return
    with pytest.raises(OriginRefused):
        parse_origin(written)


def test_each_site_is_kept_once_and_in_order() -> None:
    assert parse_origins("b.example\n\n  a.example \nhttps://B.example/\n") == [
        "https://b.example",
        "https://a.example",
    ]


@pytest.mark.parametrize(
    ("allowed", "origin", "fits"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "https://SHOP.example", True),
        ("https://shop.example", "https://shop.example:443", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://shop.example", "https://shop.example.evil.example", False),
        ("https://shop.example", "https://a.shop.example", False),
        ("https://shop.example", "null", False),
        ("https://shop.example", "", False),
        ("https://shop.example", "https://shop.example@evil.example", False),
        ("https://shop.example", "https://evil.example\\@shop.example", False),
        ("https://*.example.com", "https://a.example.com", True),
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://.example.com", False),
        ("https://*.example.com", "https://evilexample.com", False),
        ("https://*.example.com", "https://a.example.com.evil.example", False),
        ("https://*.example.com", "http://a.example.com", False),
        ("https://*.example.com", "https://a.example.com:8443", False),
        ("https://*.example.com:8443", "https://a.example.com:8443", True),
    ],
)
def test_a_site_fits_whole_and_a_wildcard_fits_what_lies_below_it(allowed, origin, fits) -> None:
    assert matches(allowed, origin) is fits


@given(host=st.from_regex(r"\A[a-z0-9.@:/\\\[\]*-]{0,30}\Z"))
def test_nothing_outside_the_domain_ever_fits_its_wildcard(host) -> None:
    if matches("https://*.example.com", f"https://{host}"):
        assert host.removesuffix(":443").endswith(".example.com")
        assert not set(host) & set("@/\\[]")


@given(text=st.text(max_size=40))
def test_any_line_is_either_kept_so_that_it_stays_the_same_or_refused(text) -> None:
    try:
        kept = parse_origin(text)
    except OriginRefused:
        return
    assert parse_origin(kept) == kept


def test_the_origin_of_a_pages_address_is_that_of_the_web_alone() -> None:
    assert origin_of("https://Shop.example:8443/cart?x=1") == "https://shop.example:8443"
    assert origin_of("data:text/html,hi") == ""
    assert origin_of("https://a@b/") == ""
    assert origin_of("https://[") == ""
