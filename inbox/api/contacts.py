"""`/api/v1/contacts/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api.base import ApiView, same_external_id
from inbox.api.fields import (
    Attributes,
    Choice,
    EmailText,
    Instant,
    PhoneText,
    PlainText,
    TimezoneText,
    external_id_of_path,
    optional_text,
)
from inbox.api.paging import Keyset, PageQuery
from inbox.api.schema import describe, page_of
from inbox.contacts.identities import normalise
from inbox.contacts.upsert import change_contact, create_contact, upsert_contact
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind

TAG = "contacts"
NEWEST = Keyset("contacts", "updated_at")
BY_ID = {"id": "The contact's id."}
EXAMPLE = {
    "external_id": "user-1042",
    "name": "Nadia Okafor",
    "email": "nadia@example.com",
    "timezone": "Europe/Berlin",
    "account": "acme",
    "attributes": {"plan": "pro", "seats": 12},
    "signed_up_at": "2026-01-31T09:30:00Z",
}


class IdentitySerializer(serializers.Serializer[Identity]):
    """What a contact is known by."""

    kind = Choice("IdentityKind", IdentityKind.values)
    value = serializers.CharField()
    verified = serializers.SerializerMethodField(help_text="Whether it is proved; false: somebody only says so.")

    def get_verified(self, identity: Identity) -> bool:
        """Return whether it is proved."""
        return identity.verified_at is not None


class ContactSerializer(serializers.Serializer[Contact]):
    """A customer's profile."""

    id = serializers.UUIDField(source="public_id")
    external_id = PlainText(255, allow_null=True)
    name = PlainText(255, allow_null=True)
    email = PlainText(254, allow_null=True)
    phone = PlainText(40, allow_null=True)
    timezone = PlainText(64, allow_null=True)
    account = serializers.SerializerMethodField(help_text="The external id of the contact's account.")
    attributes = Attributes()
    identities = IdentitySerializer(many=True)
    signed_up_at = Instant(allow_null=True)
    created_at = Instant()
    last_seen_at = Instant(allow_null=True)

    def get_account(self, contact: Contact) -> str | None:
        """Return the account's external id."""
        return contact.account.external_id if contact.account else None


class ContactInputSerializer(serializers.Serializer[Any]):
    """What may be sent of a contact. Only what is sent changes; null empties a field."""

    external_id = optional_text(255, "Your own id of this customer.")
    name = optional_text(255)
    email = optional_text(254, field=EmailText)
    phone = optional_text(40, field=PhoneText)
    timezone = optional_text(64, "A name of the IANA database, such as Europe/Berlin.", field=TimezoneText)
    account = PlainText(
        255, required=False, allow_null=True, help_text="The external id of an account; a new one makes the account."
    )
    attributes = Attributes(required=False, help_text="Merged key by key; null removes a key. 64 KB in all.")
    signed_up_at = Instant(required=False, allow_null=True)
    last_seen_at = Instant(required=False, allow_null=True)

    def validate_account(self, account: str) -> str | None:
        """Return the account's external id, None for none."""
        return account or None


class ContactQuery(PageQuery):
    """What the list of contacts may be asked."""

    email = PlainText(254, required=False, help_text="Contacts known by this email, proved or only claimed.")
    external_id = PlainText(255, required=False, help_text="The contact with this external id.")


def contacts_of(view: ApiView) -> QuerySet[Contact]:
    """Return the contacts that a call may reach, with what their answers show."""
    mine = Contact.objects.filter(workspace=view.workspace)
    return mine.select_related("account", "workspace").prefetch_related("identities")


def _answer(contact: Contact, status: int = 200) -> Response:
    return Response(ContactSerializer(contact).data, status)


class ContactList(ApiView):
    """All contacts, and new ones."""

    @describe("list_contacts", "List contacts", tag=TAG, query=ContactQuery, answers={200: page_of(ContactSerializer)})
    def get(self, request: Request) -> Response:
        """Newest activity first."""
        query = self.asked(ContactQuery)
        contacts = contacts_of(self)
        if "email" in query:
            value = normalise(IdentityKind.EMAIL, query["email"])
            known = Identity.objects.filter(workspace=self.workspace, kind=IdentityKind.EMAIL, value=value)
            contacts = contacts.filter(pk__in=known.values("contact_id"))
        if "external_id" in query:
            contacts = contacts.filter(external_id=query["external_id"])
        return self.page(contacts, NEWEST, query, ContactSerializer)

    @describe(
        "create_contact",
        "Create a contact",
        tag=TAG,
        request=ContactInputSerializer,
        answers={201: ContactSerializer},
        problems=(409,),
        example=EXAMPLE,
    )
    def post(self, request: Request) -> Response:
        """What your server says is proved: external_id, email and phone become verified identities. An email or phone
        that another contact has proved already stays a claim."""
        return _answer(create_contact(self.workspace, self.sent(ContactInputSerializer)), 201)


class ContactDetail(ApiView):
    """One contact."""

    @describe("get_contact", "Get a contact", tag=TAG, path=BY_ID, answers={200: ContactSerializer}, problems=(404,))
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return the profile and what it is known by."""
        return _answer(get_object_or_404(contacts_of(self), public_id=id))

    @describe(
        "change_contact",
        "Change a contact",
        tag=TAG,
        path=BY_ID,
        request=ContactInputSerializer,
        answers={200: ContactSerializer},
        problems=(404, 409),
        example={"phone": "+49 30 1234567", "attributes": {"plan": "enterprise", "seats": None}},
    )
    def patch(self, request: Request, id: uuid.UUID) -> Response:
        """Change the fields that are sent, and no other."""
        contact = get_object_or_404(contacts_of(self), public_id=id)
        return _answer(change_contact(contact, self.sent(ContactInputSerializer)))


class ContactByExternalId(ApiView):
    """The contact that a server knows by an id of its own."""

    @describe(
        "upsert_contact",
        "Create or change a contact",
        tag=TAG,
        path={"external_id": "Your own id of this customer, percent-encoded."},
        request=ContactInputSerializer,
        answers={200: ContactSerializer, 201: ContactSerializer},
        example={key: value for key, value in EXAMPLE.items() if key != "external_id"},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the contact with this external id (200), or make it (201). Only the fields that are sent change."""
        external_id = external_id_of_path(external_id)
        body = self.sent(ContactInputSerializer)
        same_external_id(external_id, body)
        contact, new = upsert_contact(self.workspace, external_id, body)
        return _answer(contact, 201 if new else 200)
