"""The form of a connection, drawn from the model that says which keys there are."""

from __future__ import annotations

from typing import Any

from django import forms

from integrations.configs import Config, ConnectionRefused, is_secret


class ConnectionForm(forms.Form):
    """An input for each key. They are write-only: what is set never comes back, and an empty one keeps it."""

    def __init__(self, data: Any = None, *, config: type[Config], stored: tuple[str, ...] = ()) -> None:
        super().__init__(data, prefix=config.integration.value)
        self.config = config
        for name, field in config.model_fields.items():
            attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
            if name in stored:
                attrs["placeholder"] = "Set. Leave empty to keep it."
            widget = forms.PasswordInput(attrs={**attrs, "autocomplete": "new-password"}) if is_secret(field) else None
            self.fields[name] = forms.CharField(
                label=field.title,
                help_text=field.description or "",
                required=False,
                max_length=2000,
                widget=widget or forms.TextInput(attrs=attrs),
            )

    @property
    def ways(self) -> list[list[forms.BoundField]]:
        """The inputs, together with those that go with them; one list alone where there is one way to connect."""
        ways = self.config.ways or (tuple(self.config.model_fields),)
        return [[self[name] for name in way] for way in ways]

    def refuse(self, refused: ConnectionRefused) -> None:
        """Put each problem under its input, and what concerns all of them above."""
        for key, text in refused.problems.items():
            self.add_error(key if key in self.fields else None, text)
