"""Who a contact might be: the search for suggested merges. `docs/merging.md` says how likeness is judged.

`facts` → `keys` (what is looked up) → `find` (50 candidates at most) → `judging` (how likely, and why).
"""

from inbox.contacts.likeness.find import find
from inbox.contacts.likeness.storing import store_keys

__all__ = ["find", "store_keys"]
