"""Makes the demo workspace, once, with the verbs that make everything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from inbox.contacts import identities
from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.demo import story
from inbox.demo.happenings import happen
from inbox.demo.story import Person, Story
from inbox.models import Account, Contact, Conversation, Message, Visitor
from inbox.models.accounts import AccountStatus
from inbox.models.conversations import Priority
from inbox.people.models import Team, Teammate, TeamMembership, User, Workspace
from inbox.people.secrets import new_token, token_hash
from inbox.people.workspaces import furnish
from notifications.models import Event

SHOP = "https://northwind.example"


def seed_demo() -> bool:
    """Make the demo workspace and return True; return False, changing nothing, if there is one."""
    with transaction.atomic():
        workspace, made = Workspace.objects.get_or_create(
            slug="demo", defaults={"name": "Northwind", "timezone": "Europe/Lisbon"}
        )
        if not made:
            return False
        mates = {row[0]: _teammate(workspace, *row) for row in story.TEAMMATES}
        teams = {row[0]: _team(workspace, mates, *row) for row in story.TEAMS}
        companies = {name: _company(workspace, name) for name in story.COMPANIES}
        furnish(workspace, mates["ada"])
        for told in reversed(story.STORIES):
            _tell(workspace, told, mates, teams, companies)
        happen(workspace, mates)
    return True


def _teammate(workspace: Workspace, handle: str, name: str, role: str, skills: list[str]) -> Teammate:
    email = f"{handle}@demo.test"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, story.PASSWORD, name=name, timezone="Europe/Lisbon"
    )
    return Teammate.objects.create(workspace=workspace, user=user, role=role, handle=handle, skills=skills)


def _team(
    workspace: Workspace, mates: dict[str, Teammate], handle: str, name: str, private: bool, members: list[str]
) -> Team:
    team = Team.objects.create(workspace=workspace, handle=handle, name=name, is_private=private)
    TeamMembership.objects.bulk_create(
        TeamMembership(workspace=workspace, team=team, teammate=mates[member]) for member in members
    )
    return team


def _company(workspace: Workspace, name: str) -> Account:
    now = timezone.localdate()
    trial = name in story.TRIALING
    when: dict[str, Any] = {"trial_ends_on" if trial else "renews_on": now + timedelta(days=3 if trial else 25)}
    return Account.objects.create(
        workspace=workspace,
        external_id=name.lower().replace(" ", "-"),
        name=name,
        status=AccountStatus.TRIALING if trial else AccountStatus.ACTIVE,
        **story.COMPANIES[name],
        **when,
    )


def _person(workspace: Workspace, person: Person, companies: dict[str, Account]) -> tuple[Contact, Visitor]:
    contact = Contact.objects.create(
        workspace=workspace,
        name=person.name,
        email=person.email,
        external_id=person.external_id,
        account=companies.get(person.company),
        timezone=person.timezone,
        last_seen_at=timezone.now(),
    )
    if person.external_id:
        identities.verify(contact, "external_id", person.external_id)
        identities.verify(contact, "email", person.email)
    elif person.email:
        identities.claim(contact, "email", person.email)
    visitor = Visitor.objects.create(
        workspace=workspace,
        contact=contact,
        token_hash=token_hash(new_token("fv")),
        page_url=SHOP + person.page,
        user_agent=person.agent,
        language=person.language,
        timezone=person.timezone,
    )
    return contact, visitor


def _tell(
    workspace: Workspace,
    told: Story,
    mates: dict[str, Teammate],
    teams: dict[str, Team],
    companies: dict[str, Account],
) -> None:
    contact, visitor = _person(workspace, told.person, companies)
    (first, _, text), *rest = told.lines
    team = teams[told.team] if told.team else None
    conversation, _ = actions.start(contact, text, visitor=visitor, team=team)
    _backdate(conversation, first)
    if told.assignee:
        actions.assign(conversation, mates[told.assignee], by=None)
    if told.priority:
        actions.prioritise(conversation, Priority(told.priority), by=None)
    _backdate(conversation, first)
    for minutes, who, line in rest:
        _say(conversation, contact, mates, who, line)
        _backdate(conversation, minutes)
    if told.ending == "close":
        actions.close(conversation, by=mates[told.assignee or "ada"])
    elif told.ending == "snooze":
        actions.snooze(conversation, timezone.now() + timedelta(days=10), by=mates[told.assignee or "ada"])
    _backdate(conversation, told.lines[-1][0])
    _settle_times(conversation, told)
    _settle_reading(conversation, told, mates)


def _settle_reading(conversation: Conversation, told: Story, mates: dict[str, Teammate]) -> None:
    """Let everybody have read all but the customer's last words of the past quarter of an hour, and a last note that
    names somebody."""
    conversation.refresh_from_db()
    minutes, who, text = told.lines[-1]
    fresh = (who == "them" and minutes <= 15) or (who.startswith("note:") and "@" in text)
    for mate in mates.values():
        read_by_teammate(conversation, mate, conversation.last_seq - fresh)


def _say(conversation: Conversation, contact: Contact, mates: dict[str, Teammate], who: str, line: str) -> None:
    if who == "them":
        actions.reply(conversation, contact, line)
    elif who.startswith("note:"):
        actions.note(conversation, mates[who.removeprefix("note:")], line)
    else:
        actions.reply(conversation, mates[who], line)


def _backdate(conversation: Conversation, minutes: int) -> None:
    """Put what was just said where it belongs in the past."""
    recent = Message.objects.filter(conversation=conversation, created_at__gt=timezone.now() - timedelta(seconds=60))
    recent.update(created_at=timezone.now() - timedelta(minutes=minutes, seconds=30))
    told = Event.objects.filter(
        conversation=conversation.public_id, occurred_at__gt=timezone.now() - timedelta(seconds=60)
    )
    told.update(occurred_at=timezone.now() - timedelta(minutes=minutes, seconds=30))


def _settle_times(conversation: Conversation, told: Story) -> None:
    """Make the conversation's own times agree with its backdated messages."""
    fresh = Conversation.objects.get(pk=conversation.pk)
    said = Message.objects.filter(conversation=fresh)
    last = told.lines[-1]
    fresh.last_message_at = said.exclude(kind="action").latest("seq").created_at
    answers = said.filter(kind="reply", author_kind="teammate")
    fresh.first_reply_at = answers.aggregate(first=Min("created_at"))["first"]
    if fresh.waiting_since is not None:
        since = answers.order_by("-seq").values_list("seq", flat=True).first() or 0
        asked = said.filter(kind="reply", author_kind="contact", seq__gt=since)
        fresh.waiting_since = asked.aggregate(first=Min("created_at"))["first"]
    if fresh.closed_at is not None:
        fresh.closed_at = timezone.now() - timedelta(minutes=last[0])
    fresh.contact_read_seq = fresh.last_public_seq
    fresh.save()
    Conversation.objects.filter(pk=fresh.pk).update(created_at=said.earliest("seq").created_at)
    # The team joined before its first conversation: what is unread is unread.
    Teammate.objects.filter(workspace_id=fresh.workspace_id, created_at__gt=fresh.last_message_at).update(
        created_at=timezone.now() - timedelta(days=30)
    )
