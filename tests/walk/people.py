"""Who walks, and the world they walk in: one workspace with a private team, and another workspace beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from bell.devices import add_device
from imports.models import Import
from inbox.contacts.merging import merge
from inbox.conversations import actions
from inbox.kickoff.week import Week
from inbox.models import (
    Account,
    AttributeDefinition,
    Conversation,
    Export,
    GuestAccess,
    MergeSuggestion,
    PersonNote,
    Segment,
)
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import ApiToken, Invitation, SingleSignOn, Teammate, User
from inbox.people.models.invitations import LASTS
from inbox.people.models.tokens import Scope
from inbox.people.models.workspaces import Role
from inbox.people.secrets import new_token, token_hash
from inbox.people.zones import zone_of
from integrations.stripe.models import StripeCustomer, StripeEvent
from notifications.automations.leaving import token_for as no_more_token
from notifications.devices import push_keys
from notifications.models import AutomatedDelivery, Event, Notice, PushSubscription, Rule
from notifications.unsubscribing import token_for
from tests.factories import (
    make_automation,
    make_contact,
    make_delivery,
    make_team,
    make_teammate,
    make_visitor,
    make_workspace,
)
from tests.walk.discover import Route

PERSONAS = ("nobody", "visitor", "other", "outsider", "viewer", "token", "owner")
PICTURE = "0" * 32


@dataclass
class World:
    """What is there to be seen, all of it in `workspace` and its private team, and the values that fill addresses."""

    workspace: Any
    conversation: Conversation
    mates: dict[str, Teammate]
    token: str
    visitor_token: str
    values: dict[str, Any]
    _known: dict[tuple[str, bool], tuple[Client, str]] = field(default_factory=dict)

    def address(self, route: Route) -> str:
        """Return the route's address, filled with what is in the private team or else in `workspace`.

        Raises AssertionError for a parameter that nothing here can fill.
        """
        filled = route.path
        for name in route.parameters:
            own = [
                key for key in self.values if key.endswith(f"/{name}") and route.path.startswith(key[: -len(name) - 1])
            ]
            key = own[0] if own else name
            assert key in self.values, f"the walk cannot fill {name!r} of {route.path!r}: give it a value here"
            filled = re.sub(
                rf"<(?:\w+:)?{name}>|\(\?P<{name}>(?:[^()]|\([^()]*\))*\)", str(self.values[key]), filled, count=1
            )
        return "/" + re.sub(r"[\^$]|\\(?=\.)", "", filled)

    def client(self, persona: str, address: str) -> Client:
        """Return who asks for `address` as `persona`: a browser, or at the API a server with a token of theirs.

        A persona signs in once. Each time its browser is as it was then, whatever a visit left in it."""
        key = (persona, address.startswith("/api/"))
        if key not in self._known:
            made = self._new_client(*key)
            self._known[key] = made, made.cookies.output(header="", sep=";")
        client, cookies = self._known[key]
        client.cookies = SimpleCookie(cookies)
        return client

    def _new_client(self, persona: str, at_the_api: bool) -> Client:
        bearer = {"visitor": self.visitor_token, "token": self.token}.get(persona)
        if persona in self.mates and at_the_api:
            bearer = ApiToken.issue(self.mates[persona], "all", Scope.WRITE)
        if bearer is not None:
            return Client(headers={"authorization": f"Bearer {bearer}"})
        client = Client()
        if persona != "nobody":
            client.force_login(self.mates[persona].user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


def make_world() -> World:
    """Make both workspaces. `viewer` is in the private team, `outsider` is not, `other` owns the other workspace."""
    workspace, elsewhere = make_workspace(slug="demo"), make_workspace(slug="elsewhere")
    mates = {
        "owner": make_teammate(workspace, "owner", role=Role.OWNER),
        "viewer": make_teammate(workspace, "viewer", role=Role.VIEWER),
        "outsider": make_teammate(workspace, "outsider", role=Role.AGENT),
        "other": make_teammate(elsewhere, "other", role=Role.OWNER),
    }
    team = make_team(workspace, "quiet", members=(mates["viewer"],), is_private=True)
    contact = make_contact(workspace, external_id="c-1")
    visitor_token = new_token("fv")
    visitor = make_visitor(workspace, contact)
    visitor.token_hash = token_hash(visitor_token)
    visitor.save()
    conversation, _ = actions.start(contact, "Between us", visitor=visitor)
    actions.move(conversation, team, by=mates["owner"])
    conversation = Conversation.objects.get(pk=conversation.pk)
    Account.objects.create(workspace=workspace, external_id="a-1", name="Account")
    invitation_token = new_token("inv")
    invitation = Invitation.objects.create(
        workspace=workspace,
        email="new@example.test",
        token_hash=token_hash(invitation_token),
        expires_at=timezone.now() + LASTS,
    )
    SingleSignOn.objects.create(workspace=workspace, issuer="https://id.example.test", client_id="frontdesk")
    gone = make_teammate(workspace, "gone", left_at=timezone.now())
    if not default_storage.exists(f"pictures/{PICTURE}.webp"):
        default_storage.save(f"pictures/{PICTURE}.webp", ContentFile(b"RIFF"))
    User.objects.filter(pk=mates["owner"].user.pk).update(picture=f"pictures/{PICTURE}.webp")
    token = ApiToken.issue(mates["viewer"], "read", Scope.READ)
    rule = Rule.objects.create(workspace=workspace, name="All", transport="log", address="all")
    event = Event.objects.get(kind="conversation.started")
    push_keys()  # made once for good, at the first look
    device = PushSubscription.objects.create(
        workspace=workspace, teammate=mates["owner"], endpoint="https://push.example.test/1", p256dh="p", auth="a"
    )
    told = {"delivery": uuid4(), "title": "Named", "conversation": conversation.public_id}
    notice = Notice.objects.create(workspace=workspace, teammate=mates["viewer"], **told)
    bell, _ = add_device(workspace, "Reception", by=COMMAND_LINE)
    note = actions.note(conversation, mates["owner"], "Between ourselves")
    # One that has ended: it opens nothing to `outsider`.
    ended = {"ends_at": timezone.now(), "ended_at": timezone.now()}
    access = GuestAccess.objects.create(
        workspace=workspace, conversation=conversation, teammate=mates["outsider"], **ended
    )
    segment = Segment.objects.create(workspace=workspace, of="contact", name="Segment")
    person_note = PersonNote.objects.create(
        workspace=workspace, contact=contact, teammate=mates["owner"], text="About them"
    )
    made = default_storage.save("exports/walk/file", ContentFile(b"id"))
    export = Export.objects.create(
        workspace=workspace,
        by=mates["owner"],
        kind="contacts",
        status="finished",
        file=made,
        finished_at=timezone.now(),
    )
    attribute = AttributeDefinition.objects.create(
        workspace=workspace, of="contact", key="size", label="Size", type="number"
    )
    import_ = Import.objects.create(workspace=workspace, source="csv", status="finished", name="people.csv")
    merged, _ = merge(make_contact(workspace), into=make_contact(workspace), by=mates["owner"])
    suggested = MergeSuggestion.objects.create(
        workspace=workspace, contact=make_contact(workspace), candidate=make_contact(workspace), score=0.9
    )
    from_stripe = StripeEvent.objects.create(
        workspace=workspace, event_id="evt_1", type="customer.created", created=timezone.now(), raw="{}"
    )
    at_stripe = StripeCustomer.objects.create(workspace=workspace, customer_id="cus_1")
    automation = make_automation(workspace)
    automated = make_delivery(event, automation.rule, status="sent", payload={"email": "walker@example.test"})
    AutomatedDelivery.objects.create(
        delivery=automated, workspace=workspace, rule=automation.rule, recipient="", created_at=timezone.now()
    )
    values = {
        "public_id": conversation.public_id,
        "id": conversation.public_id,
        "number": conversation.number,
        "view": "all",
        "seq": note.seq,
        "access": access.public_id,
        "slug": workspace.slug,
        "provider_id": f"ws-{workspace.slug}",
        "integration": "stripe",
        "event": from_stripe.public_id,
        "customer": at_stripe.public_id,
        "external_id": "c-1",
        "week": Week.of(timezone.now(), zone_of(workspace.timezone)).key,
        "what": "conversations",
        "pk": 1,
        "name": PICTURE,
        "uidb36": "1",
        "key": "no-such-key",
        "token": invitation_token,
        "mail/unsubscribe/<str:token>/token": token_for(mates["owner"], "mention"),
        "anymail/<path:place>/place": "postmark/inbound/",
        "left/<str:token>/token": signing.dumps(gone.pk, salt="left"),
        # An address that begins like this means another thing by the same name.
        "settings/teammates/<uuid:public_id>/public_id": mates["outsider"].public_id,
        "settings/teammates/invitations/<uuid:public_id>/public_id": invitation.public_id,
        "settings/teams/<uuid:public_id>/public_id": team.public_id,
        "settings/tokens/<uuid:public_id>/public_id": ApiToken.objects.get(name="read").public_id,
        "imports/<uuid:public_id>/public_id": import_.public_id,
        "api/v1/imports/<uuid:id>/id": import_.public_id,
        "contacts/<uuid:public_id>/public_id": contact.public_id,
        "contacts/<uuid:public_id>/notes/<uuid:note>/note": person_note.public_id,
        "contacts/segments/<uuid:public_id>/public_id": segment.public_id,
        "contacts/exports/<uuid:public_id>/public_id": export.public_id,
        "contacts/accounts/<account:external_id>/external_id": "a-1",
        "contacts/<uuid:public_id>/merge/<uuid:other>/other": make_contact(workspace).public_id,
        "merges/<uuid:public_id>/undo/public_id": merged.public_id,
        "merge-suggestions/<uuid:public_id>/dismiss/public_id": suggested.public_id,
        "api/v1/merges/<uuid:id>/id": merged.public_id,
        "api/v1/merge-suggestions/<uuid:id>/id": suggested.public_id,
        "settings/fields/<uuid:public_id>/public_id": attribute.public_id,
        "api/v1/contacts/<uuid:id>/id": contact.public_id,
        "api/v1/accounts/<external_id:external_id>/external_id": "a-1",
        "api/v1/events/<uuid:id>/id": event.public_id,
        "settings/notifications/push/<uuid:public_id>/public_id": device.public_id,
        "me/pushed/<uuid:told>/told": make_delivery(
            event, rule, transport="push", status="sent", teammate=mates["owner"]
        ).public_id,
        "activity/<uuid:public_id>/public_id": event.public_id,
        "notifications/<uuid:public_id>/public_id": notice.public_id,
        "bell/devices/<uuid:public_id>/public_id": bell.public_id,
        "activity/routes/<uuid:public_id>/public_id": rule.public_id,
        "activity/deliveries/<uuid:public_id>/public_id": make_delivery(event, rule, status="failed").public_id,
        "api/v1/routes/<uuid:id>/id": rule.public_id,
        "messages/<uuid:public_id>/public_id": automation.rule.public_id,
        "messages/<uuid:public_id>/versions/<int:number>/number": automation.version,
        "api/v1/automations/<uuid:id>/id": automation.rule.public_id,
        "mail/no-more/<str:token>/token": no_more_token(automated.public_id),
    }
    return World(workspace, conversation, mates, token, visitor_token, values)
