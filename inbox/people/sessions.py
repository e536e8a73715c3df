"""Who is signed in where, what a session says beside that, and ending it at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from inbox.people.models import Invitation, User
from inbox.people.secrets import token_hash

# In the session of who came in through a workspace's identity provider: that workspace's id.
SSO_WORKSPACE = "sso_workspace"
# In the session of who opened an invitation's link: its token, until they joined.
# The hash of the token in an invitation's link: what the session keeps opens nothing by itself.
INVITATION = "invitation"
# In the session of a browser that something is kept for: what it is known by there (`mark_of`).
MARK = "mark"

# Called with a login's id, and with the hash of the one session key that stays good ("" for none).
Watcher = Callable[[int, str], None]
_watchers: list[Watcher] = []


def watch_endings(watcher: Watcher) -> None:
    """Have `watcher` called whenever sessions of a login have ended. For AppConfig.ready of the apps above."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def tell_of_endings(user_id: int, keep: str | None = None) -> None:
    """Tell the watchers, on commit, that sessions of this login have ended; the one with the key `keep` has not."""
    kept = token_hash(keep) if keep else ""
    for watcher in _watchers:
        transaction.on_commit(lambda watcher=watcher: watcher(user_id, kept), robust=True)  # type: ignore[misc]


def mark_of(session: SessionBase) -> str:
    """Return what is good for nothing but to know this session again: it stays through a change of its key, and ends
    with it. Made and stored when it is first asked for."""
    mark = session.get(MARK)
    if not isinstance(mark, str):
        mark = session[MARK] = secrets.token_hex(16)
        # Not at the end of the request: what is kept under it could be found first, and taken for a leftover.
        session.save()
    return mark


def marks_of(user_id: int) -> set[str]:
    """Return the marks of a login's sessions that have not ended."""
    keys = UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True)
    alive = Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    return {mark for session in alive if (mark := session.get_decoded().get(MARK))}


def sessions_of(user: User) -> list[UserSession]:
    """Return the login's sessions that are good, the one seen last first. Rows of those that are not are removed."""
    rows = list(UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at"))
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    proof = user.get_session_auth_hash()
    good = {
        session.session_key
        for session in alive
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), proof)
    }
    UserSession.objects.filter(pk__in=[row.pk for row in rows if row.session_key not in good]).delete()
    return [row for row in rows if row.session_key in good]


def end_session(user: User, pk: int) -> UserSession | None:
    """End one session of this login, and return it; None if there is no such one."""
    with transaction.atomic():
        row = UserSession.objects.select_for_update().filter(user_id=user.pk, pk=pk).first()
        if row is not None:
            _end([row.session_key])
            tell_of_endings(user.pk)
    return row


def end_other_sessions(user: User, keep: str | None) -> int:
    """End all sessions of this login but the one with the key `keep`, and return how many."""
    with transaction.atomic():
        rows = UserSession.objects.filter(user_id=user.pk).exclude(session_key=keep or "")
        keys = list(rows.values_list("session_key", flat=True))
        _end(keys)
        tell_of_endings(user.pk, keep)
    return len(keys)


def end_sessions_by_sso(workspace_id: int, user_ids: Collection[int]) -> None:
    """End the sessions of these logins that this workspace's identity provider vouched for."""
    with transaction.atomic():
        for row in UserSession.objects.filter(user_id__in=user_ids).order_by("user_id"):
            if row._session_store(row.session_key).get(SSO_WORKSPACE) == workspace_id:
                _end([row.session_key])
                tell_of_endings(row.user_id)


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


def invitation_in(session: SessionBase) -> Invitation | None:
    """Return the invitation whose link was opened in this session, if it still lets somebody in."""
    digest = session.get(INVITATION)
    if not isinstance(digest, str):
        return None
    return Invitation.objects.usable().filter(token_hash=digest).select_related("workspace").first()
