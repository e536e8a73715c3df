"""A file that is no CSV is named, and what to do is said."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from imports.csv.dialect import NotCsv, detect


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x" * 100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty", "empty"),
        (b"\n\r\n  \n", "empty", "empty"),
        (b"\xef\xbb\xbf", "empty", "empty"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "excel", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "excel", "CSV UTF-8"),
        (archive("people.csv"), "zip", "Unpack it"),
        (archive("word/document.xml"), "document", "Word"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf", "PDF"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "compressed", "Unpack it"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture", "PNG"),
        (b"<!DOCTYPE html><html><body><table>", "html", "web page"),
        (b"\xef\xbb\xbf  <table><tr><td>a</td></tr></table>", "html", "web page"),
        (b'[{"email": "a@b.example"}]', "json", "JSON"),
        (b'<?xml version="1.0"?><Workbook/>', "xml", "XML"),
        (random.Random(1).randbytes(4_000), "binary", "not text"),
    ],
)  # fmt: skip
def test_what_is_no_csv_is_named_with_what_to_do(data: bytes, code: str, said: str) -> None:
    with pytest.raises(NotCsv) as refused:
        detect(data, whole=True)
    assert refused.value.code == code
    assert said in refused.value.detail


@pytest.mark.parametrize("data", [b"PK,email\n1,a@b.example\n", b"GIF,email\nx,a@b.example\n", b"BM,b\n1,2\n"])
def test_a_csv_that_begins_like_something_else_is_one(data: bytes) -> None:
    assert detect(data, whole=True).delimiter == ","
