"""API tokens: who may make one, as whom it acts, and its end."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from inbox.people.audit import Actor, record
from inbox.people.models import ApiToken, Teammate, Workspace
from inbox.people.models.tokens import Scope
from inbox.people.permissions import ROLES, Forbidden, Permission, require
from inbox.people.secrets import token_hash


class TokenRefused(Exception):
    """This token may not be made. `field` is what to change, `detail` says in words why."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


@dataclass(frozen=True)
class Issued:
    """A new token: its row, and the token in clear, which nobody can read again."""

    row: ApiToken
    clear: str


def may_be_acted_as_by(maker: Teammate) -> QuerySet[Teammate]:
    """Return the teammates as whom a token of `maker` may act: those at work who hold no power that `maker` lacks."""
    roles = [role for role, held in ROLES.items() if held <= ROLES[maker.role]]
    mates = maker.workspace.teammates.active().filter(role__in=roles)
    return mates.select_related("user").order_by("user__name", "id")


@transaction.atomic
def issue_token(acts_as: Teammate, *, name: str, scope: str = Scope.WRITE, by: Actor) -> Issued:
    """Make a token that acts as `acts_as`.

    Raises Forbidden if the one who asks may not handle keys, and TokenRefused if they are of another workspace, if
    `acts_as` has more power than they have, or does not work here any more. The command line may do all but the last.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise TokenRefused("name", "Give it a name of at most 80 signs, by which you will know it again.")
    if scope not in Scope.values:
        raise TokenRefused("scope", "Choose read or write.")
    # Both rows are held and read anew: a role that is taken away at this moment does not slip through.
    pks = {acts_as.pk} | ({by.teammate.pk} if by.teammate is not None else set())
    locked = Teammate.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "workspace")
    held = {mate.pk: mate for mate in locked.filter(pk__in=pks).order_by("pk")}
    target = held[acts_as.pk]
    if by.teammate is not None:
        _check_power(held[by.teammate.pk], target)
    if not target.is_active:
        raise TokenRefused("acts_as", f"{target.name} does not work here any more. Choose somebody else.")
    clear = ApiToken.issue(target, name, scope, made_by=by.teammate)
    row = ApiToken.objects.get(hash=token_hash(clear))
    facts = {"token": str(row.public_id), "scope": scope, "acts_as": f"@{target.handle}", "hint": f"…{row.hint}"}
    record("token.created", workspace=target.workspace, by=by, subject=name, **facts)
    return Issued(row, clear)


def _check_power(maker: Teammate, target: Teammate) -> None:
    require(maker, Permission.MANAGE_KEYS)
    if not maker.is_active:
        raise Forbidden(Permission.MANAGE_KEYS)
    if maker.workspace_id != target.workspace_id:
        raise TokenRefused("acts_as", "Choose somebody of this workspace.")
    if not ROLES[target.role] <= ROLES[maker.role]:
        raise TokenRefused(
            "acts_as",
            f"{target.name} may do more here than you. Choose yourself, or somebody whose role is not above yours.",
        )


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor) -> bool:
    """End a token at once, and return whether this call did it (False: it had ended before).

    Raises Forbidden if the one who asks may not handle keys. Taking a token away gives nobody power, so it may be
    anybody's of the workspace.
    """
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_KEYS)
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())
    if ended:
        facts = {"token": str(token.public_id), "scope": token.scope, "hint": f"…{token.hint}"}
        record("token.revoked", workspace=token.workspace, by=by, subject=token.name, **facts)
    return bool(ended)


def live_tokens(workspace: Workspace) -> list[ApiToken]:
    """Return the tokens that were not revoked, newest first, with as whom they act and who made them. One query."""
    rows = workspace.api_tokens.filter(revoked_at__isnull=True).select_related("acts_as__user", "made_by__user")
    return list(rows.order_by("-created_at", "-id"))
