"""The file of an import: in the storage (a disk, or S3) in parts, put there one by one and read as one stream.

A part counts once it is stored whole and its row says so (`Import.options["parts"]`): a line that breaks, or a process
that is killed, leaves a part that is missing and nothing worse.
"""

from __future__ import annotations

import io
import json
from typing import IO, Any, BinaryIO, Protocol, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from imports.chunks import folder
from imports.errors import ImportRefused
from imports.models import Import, ImportStatus

# Every file that waits in the storage was cut by this.
PART = 8 * 1024 * 1024
LARGEST = 5 * 1024**3
_BUFFER = 256 * 1024
# What of a row says which parts are there: {"0": "", "1": "_x7Kq2"}, the number and how its file's name ends.
_NOTE = """
UPDATE imports_import SET options = jsonb_set(
    jsonb_set(options, '{parts}', coalesce(options -> 'parts', '{}')), ARRAY['parts', %s], to_jsonb(%s::text))
WHERE id = %s AND status = %s RETURNING options
"""


class Readable(Protocol):
    """What has bytes to read."""

    def read(self, size: int = -1, /) -> bytes: ...


class PartRefused(ImportRefused):
    """A part cannot be stored."""


class FileGone(Exception):
    """The file is not in the storage any more, or not all of it."""


def parts_of(size: int) -> int:
    """Return in how many parts a file of `size` bytes lies."""
    return -(-size // PART)


def length_of(size: int, number: int) -> int:
    """Return how many bytes the part `number` (from 0) of a file of `size` bytes has; 0: there is no such part."""
    return max(0, min(PART, size - number * PART)) if number >= 0 else 0


def missing(import_: Import) -> list[int]:
    """Return the numbers of the parts that are still to come."""
    there = import_.options.get("parts", {})
    return [number for number in range(parts_of(import_.size)) if str(number) not in there]


def put_part(import_: Import, number: int, chunk: bytes) -> None:
    """Store one part of a file whose size is known; the same part again takes the place of the first.

    Parts may come in any order, and at once. Raises PartRefused.
    """
    wanted = length_of(import_.size, number)
    if not wanted:
        raise PartRefused("no_such_part", f"This file has {parts_of(import_.size)} parts, counted from 0.")
    if len(chunk) != wanted:
        raise PartRefused("part_broken", f"Part {number} has {wanted} bytes; {len(chunk)} came. Send it again.")
    name = _name(import_, number)
    stored = default_storage.save(name, ContentFile(chunk))
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [str(number), stored.removeprefix(name), import_.pk, ImportStatus.UPLOADING])
        row = cursor.fetchone()
    if row is None:
        default_storage.delete(stored)
        raise PartRefused("not_uploading", "This upload is over. Begin a new import for another file.")
    import_.options = row[0] if isinstance(row[0], dict) else json.loads(row[0])


def store(import_: Import, uploaded: Readable) -> int:
    """Store a whole file, read part by part, and return its size in bytes. Raises PartRefused where it is too large."""
    number, size = 0, 0
    while chunk := _exactly(uploaded, PART):
        size += len(chunk)
        if size > LARGEST:
            raise PartRefused("too_large", too_large())
        import_.size = size
        put_part(import_, number, chunk)
        number += 1
    Import.objects.filter(pk=import_.pk).update(size=size)
    return size


def too_large(size: int = 0) -> str:
    """Return what to do about a file that is larger than we take."""
    has = f" This one has {size / 1024**3:.1f} GB." if size else ""
    return f"A file has {LARGEST // 1024**3} GB at most.{has} Split it, and import one after the other."


def open_file(import_: Import) -> BinaryIO:
    """Open the file for reading: seekable, one part of it in memory at most. Close it.

    Raises FileGone, here or while it is read, where it has been deleted.
    """
    if import_.file_gone_at is not None:
        raise FileGone
    return cast(BinaryIO, io.BufferedReader(_Parts(import_), _BUFFER))


def delete_files(import_: Import) -> None:
    """Delete all files of an import, its batches' too, and note when. Harmless twice."""
    delete_folder(folder(import_))
    now = timezone.now()
    Import.objects.filter(pk=import_.pk, file_gone_at__isnull=True).update(file_gone_at=now)
    import_.file_gone_at = import_.file_gone_at or now


def delete_folder(path: str) -> None:
    """Delete a folder of the storage with the files in it."""
    for name in _names(path):
        default_storage.delete(f"{path}/{name}")
    default_storage.delete(path)  # an empty folder, where the storage has folders


def _names(path: str) -> list[str]:
    try:
        return default_storage.listdir(path)[1]
    except FileNotFoundError:
        return []


def _name(import_: Import, number: int) -> str:
    return f"{folder(import_)}/part-{number:05d}"


def _exactly(source: Readable, size: int) -> bytes:
    """Return `size` bytes, fewer at the end alone."""
    found = bytearray()
    while len(found) < size and (piece := source.read(size - len(found))):
        found += piece
    return bytes(found)


class _Parts(io.RawIOBase):
    """The parts, one after the other. One of them is open at a time."""

    def __init__(self, import_: Import) -> None:
        super().__init__()
        self._import, self._at = import_, 0
        self._open: tuple[int, IO[Any]] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._import.size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        number, within = divmod(self._at, PART)
        left = length_of(self._import.size, number) - within
        if left <= 0 or not len(view):
            return 0
        file = self._part(number)
        file.seek(within)
        piece = file.read(min(left, len(view)))
        if not piece:
            raise FileGone(f"part {number} of import {self._import.public_id} is not whole")
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._shut()
        super().close()

    def _part(self, number: int) -> IO[Any]:
        if self._open is None or self._open[0] != number:
            self._shut()
            ending = self._import.options.get("parts", {}).get(str(number), "")
            try:
                self._open = number, default_storage.open(f"{_name(self._import, number)}{ending}")
            except FileNotFoundError as gone:
                raise FileGone(f"part {number} of import {self._import.public_id} is not there") from gone
        return self._open[1]

    def _shut(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
