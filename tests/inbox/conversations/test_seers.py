"""The cheap way to ask who sees a conversation answers as the rule of sight does."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.seers import SEERS, find_in_sight, seers_params
from inbox.conversations.sight import who_sees
from inbox.models import Conversation, GuestAccess
from inbox.people.models import TeamMembership
from inbox.people.models.workspaces import Role
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# No access, one that runs, one that is over, one that was ended: (ends in, ended or not).
GUESTS = (None, (HOUR, False), (-HOUR, False), (HOUR, True))


@pytest.mark.parametrize("team", ["none", "open", "private"])
def test_each_kind_of_teammate_sees_it_or_not_alike(team: str) -> None:
    workspace, now = make_workspace(), timezone.now()
    conversation = make_conversation(workspace)
    owners = make_team(workspace, "owners", is_private=team == "private")
    if team != "none":
        actions.move(conversation, owners, by=None)
    mates = []
    for role, inside, guest in itertools.product(Role.values, (True, False), GUESTS):
        mate = make_teammate(workspace, role=role)
        mates.append(mate)
        if inside:
            TeamMembership.objects.create(workspace=workspace, team=owners, teammate=mate)
        if guest is not None:
            GuestAccess.objects.create(
                workspace=workspace, conversation=conversation, teammate=mate, ends_at=now + guest[0],
                ended_at=now if guest[1] else None,
            )  # fmt: skip
    found = Conversation.objects.select_related("team").get(pk=conversation.pk)
    by_rule = {mate.pk for mate in mates if Conversation.objects.visible_to(mate).filter(pk=found.pk).exists()}
    assert {mate.pk for mate in mates if find_in_sight(mate, found.public_id)} == by_rule
    assert {mate.pk for mate in who_sees(found)} == by_rule
    if team == "private":
        with connection.cursor() as cursor:
            cursor.execute(SEERS, seers_params(found))
            assert {pk for (pk,) in cursor.fetchall()} == by_rule
