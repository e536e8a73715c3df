"""The form of a message. It carries values; notifications/automations/values.py judges them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from inbox.desk.activity.forms import SpanField, span
from inbox.people.models import Team, Teammate, Workspace
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Permission
from notifications.automations.values import AutomationRefused
from notifications.models import QuietZone

CODE = {"spellcheck": "false", "class": "code"}
AUDIENCES = (
    ("contact", "The contact that it is about"),
    ("actor", "Whoever caused it"),
    ("teammates", "Teammates"),
)
CHANNELS = (("email", "Email"), ("chat", "Chat, in the widget"), ("inapp", "Notification on the desk"))
ZONES = ((QuietZone.RECIPIENT.value, "the recipient’s clock"), (QuietZone.WORKSPACE.value, "the workspace’s clock"))


def _clock(value: Any) -> str:
    return str(value)[:5] if value else ""


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class MessageForm(forms.Form):
    """All that can be said of a message. None of it is required here: the verb knows."""

    name = forms.CharField(
        help_text="For the team. Nobody who gets it sees this.",
        widget=forms.TextInput(attrs={"maxlength": 80, "autocomplete": "off", "dir": "auto"}),
    )
    enabled = forms.BooleanField(label="Switched on", help_text="It is sent from the next event on.")

    kinds = forms.CharField(
        label="When this happens",
        help_text="A kind of event, or several; a * for any part: contact.signed_up, plan.*.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "list": "known-kinds"}),
    )
    condition = forms.CharField(
        label="and this holds",
        help_text='An expression in CEL, as data.plan == "pro". Empty: always. It knows kind, topic, severity, level, '
        "title, data, contact, account, actor and private.",
        widget=forms.Textarea(attrs={"rows": 2, **CODE}),
    )
    delay_seconds = SpanField(
        label="Wait first", help_text="As 10 min, 2 h or 3 d. What is settled meanwhile is not sent. Empty: at once."
    )

    audience = forms.ChoiceField(label="To", choices=AUDIENCES, widget=forms.RadioSelect)
    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple)
    teams = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    skills = forms.CharField(
        help_text="Several with commas between them.", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    permissions = forms.MultipleChoiceField(
        label="Who may",
        choices=[(one.name.lower(), one.value[:1].upper() + one.value[1:]) for one in Permission],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(label="By", choices=CHANNELS)
    sender = forms.ChoiceField(label="In the name of")

    subject = forms.CharField(widget=forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off", "dir": "auto"}))
    body = forms.CharField(
        label="Text",
        help_text="Markdown: **bold**, # a heading, - a list, [words](link). A link that stands alone and is bold is a "
        "button. {{ contact.first_name }} puts in a value.",
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto", "class": "code words"}),
    )
    is_transactional = forms.BooleanField(
        label="They asked for it",
        help_text="As a receipt, or the end of something that they began. It goes to who has unsubscribed, too, and "
        "has no link for unsubscribing.",
    )

    most = forms.IntegerField(label="At most", help_text="So many for each recipient. Empty: any number.")
    most_seconds = SpanField(label="within", help_text="As 7 d. Empty: ever.")
    quiet_from = forms.TimeField(label="Quiet from", widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_to = forms.TimeField(label="to", widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_zone = forms.ChoiceField(
        label="by", choices=ZONES, help_text="What falls into quiet hours waits for their end."
    )

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for one in self.fields.values():
            one.required = False
        teams = Team.objects.filter(workspace=workspace).order_by("name").values_list("handle", "name")
        self._choose("teams", list(teams))
        mates = Teammate.objects.active().filter(workspace=workspace).select_related("user").order_by("handle")
        self._choose("sender", [("", "The team"), *((f"@{mate.handle}", mate.name) for mate in mates[:200])])

    @classmethod
    def of(cls, workspace: Workspace, values: Mapping[str, Any]) -> MessageForm:
        """Return the form as it shows an automation's fields."""
        quiet = {"quiet_from": values["quiet"].get("from", ""), "quiet_to": values["quiet"].get("to", "")}
        spans = {name: span(values[name]) for name in ("delay_seconds", "most_seconds")}
        lists = {name: ", ".join(values[name]) for name in ("kinds", "skills")}
        return cls(workspace, initial={**values, **spans, **lists, **quiet, "most": values["most"] or None})

    def values(self) -> dict[str, Any]:
        """Return what was filled in, as save_automation takes it. The form must be valid."""
        clean = dict(self.cleaned_data)
        begin, end = _clock(clean.pop("quiet_from")), _clock(clean.pop("quiet_to"))
        return clean | {
            "kinds": [kind for kind in re.split(r"[\s,]+", clean["kinds"]) if kind],
            "skills": _words(clean["skills"]),
            "most": clean["most"] or 0,
            "quiet": {"from": begin, "to": end} if begin or end else {},
            "quiet_zone": clean["quiet_zone"] or QuietZone.RECIPIENT.value,
        }

    def take(self, refused: AutomationRefused) -> None:
        """Show what the verb refused at the fields that it is about."""
        for name, problem in refused.problems.items():
            here = {"quiet": "quiet_from"}.get(name, name)
            self.add_error(here if here in self.fields else None, problem)

    def problems(self) -> dict[str, str]:
        """Return what the form itself cannot read, by field."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        # One that is kept, and is there no more, stays in sight: the verb says what to do about it.
        given = self.initial.get(name) or []
        known = {key for key, _ in choices}
        kept = [one for one in ([given] if isinstance(given, str) else given) if one not in known]
        field.choices = [*choices, *((one, f"{one} (gone)") for one in kept)]
