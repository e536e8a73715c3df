"""The records behind each number of the kickoff: one place says which they are, for counting and for listing."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Abs, Cast, Coalesce

from inbox.kickoff.week import Week
from inbox.models import Contact, Conversation, Message
from inbox.models.messages import AuthorKind, MessageKind
from inbox.models.sight import ConversationQuerySet
from inbox.people.models import Workspace
from notifications.models import Event
from notifications.words import Topic

# What changes in what customers pay, in the order of the page. The kinds are named as their leaf names them.
CUSTOMERS, TRIALS, UPGRADES, DOWNGRADES, CANCELLATIONS = (
    "customers", "trials", "upgrades", "downgrades", "cancellations",
)  # fmt: skip
CHANGES = (CUSTOMERS, TRIALS, UPGRADES, DOWNGRADES, CANCELLATIONS)
_SEATS = Q(kind="plan.quantity_changed")
_CATEGORY = Case(
    When(kind__in=("plan.started", "trial.converted"), then=Value(CUSTOMERS)),
    When(kind="trial.started", then=Value(TRIALS)),
    When(Q(kind="plan.upgraded") | _SEATS & Q(change__gt=0), then=Value(UPGRADES)),
    When(Q(kind="plan.downgraded") | _SEATS & Q(change__lt=0), then=Value(DOWNGRADES)),
    When(kind="plan.cancelled", then=Value(CANCELLATIONS)),
    default=None,
    output_field=CharField(null=True),
)
# Servers may say what a new customer is worth and not by how much that is more than nothing; and "20" for what a
# downgrade takes away.
_WORTH = Case(
    When(category=CUSTOMERS, then=Coalesce(F("change"), Cast(KT("data__mrr_minor"), BigIntegerField()))),
    When(category__in=(DOWNGRADES, CANCELLATIONS), then=-Abs(F("change"))),
    When(category=UPGRADES, then=Abs(F("change"))),
    default=None,
    output_field=BigIntegerField(null=True),
)


def changes(workspace: Workspace, week: Week) -> QuerySet[Any]:
    """Return the events of a week that change what customers pay, each with its `category` (one of CHANGES), its
    `worth` (minor units a month, with its sign; None where that is not known) and `currency` (None likewise)."""
    return (
        _events(workspace, week, Topic.FINANCIALS)
        .annotate(change=Cast(KT("data__change_minor"), BigIntegerField()))
        .annotate(category=_CATEGORY)
        .filter(category__isnull=False)
        .annotate(worth=_WORTH, currency=KT("data__currency"))
    )


def scores(workspace: Workspace, week: Week) -> QuerySet[Event]:
    """Return the scores that customers gave in a week: words without a score are none."""
    given = _events(workspace, week, Topic.CLIENT_FEEDBACK).filter(kind="feedback.given")
    return given.filter(data__score__isnull=False)


def signups(workspace: Workspace, week: Week) -> QuerySet[Contact]:
    """Return the persons who signed up in a week."""
    found = Contact.objects.filter(workspace=workspace, root__isnull=True)
    return found.filter(signed_up_at__gte=week.begin, signed_up_at__lt=week.end)


def conversations(workspace: Workspace, week: Week) -> ConversationQuerySet:
    """Return the conversations that customers began in a week: what a teammate began waits for no reply."""
    theirs = Message.objects.filter(
        conversation=OuterRef("pk"), public_seq=1, kind=MessageKind.REPLY, author_kind=AuthorKind.CONTACT
    )
    found = Conversation.objects.filter(workspace=workspace, created_at__gte=week.begin, created_at__lt=week.end)
    return found.filter(Exists(theirs))


def _events(workspace: Workspace, week: Week, topic: Topic) -> QuerySet[Event]:
    found = Event.objects.filter(workspace=workspace, topic=topic)
    return found.filter(occurred_at__gte=week.begin, occurred_at__lt=week.end)
