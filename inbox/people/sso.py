"""Coming in through a workspace's own identity provider.

A provider proves (provider, subject), and enters its own workspace only. It proves no address: nobody is ever found by
what it says of their email, and no login gets an address from it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import slug_re, validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from inbox.people.audit import Actor, record
from inbox.people.handles import free_handle
from inbox.people.membership import put_into_teams, tell_access_changed
from inbox.people.models import Invitation, SingleSignOn, Teammate, User, Workspace
from inbox.people.models.workspaces import Role
from inbox.people.sessions import end_sessions_by_sso
from inbox.people.zones import is_zone

# What allauth's column of subjects holds.
MAX_SUBJECT = 191


# Anybody in the world has, or can make, a login at these: "everybody who can sign in there joins" would be everybody.
PUBLIC_ISSUERS = (
    "https://accounts.google.com",
    "https://appleid.apple.com",
    "https://gitlab.com",
    "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad",
    "https://login.microsoftonline.com/common",
    "https://www.facebook.com",
    "https://www.linkedin.com",
)


class SsoRefused(Exception):
    """This person does not come in this way. `detail` says why in words, and what to do."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True)
class Claims:
    """What a provider says of who has come: `subject` is proved, all else is claimed. `email` may be ""."""

    subject: str
    email: str = ""
    name: str = ""
    timezone: str = ""
    # Whether the provider says in so many words that it has confirmed the address. Many say nothing.
    confirmed: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> Claims:
        """Read the claims of an id_token or of userinfo. Raises SsoRefused if there is no usable subject."""
        subject = data.get("sub")
        if not isinstance(subject, str) or not subject or len(subject) > 255 or not subject.isprintable():
            raise SsoRefused("Your identity provider did not say who you are in a way that we can keep.")
        said = str(data.get("email_verified")).strip().lower()
        full = _text(data.get("name")) or f"{_text(data.get('given_name'))} {_text(data.get('family_name'))}".strip()
        return cls(
            subject,
            email=_address(data.get("email")) if said != "false" else "",
            name=(full or _text(data.get("preferred_username")))[:120],
            timezone=zone if is_zone(zone := _text(data.get("zoneinfo"))) else "",
            confirmed=said == "true",
        )

    def as_data(self) -> dict[str, str]:
        """Return what is kept of them with the login: `Claims.of` reads it back."""
        return {
            "sub": self.subject,
            "email": self.email,
            "name": self.name,
            "zoneinfo": self.timezone,
            "email_verified": "true" if self.confirmed else "",
        }


def is_public(issuer: str) -> bool:
    """Whether anybody in the world can have a login at this issuer."""
    return issuer.rstrip("/").removesuffix("/v2.0") in PUBLIC_ISSUERS


def stored_subject(subject: str) -> str:
    """Return a subject as it is kept: as it is, or its hash where it is longer than the column."""
    if len(subject) <= MAX_SUBJECT:
        return subject
    return f"sha256:{hashlib.sha256(subject.encode()).hexdigest()}"


def sso_of(workspace: Workspace) -> SingleSignOn | None:
    """Return the workspace's single sign-on if it has one and it is on."""
    sso: SingleSignOn | None = getattr(workspace, "sso", None)
    return sso if sso is not None and sso.is_enabled else None


def sso_by_provider(provider_id: str) -> SingleSignOn | None:
    """Return the single sign-on that allauth knows under this name, if it is on."""
    slug = provider_id.removeprefix("ws-")
    return None if slug == provider_id else sso_by_slug(slug)


def sso_by_slug(slug: str) -> SingleSignOn | None:
    """Return the single sign-on of the workspace with this slug, if it is on."""
    if not slug_re.fullmatch(slug):
        return None  # PostgreSQL would refuse some signs that an address may hold
    return SingleSignOn.objects.filter(is_enabled=True, workspace__slug=slug).select_related("workspace").first()


def opens_without_sso(teammate: Teammate) -> bool:
    """Return whether a session that came in by password may work as `teammate`."""
    sso = sso_of(teammate.workspace)
    return sso is None or not sso.is_required or teammate.role == Role.OWNER


