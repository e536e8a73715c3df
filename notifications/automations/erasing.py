"""What automations know of somebody, taken out of it for good. Figures hold: what was sent was sent.

Called in an erasure's transaction, after the spine's own (notifications/erasing.py): events, deliveries and then
automations are locked in the order that routing has.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from inbox.people.mail import forget
from inbox.people.models import Workspace
from notifications.automations.audience import CONTACT
from notifications.automations.trying import TEST_HEADER, TEST_KIND
from notifications.erasing import Sought, pattern
from notifications.models import AutomatedDelivery, Destination, Notice, Unsubscription

# An address names the contact by our id: the delivery's own takes its place.
_ADDRESSES = """
UPDATE notifications_delivery SET address = 'erased:' || public_id
WHERE id IN (SELECT delivery_id FROM notifications_automateddelivery WHERE recipient = ANY(%(keys)s))
    AND address = ANY(%(keys)s)
"""
_WORDS = """
UPDATE notifications_automation SET
    subject = regexp_replace(subject, %(said)s, 'erased', 'gi'), body = regexp_replace(body, %(said)s, 'erased', 'gi')
WHERE workspace_id = %(workspace)s AND concat_ws(' ', subject, body) ~* %(said)s
"""
_VERSIONS = """
UPDATE notifications_automationversion SET
    name = regexp_replace(name, %(said)s, 'erased', 'gi'), subject = regexp_replace(subject, %(said)s, 'erased', 'gi'),
    body = regexp_replace(body, %(said)s, 'erased', 'gi'),
    settings = regexp_replace(settings::text, %(said)s, 'erased', 'gi')::jsonb
WHERE workspace_id = %(workspace)s AND concat_ws(' ', name, subject, body, settings::text) ~* %(said)s
"""


def erase(workspace: Workspace, sought: Sought) -> None:
    """Erase somebody from what automations wrote to them, and from what automations say."""
    keys = [f"{CONTACT}:{pk}" for pk in sought.contacts]
    values: dict[str, Any] = {"workspace": workspace.pk, "keys": keys, "said": pattern([*sought.words, *sought.names])}
    with connection.cursor() as cursor:
        for statement in (_ADDRESSES, _WORDS, _VERSIONS):
            cursor.execute(statement, values)
    AutomatedDelivery.objects.filter(workspace=workspace, recipient__in=keys).update(recipient="")
    Destination.objects.filter(workspace=workspace, address__in=keys).delete()
    Unsubscription.objects.filter(workspace=workspace, address__in={one.lower() for one in sought.addresses}).delete()
    # Tests name whoever an event was about: nobody keeps those.
    Notice.objects.filter(workspace=workspace, kind=TEST_KIND).delete()
    forget(TEST_HEADER, str(workspace.public_id))
