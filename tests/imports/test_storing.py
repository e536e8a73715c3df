"""Files of imports in the storage: parts that come in any order, read as one stream, on a disk and in S3."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from imports import chunks, storing
from imports.models import BatchKind, Import, Source
from settings.storage import media_storage
from tests.factories import make_workspace
from tests.stack import free_port

PART = 1000
BUCKET = "files-of-frontdesk"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "PART", PART)


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """S3 as moto plays it: its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server._port}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def storage(request: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each place that files may lie in."""
    environ = in_s3(request.getfixturevalue("aws"), monkeypatch) if request.param == "s3" else {}
    settings.STORAGES = {**settings.STORAGES, "default": media_storage(environ, tmp_path)}
    return request.param


def in_s3(address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Make an empty bucket, and return the environment that names it."""
    httpx.post(f"{address}/moto-api/reset").raise_for_status()
    environ = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "MEDIA_S3_BUCKET": BUCKET,
        "MEDIA_S3_PREFIX": "desk/",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    place = {"LocationConstraint": "eu-north-1"}
    boto3.Session().client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    return environ


@pytest.fixture
def import_(db: None) -> Import:
    return Import.objects.create(workspace=make_workspace(), source=Source.CSV, name="people.csv")


def announced(import_: Import, size: int) -> bytes:
    """Say of an import how large its file is, and return such a file."""
    import_.size = size
    import_.save(update_fields=["size"])
    return os.urandom(size)


def put(import_: Import, text: bytes, *numbers: int) -> None:
    for number in numbers:
        storing.put_part(import_, number, text[number * PART : (number + 1) * PART])


def read(import_: Import) -> bytes:
    with storing.open_file(Import.objects.get(pk=import_.pk)) as file:
        return file.read()


def files(import_: Import) -> list[str]:
    try:
        return sorted(default_storage.listdir(chunks.folder(import_))[1])
    except FileNotFoundError:
        return []


def test_parts_that_come_in_any_order_are_read_as_one_stream(storage, import_) -> None:
    text = announced(import_, 3 * PART + 1)
    put(import_, text, 3, 0)
    assert storing.missing(Import.objects.get(pk=import_.pk)) == [1, 2]
    put(import_, text, 2, 1)
    assert storing.missing(Import.objects.get(pk=import_.pk)) == []
    assert read(import_) == text


def test_a_part_that_comes_again_takes_the_place_of_the_first(storage, import_) -> None:
    text = announced(import_, PART + 5)
    put(import_, os.urandom(len(text)), 0, 1)
    put(import_, text, 1, 0, 0)
    assert read(import_) == text


@pytest.mark.parametrize(
    ("number", "length", "code"), [(0, PART - 1, "part_broken"), (1, 6, "part_broken"), (2, 5, "no_such_part")]
)
def test_half_a_part_is_never_stored(storage, import_, number, length, code) -> None:
    announced(import_, PART + 5)
    with pytest.raises(storing.PartRefused) as refused:
        storing.put_part(import_, number, b"x" * length)
    assert refused.value.code == code
    assert files(import_) == []
    assert storing.missing(Import.objects.get(pk=import_.pk)) == [0, 1]


def test_a_part_for_an_upload_that_is_over_leaves_nothing_behind(storage, import_) -> None:
    announced(import_, 5)
    Import.objects.update(status="cancelled")
    with pytest.raises(storing.PartRefused, match="over"):
        storing.put_part(import_, 0, b"12345")
    assert files(import_) == []


def test_a_file_that_comes_in_one_piece_is_cut_into_parts(storage, import_) -> None:
    text = os.urandom(2 * PART)
    assert storing.store(import_, io.BytesIO(text)) == len(text)
    assert files(import_) == ["part-00000", "part-00001"]
    assert read(import_) == text


def test_the_stream_can_be_sought_in_over_the_ends_of_parts(storage, import_) -> None:
    text = os.urandom(3 * PART + 7)
    storing.store(import_, io.BytesIO(text))
    with storing.open_file(import_) as file:
        for at, length in ((PART - 3, 6), (0, 2), (3 * PART, 100), (len(text), 1), (PART, PART)):
            assert file.seek(at) == at
            assert file.read(length) == text[at : at + length]
        assert file.seek(-1, io.SEEK_END) == len(text) - 1
        assert list(file) == [text[-1:]]


def test_reading_a_file_that_is_deleted_meanwhile_says_so(storage, import_) -> None:
    storing.store(import_, io.BytesIO(os.urandom(2 * PART)))
    opened = storing.open_file(import_)
    storing.delete_files(Import.objects.get(pk=import_.pk))
    with pytest.raises(storing.FileGone):
        opened.read()
    with pytest.raises(storing.FileGone):
        storing.open_file(Import.objects.get(pk=import_.pk))


def test_all_files_of_an_import_are_deleted_and_those_of_others_are_not(storage, import_) -> None:
    other = Import.objects.create(workspace=import_.workspace, source=Source.CSV)
    for one in (import_, other):
        storing.store(one, io.BytesIO(b"x" * (PART + 1)))
        chunks.write_json(one, BatchKind.CONTACTS, 1, [[1]])
    storing.delete_files(import_)
    storing.delete_files(import_)
    assert files(import_) == []
    assert files(other) == ["contacts-000001.jsonl", "part-00000", "part-00001"]
    assert Import.objects.get(pk=import_.pk).file_gone_at is not None
    assert Import.objects.get(pk=other.pk).file_gone_at is None


def test_a_file_that_turns_out_too_large_is_refused_while_it_is_stored(storage, import_, monkeypatch) -> None:
    monkeypatch.setattr(storing, "LARGEST", 2 * PART)
    with pytest.raises(storing.PartRefused, match="at most") as refused:
        storing.store(import_, io.BytesIO(b"x" * (2 * PART + 1)))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("storage", ["s3"], indirect=True)
def test_a_bucket_keeps_everything_below_its_prefix(storage, import_) -> None:
    storing.store(import_, io.BytesIO(b"x"))
    found = boto3.Session().client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [one["Key"] for one in found] == [f"desk/{chunks.folder(import_)}/part-00000"]
