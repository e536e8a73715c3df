"""The made-up world: who lives in it, where they work, and by what they can be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from tests.bench.likeness import names_latin as latin
from tests.bench.likeness import names_scripts as scripts
from tests.bench.likeness.places import COUNTRIES, MAIL_PROVIDERS, City, Country, national_number
from tests.bench.likeness.records import Trap
from tests.bench.likeness.words import Culture, Word, for_address, inflected

if TYPE_CHECKING:
    from tests.bench.likeness.ways import Draft

CULTURES = (
    latin.ENGLISH, latin.GERMAN, latin.FRENCH, latin.SPANISH, latin.PORTUGUESE, latin.ITALIAN, latin.POLISH,
    latin.TURKISH, latin.NORDIC, latin.INDIAN, latin.VIETNAMESE, scripts.RUSSIAN, scripts.UKRAINIAN, scripts.ARABIC,
    scripts.HEBREW, scripts.CHINESE, scripts.JAPANESE, scripts.KOREAN,
)  # fmt: skip
_CULTURE_WEIGHTS = list(accumulate(culture.weight for culture in CULTURES))
# Of each country: who carries mail there, and their weights added up.
_CARRIERS = {
    code: (
        [domain for domain, _ in (*MAIL_PROVIDERS, *country.providers)],
        list(accumulate(weight for _, weight in (*MAIL_PROVIDERS, *country.providers))),
    )
    for code, country in COUNTRIES.items()
}
_BRANDS = """north bright clear silver green stone river oak harbor summit blue iron maple swift lumen terra nova delta
    quant aero vita cedar amber polar solar red kite wolf orbit fern""".split()
_BRAND_ENDS = """haven moor field gate works line path wood bridge point well ford lab craft wave port peak yard cast
    grove mark shire dock mill forge""".split()
_TRADES = "logistics software dental media foods textil energy consulting travel pharma tools print".split()
_ALIASES = """sunny tiger bluebird pixel moonlight shadow happy dragon cookie lucky rocket panda star ninja rose
    cat fox wolf77 dreamer zebra mango coffee biker gamer skater angel""".split()
_INBOXES = ("info", "info", "support", "sales", "office", "contact", "hello", "accounts")


@dataclass(frozen=True)
class Handle:
    """A mailbox, a telephone line or a browser, as it truly is. `trap` says how it is shared; none: it is one's own.

    `spells` says whether a mailbox spells its owner's full name out.
    """

    value: str
    trap: Trap | None = None
    spells: bool = False


@dataclass(frozen=True, eq=False)
class Company:
    """An employer; all its addresses are made by one pattern. Its second domain, if any, reaches the same mailboxes."""

    domains: tuple[str, ...]
    country: Country
    pattern: str
    office: Handle

    @property
    def inbox(self) -> Handle:
        """The mailbox that many of its people write from."""
        return Handle(f"{_INBOXES[len(self.domains[0]) % len(_INBOXES)]}@{self.domains[0]}", Trap.SHARED_INBOX)


@dataclass(frozen=True)
class Bait:
    """What makes profiles with this `key` look like one person's, where they show the fact that is named in `needs`:
    `name`, `full_name`, `email`, `account`."""

    trap: Trap
    key: str
    needs: str


@dataclass(eq=False)
class Person:
    """A human being; a moment is a number from 0 to 1, over the time that the workspace has seen.

    `root` is the family name as a man bears it. `shared_*` are handles that are used beside one's own. `ambiguous`:
    somebody near bears the very same name.
    """

    culture: Culture
    country: Country
    city: City
    woman: bool
    given: Word
    root: tuple[Word, ...]
    families: tuple[Word, ...]
    birth_year: int
    account: str
    mailboxes: list[Handle] = field(default_factory=list)
    jobs: list[tuple[Company, Handle]] = field(default_factory=list)
    moved_at: float = 2.0
    maiden: tuple[Word, ...] = ()
    married_at: float = -1.0
    line: Handle | None = None
    machines: list[Handle] = field(default_factory=list)
    shared_mailboxes: list[Handle] = field(default_factory=list)
    shared_lines: list[Handle] = field(default_factory=list)
    shared_machines: list[Handle] = field(default_factory=list)
    account_text: str = ""
    suffix: str = ""
    ambiguous: bool = False
    seen: tuple[float, float] = (0.0, 1.0)
    baits: list[Bait] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def job_at(self, moment: float) -> tuple[Company, Handle] | None:
        """Return where they work at a moment, and their mailbox there."""
        return self.jobs[-1 if moment >= self.moved_at else 0] if self.jobs else None

    def families_at(self, moment: float) -> tuple[Word, ...]:
        """Return the family names that they bear at a moment."""
        return self.maiden if moment < self.married_at else self.families

    @property
    def is_settled(self) -> bool:
        """Whether neither their work nor their name changes."""
        return self.moved_at > 1 and not self.maiden

    @property
    def native_key(self) -> str:
        """Their full name in their own script."""
        return " ".join(word.native for word in (self.given, *self.families))

    @property
    def latin_key(self) -> str:
        """Their full name in plain Latin letters, by which namesakes are counted."""
        return " ".join(for_address(word.latin[0]) for word in (self.given, self.families[0]))


class World:
    """Makes people, companies and handles; no two people are ever given the same one by chance."""

    def __init__(self, rng: Random, size: int) -> None:
        self.rng = rng
        self.size = size
        self.people: list[Person] = []
        self.verified: set[str] = set()
        self.external_ids: set[str] = set()
        self._taken: set[str] = set()
        self._companies: dict[str, list[Company]] = {}
        for _ in range(max(size // 10, 30)):
            self._found(COUNTRIES[self.culture_and_country()[1].code])

    def culture_and_country(self) -> tuple[Culture, Country]:
        """Draw what somebody is called like, and where they live."""
        culture = self.rng.choices(CULTURES, cum_weights=_CULTURE_WEIGHTS)[0]
        codes = [code for code, weight in culture.countries for _ in range(weight)]
        return culture, COUNTRIES[self.rng.choice(codes)]

    def company(self, country: Country) -> Company:
        """Draw an employer, mostly of the country; the first ones are large."""
        here = self._companies.get(country.code, [])
        if not here or self.rng.random() < 0.08:
            here = [company for companies in self._companies.values() for company in companies]
        # Ranks drawn this way thin out as one over the rank does.
        return here[int((len(here) + 1) ** self.rng.random()) - 1]

    def person(
        self,
        culture: Culture | None = None,
        country: Country | None = None,
        city: City | None = None,
        woman: bool | None = None,
        given: Word | None = None,
        family: tuple[Word, ...] = (),
        company: Company | None = None,
    ) -> Person:
        """Add somebody; what is not said is drawn. `family` is in the form that a man bears."""
        rng = self.rng
        if culture is None:
            culture, drawn = self.culture_and_country()
            country = country or drawn
        country = country or COUNTRIES[culture.countries[0][0]]
        woman = rng.random() < 0.5 if woman is None else woman
        families = family or tuple(rng.sample(culture.families, 2 if culture.two_families else 1))
        person = Person(
            culture, country, city or rng.choice(country.cities), woman,
            given or rng.choice(culture.women if woman else culture.men),
            families, tuple(inflected(word, culture.code, woman) for word in families),
            rng.randint(1950, 2004), self.account(),
        )  # fmt: skip
        self._settle(person, company)
        self.people.append(person)
        return person

    def _settle(self, person: Person, company: Company | None) -> None:
        """Give somebody mailboxes, work, a telephone, browsers, and perhaps a wedding."""
        rng = self.rng
        if person.woman and person.culture.marries and rng.random() < 0.12:
            maiden = inflected(rng.choice(person.culture.families), person.culture.code, True)
            person.maiden, person.married_at = (maiden, *person.families[1:]), rng.uniform(0.3, 0.8)
        person.mailboxes = [self.private_mailbox(person) for _ in range(1 + (rng.random() < 0.25))]
        if company or rng.random() < 0.55:
            self.hire(person, company or self.company(person.country))
            if rng.random() < 0.35:
                self.hire(person, self.company(person.country))
                person.moved_at = rng.uniform(0.3, 0.8)
        if rng.random() < 0.75:
            person.line = self.line(person.country)
        person.machines = [self.machine() for _ in range(rng.choice((1, 1, 2, 2, 3)))]

    def hire(self, person: Person, company: Company) -> None:
        """Give somebody a job, and the address that the company's pattern makes for them."""
        families = person.maiden or person.families
        first, last = for_address(person.given.latin[0]), for_address(families[0].latin[0])
        local = company.pattern.format(first=first, last=last, f=first[:1], l=last[:1])
        mailbox = self.mailbox(local, company.domains[0], spells=first in local and last in local)
        person.jobs.append((company, mailbox))

    def private_mailbox(self, person: Person) -> Handle:
        """Return a new mailbox with a provider that is usual where they live."""
        domains, weights = _CARRIERS[person.country.code]
        domain = self.rng.choices(domains, cum_weights=weights)[0]
        local, spells = self._private_local(person, domain)
        return self.mailbox(local, domain, spells)

    def _private_local(self, person: Person, domain: str) -> tuple[str, bool]:
        rng = self.rng
        if domain in {"qq.com", "163.com", "126.com"} and rng.random() < 0.7:
            return str(rng.randint(10**7, 10**9)), False
        first, last = (for_address(rng.choice(word.latin)) for word in (person.given, person.families[0]))
        year, digits = f"{person.birth_year % 100:02}", str(rng.randint(1, 999))
        kind = rng.randrange(100)
        for until, local, spells in (
            (30, f"{first}.{last}", True), (48, f"{first}{last}", True), (63, f"{first}.{last}{year}", True),
            (75, f"{first[:1]}{last}{digits}", False), (80, f"{last}.{first}", True), (88, f"{first}{digits}", False),
        ):  # fmt: skip
            if kind < until:
                return local, spells
        return f"{rng.choice(_ALIASES)}{rng.choice(('', '.', '_'))}{rng.choice(_ALIASES)}{digits}", False

    def mailbox(self, local: str, domain: str, spells: bool = False, trap: Trap | None = None) -> Handle:
        """Return a mailbox of this address, with a number added where somebody has it."""
        value, number = f"{local}@{domain}", 1
        while not self.take(value):
            number += 1
            value = f"{local}{number}@{domain}"
        return Handle(value, trap, spells)

    def take(self, address: str) -> bool:
        """Whether nobody had this address, nor one that reaches the same mailbox; from now on somebody has it."""
        local, _, domain = address.casefold().partition("@")
        key = (local.partition("+")[0].replace(".", "") if domain == "gmail.com" else local) + "@" + domain
        free = key not in self._taken
        self._taken.add(key)
        return free

    def line(self, country: Country, trap: Trap | None = None) -> Handle:
        """Return a new telephone number, as its national digits; a shared one is a landline."""
        while True:
            number = national_number(self.rng, country, trap in {Trap.OFFICE_PHONE, Trap.FAMILY_PHONE})
            if f"+{country.calling}{number}" not in self._taken:
                self._taken.add(f"+{country.calling}{number}")
                return Handle(number, trap)

    def machine(self, trap: Trap | None = None) -> Handle:
        """Return a new browser."""
        return Handle(f"{self.rng.getrandbits(96):024x}", trap)

    def account(self) -> str:
        """Return a new customer number of seven digits, the first of them a nought."""
        while True:
            number = f"{self.rng.randrange(1, 10**6):07}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _found(self, country: Country) -> None:
        rng = self.rng
        while True:
            brand, suffix = rng.choice(_BRANDS) + rng.choice(_BRAND_ENDS), rng.choice(country.suffixes)
            label = f"{brand}-{rng.choice(_TRADES)}" if rng.random() < 0.5 else brand
            if self.take(f"@{label}"):
                break
        domains = [label + suffix]
        if rng.random() < 0.2:
            domains.append(label + (".com" if suffix != ".com" else ".net"))
        patterns = ("{first}.{last}", "{f}{last}", "{f}.{last}", "{first}", "{first}{l}")
        pattern = rng.choices(patterns, (45, 18, 12, 15, 10))[0]
        company = Company(tuple(domains), country, pattern, self.line(country, Trap.OFFICE_PHONE))
        self._companies.setdefault(country.code, []).append(company)
