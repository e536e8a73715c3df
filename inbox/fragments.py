"""The fragments that are drawn most: a row of the list and a message, for the page and for the socket alike, and whom a
note may name.

They are Jinja2 templates: one is drawn for every message that anybody sends, and Jinja2 draws it some ten times faster
than Django's own templates do (measured; `make bench` shows what a send costs). The pages include them by the template
tags `row_fragment` and `message_fragment`, so each exists once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from inbox.conversations.suggesting import Suggestion
from inbox.models import Conversation, Message
from inbox.people.pictures import name_of_file
from inbox.people.templatetags.people import first_word, hue, initials
from inbox.templatetags.words import body_html, sentence, until


@lru_cache(maxsize=1)
def _icons() -> str:
    return static("vendor/icons.svg")


class _Unindented(FileSystemLoader):
    """Leaves out what only the source's reader needs: a fragment travels once for each message and agent."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        source, filename, fresh = super().get_source(environment, template)
        return re.sub(r"\n\s+", "\n", source), filename, fresh


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folder = Path(__file__).parent / "jinja2"
    environment = Environment(
        loader=_Unindented(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = {"first_word": first_word, "hue": hue, "initials": initials}
    environment.filters.update(words | {"sentence": sentence, "body_html": body_html, "until": until})
    environment.filters["picture_url"] = lambda file: reverse("picture", args=[name_of_file(file)])
    environment.globals["icons"] = _icons
    return environment


@lru_cache(maxsize=4)
def _template(name: str) -> Template:
    return _environment().get_template(name)


def row_html(conversation: Conversation, *, unread: bool = False, open_id: Any = None) -> str:
    """Return a conversation's row of the list. Without `unread` and `open_id` it knows no viewer."""
    return _template("desk/row.html").render(conversation=conversation, unread=unread, open_id=open_id)


def suggestions_html(found: Sequence[Suggestion]) -> str:
    """Return the list from which somebody who writes a note picks whom it names."""
    return _template("desk/mentionable.html").render(options=found)


def message_html(message: Message) -> str:
    """Return a message of the thread; its teammate or contact must be loaded."""
    return _template("desk/message.html").render(message=message)
