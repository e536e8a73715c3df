"""The form of the settings' page for single sign-on."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from inbox.people.models import SingleSignOn
from inbox.people.models.sso import JOINS_AS
from inbox.people.sso_setup import Wanted, plain_values

JOINS = [("", "Nobody: only who is invited"), *[(value, f"As {label.lower()}") for value, label in JOINS_AS]]


class SsoForm(forms.Form):
    issuer = forms.CharField(
        max_length=300,
        widget=forms.URLInput(attrs={"placeholder": "https://login.example.com", "spellcheck": "false"}),
        help_text="The provider's address, written exactly as the provider writes it.",
        error_messages={"required": "Write the provider's address."},
    )
    client_id = forms.CharField(
        label="Client id",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Paste the client id that the provider gave to Frontdesk."},
    )
    client_secret = forms.CharField(
        label="Client secret",
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    label = forms.CharField(
        label="Button",
        max_length=60,
        help_text="What the sign-in button says, “Sign in with Okta”.",
        error_messages={"required": "Write what the button says."},
    )
    joins_as = forms.ChoiceField(
        label="Who joins uninvited",
        choices=JOINS,
        required=False,
        help_text="What somebody becomes who signs in at the provider without an invitation.",
    )
    is_required = forms.BooleanField(required=False)

    def __init__(self, sso: SingleSignOn | None, data: QueryDict | None = None) -> None:
        self.sso = sso
        super().__init__(data, initial=plain_values(sso) or {"label": "Single sign-on"})
        if sso is not None:
            secret = self.fields["client_secret"]
            secret.help_text = "It is set, and never shown. Leave this empty to keep it."
            secret.widget.attrs["placeholder"] = "••••••••••••"
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext" if field.help_text else ""
            if not field.widget.attrs["aria-describedby"]:
                del field.widget.attrs["aria-describedby"]

    def wanted(self) -> Wanted:
        """Return what was filled in. A provider that is off stays off until it is turned on by its own button."""
        return Wanted(**self.cleaned_data, is_enabled=self.sso.is_enabled if self.sso is not None else True)
