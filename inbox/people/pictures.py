"""Pictures of people: what was uploaded is never served; a small square is drawn from it anew."""

from __future__ import annotations

import threading
import uuid
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from inbox.people.models import User

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES = 5 * 1024 * 1024
SIDE = 256
# A file of a few kilobytes can say that it is a gigapixel wide: the sizes are read before anything is unpacked.
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 12_000_000
TOO_MANY_PIXELS = "This picture has too many pixels. Make it smaller, 2000 by 2000 is plenty."


# One at a time: a hostile file costs a second and some hundred megabytes, and ten of them must not be ten times that.
_DRAWING = threading.Semaphore(1)


class PictureRefused(ValueError):
    """This file cannot become a picture. `detail` says why in words, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def square_webp(file: IO[bytes]) -> bytes:
    """Return the middle square of a picture, 256 pixels wide, as WebP without any metadata. Raises PictureRefused."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PictureRefused("This file is larger than 5 MB. Choose a smaller one.")
    try:
        with _DRAWING:
            return _drawn(data)
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureRefused("This is no picture that we can read. Choose a PNG, JPEG, WebP or GIF file.") from error


def _drawn(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=FORMATS) as picture:
        _refuse_if_larger(picture, MOST_PIXELS)
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is unpacked at a fraction of its size
        _refuse_if_larger(picture, MOST_UNPACKED)
        picture.thumbnail((4 * SIDE, 4 * SIDE), Image.Resampling.BOX)
        upright: Image.Image = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    square = ImageOps.fit(plain, (SIDE, SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    square.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()


def _refuse_if_larger(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise PictureRefused(TOO_MANY_PIXELS)


def set_picture(user: User, file: IO[bytes]) -> None:
    """Give `user` a picture drawn from `file`, in place of the one before. Raises PictureRefused."""
    _replace(user, ContentFile(square_webp(file), name=f"{uuid.uuid4().hex}.webp"))


def remove_picture(user: User) -> None:
    """Take the picture of `user` away; nothing happens if there is none."""
    _replace(user, "")


def _replace(user: User, picture: Any) -> None:
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        former, storage = row.picture.name, row.picture.storage
        row.picture = picture
        row.save(update_fields=["picture"])
        if former:
            transaction.on_commit(lambda: storage.delete(former), robust=True)
    user.picture = row.picture.name


def picture_name(user: User) -> str:
    """Return by what name the picture of `user` is fetched, without folder and ending; "" for none."""
    return name_of_file(user.picture.name or "")


def name_of_file(file: str) -> str:
    """Return by what name a picture is fetched, given where it is kept ("pictures/NAME.webp")."""
    return file.rpartition("/")[2].removesuffix(".webp")
