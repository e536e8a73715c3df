"""How long it takes to find out who a new visitor may be, in a workspace of 10,000 and of 1,000,000 contacts.

The contacts are copies of a labelled set. Each copy has mailboxes, numbers, browsers, customer numbers and companies of
its own; the names are the same in all of them, so a name is shared by some 150 times as many as it should be, which is
worse than life. The databases are kept with those of `pages`, and made anew when a migration is added or keys are made
otherwise.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg

from settings import services
from tests.bench import big
from tests.bench.likeness.people import make_set
from tests.bench.likeness.records import Profile
from tests.stack import ROOT

if TYPE_CHECKING:
    from inbox.contacts.likeness.facts import Facts
    from inbox.models import Contact

# Of each table, what is to be copied into it.
Rows = dict[str, list[tuple[Any, ...]]]
SMALL, LARGE = 10_000, 1_000_000
ROUNDS, WARM = 300, 30
# Of the base set; who is looked for and is not there comes from another.
SEED, STRANGERS = 1, 2
NOW = "2026-01-01"
_TABLES = {
    "inbox_account": "id workspace_id external_id name domain plan status timezone modules currency "
    "stripe_customer_id stripe_subscription_id attributes created_at updated_at",
    "inbox_contact": "id public_id workspace_id account_id name email phone timezone attributes created_at updated_at",
    "inbox_identity": "workspace_id contact_id kind value verified_at created_at",
    "inbox_contactdevice": "workspace_id contact_id device created_at",
    "inbox_matchkey": "workspace_id contact_id key",
}


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    with big.servers() as urls:
        found = {size: _probe(_made(urls.database, size), urls) for size in (SMALL, LARGE)}
    small, large = found[SMALL], found[LARGE]
    print(f"a suggestion for {large['answered']:.0%} of the visitors; {large['keys']:.1f} keys a contact; "
          f"{large['queries']} queries")  # fmt: skip
    return [
        {"what": f"who may this be, among {LARGE:,} beside {SMALL:,} contacts, {name} (ms)",
         "ours": round(large[key], 2), "beside": round(small[key], 2),
         "ratio": round(large[key] / small[key], 2), "aim": aim}
        for name, key, aim in (("p95", "p95", "< 30 ms, < 2×"), ("median", "p50", "< 2×"))
    ]  # fmt: skip


def _probe(url: str, urls: services.Urls) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.likeness_speed", "probe"],
        cwd=ROOT, env=_env(url, urls.redis), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _env(url: str, redis: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "REDIS_URL": redis, "DJANGO_SETTINGS_MODULE": "settings.local"}


def _made(url: str, size: int) -> str:
    """Return the DATABASE_URL of a database with so many contacts, made now unless it is there from before."""
    base, _, _ = url.rpartition("/")
    name = f"likeness_{size}_{_fingerprint()}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        names = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        if name in names:
            return f"{base}/{name}"
        for old in names:
            if old.startswith(f"likeness_{size}_"):
                admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        admin.execute(f"CREATE DATABASE {name}_making")
    began, env = time.monotonic(), _env(f"{base}/{name}_making", "redis://nowhere")
    print(f"making {size:,} contacts …", flush=True)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.likeness_speed", str(size)], cwd=ROOT, env=env, check=True)
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name}_making RENAME TO {name}")
    print(f"… in {time.monotonic() - began:.0f} s", flush=True)
    return f"{base}/{name}"


def _fingerprint() -> str:
    """Return something that changes when a migration is added, or keys may be made otherwise."""
    migrations = sorted(path.name for path in ROOT.glob("*/**/migrations/0*.py") if ".venv" not in path.parts)
    code = [path.read_text() for path in sorted((ROOT / "inbox" / "contacts" / "likeness").glob("*.py"))]
    return hashlib.sha256("".join(migrations + code).encode()).hexdigest()[:8]


def _fill(size: int) -> None:
    from inbox.people.models import Workspace

    workspace = Workspace.objects.create(slug="likeness", name="Likeness").pk
    copies = -(-size // len(make_set(SEED).profiles))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_write, [workspace] * copies, range(copies), [size] * copies))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for table in ("inbox_account", "inbox_contact"):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        connection.execute("VACUUM ANALYZE")


def _write(workspace: int, copy: int, size: int) -> None:
    """Write one copy of the set, of which the last one may be a part."""
    import django

    django.setup()
    profiles = make_set(SEED).profiles
    first = copy * len(profiles)
    rows: Rows = {table: [] for table in _TABLES}
    accounts: dict[str, int] = {}
    for at, original in enumerate(profiles[: size - first], first + 1):
        profile = _copied(original, copy)
        if (domain := profile.company_domain) and domain not in accounts:
            accounts[domain] = at
            rows["inbox_account"].append(_account(workspace, at, domain))
        _add(rows, workspace, at, profile, accounts.get(domain))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        # What is copied fits together: foreign keys need not be checked, which takes longer than the copying.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for table, columns in _TABLES.items():
            with cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as target:
                for row in rows[table]:
                    target.write_row(row)


def _add(
    rows: dict[str, list[tuple[Any, ...]]], workspace: int, at: int, profile: Profile, account: int | None
) -> None:
    """Add the rows of one contact."""
    from inbox.contacts.likeness.keys import keys

    email = profile.emails[0].value if profile.emails else ""
    rows["inbox_contact"].append((
        at, uuid.uuid4(), workspace, account, profile.name, email, profile.phone, profile.timezone,
        json.dumps(dict(profile.attributes)), NOW, NOW,
    ))  # fmt: skip
    handles = {("email", one.value.lower()): one.verified for one in profile.emails}
    handles |= {("phone", profile.phone): False, ("external_id", profile.external_id): False}
    rows["inbox_identity"] += [
        (workspace, at, kind, value, NOW if verified else None, NOW)
        for (kind, value), verified in handles.items()
        if value
    ]
    if profile.device:
        rows["inbox_contactdevice"].append((workspace, at, uuid.UUID(profile.device), NOW))
    rows["inbox_matchkey"] += [(workspace, at, key) for key in keys(facts_of_profile(profile))]


def _account(workspace: int, at: int, domain: str) -> tuple[Any, ...]:
    return (at, workspace, domain, "", domain, "", "active", "", "{}", "", "", "", "{}", NOW, NOW)


def _copied(profile: Profile, copy: int) -> Profile:
    """Return the profile of somebody else of the same name."""
    digits = "".join(letter for letter in profile.phone if letter.isdigit())
    return replace(
        profile,
        emails=tuple(replace(one, value=_numbered(one.value, copy)) for one in profile.emails),
        phone=f"{digits[:-6]}{(int(digits[-6:]) + 7919 * copy) % 1_000_000:06}" if len(digits) > 9 else "",
        external_id=f"{copy}{profile.external_id}" if profile.external_id else "",
        device=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{profile.device} {copy}")) if profile.device else "",
        company_domain=_numbered_domain(profile.company_domain, copy) if profile.company_domain else "",
    )


def _numbered(address: str, copy: int) -> str:
    from inbox.contacts.likeness.mail import company_of

    local, _, domain = address.rpartition("@")
    return f"{local}@{_numbered_domain(domain, copy)}" if company_of(domain) else f"{local}.{copy}@{domain}"


def _numbered_domain(domain: str, copy: int) -> str:
    label, dot, rest = domain.partition(".")
    return f"{label}-{copy}{dot}{rest}"


def facts_of_profile(profile: Profile) -> Facts:
    """Return what a profile shows, as the matcher takes it."""
    from inbox.contacts.likeness.facts import Facts, Handle

    return Facts(
        names=(profile.name,) if profile.name else (),
        emails=tuple(Handle(one.value.lower(), one.verified) for one in profile.emails),
        phones=(Handle(profile.phone),) if profile.phone else (),
        external_ids=(Handle(profile.external_id),) if profile.external_id else (),
        devices=(profile.device,) if profile.device else (),
        companies=(profile.company_domain,) if profile.company_domain else (),
        timezones=(profile.timezone,) if profile.timezone else (),
        attributes=tuple(profile.attributes.items()),
    )


def _take() -> dict[str, Any]:
    """Return how long visitors are looked for, in milliseconds. What it writes for that is taken back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from inbox.contacts.likeness import find, store_keys
    from inbox.models import MatchKey

    times, answered, queries = [], 0, 0
    with transaction.atomic():
        for contact in _visitors():
            store_keys([contact])
            began = time.perf_counter()
            found = find(contact)
            times.append((time.perf_counter() - began) * 1000)
            answered += bool(found)
        with CaptureQueriesContext(connection) as captured:
            find(contact)
        queries = len(captured)
        sample = MatchKey.objects.filter(contact__lte=2000).count() / 2000
        transaction.set_rollback(True)
    times = times[WARM:]
    return {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[18], "queries": queries,
            "answered": answered / (ROUNDS + WARM), "keys": sample}  # fmt: skip


