"""Who is behind a widget: a browser with a token, and what is known or proved of its person.

What a page says of its user is only a claim, unless the customer's server signed it. A claim opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from inbox.contacts import devices, identities
from inbox.contacts.suggesting.queue import look_for
from inbox.models import Contact, Conversation, Visitor
from inbox.models.contacts import IdentityKind
from inbox.people.models import Workspace
from inbox.people.origins import matches, origin_of
from inbox.people.secrets import new_token, token_hash

# A message within this time of a conversation's closing reopens it; a later one starts another.
REOPENS_WITHIN = timedelta(days=7)
# The page where the widget was last seen is written down this often at most.
SEEN_EVERY = timedelta(minutes=1)
# Which column keeps which fact of the page, and how much of it.
_PAGE = {
    "page_url": ("url", 2000),
    "page_title": ("title", 300),
    "referrer": ("referrer", 2000),
    "language": ("language", 35),
    "timezone": ("timezone", 64),
}


class SessionRefused(Exception):
    """The session cannot be opened. `code` is stable, `status` is the HTTP status."""

    def __init__(self, code: str, detail: str, status: int = 403) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status


def visitor_of(token: str) -> Visitor | None:
    """Return the visitor that holds this token, with contact and workspace."""
    return Visitor.objects.select_related("workspace", "contact__account").filter(token_hash=token_hash(token)).first()


def visitor_by_id(pk: int) -> Visitor:
    """Return a visitor as the database now holds it, with contact and workspace."""
    return Visitor.objects.select_related("workspace", "contact__account").get(pk=pk)


def visitor_is_known(pk: int) -> bool:
    """Return whether a visitor is still there: whoever it was may have been erased."""
    return Visitor.objects.filter(pk=pk).exists()


def origin_allowed(workspace: Workspace, origin: str | None) -> bool:
    """Return whether a page of `origin` may carry the widget. No list means any; no origin means no browser."""
    if not workspace.widget_origins or not origin:
        return True
    return any(matches(allowed, origin) for allowed in workspace.widget_origins)


def open_session(workspace: Workspace, token: str | None, user: dict[str, str] | None) -> tuple[Visitor, str]:
    """Open or resume a session. Return the visitor and its token, which differs from `token` where the person does.

    Raises SessionRefused: `bad_token` (unknown, or of another workspace), `identity_mismatch` (a wrong hash).
    """
    visitor = None
    if token:
        visitor = visitor_of(token)
        if visitor is None or visitor.workspace_id != workspace.pk:
            raise SessionRefused("bad_token", "This visitor token is not known here; open a session without it.")
    proved = _proved_identity(workspace, user) if user else None
    with transaction.atomic():
        if visitor is not None and user:  # the browser first, then its contact: as in a send
            locked = Visitor.objects.select_for_update(no_key=True, of=("self",))
            visitor = locked.select_related("workspace", "contact__root").get(pk=visitor.pk)
        if proved is not None:
            visitor, token = _bind(workspace, visitor, token, *proved)
        elif visitor is None:
            visitor, token = _new_visitor(workspace)
        if user:
            _take_claims(visitor, user, proved)
    assert token is not None
    return visitor, token


def current_conversation(visitor: Visitor) -> Conversation | None:
    """Return the conversation that this visitor's next message goes to, if there is one."""
    recent = Q(closed_at__isnull=True) | Q(closed_at__gt=timezone.now() - REOPENS_WITHIN)
    return (
        Conversation.objects.filter(recent & _theirs(visitor), workspace_id=visitor.workspace_id)
        .for_list()
        .order_by("-last_message_at", "-id")
        .first()
    )


def _theirs(visitor: Visitor) -> Q:
    """What a browser may see. It never asks who is whose person: a merge opens nothing.

    Any sees what was begun in it. One that proved who its contact is sees besides what that contact's other browsers
    began, and what the team began with that contact. (Since a merge, what they begin belongs to the root.)
    """
    theirs = Q(visitor=visitor)
    if visitor.contact_id and visitor.verified_at:
        root = visitor.contact.root_id if visitor.contact is not None else None
        theirs |= Q(contact_id=visitor.contact_id, visitor__isnull=True)
        begun = Q(visitor__contact=visitor.contact_id)
        theirs |= begun & Q(contact_id=visitor.contact_id)
        if root is not None:  # what somebody else began in one of these browsers is none of theirs
            theirs |= begun & Q(contact_id=root, visitor__verified_at__lte=F("created_at"))
    return theirs


def contact_for(visitor: Visitor) -> Contact:
    """Return the visitor's contact, made now if this is its first word. Call it with the visitor's row locked."""
    if visitor.contact is None:
        visitor.contact = Contact.objects.create(
            workspace_id=visitor.workspace_id, timezone=visitor.timezone, last_seen_at=timezone.now()
        )
        visitor.save(update_fields=["contact"])
        devices.seen(visitor.contact, visitor)
    return visitor.contact


def note_page(visitor: Visitor, page: dict[str, Any], user_agent: str | None = None) -> None:
    """Keep what the browser tells of the page it is on. Values are cut to what their columns hold."""
    for column, (key, length) in _PAGE.items():
        value = page.get(key)
        if isinstance(value, str):
            setattr(visitor, column, _storable(value)[:length])
    if user_agent is not None:
        visitor.user_agent = _storable(user_agent)[:500]
    visitor.last_seen_at = timezone.now()
    visitor.save(update_fields=[*_PAGE, "user_agent", "last_seen_at"])
    if visitor.contact_id:
        Contact.objects.filter(pk=visitor.contact_id).update(last_seen_at=visitor.last_seen_at)


