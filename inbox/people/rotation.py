"""Giving every secret in the database the newest of FRONTDESK_KEYS, while the product runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from inbox.people.mfa import is_encrypted
from inbox.people.secrets import EncryptedTextField

BATCH = 100
# Where django-allauth keeps secrets inside an Authenticator's data.
MFA_SECRETS = ("secret", "seed")
MFA_LISTS = ("migrated_codes",)


@dataclass
class Count:
    """What became of one model's secrets. `unreadable` names the rows and columns that no key opens."""

    model: str
    renewed: int = 0
    newest: int = 0
    unreadable: list[str] = field(default_factory=list)


class Renewer:
    """Puts encrypted texts under the newest key, and counts."""

    def __init__(self, count: Count) -> None:
        keys = [Fernet(key) for key in settings.FRONTDESK_KEYS]
        self.first, self.ring, self.count = keys[0], MultiFernet(keys), count

    def renewed(self, text: str, where: str) -> str | None:
        """Return `text` under the newest key, None where nothing is to be written; `where` names it if unreadable."""
        try:
            self.first.decrypt(text.encode())
        except InvalidToken:
            return self._under_newest(text, where)
        self.count.newest += 1
        return None

    def _under_newest(self, text: str, where: str) -> str | None:
        try:
            token = self.ring.rotate(text.encode()).decode()
        except InvalidToken:
            self.count.unreadable.append(where)
            return None
        self.count.renewed += 1
        return token

    def sealed(self, clear: str) -> str:
        """Return a secret that was kept in clear until now, encrypted."""
        self.count.renewed += 1
        return self.ring.encrypt(clear.encode()).decode()


def rotate_secrets(*, replace_unreadable: bool = False) -> Iterator[Count]:
    """Encrypt every secret anew that is not under the newest key; yield each model's count when it is done.

    Each batch is a transaction that holds its rows' locks: a change that somebody makes meanwhile waits a moment, and
    is neither lost nor overwritten. Running it again does what is left, and nothing twice.

    With `replace_unreadable`, what no key opens is given up: an identity secret is made anew, a setting becomes empty,
    a second factor or a waiting letter is deleted. It still counts as unreadable.
    """
    for model in apps.get_models():
        columns = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if columns and model._meta.managed and not model._meta.proxy:
            yield _rotate_columns(model, columns, replace_unreadable)
    yield _rotate_second_factors(replace_unreadable)


def _rotate_columns(model: type[models.Model], fields: list[EncryptedTextField], replace: bool) -> Count:
    count = Count(model._meta.label)
    columns = {field.attname: field for field in fields}
    renewer = Renewer(count)
    # As they are stored: the field itself would decrypt them on the way, and fail for all where one cannot be read.
    stored = {f"stored_{column}": Cast(F(column), TextField()) for column in columns}

    def renew(row: dict[str, Any]) -> None:
        texts = {column: row[f"stored_{column}"] for column in columns if row[f"stored_{column}"] is not None}
        where = f"{model._meta.label} {row['pk']}"
        tokens = {column: renewer.renewed(text, f"{where}, {column}") for column, text in texts.items()}
        fresh = {column: Value(token, TextField()) for column, token in tokens.items() if token is not None}
        mine = model._base_manager.filter(pk=row["pk"])
        lost = [columns[column] for column in texts if f"{where}, {column}" in count.unreadable] if replace else []
        if any(not _can_be_replaced(field) for field in lost):
            mine.delete()
        elif fresh or lost:
            mine.update(**fresh, **{field.attname: field.get_default() for field in lost})

    rows = model._base_manager.annotate(**stored).values("pk", *stored)
    _in_batches(rows, renew)
    return count


def _can_be_replaced(column: EncryptedTextField) -> bool:
    """Whether a row makes sense without what was in this column: it may be empty, or has a default."""
    return bool(column.has_default() or column.null or column.blank)


def _rotate_second_factors(replace: bool) -> Count:
    count = Count(Authenticator._meta.label)
    renewer = Renewer(count)

    def fresh(text: str, where: str) -> str:
        if not is_encrypted(text):
            return renewer.sealed(text)
        return renewer.renewed(text, where) or text

    def renew(row: dict[str, Any]) -> None:
        data, where = dict(row["data"]), f"{Authenticator._meta.label} {row['pk']}"
        lost = len(count.unreadable)
        for key in MFA_SECRETS:
            if data.get(key):
                data[key] = fresh(data[key], f"{where}, {key}")
        for key in MFA_LISTS:
            if data.get(key):
                data[key] = [fresh(text, f"{where}, {key}") for text in data[key]]
        if replace and len(count.unreadable) > lost:
            Authenticator.objects.filter(pk=row["pk"]).delete()
        elif data != row["data"]:
            Authenticator.objects.filter(pk=row["pk"]).update(data=data)

    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    _in_batches(Authenticator.objects.filter(type__in=kinds).values("pk", "data"), renew)
    return count


def _in_batches(rows: models.QuerySet[Any, dict[str, Any]], renew: Callable[[dict[str, Any]], None]) -> None:
    """Call `renew` for every row while its lock is held, in the order of the keys, a short transaction a batch."""
    last = None
    while True:
        with transaction.atomic():
            beyond = rows if last is None else rows.filter(pk__gt=last)
            batch = list(beyond.order_by("pk").select_for_update(no_key=True)[:BATCH])
            for row in batch:
                renew(row)
        if len(batch) < BATCH:
            return
        last = batch[-1]["pk"]
