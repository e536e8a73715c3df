from inbox.models.accounts import Account
from inbox.models.contacts import Contact, Identity, Visitor
from inbox.models.conversations import Conversation, ConversationCounter, ReadMarker
from inbox.models.idempotency import IdempotencyKey
from inbox.models.incoming import IncomingMail
from inbox.models.mentions import Follow, GuestAccess, Mention
from inbox.models.merging import ContactDevice, LikenessCheck, MatchKey, Merge, MergeSuggestion, SharedHandle
from inbox.models.messages import Message
from inbox.models.profiles import AttributeDefinition, ErasedHandle, Export, PersonNote, Segment

__all__ = [
    "Account",
    "AttributeDefinition",
    "Contact",
    "ContactDevice",
    "Conversation",
    "ConversationCounter",
    "ErasedHandle",
    "Export",
    "Follow",
    "GuestAccess",
    "IdempotencyKey",
    "Identity",
    "IncomingMail",
    "LikenessCheck",
    "MatchKey",
    "Mention",
    "Merge",
    "MergeSuggestion",
    "Message",
    "PersonNote",
    "ReadMarker",
    "Segment",
    "SharedHandle",
    "Visitor",
]
