"""Rotating the keys: everything is read as before, under the newest key, whatever happens meanwhile."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, InvalidToken
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import TextField, Value

from inbox.people.audit import COMMAND_LINE
from inbox.people.models import OutgoingMail, SingleSignOn, Workspace
from inbox.people.rotation import rotate_secrets
from integrations.connections import ConnectionUnreadable, connection_of, set_connection
from integrations.models import Connection
from notifications.models import PushKeys
from tests.factories import make_teammate, make_workspace

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(settings: LazySettings, db: None) -> Any:
    """Set the key ring: `keys(NEW, OLD)`; it begins with OLD alone."""
    # A delivery of another test that was sent in a thread of its own may have left the installation's pair.
    PushKeys.objects.all().delete()

    def ring(*chosen: str) -> None:
        settings.FRONTDESK_KEYS = list(chosen)

    ring(OLD)
    return ring


def column(table: str, name: str) -> list[str]:
    """Return a column as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def under(key: str, text: str) -> bool:
    try:
        Fernet(key).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def counts() -> dict[str, tuple[int, int]]:
    return {count.model: (count.renewed, count.newest) for count in rotate_secrets() if count.renewed or count.newest}


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.django_db
def test_every_secret_is_read_as_before_when_the_old_key_is_gone(keys: Any) -> None:
    workspace = make_workspace(previous_identity_secret="is_former")
    before = workspace.identity_secret
    SingleSignOn.objects.create(workspace=workspace, issuer="https://id.test", client_id="a", client_secret="b")
    set_connection(workspace, "intercom", {"access_token": "dG9r"}, by=COMMAND_LINE)
    keys(NEW, OLD)
    assert counts() == {
        "people.Workspace": (2, 0), "people.SingleSignOn": (1, 0), "integrations.Connection": (1, 0),
    }  # fmt: skip
    assert counts() == {
        "people.Workspace": (0, 2), "people.SingleSignOn": (0, 1), "integrations.Connection": (0, 1),
    }  # fmt: skip
    keys(NEW)
    again = Workspace.objects.get(pk=workspace.pk)
    assert (again.identity_secret, again.previous_identity_secret) == (before, "is_former")
    assert again.sso.client_secret == "b"
    assert connection_of(again, "intercom").clear() == {"access_token": "dG9r"}


@pytest.mark.django_db
def test_more_rows_than_a_batch_are_all_reached(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.people.rotation.BATCH", 3)
    for _ in range(10):
        make_workspace()
    keys(NEW, OLD)
    assert counts() == {"people.Workspace": (10, 0)}
    assert all(under(NEW, text) for text in column("people_workspace", "identity_secret"))


@pytest.mark.django_db
def test_what_no_key_opens_is_named_and_the_others_are_done(keys: Any, capsys: Any) -> None:
    first, second = make_workspace(), make_workspace()
    keys(LOST)
    set_connection(first, "intercom", {"access_token": "a"}, by=COMMAND_LINE)
    keys(OLD)
    set_connection(second, "intercom", {"access_token": "b"}, by=COMMAND_LINE)
    keys(NEW, OLD)
    lost = Connection.objects.filter(workspace=first).values_list("pk", flat=True).get()
    with pytest.raises(CommandError) as failed:
        call_command("rotate_secrets")
    assert failed.value.returncode == 1
    assert f"integrations.Connection {lost}, config" in str(failed.value)
    assert "Add the key that they were written with" in str(failed.value)
    assert (
        "integrations.Connection: 1 encrypted anew, 0 were under the newest key, 1 unreadable"
        in capsys.readouterr().out
    )
    assert [under(NEW, text) for text in column("integrations_connection", "config")] == [False, True]
    keys(NEW, OLD, LOST)
    call_command("rotate_secrets")
    keys(NEW)
    assert connection_of(first, "intercom").clear() == {"access_token": "a"}


@pytest.mark.django_db
def test_what_was_under_a_lost_key_can_be_given_up(keys: Any, capsys: Any) -> None:
    keys(LOST)
    lost = make_workspace(previous_identity_secret="is_former")
    user = make_teammate(lost).user
    TOTP.activate(user, SECRET)
    set_connection(lost, "intercom", {"access_token": "a"}, by=COMMAND_LINE)
    OutgoingMail.objects.create(to="a@shop.test", letter="{}")
    keys(OLD)
    kept = make_workspace()
    RecoveryCodes.activate(user)
    keys(NEW, OLD)
    call_command("rotate_secrets", "--replace-unreadable")
    assert "5 could not be read by any of FRONTDESK_KEYS and were given up" in capsys.readouterr().out
    call_command("rotate_secrets")
    keys(NEW)
    again = Workspace.objects.get(pk=lost.pk)
    assert again.identity_secret.startswith("is_")
    assert (again.identity_secret != lost.identity_secret, again.previous_identity_secret) == (True, None)
    with pytest.raises(ConnectionUnreadable):
        connection_of(again, "intercom")
    assert not OutgoingMail.objects.exists()
    assert Workspace.objects.get(pk=kept.pk).identity_secret == kept.identity_secret
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes"]


@pytest.mark.django_db
def test_the_command_says_when_nothing_is_left_to_do(keys: Any, capsys: Any) -> None:
    make_workspace()
    keys(NEW, OLD)
    call_command("rotate_secrets")
    assert "Run it once more" in capsys.readouterr().out
    call_command("rotate_secrets")
    said = capsys.readouterr().out
    assert "people.Workspace: 0 encrypted anew, 1 were under the newest key" in said
    assert said.rstrip().endswith("Nothing had to be done.")


@pytest.mark.django_db
def test_second_factors_are_encrypted_and_still_let_their_owners_in(keys: Any) -> None:
    user = make_teammate(make_workspace()).user
    totp, codes = TOTP.activate(user, SECRET), RecoveryCodes.activate(user)
    unused = codes.get_unused_codes()
    assert SECRET not in str(totp.instance.data)
    keys(NEW, OLD)
    assert counts()["mfa.Authenticator"] == (2, 0)
    keys(NEW)
    stored = {row.type: row for row in Authenticator.objects.all()}
    assert TOTP(stored["totp"]).validate_code(code_of(SECRET))
    assert not TOTP(stored["totp"]).validate_code("000000") or code_of(SECRET) == "000000"
    assert RecoveryCodes(stored["recovery_codes"]).get_unused_codes() == unused
    assert RecoveryCodes(stored["recovery_codes"]).validate_code(unused[0])
    assert counts()["mfa.Authenticator"] == (0, 2)


@pytest.mark.django_db
def test_second_factors_from_before_they_were_encrypted_work_and_are_encrypted_by_it(keys: Any) -> None:
    user, other = make_teammate(make_workspace()).user, make_teammate(make_workspace()).user
    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 1})
    Authenticator.objects.create(user=other, type="recovery_codes", data={"migrated_codes": ["abc123", "def456"]})
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": {"id": "x"}})
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(SECRET))
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert counts()["mfa.Authenticator"] == (4, 0)
    held = str(list(Authenticator.objects.exclude(type="webauthn").values_list("data", flat=True)))
    assert not any(clear in held for clear in (SECRET, "abab", "abc123"))
    again = Authenticator.objects.get(user=user, type="recovery_codes")
    assert (again.wrap().get_unused_codes(), again.data["used_mask"]) == (codes, 1)
    assert Authenticator.objects.get(user=other).wrap().get_unused_codes() == ["abc123", "def456"]
    assert Authenticator.objects.get(type="webauthn").data == {"name": "Key", "credential": {"id": "x"}}


