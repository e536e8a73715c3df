"""Requests for the doors of Stripe and Help Scout as nobody should send them: of any bytes, with any signature, and of
any objects, some of which are rightly signed."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import random
import time
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from integrations.stripe.classifying import READERS
from tests.integrations.stripe.cases import CASES

# By workspace; each is the secret of both doors.
SECRETS = {"demo": "whsec_of_the_demo", "other": "whsec_of_the_other"}
CUSTOMERS = 100
# Whoever only unverified requests speak of.
SAFE = "cus_safe"
TYPES = sorted({*READERS, *(case.event["type"] for case in CASES), "product.updated", "customer.deleted", "no.such"})
_JUNK = (b"", b"{", b"[]", b"null", b"7", b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"[" * 50_000, b'{"a":' * 50_000,
         b"NaN", b'"\\ud800"', b"9" * 9000, b'{"customer": 1e999}')  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=9).map(str)
    | st.sampled_from(["", "\0", "\ud800", "cus_1", "active", "trialing", "canceled", "eur", "jpy", 2**63, -1, 10**15]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "data", "object", "price", "items", "card", "metadata", "email"]) | st.text(max_size=5),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


class Request(NamedTuple):
    """What is sent, and what may be answered. `id` is that of the event, where the request is rightly signed and holds
    one; `is_signed` says whether a right signature goes with it."""

    door: str
    slug: str
    body: bytes
    headers: dict[str, str | bytes]
    answers: frozenset[int]
    id: str = ""
    is_signed: bool = False


def odd_values(count: int, number: int) -> list[Any]:
    """Return so many values as Hypothesis makes them, the same for the same number."""
    found: list[Any] = []

    @seed(number)
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(_VALUES)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


class Maker:
    """Makes requests; the same ones for the same seed."""

    def __init__(self, number: int, odd: list[Any]) -> None:
        self.chance, self.odd, self.made = random.Random(number), odd, 0

    def request(self) -> Request:
        """Return the next one."""
        self.made += 1
        return self._stripe() if self.chance.random() < 0.6 else self._helpscout()

    def _stripe(self) -> Request:
        slug = self.chance.choice(list(SECRETS))
        way = self.chance.random()
        if way < 0.45:
            event = self._event(f"cus_{self.chance.randrange(CUSTOMERS)}")
            body = json.dumps(event).encode()
            if self.chance.random() < 0.03:
                event["data"]["object"]["metadata"] = self._deep(self.chance.choice([100, 300, 700, 940]))
                return self._of("stripe", slug, json.dumps(event).encode(), frozenset({400}))
            return self._of("stripe", slug, body, frozenset({200}), id_=event["id"])
        if way < 0.6:
            # 403 is for bytes that are no text, over which Stripe signs nothing.
            return self._of("stripe", slug, self._junk(self._event("cus_1")), frozenset({400, 403}))
        body = json.dumps(self._event(SAFE)).encode()
        return self._forged("stripe", slug, body)

    def _helpscout(self) -> Request:
        slug = self.chance.choice(list(SECRETS))
        way = self.chance.random()
        body = json.dumps(self._asked()).encode()
        if way < 0.45:
            return self._of("helpscout", slug, body, frozenset({200}))
        if way < 0.6:
            return self._of("helpscout", slug, self._junk(self._asked()), frozenset({200, 400}))
        return self._forged("helpscout", slug, body)

    def _of(self, door: str, slug: str, body: bytes, answers: frozenset[int], id_: str = "") -> Request:
        name, value = sign(door, body, SECRETS[slug])
        return Request(door, slug, body, {name: value}, answers, id_, is_signed=True)

    def _forged(self, door: str, slug: str, body: bytes) -> Request:
        """Return a request that no secret of the workspace signed, of late, over these bytes."""
        other = next(secret for one, secret in SECRETS.items() if one != slug)
        name, right = sign(door, body, SECRETS[slug])
        _, others = sign(door, body, other)
        flipped = bytearray(body)
        flipped[self.chance.randrange(len(body))] ^= 1 << self.chance.randrange(8)
        answers, sent = frozenset({403}), bytes(body)
        header: str | bytes = right
        way = self.chance.choice(["none", "cut", "other", "old", "noise", "flipped", "nobody", "large"])
        if way == "old" and door == "stripe":
            _, header = sign(
                door, body, SECRETS[slug], int(time.time()) + self.chance.choice([-301, -(9**9), 3600, 9**12])
            )
        elif way == "flipped":
            sent = bytes(flipped)
        elif way == "nobody":
            slug, answers = "nobody", frozenset({403, 404})
        elif way == "large" and self.chance.random() < 0.1:
            sent, answers = body + b" " * (1024 * 1024), frozenset({413})
        elif way == "cut":
            header = right[: self.chance.randrange(len(right) - 1)].rstrip("=")
        elif way == "noise":
            header = bytes(
                self.chance.choice([*range(33, 127), *range(128, 256)]) for _ in range(self.chance.randrange(90))
            )
        elif way == "other":
            header = others
        headers = {} if way == "none" else {name: header}
        if headers.get(name) == right and sent == body and slug != "nobody":
            headers = {}
        return Request(door, slug, sent, headers, answers)

    def _event(self, customer: str) -> dict[str, Any]:
        """Return an event of a right envelope whose object is, here and there, not what it should be."""
        event: dict[str, Any] = copy.deepcopy(self.chance.choice(CASES).event)
        event["id"] = f"evt_{self.made}_{customer}"
        event["created"] += self.chance.randrange(-1000, 1000)
        if self.chance.random() < 0.3:
            event["type"] = self.chance.choice(TYPES)
        thing, previous = event["data"]["object"], event["data"].get("previous_attributes") or {}
        for _ in range(self.chance.choice([0, 1, 1, 2, 4])):
            self._spoil(self.chance.choice([thing, thing, previous]))
        if self.chance.random() < 0.05:
            thing["metadata"] = self._deep(40)
        if self.chance.random() < 0.05:
            previous["metadata"] = self._deep(90)
        event["data"]["previous_attributes"] = previous
        thing["id" if thing.get("object") == "customer" else "customer"] = customer
        return event

    def _spoil(self, target: Any) -> None:
        """Put something odd somewhere into a JSON value."""
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        if not keys:
            return
        key = self.chance.choice(keys)
        if isinstance(target[key], dict | list) and self.chance.random() < 0.6:
            self._spoil(target[key])
        else:
            target[key] = copy.deepcopy(self.chance.choice(self.odd))

    def _deep(self, levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = {"a": value} if self.chance.random() < 0.5 else [value]
        return value

    def _asked(self) -> dict[str, Any]:
        """Return what Help Scout may ask."""
        emails = [f"person.{self.chance.randrange(50)}@safe.example" for _ in range(self.chance.choice([0, 1, 3, 60]))]
        customer = {"id": 1, "email": self.chance.choice(["", "ruth@acme.example"]), "emails": emails, "fname": "R"}
        asked = {"ticket": {"id": 1}, "customer": customer, "user": {"id": 2}, "mailbox": {"id": 3}}
        for _ in range(self.chance.choice([0, 1, 3])):
            self._spoil(asked)
        return asked

    def _junk(self, value: dict[str, Any]) -> bytes:
        """Return bytes that are no JSON, or JSON without an envelope."""
        way = self.chance.randrange(4)
        if way == 0:
            return self.chance.choice(_JUNK)
        if way == 1:
            return self.chance.randbytes(self.chance.randrange(300))
        if way == 2:
            return json.dumps(value).encode()[: self.chance.randrange(1, 100)]
        value.pop(
            self.chance.choice([key for key in ("id", "type", "created", "data") if key in value] or ["ticket"]), 0
        )
        return json.dumps(value).encode()


def sign(door: str, body: bytes, secret: str, at: int | None = None) -> tuple[str, str]:
    """Return the header, name and value, that the others would send. Put together here: our own code is what is
    tested."""
    if door == "helpscout":
        mac = hmac.digest(secret.encode(), body, hashlib.sha1)
        return "X-HelpScout-Signature", base64.b64encode(mac).decode()
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return "Stripe-Signature", f"t={moment},v1={digest}"
