"""Finding a person by what somebody remembers of them: a piece of a name, an email, a phone number."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from inbox.models import Contact, Identity

# A piece of a word is looked for from so many letters on; fewer are taken for its beginning.
FEWEST_WITHIN = 3
# Up to so many are named to the database one by one. More of them are so common that any page is soon full of them.
MOST_NAMED = 2_000
MOST_WORDS = 6
_PHONE = re.compile(r"[+0-9][0-9 ()./-]{4,}")


def found_roots(workspace: int, words: str) -> Q:
    """Return what holds for the roots of the persons whom words name, in a workspace (its key). One query.

    Any contact of a person may be the one that is named. Words that say nothing name nobody.
    """
    words = " ".join(words.replace("\0", "").split())
    if not words:
        return Q(pk__in=[])
    names = Contact.objects.filter(_name(words), workspace=workspace).annotate(top=Coalesce("root_id", "id"))
    known = Identity.objects.filter(_handle(words), workspace=workspace)
    known = known.annotate(top=Coalesce("contact__root_id", "contact_id"))
    parts = [part.order_by().values("top")[: MOST_NAMED + 1] for part in (names, known)]
    few = [row["top"] for row in parts[0].union(parts[1], all=True)]
    return Q(pk__in=set(few)) if len(few) <= MOST_NAMED else _row_by_row(words)


def _row_by_row(words: str) -> Q:
    """Return the same for words that name thousands: asked of each row as the list goes on, which soon has enough."""
    attached = Contact.objects.filter(_name(words), root=OuterRef("pk"))
    known = Identity.objects.filter(_handle(words))
    own, brought = known.filter(contact=OuterRef("pk")), known.filter(contact__root=OuterRef("pk"))
    return _name(words) | Q(Exists(own)) | Q(Exists(attached)) | Q(Exists(brought))


def found_accounts(words: str) -> Q:
    """Return what holds for the accounts that words name: by name, domain, or id."""
    name = Q(name__icontains=words) if len(words) >= FEWEST_WITHIN else Q(name__istartswith=words)
    return name | Q(domain__istartswith=words) | Q(external_id=words) | Q(stripe_customer_id=words)


def _name(words: str) -> Q:
    found = Q()
    for word in words.split()[:MOST_WORDS]:
        found &= Q(name__icontains=word) if len(word) >= FEWEST_WITHIN else _begins(word)
    return found


def _begins(word: str) -> Q:
    return Q(name__istartswith=word) | Q(name__icontains=f" {word}")


def _handle(words: str) -> Q:
    within = len(words) >= FEWEST_WITHIN
    found = Q(value__icontains=words) if within else Q(value__istartswith=words)
    if _PHONE.fullmatch(words):
        digits = re.sub(r"[^0-9+]", "", words)
        found |= Q(value__icontains=digits) if digits != words else Q()
    return found
