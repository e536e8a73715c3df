"""The forms of the workspace's settings. They carry values; inbox/people/house.py judges them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms

from inbox.people.house import HouseRefused
from inbox.people.models import Workspace
from inbox.people.models.workspaces import WidgetSide
from inbox.people.zones import zone_names


class HouseForm(forms.Form):
    """A form whose fields the verb judges: none is required or limited here, so that each rule stands in one place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.required = False

    def take(self, refused: HouseRefused) -> None:
        """Show what the verb refused at the fields that it is about."""
        for name, problem in refused.problems.items():
            self.add_error(name if name in self.fields else None, problem)


def zone_choices(current: str) -> list[tuple[str, Any]]:
    """Return the zones grouped by area, for a select; `current` is among them even where it is an old name."""
    names = zone_names() if current in zone_names() else (current, *zone_names())
    groups = groupby(names, lambda name: name.partition("/")[0] if "/" in name else "")
    choices: list[tuple[str, Any]] = []
    for area, members in groups:
        options = [(name, name.partition("/")[2].replace("_", " ") or name) for name in members]
        choices += [(area, options)] if area else options
    return choices


class WorkspaceForm(HouseForm):
    name = forms.CharField(
        label="Name",
        help_text="Customers see it in the widget and in letters.",
        widget=forms.TextInput(attrs={"maxlength": 120, "autocomplete": "organization"}),
    )
    timezone = forms.CharField(label="Time zone", help_text="Business hours and holidays are told in it.")
    accent = forms.CharField(label="Colour")
    answer_within = forms.CharField(
        label="Answer within",
        help_text="Minutes of your business hours, at any time if you have set none. When a customer waits for longer, "
        "the routes are told (conversation.waiting). 0: never.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 5}),
    )

    email_after = forms.CharField(
        label="Email after",
        help_text="Minutes that something stays unread before a teammate is told by email too. 0: at once.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 5}),
    )
    push_shows_text = forms.BooleanField(
        label="Words in push",
        help_text="What is pushed to browsers and phones may hold the words of messages. Off: who wrote, and where.",
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].widget = forms.Select(choices=zone_choices(zone))

    @staticmethod
    def values_of(workspace: Workspace) -> dict[str, str | bool]:
        """Return what the form shows of a workspace."""
        return {
            "name": workspace.name,
            "timezone": workspace.timezone,
            "accent": workspace.accent,
            "answer_within": str(workspace.answer_within_minutes),
            "email_after": str(workspace.email_after_seconds // 60),
            "push_shows_text": workspace.push_shows_text,
        }


class WidgetForm(HouseForm):
    title = forms.CharField(
        label="Title",
        help_text="At the head of the chat. Leave it empty for “Chat with” and the workspace’s name.",
        widget=forms.TextInput(attrs={"maxlength": 60, "autocomplete": "off"}),
    )
    greeting = forms.CharField(
        label="Greeting",
        help_text="What a visitor reads before the first word. It is no message, and nobody is waiting for an answer.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )
    side = forms.ChoiceField(
        label="Side",
        choices=[(WidgetSide.RIGHT, "Right"), (WidgetSide.LEFT, "Left")],
        widget=forms.RadioSelect,
    )
    accent = forms.CharField(label="Colour")
    origins = forms.CharField(
        label="Sites",
        help_text="One a line, as https://shop.example.com. *.example.com stands for all sites below example.com, not "
        "for example.com itself. Leave it empty to let any site carry the widget.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
    )

    @staticmethod
    def values_of(workspace: Workspace) -> dict[str, str]:
        """Return what the form shows of a workspace."""
        return {
            "title": workspace.widget_title,
            "greeting": workspace.greeting,
            "side": workspace.widget_side,
            "accent": workspace.accent,
            "origins": "\n".join(workspace.widget_origins),
        }
