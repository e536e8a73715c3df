"""What the labelled set is made of: profiles as a workspace has them, and what is true of each pair of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Two profile ids.
Pair = frozenset[str]


class Noise(StrEnum):
    """How two profiles of one person differ; a pair may have several kinds."""

    PLAIN = "plain"  # nothing differs in what both of them show
    EMAIL_CASE = "email_case"
    EMAIL_TYPO = "email_typo"
    DOMAIN_TYPO = "domain_typo"
    PLUS_TAG = "plus_tag"
    GMAIL_DOTS = "gmail_dots"
    SECOND_ADDRESS = "second_address"
    SECOND_ACCOUNT = "second_account"
    SISTER_DOMAIN = "sister_domain"
    JOB_CHANGE = "job_change"
    NAME_TYPO = "name_typo"
    NAME_CASE = "name_case"
    NAME_ORDER = "name_order"
    NICKNAME = "nickname"
    INITIAL = "initial"
    FIRST_NAME_ONLY = "first_name_only"
    NO_NAME = "no_name"
    ACCENTS_LOST = "accents_lost"
    TRANSLITERATION = "transliteration"
    DOUBLE_SURNAME = "double_surname"
    MARRIED_NAME = "married_name"
    PHONE_SPELLING = "phone_spelling"
    EXTERNAL_ID_SPELLING = "external_id_spelling"
    DEVICE_ONLY = "device_only"  # the browser is all that they have in common
    NAME_ONLY = "name_only"  # the name, and a company or a city, are all that they have in common


class Trap(StrEnum):
    """Why two profiles of different people may look like one person's; a pair may be caught in several."""

    FAMILY_DEVICE = "family_device"
    FAMILY_PHONE = "family_phone"
    FAMILY_ADDRESS = "family_address"
    NAMESAKE_KIN = "namesake_kin"
    COLLEAGUE = "colleague"
    SHARED_INBOX = "shared_inbox"
    OFFICE_PHONE = "office_phone"
    KIOSK = "kiosk"
    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"
    NEAR_ADDRESS = "near_address"
    HOMOGRAPH = "homograph"
    RECYCLED_PHONE = "recycled_phone"
    SUCCESSOR = "successor"
    PLACEHOLDER = "placeholder"
    LOOKALIKE_ID = "lookalike_id"


@dataclass(frozen=True)
class Email:
    """An address of a profile; verified ones are held by one profile alone, whatever their case."""

    value: str
    verified: bool


@dataclass(frozen=True)
class Profile:
    """A contact as it came in. What is not known is empty; `order` counts from 0, the oldest first.

    `device` is the token of a browser, `timezone` an IANA name, `company_domain` that of the contact's account.
    """

    id: str
    name: str
    emails: tuple[Email, ...]
    phone: str
    external_id: str
    device: str
    company_domain: str
    timezone: str
    order: int
    # Of `city`, `title` and `birth_year`, what is known.
    attributes: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class LabelledSet:
    """Profiles, and the truth about them.

    `persons` are the profile ids of each true person. Of two profiles of one person, the pair is in `same` where a
    careful reader could tell, with its kinds of noise in `noise`. `traps` are pairs of different people that are
    worth a look of their own. `unknowable` pairs count neither way. Every pair that is in none of these is of two
    different people.
    """

    profiles: tuple[Profile, ...]
    persons: tuple[frozenset[str], ...]
    same: frozenset[Pair]
    unknowable: frozenset[Pair]
    noise: Mapping[Pair, frozenset[Noise]]
    traps: Mapping[Pair, frozenset[Trap]]
