"""A person's own export holds what Stripe sent about them, and nothing of anybody else."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage

from inbox.contacts import exporting, personal_export
from inbox.contacts.upsert import create_contact
from inbox.people.audit import Actor
from settings.storage import media_storage
from tests.factories import make_teammate, make_workspace
from tests.integrations.stripe.makers import happened, make_account, send, subscription

MARY = {
    "id": "cus_1", "object": "customer", "email": "Mary@acme.test", "phone": "+4912",
    "address": {"line1": "1 Long Road"}, "metadata": {"seller": "bob@else.test"},
}  # fmt: skip


@pytest.mark.django_db
def test_what_stripe_sent_about_somebody_is_in_their_export(settings, tmp_path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": media_storage({}, tmp_path)}
    workspace, other = make_workspace(), make_workspace()
    owner = make_teammate(workspace, "ada", role="owner")
    make_account(workspace)
    contact = create_contact(workspace, {"email": "mary@acme.test", "name": "Mary", "account": "acme"})
    bob = {"id": "cus_2", "object": "customer", "email": "bob@acme.test"}
    made = happened("customer.created", MARY)
    send(workspace, made, happened("customer.created", bob), happened("customer.subscription.created", subscription()))
    send(other, happened("customer.created", MARY))
    export = personal_export.request_person(contact, owner, Actor(owner))
    exporting.drain()
    export.refresh_from_db()
    with default_storage.open(export.file) as file, ZipFile(io.BytesIO(file.read())) as archive:
        [name] = [name for name in archive.namelist() if "stripe" in name]
        [told] = json.loads(archive.read(name))
    assert (told["id"], told["type"]) == (made["id"], "customer.created")
    assert told["says"] == {"email": "Mary@acme.test", "phone": "+4912", "address.line1": "1 Long Road"}
