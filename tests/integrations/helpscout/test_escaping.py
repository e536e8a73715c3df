"""Whatever customers call themselves, it is text in Help Scout's page and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from inbox.contacts.identities import verify
from inbox.events import ContactSignedUp, who_of, who_of_account
from inbox.models import Account, AttributeDefinition, Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.helpscout.example import example
from integrations.helpscout.facts import definitions_of
from integrations.helpscout.layout import change_rows, change_snippet
from integrations.helpscout.lines import plain
from integrations.helpscout.snippet import _LIQUID, FAILED, check_snippet, draw_snippet
from notifications.events import track
from notifications.kinds.signs import FeedbackGiven
from notifications.wording import TemplateRefused
from tests.factories import make_conversation, make_workspace
from tests.integrations.helpscout.conftest import EMAIL, Ask

EVIL = (
    """"'><script>alert(1)</script><img src=x onerror=alert(1)>"""
    """<a href="javascript:alert(1)">x</a>&lt;b&gt;{{ 7 | times: 7 }}"""
)
STYLE_GUIDE = {"h4", "p", "ul", "li", "a", "span", "div", "i"}
SCRIPTS = [
    "Zoë Müller-Ærø", "Наталья Иванова", "محمد بن سلمان", "יעל כהן", "王小明", "さくら 桜", "김민준", "สมชาย ใจดี",
    "नरेन्द्र", "Ελένη", "👩‍💻 Ada", "e\u0301\u0302\u0303" * 20, "O'Neil & Sons <\"x\">", "𝔄𝔡𝔞",
]  # fmt: skip


