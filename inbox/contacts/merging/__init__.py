"""Two contacts become one person, and two again.

A merge moves nothing: every fact keeps its contact, and `Contact.root` follows from the active merges. Only the field
values that somebody chose are written onto the winner, each with its before-image.
"""

from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging.joining import better_root, merge
from inbox.contacts.merging.undoing import undo

__all__ = ["CannotMerge", "better_root", "merge", "undo"]
