"""What is typed into the pages about people."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django import forms

from inbox.people.models import Team, Teammate
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Permission

MOST_AT_ONCE = 50

ROLE_LINES = {
    Role.OWNER: "Everything, and decides who else is an owner.",
    Role.ADMIN: "Everything but owners: people, teams, settings, keys.",
    Role.AGENT: "Reads, writes, assigns and closes. Sees private teams only from inside.",
    Role.VIEWER: "Reads only.",
}


class TeamChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Teams of one workspace, by public id."""

    def __init__(self, teams: Collection[Team], **options: Any) -> None:
        queryset = Team.objects.filter(pk__in=[team.pk for team in teams])
        super().__init__(
            queryset,
            to_field_name="public_id",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "This team is not known here. Load the page again."},
            **options,
        )


def roles_for(teammate: Teammate) -> list[tuple[str, str]]:
    """Return the roles that this teammate may give."""
    may_all = teammate.may(Permission.MANAGE_OWNERS)
    return [(role.value, role.label) for role in Role if may_all or role != Role.OWNER]


class InviteForm(forms.Form):
    """Addresses, and what those who have them may do."""

    addresses = forms.CharField(
        label="Email addresses",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "bea@example.com, cem@example.com"}),
        help_text="Several at once: one a line, or with commas between them.",
        error_messages={"required": "Write the address of whom you want to invite."},
    )
    role = forms.ChoiceField(label="Role", error_messages={"invalid_choice": "Choose a role that you may give."})

    def __init__(self, teammate: Teammate, teams: Collection[Team], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = roles_for(teammate)
        role.initial = Role.AGENT.value
        if teams:
            self.fields["teams"] = TeamChoice(teams, label="Teams")

    def clean_addresses(self) -> list[str]:
        """Return the addresses, each once. What is none is said by the verb, by name."""
        lines = [line.strip() for line in re.split(r"[\r\n,;]+", self.cleaned_data["addresses"]) if line.strip()]
        found = [address for line in lines for address in _addresses(line)]
        addresses = list(dict.fromkeys(address.lower() for address in found))
        if len(addresses) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Invite at most {MOST_AT_ONCE} at once; these are {len(addresses)}.")
        return addresses


def _addresses(line: str) -> list[str]:
    """Return what one line names: "Bea <bea@shop.test>", an address, or several with blanks between them."""
    if named := re.search(r"<([^<>]+)>", line):
        return [named[1].strip()]
    parts = line.split()
    return parts if any("@" in part for part in parts) else [line]


class TeamForm(forms.Form):
    """A team's name, and who sees its conversations."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give the team a name."})
    is_private = forms.BooleanField(label="Private", required=False)


class NewTeamForm(TeamForm):
    """The same with the handle, which is chosen once."""

    handle = forms.CharField(
        label="Handle",
        required=False,
        max_length=40,
        help_text="By this it is mentioned. Leave it empty, and it is made from the name. It cannot be changed later.",
    )
    field_order = ["name", "handle", "is_private"]
