"""Thousands of contacts or accounts written at once, in sets, by the rules of single writes (../upsert.py).

Each call is one part of the caller's transaction and leaves its rows in a temporary table (`bulk_contact`,
`bulk_account`) until that ends, so that the caller can write down in the same transaction what became of them.
"""

from inbox.contacts.bulk.accounts import apply_accounts
from inbox.contacts.bulk.contacts import apply_contacts
from inbox.contacts.bulk.outcome import Outcome, Retry

__all__ = ["Outcome", "Retry", "apply_accounts", "apply_contacts"]