class Tags(HTMLParser):
    """What a browser makes of a fragment: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> Tags:
    """Check that a fragment holds tags, classes and links of the style guide, and nothing else."""
    seen = Tags(html)
    for tag, attributes in seen.tags:
        assert tag in STYLE_GUIDE, tag
        assert set(attributes) <= {"class", "href"}, attributes
        assert (attributes.get("href") or "http://").startswith(("http://", "https://")), attributes
    return seen


@pytest.fixture
def evil(workspace: Workspace) -> Contact:
    """A customer of whom every text is markup."""
    account = Account.objects.create(
        workspace=workspace, external_id=EVIL, name=EVIL, plan=EVIL, timezone=EVIL[:60], modules=[EVIL[:80]],
        stripe_customer_id=f"cus_{EVIL}", stripe_subscription_id=EVIL, attributes={"own": EVIL},
    )  # fmt: skip
    contact = Contact.objects.create(
        workspace=workspace, name=EVIL, email=EVIL, account=account, timezone=EVIL[:60], attributes={"own": EVIL}
    )
    verify(contact, "email", EMAIL)
    verify(contact, "email", 'a"><img/src=x>@b.example')
    for of in ("contact", "account"):
        AttributeDefinition.objects.create(workspace=workspace, of=of, key="own", label=EVIL[:80], type="text")
        change_rows(workspace, "show", f"{of}:own", definitions_of(workspace.pk), by=COMMAND_LINE)
    make_conversation(workspace, contact, EVIL)
    about: dict[str, Any] = {"workspace": workspace, "contact": who_of(contact), "account": who_of_account(account)}
    track(ContactSignedUp(plan=EVIL), **about)
    track(FeedbackGiven(score=1, comment=EVIL), **about)
    return contact


def test_no_field_of_a_customer_can_carry_markup(ask: Ask, workspace: Workspace, evil: Contact) -> None:
    change_snippet(workspace, "<p>{{ contact.name }} {{ account.name }} {{ email }}</p>", by=COMMAND_LINE)
    for email in (EMAIL, 'a"><img/src=x>@b.example', '"><script>@unknown.example'):
        seen = assert_harmless(ask(email).json()["html"])
        assert "<script>" in seen.text or "<img/src=x>" in seen.text
    seen = assert_harmless(ask(EMAIL).json()["html"])
    assert seen.text.count("<script>alert(1)</script>") >= 10
    assert "{{ 7 | times: 7 }}" in seen.text


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_name_in_any_script_is_shown_as_it_is(ask: Ask, contact: Contact, name: str) -> None:
    Contact.objects.filter(pk=contact.pk).update(name=name)
    assert name in Tags(ask(EMAIL).json()["html"]).text


def test_what_turns_the_direction_of_text_is_taken_out() -> None:
    assert plain("abc\u202edef\u2066\u2069 \n\t ghi\x00\x1f\x7f") == "abc def ghi"
    assert plain("x" * 200) == "x" * 159 + "…"


def templates(name: str) -> Iterator[str]:
    yield from (f"{{{{ contact.name | {name} }}}}", f'{{{{ "<i>y</i>" | {name}: contact.name }}}}')
    yield f'{{{{ contact.name | {name}: "x" }}}}'
    yield f'{{{{ contact.name | {name}: "&lt;", "<" }}}}'
    yield f'{{% assign n = contact.name | split: "" | {name} %}}{{{{ n | join: "" }}}}'


@pytest.mark.parametrize("name", sorted(_LIQUID.filters))
def test_no_filter_brings_the_markup_of_a_name_back(name: str) -> None:
    facts = example(Workspace(slug="x"), {})
    facts.root.name = EVIL
    for template in templates(name):
        made = draw_snippet(template, facts)
        if made is not None and made is not FAILED:
            assert_harmless(made.html)
            assert "<a" not in made.html


def test_a_chain_of_filters_brings_no_script_back() -> None:
    facts = example(Workspace(slug="x"), {})
    facts.root.name = EVIL
    names, pick = sorted(_LIQUID.filters), random.Random(7)
    for _ in range(2000):
        chain = " | ".join(pick.choices(names, k=pick.randint(1, 4)))
        made = draw_snippet(f"{{{{ contact.name | {chain} }}}}", facts)
        assert made is None or assert_harmless(made.html)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        (
            '<p class="muted">Hi <span class="badge blue">x</span></p>',
            '<p class="muted">Hi <span class="badge blue">x</span></p>',
        ),
        ("<script>alert(1)</script><p onclick='x'>Hi</p>", "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="https://x.example/?a=1">x</a>', '<a href="https://x.example/?a=1">x</a>'),
        ('<p style="color:red">x</p><img src=x><iframe></iframe><form><input></form>', "<p>x</p>"),
        ("<p>open", "<p>open</p>"),
        ("{% if account.is_owner %}<p>Owner</p>{% endif %}", "<p>Owner</p>"),
        (
            "{{ account.seats }}/{{ account.seat_limit }} {{ is_verified }} {{ email }}",
            "19/20 true nadia@northwind.example",
        ),
        ("{{ contact.pk }}{{ contact._state }}{{ account.workspace }}{{ contact.workspace.slug }}", None),
    ],
)
def test_of_the_teams_own_html_the_style_guide_is_kept(template: str, kept: str | None) -> None:
    made = draw_snippet(template, example(Workspace(slug="x"), {}))
    assert (made.html if made is not None else None) == kept


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% if %}", "Line 1"), ("{{ 'x'", ""), ("{% for i in (1..9) %}{% endfor %}", "ranges"), ("x" * 4001, "4,000"),
        ("{% include 'x' %}", "fails on an example"), ("{% render 'x' %}", "fails on an example"), ("a\0b", "no text"),
        ("{{ contact.name | safe }}", ""), ("{{ contact.name | nope }}", ""),
        ("{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | append: x %}" * 30, "too much"),
    ],
)  # fmt: skip
def test_a_snippet_that_cannot_work_is_refused_in_words(template: str, said: str) -> None:
    with pytest.raises(TemplateRefused, match=said or "[a-z]+"):
        check_snippet(template, example(make_plain_workspace(), {}))


def make_plain_workspace() -> Workspace:
    """Return one that is not stored."""
    return Workspace(slug="x", name="X")


def test_a_snippet_that_fails_on_a_customer_leaves_the_rest_standing(
    ask: Ask, workspace: Workspace, contact: Contact
) -> None:
    change_snippet(workspace, "{{ account.seats | divided_by: account.seats }}", by=COMMAND_LINE)
    Account.objects.update(seats=0)
    html = ask(EMAIL).json()["html"]
    assert "snippet failed on this customer" in html
    assert "Northwind" in html


def test_another_workspaces_layout_is_not_used(ask: Ask, workspace: Workspace, contact: Contact) -> None:
    change_snippet(make_workspace(), "<p>Theirs</p>", by=COMMAND_LINE)
    assert "Theirs" not in ask(EMAIL).json()["html"]
