"""The form for a new API token."""

from __future__ import annotations

from typing import Any

from django import forms

from inbox.people.models import Teammate
from inbox.people.models.tokens import Scope
from inbox.people.tokens import may_be_acted_as_by

SCOPES = [
    (Scope.READ.value, "Read: look at contacts, accounts and conversations, change nothing"),
    (Scope.WRITE.value, "Read and write: all that the API can do"),
]


class _ActsAs(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} (@{obj.handle}, {obj.role})"


class TokenForm(forms.Form):
    """Name, scope and as whom the token acts: the maker, or one with no greater power."""

    name = forms.CharField(
        max_length=80,
        help_text="Where it will be used, so that you know it again: “Shop backend”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Give it a name, by which you will know it again.",
            "max_length": "Use at most 80 signs.",
        },
    )
    scope = forms.ChoiceField(
        label="It may", choices=SCOPES, initial=Scope.READ.value, error_messages={"required": "Choose read or write."}
    )
    acts_as = _ActsAs(
        label="It acts as",
        queryset=Teammate.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        help_text="What it writes carries this name. It never may do more than this teammate, and ends with them.",
        error_messages={
            "required": "Choose a teammate.",
            "invalid_choice": "Choose yourself, or somebody of this workspace whose role is not above yours.",
        },
    )

    def __init__(self, *args: Any, maker: Teammate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acts_as"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = may_be_acted_as_by(maker)
        field.initial = maker.public_id
