"""Taking in what Stripe posts: verified over the bytes as they came, then stored once, before anything else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

import stripe
from django.db import transaction
from django.utils import timezone

from inbox.people.models import Workspace
from inbox.people.nudge import nudge_on_commit
from integrations.stripe.models import Outcome, StripeEvent
from integrations.stripe.shapes import Happening, Json, at, customer_of, id_of, moment, text

TASK = "integrations.tasks.work_stripe_events"
# Seconds that a signature may be away from now, into either direction.
TOLERANCE = 300
# Stripe nests to a dozen. What is kept is read again by code that goes into the depth.
DEEPEST = 100
# What an object is, where it does not say.
_NAMES = {"customer.subscription": "subscription", "customer.source": "card", "customer.discount": "discount"}


class Unverified(Exception):
    """Nobody with a secret of this endpoint signed these bytes, of late. The text says what is wrong."""


class Unreadable(ValueError):
    """The bytes are signed, and are no event. The text says why."""


def verify(body: bytes, header: str, secrets: Iterable[str]) -> None:
    """Return if one of `secrets` signed the body within the tolerance. Raises Unverified."""
    if not header:
        raise Unverified("There is no Stripe-Signature header.")
    known = False
    for secret in secrets:
        try:
            known = stripe.WebhookSignature.verify_header(body.decode(), header, secret) or known
        except Exception:  # noqa: S112  (whatever a header or a body makes the library raise, it is not verified)
            continue
    if not known:
        raise Unverified("No signing secret of this connection made this signature over this body.")
    signed_at = next(part[2:] for part in header.split(",") if part.startswith("t="))
    if abs(time.time() - int(signed_at)) > TOLERANCE:
        raise Unverified("The signature is more than five minutes away from now.")


def read(body: bytes) -> Json:
    """Return the event that verified bytes hold. Raises Unreadable."""
    try:
        envelope = json.loads(body.decode())
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except ValueError:  # no UTF-8, no JSON, or a number with thousands of digits
        raise Unreadable("The body is no JSON.") from None
    if not isinstance(envelope, dict):
        raise Unreadable("The body is no event.")
    if _is_deep(envelope):
        raise Unreadable("The JSON is nested too deeply.")
    if str(envelope.get("object")).startswith("v2."):
        raise Unreadable("Thin events are not taken: choose snapshot events for this endpoint.")
    for key in ("id", "type"):
        value = envelope.get(key)
        if not isinstance(value, str) or not value or len(value) > 255 or text(value) != value:
            raise Unreadable(f"The event has no usable {key}.")
    if moment(envelope.get("created")) is None:
        raise Unreadable("The event does not say when it was created.")
    if not isinstance(at(envelope, "data").get("object"), dict):
        raise Unreadable("The event has no data.object.")
    return envelope


def _is_deep(value: object) -> bool:
    """Whether a value is nested beyond DEEPEST. Asks without recursion, level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def store(workspace: Workspace, envelope: Json, raw: str) -> None:
    """Keep an event for the drain. The same one again changes nothing."""
    with transaction.atomic():
        StripeEvent.objects.bulk_create([row_of(workspace, envelope, raw)], ignore_conflicts=True)
        nudge_on_commit(TASK)


def row_of(workspace: Workspace, envelope: Json, raw: str) -> StripeEvent:
    """Return an event as it is kept. Asks no database."""
    event = Happening.of(envelope)
    return StripeEvent(
        workspace=workspace,
        event_id=event.id,
        type=event.type,
        api_version=event.api_version[:80],
        created=event.at,
        raw=raw,
        object_type=object_type(event),
        object_id=id_of(event.object),
        customer_id=customer_of(event.object) or id_of(event.previous.get("customer")),
        due_at=timezone.now(),
        outcome=Outcome.NEW,
    )


def object_type(event: Happening) -> str:
    """Return what an event is about: as the object says, or as the type does."""
    prefix = event.type.rpartition(".")[0]
    said = text(event.object.get("object"), 80)
    return said or _NAMES.get(prefix, prefix.rpartition(".")[2])[:80]
