"""What stands in an answer besides what it quotes."""

from __future__ import annotations

import random
from email import message_from_string, policy
from email.message import EmailMessage

import pytest

from inbox.conversations.text import MAX_LENGTH, clean_text
from inbox.mailing.reading import answer_in, html_to_text, is_automatic, note_text

OUR_LETTER = "Cem mentioned you in a note\n\nMaria Silva\n22 November, 14:05\n\nWhere is my parcel?"
QUOTED = "\n".join(f"> {line}".rstrip() for line in OUR_LETTER.split("\n"))
ANSWERS = {
    "Gmail": f"It left today.\n\nOn Sun, Nov 22, 2026 at 2:06 PM Frontdesk <desk@shop.test> wrote:\n\n{QUOTED}\n",
    "Gmail, the header in two lines": (
        f"It left today.\n\nOn Sun, Nov 22, 2026 at 2:06 PM Frontdesk <desk@shop.test>\nwrote:\n\n{QUOTED}\n"
    ),
    "Apple Mail": f"It left today.\n\n> On 22 Nov 2026, at 14:06, Frontdesk <desk@shop.test> wrote:\n> \n{QUOTED}",
    "a phone": f"It left today.\n\nSent from my iPhone\n\n> On 22 Nov 2026, at 14:06, Frontdesk wrote:\n{QUOTED}",
    "German": f"It left today.\n\nAm So., 22. Nov. 2026 um 14:06 Uhr schrieb Frontdesk <desk@shop.test>:\n\n{QUOTED}",
    "French": f"It left today.\n\nLe dim. 22 nov. 2026 à 14:06, Frontdesk <desk@shop.test> a écrit :\n\n{QUOTED}",
    "Spanish": f"It left today.\n\nEl dom, 22 nov 2026 a las 14:06, Frontdesk (<desk@shop.test>) escribió:\n\n{QUOTED}",
    "Outlook": (
        "It left today.\n\n________________________________\nFrom: Frontdesk <desk@shop.test>\n"
        f"Sent: Sunday, November 22, 2026 2:06 PM\nTo: Bea <bea@shop.test>\nSubject: Maria Silva (#12)\n\n{OUR_LETTER}"
    ),
    "written below": f"On Sun, Nov 22, 2026 Frontdesk <desk@shop.test> wrote:\n\n{QUOTED}\n\nIt left today.\n",
    "with a signature": f"It left today.\n\n-- \nBea\nSupport\n\nOn Sun, 22 Nov 2026, Frontdesk wrote:\n{QUOTED}",
    "nothing quoted": "It left today.",
    "line ends of the wire": f"It left today.\r\n\r\nOn Sun, Nov 22, 2026 Frontdesk wrote:\r\n{QUOTED}",
}


@pytest.mark.parametrize("client", ANSWERS)
def test_what_is_quoted_is_left_out(client) -> None:
    assert answer_in(ANSWERS[client]) == "It left today."


def test_what_they_wrote_is_kept_whole() -> None:
    said = "Thanks,\nwill do:\n\n- call Maria\n- send again\n\nBest regards to Cem.\n\nOn second thought: no hurry."
    assert answer_in(f"{said}\n\nOn Sun, Nov 22, 2026 Frontdesk <d@shop.test> wrote:\n{QUOTED}") == said


def test_an_answer_between_the_lines_keeps_their_own_lines() -> None:
    said = "On Sun, Nov 22, 2026 Frontdesk <d@shop.test> wrote:\n> Where is it?\n\nIt left.\n\n> When?\n\nToday."
    assert answer_in(said).split() == "It left. Today.".split()


def test_a_long_line_is_kept_whole() -> None:
    long = "word " * 1500 + "end"
    assert answer_in(f"{long}\n\nOn Sun, Nov 22, 2026 Frontdesk wrote:\n{QUOTED}") == long


def test_signs_that_nobody_sees_do_not_keep_a_note_from_being_stored() -> None:
    assert clean_text(answer_in("It\x00 left\x1b[0m \ud800today.\ufdd00\ufdd1")) == "It left[0m today.0"


def test_no_letter_takes_long_to_read() -> None:
    # A pattern that grows with the square of the text would take hours over these, and the test end by its time-out.
    rng = random.Random(7)
    bits = [
        "On ",
        "wrote:",
        "From: ",
        "> ",
        "\n",
        " ",
        "_" * 40,
        "Am ",
        "schrieb",
        "a",
        "-",
        "CAUTION:",
        "mail",
        "\u200b",
        "Le ",
    ]
    for _ in range(2):
        answer_in("".join(rng.choice(bits) for _ in range(200_000)))
    for bit in bits:
        answer_in(bit * 60_000)
    html_to_text("<div><blockquote>" * 5_000 + "x")


