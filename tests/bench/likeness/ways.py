"""The ways in which people come to a workspace, and what of them each way shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from tests.bench.likeness.places import City, spelled
from tests.bench.likeness.records import Noise, Trap
from tests.bench.likeness.slips import mistyped, mistyped_domain
from tests.bench.likeness.world import Company, Handle, Person, World
from tests.bench.likeness.written import WrittenName, written_name

_OTHER_ZONES = ("America/New_York", "Europe/London", "Asia/Singapore", "UTC")
_TITLES = ("CEO", "Office manager", "Buyer", "Developer", "Accountant", "Head of sales", "Support lead", "")
_TAGS = ("shop", "news", "test", "app", "spam")
# Addresses that do not reach who wrote them.
_WRONG = {Noise.EMAIL_TYPO, Noise.DOMAIN_TYPO}


@dataclass(frozen=True)
class Way:
    """How often (0 to 1) a way in shows each fact, and shows it wrongly. `first` and `later` are weights among ways."""

    first: int
    later: int
    full_name: float = 0
    first_name: float = 0
    email: float = 0
    phone: float = 0
    device: float = 0
    account: float = 0
    company: float = 0
    city: float = 0
    own_script: float = 1
    pet: float = 0
    swapped: float = 0
    unaccented: float = 0
    name_slip: float = 0
    heard: bool = False
    name_case: float = 0
    email_slip: float = 0
    domain_slip: float = 0
    email_case: float = 0
    local_phone: float = 0


WAYS = {
    # A customer whom the site's server named, with a signature; so the address was typed rightly.
    "signed_in": Way(
        45, 15, full_name=0.95, first_name=0.03, email=1, phone=0.25, device=0.9, account=1, company=1, city=0.3,
        pet=0.12, unaccented=0.08, name_slip=0.01, name_case=0.05, email_case=0.05, local_phone=0.5,
    ),
    # Somebody who typed what the widget asked for.
    "chat": Way(
        30, 42, full_name=0.3, first_name=0.35, email=0.6, phone=0.08, device=1, city=0.1,
        pet=0.25, swapped=0.02, unaccented=0.3, name_slip=0.06, name_case=0.22, email_slip=0.08, domain_slip=0.05,
        email_case=0.12, local_phone=0.7,
    ),
    # A call, written down by an agent.
    "phone": Way(
        5, 12, full_name=0.55, first_name=0.3, email=0.12, phone=1, company=0.05, city=0.15, own_script=0.3,
        pet=0.25, swapped=0.05, unaccented=0.4, name_slip=0.2, heard=True, name_case=0.03, email_slip=0.15,
        domain_slip=0.06, email_case=0.03, local_phone=0.3,
    ),
    # A row of a spreadsheet or of another tool.
    "import": Way(
        20, 23, full_name=0.97, email=0.82, phone=0.55, account=0.35, company=0.6, city=0.5, own_script=0.6,
        pet=0.08, swapped=0.22, unaccented=0.35, name_slip=0.04, name_case=0.1, email_slip=0.02, domain_slip=0.01,
        email_case=0.12, local_phone=0.6,
    ),
    # Nothing but a browser.
    "visit": Way(0, 8, device=1),
}  # fmt: skip
_FIRST = [kind for kind, way in WAYS.items() for _ in range(way.first)]
_LATER = [kind for kind, way in WAYS.items() for _ in range(way.later)]


@dataclass(frozen=True)
class ShownEmail:
    """An address as it was written, whose it truly is, and what was done to it."""

    value: str
    mailbox: Handle
    verified: bool = False
    noise: Noise | None = None


@dataclass(eq=False)
class Draft:
    """A profile in the making, beside what is true of it. Its properties are to be asked for when it is made."""

    person: Person
    moment: float
    kind: str
    name: WrittenName | None = None
    emails: list[ShownEmail] = field(default_factory=list)
    phone: str = ""
    line: Handle | None = None
    device: Handle | None = None
    external_id: str = ""
    account: str = ""
    company: Company | None = None
    company_domain: str = ""
    city: City | None = None
    timezone: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    id: str = ""

    @cached_property
    def handles(self) -> frozenset[Handle]:
        """Everything by which the person can be reached that is shown."""
        known = (self.line, self.device, *(shown.mailbox for shown in self.emails))
        return frozenset(handle for handle in known if handle)

    @cached_property
    def families(self) -> frozenset[str]:
        """The family names that can be read, from the name or out of an address."""
        read = set(self.name.families) if self.name else set()
        if any(shown.mailbox.spells for shown in self.emails):
            read |= {word.native for word in (*self.person.maiden, *self.person.families)}
        return frozenset(read)

    @cached_property
    def given(self) -> bool:
        """Whether the given name can be read, from the name or out of an address."""
        return bool(self.name and self.name.given) or any(shown.mailbox.spells for shown in self.emails)


def arrive(
    world: World, person: Person, must: Collection[str] = (), first: str = "", times: int | None = None
) -> list[Draft]:
    """Let somebody come to the workspace, once or more; `must` are facts that the first coming shows, `first` its way.

    Facts: `name`, `email`, `phone`, `device`, `account`, `company`.
    """
    rng = world.rng
    # Who moves has a reason to come again.
    times = times or rng.choices((1, 2, 3, 4), (60, 25, 10, 5) if person.is_settled else (25, 45, 20, 10))[0]
    for at, moment in enumerate(sorted(rng.uniform(*person.seen) for _ in range(times))):
        kind = first if first and not at else rng.choice(_LATER if at else _FIRST)
        draft = Draft(person, moment, kind)
        _Coming(world, draft, must if not at else ()).show()
        person.drafts.append(draft)
    return person.drafts


class _Coming:
    """One coming of one person by one way."""

    def __init__(self, world: World, draft: Draft, must: Collection[str]) -> None:
        self.world, self.rng = world, world.rng
        self.draft, self.person = draft, draft.person
        self.kind, self.way, self.must = draft.kind, WAYS[draft.kind], must

    def show(self) -> None:
        """Fill the draft, each fact as often as the way has it."""
        way, chance = self.way, self.rng.random
        named = chance()
        full = "name" in self.must or named < way.full_name
        if full or named < way.full_name + way.first_name:
            self.draft.name = written_name(self.rng, self.person, self.draft.moment, way, full)
        for fact, often, put in (
            ("email", way.email, self._email), ("phone", way.phone, self._phone), ("device", way.device, self._device),
            ("account", way.account, self._account), ("company", way.company, self._company),
        ):  # fmt: skip
            if chance() < often or fact in self.must:
                put()
        self._place()

    def _shared(self, handles: list[Handle]) -> Handle | None:
        """A shared handle is what they first come with, and now and then later."""
        return self.rng.choice(handles) if handles and (not self.person.drafts or self.rng.random() < 0.4) else None

    def _email(self) -> None:
        job = self.person.job_at(self.draft.moment)
        own = [mailbox for mailbox in self.person.mailboxes for _ in range(3)][:4]
        if job:
            own += [job[1]] * (2 * len(own))
        if self.kind == "signed_in":
            # An account has an address of its own, as long as they have one left.
            own = [mailbox for mailbox in own if mailbox.value not in self.world.verified] or own
        mailbox = self._shared(self.person.shared_mailboxes) or self.rng.choice(own)
        self.draft.emails.append(self._written(mailbox))
        if self.kind in {"signed_in", "import"} and self.rng.random() < 0.08:
            other = self.rng.choice(self.person.mailboxes)
            if other != mailbox:
                self.draft.emails.append(ShownEmail(other.value, other))

    def _written(self, mailbox: Handle) -> ShownEmail:
        verified = False
        if self.kind == "signed_in" and mailbox.value not in self.world.verified and mailbox.trap != Trap.PLACEHOLDER:
            verified = self.rng.random() < 0.8
            if verified:
                self.world.verified.add(mailbox.value)
        value, noise = self._slipped(mailbox)
        return ShownEmail(value, mailbox, verified, noise)

    def _slipped(self, mailbox: Handle) -> tuple[str, Noise | None]:
        """Return an address as it comes to be written, with at most one thing done to it."""
        rng, plain = self.rng, mailbox.value
        local, _, domain = plain.partition("@")
        noise = self._noise(mailbox, domain)
        if noise == Noise.EMAIL_TYPO:
            value = f"{mistyped(rng, local)}@{domain}"
        elif noise == Noise.DOMAIN_TYPO:
            value = f"{local}@{mistyped_domain(rng, domain)}"
        elif noise == Noise.EMAIL_CASE:
            value = rng.choice((plain.upper(), plain.capitalize(), plain.title()))
        elif noise == Noise.PLUS_TAG:
            value = f"{local}+{rng.choice(_TAGS)}@{domain}"
        elif noise == Noise.GMAIL_DOTS:
            value = f"{_dotted(rng.randint(2, 5), local)}@{domain}"
        elif noise == Noise.SISTER_DOMAIN:
            value = f"{local}@{next(job[0].domains[-1] for job in self.person.jobs if job[1] == mailbox)}"
        else:
            return plain, None
        # A slip that lands on somebody else's address would be another story.
        if value == plain or (noise in _WRONG and not self.world.take(value)):
            return plain, None
        return value, noise

    def _noise(self, mailbox: Handle, domain: str) -> Noise | None:
        """Draw what is done to an address, of what can be."""
        if mailbox.trap == Trap.PLACEHOLDER:
            return None
        sisters = any(job[1] == mailbox and len(job[0].domains) > 1 for job in self.person.jobs)
        chance = self.rng.random()
        for often, noise in (
            (self.way.email_slip, Noise.EMAIL_TYPO), (self.way.domain_slip, Noise.DOMAIN_TYPO),
            (self.way.email_case, Noise.EMAIL_CASE),
            (0.06 if domain in {"gmail.com", "outlook.com"} else 0, Noise.PLUS_TAG),
            (0.1 if domain == "gmail.com" else 0, Noise.GMAIL_DOTS), (0.3 if sisters else 0, Noise.SISTER_DOMAIN),
        ):  # fmt: skip
            if chance < often:
                return noise
            chance -= often
        return None

    def _phone(self) -> None:
        line = self._shared(self.person.shared_lines) or self.person.line
        job = self.person.job_at(self.draft.moment)
        if line is None and job and job[0].country is self.person.country:
            line = job[0].office
        if line is None:
            line = self.person.line = self.world.line(self.person.country)
        self.draft.line, self.draft.phone = line, line.value
        if line.trap != Trap.PLACEHOLDER:
            self.draft.phone = spelled(self.rng, self.person.country, line.value, self.way.local_phone)

    def _device(self) -> None:
        usual, *others = self.person.machines
        own = self.rng.choice(others) if others and self.rng.random() < 0.5 else usual
        self.draft.device = self._shared(self.person.shared_machines) or own

    def _account(self) -> None:
        """A number is shown once as it is; a later import spells it otherwise, or it had found the same contact."""
        number, text = self.person.account, self.person.account_text or self.person.account
        known = [draft for draft in self.person.drafts if draft.account == number]
        if self.kind == "signed_in":
            if any(draft.kind == "signed_in" for draft in known):
                number = text = self.world.account()
        elif known or (self.kind == "import" and self.rng.random() < 0.3):
            text = self.rng.choice((text.lstrip("0"), f"#{text}", f"K-{text}", f"{text.lstrip('0')}.0"))
        if text not in self.world.external_ids:
            self.world.external_ids.add(text)
            self.draft.account, self.draft.external_id = number, text

    def _company(self) -> None:
        job = self.person.job_at(self.draft.moment)
        if job:
            self.draft.company, self.draft.company_domain = (
                job[0],
                self.rng.choice((job[0].domains[0], *job[0].domains)),
            )

    def _place(self) -> None:
        draft, person, rng = self.draft, self.person, self.rng
        job = person.job_at(draft.moment)
        if job and any(shown.mailbox == job[1] or shown.mailbox == job[0].inbox for shown in draft.emails):
            draft.company = job[0]
        if draft.device:
            draft.timezone = person.city.timezone if rng.random() < 0.95 else rng.choice(_OTHER_ZONES)
        if rng.random() < self.way.city:
            draft.city = person.city
            draft.attributes["city"] = rng.choice((person.city.names[0], *person.city.names))
        if self.kind == "import" and draft.company and (title := rng.choice(_TITLES)):
            draft.attributes["title"] = title
        if self.kind != "visit" and rng.random() < (0.5 if person.ambiguous else 0.06):
            draft.attributes["birth_year"] = str(person.birth_year)


def _dotted(at: int, local: str) -> str:
    """Return a local part with its dot gone, or with one put in."""
    if "." in local:
        return local.replace(".", "")
    return f"{local[:at]}.{local[at:]}" if at < len(local) else local