def saw_widget(workspace: Workspace, origin: str | None, url: str) -> None:
    """Keep when and on which page the workspace's widget was last heard of: once a minute at most, and no query string.

    The browser itself vouches for `origin`; what the page says of its own address counts within that origin only.
    """
    now = timezone.now()
    if workspace.widget_seen_at is not None and now - workspace.widget_seen_at < SEEN_EVERY:
        return
    # Of many sessions that open at once, one writes.
    due = Q(widget_seen_at__isnull=True) | Q(widget_seen_at__lte=now - SEEN_EVERY)
    page = _storable(_page_of(origin, url))[:300]
    Workspace.objects.filter(due, pk=workspace.pk).update(widget_seen_at=now, widget_seen_url=page)


def _page_of(origin: str | None, url: str) -> str:
    told = origin_of(url)
    if not told or (origin and origin.lower() != told):
        return origin or ""
    return told + urlsplit(url).path


def _proved_identity(workspace: Workspace, user: dict[str, str]) -> tuple[str, str] | None:
    """Return (kind, value) of what the hash signs, None where there is no hash."""
    signature = user.get("hash")
    if not signature:
        return None
    kind = IdentityKind.EXTERNAL_ID if user.get("external_id") else IdentityKind.EMAIL
    value = user.get(kind) or ""
    if not value or not _signs(workspace, value, signature):
        raise SessionRefused(
            "identity_mismatch",
            "The hash does not sign this user. It is the hex HMAC-SHA256 of external_id (of email where there is no "
            "external_id) under the workspace's identity secret.",
        )
    return kind, value


def _signs(workspace: Workspace, value: str, signature: str) -> bool:
    """Return whether the signature was made under the identity secret, or the former one that is not yet retired."""
    given = signature.lower().encode()
    fits = False
    for secret in (workspace.identity_secret, workspace.previous_identity_secret):
        if secret:  # both are tried, whichever fits: the time taken says nothing of the one that did
            expected = hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest().encode()
            fits |= hmac.compare_digest(expected, given)
    return fits


def _new_visitor(workspace: Workspace, **fields: Any) -> tuple[Visitor, str]:
    token = new_token("fv")
    return Visitor.objects.create(workspace=workspace, token_hash=token_hash(token), **fields), token


def _bind(
    workspace: Workspace, visitor: Visitor | None, token: str | None, kind: str, value: str
) -> tuple[Visitor, str | None]:
    """Return a visitor that is bound to the contact who proved this identity, and its token.

    A browser that was proved to be somebody else's starts afresh, so that one user never sees another's thread. One
    that was nobody's yet keeps its own running thread, which stays where it is: on the anonymous contact.
    """
    known = _contact_who_proved(workspace, visitor, kind, value)
    if visitor is not None and visitor.contact_id == known.pk:
        if visitor.verified_at is None:
            visitor.verified_at = timezone.now()
            visitor.save(update_fields=["verified_at"])
        return visitor, token
    if visitor is None or visitor.verified_at is not None:
        device = visitor.device_id if visitor is not None else None
        fresh, fresh_token = _new_visitor(workspace, contact=known, verified_at=timezone.now(), device=device)
        devices.seen(known, fresh)
        return fresh, fresh_token
    visitor.contact, visitor.verified_at = known, timezone.now()
    visitor.save(update_fields=["contact", "verified_at"])
    devices.seen(known, visitor)
    return visitor, token


def _contact_who_proved(workspace: Workspace, visitor: Visitor | None, kind: str, value: str) -> Contact:
    known = identities.find_verified(workspace.pk, kind, value)
    if known is not None:
        return known
    contact = visitor.contact if visitor is not None else None
    # An anonymous profile becomes this person's; one that was already proved to be somebody does not.
    if contact is None or contact.identities.filter(verified_at__isnull=False).exists():
        contact = Contact(workspace=workspace, last_seen_at=timezone.now())
    setattr(contact, kind, identities.normalise(kind, value))
    try:
        with transaction.atomic():
            contact.save()
            proved = identities.verify(contact, kind, value)
    except IntegrityError:
        proved = False
    if proved:
        return contact
    won = identities.find_verified(workspace.pk, kind, value)
    if won is None:
        raise SessionRefused("identity_taken", "This external_id belongs to a contact that has not proved it.", 409)
    return won


def _take_claims(visitor: Visitor, user: dict[str, str], proved: tuple[str, str] | None) -> None:
    """Write down what the page says of its user beyond what was proved."""
    claims = [
        (kind, user[kind])
        for kind in (IdentityKind.EMAIL, IdentityKind.EXTERNAL_ID)
        if user.get(kind) and (proved is None or proved[0] != kind)
    ]
    name = user.get("name")
    if not claims and not name:
        return
    locked = Visitor.objects.select_for_update(no_key=True, of=("self",)).select_related("contact").get(pk=visitor.pk)
    contact = contact_for(locked)
    visitor.contact = contact
    contact.refresh_from_db(from_queryset=Contact.objects.select_for_update(no_key=True, of=("self",)))
    known = {(one.kind, one.value) for one in contact.identities.all()}
    changed = []
    for kind, value in claims:
        identities.claim(contact, kind, value)
        if kind == IdentityKind.EMAIL and not contact.email:
            contact.email = identities.normalise(kind, value)
            changed.append("email")
    # Where a merge may have put another's name, what they call themselves is kept for their own widget.
    column = "name" if contact.widget_name is None else "widget_name"
    if name and (proved or not getattr(contact, column)) and getattr(contact, column) != name:
        setattr(contact, column, name)
        changed.append(column)
    if changed:
        contact.save(update_fields=[*changed, "updated_at"])
    if changed or any((kind, identities.normalise(kind, value)) not in known for kind, value in claims):
        look_for(contact)


def _storable(text: str) -> str:
    """Return text without what PostgreSQL cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
