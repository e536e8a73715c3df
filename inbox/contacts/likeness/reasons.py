"""Why two people may be one, in words for who decides it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b


class Code(StrEnum):
    """What speaks for one person; the last ones speak against it."""

    SAME_EMAIL = "same_email"
    NEAR_EMAIL = "near_email"
    SAME_LOCAL_PART = "same_local_part"
    SAME_PHONE = "same_phone"
    SAME_EXTERNAL_ID = "same_external_id"
    SAME_DEVICE = "same_device"
    SAME_NAME_AND_COMPANY = "same_name_and_company"
    SAME_NAME_AND_CITY = "same_name_and_city"
    SAME_NAME = "same_name"
    OTHER_GIVEN_NAME = "other_given_name"
    OTHER_SUFFIX = "other_suffix"
    OTHER_BIRTH_YEAR = "other_birth_year"
    OTHER_EXTERNAL_ID = "other_external_id"
    OTHER_MAILBOX = "other_mailbox"
    HOMOGRAPH = "homograph"


AGAINST = frozenset(
    (Code.OTHER_GIVEN_NAME, Code.OTHER_SUFFIX, Code.OTHER_BIRTH_YEAR, Code.OTHER_EXTERNAL_ID, Code.OTHER_MAILBOX,
     Code.HOMOGRAPH)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code, a plain sentence, and a short hash of what it rests on.

    The same facts give the same `evidence`, whichever of the two is asked about; other facts give another.
    """

    code: Code
    words: str
    evidence: str

    @property
    def is_warning(self) -> bool:
        """Whether it speaks against one person."""
        return self.code in AGAINST


def reason(code: Code, words: str, *rests_on: str) -> Reason:
    """Return a reason that rests on these values, in any order."""
    basis = "\0".join((code, *sorted(rests_on)))
    return Reason(code, words, blake2b(basis.encode(errors="replace"), digest_size=6).hexdigest())
