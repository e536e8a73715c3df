"""The sidebar as Help Scout shows it: a fragment in its style guide's classes. Templates escape every value."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse

from integrations.helpscout.facts import Facts, gather
from integrations.helpscout.finding import Match
from integrations.helpscout.lines import Row, plain
from integrations.helpscout.models import SidebarLayout
from integrations.helpscout.rows import make_rows
from integrations.helpscout.snippet import draw_snippet
from notifications.wording import absolute

MOST_OTHERS = 3


def draw_person(workspace: int, match: Match, layout: SidebarLayout) -> str:
    """Return the sidebar of a person in a workspace (its key), as HTML."""
    return draw_facts(gather(workspace, match, layout.rows), layout)


def draw_facts(facts: Facts, layout: SidebarLayout) -> str:
    """Return the sidebar of what was read of a person, as HTML."""
    rows: list[Row] = make_rows(facts, layout.rows)
    own = draw_snippet(layout.snippet, facts)
    if own is not None:
        rows.append(own)
    context = {
        "name": plain(facts.root.display_name),
        "link": absolute(reverse("contact", args=[facts.root.public_id])),
        "email": plain(facts.match.email),
        "is_proved": facts.match.is_proved,
        "others": [
            (plain(other.display_name), absolute(reverse("contact", args=[other.public_id])))
            for other in facts.match.others[:MOST_OTHERS]
        ],
        "parts": [(kind, list(part)) for kind, part in groupby(rows, key=lambda row: row.kind)],
    }
    return render_to_string("integrations/helpscout/sidebar.html", context)


def draw_unknown(emails: tuple[str, ...]) -> str:
    """Return what is shown where nobody is known by these addresses, with the way to add them."""
    email = emails[0] if emails else ""
    link = absolute(reverse("contact-new")) + (f"?email={quote(email, safe='@')}" if email else "")
    return render_to_string("integrations/helpscout/unknown.html", {"email": plain(email), "link": link})


def draw_fault(says: str) -> str:
    """Return what is shown where a request was refused: words of ours alone."""
    return render_to_string("integrations/helpscout/fault.html", {"says": says})