def _visitors() -> Iterator[Contact]:
    """Yield new contacts: in turn with somebody's address, with a number and a name, with a browser, and strangers."""
    from inbox.contacts.identities import claim
    from inbox.models import Contact, ContactDevice
    from inbox.people.models import Workspace

    # Its secrets are of the run that made it, under keys that are gone.
    workspace = Workspace.objects.only("pk").get(slug="likeness")
    known = Contact.objects.filter(workspace=workspace).order_by("pk")
    last = known.reverse().values_list("pk", flat=True)[0]
    strangers = [profile for profile in make_set(STRANGERS).profiles if profile.emails]
    for at in range(ROUNDS + WARM):
        of, stranger = known.filter(pk__gt=(at * 104_729) % (last // 2)), strangers[at]
        if at % 4 == 0:
            contact = Contact(email=of.exclude(email="")[0].email)
        elif at % 4 == 1:
            somebody = of.exclude(phone="").exclude(name="")[0]
            contact = Contact(name=somebody.name, phone=somebody.phone, timezone=somebody.timezone)
        else:
            contact = Contact(name=stranger.name, email=_numbered(stranger.emails[0].value, at))
        device = of.exclude(devices=None)[0].devices.all()[0].device if at % 4 == 2 else uuid.uuid4()
        contact.workspace = workspace
        contact.save()
        for kind, value in (("email", contact.email), ("phone", contact.phone)):
            if value:
                claim(contact, kind, value)
        ContactDevice.objects.create(workspace=workspace, contact=contact, device=device)
        yield contact


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "probe":
        print(json.dumps(_take()))
    else:
        _fill(int(sys.argv[1]))
