"""Erasing a person (GDPR, Art. 17): nothing that names them is left, but for keyed hashes that no import passes."""

from inbox.contacts.erasing.alike import likely_same
from inbox.contacts.erasing.erasure import CannotErase, Counts, counts_of, erase
from inbox.contacts.erasing.tombstones import erased_among, is_erased

__all__ = ["CannotErase", "Counts", "counts_of", "erase", "erased_among", "is_erased", "likely_same"]