@pytest.mark.django_db
def test_a_second_factor_that_no_key_opens_lets_nobody_in(keys: Any) -> None:
    user = make_teammate(make_workspace()).user
    keys(LOST)
    TOTP.activate(user, SECRET)
    keys(NEW, OLD)
    with pytest.raises(InvalidToken):
        Authenticator.objects.get().wrap().validate_code(code_of(""))
    with pytest.raises(CommandError, match=r"mfa.Authenticator \d+, secret"):
        call_command("rotate_secrets")


@pytest.mark.django_db(transaction=True)
def test_changes_made_while_it_runs_are_neither_lost_nor_left_under_the_old_key(
    keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.people.rotation.BATCH", 2)
    workspaces = [make_workspace() for _ in range(5)]
    for workspace in workspaces:
        set_connection(workspace, "intercom", {"access_token": "first"}, by=COMMAND_LINE)
    keys(NEW, OLD)
    begun, changed = threading.Barrier(len(workspaces) + 2, timeout=60), threading.Event()

    def change(workspace: Workspace) -> None:
        """As a process does that still has the old key first: what it writes is to be encrypted anew."""
        mine = Connection.objects.filter(workspace=workspace)
        try:
            begun.wait()
            for turn in range(40):
                config = json.dumps({"access_token": f"token {turn}"})
                mine.update(config=Value(Fernet(OLD).encrypt(config.encode()).decode(), TextField()))
        finally:
            connections.close_all()

    def rotate() -> None:
        try:
            begun.wait()
            while not changed.is_set():
                list(rotate_secrets())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(workspaces) + 2) as pool:
        changes = [pool.submit(change, workspace) for workspace in workspaces]
        rotations = [pool.submit(rotate) for _ in range(2)]  # two operators at once, too
        for done in changes:
            done.result(60)
        changed.set()
        for rotation in rotations:
            rotation.result(60)
    list(rotate_secrets())
    keys(NEW)
    for workspace in workspaces:
        assert connection_of(workspace, "intercom").clear() == {"access_token": "token 39"}
    assert all(under(NEW, text) for text in column("people_workspace", "identity_secret"))


@pytest.mark.django_db(transaction=True)
def test_a_change_that_holds_its_row_is_waited_for_and_kept(keys: Any) -> None:
    from django.db import transaction

    workspace = make_workspace()
    keys(NEW, OLD)
    held, let_go = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                mine = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
                held.set()
                assert let_go.wait(60)
                mine.identity_secret = "is_changed_meanwhile"
                mine.save(update_fields=["identity_secret"])
        finally:
            connections.close_all()

    def rotate() -> None:
        try:
            list(rotate_secrets())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        changing = pool.submit(change)
        assert held.wait(60)
        rotating = pool.submit(rotate)
        _until_somebody_waits_for_a_lock()
        let_go.set()
        changing.result(60)
        rotating.result(60)
    keys(NEW)
    assert Workspace.objects.get(pk=workspace.pk).identity_secret == "is_changed_meanwhile"


def _until_somebody_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
