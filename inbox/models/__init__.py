from inbox.models.accounts import Account
from inbox.models.contacts import Contact, Identity, Visitor
from inbox.models.conversations import Conversation, ConversationCounter, ReadMarker
from inbox.models.messages import Message

__all__ = [
    "Account",
    "Contact",
    "Conversation",
    "ConversationCounter",
    "Identity",
    "Message",
    "ReadMarker",
    "Visitor",
]
