"""The pages that carry a widget: which may, what they get of the workspace's looks, and where it was last seen."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from inbox.people.audit import COMMAND_LINE
from inbox.people.house import retire_identity_secret, rotate_identity_secret
from inbox.people.models import Workspace
from inbox.widget.session import saw_widget
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    cache.clear()
    return make_workspace()


def ask(workspace, origin: str | None = None, **body):
    headers = {"origin": origin} if origin else {}
    return Client(headers=headers).post(
        "/widget/v1/session", {"key": workspace.widget_key, **body}, content_type="application/json"
    )


def seen(workspace) -> tuple[bool, str]:
    workspace.refresh_from_db()
    return workspace.widget_seen_at is not None, workspace.widget_seen_url


def test_a_wildcard_lets_its_sites_in_and_no_other(workspace) -> None:
    workspace.widget_origins = ["https://*.shop.example"]
    workspace.save()
    assert ask(workspace, "https://eu.shop.example").status_code == 200
    for other in ("https://shop.example", "https://evilshop.example", "https://eu.shop.example.evil.example", "null"):
        assert ask(workspace, other).json()["code"] == "origin_not_allowed"


def test_a_session_brings_title_side_and_the_servers_time(workspace) -> None:
    workspace.widget_title, workspace.widget_side = "Ask us", "left"
    workspace.save()
    answer = ask(workspace).json()
    assert answer["workspace"]["title"] == "Ask us"
    assert answer["workspace"]["side"] == "left"
    assert abs(timezone.now() - timezone.datetime.fromisoformat(answer["now"])) < timedelta(minutes=1)


def test_nobody_is_online_out_of_hours(workspace) -> None:
    make_teammate(workspace)
    assert ask(workspace).json()["workspace"]["online"] is True
    workspace.holidays = [{"on": f"{timezone.now() + timedelta(days=n):%Y-%m-%d}", "name": ""} for n in range(-1, 2)]
    workspace.save()
    assert ask(workspace).json()["workspace"]["online"] is False


def test_the_page_where_it_was_seen_is_kept_without_its_query(workspace) -> None:
    assert seen(workspace) == (False, "")
    ask(workspace, "https://shop.example", page={"url": "https://shop.example/cart?token=secret#top"})
    assert seen(workspace) == (True, "https://shop.example/cart")


@pytest.mark.parametrize(
    ("origin", "url", "kept"),
    [
        ("https://shop.example", "https://other.example/x", "https://shop.example"),
        ("https://shop.example", "javascript:alert(1)", "https://shop.example"),
        (None, "https://me:secret@shop.example/x", ""),
        (None, "https://[", ""),
        (None, "https://shop.example/" + "x" * 400, ("https://shop.example/" + "x" * 400)[:300]),
        (None, "https://shop.example/\x00x", "https://shop.example/x"),
    ],
)
def test_what_a_page_says_of_itself_counts_within_its_origin_only(workspace, origin, url, kept) -> None:
    saw_widget(workspace, origin, url)
    assert seen(workspace) == (True, kept)


def test_it_is_written_down_once_a_minute_at_most(workspace, django_assert_num_queries) -> None:
    saw_widget(workspace, None, "https://shop.example/one")
    saw_widget(workspace, None, "https://shop.example/two")  # by what a slower request had read before
    assert seen(workspace)[1] == "https://shop.example/one"
    with django_assert_num_queries(0):
        saw_widget(workspace, None, "https://shop.example/three")
    Workspace.objects.update(widget_seen_at=timezone.now() - timedelta(seconds=61))
    workspace.refresh_from_db()
    saw_widget(workspace, None, "https://shop.example/four")
    assert seen(workspace)[1] == "https://shop.example/four"


@pytest.mark.django_db(transaction=True)
def test_of_many_sessions_at_once_one_writes_where_it_was_seen() -> None:
    workspace = make_workspace()
    start = threading.Barrier(6)

    def look(n: int) -> None:
        try:
            mine = Workspace.objects.get(pk=workspace.pk)
            start.wait()
            saw_widget(mine, None, f"https://shop.example/{n}")
            urls.append(Workspace.objects.get(pk=workspace.pk).widget_seen_url)
        finally:
            connections.close_all()

    urls: list[str] = []
    threads = [threading.Thread(target=look, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 6
    assert len(set(urls)) == 1, "a later one wrote over the first"


def test_the_loader_brings_the_looks_of_its_key_and_notes_the_page(workspace) -> None:
    workspace.accent, workspace.widget_side = "#aa3300", "left"
    workspace.save()
    answer = Client(headers={"referer": "https://shop.example/"}).get(f"/widget.js?key={workspace.widget_key}")
    assert json.dumps({"accent": "#aa3300", "side": "left"}, separators=(",", ":")) in answer.content.decode()
    assert seen(workspace) == (True, "https://shop.example/")


@pytest.mark.parametrize("query", ["", "?key=", "?key=wk_none", "?key=a%00b"])
def test_the_loader_comes_without_a_key_that_is_known_all_the_same(query) -> None:
    answer = Client().get(f"/widget.js{query}")
    assert answer.status_code == 200
    assert "__LOOK__" not in answer.content.decode()


def test_a_site_that_may_not_carry_the_widget_is_not_told_as_one_that_does(workspace) -> None:
    workspace.widget_origins = ["https://shop.example"]
    workspace.save()
    Client(headers={"referer": "https://other.example/"}).get(f"/widget.js?key={workspace.widget_key}")
    ask(workspace, "https://other.example", page={"url": "https://other.example/"})
    assert seen(workspace) == (False, "")


def test_an_unchanged_loader_is_not_sent_again(workspace) -> None:
    first = Client().get(f"/widget.js?key={workspace.widget_key}")
    again = Client(headers={"if-none-match": first["ETag"]}).get(f"/widget.js?key={workspace.widget_key}")
    assert again.status_code == 304


def test_a_signature_under_the_former_secret_is_good_until_that_is_retired(workspace) -> None:
    def signed(secret: str) -> int:
        digest = hmac.new(secret.encode(), b"u-1", hashlib.sha256).hexdigest()
        return ask(workspace, user={"external_id": "u-1", "hash": digest}).status_code

    former = workspace.identity_secret
    fresh = rotate_identity_secret(workspace, by=COMMAND_LINE)
    assert (signed(former), signed(fresh), signed("is_other")) == (200, 200, 403)
    retire_identity_secret(workspace, by=COMMAND_LINE)
    assert (signed(former), signed(fresh)) == (403, 200)
