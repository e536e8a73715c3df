"""Scenes in which different people come to look like one: each adds a few people, and lets them come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

from tests.bench.likeness.records import Trap
from tests.bench.likeness.ways import arrive
from tests.bench.likeness.words import Culture, Word, for_address
from tests.bench.likeness.world import CULTURES, Bait, Handle, Person, World

_HOMOGRAPHS = str.maketrans("aeopcxyi", "аеорсхуі")
_PLACES = ("none@none.com", "test@test.com", "noemail@noemail.com", "a@a.com", "unknown@example.com")
_NO_NUMBERS = ("0000000000", "1111111111", "123456789", "999999999")
_SUFFIXES = {"de": ("sen.", "jun."), "fr": ("père", "fils"), "es": ("padre", "hijo"), "pt": ("pai", "Filho")}
_ROLES = ("ceo", "finance", "purchasing", "head.of.it", "assistant", "warehouse")


def family(world: World) -> None:
    """People of one surname and home, who share a browser, a landline or an address."""
    rng = world.rng
    one = world.person(woman=False)
    others = [
        world.person(one.culture, one.country, one.city, family=one.root, woman=rng.random() < (0.9, 0.5)[at > 0])
        for at in range(rng.choice((1, 1, 1, 2, 3)))
    ]
    members = [one, *others]
    shared = rng.sample((Trap.FAMILY_DEVICE, Trap.FAMILY_PHONE, Trap.FAMILY_ADDRESS), rng.choice((1, 1, 2)))
    must = {"name"} if rng.random() < 0.7 else set()
    _share(world, members, shared)
    needs = {Trap.FAMILY_DEVICE: "device", Trap.FAMILY_PHONE: "phone", Trap.FAMILY_ADDRESS: "email"}
    for person in members:
        arrive(world, person, must | {needs[trap] for trap in shared})


def _share(world: World, members: list[Person], traps: list[Trap]) -> None:
    one = members[0]
    name = for_address(one.families[0].latin[0])
    mailbox = one.mailboxes[0].value  # that of one of them, or one for all
    if world.rng.random() < 0.6:
        mailbox = world.mailbox(world.rng.choice((f"family.{name}", f"{name}s", f"{name}.home")), "gmail.com").value
    elif Trap.FAMILY_ADDRESS in traps:
        one.mailboxes = [world.private_mailbox(one)]
    for trap in traps:
        line, machine = world.line(one.country, Trap.FAMILY_PHONE), world.machine(Trap.FAMILY_DEVICE)
        for person in members:
            if trap == Trap.FAMILY_DEVICE:
                person.shared_machines.append(machine)
            elif trap == Trap.FAMILY_PHONE:
                person.shared_lines.append(line)
            else:
                person.shared_mailboxes.append(Handle(mailbox, trap))


def namesake_kin(world: World) -> None:
    """Father and son of one name, at one home."""
    rng = world.rng
    father = world.person(woman=False)
    son = world.person(father.culture, father.country, father.city, family=father.root, woman=False, given=father.given)
    father.birth_year, son.birth_year = rng.randint(1945, 1965), rng.randint(1976, 2002)
    father.suffix, son.suffix = _SUFFIXES.get(father.culture.code, ("Sr.", "Jr."))
    _share(world, [father, son], [rng.choice((Trap.FAMILY_DEVICE, Trap.FAMILY_PHONE, Trap.FAMILY_ADDRESS))])
    _bait(Trap.NAMESAKE_KIN, "full_name", father, father, son)
    for person in (father, son):
        person.ambiguous = True
        arrive(world, person, {"name", "device", "email"})


def colleagues(world: World) -> None:
    """People of one company with a like name: one initial, one given name, or all of it."""
    rng = world.rng
    culture, country = world.culture_and_country()
    company = world.company(country)
    one = world.person(culture, country, company=company)
    names = culture.women + culture.men
    alike = [word for word in names if word.latin[0][0] == one.given.latin[0][0] and word != one.given]
    rhyming = [word for word in culture.families if word.latin[0][0] == one.families[0].latin[0][0]]
    kind = rng.random()
    if kind < 0.6 and alike:
        given = rng.choice(alike)
        woman = given in culture.women
        other = world.person(culture, country, woman=woman, given=given, family=one.root, company=company)
    elif kind < 0.9:
        family = tuple(rng.choice(rhyming) if not at else word for at, word in enumerate(one.root))
        other = world.person(culture, country, woman=one.woman, given=one.given, family=family, company=company)
    else:
        other = world.person(culture, country, woman=one.woman, given=one.given, family=one.root, company=company)
    if one.native_key == other.native_key:
        one.ambiguous = other.ambiguous = True
    _bait(Trap.COLLEAGUE, "work_name", one, one, other)
    for person in (one, other):
        person.mailboxes = person.mailboxes[:1]
        arrive(world, person, {"name", "email", "company"}, first=rng.choice(("signed_in", "import")))


def shared_inbox(world: World) -> None:
    """People of one company who write from its info@ and call from its switchboard."""
    rng = world.rng
    culture, country = world.culture_and_country()
    company = world.company(country)
    kind = rng.choice(("email", "email", "phone"))
    for _ in range(rng.randint(2, 6)):
        person = world.person(culture if rng.random() < 0.7 else None, country, company=company)
        if kind == "email":
            person.shared_mailboxes.append(company.inbox)
        else:
            person.shared_lines.append(company.office)
        arrive(world, person, {kind}, first=rng.choice(("chat", "import") if kind == "email" else ("phone", "import")))


def kiosk(world: World) -> None:
    """A browser in a library, at which dozens sit."""
    rng = world.rng
    machine = world.machine(Trap.KIOSK)
    _, country = world.culture_and_country()
    city = rng.choice(country.cities)
    for _ in range(min(rng.randint(24, 44), world.size // 25)):
        culture, home = world.culture_and_country()
        person = world.person(culture, home)
        person.city = city
        person.shared_machines.append(machine)
        arrive(world, person, {"device"}, first=rng.choice(("chat", "chat", "signed_in")))


def same_name(world: World) -> None:
    """A common name, borne by people who have nothing to do with one another."""
    rng = world.rng
    culture, country = world.culture_and_country()
    woman = rng.random() < 0.5
    given = rng.choice((culture.women if woman else culture.men)[:6])
    family = tuple(rng.sample(sorted(set(culture.families[:6]), key=culture.families.index), 1 + culture.two_families))
    for _ in range(rng.choice((2, 2, 3, 4))):
        person = world.person(culture, country, woman=woman, given=given, family=family)
        arrive(world, person, {"name"})


def same_sound(world: World) -> None:
    """Names of other characters that are one in Latin letters."""
    rng = world.rng
    culture, homophones = rng.choice(_homophones())
    family = (rng.choice(culture.families),)
    for given in homophones[:2]:
        person = world.person(culture, given=given, family=family, woman=given in culture.women)
        person.baits.append(Bait(Trap.SAME_SOUND, f"{culture.code} {given.latin[0]} {family[0].native}", "full_name"))
        arrive(world, person, {"name"})


@cache
def _homophones() -> list[tuple[Culture, list[Word]]]:
    found = []
    for culture in CULTURES:
        by_sound: dict[str, list[Word]] = defaultdict(list)
        for word in culture.women + culture.men:
            if culture.scripted and word.native not in {other.native for other in by_sound[word.latin[0]]}:
                by_sound[word.latin[0]].append(word)
        found += [(culture, group) for group in by_sound.values() if len(group) > 1]
    return found


def homograph(world: World) -> None:
    """Somebody who puts on another one's name and an address that looks like theirs, by letters of another script."""
    rng = world.rng
    victim = world.person()
    arrive(world, victim, {"name", "email"}, first="signed_in")
    attacker = world.person(victim.culture, victim.country, woman=victim.woman, given=victim.given)
    attacker.families, attacker.maiden, attacker.jobs, attacker.ambiguous = victim.families, (), [], True
    victim.ambiguous = True
    local, _, domain = victim.drafts[0].emails[0].mailbox.value.partition("@")
    disguised = local.translate(_HOMOGRAPHS)
    if rng.random() < 0.3 or disguised == local:
        domain = domain.translate(_HOMOGRAPHS)
    else:
        local = disguised
    attacker.mailboxes = [world.mailbox(local, domain)]
    _bait(Trap.HOMOGRAPH, "email", victim, victim, attacker)
    arrive(world, attacker, {"name", "email"}, first="chat", times=1)


