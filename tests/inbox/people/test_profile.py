"""One's own profile: names, handles, zones, themes, and pictures that cannot hurt."""

from __future__ import annotations

import io
import secrets
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inbox.people.models import Teammate, User
from inbox.people.pictures import MOST_BYTES, PictureRefused, picture_name, square_webp
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.zones import in_words, zone_choices
from tests.factories import make_teammate, make_workspace


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(name="Northwind"), "ada", name="Ada")


def client_of(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(autouse=True)
def own_pictures(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    yield


def save(client: Client, **fields: str) -> Any:
    form = {"name": "Ada", "handle": "ada", "timezone": "Europe/Lisbon", "theme": "system", **fields}
    return client.post("/settings/profile/", form)


# What one is called, and where


@pytest.mark.django_db
def test_the_profile_is_saved_and_shown(ada) -> None:
    client = client_of(ada)
    assert (
        save(client, name="  Ada \u200b Lindqvist ", handle="@Ada.L", theme="dark")["Location"] == "/settings/profile/"
    )
    fresh = Teammate.objects.select_related("user").get(pk=ada.pk)
    assert (fresh.name, fresh.handle, fresh.user.theme) == ("Ada Lindqvist", "ada.l", "dark")
    page = client.get("/settings/profile/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'value="Europe/Lisbon" selected' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " \u2060 ", "Give the name"),
        ("handle", "everyone", "kept for Frontdesk"),
        ("handle", "b\u0435a", "e"),  # a Cyrillic letter
        ("timezone", "Mars/Olympus", "valid choice"),
        ("theme", "pink", "valid choice"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(ada, field, value, words) -> None:
    answer = save(client_of(ada), **{"name": "Other", field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.get(pk=ada.user_id).name == "Ada"
    assert Teammate.objects.get(pk=ada.pk).handle == "ada"


@pytest.mark.django_db
def test_a_handle_that_a_colleague_has_is_refused(ada) -> None:
    make_teammate(ada.workspace, "bea")
    assert "@bea" in save(client_of(ada), handle="bea").content.decode()


@pytest.mark.django_db
def test_the_switch_of_the_rail_keeps_the_theme(ada) -> None:
    client = client_of(ada)
    assert client.post("/settings/profile/theme/", {"theme": "dark"}).status_code == 204
    assert client.post("/settings/profile/theme/", {"theme": "pink"}).status_code == 422
    assert User.objects.get(pk=ada.user_id).theme == "dark"


def test_every_zone_that_can_be_chosen_can_be_told_in_words() -> None:
    names = [name for _, places in zone_choices() for name, _ in places]
    assert len(names) == len(set(names))
    assert {"UTC", "Europe/Lisbon", "America/Argentina/Ushuaia"} <= set(names)
    for name in names:
        assert in_words(name)


# Pictures


def drawn(form: str = "PNG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_square(form) -> None:
    with Image.open(io.BytesIO(square_webp(io.BytesIO(drawn(form))))) as square:
        assert (square.format, square.size) == ("WEBP", (256, 256))


def test_what_a_camera_wrote_beside_the_picture_is_not_kept_and_which_way_is_up_is() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    half = Image.new("RGB", (400, 400), "red")
    half.paste("blue", (0, 0, 400, 200))
    out = io.BytesIO()
    half.save(out, "JPEG", exif=exif, quality=95)
    square = square_webp(io.BytesIO(out.getvalue()))
    assert b"taken at home" not in square
    with Image.open(io.BytesIO(square)) as upright:
        red, blue = (upright.convert("RGB").getchannel(band).tobytes()[128 * 256 + 200] for band in "RB")
        assert blue > red  # what was on top is on the right now


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb(50_000, 50_000), "pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "pixels|read"),
        (drawn("PNG", (6000, 6000), "1"), "pixels"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no picture"),
        (b"", "no picture"),
        (drawn()[:300], "no picture"),
        (drawn("TIFF"), "no picture"),
        (b"\x89PNG" + bytes(MOST_BYTES), "larger than 5 MB"),
    ],
    ids=["bomb", "overflow", "many pixels", "svg", "nothing", "cut", "tiff", "heavy"],
)
def test_a_file_that_is_no_good_is_refused_in_words(data, words) -> None:
    with pytest.raises(PictureRefused) as refused:
        square_webp(io.BytesIO(data))
    assert any(word in refused.value.detail for word in words.split("|"))


_GOOD = drawn("GIF", (20, 20), "P")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good picture with some bytes overwritten."""
    at, bytes_ = draw(st.integers(0, len(_GOOD))), draw(st.binary(max_size=40))
    return _GOOD[:at] + bytes_ + _GOOD[at + len(bytes_) :]


@given(st.one_of(st.binary(max_size=200), damaged()))
def test_no_bytes_at_all_break_it(data: bytes) -> None:
    try:
        square_webp(io.BytesIO(data))
    except PictureRefused as refused:
        assert refused.detail


def upload(client: Client, data: bytes) -> Any:
    file = SimpleUploadedFile("me.png", data, content_type="image/png")
    return client.post("/settings/profile/picture/", {"picture": file})


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_seen_by_colleagues_alone(ada) -> None:
    client = client_of(ada)
    assert upload(client, drawn())["Location"] == "/settings/profile/"
    name = picture_name(User.objects.get(pk=ada.user_id))
    path = f"/pictures/{name}.webp"
    assert path in client.get("/inbox/mine/").content.decode()
    colleague, stranger = make_teammate(ada.workspace, "bea"), make_teammate(make_workspace(), "eve")
    answer = client_of(colleague).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "private" in answer["Cache-Control"]
    assert "immutable" in answer["Cache-Control"]
    assert client_of(stranger).get(path).status_code == 404
    assert Client().get(path).status_code == 404
    assert client.get(f"/pictures/{secrets.token_hex(16)}.webp").status_code == 404
    assert client.get("/pictures/..%2f..%2fsecrets.webp").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_who_left_is_still_seen_beside_what_they_wrote_and_sees_nobody(ada) -> None:
    upload(client_of(ada), drawn())
    name = picture_name(User.objects.get(pk=ada.user_id))
    bea = make_teammate(ada.workspace, "bea")
    Teammate.objects.filter(pk=ada.pk).update(left_at="2026-01-01T00:00Z")
    assert client_of(bea).get(f"/pictures/{name}.webp").status_code == 200
    assert client_of(ada).get(f"/pictures/{name}.webp").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_replaced_or_removed_picture_leaves_no_file(ada) -> None:
    client = client_of(ada)
    upload(client, drawn())
    first = User.objects.get(pk=ada.user_id).picture.name
    upload(client, drawn("JPEG"))
    second = User.objects.get(pk=ada.user_id).picture.name
    assert first != second
    assert default_storage.listdir("pictures")[1] == [second.removeprefix("pictures/")]
    client.post("/settings/profile/picture/remove/")
    assert default_storage.listdir("pictures")[1] == []
    assert picture_name(User.objects.get(pk=ada.user_id)) == ""


@pytest.mark.django_db
def test_a_refused_picture_says_why_beside_the_form(ada) -> None:
    answer = upload(client_of(ada), b"not a picture")
    assert answer.status_code == 422
    assert "Choose a PNG, JPEG, WebP or GIF" in answer.content.decode()
    assert client_of(ada).post("/settings/profile/picture/").status_code == 422


@pytest.mark.django_db
def test_a_login_of_one_identity_provider_alone_is_its_owners_to_name(ada) -> None:
    from inbox.people.models import SingleSignOn

    SingleSignOn.objects.create(workspace=ada.workspace, issuer="https://id.test", client_id="frontdesk")
    User.objects.filter(pk=ada.user_id).update(email=None)
    client = client_of(ada)
    session = client.session
    session[SSO_WORKSPACE] = ada.workspace_id
    session.save()
    save(client, name="Ada L")
    assert User.objects.get(pk=ada.user_id).name == "Ada L"
