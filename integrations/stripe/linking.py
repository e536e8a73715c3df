"""Whose customer somebody at Stripe is: by the stored id, then what the objects say of them, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from inbox.contacts.identities import normalise
from inbox.models import Account, Identity
from inbox.models.contacts import IdentityKind
from inbox.people.models import Workspace
from integrations.stripe.models import StripeCustomer, StripeEvent
from integrations.stripe.shapes import Happening, Json, at, text

# Under which keys of `metadata` an account's external id is looked for.
METADATA = ("frontdesk_account", "account_external_id", "account_id", "external_id")
# So many events of somebody are looked through, the last ones first.
MOST_EVENTS = 200
# Objects that say who their customer is.
NAMING = ("customer", "checkout.session", "invoice", "charge")


def link(customer: StripeCustomer) -> bool:
    """Link somebody to their account, by all that is stored of them; return whether they are linked now."""
    if customer.account_id is not None:
        return True
    workspace = customer.workspace
    objects = _objects_of(customer)
    ways: tuple[tuple[str, Callable[[], Account | None]], ...] = (
        ("id", lambda: _by_id(workspace, customer.customer_id)),
        ("metadata", lambda: _by_external_ids(workspace, _named(objects))),
        ("reference", lambda: _by_reference(workspace, objects)),
        ("email", lambda: _by_email(workspace, objects)),
    )
    for way, find in ways:
        account = find()
        if account is not None:
            customer.account, customer.linked_by = account, way
            customer.save(update_fields=["account", "linked_by"])
            return True
    return False


def told_of(workspace: Workspace, customer_ids: Iterable[str]) -> dict[str, str]:
    """Return by customer id what Stripe's newest objects say of who it is: "Acme Ltd, billing@acme.example". Who is
    told of without a name and an address is left out. One query."""
    events = StripeEvent.objects.filter(workspace=workspace, customer_id__in=customer_ids, object_type__in=NAMING)
    newest = events.order_by("customer_id", "object_type", "-created").distinct("customer_id", "object_type")
    found: dict[str, list[Json]] = {}
    for customer_id, raw in newest.values_list("customer_id", "raw"):
        found.setdefault(customer_id, []).append(Happening.read(raw).object)
    said = {
        customer_id: [next((one for obj in objects for one in read(obj)), "") for read in (_names, _emails)]
        for customer_id, objects in found.items()
    }
    return {customer_id: ", ".join(filter(None, words)) for customer_id, words in said.items() if any(words)}


def _objects_of(customer: StripeCustomer) -> list[Json]:
    """Return what events said of somebody, in an order of its own: by Stripe's clock and the events' ids."""
    found = StripeEvent.objects.filter(workspace=customer.workspace, customer_id=customer.customer_id)
    raws = found.order_by("-created", "-event_id").values_list("raw", flat=True)[:MOST_EVENTS]
    return [Happening.read(raw).object for raw in raws]


def _by_id(workspace: Workspace, customer_id: str) -> Account | None:
    return _accounts(workspace).filter(stripe_customer_id=customer_id).first()


def _named(objects: Iterable[Json]) -> list[str]:
    places = [
        place
        for obj in objects
        for place in (
            at(obj, "metadata"), at(obj, "subscription_details", "metadata"),
            at(obj, "parent", "subscription_details", "metadata"),
        )
    ]  # fmt: skip
    return [name for key in METADATA for place in places if (name := text(place.get(key)))]


def _by_external_ids(workspace: Workspace, external_ids: Iterable[str]) -> Account | None:
    named = list(dict.fromkeys(external_ids))
    found = {account.external_id: account for account in _accounts(workspace).filter(external_id__in=named)}
    return next((found[name] for name in named if name in found), None)


def _by_reference(workspace: Workspace, objects: Iterable[Json]) -> Account | None:
    """Find by what a checkout was begun with: an account's external id, or that of one of its contacts."""
    named = [name for obj in objects if (name := text(obj.get("client_reference_id")))]
    return _by_external_ids(workspace, named) or _of_contact(workspace, IdentityKind.EXTERNAL_ID, named)


def _by_email(workspace: Workspace, objects: Iterable[Json]) -> Account | None:
    return _of_contact(workspace, IdentityKind.EMAIL, [email for obj in objects for email in _emails(obj)])


def _emails(obj: Json) -> list[str]:
    """Return the addresses that an object gives of its customer: each type has them elsewhere."""
    said = (
        obj.get("email"), obj.get("customer_email"), at(obj, "customer_details").get("email"),
        at(obj, "billing_details").get("email"), obj.get("receipt_email"),
    )  # fmt: skip
    return [email for value in said if (email := text(value))]


def _names(obj: Json) -> list[str]:
    # The name of other types (a product, a coupon) is not the customer's.
    own = obj.get("name") if obj.get("object") == "customer" else None
    said = (
        own,
        obj.get("customer_name"),
        at(obj, "customer_details").get("name"),
        at(obj, "billing_details").get("name"),
    )
    return [name for value in said if (name := text(value))]


def _of_contact(workspace: Workspace, kind: IdentityKind, values: Iterable[str]) -> Account | None:
    """Return the account of a contact with one of these identities. Only a verified one counts: a claim is anyone's."""
    wanted = list(dict.fromkeys(normalise(kind, value) for value in values))
    known = Identity.objects.filter(workspace=workspace, kind=kind, value__in=wanted, verified_at__isnull=False)
    found = {one.value: one.contact for one in known.select_related("contact__account")}
    for value in wanted:
        contact = found.get(value)
        account = contact and (contact.account or contact.person.account)
        if account:
            return account
    return None


def _accounts(workspace: Workspace) -> QuerySet[Account]:
    return Account.objects.filter(workspace=workspace).order_by("pk")
