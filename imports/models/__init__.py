"""What imports keep in the database: themselves, their batches, what they changed, and what came from where."""

from imports.models.changes import Change, RememberedMapping, SourceLink
from imports.models.importing import Batch, BatchKind, BatchStatus, Existing, Import, ImportStatus, Key, Source

__all__ = [
    "Batch",
    "BatchKind",
    "BatchStatus",
    "Change",
    "Existing",
    "Import",
    "ImportStatus",
    "Key",
    "RememberedMapping",
    "Source",
    "SourceLink",
]
