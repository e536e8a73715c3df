"""Mail that comes in: answers to our letters become notes, addresses that bounce are noted, one click ends letters."""

from __future__ import annotations


def ready() -> None:
    """Take in what mail providers tell (django-anymail's signals are how it hands that over), give letters their reply
    addresses, and have them quote the conversation."""
    from anymail import signals

    from inbox.conversations import quoting
    from inbox.mailing import addresses, incoming
    from notifications import bounces
    from notifications.answering import take_answers_at

    signals.inbound.connect(incoming.heard, dispatch_uid="inbox.mailing.incoming")
    signals.tracking.connect(bounces.heard, dispatch_uid="notifications.bounces")
    take_answers_at(addresses.address_for)
    quoting.register()
