"""`/api/v1/contacts/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
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
from inbox.contacts import persons
from inbox.contacts.identities import normalise
from inbox.contacts.upsert import change_contact, create_contact, upsert_contact
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind

TAG = "contacts"
NEWEST = Keyset("contacts", "updated_at")
BY_ID = {"id": "The contact's id."}


class IdentitySerializer(serializers.Serializer[Identity]):
    """What a contact is known by."""

    kind = Choice("IdentityKind", IdentityKind.values)
    value = serializers.CharField()
    verified = serializers.SerializerMethodField(help_text="Whether it is proved; false: somebody only says so.")

    def get_verified(self, identity: Identity) -> bool:
        """Return whether it is proved."""
        return identity.verified_at is not None


class ContactSerializer(serializers.Serializer[Contact]):
    """A customer's profile. Of contacts that were merged it is one, under the id of the one that they were merged into;
    the others' ids and external ids lead to it."""

    id = serializers.UUIDField(source="public_id")
    external_id = serializers.SerializerMethodField(help_text="Your own id of this customer.")
    name = PlainText(255, allow_null=True)
    email = PlainText(254, allow_null=True)
    phone = PlainText(40, allow_null=True)
    timezone = PlainText(64, allow_null=True)
    account = serializers.SerializerMethodField(help_text="The external id of the contact's account.")
    attributes = Attributes()
    identities = IdentitySerializer(many=True, source="known_by")
    signed_up_at = Instant(allow_null=True)
    created_at = Instant()
    last_seen_at = serializers.SerializerMethodField()

    def get_external_id(self, contact: Contact) -> str | None:
        """Return it, or that of a contact that was merged into this one."""
        return next((one.external_id for one in contact.of_person if one.external_id is not None), None)

    @extend_schema_field(Instant(allow_null=True))
    def get_last_seen_at(self, contact: Contact) -> str | None:
        """Return when any of the person's browsers was seen last."""
        seen = max((one.last_seen_at for one in contact.of_person if one.last_seen_at is not None), default=None)
        return Instant().to_representation(seen) if seen is not None else None

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
    """Return the contacts that a call may reach, one for each person, with what their answers show."""
    mine = persons.roots().filter(workspace=view.workspace)
    return mine.select_related("account", "workspace").prefetch_related("identities", "attached__identities")


def contact_named(view: ApiView, id: uuid.UUID) -> Contact:
    """Return the person (its root) to whom the contact with this id belongs. Raises Http404."""
    contact = get_object_or_404(Contact, workspace=view.workspace, public_id=id)
    return get_object_or_404(contacts_of(view), pk=contact.root_id or contact.pk)


def _answer(contact: Contact, status: int = 200) -> Response:
    return Response(ContactSerializer(contact).data, status)


def _persons(roots: QuerySet[Contact], contacts: QuerySet[Any, Any]) -> QuerySet[Contact]:
    """Return those persons to whom one of these contacts (a query of keys) belongs."""
    attached = Contact.objects.filter(pk__in=contacts, root__isnull=False)
    return roots.filter(Q(pk__in=contacts) | Q(pk__in=attached.values("root_id")))


class ContactList(ApiView):
    """All contacts, and new ones."""

    @describe(
        "list_contacts",
        "List contacts",
        tag=TAG,
        query=ContactQuery,
        answers={200: page_of(ContactSerializer)},
        shows=examples.page("contacts", examples.CONTACT, more=True),
    )
    def get(self, request: Request) -> Response:
        """Newest activity first."""
        query = self.asked(ContactQuery)
        contacts = contacts_of(self)
        if "email" in query:
            value = normalise(IdentityKind.EMAIL, query["email"])
            known = Identity.objects.filter(workspace=self.workspace, kind=IdentityKind.EMAIL, value=value)
            contacts = _persons(contacts, known.values(pk=F("contact_id")))
        if "external_id" in query:
            mine = Contact.objects.filter(workspace=self.workspace, external_id=query["external_id"])
            contacts = _persons(contacts, mine.values("pk"))
        return self.page(contacts, NEWEST, query, ContactSerializer)

    @describe(
        "create_contact",
        "Create a contact",
        tag=TAG,
        request=ContactInputSerializer,
        answers={201: ContactSerializer},
        example=examples.CONTACT_INPUT,
        shows=examples.CONTACT,
    )
    def post(self, request: Request) -> Response:
        """What your server says is proved: external_id, email and phone become verified identities. An email or phone
        that another contact has proved already stays a claim."""
        return _answer(create_contact(self.workspace, self.sent(ContactInputSerializer)), 201)


class ContactDetail(ApiView):
    """One contact."""

    @describe(
        "get_contact",
        "Get a contact",
        tag=TAG,
        path=BY_ID,
        answers={200: ContactSerializer},
        problems=(404,),
        shows=examples.CONTACT,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return the profile and what it is known by. The id of a contact that was merged answers with the one that it
        was merged into."""
        return _answer(contact_named(self, id))

    @describe(
        "change_contact",
        "Change a contact",
        tag=TAG,
        path=BY_ID,
        request=ContactInputSerializer,
        answers={200: ContactSerializer},
        problems=(404,),
        example=examples.CONTACT_CHANGE,
        shows=examples.CONTACT_CHANGED,
    )
    def patch(self, request: Request, id: uuid.UUID) -> Response:
        """Change the fields that are sent, and no other."""
        contact = get_object_or_404(Contact, workspace=self.workspace, public_id=id)
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
        example={key: value for key, value in examples.CONTACT_INPUT.items() if key != "external_id"},
        shows=examples.CONTACT,
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the contact with this external id (200), or make it (201). Only the fields that are sent change."""
        external_id = external_id_of_path(external_id)
        body = self.sent(ContactInputSerializer)
        same_external_id(external_id, body)
        contact, new = upsert_contact(self.workspace, external_id, body)
        return _answer(contact, 201 if new else 200)