def enter(sso: SingleSignOn, claims: Claims, *, by: Actor) -> Teammate:
    """Return whom the subject enters as; who comes for the first time joins, if they may. Raises SsoRefused.

    All comings-in of a workspace that write something are one after the other, by its row lock: two tabs of one
    newcomer make one person.
    """
    with transaction.atomic():
        workspace = _locked(sso)
        user = subject_user(sso, claims.subject)
        if user is None:
            return _newcomer(workspace, sso, claims, by)
        teammate = workspace.teammates.filter(user=user).select_related("user", "workspace").first()
        if teammate is not None and teammate.is_active:
            return teammate
        back = accept_for_sso(workspace, user, claims, by=by) if user.is_active else None
        if back is None:
            raise SsoRefused(_left(workspace))
        return back


def accept_for_sso(workspace: Workspace, user: User, claims: Claims, *, by: Actor) -> Teammate | None:
    """Take up the workspace's usable invitation for the claimed address, if there is one; return who has joined.

    Called inside a transaction that holds the workspace's row lock. Raises SsoRefused for an invitation as owner: who
    may set up the provider may not make owners, and must not be able to by way of it.
    """
    usable = Invitation.objects.usable().filter(workspace=workspace, email=claims.email)
    invitation = usable.select_for_update(no_key=True).first() if claims.email else None
    if invitation is None:
        return None
    if invitation.role == Role.OWNER:
        raise SsoRefused(
            f"You are invited to {workspace.name} as an owner. Open the link in the letter that we mailed to "
            f"{claims.email}, and make a login of your own: an owner needs one."
        )
    if not claims.confirmed and (invitation.role == Role.ADMIN or is_public(workspace.sso.issuer)):
        raise SsoRefused(
            f"You are invited to {workspace.name}, but your identity provider does not say that it has confirmed "
            f"{claims.email} as yours. Open the link in the letter that we mailed there."
        )
    teammate = _join(workspace, user, claims, invitation.role, by, invited=True)
    put_into_teams(teammate, list(workspace.teams.filter(pk__in=invitation.team_ids)))
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), accepted_by=teammate)
    return teammate


def subject_user(sso: SingleSignOn, subject: str) -> User | None:
    """Return the login that this subject of the workspace's provider enters as."""
    account = SocialAccount.objects.filter(provider=sso.provider_id, uid=stored_subject(subject))
    found = account.select_related("user").first()
    return found.user if found is not None else None


def account_of(sso: SingleSignOn, teammate: Teammate) -> SocialAccount | None:
    """Return the provider's login that is connected to this teammate's, if there is one."""
    found: SocialAccount | None = SocialAccount.objects.filter(
        provider=sso.provider_id, user_id=teammate.user_id
    ).first()
    return found


def connect(sso: SingleSignOn, user: User, claims: Claims, *, by: Actor) -> None:
    """Let the subject enter as `user`, who is signed in by password and works in this workspace. Raises SsoRefused."""
    with transaction.atomic():
        workspace = _locked(sso)
        teammate = workspace.teammates.active().filter(user=user).first()
        if teammate is None:
            raise SsoRefused(f"You are not a teammate of {workspace.name}, so there is nothing to connect.")
        known = subject_user(sso, claims.subject)
        if known is not None and known.pk != user.pk:
            raise SsoRefused(
                f"This login of your identity provider already enters {workspace.name} as somebody else. Sign out "
                "there, and come back as yourself."
            )
        if known is not None:
            return
        if SocialAccount.objects.filter(provider=sso.provider_id, user=user).exists():
            raise SsoRefused(
                "Your login here is connected to another one of your identity provider. Disconnect that one first."
            )
        _connect(sso, user, claims)
        record("sso.connected", workspace=workspace, by=by.as_teammate(teammate), subject=teammate.name)


