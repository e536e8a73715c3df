"""How good the suggestions of merges are: the labelled set is stored as a workspace's contacts, and for each of them
the product's own search is asked who it may be.

    make bench ARGS=likeness
    .venv/bin/python -m tests.bench.likeness_quality 3 --people 1000     in a run that has a database: another seed
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.bench.likeness.people import make_set
from tests.bench.likeness.records import LabelledSet, Pair, Profile
from tests.bench.likeness.scoring import Score, Share, score
from tests.stack import ROOT, Stack

if TYPE_CHECKING:
    from inbox.models import Contact
    from inbox.people.models import Workspace

# Contacts that are written and given their keys at a time.
BATCH = 1000


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table, and print what was found and what was wrongly suggested of each kind."""
    stack = Stack()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.likeness_quality"],
            cwd=ROOT, env=stack.env, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        stack.stop()
    found = json.loads(done.stdout.splitlines()[-1])
    for kinds in ("by_noise", "by_trap"):
        print(kinds.replace("_", " ") + ": " + ", ".join(f"{kind} {share}" for kind, share in found[kinds].items()))
    return [
        {"what": "suggested merges: precision (wrong ones beside)", "ours": found["precision"],
         "beside": found["wrong"], "ratio": round(found["precision"] / 0.95, 2), "aim": "≥ 0.95"},
        {"what": "suggested merges: recall (missed ones beside)", "ours": found["recall"], "beside": found["missed"],
         "ratio": round(found["recall"] / 0.9, 2), "aim": "≥ 0.9"},
    ]  # fmt: skip


def judged(labelled: LabelledSet, workspace: Workspace) -> Score:
    """Store the set's profiles in an empty workspace and return how good what is suggested for them is."""
    from inbox.contacts.likeness.judging import THRESHOLD

    return score(_suggested(_stored(labelled, workspace)), labelled, THRESHOLD)


def _stored(labelled: LabelledSet, workspace: Workspace) -> dict[int, tuple[Contact, str]]:
    """Return the contacts by their keys, each with its profile's id."""
    from inbox.contacts.likeness import store_keys
    from inbox.models import Account, Contact

    domains = sorted({profile.company_domain for profile in labelled.profiles} - {""})
    made = Account.objects.bulk_create(Account(workspace=workspace, domain=domain) for domain in domains)
    accounts = {account.domain: account for account in made}
    found: dict[int, tuple[Contact, str]] = {}
    for at in range(0, len(labelled.profiles), BATCH):
        profiles = labelled.profiles[at : at + BATCH]
        rows = Contact.objects.bulk_create(
            Contact(
                workspace=workspace, account=accounts.get(profile.company_domain), name=profile.name,
                email=profile.emails[0].value if profile.emails else "", phone=profile.phone, timezone=profile.timezone,
                attributes=dict(profile.attributes),
            )
            for profile in profiles
        )  # fmt: skip
        _know(rows, profiles)
        store_keys(rows)
        found |= {row.pk: (row, profile.id) for row, profile in zip(rows, profiles, strict=True)}
    return found


def _know(rows: list[Contact], profiles: tuple[Profile, ...]) -> None:
    """Write down what the contacts are known by."""
    from django.utils import timezone

    from inbox.contacts.identities import normalise
    from inbox.models import ContactDevice, Identity
    from inbox.models.contacts import IdentityKind

    now, identities, devices = timezone.now(), [], []
    for row, profile in zip(rows, profiles, strict=True):
        handles = [(IdentityKind.EMAIL, email.value, email.verified) for email in profile.emails]
        handles += [(IdentityKind.PHONE, profile.phone, False), (IdentityKind.EXTERNAL_ID, profile.external_id, False)]
        identities += [
            Identity(workspace=row.workspace, contact=row, kind=kind, value=normalise(kind, value),
                     verified_at=now if verified else None)
            for kind, value, verified in handles if value
        ]  # fmt: skip
        if profile.device:
            device = uuid.uuid5(uuid.NAMESPACE_OID, profile.device)
            devices.append(ContactDevice(workspace=row.workspace, contact=row, device=device))
    Identity.objects.bulk_create(identities)
    ContactDevice.objects.bulk_create(devices)


def _suggested(contacts: dict[int, tuple[Contact, str]]) -> Iterator[tuple[Pair, float]]:
    from inbox.contacts.likeness import find

    for contact, profile in contacts.values():
        for found in find(contact):
            yield frozenset((profile, contacts[found.contact.pk][1])), found.score


def _shares(kinds: dict[Any, Share]) -> dict[str, str]:
    return {kind.value: f"{share.count}/{share.total}" for kind, share in kinds.items()}


def _main() -> None:
    import django

    django.setup()
    from inbox.people.models import Workspace

    parser = argparse.ArgumentParser(description="Measures suggested merges on a labelled set.")
    parser.add_argument("seed", nargs="?", type=int, default=7)
    parser.add_argument("--people", type=int, default=4000)
    chosen = parser.parse_args()
    labelled = make_set(chosen.seed, chosen.people)
    result = judged(labelled, Workspace.objects.create(slug=f"likeness-{uuid.uuid4().hex[:8]}", name="Likeness"))
    told = {
        "precision": round(result.precision, 4), "recall": round(result.recall, 4), "wrong": result.wrong.count,
        "missed": result.found.total - result.found.count, "untrapped": result.untrapped,
        "unknowable": result.unknowable, "recall_at_98": round(result.recall_at(0.98), 4),
        "by_noise": _shares(dict(result.by_noise)), "by_trap": _shares(dict(result.by_trap)),
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    _main()
