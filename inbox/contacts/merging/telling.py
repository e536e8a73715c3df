"""Who hears of a merge and of its end: the spine, the thread where it was decided, and every screen that shows one of
the two."""

from __future__ import annotations

from django.db.models import QuerySet

from inbox import realtime
from inbox.contacts import persons
from inbox.conversations import actions
from inbox.events import ContactMerged, ContactUnmerged, who_of, who_of_account
from inbox.models import Contact, Conversation, Merge
from inbox.people.models import Teammate
from notifications.events import track

# So many of a person's newest conversations have their rows drawn again at once; older ones are read when looked at.
NEWEST = 30


def tell_joined(
    merge: Merge, winner: Contact, loser: Contact, by: Teammate | None, conversation: Conversation | None
) -> None:
    """Tell that the loser is the winner's person now."""
    _track(ContactMerged, merge, winner, loser, by)
    if conversation is not None:
        with actions.locked(conversation) as row:
            actions.act(row, by, "merged", to=winner.display_name, other=loser.display_name, why=merge.reason or None)
    redraw(winner)


def tell_parted(merge: Merge, root: Contact, by: Teammate | None, conversation: Conversation | None) -> None:
    """Tell that the merge's loser is a person of their own again; `root` is whom they were shown as."""
    loser = Contact.objects.select_related("account").get(pk=merge.loser_id)
    _track(ContactUnmerged, merge, root, loser, by)
    if conversation is not None:
        with actions.locked(conversation) as row:
            actions.act(row, by, "unmerged", to=root.display_name, other=loser.display_name)
    redraw(root)
    redraw(loser)


def redraw(contact: Contact) -> None:
    """Have the desks that show one of the person's newest conversations show it as it is now, and the sockets of the
    widgets read again to whom they belong."""
    realtime.redraw_on_commit(list(_newest(contact).values_list("pk", flat=True)))


def _newest(contact: Contact) -> QuerySet[Conversation]:
    mine = Conversation.objects.filter(workspace_id=contact.workspace_id, contact__in=persons.contact_ids(contact))
    return mine.order_by("-last_message_at", "-id")[:NEWEST]


def _track(
    kind: type[ContactMerged | ContactUnmerged], merge: Merge, root: Contact, loser: Contact, by: Teammate | None
) -> None:
    track(
        kind(
            merge=merge.public_id,
            other=loser.display_name,
            by=by.name if by is not None else "",
            reason=merge.reason if kind is ContactMerged else "",
        ),
        workspace=root.workspace,
        contact=who_of(root),
        account=who_of_account(root.account),
        actor=by,
    )
