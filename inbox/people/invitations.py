"""Invitations: a mailed link by which one address joins one workspace, once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string

from inbox.people.audit import Actor, record
from inbox.people.handles import free_handle
from inbox.people.membership import Refused, changing, put_into_teams, tell_access_changed
from inbox.people.models import AuditFact, Invitation, Team, Teammate, User, Workspace
from inbox.people.models.invitations import LASTS
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Permission, require
from inbox.people.secrets import new_token, token_hash
from inbox.people.zones import in_words

# Letters of invitation a day and workspace: enough for any team, too few to be worth a spammer's while.
MOST_A_DAY = 200

# From a token to the whole address that the letter holds.
Link = Callable[[str], str]


class State(StrEnum):
    """What became of an invitation; `UNKNOWN` is a link that was never made, or was replaced by a newer one."""

    USABLE = "usable"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class NotYours(Refused):
    """The invitation is for another address than the login's."""


def invite(
    workspace: Workspace, email: str, role: str, teams: Collection[Team] = (), *, link: Link, by: Actor
) -> Invitation:
    """Mail an invitation. One that is pending for this address is renewed: its earlier link stops working.

    Raises Refused in words, and Forbidden where the actor's own power is too small.
    """
    address = clean_address(email)
    if role not in Role.values:
        raise Refused("Choose one of the roles.")
    with changing(workspace.pk, by) as (locked, by):
        _require_power(by, role)
        mate = _who_has(locked, address)
        if mate is not None:
            raise Refused(f"{address} works here already, as @{mate.handle}.")
        _keep_to_the_cap(locked)
        token, pending = new_token("fi"), locked.invitations.pending().filter(email=address).first()
        if pending is not None and pending.role == Role.OWNER:
            _require_power(by, Role.OWNER)
        invitation = pending or Invitation(workspace=locked, email=address)
        invitation.role = role
        invitation.team_ids = sorted(team.pk for team in teams if team.workspace_id == locked.pk)
        invitation.invited_by = by.teammate
        _send(invitation, token, link)
        record("teammate.invited", workspace=locked, by=by, subject=address, role=role, renewed=pending is not None)
    return invitation


def resend(invitation: Invitation, *, link: Link, by: Actor) -> Invitation:
    """Mail a pending invitation again, with a new link and a new end. Raises Refused or Forbidden."""
    with changing(invitation.workspace_id, by) as (workspace, by):
        locked = _pending(invitation)
        _require_power(by, locked.role)
        _keep_to_the_cap(workspace)
        locked.invited_by = by.teammate or locked.invited_by
        _send(locked, new_token("fi"), link)
        record("invitation.resent", workspace=workspace, by=by, subject=locked.email)
    return locked


def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """Make a pending invitation's link useless. Raises Refused or Forbidden."""
    with changing(invitation.workspace_id, by) as (workspace, by):
        locked = _pending(invitation)
        _require_power(by, locked.role)
        Invitation.objects.filter(pk=locked.pk).update(withdrawn_at=Now())
        record("invitation.withdrawn", workspace=workspace, by=by, subject=locked.email)


def look_up(token: str) -> tuple[Invitation | None, State]:
    """Return the invitation of a link's token and what became of it, by the database's clock."""
    return look_up_hash(token_hash(token))


def look_up_hash(digest: str) -> tuple[Invitation | None, State]:
    """Do as look_up, for who kept only the hash of the token."""
    late = ExpressionWrapper(Q(expires_at__lte=Now()), output_field=BooleanField())
    found = Invitation.objects.select_related("workspace", "invited_by__user", "accepted_by").annotate(late=late)
    invitation = found.filter(token_hash=digest).first()
    if invitation is None:
        return None, State.UNKNOWN
    if invitation.accepted_at is not None:
        return invitation, State.ACCEPTED
    if invitation.withdrawn_at is not None:
        return invitation, State.WITHDRAWN
    return invitation, State.EXPIRED if invitation.late else State.USABLE  # type: ignore[attr-defined]


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether `user` has proved to have the invited address."""
    proved = EmailAddress.objects.filter(user_id=user.pk, verified=True)
    return bool(proved.filter(email__iexact=invitation.email).exists())


def accept(token: str, user: User, *, by: Actor) -> Teammate:
    """Make `user` a teammate as invited, and return who they are now. A link works once, whoever is quicker.

    Somebody who had left is back, under the handle they had. Raises NotYours or Refused.
    """
    return accept_hash(token_hash(token), user, by=by)


def accept_hash(digest: str, user: User, *, by: Actor) -> Teammate:
    """Do as accept, for who kept only the hash of the token."""
    invitation, state = look_up_hash(digest)
    if invitation is None or state != State.USABLE:
        raise Refused(WORDS[state])
    if not is_for(invitation, user):
        raise NotYours("This invitation is for another address than the one you are signed in with.")
    with changing(invitation.workspace_id, _from_outside(by)) as (workspace, by):
        # Looked at again under the workspace's lock: somebody may have been quicker, or withdrawn it.
        locked = Invitation.objects.usable().select_for_update().filter(pk=invitation.pk).first()
        if locked is None or locked.token_hash != digest:
            raise Refused(WORDS[look_up_hash(digest)[1]])
        _require_standing(locked)
        teammate, joined = _take_in(workspace, user, locked.role, locked.team_ids)
        Invitation.objects.filter(pk=locked.pk).update(accepted_at=Now(), accepted_by=teammate)
        if joined:
            record("teammate.joined", workspace=workspace, by=by.as_teammate(teammate), subject=teammate.name,
                   role=locked.role, email=locked.email)  # fmt: skip
            tell_access_changed([teammate])
    return teammate


def clean_address(email: str) -> str:
    """Return an address as it is kept: trimmed and in lower case. Raises Refused for what is none."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(f"“{address[:80]}” is not an email address.") from error
    if len(address) > 254:
        raise Refused("An email address has at most 254 letters.")
    return address


