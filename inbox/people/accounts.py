"""What django-allauth asks us about logins: who may make one, where it leads, which letters are written."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from inbox.people.audit import Actor, record
from inbox.people.devices import device
from inbox.people.models import Teammate, User, Workspace
from inbox.people.sessions import SSO_WORKSPACE, end_other_sessions, invitation_in, tell_of_endings
from inbox.people.social import note_entry
from inbox.people.zones import in_words, is_zone

CONSOLE = "django.core.mail.backends.console.EmailBackend"

# What a change of a login is called in the audit of each workspace that it opens: kind, and what it was done to.
FACTS = {
    "account/email/password_changed": ("login.password_changed", ""),
    "account/email/password_set": ("login.password_changed", ""),
    "account/email/password_reset": ("login.password_changed", "by a mailed link"),
    "account/email/email_changed": ("login.email_changed", ""),
    "mfa/email/totp_activated": ("two_factor.added", "authenticator app"),
    "mfa/email/totp_deactivated": ("two_factor.removed", "authenticator app"),
    "mfa/email/webauthn_added": ("two_factor.added", "passkey"),
    "mfa/email/webauthn_removed": ("two_factor.removed", "passkey"),
    "mfa/email/recovery_codes_generated": ("two_factor.added", "new recovery codes"),
}


def may_sign_up(session: SessionBase) -> bool:
    """Whether whoever has this session may make a login: by SIGNUP, or because they hold an invitation."""
    if settings.SIGNUP == "open" or (settings.SIGNUP == "first" and not Workspace.objects.exists()):
        return True
    return invitation_in(session) is not None


def mail_is_printed() -> bool:
    """Whether this installation has no mail server, so that letters are printed where it runs."""
    return CONSOLE in (getattr(settings, "MAIL_BACKEND", ""), settings.EMAIL_BACKEND)


def record_of_login(request: HttpRequest, user: User, kind: str, subject: str = "", **data: Any) -> None:
    """Write a fact about a login into the audit of each workspace that it opens now."""
    for teammate in Teammate.objects.active().filter(user_id=user.pk).select_related("workspace", "user"):
        by = Actor.of(request, teammate)
        record(kind, workspace=teammate.workspace, by=by, subject=subject, **data)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This login was switched off. Ask an admin of your workspace.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": "No login has this address and this password. Check both, or reset the password.",
        "email_taken": "Another login has this address. Give another one.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This is not the code that we mailed. Check each letter, or ask for a new one.",
        "incorrect_password": "This is not your password. Try again, or reset it.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again, or reset your password.",
        "same_as_current": "This is the address that you have already. Give another one.",
        "rate_limited": "That was too quick. Wait half a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return may_sign_up(request.session)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the invitation that was opened before, else to the desk; `next` goes before both."""
        if invitation_in(request.session) is not None:
            return reverse("invitation-opened")
        return "/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings-security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        if context.request.user.is_authenticated:
            return reverse("settings-security")
        return super().get_email_verification_redirect_url(email_address)  # type: ignore[no-any-return]

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Store a new login with the name that was given, and the time zone of the browser if that is one."""
        user.name = form.cleaned_data.get("name") or user.name
        zone = form.cleaned_data.get("timezone", "")
        user.timezone = zone if is_zone(zone) else user.timezone
        return super().save_user(request, user, form, commit=commit)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in. What an identity provider vouched for in this session ends: whoever vouches again says so after."""
        request.session.pop(SSO_WORKSPACE, None)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        """Once signed in, keep who came by a workspace's identity provider to that workspace."""
        note_entry(request, (facts.get("signal_kwargs") or {}).get("sociallogin"))
        return super().post_login(request, user, **facts)  # type: ignore[no-any-return]

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and close the desk's line in the browser's other tabs."""
        user_id, key = request.user.pk, request.session.session_key
        super().logout(request)
        with transaction.atomic():
            UserSession.objects.filter(session_key=key or "").delete()
            if user_id is not None:
                tell_of_endings(user_id)

    def set_password(self, user: Any, password: str) -> None:
        """Give a login another password, and end its sessions everywhere else."""
        with transaction.atomic():
            super().set_password(user, password)
            mine = context.request.user.is_authenticated and context.request.user.pk == user.pk
            end_other_sessions(user, context.request.session.session_key if mine else None)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to confirm who is there, in our words."""
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code",
            "mfa_reauthenticate:webauthn": "Use a passkey",
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = self.request
        more = {"may_sign_up": request is not None and may_sign_up(request.session)}
        super().send_mail(template_prefix, email, {**more, **context})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Write to the login's owner that it was changed, when and from where, and note it in the audit."""
        told = {
            **(context or {}),
            "when": in_words(user.timezone),
            "where": device(self.get_http_user_agent(self.request)) or "an unknown browser",
        }
        with transaction.atomic():
            kind, subject = FACTS.get(template_prefix, ("login.changed", ""))
            record_of_login(self.request, user, kind, subject)
            super().send_notification_mail(template_prefix, user, told, email=email)
