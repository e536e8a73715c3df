"""What the mail provider found of a letter's sender. Pure.

Only the provider's own words count: fields of its webhook, or the topmost header of a name, as whoever takes a letter
in writes above what is there. Where nothing is told the verdict is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any

Verdict = dict[str, str]

_RESULT = re.compile(r"(?:^|;)\s*(dmarc|spf|dkim)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_SIGNER = re.compile(r"header\.(?:d|i)\s*=\s*\S*?@?([a-z0-9.-]+)(?=[\s;]|$)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_SENDGRID_DKIM = re.compile(r"@([a-z0-9.-]+)\s*:\s*pass", re.IGNORECASE)


def verdict_of(letter: Message, sender: str, esp: str = "", event: Any = None) -> Verdict:
    """Return the provider's findings: `dmarc` and `spf` as RFC 8601 names them ("pass", "fail", "softfail" …), and
    `dkim` "pass" where a signature of the sender's own domain held. `sender` is the address in From, `esp` the
    provider's name as anymail has it, `event` what it posted."""
    domain = sender.rpartition("@")[2].lower()
    own = _FIELDS.get(esp, _nothing)(letter, domain, event)
    # Headers are asked only where the provider has no fields of its own: those of others could contradict them.
    return own or _of_header(str(letter.get("Authentication-Results", "")), domain)


def is_forged(verdict: Verdict) -> bool:
    """Return whether the letter is not from whom it says. DMARC knows best; without it, a failed SPF is one unless the
    sender's own domain signed the letter, as one that was forwarded."""
    if verdict.get("dmarc") in ("pass", "fail"):
        return verdict["dmarc"] == "fail"
    return verdict.get("spf") == "fail" and verdict.get("dkim") != "pass"


def _of_header(header: str, domain: str) -> Verdict:
    found: Verdict = {}
    for name, result, rest in _RESULT.findall(_COMMENT.sub(" ", " ".join(header.split()))[:4000]):
        name, result = name.lower(), result.lower()
        if name == "dkim":
            if result == "pass" and any(_aligned(signer, domain) for signer in _SIGNER.findall(rest)):
                found["dkim"] = "pass"
        else:
            found.setdefault(name, result)
    return found


def _of_ses(letter: Message, domain: str, event: Any) -> Verdict:
    receipt = event.get("receipt") if isinstance(event, Mapping) else None
    told = receipt if isinstance(receipt, Mapping) else {}
    named = {"dmarc": "dmarcVerdict", "spf": "spfVerdict"}
    return _told({name: (told.get(field) or {}).get("status", "") for name, field in named.items()})


def _of_sendgrid(letter: Message, domain: str, event: Any) -> Verdict:
    posted = getattr(event, "POST", {})
    signers = _SENDGRID_DKIM.findall(str(posted.get("dkim", ""))[:4000])
    signed = any(_aligned(signer, domain) for signer in signers)
    return _told({"spf": str(posted.get("SPF", "")), "dkim": "pass" if signed else ""})


def _of_mailgun(letter: Message, domain: str, event: Any) -> Verdict:
    return _told({"spf": str(letter.get("X-Mailgun-Spf", ""))})


def _of_postmark(letter: Message, domain: str, event: Any) -> Verdict:
    tests = {test.strip() for test in str(letter.get("X-Spam-Tests", "")).split(",")}
    spf = str(letter.get("Received-SPF", "")).strip().partition(" ")[0]
    return _told({"spf": spf, "dkim": "pass" if "DKIM_VALID_AU" in tests else ""})


def _of_mandrill(letter: Message, domain: str, event: Any) -> Verdict:
    said = event.get("msg") if isinstance(event, Mapping) else None
    spf = said.get("spf") if isinstance(said, Mapping) else None
    return _told({"spf": str(spf.get("result", "")) if isinstance(spf, Mapping) else ""})


def _of_mailersend(letter: Message, domain: str, event: Any) -> Verdict:
    said = event.get("data") if isinstance(event, Mapping) else None
    check = said.get("spf_check") if isinstance(said, Mapping) else None
    # As SPF itself writes them (RFC 7208).
    words = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
    return _told({"spf": words.get(str(check.get("code", "")), "") if isinstance(check, Mapping) else ""})


def _nothing(letter: Message, domain: str, event: Any) -> Verdict:
    return {}


_FIELDS: dict[str, Callable[[Message, str, Any], Verdict]] = {
    "Amazon SES": _of_ses,
    "SendGrid": _of_sendgrid,
    "Mailgun": _of_mailgun,
    "Postmark": _of_postmark,
    "Mandrill": _of_mandrill,
    "MailerSend": _of_mailersend,
}


def _told(found: Verdict) -> Verdict:
    return {name: word.lower()[:20] for name, word in found.items() if word}


def _aligned(signer: str, domain: str) -> bool:
    """Return whether a signer vouches for a domain: it is the same, or one of the two lies below the other."""
    signer = signer.lower().rstrip(".")
    # A name without a dot, as "com", is nobody's domain.
    return "." in signer and (signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}"))
