"""`/api/v1/batch/`: up to a thousand profiles in one call, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples_of_merging as shown
from inbox.api.accounts import AccountInputSerializer
from inbox.api.base import ApiView
from inbox.api.contacts import ContactInputSerializer
from inbox.api.fields import Choice
from inbox.api.problems import Problem, foreseen
from inbox.api.schema import describe
from inbox.contacts.accounts import upsert_account
from inbox.contacts.erasing.tombstones import erased_among
from inbox.contacts.identities import normalise
from inbox.contacts.upsert import upsert_contact, upsert_contact_by_email
from inbox.models import Contact
from inbox.models.contacts import IdentityKind

TAG = "batches"
MOST = 1000
OUTCOMES = ["created", "updated", "refused"]
_WHO = (IdentityKind.EXTERNAL_ID, IdentityKind.EMAIL, IdentityKind.PHONE)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of one row."""

    index = serializers.IntegerField(help_text="Which row, counted from 0.")
    status = Choice("BatchOutcome", OUTCOMES)
    id = serializers.CharField(allow_null=True, help_text="The contact's id, or the account's external id.")
    code = serializers.CharField(allow_null=True, help_text="Of a refused row, what a call of its own would answer.")
    detail = serializers.CharField(allow_null=True)


class BatchSerializer(serializers.Serializer[Any]):
    """What became of each row, in their order."""

    results = OutcomeSerializer(many=True)


class ContactBatchSerializer(serializers.Serializer[Any]):
    """Up to 1,000 contacts, each with an external_id or an email."""

    contacts = ContactInputSerializer(many=True)


class AccountBatchSerializer(serializers.Serializer[Any]):
    """Up to 1,000 accounts, each with an external_id."""

    accounts = AccountInputSerializer(many=True)


class _Refused(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class _Batch(ApiView):
    """Rows that are taken one by one: one that is refused leaves the others alone."""

    rows: str
    shape: type[serializers.Serializer[Any]]

    def work(self, write: Callable[[dict[str, Any]], tuple[str, bool]]) -> Response:
        """Write each row by `write`, which returns an id and whether it is new; answer what became of each."""
        rows = self.request.data.get(self.rows) if isinstance(self.request.data, dict) else None
        if not isinstance(rows, list) or not rows:
            raise ValidationError({self.rows: ["Send a list of 1 to 1,000 objects."]})
        if len(rows) > MOST:
            raise Problem("too_many_rows", f"Send {MOST:,} rows at most; these are {len(rows):,}.", field=self.rows)
        return Response({"results": list(self._outcomes(rows, write))})

    def _outcomes(
        self, rows: list[Any], write: Callable[[dict[str, Any]], tuple[str, bool]]
    ) -> Iterator[dict[str, Any]]:
        for index, row in enumerate(rows):
            outcome: dict[str, Any] = {"index": index, "id": None, "code": None, "detail": None}
            try:
                shape = self.shape(data=row)
                shape.is_valid(raise_exception=True)
                with transaction.atomic():
                    outcome["id"], is_new = write(shape.validated_data)
                outcome["status"] = "created" if is_new else "updated"
            except _Refused as refused:
                outcome |= {"status": "refused", "code": refused.code, "detail": refused.detail}
            except Exception as error:
                known = foreseen(error)
                if known is None or known.status_code >= 500:
                    raise
                code = known.code if isinstance(known, Problem) else "invalid"
                outcome |= {"status": "refused", "code": code, "detail": _words(known)}
            yield outcome


def _words(error: Any) -> str:
    """Return what is wrong with a row in one line."""
    detail = error.detail
    if not isinstance(detail, dict):
        return str(detail)
    return " ".join(f"{name}: {text}" for name, texts in detail.items() for text in _flat(texts))


def _flat(texts: Any) -> list[str]:
    if isinstance(texts, dict):
        return [f"{key}: {text}" for key, inner in texts.items() for text in _flat(inner)]
    return [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]


class ContactBatch(_Batch):
    """Many contacts at once."""

    rows, shape = "contacts", ContactInputSerializer

    @describe(
        "upsert_contacts",
        "Create or change many contacts",
        tag=TAG,
        request=ContactBatchSerializer,
        answers={200: BatchSerializer},
        example=shown.CONTACT_BATCH_INPUT,
        shows=shown.CONTACT_BATCH,
    )
    def post(self, request: Request) -> Response:
        """Each row is found by its external_id or, without one, by its email, and only what it holds changes. A row
        that is wrong is refused by itself. Nobody who was erased comes back by a batch."""
        self.erased = self._erased(request.data)
        return self.work(self._write)

    def _erased(self, data: Any) -> set[tuple[str, str]]:
        rows = data.get(self.rows) if isinstance(data, dict) else None
        named = {
            (str(kind), normalise(kind, row[kind]))
            for row in (rows if isinstance(rows, list) else [])[:MOST]
            if isinstance(row, dict)
            for kind in _WHO
            if isinstance(row.get(kind), str) and row[kind]
        }
        return erased_among(self.workspace, named)

    def _write(self, row: dict[str, Any]) -> tuple[str, bool]:
        if any((str(kind), normalise(kind, row[kind])) in self.erased for kind in _WHO if row.get(kind)):
            raise _Refused("erased", "This person was erased, and no batch brings them back.")
        external_id, email = row.get("external_id"), row.get("email")
        contact: Contact
        if external_id:
            contact, is_new = upsert_contact(self.workspace, external_id, row)
        elif email:
            contact, is_new = upsert_contact_by_email(self.workspace, email, row)
        else:
            raise _Refused("row_unnamed", "Give each row an external_id or an email.")
        return str(contact.public_id), is_new


class AccountBatch(_Batch):
    """Many accounts at once."""

    rows, shape = "accounts", AccountInputSerializer

    @describe(
        "upsert_accounts",
        "Create or change many accounts",
        tag=TAG,
        request=AccountBatchSerializer,
        answers={200: BatchSerializer},
        example=shown.ACCOUNT_BATCH_INPUT,
        shows=shown.ACCOUNT_BATCH,
    )
    def post(self, request: Request) -> Response:
        """Each row is found by its external_id, and only what it holds changes."""
        return self.work(self._write)

    def _write(self, row: dict[str, Any]) -> tuple[str, bool]:
        if not row.get("external_id"):
            raise _Refused("row_unnamed", "Give each row an external_id.")
        if row.get("owner"):
            row["owner"] = Contact.objects.filter(workspace=self.workspace, public_id=row["owner"]).first()
            if row["owner"] is None:
                raise _Refused("contact_not_found", "No contact has the owner's id.")
        account, is_new = upsert_account(self.workspace, row["external_id"], row)
        return account.external_id, is_new
