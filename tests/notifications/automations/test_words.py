"""What a customer is called can do nothing in a message: not in its subject, not in its Markdown, not in its HTML."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from notifications.automations import liquid, markdown
from notifications.wording import TemplateRefused
from tests.notifications.automations.conftest import signs_up
from tests.notifications.conftest import work

BODY = """\
Hello {{ contact.name }}, **{{ contact.name }}** and *{{ contact.name }}*

# {{ contact.name }}

- {{ contact.name }}
- [{{ contact.name }}](https://ours.example/)

1. {{ contact.name }}

> {{ contact.name }}

{{ contact.name }}
===

[Go]({{ url }})
"""
NASTY = [
    "<script>alert(1)</script>", "**[Pay here](https://evil.test)**", "[x]: https://evil.test", "<https://evil.test>",
    "![x](https://evil.test/p.png)", "# Big", "- item", "1. item", "> said", "```", "`code`", "a\n\n# b", "    code",
    "&lt;b&gt;", "\\", "a\\", "{{ contact.email }}", "{% raw %}", "___", "***", "~~x~~", "| a | b |\n|---|---|",
    "javascript:alert(1)", "\u202egnp", "=====", "---", "<!-- -->", "\u2028x", "a](https://evil.test",
    "a)[b](https://evil.test",
]  # fmt: skip
TAG = re.compile(r"<[^>]+>")


def facts(name: str, **more: Any) -> dict[str, Any]:
    return {"contact": {"name": name}, "url": "https://ours.example/x?a=1&copy=2", **more}


def html(name: str, body: str = BODY) -> str:
    return markdown.html_of(liquid.markdown(body, facts(name)), "#2d5fc8")


def holds_for(name: str) -> None:
    plain = liquid.plain(name) or "x"
    made, calm = html(name), html("Nadia")
    if liquid.plain(name):
        assert TAG.findall(made) == TAG.findall(calm), "it makes and breaks no tag, no attribute, no link"
        words = [" ".join(unescape(part).split()) for part in TAG.split(made)]
        assert words == [" ".join(part.replace("Nadia", plain).split()) for part in map(unescape, TAG.split(calm))]
    text = markdown.text_of(liquid.markdown("Hello {{ contact.name }}!", facts(name)))
    assert text == f"Hello {liquid.plain(name)}!".strip()
    subject = liquid.plain(liquid.plain_text("Welcome {{ contact.name }}", facts(name)))
    assert "\n" not in subject
    assert "\r" not in subject
    EmailMessage()["Subject"] = subject


@pytest.mark.parametrize("name", NASTY)
def test_a_name_with_markup_is_just_that_name(name) -> None:
    holds_for(name)


@given(st.text(max_size=60))
def test_any_name_is_just_that_name(name) -> None:
    holds_for(name)


@given(st.text(alphabet="*_[]()<>!#`~\\&;:/.-+= \n\t\"'|{}1ax", max_size=40))
def test_any_name_of_signs_that_mean_something_is_just_that_name(name) -> None:
    holds_for(name)


def test_a_value_in_a_links_place_leads_where_it_says_or_nowhere() -> None:
    assert 'href="https://ours.example/x?a=1&amp;copy=2"' in html("x")
    for bad in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://a.example) [x](https://evil.test"):
        made = markdown.html_of(liquid.markdown("[a]({{ url }})", {"url": bad}), "#2d5fc8")
        assert "href" not in made


def test_links_to_our_own_pages_work_outside_them(settings) -> None:
    settings.PUBLIC_URL = "https://desk.test"
    made = markdown.html_of("[a](/imports/1/) [b](//evil.test) [c](contacts/) [d](mailto:a@b.example)", "#2d5fc8")
    assert re.findall(r'href="([^"]*)"', made) == [
        "https://desk.test/imports/1/", "https://desk.test/evil.test", "https://desk.test/contacts/",
        "mailto:a@b.example",
    ]  # fmt: skip


def test_html_and_pictures_in_a_body_are_text() -> None:
    made = markdown.html_of("<b onclick=x>hi</b> ![p](https://x.example/p.png)\n\n<script>x</script>", "#2d5fc8")
    assert "<b" not in made
    assert "<img" not in made
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_a_paragraph_that_is_one_bold_link_is_a_button_that_can_be_read_on_the_accent() -> None:
    made = markdown.html_of("**[Look](https://x.example/)**\n\nand **[this](https://y.example/)**", "#ffee00")
    assert "background:#ffee00;color:#121217" in made
    assert made.count("background:#ffee00") == 1


def test_text_keeps_what_markdown_says() -> None:
    source = "# Hi\n\nA *b* `c`\nd\n\n- one\n- two\n  - deep\n\n3. x\n4. y\n\n> said\n> so\n\n---\n\n"
    source += "[L](https://x.example/) <https://y.example/>"
    assert markdown.text_of(source) == (
        "Hi\n\nA b c\nd\n\n- one\n- two\n  - deep\n\n3. x\n4. y\n\n> said\n> so\n\n----\n\n"
        "L: https://x.example/ https://y.example/"
    )


@pytest.mark.parametrize(
    "text, said",
    [
        ("{{ contct.name }}", "There is no “contct”"),
        ("{{ contact.nam }}", "There is no “contact.nam”"),
        ("Hello\n{{ contact.name | nope }}", "There is no filter “nope”"),
        ("Hello\n{{ contact..name }}", "Line 2, column 11: expected end of expression"),
        ("{% if x %}", "if"),
        ("{% include 'x' %}", "include"),
        ("{% capture x %}a{% endcapture %}", "capture"),
        ("{% for i in (1..9) %}{% endfor %}", "ranges"),
        ("{{ contact.name | safe }}", "safe"),
    ],
)
def test_what_a_template_cannot_use_is_refused_with_its_place(text, said) -> None:
    with pytest.raises(TemplateRefused, match=re.escape(said)):
        liquid.check(text)


def test_what_a_template_knows_is_taken() -> None:
    liquid.check("{% assign n = data.rows %}{% for row in n %}{{ row.name | upcase }}{% endfor %}{{ data['a b'] }}")
    liquid.check("{% if account.plan == 'pro-plus' %}{{ event.data.x }}{% endif %}{{ contact.attributes.size }}")


def test_conditions_and_filters_see_values_as_they_are() -> None:
    body = "{% if contact.name == 'a-b*c' %}{{ contact.name | size }} {{ contact.name | slice: 1, 9 }}{% endif %}"
    assert markdown.text_of(liquid.markdown(body, facts("a-b*c"))) == "5 -b*c"


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in data.l %}{% for b in data.l %}{% for c in data.l %}x{% endfor %}{% endfor %}{% endfor %}",
        "{{ data.s | replace: 'a', data.s | replace: 'a', data.s }}",
        "{% for a in data.l %}{{ data.s }}{% endfor %}",
    ],
)
def test_a_template_that_would_never_end_or_grow_without_end_fails(template) -> None:
    with pytest.raises(liquid.TemplateFailed):
        liquid.markdown(template, {"data": {"l": list(range(200)), "s": "a" * 2000}})


@pytest.mark.django_db(transaction=True)
def test_a_name_with_a_line_end_makes_no_header(make, nadia) -> None:
    nadia.name = "Nadia\r\nBcc: all@evil.test"
    nadia.save()
    nadia.workspace.name = 'Shop "A", <b@evil.test>'
    nadia.workspace.save()
    make(subject="Hello {{ contact.name }}")
    signs_up(nadia)
    work()
    [letter] = mail.outbox
    sent = letter.message()
    assert sent["Subject"] == "Hello Nadia Bcc: all@evil.test"
    assert sent["Bcc"] is None
    assert sent.get_all("From") == ['"Shop \\"A\\", <b@evil.test>" <frontdesk@localhost>']