def test_html_alone_becomes_text_without_its_quote() -> None:
    letter = EmailMessage()
    letter.set_content(
        "<html><head><title>No</title><style>p{}</style></head><body>"
        "<p>It left <b>today</b>&nbsp;&amp; is&lt;on&gt; its way.</p>"
        "<ul><li>One</li><li>Two</li></ul><div>Bea<br>Lind</div>"
        "<script>alert(1)</script>"
        "<div class=gmail_quote>"
        "<div>On Sun, Nov 22, 2026 at 2:06 PM Frontdesk &lt;desk@shop.test&gt; wrote:<br></div>"
        f"<blockquote><div>{OUR_LETTER}</div></blockquote></div></body></html>",
        subtype="html",
    )
    assert note_text(letter).split("\n") == [
        "It left today & is<on> its way.", "- One", "- Two", "Bea", "Lind",
    ]  # fmt: skip


def test_of_two_ways_to_say_it_the_plain_one_is_taken_unless_it_is_empty() -> None:
    letter = EmailMessage()
    letter.set_content("Plain")
    letter.add_alternative("<p>Shown</p>", subtype="html")
    assert note_text(letter) == "Plain"
    letter = EmailMessage()
    letter.set_content(" \n")
    letter.add_alternative("<p>Shown</p>", subtype="html")
    assert note_text(letter) == "Shown"


def test_attachments_are_left_out_with_a_word() -> None:
    letter = EmailMessage()
    letter.set_content("See these.")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert note_text(letter) == "See these.\n\n(1 attachment was left out)"
    letter.add_attachment("not said", subtype="plain", filename="b.txt")
    assert note_text(letter) == "See these.\n\n(2 attachments were left out)"


def test_a_letter_inside_the_letter_is_not_read() -> None:
    letter, inner = EmailMessage(), EmailMessage()
    inner.set_content("Somebody else's words")
    letter.set_content("<p>See the attached.</p>", subtype="html")
    letter.add_attachment(inner)
    assert note_text(letter) == "See the attached.\n\n(1 attachment was left out)"


def test_parts_around_a_picture_are_read_in_order() -> None:
    raw = (
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nAbove\n'
        "--b\nContent-Type: image/png\nContent-Disposition: inline\n\nx\n--b\nContent-Type: text/plain\n\nBelow\n--b--"
    )
    text = note_text(message_from_string(raw, policy=policy.default))
    assert text == "Above\n\nBelow\n\n(1 attachment was left out)"


def test_a_long_answer_is_cut_and_says_so() -> None:
    letter = EmailMessage()
    letter.set_content("word\n" * 10_000)
    letter.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    text = note_text(letter)
    assert len(text) <= MAX_LENGTH
    assert text.endswith("… (the rest of the letter was left out)\n\n(1 attachment was left out)")
    assert clean_text(text) == text


def test_any_charset_and_any_direction_is_read() -> None:
    for charset, text in (("iso-8859-1", "Grüße"), ("utf-8", "مرحبا، سأرد عليها"), ("iso-2022-jp", "了解です")):
        letter = EmailMessage()
        letter.set_content(text, charset=charset)
        assert note_text(letter) == text
    raw = "Content-Type: text/plain; charset=no-such-thing\nContent-Transfer-Encoding: 8bit\n\nHello"
    assert note_text(message_from_string(raw, policy=policy.default)) == "Hello"


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; x=y", "Precedence: bulk", "Precedence: list",
     "X-Autoreply: yes", "X-Autorespond: x", "Return-Path: <>", "List-Id: <all.shop.test>",
     "Content-Type: multipart/report; report-type=delivery-status; boundary=x"],
)  # fmt: skip
def test_what_no_person_wrote_is_told_apart(header) -> None:
    assert is_automatic(message_from_string(f"{header}\n\nI am away", policy=policy.default))


@pytest.mark.parametrize(
    "header", ["X-Mailer: x", "Auto-Submitted: no", "Return-Path: <bea@shop.test>", "Precedence: normal"]
)
def test_what_a_person_wrote_is_not(header) -> None:
    assert not is_automatic(message_from_string(f"{header}\n\nHello", policy=policy.default))
