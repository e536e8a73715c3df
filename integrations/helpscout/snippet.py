"""The team's own Liquid in the sidebar: run within bounds, every value escaped, and what it makes cleaned.

Two walls stand between what a customer calls themselves and Help Scout's page: Liquid escapes all values, and of the
whole nothing is kept but the tags, classes and links that Help Scout's style guide knows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import nh3
from liquid.exceptions import LiquidError

from integrations.helpscout.facts import Facts
from integrations.helpscout.lines import Markup
from notifications.wording import TemplateRefused, limited, parsed_by

LONGEST = 4000
FAILED = Markup('<p class="muted">The team’s own snippet failed on this customer. See Frontdesk’s settings.</p>')
_LIQUID = limited(autoescape=True)
# It would have a customer's own words taken for markup.
del _LIQUID.filters["safe"]
_TAGS = {"h4", "p", "br", "ul", "li", "a", "span", "i", "b", "strong", "em", "div"}
_ATTRIBUTES = {"*": {"class"}, "a": {"href"}}
_SCHEMES = {"https", "http", "mailto"}


def check_snippet(text: str, example: Facts) -> None:
    """Return if `text` is a snippet that works for an example. Raises TemplateRefused, which says what to change."""
    if len(text) > LONGEST:
        raise TemplateRefused(f"It has at most {LONGEST:,} characters; this has {len(text):,}.")
    if "\0" in text:
        raise TemplateRefused("It holds a character that is no text. Type it anew.")
    parsed_by(_LIQUID, text)
    try:
        _written(text, example)
    except LiquidError as error:
        raise TemplateRefused(f"It fails on an example: {str(error).splitlines()[0]}") from None
    except Exception as error:  # of a filter, or of the library
        raise TemplateRefused(f"It fails on an example: {type(error).__name__}.") from None


def draw_snippet(text: str, facts: Facts) -> Markup | None:
    """Return what a snippet makes of a person, None for nothing. One that fails says so in a line."""
    if not text.strip():
        return None
    try:
        html = _written(text, facts)
    except (Exception, MemoryError):  # of a filter or of the library: the rest of the sidebar stands
        return FAILED
    return Markup(html) if html else None


def _written(text: str, facts: Facts) -> str:
    made = _parsed(text).render(**_values(facts))
    kept = nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return kept.strip()


def _values(facts: Facts) -> dict[str, Any]:
    """Return what a snippet knows: plain values, so that it reaches nothing else."""
    contact, account = facts.root, facts.account
    return {
        "email": facts.match.email,
        "is_verified": facts.match.is_proved,
        "contact": {
            name: getattr(contact, name)
            for name in ("name", "email", "phone", "external_id", "timezone", "signed_up_at", "attributes")
        },
        "account": account
        and {
            **{
                name: getattr(account, name)
                for name in (
                    "name", "external_id", "domain", "plan", "status", "seats", "seat_limit", "renews_on",
                    "trial_ends_on", "timezone", "modules", "mrr_minor", "currency", "stripe_customer_id",
                    "stripe_subscription_id", "created_at", "attributes",
                )
            },
            "is_owner": account.owner_id is not None and account.owner_id in facts.contacts,  # type: ignore[attr-defined]
        },
    }  # fmt: skip


@lru_cache(maxsize=200)
def _parsed(text: str) -> Any:
    return _LIQUID.from_string(text)
