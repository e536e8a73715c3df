"""`/api/v1/`. External ids may hold slashes, so the addresses that carry one come last among their own."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from inbox.api.accounts import AccountDetail, AccountList
from inbox.api.base import Nowhere
from inbox.api.contacts import ContactByExternalId, ContactDetail, ContactList
from inbox.api.conversations import ConversationDetail, ConversationList
from inbox.api.docs import docs
from inbox.api.messages import MessageList
from inbox.api.schema import SchemaView

urlpatterns: list[URLPattern] = [
    path("contacts/", ContactList.as_view(), name="api-contacts"),
    path("contacts/<uuid:id>/", ContactDetail.as_view(), name="api-contact"),
    path("contacts/by/external_id/<path:external_id>/", ContactByExternalId.as_view(), name="api-contact-by"),
    path("accounts/", AccountList.as_view(), name="api-accounts"),
    path("accounts/<path:external_id>/", AccountDetail.as_view(), name="api-account"),
    path("conversations/", ConversationList.as_view(), name="api-conversations"),
    path("conversations/<uuid:id>/", ConversationDetail.as_view(), name="api-conversation"),
    path("conversations/<uuid:id>/messages/", MessageList.as_view(), name="api-messages"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"^", Nowhere.as_view(), name="api-nowhere"),
]
