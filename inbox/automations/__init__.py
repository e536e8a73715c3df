"""What automations need of the inbox: who a contact is, the chat as a channel, and the links in letters to contacts."""

from __future__ import annotations


def ready() -> None:
    """Tell the spine of contacts, have it send over the chat, and have erasing a person reach what it sent."""
    from inbox.automations import chat, contacts
    from inbox.contacts.erasing.registry import add_eraser
    from notifications.automations.contacts import ask_of
    from notifications.transports import register_transport

    ask_of(contacts.facts_of)
    register_transport(chat.Chat())
    add_eraser(contacts.forget)