def masked(email: str) -> str:
    """Return an address as those may see it whose it may not be: "b…@shop.test"."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


WORDS = {
    State.ACCEPTED: "This invitation was used already. If it was you, you are a teammate now: go to the inbox.",
    State.WITHDRAWN: "This invitation was withdrawn. Ask whoever invited you for another one.",
    State.EXPIRED: "This invitation has expired. Ask whoever invited you to send it again.",
    State.UNKNOWN: "This invitation is not known. Look for the newest letter, or ask for another one.",
    State.USABLE: "Somebody changed this invitation just now. Open the link again.",
}


def _from_outside(by: Actor) -> Actor:
    """Return the actor without a membership: who accepts has none here yet."""
    return Actor(None, by.via, by.ip, by.user_agent)


def _take_in(workspace: Workspace, user: User, role: str, team_ids: Collection[int]) -> tuple[Teammate, bool]:
    teammate = workspace.teammates.select_for_update(of=("self",)).select_related("user").filter(user=user).first()
    if teammate is not None and teammate.left_at is None:
        return teammate, False  # came in by another way meanwhile: nothing changes
    if teammate is None:
        handle = free_handle(workspace, user.name or user.email or "")
        teammate = Teammate.objects.create(workspace=workspace, user=user, role=role, handle=handle)
    else:
        teammate.role, teammate.left_at = role, None
        teammate.save(update_fields=["role", "left_at"])
    put_into_teams(teammate, list(workspace.teams.filter(pk__in=team_ids)))
    return teammate, True


def _require_standing(invitation: Invitation) -> None:
    """An invitation that gives power is worth no more than its inviter's power now. Raises Refused."""
    if invitation.role not in (Role.OWNER, Role.ADMIN) or invitation.invited_by is None:  # (the command line's)
        return
    needed = Permission.MANAGE_OWNERS if invitation.role == Role.OWNER else Permission.MANAGE_TEAMMATES
    if not (invitation.invited_by.is_active and invitation.invited_by.may(needed)):
        raise Refused("Whoever invited you may not do so any more. Ask somebody else of the workspace for a new one.")


def _pending(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.pending().select_for_update().filter(pk=invitation.pk).first()
    if locked is None:
        raise Refused("This invitation was used or withdrawn meanwhile.")
    return locked


def _require_power(by: Actor, role: str) -> None:
    if by.teammate is None:
        return
    require(by.teammate, Permission.MANAGE_TEAMMATES)
    if role == Role.OWNER:
        require(by.teammate, Permission.MANAGE_OWNERS)


def _who_has(workspace: Workspace, address: str) -> Teammate | None:
    proved = EmailAddress.objects.filter(verified=True, email__iexact=address).values("user_id")
    found = workspace.teammates.active().filter(Q(user__email=address) | Q(user_id__in=proved))
    return found.first() or workspace.teammates.active().filter(work_email__iexact=address).first()


def _keep_to_the_cap(workspace: Workspace) -> None:
    sent = AuditFact.objects.filter(
        workspace=workspace, kind__in=("teammate.invited", "invitation.resent"), at__gt=Now() - timedelta(days=1)
    ).count()
    if sent >= MOST_A_DAY:
        raise Refused(f"A workspace sends at most {MOST_A_DAY} invitations a day. Go on tomorrow.")


def _send(invitation: Invitation, token: str, link: Link) -> None:
    """Store an invitation with a new link and hand the letter over, which goes out if the transaction commits."""
    invitation.token_hash = token_hash(token)
    invitation.sent_at, invitation.expires_at = Now(), Now() + LASTS
    invitation.save()
    invitation.refresh_from_db()
    workspace, inviter = invitation.workspace, invitation.invited_by
    context = {
        "inviter": inviter.name if inviter is not None else workspace.name,
        "workspace": workspace.name,
        "role": f"{'a' if invitation.role == Role.VIEWER else 'an'} {invitation.role}",
        "email": invitation.email,
        "link": link(token),
        "until": in_words(workspace.timezone, invitation.expires_at),
    }
    subject = f"{context['inviter']} invites you to {workspace.name}"
    body = render_to_string("people/mail/invitation.txt", context)
    send_mail(" ".join(subject.split())[:200], body.strip() + "\n", None, [invitation.email])
