"""`/api/v1/contacts/{id}/`: erasing a person, and all that is known of one.

Erasing is done when it is answered, with 204: whoever promised it to a customer can say so. What was told in other
media is taken back in the moments after. The export is one document, written while it is read: nothing is stored that
would have to be fetched, or erased, later.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api.base import ApiView
from inbox.api.contacts import BY_ID, TAG, ContactDetail
from inbox.api.examples_of_erasing import PERSON
from inbox.api.problems import Problem
from inbox.api.schema import describe
from inbox.contacts import personal_export
from inbox.contacts.erasing import CannotErase, erase
from inbox.contacts.erasing.person import Gone
from inbox.models import Contact
from inbox.people.audit import Actor, record
from inbox.people.permissions import Permission, require


class ExportQuery(serializers.Serializer[Any]):
    """What an export may be asked."""

    notes = serializers.BooleanField(
        required=False, default=True, help_text="Whether what the team noted about the person is in it."
    )


class PersonSerializer(serializers.Serializer[Any]):
    """All that is known of one person. Times are in ISO 8601."""

    exported_at = serializers.DateTimeField()
    contacts = serializers.ListField(
        child=serializers.DictField(), help_text="The profiles that are this person, with identities and browsers."
    )
    merges = serializers.ListField(child=serializers.DictField(), help_text="How these profiles became one person.")
    conversations = serializers.ListField(
        child=serializers.DictField(), help_text="What was said, in order, each conversation with its messages."
    )
    events = serializers.ListField(child=serializers.DictField(), help_text="What was tracked about them.")
    elsewhere = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField()),
        help_text="What other systems sent that names them, by the system's name.",
    )


class ErasableContact(ContactDetail):
    """One contact, which can be erased."""

    http_method_names = [*ContactDetail.http_method_names, "delete"]

    @describe(
        "erase_contact",
        "Erase a person",
        tag=TAG,
        path=BY_ID,
        answers={204: None},
        problems=(403, 404),
    )
    def delete(self, request: Request, id: uuid.UUID) -> Response:
        """Erase the whole person of this contact for good: all profiles that were merged into it, with conversations,
        notes, and what events and messages say of them. For tokens that act as an owner or admin. It is done when this
        answers. No import and no batch brings the person back; a call about this one customer does."""
        contact = get_object_or_404(Contact, workspace=self.workspace, public_id=id)
        try:
            erase(contact, by=Actor.of(request, self.teammate, via="api"))
        except CannotErase as refused:
            if refused.is_gone:
                raise Http404 from refused
            raise Problem("unavailable", str(refused), status=503, headers={"Retry-After": "5"}) from refused
        return Response(status=204)


class ContactExport(ApiView):
    """All that is known of a person."""

    @describe(
        "export_contact",
        "Export a person",
        tag=TAG,
        path=BY_ID,
        query=ExportQuery,
        answers={200: PersonSerializer},
        problems=(403, 404),
        shows=PERSON,
    )
    def get(self, request: Request, id: uuid.UUID) -> StreamingHttpResponse:
        """Return everything about the whole person of this contact, other customers' data left out. For tokens that act
        as an owner or admin."""
        require(self.teammate, Permission.ERASE)
        contact = get_object_or_404(Contact, workspace=self.workspace, public_id=id)
        parts = personal_export.in_parts(personal_export.document(contact, notes=self.asked(ExportQuery)["notes"]))
        try:
            first = next(parts)
        except Gone:
            raise Http404 from None
        record("contacts.exported", workspace=self.workspace, by=Actor.of(request, self.teammate, via="api"),
               subject="one person")  # fmt: skip
        whole = chain([first], parts)
        content = _as_it_comes(whole) if isinstance(request._request, ASGIRequest) else whole
        headers = {"Cache-Control": "no-store"}
        return StreamingHttpResponse(cast(Any, content), content_type="application/json", headers=headers)


async def _as_it_comes(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Draw the parts off the event loop, and hold no connection of the pool while a slow reader takes them."""

    def following() -> bytes | None:
        try:
            return next(parts, None)
        finally:
            close_old_connections()

    draw = sync_to_async(following)
    while (part := await draw()) is not None:
        yield part
