from django.urls import path, register_converter

from inbox.desk.contacts import (
    account_views,
    change_views,
    export_views,
    list_views,
    new_views,
    note_views,
    person_views,
    segment_views,
)
from inbox.desk.contacts.addresses import AccountIdConverter

register_converter(AccountIdConverter, "account")

PERSON = "<uuid:public_id>/"
ACCOUNT = "accounts/<account:external_id>/"

urlpatterns = [
    path("", list_views.contacts, name="contacts"),
    path("new/", new_views.new, name="contact-new"),
    path("segments/", segment_views.save, name="segments"),
    path("segments/<uuid:public_id>/name/", segment_views.rename, name="segment-name"),
    path("segments/<uuid:public_id>/query/", segment_views.change, name="segment-query"),
    path("segments/<uuid:public_id>/delete/", segment_views.delete, name="segment-delete"),
    path("exports/", export_views.exports, name="contact-exports"),
    path("exports/<uuid:public_id>/file/", export_views.file, name="contact-export-file"),
    path("accounts/", list_views.accounts, name="accounts"),
    path(ACCOUNT, account_views.account, name="account"),
    path(f"{ACCOUNT}conversations/", account_views.conversations, name="account-conversations"),
    path(f"{ACCOUNT}events/", account_views.events, name="account-events"),
    path(f"{ACCOUNT}people/", account_views.people, name="account-people"),
    path(f"{ACCOUNT}attributes/", change_views.account_attribute, name="account-attribute"),
    path(PERSON, person_views.contact, name="contact"),
    path(f"{PERSON}conversations/", person_views.conversations, name="contact-conversations"),
    path(f"{PERSON}events/", person_views.events, name="contact-events"),
    path(f"{PERSON}fields/", change_views.contact_field, name="contact-field"),
    path(f"{PERSON}attributes/", change_views.contact_attribute, name="contact-attribute"),
    path(f"{PERSON}verified/", change_views.verified, name="contact-verified"),
    path(f"{PERSON}notes/", note_views.notes, name="contact-notes"),
    path(f"{PERSON}notes/<uuid:note>/", note_views.note, name="contact-note"),
    path(f"{PERSON}notes/<uuid:note>/delete/", note_views.delete, name="contact-note-delete"),
]
