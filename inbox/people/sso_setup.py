"""Setting up a workspace's single sign-on: the verbs behind the settings' page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from inbox.people.audit import Actor, record
from inbox.people.discovery import ProviderRefused, check_provider, issuer_problem
from inbox.people.membership import changing, hooks
from inbox.people.models import SingleSignOn, Workspace
from inbox.people.models.sso import JOINS_AS
from inbox.people.permissions import Permission, require
from inbox.people.sessions import end_sessions_by_sso
from inbox.people.sso import is_public

PLAIN = ("issuer", "client_id", "label", "joins_as", "is_required", "is_enabled")


class SetupRefused(Exception):
    """These settings cannot be. `field` is the one at fault ("" for none), `detail` says what to do."""

    def __init__(self, field: str, detail: str) -> None:
        self.field, self.detail = field, detail
        super().__init__(detail)


@dataclass(frozen=True)
class Wanted:
    """Single sign-on as somebody wants it. An empty secret keeps the one there is."""

    issuer: str
    client_id: str
    client_secret: str = ""
    label: str = "Single sign-on"
    joins_as: str = ""
    is_required: bool = False
    is_enabled: bool = True


@dataclass(frozen=True)
class Saved:
    sso: SingleSignOn
    # What the provider answered, in words; "" where it was not asked, as single sign-on is off.
    found: str
    # How many logins were cut off, as another issuer's subjects are other people.
    cut_off: int


def save_sso(workspace: Workspace, wanted: Wanted, *, by: Actor) -> Saved:
    """Store a workspace's single sign-on, once its provider has answered as it must. Raises SetupRefused or Forbidden.

    Another issuer is another set of people: the logins that the former one vouched for are cut off, so that nobody
    enters as somebody who merely has the same subject there.
    """
    _require_keys(by)
    _check_words(wanted)
    found = _ask(wanted.issuer) if wanted.is_enabled else ""
    with changing(workspace.pk, by) as (locked, by):
        _require_keys(by)  # again: the provider may have taken its time, and a role may have gone meanwhile
        before = SingleSignOn.objects.filter(workspace=locked).first()
        sso = before or SingleSignOn(workspace=locked)
        was = plain_values(before)
        if not (wanted.client_secret or sso.client_secret):
            raise SetupRefused("client_secret", "Paste the client secret that the provider shows beside the client id.")
        cut_off = 0
        if before is not None and before.issuer != wanted.issuer:
            if not wanted.client_secret:
                raise SetupRefused("client_secret", "Another issuer has another client secret: paste that one.")
            cut_off = _cut_off(sso)
        _check_required(sso, wanted)
        for name in PLAIN:
            setattr(sso, name, getattr(wanted, name))
        sso.client_secret = wanted.client_secret or sso.client_secret
        sso.save()
        changes = {name: [was.get(name), value] for name, value in plain_values(sso).items() if was.get(name) != value}
        record("sso.changed", workspace=locked, by=by, subject=sso.label, changes=changes,
               client_secret="set" if wanted.client_secret else "kept", cut_off=cut_off)  # fmt: skip
        _look_again(locked)
    return Saved(sso, found, cut_off)


def turn_sso(workspace: Workspace, on: bool, *, by: Actor) -> None:
    """Turn single sign-on on or off. Off, who came in by it is out at once, and passwords open the workspace again."""
    _require_keys(by)
    sso = SingleSignOn.objects.filter(workspace=workspace).first()
    if sso is None:
        raise SetupRefused("", "There is no single sign-on to turn on or off.")
    if on:
        _ask(sso.issuer)
    with changing(workspace.pk, by) as (locked, by):
        _require_keys(by)  # again: the provider may have taken its time, and a role may have gone meanwhile
        changed = SingleSignOn.objects.filter(pk=sso.pk, is_enabled=not on).update(is_enabled=on)
        if changed:
            record("sso.changed", workspace=locked, by=by, subject=sso.label, changes={"is_enabled": [not on, on]})
            _look_again(locked)


def remove_sso(workspace: Workspace, *, by: Actor) -> int:
    """Forget the provider and cut off the logins it vouched for. Return how many. Raises Forbidden."""
    _require_keys(by)
    with changing(workspace.pk, by) as (locked, by):
        _require_keys(by)  # again: the provider may have taken its time, and a role may have gone meanwhile
        sso = SingleSignOn.objects.filter(workspace=locked).first()
        if sso is None:
            return 0
        cut_off = _cut_off(sso)
        sso.delete()
        record("sso.removed", workspace=locked, by=by, subject=sso.label, issuer=sso.issuer, cut_off=cut_off)
        _look_again(locked)
    return cut_off


def _require_keys(by: Actor) -> None:
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_KEYS)


def _vouched_for(sso: SingleSignOn) -> list[int]:
    return list(SocialAccount.objects.filter(provider=sso.provider_id).values_list("user_id", flat=True))


def _cut_off(sso: SingleSignOn) -> int:
    """Forget whom the provider vouched for, and end their sessions, which the next one would revive."""
    users = _vouched_for(sso)
    gone, _ = SocialAccount.objects.filter(provider=sso.provider_id).delete()
    end_sessions_by_sso(sso.workspace_id, users)
    return int(gone)


def only_by_sso(workspace: Workspace) -> int:
    """Return how many who work here have no other way in than single sign-on."""
    return (
        workspace.teammates.active()
        .filter(Q(user__email=None) | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX))
        .count()
    )


def plain_values(sso: SingleSignOn | None) -> dict[str, Any]:
    """Return what may be shown and written down; never the secret."""
    return {} if sso is None else {name: getattr(sso, name) for name in PLAIN}


def _check_words(wanted: Wanted) -> None:
    problem = issuer_problem(wanted.issuer)
    if problem:
        raise SetupRefused("issuer", problem)
    if not wanted.client_id:
        raise SetupRefused("client_id", "Paste the client id that the provider gave to Frontdesk.")
    if not wanted.label:
        raise SetupRefused("label", "Write what the button says.")
    if wanted.joins_as and wanted.joins_as not in dict(JOINS_AS):
        raise SetupRefused("joins_as", "Choose agent, viewer, or nobody.")
    if wanted.joins_as and is_public(wanted.issuer):
        raise SetupRefused(
            "joins_as",
            "Anybody in the world can have a login at this provider, so anybody would join. Choose that only invited "
            "people join, and invite them.",
        )


def _ask(issuer: str) -> str:
    try:
        return check_provider(issuer)
    except ProviderRefused as refused:
        raise SetupRefused("issuer", refused.detail) from refused


def _check_required(sso: SingleSignOn, wanted: Wanted) -> None:
    """Only a way in that somebody has gone may be the only one."""
    if not wanted.is_required or (sso.pk and sso.is_required and sso.issuer == wanted.issuer):
        return
    gone = SocialAccount.objects.filter(
        provider=sso.provider_id, user__teammates__workspace=sso.workspace, user__teammates__left_at=None
    )
    if not gone.exists():
        raise SetupRefused(
            "is_required",
            "Nobody has come in by it yet. Save it without this, connect your own login under Security, and require it "
            "once that works.",
        )


def _look_again(workspace: Workspace) -> None:
    for hook in hooks.sight_changed:
        hook(workspace)
