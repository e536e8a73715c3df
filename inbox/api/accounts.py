"""`/api/v1/accounts/`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView, same_external_id
from inbox.api.fields import (
    Attributes,
    Choice,
    CurrencyText,
    DomainText,
    Instant,
    PlainText,
    TimezoneText,
    external_id_of_path,
    optional_text,
)
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.contacts.accounts import change_account, create_account, upsert_account
from inbox.models import Account, Contact
from inbox.models.accounts import AccountStatus

TAG = "accounts"
NEWEST = Keyset("accounts", "updated_at")
BY_ID = {"external_id": "Your own id of this company, percent-encoded."}
_WHOLE = 2**31 - 1
_BIG = 2**63 - 1


class AccountSerializer(serializers.Serializer[Account]):
    """A company that contacts belong to."""

    external_id = serializers.CharField()
    name = PlainText(255, allow_null=True)
    domain = PlainText(255, allow_null=True)
    owner = serializers.SerializerMethodField(help_text="The id of the contact who owns the account.")
    plan = PlainText(120, allow_null=True)
    status = Choice("AccountStatus", AccountStatus.values)
    seats = serializers.IntegerField(allow_null=True)
    seat_limit = serializers.IntegerField(allow_null=True)
    renews_on = serializers.DateField(allow_null=True)
    trial_ends_on = serializers.DateField(allow_null=True)
    timezone = PlainText(64, allow_null=True)
    modules = serializers.ListField(child=serializers.CharField())
    mrr_minor = serializers.IntegerField(allow_null=True, help_text="Monthly revenue in the currency's smallest unit.")
    currency = PlainText(3, allow_null=True)
    stripe_customer_id = PlainText(255, allow_null=True)
    stripe_subscription_id = PlainText(255, allow_null=True)
    attributes = Attributes()
    created_at = Instant()

    def get_owner(self, account: Account) -> str | None:
        """Return the owner's id."""
        return str(account.owner.person.public_id) if account.owner else None


class AccountInputSerializer(serializers.Serializer[Any]):
    """What may be sent of an account. Only what is sent changes; null empties a field."""

    external_id = optional_text(255, "Your own id of this company. It is made up if none is given, and never changes.")
    name = optional_text(255)
    domain = optional_text(255, field=DomainText)
    owner = serializers.UUIDField(required=False, allow_null=True, help_text="The id of one of your contacts.")
    plan = optional_text(120)
    status = Choice("AccountStatus", AccountStatus.values, required=False)
    seats = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=_WHOLE)
    seat_limit = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=_WHOLE)
    renews_on = serializers.DateField(required=False, allow_null=True)
    trial_ends_on = serializers.DateField(required=False, allow_null=True)
    timezone = optional_text(64, "A name of the IANA database, such as Europe/Berlin.", field=TimezoneText)
    modules = serializers.ListField(child=PlainText(80), required=False, max_length=200)
    mrr_minor = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=_BIG, help_text="In the currency's smallest unit."
    )
    currency = optional_text(3, "Three capitals of ISO 4217.", field=CurrencyText)
    stripe_customer_id = optional_text(255)
    stripe_subscription_id = optional_text(255)
    attributes = Attributes(required=False, help_text="Merged key by key; null removes a key. 64 KB in all.")


def accounts_of(view: ApiView) -> QuerySet[Account]:
    """Return the accounts that a call may reach, with what their answers show."""
    return Account.objects.filter(workspace=view.workspace).select_related("owner__root")


def _changes(view: ApiView) -> dict[str, Any]:
    """Return what was sent, the owner as one of the workspace's contacts. Raises ValidationError and Problem."""
    body = view.sent(AccountInputSerializer)
    if body.get("owner"):
        body["owner"] = Contact.objects.filter(workspace=view.workspace, public_id=body["owner"]).first()
        if body["owner"] is None:
            raise Problem("contact_not_found", "No contact has the owner's id.", status=404, field="owner")
    return body


def _answer(account: Account, status: int = 200) -> Response:
    return Response(AccountSerializer(account).data, status)


class AccountList(ApiView):
    """All accounts, and new ones."""

    @describe(
        "list_accounts",
        "List accounts",
        tag=TAG,
        query=PageQuery,
        answers={200: page_of(AccountSerializer)},
        shows=examples.page("accounts", examples.ACCOUNT),
    )
    def get(self, request: Request) -> Response:
        """Newest activity first."""
        return self.page(accounts_of(self), NEWEST, self.asked(PageQuery), AccountSerializer)

    @describe(
        "create_account",
        "Create an account",
        tag=TAG,
        request=AccountInputSerializer,
        answers={201: AccountSerializer},
        problems=(404,),
        example={"external_id": "acme", **examples.ACCOUNT_INPUT},
        shows=examples.ACCOUNT,
    )
    def post(self, request: Request) -> Response:
        """An account is addressed by its external_id; one that comes without is given one."""
        return _answer(create_account(self.workspace, _changes(self)), 201)


class AccountDetail(ApiView):
    """One account."""

    @describe(
        "get_account",
        "Get an account",
        tag=TAG,
        path=BY_ID,
        answers={200: AccountSerializer},
        problems=(404,),
        shows=examples.ACCOUNT,
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return what is known of the company."""
        return _answer(get_object_or_404(accounts_of(self), external_id=external_id_of_path(external_id)))

    @describe(
        "change_account",
        "Change an account",
        tag=TAG,
        path=BY_ID,
        request=AccountInputSerializer,
        answers={200: AccountSerializer},
        problems=(404,),
        example=examples.ACCOUNT_CHANGE,
        shows=examples.ACCOUNT_CHANGED,
    )
    def patch(self, request: Request, external_id: str) -> Response:
        """Change the fields that are sent, and no other."""
        account = get_object_or_404(accounts_of(self), external_id=external_id_of_path(external_id))
        body = _changes(self)
        same_external_id(account.external_id, body)
        return _answer(change_account(account, body))

    @describe(
        "upsert_account",
        "Create or change an account",
        tag=TAG,
        path=BY_ID,
        request=AccountInputSerializer,
        answers={200: AccountSerializer, 201: AccountSerializer},
        problems=(404,),
        example=examples.ACCOUNT_INPUT,
        shows=examples.ACCOUNT,
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the account with this external id (200), or make it (201). Only the fields that are sent change."""
        external_id = external_id_of_path(external_id)
        body = _changes(self)
        same_external_id(external_id, body)
        account, new = upsert_account(self.workspace, external_id, body)
        return _answer(account, 201 if new else 200)
