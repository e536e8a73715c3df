"""The audit page: every fact in words, in order, filtered, paged without a hole, and exported without a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import AsyncClient, Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.csv_lines import safe_cell, text
from inbox.desk.settings.keys.facts import Filters, all_of
from inbox.desk.settings.keys.wordings import GROUPS, WORDINGS, changes, sentence
from inbox.people.audit import COMMAND_LINE, Actor, record
from inbox.people.models import AuditFact, Teammate, Workspace
from tests.factories import make_teammate, make_workspace

PAGE = "/settings/audit/"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def told(answer: Any) -> list[str]:
    return [fact.sentence for fact in answer.context["facts"]]


@pytest.mark.parametrize(
    ("kind", "subject", "data", "said"),
    [
        ("teammate.invited", "bea@shop.test", {"role": "agent"}, "Ada invited bea@shop.test as agent"),
        ("teammate.invited", "bea@shop.test", {}, "Ada invited bea@shop.test"),
        ("teammate.role_changed", "Bea", {"before": "agent", "after": "admin"},
         "Ada changed the role of Bea from agent to admin"),
        ("token.revoked", "Shop", {}, "Ada revoked the API token “Shop”"),
        ("teammate.role_changed", "Ada", {"before": "owner", "after": "agent"},
         "Ada changed their own role from owner to agent"),
        ("team.renamed", "Shops", {"before": "Shop", "after": "Shops"}, "Ada renamed the team Shop to Shops"),
        ("team.deleted", "Shop", {"private": True, "taken_over_by": "Support"},
         "Ada deleted the team Shop; Support took over its conversations"),
        ("team.deleted", "Shop", {"private": True, "taken_over_by": ""}, "Ada deleted the team Shop"),
        ("session.ended", "Ada", {"where": "Firefox 131, Linux"}, "Ada ended their session on Firefox 131, Linux"),
        ("session.ended", "Ada", {"count": 3}, "Ada ended 3 other sessions of theirs"),
        ("login.password_changed", "Ada", {}, "Ada changed their password"),
        ("connection.set", "Slack", {"keys": ["webhook_url"]}, "Ada connected Slack"),
        ("teammate.joined", "", {"role": "", "via": "sso"}, "Ada joined"),
        ("sso.changed", "", {"issuer": {"before": "", "after": "https://id.test"}}, "Ada changed single sign-on"),
        ("two_factor.sneezed_at", "a key", {}, "Ada: second factor sneezed at (a key)"),
        ("something", "", {}, "Ada: something"),
        ("teammate.removed", "{who} {0} %s", {}, "Ada removed {who} {0} %s from the workspace"),
    ],
)  # fmt: skip
def test_a_fact_reads_as_a_sentence(kind: str, subject: str, data: dict[str, Any], said: str) -> None:
    assert sentence(kind, "Ada", subject, data) == said


def test_what_no_person_did_reads_as_a_sentence_too() -> None:
    assert sentence("token.created", "command line", "Shop", {}).startswith("Somebody at the command line made")
    assert sentence("teammate.left", "frontdesk", "", {}) == "Frontdesk left the workspace"


@pytest.mark.parametrize("kind", WORDINGS)
def test_every_wording_holds_without_any_data(kind: str) -> None:
    said = sentence(kind, "Ada", "Bea", {})
    assert "{" not in said
    assert ("Ada" in said or "Bea" in said) and ": " not in said.replace("factor: Bea", "")
    assert any(kind.partition(".")[0] in group.nouns for group in GROUPS)


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = (
    plain
    | st.lists(plain, max_size=3)
    | st.dictionaries(st.sampled_from(["before", "after", "from", "to", "x"]), plain)
)
names = st.sampled_from(["role", "before", "after", "changes", "acts_as", "who", "0", ""])


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from([*WORDINGS, "other.kind", "odd", ""]),
    subject=st.text(max_size=8),
    data=st.dictionaries(names, values, max_size=4),
)
def test_whatever_somebody_recorded_can_be_told(kind: str, subject: str, data: dict[str, Any]) -> None:
    assert sentence(kind, "Ada", subject, data)
    for change in changes(data):
        assert change.value or change.has_both


def test_details_say_what_it_was_and_what_it_became() -> None:
    data = {
        "before": {"name": "Shop", "zone": "UTC"},
        "after": {"name": "Shop & Co", "zone": "UTC"},
        "is_required": {"before": False, "after": True},
        "changes": {"accent": ["#111111", "#222222"], "side": {"from": "left", "to": "right"}},
        "teams": ["Billing", "Support"],
    }
    seen = [(c.name, c.value or f"{c.before}→{c.after}") for c in changes(data)]
    assert seen == [
        ("Name", "Shop→Shop & Co"), ("Is required", "no→yes"), ("Accent", "#111111→#222222"),
        ("Side", "left→right"), ("Teams", "Billing, Support"),
    ]  # fmt: skip


def test_the_page_says_who_when_and_from_where(owner: Teammate) -> None:
    by = Actor(owner, "desk", "203.0.113.7", CHROME)
    record("teammate.invited", workspace=owner.workspace, by=by, subject="<b>bea@shop.test", role="agent")
    page = browser(owner).get(PAGE).content.decode()
    fact = AuditFact.objects.get()
    for part in ("Ada invited &lt;b&gt;bea@shop.test as agent", "from the desk", "203.0.113.7", "Chrome 131, Linux"):
        assert part in page
    assert f'<local-time at="{fact.at.isoformat()}"' in page


def test_older_leads_through_all_facts_without_hole_or_double(owner: Teammate) -> None:
    at = timezone.now()
    for n in range(120):
        fact = record("team.created", workspace=owner.workspace, by=Actor(owner), subject=f"T{n}")
        # Many in the same moment: the time alone does not tell where a page ends.
        AuditFact.objects.filter(pk=fact.pk).update(at=at - timedelta(seconds=n // 40))
    client = browser(owner)
    seen, address = [], PAGE
    while address:
        page = client.get(address)
        seen += [fact.fact.subject for fact in page.context["facts"]]
        record("team.created", workspace=owner.workspace, by=Actor(owner), subject="meanwhile")
        older = re.search(r'id="older-link"\s+href="([^"]+)"', page.content.decode())
        address = older[1].replace("&amp;", "&") if older else ""
    in_order = AuditFact.objects.exclude(subject="meanwhile").order_by("-at", "-id")
    assert seen == list(in_order.values_list("subject", flat=True))
    assert len(seen) == 120


def test_the_filters_show_a_group_a_person_and_what_no_person_did(owner: Teammate) -> None:
    workspace, bea = owner.workspace, make_teammate(owner.workspace, "bea", role="admin")
    record("teammate.invited", workspace=workspace, by=Actor(owner), subject="a")
    record("team.created", workspace=workspace, by=Actor(bea), subject="b")
    record("token.revoked", workspace=workspace, by=Actor(bea), subject="c")
    record("token.created", workspace=workspace, by=COMMAND_LINE, subject="d")
    record("retention.changed", workspace=workspace, by=Actor(owner), subject="e")
    client = browser(owner)

    def subjects(**query: Any) -> str:
        return "".join(fact.fact.subject for fact in client.get(PAGE, query).context["facts"])

    assert subjects() == "edcba"
    assert subjects(group="people") == "ba"
    assert subjects(group="keys") == "dc"
    assert subjects(group="rest") == "e"
    assert subjects(who=bea.public_id) == "cb"
    assert subjects(who=bea.public_id, group="keys") == "c"
    assert subjects(who="nobody") == "d"
    assert subjects(group="nonsense", who="x", before="y") == "edcba"
    assert subjects(who=uuid.uuid4()) == ""
    assert "Nothing matches" in client.get(PAGE, {"group": "workspace"}).content.decode()


def test_an_empty_list_says_what_will_stand_there(owner: Teammate) -> None:
    assert "Nothing yet" in browser(owner).get(PAGE).content.decode()


def test_other_workspaces_and_small_roles_see_nothing(owner: Teammate) -> None:
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    theirs = record("team.created", workspace=stranger.workspace, by=Actor(stranger), subject="secret team")
    record("team.created", workspace=owner.workspace, by=Actor(owner), subject="own team")
    client = browser(owner)
    for query in ({}, {"who": stranger.public_id}, {"before": theirs.public_id}):
        page = client.get(PAGE, query)
        assert "secret team" not in page.content.decode()
    assert told(client.get(PAGE, {"before": theirs.public_id})) == ["Ada made the team own team"]
    assert b"secret team" not in b"".join(client.get(f"{PAGE}export.csv").streaming_content)
    agent = browser(make_teammate(owner.workspace, "cem"))
    assert agent.get(PAGE).status_code == 403
    assert agent.get(f"{PAGE}export.csv").status_code == 403


def test_the_page_takes_the_same_queries_whatever_it_shows(owner: Teammate, django_assert_max_num_queries: Any) -> None:
    client = browser(owner)
    client.get(PAGE)  # the first call of a session notes that session
    for n in range(60):
        record("team.created", workspace=owner.workspace, by=Actor(owner), subject=str(n))
    with django_assert_max_num_queries(10) as few:
        client.get(PAGE)
    AuditFact.objects.filter(subject__gt="1").delete()
    with django_assert_max_num_queries(10) as fewer:
        client.get(PAGE)
    assert len(few) == len(fewer)


def test_the_export_holds_the_filtered_facts_and_no_formula(owner: Teammate) -> None:
    by = Actor(owner, "desk", "203.0.113.7", "=cmd|' /C calc'!A0")
    record("team.created", workspace=owner.workspace, by=by, subject='=HYPERLINK("https://evil.test","Bonus")')
    record("token.created", workspace=owner.workspace, by=by, subject='@SUM(A1), "quoted"\nline', scope="read")
    answer = browser(owner).get(f"{PAGE}export.csv", {"group": "people"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="audit-{owner.workspace.slug}-[0-9-]+\.csv"', answer["Content-Disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 1
    assert rows[0]["subject"] == """'=HYPERLINK("https://evil.test","Bonus")"""
    assert rows[0]["browser"].startswith("'=cmd")
    assert (rows[0]["who"], rows[0]["ip"], rows[0]["kind"]) == ("Ada", "203.0.113.7", "team.created")
    both = b"".join(browser(owner).get(f"{PAGE}export.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(both, newline="")))
    assert [row["kind"] for row in rows] == ["token.created", "team.created"]
    assert rows[0]["subject"] == '\'@SUM(A1), "quoted"\nline'
    assert json.loads(rows[0]["details"]) == {"scope": "read"}


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("=+-@|%\t\r\n ＝a1'\",;") | st.characters(codec="utf-8"), max_size=20))
def test_no_cell_begins_a_formula_and_none_is_lost(value: str) -> None:
    cell = safe_cell(value)
    assert cell in (value, f"'{value}")
    assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠|%"))
    assert list(csv.reader(io.StringIO(text([[value, "end"]]), newline=""))) == [[cell, "end"]]


def test_the_export_goes_on_over_all_batches(owner: Teammate) -> None:
    for n in range(7):
        record("team.created", workspace=owner.workspace, by=Actor(owner), subject=str(n))
    batches = [[fact.subject for fact in batch] for batch in all_of(Filters(owner.workspace), size=3)]
    assert batches == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


@pytest.mark.django_db(transaction=True)
async def test_the_export_streams_over_asgi() -> None:
    from asgiref.sync import sync_to_async

    owner = await sync_to_async(lambda: make_teammate(make_workspace(), "ada", role="owner"))()

    def some() -> None:
        for n in range(5):
            record("team.created", workspace=owner.workspace, by=Actor(owner), subject=str(n))

    await sync_to_async(some)()
    client = AsyncClient()
    await client.aforce_login(owner.user, "allauth.account.auth_backends.AuthenticationBackend")
    answer = await client.get(f"{PAGE}export.csv")
    assert answer.is_async
    lines = b"".join([part async for part in answer.streaming_content]).decode().splitlines()
    assert len(lines) == 6
