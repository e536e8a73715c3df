"""Addresses: which mailbox one means, whose kind of mailbox it is, and whether two are a slip of the finger apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import idna
from rapidfuzz.distance import OSA

from inbox.contacts.likeness.homographs import is_mixed, looks
from inbox.contacts.likeness.mail_words import BRANDS, DOTLESS, HOMES, MISTAKEN, PLACEHOLDERS, PUBLIC, ROLES, TAGGED
from inbox.contacts.likeness.pet_names import is_given

LONGEST = 254
# Second-level names under which companies register in countries: acme.co.uk is acme's, not co's.
_SECOND_LEVEL = frozenset("ac co com edu go gob gouv gov gv me ne net nom or org plc ltd".split())
_UNDOTTED = {domain.replace(".", ""): domain for domain in PUBLIC}
# Nothing is ever delivered there. (Names like example.com and .test are other than that: trials and tests have people
# of their own under them, whom no two addresses confuse.)
_NOWHERE = ("invalid", "localhost")


@dataclass(frozen=True, slots=True)
class Address:
    """One address, read. `mailbox` is its normal form; `corrected` says that its domain was taken for a slip.

    A `placeholder` was put in for want of an address, a `role` is many people's, a `public` provider is nobody's
    company. `mixed`: a word of it is in two scripts at once.
    """

    value: str
    local: str
    domain: str
    company: str
    verified: bool
    corrected: bool
    public: bool
    role: bool
    placeholder: bool
    mixed: bool

    @property
    def mailbox(self) -> str:
        """The same text for all spellings of one mailbox."""
        return f"{self.local}@{self.domain}"

    @property
    def words(self) -> tuple[str, ...]:
        """What stands between dots, dashes, underlines and digits before the @."""
        return tuple(re.findall(r"[^\W\d_]+", self.value.partition("@")[0].partition("+")[0]))


@lru_cache(maxsize=4096)
def read(value: str, verified: bool = False) -> Address | None:
    """Return the address, or None where the text is none."""
    value = "".join(value.split()).casefold()
    local, at, domain = value.rpartition("@")
    domain = _ascii(domain.strip("."))
    if not at or not local or len(domain) < 4 or len(value) > LONGEST or not value.isprintable():
        return None
    meant = _meant(domain)
    local = _normal(local, meant)
    if not local:
        return None
    return Address(
        value=value, local=local, domain=meant, company=company_of(meant),
        verified=verified, corrected=meant != domain, public=not company_of(meant), role=_is_role(local),
        placeholder=_is_placeholder(local, meant),
        mixed=any(is_mixed(word) for word in re.findall(r"[^\W\d_]+", f"{local}@{_shown(meant)}")),
    )  # fmt: skip


def company_of(domain: str) -> str:
    """Return the part of a domain that a company goes by: `acme` for mail.acme.co.uk and acme.de. A provider's: ""."""
    labels = _ascii(domain.strip().casefold().strip(".")).split(".")
    if len(labels) < 2 or ".".join(labels) in PUBLIC or not labels[-2]:
        return ""
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    label = labels[-3] if deep else labels[-2]
    return "" if label in BRANDS else label


def are_homographs(one: Address, other: Address) -> bool:
    """Return whether two different addresses are taken for each other at a glance."""
    if one.mailbox == other.mailbox:
        return False
    if one.mixed != other.mixed and looks(one.local) == looks(other.local):
        return True
    seen = [looks(f"{address.local}@{_shown(address.domain)}") for address in (one, other)]
    return seen[0] == seen[1] or ((one.mixed or other.mixed) and OSA.distance(*seen, score_cutoff=1) <= 1)


def is_slip(one: Address, other: Address) -> bool:
    """Return whether one address is the other with a slip of the finger. Nobody can prove an address that has one."""
    if (one.verified and other.verified) or not (one.value + other.value).isascii():
        return False
    if one.mailbox == other.mailbox:
        return one.corrected or other.corrected
    if one.local == other.local:
        sisters = one.company == other.company
        return not (one.public and other.public) and not sisters and _slipped(one.domain, other.domain)
    return one.domain == other.domain and _slipped(one.local, other.local) and not _of_two(one, other)


def _of_two(one: Address, other: Address) -> bool:
    """Return whether two addresses differ where two people's do: in a number, in an initial, in a short word."""
    if re.sub(r"\D", "", one.local) != re.sub(r"\D", "", other.local):
        return True
    if one.local[0] != other.local[0] and one.local[:2] != other.local[1::-1]:
        return True
    if one.local[:-1] == other.local[:-1] and is_given(re.sub(r"[\W\d_]", "", one.local[:-1])):
        return True
    words, others = one.words, other.words
    if len(words) != len(others):
        return False
    return any(min(len(word), len(match)) < 4 and word != match for word, match in zip(words, others, strict=True))


def _slipped(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 5 else 1 if shorter < 12 else 2
    return 0 < OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain


def _shown(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def _normal(local: str, domain: str) -> str:
    """Return the part before the @ as its provider reads it. Elsewhere a plus is the company's own business."""
    if domain in TAGGED:
        local = local.partition("+")[0]
    return local.replace(".", "") if domain in DOTLESS else local


@lru_cache(maxsize=4096)
def _meant(domain: str) -> str:
    """Return the provider that a domain is a slip of, or the domain."""
    if domain == "googlemail.com":
        return "gmail.com"
    if domain in PUBLIC:
        return domain
    if "." not in domain:
        return _UNDOTTED.get(domain, domain)
    near = [provider for provider in MISTAKEN if OSA.distance(domain, provider, score_cutoff=1) == 1]
    return near[0] if len(near) == 1 else domain


def _is_role(local: str) -> bool:
    """Return whether many read a mailbox: a company's department, or everybody at somebody's home."""
    return local in ROLES or re.sub(r"[\W\d_]", "", local) in ROLES or bool(HOMES & set(re.split(r"[\W\d_]+", local)))


def _is_placeholder(local: str, domain: str) -> bool:
    labels = domain.split(".")
    if labels[-1] in _NOWHERE:
        return True
    bare = re.sub(r"[\W_]", "", local)
    if bare == labels[0] and len(bare) < 3:
        return True
    return (
        bare in PLACEHOLDERS
        or not bare
        or (len(bare) > 2 and len(set(bare)) == 1)
        or (len(plain := re.sub(r"\d+$", "", bare)) > 3 and plain in PLACEHOLDERS)
    )