def recycled_phone(world: World) -> None:
    """A number that was given up, and given to somebody else."""
    culture, country = world.culture_and_country()
    line = world.line(country, Trap.RECYCLED_PHONE)
    for seen in ((0.0, 0.45), (0.55, 1.0)):
        person = world.person(culture if world.rng.random() < 0.7 else None, country)
        person.seen, person.line = seen, line
        arrive(world, person, {"phone"} | ({"name"} if world.rng.random() < 0.8 else set()))


def successor(world: World) -> None:
    """Somebody who inherits a post, and its address."""
    rng = world.rng
    culture, country = world.culture_and_country()
    company = world.company(country)
    mailbox = world.mailbox(rng.choice(_ROLES), company.domains[0], trap=Trap.SUCCESSOR)
    for seen in ((0.0, 0.45), (0.55, 1.0)):
        person = world.person(culture, country, company=company)
        person.seen, person.jobs, person.moved_at = seen, [(company, mailbox)], 2.0
        person.shared_mailboxes.append(mailbox)
        arrive(world, person, {"email"} | ({"name"} if rng.random() < 0.8 else set()))


def near_address(world: World) -> None:
    """Addresses of different people that are one slip apart, or that differ in nothing but the provider."""
    rng = world.rng
    culture, country = world.culture_and_country()
    givens = [rng.choice(culture.women + culture.men)] * 2
    if rng.random() < 0.4 and (near := _near(culture)):
        givens = list(rng.choice(near))
    one = world.person(culture, country, woman=givens[0] in culture.women, given=givens[0])
    other = world.person(culture, country, woman=givens[1] in culture.women, given=givens[1], family=one.root)
    last, domain = for_address(one.families[0].latin[0]), rng.choice(("gmail.com", "yahoo.com", "outlook.com"))
    firsts = [for_address(person.given.latin[0]) for person in (one, other)]
    year = rng.randint(10, 98)
    kind = rng.random()
    for at, person in enumerate((one, other)):
        where = "hotmail.com" if at and kind < 0.4 else domain
        number = "" if kind < 0.4 or firsts[0] != firsts[1] else str(year + at)
        person.mailboxes = [world.mailbox(f"{firsts[at]}.{last}{number}", where, spells=True)]
        person.jobs, person.ambiguous = [], firsts[0] == firsts[1]
        _bait(Trap.NEAR_ADDRESS, "email", one, person)
        arrive(world, person, {"email"})


