"""Imports in a browser: a messy file is dropped, looked at, checked, imported, mended, and taken back."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Open, axe, screens, wait
from tests.mail_server import MailServer, mail_server
from tests.stack import Stack, running_stack

ROWS = 6_000
DROP = """([name, bytes]) => {
  const file = new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name, { type: "text/csv" })
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(file)
  const target = document.querySelector("file-upload:defined .drop")
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
  }
}"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def stack(mailbox: MailServer) -> Iterator[Stack]:
    with running_stack(env={"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}) as running:
        yield running


def messy(tag: str, rows: int) -> bytes:
    """Return a file as it comes from somewhere: semicolons, Windows-1252, headings that are there twice, addresses that
    are none, rows that are too long."""
    lines = ["E-Mail;Vorname;Nachname;Firma;Notiz;Notiz"]
    for number in range(rows):
        line = f" {tag.upper()}{number}@Example.com;Zoë;Müller {number};Käse & Söhne;=1+1;x"
        if number % 1000 == 7:
            line = line.replace("@", " at ")
        if number % 1000 == 8:
            line += ";zu viel"
        lines.append(line)
    return "\r\n".join(lines).encode("cp1252")


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the page of imports, and wait for its columns."""
    page.locator("file-upload:defined .drop").wait_for()  # a click on a link does not wait for the next page's scripts
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])
    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()


def figure(page: Page, name: str):
    return page.locator(".figures div").filter(has=page.get_by_text(name, exact=True)).locator("dd")


def downloaded(page: Page) -> list[list[str]]:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them (CSV)").click()
    return list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"), newline="")))


def mailed(page: Page, mailbox: MailServer, subject: str) -> EmailMessage:
    """Wait for a letter of this subject."""
    for _ in range(1200):
        found = [letter for letter in mailbox.letters if subject in str(letter["Subject"])]
        if found:
            return found[0]
        page.wait_for_timeout(50)
    raise AssertionError(f"no letter said {subject}")


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@pytest.mark.timeout(420)  # several imports, one after the other, on a busy machine
def test_a_messy_file_is_dropped_corrected_checked_imported_told_of_mended_and_undone(
    desk: Open, stack: Stack, mailbox: MailServer
) -> None:
    page = desk("ada", "/imports/")
    drop(page, "messy.csv", messy("m", ROWS))
    expect(page.get_by_text("Windows-1252, cells parted by semicolons")).to_be_visible()
    expect(page.get_by_label("Vorname", exact=True)).to_have_value("first_name")
    expect(page.get_by_text("Row 9 would be refused.")).to_be_visible()

    second = page.get_by_label("Notiz 2", exact=True)
    expect(page.locator("#attribute-5")).to_have_value("Notiz 2")
    second.select_option("Leave out")
    expect(page.get_by_text("1 is left out")).to_be_visible()
    page.reload()
    expect(second).to_have_value("")
    page.get_by_label("Vorname", exact=True).select_option("Email")
    wrong = page.locator(".flash.error")
    expect(wrong).to_contain_text("are both “Email”")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(wrong).to_contain_text("Leave one of them out")
    page.get_by_label("Vorname", exact=True).select_option("First name")
    expect(wrong).to_have_count(0)

    page.get_by_role("button", name="Check (nothing is written)").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing has been written yet")).to_be_visible(timeout=60_000)
    expect(figure(page, "Would be created")).to_have_text("5,988")
    expect(figure(page, "Would be refused")).to_have_text("12")
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Your contacts are in")).to_be_visible(timeout=120_000)
    outcomes = [figure(page, name).inner_text() for name in ("Rows", "Created", "Updated", "Unchanged", "Refused")]
    assert outcomes == ["6,000", "5,988", "0", "0", "12"]
    first = page.url

    letter = mailed(page, mailbox, "Your contacts are in: 5988 new")
    assert letter["To"] == "ada@demo.test"
    links = re.findall(r'href="([^"]+)"', str(letter.get_body(("html",)).get_content()))  # type: ignore[union-attr]
    [to_import] = {urlsplit(link).path for link in links if re.search(r"/imports/[^/]+/$", link)}
    page.goto(stack.url + to_import)
    assert page.url == first
    expect(figure(page, "Created")).to_have_text("5,988")

    head, *rows = downloaded(page)
    assert head[0] == "why it was refused"
    assert len(rows) == 12
    assert rows[0][1:6] == [" M7 at Example.com", "Zoë", "Müller 7", "Käse & Söhne", "'=1+1"]
    mended = [[row[0], row[1].replace(" at ", "@"), *row[2:7]] for row in rows]
    page.get_by_role("link", name="Import another file").click()
    drop(page, "mended.csv", written([head, *mended]))
    expect(page.get_by_label("why it was refused", exact=True)).to_have_value("")
    expect(page.get_by_label("Notiz", exact=True)).to_have_value("attributes.")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Your contacts are in")).to_be_visible(timeout=60_000)
    expect(figure(page, "Created")).to_have_text("12")
    expect(figure(page, "Refused")).to_have_text("0")
    kept = "SELECT count(*), min(attributes ->> 'Notiz') FROM inbox_contact WHERE email LIKE 'm%%@example.com'"
    assert stack.query(kept) == [(6_000, "=1+1")]

    page.goto(first)
    page.get_by_role("link", name="Undo…").click()
    expect(page.get_by_text("5,988 contacts that it made: removed.")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="It is taken back")).to_be_visible(timeout=120_000)
    assert stack.query(kept) == [(12, "=1+1")]


def out_of_patience(page: Page) -> None:
    """Let the time pass in which an upload tries again by itself."""
    expect(page.get_by_text("Trying again")).to_be_visible()
    while not page.get_by_role("button", name="Go on").is_visible():
        page.clock.run_for(1_000)


def test_a_line_that_breaks_is_gone_on_with_by_a_button_and_after_a_reload(desk: Open, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"Email,Note\n" + b"".join(b"l%d@example.com,%s\n" % (n, b"x" * 1000) for n in range(20_000)))
    page = desk("ada", "/imports/")
    page.clock.install()
    sent: list[int] = []

    def count(request: Request) -> None:
        if request.method == "PUT":
            sent.append(int(request.url.rstrip("/").rpartition("/")[2]))

    def cut(route: Route) -> None:
        route.abort("connectionreset")

    page.on("requestfinished", count)
    page.route(re.compile(r"/parts/1/$"), cut)
    again = page.get_by_role("button", name="Go on")
    page.get_by_label("Choose a file").set_input_files(large)
    out_of_patience(page)
    expect(page.get_by_text(re.compile(r"The line is broken. 4\d % of the file is here"))).to_be_visible()
    assert axe(page) == []
    assert sent == [0]

    page.reload()
    expect(page.get_by_text("large.csv is here to 33 %")).to_be_visible()
    page.get_by_label("Choose a file").set_input_files(large)
    out_of_patience(page)
    expect(again).to_be_focused()
    page.unroute(re.compile(r"/parts/1/$"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()
    assert sent == [0, 1, 2]
    expect(page.get_by_text("about 20,")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("large.csv is not imported. Nothing was written.")).to_be_visible()


def test_a_file_that_is_no_csv_says_what_to_do_and_another_one_can_be_chosen(desk: Open) -> None:
    page = desk("ada", "/imports/")
    excel = {
        "name": "people.xlsx",
        "mimeType": "",
        "buffer": b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml" + bytes(60),
    }
    page.get_by_label("Choose a file").set_input_files(excel)
    expect(page.get_by_role("alert").filter(has_text="This is an Excel file")).to_be_visible()
    page.get_by_label("Choose a file").set_input_files({"name": "a.csv", "mimeType": "", "buffer": messy("n", 3)})
    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()


def test_a_file_comes_in_without_a_script(desk: Open) -> None:
    page = desk("ada", "/imports/", java_script_enabled=False)
    page.get_by_label("Choose a file").set_input_files({"name": "a.csv", "mimeType": "", "buffer": messy("o", 3)})
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()
    page.get_by_role("button", name="Check (nothing is written)").click()
    # The page does not follow by itself, and three rows may be read before it comes.
    checked = page.get_by_role("heading", name="Nothing has been written yet")
    expect(page.get_by_text("Reading the file").or_(checked)).to_be_visible()
    wait(page, lambda: page.reload() and checked.is_visible())
    expect(figure(page, "Would be created")).to_have_text("3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody_to_use(desk: Open, stack: Stack, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", "/imports/", width=width, height=height, color_scheme=scheme)
        wide = ["Email", *(f"{'Unerhört lange Überschrift ' * 6}{place}" for place in range(60)), "اسم"]
        drop(page, f"{'lang' * 50}.csv", written([wide, ["nobody", *["y" * 300] * 60, "مرحبا"], ["a@example.com"]]))
        pages = [page.url]
        page.goto(f"{stack.url}/imports/")
        drop(page, "few.csv", messy(f"{scheme[0]}{width}", 30))
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_role("heading", name="Your contacts are in")).to_be_visible(timeout=60_000)
        pages += [page.url, f"{page.url}undo/", f"{stack.url}/imports/"]
        for address in pages:
            page.goto(address)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.goto(pages[1])
        page.get_by_role("link", name="Undo…").click()
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_role("heading", name="It is taken back")).to_be_visible(timeout=60_000)
        assert axe(page) == []
