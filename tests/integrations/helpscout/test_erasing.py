"""Whom the sidebar found, and whom a team named in its snippet, is erased with the person."""

from __future__ import annotations

from inbox.contacts.erasing import erase
from inbox.models import Contact
from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import Teammate, Workspace
from integrations.helpscout.layout import change_snippet, layout_of
from integrations.helpscout.models import SidebarRequest
from tests.integrations.helpscout.conftest import EMAIL, Ask, known


def test_nothing_of_the_person_is_left_and_others_stay(
    ask: Ask, workspace: Workspace, contact: Contact, owner: Teammate
) -> None:
    other = known(workspace, "other@else.example")
    change_snippet(workspace, f"{{% if email == '{EMAIL}' %}}VIP{{% endif %}}, not x{EMAIL}", by=COMMAND_LINE)
    ask(EMAIL)
    ask("other@else.example")
    erase(contact, by=Actor(owner))
    noted = SidebarRequest.objects.order_by("id").values_list("verdict", "contact")
    assert list(noted) == [("found", None), ("found", other.public_id)]
    assert layout_of(workspace.pk).snippet == f"{{% if email == 'erased' %}}VIP{{% endif %}}, not x{EMAIL}"
    assert "Not found" in ask(EMAIL).json()["html"]
