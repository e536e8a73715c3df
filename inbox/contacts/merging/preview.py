"""What a merge would bring together, and what it would change for the customer: nothing that opens anything."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.contacts import persons
from inbox.contacts.merging.values import Field, compare
from inbox.models import Contact, Conversation, Identity, PersonNote, Visitor
from notifications.models import Event

# Counts are exact up to here, and then "99+".
MOST = 99


@dataclass(frozen=True)
class Count:
    """So many of something on each side; more than MOST are MOST + 1."""

    label: str
    winner: int
    loser: int

    @property
    def together(self) -> str:
        """Return what the person would have then."""
        total = self.winner + self.loser
        return str(total) if total <= MOST else f"{MOST}+"


@dataclass(frozen=True)
class Preview:
    """The two sides field by field, what they have, and in plain sentences what the customer sees afterwards."""

    winner: Contact
    loser: Contact
    fields: list[Field]
    counts: list[Count]
    sees: list[str]
    differing_ids: bool


def preview(winner: Contact, loser: Contact) -> Preview:
    """Return what merging the loser into the winner would do; both are roots, with their identities. It changes
    nothing."""
    ours, theirs = persons.contact_ids(winner), persons.contact_ids(loser)
    return Preview(
        winner=winner,
        loser=loser,
        fields=compare(winner, loser),
        counts=_counts(winner, ours, theirs),
        sees=[*_sees(winner, ours), *_sees(loser, theirs)] or ["Neither has a browser here that could show anything."],
        differing_ids=all(any(one.external_id for one in side.of_person) for side in (winner, loser)),
    )


def _counts(winner: Contact, ours: list[int], theirs: list[int]) -> list[Count]:
    def events(contacts: list[int]) -> int:
        ids = Contact.objects.filter(pk__in=contacts).values("public_id")
        found = Event.objects.filter(workspace=winner.workspace_id, contact__in=ids)
        return len(found.order_by().values_list("pk")[: MOST + 1])

    def of(model: type[Conversation | Visitor | Identity | PersonNote], contacts: list[int]) -> int:
        found = model._default_manager.filter(workspace=winner.workspace_id, contact__in=contacts)
        return len(found.order_by().values_list("pk")[: MOST + 1])

    named = [("Conversations", Conversation), ("Known by", Identity), ("Browsers", Visitor), ("Notes", PersonNote)]
    counts = [Count(label, of(model, ours), of(model, theirs)) for label, model in named]  # type: ignore[arg-type]
    return [*counts, Count("Events", events(ours), events(theirs))]


def _sees(root: Contact, contacts: list[int]) -> list[str]:
    """Return what the browsers of one side see, now and after: a merge changes none of it."""
    browsers = Visitor.objects.filter(workspace=root.workspace_id, contact__in=contacts)
    proved = browsers.filter(verified_at__isnull=False)[:1].exists()
    other = browsers.filter(verified_at__isnull=True)[:1].exists()
    said = []
    if proved:
        said.append(
            f"Where {root.display_name} has signed in, they see what was written with that profile, as before. "
            "The other profile’s conversations stay out of their sight."
        )
    if other:
        said.append(
            f"A browser of {root.display_name} that proved nothing sees what was written in it, as before, "
            "and not one line more."
        )
    return said