def disconnect(sso: SingleSignOn, teammate: Teammate, *, by: Actor) -> bool:
    """Let the provider no longer enter as this teammate's login. Return whether it did. Raises SsoRefused."""
    user: User = teammate.user
    if not user.email or not user.has_usable_password():
        raise SsoRefused("Single sign-on is your only way in, so it cannot be disconnected.")
    with transaction.atomic():
        gone, _ = SocialAccount.objects.filter(provider=sso.provider_id, user=user).delete()
        if gone:
            end_sessions_by_sso(sso.workspace_id, [user.pk])
            record("sso.disconnected", workspace=sso.workspace, by=by, subject=teammate.name)
    return bool(gone)


def _locked(sso: SingleSignOn) -> Workspace:
    """Lock the workspace; raise SsoRefused if its provider was changed or turned off since the sign-in began."""
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=sso.workspace_id)
    same = SingleSignOn.objects.filter(pk=sso.pk, issuer=sso.issuer, client_id=sso.client_id, is_enabled=True)
    if not same.exists():
        raise SsoRefused(f"Single sign-on of {workspace.name} was changed a moment ago. Sign in again.")
    return workspace


def _newcomer(workspace: Workspace, sso: SingleSignOn, claims: Claims, by: Actor) -> Teammate:
    """Let somebody in whom this provider has not sent before."""
    proved = EmailAddress.objects.filter(verified=True, email__iexact=claims.email).values("user_id")
    address = Q(user__email=claims.email) | Q(user_id__in=proved) | Q(work_email__iexact=claims.email)
    here = list(workspace.teammates.filter(address).select_related("user")) if claims.email else []
    if any(mate.is_active for mate in here):
        raise SsoRefused(_taken(workspace, claims, by_password=any(m.is_active and m.user.email for m in here)))
    user = User(name=claims.name or claims.email.partition("@")[0] or "New teammate", email=None)
    user.timezone = claims.timezone or workspace.timezone
    user.set_unusable_password()
    user.save()
    teammate = accept_for_sso(workspace, user, claims, by=by)
    if teammate is None:
        if here:
            raise SsoRefused(_left(workspace))
        if not sso.joins_as:
            whom = claims.email or "you (your identity provider names no confirmed address of yours)"
            raise SsoRefused(f"You are not in {workspace.name} yet. Ask an admin of {workspace.name} to invite {whom}.")
        teammate = _join(workspace, user, claims, sso.joins_as, by, invited=False)
    _connect(sso, user, claims)
    return teammate


def _join(workspace: Workspace, user: User, claims: Claims, role: str, by: Actor, *, invited: bool) -> Teammate:
    teammate = workspace.teammates.filter(user=user).first()
    if teammate is None:
        handle = free_handle(workspace, claims.name or claims.email)
        teammate = Teammate(workspace=workspace, user=user, handle=handle)
    teammate.role, teammate.left_at, teammate.work_email = role, None, claims.email
    teammate.save()
    record(
        "teammate.joined",
        workspace=workspace,
        by=by.as_teammate(teammate),
        subject=teammate.name,
        role=role,
        email=claims.email,
        invited=invited,
    )
    tell_access_changed([teammate])
    return teammate


def _connect(sso: SingleSignOn, user: User, claims: Claims) -> None:
    uid = stored_subject(claims.subject)
    SocialAccount.objects.create(
        user=user, provider=sso.provider_id, uid=uid, extra_data={"userinfo": claims.as_data()}
    )


def _taken(workspace: Workspace, claims: Claims, *, by_password: bool) -> str:
    if by_password:
        return (
            f"{claims.email} is a teammate of {workspace.name} already, with a password. Sign in with your password "
            "first, then connect single sign-on in your settings, under Security."
        )
    return (
        f"{claims.email} is a teammate of {workspace.name} already, by another login at the identity provider. Ask an "
        "admin to end that membership and to invite you again."
    )


def _left(workspace: Workspace) -> str:
    return f"You no longer work in {workspace.name}. If you should, ask an admin to invite you again."


def _text(value: object) -> str:
    """Return one line of text without control characters, or ""."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in value).split())


def _address(value: object) -> str:
    address = _text(value).lower()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""
