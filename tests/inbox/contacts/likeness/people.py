"""People for tests, from what is known of them."""

from __future__ import annotations

from inbox.contacts.likeness.facts import Facts, Handle
from inbox.contacts.likeness.judging import Verdict, judge
from inbox.contacts.likeness.keys import keys


def known(
    name: str = "",
    email: str = "",
    phone: str = "",
    external_id: str = "",
    device: str = "",
    company: str = "",
    timezone: str = "",
    *,
    verified: bool = False,
    **attributes: str,
) -> Facts:
    """Return what is known of somebody; `verified` says it of the email."""
    return Facts(
        names=(name,) if name else (),
        emails=(Handle(email, verified),) if email else (),
        phones=(Handle(phone),) if phone else (),
        external_ids=(Handle(external_id),) if external_id else (),
        devices=(device,) if device else (),
        companies=(company,) if company else (),
        timezones=(timezone,) if timezone else (),
        attributes=tuple(attributes.items()),
    )  # fmt: skip


def verdict(one: Facts, other: Facts, sharers: int = 2) -> Verdict:
    """Return what is thought of two; each key that they share is shared by so many contacts."""
    return judge(one, other, dict.fromkeys(keys(one).keys() & keys(other).keys(), sharers))


def codes(found: Verdict) -> set[str]:
    """Return the codes of the reasons."""
    return {str(reason.code) for reason in found.reasons}


def share(one: Facts, other: Facts, kind: str) -> bool:
    """Return whether two are found by a key of this kind."""
    return kind in {keys(one)[key] for key in keys(one).keys() & keys(other).keys()}
