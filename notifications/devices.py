"""Which browsers are told by push: turned on and off by their owner, ended when the owner leaves."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Collection
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from inbox.people import outbound
from inbox.people.models import Teammate
from inbox.people.sessions import marks_of
from notifications.models import PushKeys, PushSubscription

# More than anybody has; a message goes to all of them at once.
MOST = 10
LONGEST_ENDPOINT = 1000
HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com"})
DOMAINS = (".push.apple.com", ".notify.windows.com")
# One setting for both: it allows push services on this machine, for tests and for those who run their own.
TERMS = outbound.Terms("push services", private="PUSH_ALLOW_ANY_HOST", read_seconds=10.0, longest=200)


class SubscriptionRefused(ValueError):
    """What a browser gave is no subscription that can be used. The text says what to do."""


def subscribe(
    teammate: Teammate, *, endpoint: str, p256dh: str, auth: str, label: str = "", former: str = "", session: str = ""
) -> PushSubscription:
    """Have a browser of this teammate's told by push, and return its row.

    A browser that another person used before is theirs no more. `former` is the endpoint that it had until now,
    `session` the mark of the session in which it is turned on: it ends with that ("": with none). Of more than MOST
    browsers the one that was turned on first ends. Raises SubscriptionRefused.
    """
    check_endpoint(endpoint)
    check_keys(p256dh, auth)
    with transaction.atomic():
        Teammate.objects.select_for_update(no_key=True).get(pk=teammate.pk)
        _mine(teammate).filter(endpoint=former).exclude(endpoint=endpoint).delete()
        there = PushSubscription.objects.select_for_update().filter(endpoint=endpoint).defer("auth").first()
        # Only that browser knows its keys: whoever merely learnt of an endpoint takes it from nobody.
        if there is not None and there.teammate_id != teammate.pk and there.p256dh != p256dh.rstrip("="):
            raise SubscriptionRefused("This browser is turned on for somebody else. Turn it off there first.")
        fields = {
            "workspace_id": teammate.workspace_id,
            "teammate": teammate,
            "label": label[:200],
            "session": session,
            "p256dh": p256dh.rstrip("="),
            "auth": auth.rstrip("="),
        }
        row, _ = PushSubscription.objects.defer("auth").update_or_create(endpoint=endpoint, defaults=fields)
        others = _mine(teammate).exclude(pk=row.pk).order_by("-id")
        kept = others.values_list("pk", flat=True)[: MOST - 1]
        _mine(teammate).exclude(pk__in=[row.pk, *kept]).delete()
    return row


def devices_of(teammate: Teammate) -> list[PushSubscription]:
    """Return a teammate's browsers, newest first, without their secrets."""
    return list(_mine(teammate).defer("auth").order_by("-id"))


def end(teammate: Teammate, public_id: uuid.UUID) -> bool:
    """Tell one of this teammate's browsers nothing more. Return whether there was such a one."""
    return bool(_mine(teammate).filter(public_id=public_id).delete()[0])


def end_of_leavers(teammates: Collection[Teammate]) -> None:
    """End the subscriptions of those among these who work here no more. Called when somebody's access changes."""
    looked_at = [mate.pk for mate in teammates]
    PushSubscription.objects.filter(teammate__in=looked_at, teammate__left_at__isnull=False).delete()


def end_of_sessions(user_id: int, keep: str) -> None:
    """End the subscriptions of a login's browsers that are signed in no more. Called when sessions of it have ended."""
    theirs = PushSubscription.objects.filter(teammate__user=user_id).exclude(session="")
    if theirs.exists():
        theirs.exclude(session__in=marks_of(user_id)).delete()


def push_keys() -> PushKeys:
    """Return the pair of keys, made when it is first needed. Raises cryptography.fernet.InvalidToken if unreadable.

    Where they were lost and given up, new ones take their place, and the browsers have to be turned on again.
    """
    keys = PushKeys.objects.first()
    if keys is not None and keys.private:
        return keys
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('notifications.push_keys'))")
        keys = PushKeys.objects.first()
        if keys is not None and keys.private:
            return keys
        PushSubscription.objects.all().delete()
        private, public = _new_pair()
        return PushKeys.objects.update_or_create(id=1, defaults={"private": private, "public": public})[0]


def check_endpoint(endpoint: str) -> None:
    """Return if `endpoint` is a push service's. Raises SubscriptionRefused: a browser may send any address."""
    problem = outbound.address_problem(endpoint, TERMS)
    if problem or len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or any(map(str.isspace, endpoint)):
        raise SubscriptionRefused("This is no address of a push service. Turn push off and on again in this browser.")
    if settings.PUSH_ALLOW_ANY_HOST:
        return
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or parts.port not in (None, 443) or not (host in HOSTS or host.endswith(DOMAINS)):
        raise SubscriptionRefused(
            f"Frontdesk does not know the push service {host[:100]}. Use Chrome, Edge, Firefox or Safari, or have "
            "whoever runs Frontdesk allow it with PUSH_ALLOW_ANY_HOST."
        )


def check_keys(p256dh: str, auth: str) -> None:
    """Return if these are a browser's keys. Raises SubscriptionRefused: libraries find out only when they encrypt."""
    try:
        point, secret = from_base64(p256dh), from_base64(auth)
        if len(point) != 65 or len(secret) != 16:
            raise ValueError("of another length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise SubscriptionRefused("The browser's keys are damaged. Turn push off and on again.") from None


def from_base64(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises ValueError."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("This is not base64url.") from error


def to_base64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _mine(teammate: Teammate) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(workspace_id=teammate.workspace_id, teammate=teammate)


def _new_pair() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_numbers().private_value.to_bytes(32)
    public = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return to_base64(private), to_base64(public)
