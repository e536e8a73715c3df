"""The lists of contacts and accounts: by person, page by page, searched, and for nobody of another workspace."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.contacts import identities
from inbox.contacts.filters import asked_of
from inbox.contacts.searching import MOST_NAMED
from inbox.desk.contacts.paging import ACCOUNT_PARTS, CONTACT_PARTS, PAGE, page_of, parts_of
from inbox.models import Account, Contact, Segment
from inbox.models.profiles import ProfileKind
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.desk.contacts.conftest import define


def rows(html: str) -> list[str]:
    """Return the names in a list's rows, in their order."""
    return re.findall(r'class="row-link"[^>]*><bdi>(.*?)</bdi>', html)


def listed(client, query: str = "", path: str = "/contacts/") -> list[str]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    return rows(answer.content.decode())


def attach(contact: Contact, root: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(root=root)


def test_a_person_stands_there_once_and_nobody_of_another_workspace(workspace, agent, signed_in) -> None:
    root, attached = make_contact(workspace, name="Ann"), make_contact(workspace, name="Ann on her phone")
    attach(attached, root)
    make_contact(make_workspace(), name="Elsewhere")
    assert listed(signed_in(agent)) == ["Ann"]


@pytest.mark.parametrize("sort", ["active", "-active", "seen", "-seen", "created", "-created", "name", "-name"])
def test_page_by_page_everybody_comes_once_and_in_order(workspace, sort: str) -> None:
    now = timezone.now()
    made = []
    for n in range(23):
        contact = make_contact(workspace, name=f"N{n % 4}" if n % 5 else "")
        moments = {"created_at": now - timedelta(days=n % 6), "updated_at": now - timedelta(hours=n % 3)}
        Contact.objects.filter(pk=contact.pk).update(
            last_seen_at=now - timedelta(days=n % 7) if n % 3 else None, **moments
        )
        made.append(contact.pk)
    parts, seen, after = parts_of(CONTACT_PARTS, sort), [], ""
    everybody = Contact.objects.filter(workspace=workspace, root__isnull=True)
    for _ in range(10):
        page, after = page_of(everybody, parts, after, size=4)
        seen += page
        if not after:
            break
    assert sorted(contact.pk for contact in seen) == made
    key, falling = parts[0].key, parts[0].falling
    with_value = [(getattr(contact, key), contact.pk) for contact in seen if getattr(contact, key)]
    assert with_value == sorted(with_value, reverse=falling)
    assert seen[: len(with_value)] == [contact for contact in seen if getattr(contact, key)]


def test_accounts_without_a_name_come_last(workspace) -> None:
    for n in range(5):
        Account.objects.create(workspace=workspace, external_id=str(n), name="" if n % 2 else f"A{n}")
    page, after = page_of(Account.objects.filter(workspace=workspace), parts_of(ACCOUNT_PARTS, "name"), size=4)
    more, _ = page_of(Account.objects.filter(workspace=workspace), parts_of(ACCOUNT_PARTS, "name"), after, size=4)
    assert [account.name for account in page + more] == ["A0", "A2", "A4", "", ""]


def test_the_next_page_keeps_what_was_asked(workspace, agent, signed_in) -> None:
    for n in range(PAGE + 3):
        make_contact(workspace, name=f"Ann {n:02}", attributes={"plan": "pro" if n else "free"})
    client = signed_in(agent)
    html = client.get("/contacts/?f=attr.plan:is:pro&sort=name&q=ann").content.decode()
    assert len(rows(html)) == PAGE
    following = re.search(r'href="(/contacts/\?[^"]*after=[^"]*)"', html)
    assert following
    address = following[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query)["f"] == ["attr.plan:is:pro"]
    assert rows(client.get(address).content.decode()) == ["Ann 51", "Ann 52"]


def test_a_place_that_is_not_known_is_the_beginning_and_says_so(workspace, agent, signed_in) -> None:
    make_contact(workspace, name="Ann")
    answer = signed_in(agent).get("/contacts/?after=made-up")
    assert rows(answer.content.decode()) == ["Ann"]
    assert "not known any more" in answer.content.decode()


def test_a_count_is_exact_to_99(workspace, agent, signed_in) -> None:
    client = signed_in(agent)
    Contact.objects.bulk_create(Contact(workspace=workspace, name=f"C{n}") for n in range(99))
    assert 'class="num count">99<' in client.get("/contacts/").content.decode()
    make_contact(workspace)
    assert 'class="num count">99+<' in client.get("/contacts/").content.decode()


@pytest.mark.parametrize("path", ["/contacts/", "/contacts/accounts/"])
def test_a_page_asks_as_much_for_fifty_rows_as_for_one(workspace, agent, signed_in, path: str) -> None:
    define(workspace, "size", "number")
    client = signed_in(agent)

    def fill(count: int) -> int:
        for n in range(count):
            account = Account.objects.create(workspace=workspace, name=f"A{n}")
            make_contact(workspace, account=account, attributes={"size": 9})
            Segment.objects.create(workspace=workspace, of="contact", name=f"S{Segment.objects.count()}")
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(path)
        return len(asked)

    few = fill(2)
    assert fill(40) == few
    assert few < 18


def test_a_search_finds_by_a_piece_of_a_name_an_email_or_a_phone(workspace, agent, signed_in) -> None:
    anna, bob = make_contact(workspace, name="Ann-Kathrin Müller"), make_contact(workspace, name="Bo")
    identities.claim(anna, "email", "ak.mueller@acme.test")
    identities.verify(bob, "phone", "+493012345")
    phone = make_contact(workspace, name="Bo’s phone")
    attach(phone, bob)
    identities.claim(phone, "external_id", "user-77")
    identities.claim(make_contact(make_workspace(), name="Müller"), "email", "ak.mueller@acme.test")
    client = signed_in(agent)
    ann, bo = ["Ann-Kathrin Müller"], ["Bo"]
    for words, found in {
        "müll": ann, "kathrin müller": ann, "müller ann": ann, "mueller@acme": ann, "AK.MUELLER@ACME.TEST": ann,
        "an": ann, "+49 30 123-45": bo, "user-77": bo, "phone": bo, "b": bo, "%": [], "nobody": [], "_": [],
    }.items():  # fmt: skip
        assert rows(client.get("/contacts/", {"q": words}).content.decode()) == found, words


def test_what_thousands_are_called_is_found_too(workspace) -> None:
    Contact.objects.bulk_create(Contact(workspace=workspace, name=f"Ann {n}") for n in range(MOST_NAMED + 1))
    by_name, by_handle = make_contact(workspace, name="Bo"), make_contact(workspace, name="Cy")
    attach(make_contact(workspace, name="Ann, too"), by_name)
    phone = make_contact(workspace, name="Phone")
    attach(phone, by_handle)
    identities.claim(phone, "email", "ann@home.test")
    identities.claim(make_contact(workspace, name="Dee"), "email", "joanna@home.test")
    make_contact(workspace, name="Eve")
    found = asked_of(workspace, ProfileKind.CONTACT, "q=ann").contacts(workspace)
    assert found.count() == MOST_NAMED + 4
    assert set(found.exclude(name__startswith="Ann").values_list("name", flat=True)) == {"Bo", "Cy", "Dee"}


def test_who_may_be_there_twice_has_a_list_and_a_count(workspace, agent, signed_in) -> None:
    make_contact(workspace, name="Ann", suggestion_count=2)
    make_contact(workspace, name="Bo")
    attached = make_contact(workspace, name="Cy", suggestion_count=1)
    attach(attached, make_contact(workspace, name="Root"))
    client = signed_in(agent)
    assert listed(client, "suspected") == ["Ann"]
    html = client.get("/contacts/").content.decode()
    assert "perhaps twice ×2" in html
    assert re.search(r"<span>Perhaps twice</span><span class=\"num\">1</span>", html)


def test_the_filter_form_leads_to_the_form_that_is_kept(workspace, agent, signed_in) -> None:
    client = signed_in(agent)
    answer = client.get("/contacts/?q=a&f=email:empty&f=name:has:x&at=1&field=account.plan&op=is&value= Pro &sort=name")
    assert answer.status_code == 302
    wanted = "/contacts/?q=a&f=email:empty&f=account.plan:is:Pro&f=name:has:x&sort=name"
    assert answer["Location"] == wanted
    wrong = client.get("/contacts/?field=last_seen&op=within&value=a+week")
    html = client.get(wrong["Location"]).content.decode()
    assert 'value="a week"' in html
    assert "Say how many days" in html
    assert 'name="op"' in html


def test_whatever_a_customer_calls_themselves_is_text(workspace, agent, signed_in) -> None:
    script = "<script>alert(1)</script>"
    account = Account.objects.create(workspace=workspace, external_id=script, name=script, plan=script)
    make_contact(workspace, name=script, email=script[:20], account=account, attributes={script: script})
    make_contact(workspace, name="عربي‮x" + "W" * 240)
    Segment.objects.create(workspace=workspace, of="contact", name=script, query="q=%22%3E%3Cscript%3E")
    client = signed_in(agent)
    for query in ("", f"q={script}", f"f=attr.{script}:is:{script}", f"f={script}:{script}:{script}"):
        html = client.get("/contacts/", {part.split("=")[0]: part.split("=", 1)[1] for part in [query] if part})
        assert script not in html.content.decode()
    assert script not in client.get("/contacts/accounts/").content.decode()


def test_a_viewer_looks_and_changes_nothing(workspace, viewer, signed_in) -> None:
    make_contact(workspace, name="Ann")
    client = signed_in(viewer)
    html = client.get("/contacts/?f=name:has:a").content.decode()
    assert rows(html) == ["Ann"]
    assert "Save as segment" not in html
    assert "Export" not in html


def test_people_of_another_workspace_see_their_own(workspace, agent, signed_in) -> None:
    make_contact(workspace, name="Ann")
    segment = Segment.objects.create(workspace=workspace, of="contact", name="Mine", query="q=ann")
    stranger = make_teammate(make_workspace(), role="owner")
    html = signed_in(stranger).get(f"/contacts/?segment={segment.public_id}").content.decode()
    assert rows(html) == []
    assert "Mine" not in html


def test_an_accounts_row_says_how_many_people_it_has(workspace, agent, signed_in) -> None:
    account = Account.objects.create(workspace=workspace, name="Acme", seats=9, seat_limit=10)
    root = make_contact(workspace, account=account)
    attach(make_contact(workspace, account=account), root)
    html = signed_in(agent).get("/contacts/accounts/").content.decode()
    assert re.search(r"People</span> 1</td>", html)
    assert "9 of 10" in html
