"""Who stays and may be the same human: for whoever is about to erase one of them."""

from __future__ import annotations

from inbox.contacts import persons
from inbox.contacts.erasing.person import Gone, look
from inbox.models import Contact, ContactDevice, Identity

MOST = 20


def likely_same(contact: Contact) -> list[Contact]:
    """Return the persons (their roots, 20 at most) who share an address, a number or a browser with a contact's person,
    and would stay if it were erased. A constant number of queries."""
    try:
        person = look(contact)
    except Gone:
        return []
    shared = Identity.objects.filter(workspace=person.workspace, value__in=[value for _, value in person.handles])
    devices = ContactDevice.objects.filter(workspace=person.workspace)
    mine = devices.filter(contact__in=person.contacts).values("device")
    found = {
        *shared.exclude(contact__in=person.contacts).values_list("contact", flat=True)[:MOST],
        *devices.filter(device__in=mine).exclude(contact__in=person.contacts).values_list("contact", flat=True)[:MOST],
    }
    return list(persons.roots_of(Contact.objects.filter(pk__in=found)).order_by("-pk")[:MOST])
