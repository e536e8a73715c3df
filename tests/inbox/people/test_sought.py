"""What a teammate and a team are found by follows their names, whoever writes these."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from inbox.conversations.spelling import plain
from inbox.people.models import Team, Teammate, User
from tests.factories import make_team, make_teammate, make_workspace
from tests.notifications.meanwhile import elsewhere

pytestmark = pytest.mark.django_db

filling: Any = importlib.import_module("inbox.people.migrations.0008_fill_sought")


def sought(row: Teammate | Team) -> str | None:
    return type(row)._default_manager.get(pk=row.pk).sought


def test_it_is_the_name_to_sort_by_and_the_beginnings_of_its_plain_words() -> None:
    mate = make_teammate(make_workspace(), name="Élodie O'Neill-Şahin")
    assert sought(mate) == "élodie o'neill-şahin\n\telodie \to'\tneill-\tsahin"


def test_a_sharp_s_is_found_as_one_s_and_as_two() -> None:
    mate = make_teammate(make_workspace(), name="Eva Weiß")
    assert sought(mate) == "eva weiß\n\teva \tweiss\n\teva \tweis"


def test_what_parts_its_lines_and_words_never_comes_from_a_name() -> None:
    mate = make_teammate(make_workspace(), name="Eva\tLu\nAl")
    assert sought(mate) == "eva lu al\n\teva \tlu \tal"


def test_every_letter_is_plain_in_a_name_as_it_is_where_somebody_types_it() -> None:
    signs = map(chr, (*range(0x30, 0x530), *range(0x1E00, 0x2000), *range(0xFF21, 0xFF5B)))
    typed = {sign: plain(sign) for sign in signs if sign.isalnum() and plain(sign)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sign, split_part(people_sought(sign), E'\\n\\t', 2) FROM unnest(%s::text[]) AS sign", [[*typed]]
        )
        kept = dict(cursor.fetchall())
    assert {sign: kept[sign] for sign in typed if kept[sign] != typed[sign]} == {"ß": "ss", "ẞ": "ss"}


@pytest.mark.parametrize("way", ["save", "update", "bulk", "sql"])
def test_it_follows_a_rename_however_that_is_written(way: str) -> None:
    mate, other = make_teammate(make_workspace(), name="Ada"), make_teammate(make_workspace(), name="Ada")
    also = make_teammate(make_workspace(), user=mate.user)
    user = User.objects.get(pk=mate.user_id)
    user.name = "Zoë"
    if way == "save":
        user.save()
    elif way == "update":
        User.objects.filter(pk=user.pk).update(name="Zoë")
    elif way == "bulk":
        User.objects.bulk_update([user], ["name"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_user SET name = 'Zoë' WHERE id = %s", [user.pk])
    assert [sought(row) for row in (mate, also, other)] == ["zoë\n\tzoe", "zoë\n\tzoe", "ada\n\tada"]


def test_a_row_that_was_read_before_the_rename_and_saved_after_it_brings_no_old_name_back() -> None:
    mate = Teammate.objects.get(pk=make_teammate(make_workspace(), name="Ada").pk)
    User.objects.filter(pk=mate.user_id).update(name="Zoe")
    mate.availability = "away"
    mate.save()
    assert sought(mate) == "zoe\n\tzoe"


def test_a_team_is_found_by_its_new_name() -> None:
    team = make_team(make_workspace(), "support", name="Café")
    assert sought(team) == "café\n\tcafe"
    Team.objects.filter(pk=team.pk).update(name="Bar")
    assert sought(team) == "bar\n\tbar"


def test_rows_from_before_are_filled_few_at_a_time(monkeypatch) -> None:
    workspace = make_workspace()
    mates = [make_teammate(workspace, name=f"Mate {n}") for n in range(5)]
    team = make_team(workspace, "support", name="Support")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("people_teammate", "people_team"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER sought")
        Teammate.objects.update(sought=None)
        Team.objects.update(sought=None)
        for table in ("people_teammate", "people_team"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER sought")
    monkeypatch.setattr(filling, "ROWS", 2)
    filling.fill(apps, None)
    assert [sought(mate) for mate in mates] == [f"mate {n}\n\tmate \t{n}" for n in range(5)]
    assert sought(team) == "support\n\tsupport"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["rename", "join"])
def test_somebody_who_joins_while_they_are_renamed_is_found_by_the_new_name(first: str) -> None:
    workspace = make_workspace()
    user = make_teammate(make_workspace(), name="Ada").user

    def rename() -> None:
        User.objects.filter(pk=user.pk).update(name="Zoe")

    def join() -> None:
        Teammate.objects.create(workspace=workspace, user=user, handle="zoe")

    one, other = (rename, join) if first == "rename" else (join, rename)
    done = threading.Event()

    def then() -> None:
        try:
            other()
        finally:
            done.set()

    with transaction.atomic():
        one()
        ended = elsewhere(then)
        wait_until_it_waits_for_this(done)
    ended()
    assert sought(Teammate.objects.get(handle="zoe")) == "zoe\n\tzoe"


def wait_until_it_waits_for_this(done: threading.Event) -> None:
    """Return once another session waits for the end of this transaction, or needs no such thing."""
    with connection.cursor() as cursor:
        while not done.is_set():
            cursor.execute("SELECT 1 FROM pg_locks WHERE transactionid = pg_current_xact_id()::xid AND NOT granted")
            if cursor.fetchone():
                return
