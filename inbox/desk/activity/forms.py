"""The form of a route. It carries values; notifications/routes.py judges them."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from inbox.desk.activity.feed import TOPIC_WORDS
from inbox.desk.activity.medium import label, short_address, transports
from notifications.models import Rule
from notifications.routes import RouteRefused
from notifications.words import Severity

_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,7})\s*([a-z]*)")
# What a message says where a route has no template of its own.
DEFAULT_TEMPLATE = "{{ title }}\n{{ body }}"


class SpanField(forms.CharField):
    """A length of time as people write it: "10 min", "45 s", "2 h"; a bare number is minutes. Seconds, as a value."""

    def clean(self, value: Any) -> int:
        """Return the seconds; an empty field is 0. Raises ValidationError."""
        text = str(value or "").strip().lower()
        if not text:
            return 0
        found = _SPAN.fullmatch(text)
        unit = _UNITS.get((found[2] or "min").removesuffix("s") or "s") if found else None
        if found is None or unit is None:
            raise forms.ValidationError("Write it as 10 min, 45 s or 2 h.")
        return int(found[1]) * unit


def span(seconds: int) -> str:
    """Return seconds as a SpanField shows them, "" for none."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s" if seconds else ""


def _clock(value: Any) -> str:
    return str(value)[:5] if value else ""


class RouteForm(forms.Form):
    """All that can be said of a route. None of it is required here: the verb knows."""

    name = forms.CharField(widget=forms.TextInput(attrs={"maxlength": 80, "autocomplete": "off", "dir": "auto"}))
    purpose = forms.CharField(
        help_text="What this is for, and whom. Shown in the list.",
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300, "dir": "auto"}),
    )
    enabled = forms.BooleanField(label="Switched on", initial=True)

    topics = forms.MultipleChoiceField(choices=list(TOPIC_WORDS.items()), widget=forms.CheckboxSelectMultiple)
    kinds = forms.CharField(
        help_text="One or several, a * for any part: payment.*, user.report_exported. Empty: all kinds.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "list": "known-kinds"}),
    )
    min_severity = forms.TypedChoiceField(label="At least", choices=Severity.choices, coerce=int, empty_value=None)
    condition = forms.CharField(
        help_text='An expression in CEL, as data.plan == "pro" && level >= 40. It knows kind, topic, severity, level, '
        "title, data, contact, account, actor and private.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"}),
    )
    takes_private = forms.BooleanField(
        label="Private teams too", help_text="Also what happens in private teams’ conversations."
    )
    is_fallback = forms.BooleanField(
        label="Only what is left over", help_text="Takes only events that no other route has taken."
    )

    transport = forms.ChoiceField(label="Tell by")
    address = forms.CharField(label="Where to", widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 320}))
    template = forms.CharField(
        label="Wording",
        help_text="A Liquid template. Empty: the event’s own words. It knows the same names as a condition, and body "
        "and link.",
        widget=forms.Textarea(
            attrs={"rows": 4, "spellcheck": "false", "class": "code", "placeholder": DEFAULT_TEMPLATE}
        ),
    )
    silent = forms.BooleanField(label="Without a sound", help_text="Where the medium allows it.")

    group_seconds = SpanField(
        label="Group for", help_text="Equal events within this time share one message, which counts them. Empty: never."
    )
    cap = forms.IntegerField(label="At most", help_text="So many messages; the rest comes in one summary. Empty: all.")
    cap_seconds = SpanField(label="within", initial="1 min")
    delay_seconds = SpanField(label="Wait first", help_text="What is settled meanwhile is not told at all.")
    quiet_from = forms.TimeField(label="Quiet from", widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_to = forms.TimeField(
        label="to",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="What falls into quiet hours waits for their end, by the workspace’s clock.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for one in self.fields.values():
            one.required = False
        field = self.fields["transport"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, label(name)) for name in transports()]

    @classmethod
    def of(cls, rule: Rule, *, whole_address: bool = True) -> RouteForm:
        """Return the form as it shows a route. Without `whole_address` what may be a secret in it is left out."""
        spans = {name: span(getattr(rule, name)) for name in ("group_seconds", "cap_seconds", "delay_seconds")}
        plain = {
            name: getattr(rule, name)
            for name in ("name", "purpose", "enabled", "topics", "min_severity", "condition", "takes_private",
                         "is_fallback", "transport", "address", "template", "silent")
        }  # fmt: skip
        address = {} if whole_address else {"address": short_address(rule.address)}
        quiet = {"quiet_from": rule.quiet.get("from", ""), "quiet_to": rule.quiet.get("to", "")}
        return cls(
            initial={**plain, **spans, **quiet, "kinds": ", ".join(rule.kinds), "cap": rule.cap or None, **address}
        )

    def values(self) -> dict[str, Any]:
        """Return what was filled in, as save_route takes it. The form must be valid."""
        clean = dict(self.cleaned_data)
        begin, end = _clock(clean.pop("quiet_from")), _clock(clean.pop("quiet_to"))
        return clean | {
            "min_severity": clean["min_severity"] or Severity.INFO,
            "kinds": re.split(r"[\s,]+", clean["kinds"]),
            "cap": clean["cap"] or 0,
            "cap_seconds": clean["cap_seconds"] or 60,
            "quiet": {"from": begin, "to": end} if begin or end else {},
        }

    def take(self, refused: RouteRefused) -> None:
        """Show what the verb refused at the fields that it is about."""
        for name, problem in refused.problems.items():
            here = {"quiet": "quiet_from"}.get(name, name)
            self.add_error(here if here in self.fields else None, problem)
