"""`/api/v1/`. External ids may hold slashes, so the addresses that carry one come last among their own."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path, register_converter

from inbox.api.accounts import AccountDetail, AccountList
from inbox.api.automations import AutomationDetail, AutomationList, AutomationRestore, AutomationVersions
from inbox.api.base import Nowhere
from inbox.api.batches import AccountBatch, ContactBatch
from inbox.api.contacts import ContactByExternalId, ContactList
from inbox.api.conversations import ConversationDetail, ConversationList
from inbox.api.converters import ExternalIdConverter
from inbox.api.deliveries import DeliveryList
from inbox.api.docs import docs
from inbox.api.erasing import ContactExport, ErasableContact
from inbox.api.events import EventDetail, EventList
from inbox.api.merges import MergeDetail, MergeList, MergeUndo
from inbox.api.messages import MessageList
from inbox.api.routes import RouteDetail, RouteList
from inbox.api.schema import SchemaView
from inbox.api.suggestions import SuggestionAccept, SuggestionDetail, SuggestionDismiss, SuggestionList

register_converter(ExternalIdConverter, "external_id")

urlpatterns: list[URLPattern] = [
    path("contacts/", ContactList.as_view(), name="api-contacts"),
    path("contacts/<uuid:id>/", ErasableContact.as_view(), name="api-contact"),
    path("contacts/<uuid:id>/export/", ContactExport.as_view(), name="api-contact-export"),
    path("contacts/by/external_id/<external_id:external_id>/", ContactByExternalId.as_view(), name="api-contact-by"),
    path("merge-suggestions/", SuggestionList.as_view(), name="api-suggestions"),
    path("merge-suggestions/<uuid:id>/", SuggestionDetail.as_view(), name="api-suggestion"),
    path("merge-suggestions/<uuid:id>/accept/", SuggestionAccept.as_view(), name="api-accept"),
    path("merge-suggestions/<uuid:id>/dismiss/", SuggestionDismiss.as_view(), name="api-dismiss"),
    path("merges/", MergeList.as_view(), name="api-merges"),
    path("merges/<uuid:id>/", MergeDetail.as_view(), name="api-merge"),
    path("merges/<uuid:id>/undo/", MergeUndo.as_view(), name="api-undo"),
    path("batch/contacts/", ContactBatch.as_view(), name="api-batch-contacts"),
    path("batch/accounts/", AccountBatch.as_view(), name="api-batch-accounts"),
    path("accounts/", AccountList.as_view(), name="api-accounts"),
    path("accounts/<external_id:external_id>/", AccountDetail.as_view(), name="api-account"),
    path("conversations/", ConversationList.as_view(), name="api-conversations"),
    path("conversations/<uuid:id>/", ConversationDetail.as_view(), name="api-conversation"),
    path("conversations/<uuid:id>/messages/", MessageList.as_view(), name="api-messages"),
    path("events/", EventList.as_view(), name="api-events"),
    path("events/<uuid:id>/", EventDetail.as_view(), name="api-event"),
    path("deliveries/", DeliveryList.as_view(), name="api-deliveries"),
    path("routes/", RouteList.as_view(), name="api-routes"),
    path("routes/<uuid:id>/", RouteDetail.as_view(), name="api-route"),
    path("automations/", AutomationList.as_view(), name="api-automations"),
    path("automations/<uuid:id>/", AutomationDetail.as_view(), name="api-automation"),
    path("automations/<uuid:id>/versions/", AutomationVersions.as_view(), name="api-automation-versions"),
    path("automations/<uuid:id>/restore/", AutomationRestore.as_view(), name="api-automation-restore"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"^", Nowhere.as_view(), name="api-nowhere"),
]