@cache
def _near(culture: Culture) -> list[tuple[Word, Word]]:
    """Return given names that are one letter apart in an address."""
    names = sorted({for_address(word.latin[0]): word for word in culture.women + culture.men}.items())
    return [
        (one, other) for first, one in names for second, other in names
        if abs(len(first) - len(second)) == 1 and any(
            first[:at] + first[at + 1 :] == second for at in range(len(first))
        )
    ]  # fmt: skip


def placeholder(world: World) -> None:
    """Rows of an import where somebody had to put an address or a number, and put any."""
    rng = world.rng
    mail = rng.random() < 0.6
    nothing = Handle(rng.choice(_PLACES if mail else _NO_NUMBERS), Trap.PLACEHOLDER)
    for _ in range(min(rng.randint(6, 14), world.size // 25)):
        person = world.person()
        (person.shared_mailboxes if mail else person.shared_lines).append(nothing)
        arrive(world, person, {"email" if mail else "phone"}, first="import")


def lookalike_id(world: World) -> None:
    """Customers of two systems that both count from one."""
    number = world.account().lstrip("0")
    for system in world.rng.sample(("crm", "shop", "erp", "web"), 2):
        person = world.person()
        person.account_text = f"{system}-{number}"
        person.baits.append(Bait(Trap.LOOKALIKE_ID, number, "account"))
        arrive(world, person, {"account"}, first="signed_in")


def ordinary(world: World) -> None:
    """Somebody who is in nobody's way."""
    arrive(world, world.person())


# Each scene, and its share of all people in thousandths; the rest is ordinary.
SHARES: tuple[tuple[Callable[[World], None], int], ...] = (
    (family, 90), (namesake_kin, 20), (colleagues, 45), (shared_inbox, 45), (kiosk, 26), (same_name, 35),
    (same_sound, 12), (homograph, 16), (recycled_phone, 24), (successor, 20), (near_address, 26), (placeholder, 22),
    (lookalike_id, 10),
)  # fmt: skip
# No scene adds more people than this.
LARGEST = 44


def played(world: World) -> Iterator[Person]:
    """Play all scenes, and then ordinary life until the world has its size; yield everybody who came."""
    for scene, share in SHARES:
        until = len(world.people) + world.size * share // 1000
        while len(world.people) < min(until, world.size - LARGEST):
            scene(world)
    while len(world.people) < world.size:
        ordinary(world)
    yield from world.people


def _bait(trap: Trap, needs: str, key: Person, *people: Person) -> None:
    for person in people:
        person.baits.append(Bait(trap, key.account, needs))
