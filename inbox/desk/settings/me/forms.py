"""The form of one's own profile."""

from __future__ import annotations

from typing import Any

from django import forms

from inbox.people.entrance import clean_name
from inbox.people.models import Teammate
from inbox.people.models.users import Theme
from inbox.people.zones import is_zone, zone_choices


class ProfileForm(forms.Form):
    """Name, handle, time zone and theme. `owns_login` says whether what belongs to the login may be changed, too."""

    name = forms.CharField(
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write the name that customers and colleagues see."},
    )
    handle = forms.CharField(
        error_messages={"required": "Write a handle: small letters, digits, dots and dashes."},
        max_length=60,
        help_text="Colleagues mention you by it. If you change it, nobody else can take your former one.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    timezone = forms.ChoiceField(label="Time zone", choices=zone_choices)
    theme = forms.ChoiceField(choices=Theme.choices, widget=forms.RadioSelect)

    def __init__(self, teammate: Teammate, *args: Any, owns_login: bool, **kwargs: Any) -> None:
        user = teammate.user
        initial = {"name": user.name, "handle": teammate.handle, "timezone": user.timezone, "theme": user.theme}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["name"].disabled = self.fields["timezone"].disabled = not owns_login
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)
        if is_zone(user.timezone) and not zone.valid_value(user.timezone):
            zone.choices = [("Now", [(user.timezone, user.timezone)]), *zone_choices()]  # an older name of a place

    def clean_name(self) -> str:
        """Return the name in one line. Raises ValidationError for one that shows nothing."""
        return clean_name(self.cleaned_data["name"])
