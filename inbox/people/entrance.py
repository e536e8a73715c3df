"""The forms by which one makes a login and proves a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm as AllauthAddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from inbox.people.accounts import AccountAdapter
from inbox.people.models import Invitation, User
from inbox.people.sessions import invitation_in


class SignupForm(AllauthSignupForm):
    """Name, address, password. Who holds an invitation has the address that it was mailed to, and no other."""

    name = forms.CharField(label="Your name", max_length=120)
    timezone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    field_order = ["name", "email", "password1", "timezone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation: Invitation | None = invitation_in(context.request.session)
        if self.invitation is not None:
            self.fields["email"].initial = self.invitation.email

    def clean_name(self) -> str:
        """Return the name in one line. Raises ValidationError for one that shows nothing."""
        return clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """Return the address. Raises ValidationError for another one than was invited."""
        if self.invitation is None:
            return str(super().clean_email())
        email = self.cleaned_data["email"].lower()
        if email != self.invitation.email:
            raise forms.ValidationError(
                f"Your invitation was mailed to {self.invitation.email}. Use that address, or ask for another "
                "invitation."
            )
        if any(not _is_unproved(user) for user in filter_users_by_email(email)):
            raise forms.ValidationError(
                format_html(
                    'You have a login with this address already: <a href="{}">sign in</a> with it.',
                    reverse("account_login"),
                )
            )
        return str(email)

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Store the login. One that was made with this address a moment ago is treated like one made long ago."""
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:
            AccountAdapter(request).unstash_verified_email(request)
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]

    def save(self, request: HttpRequest) -> Any:
        """Store the login. The address of an invitation counts as proved: its link was mailed there."""
        if self.invitation is not None:
            # Logins that somebody began to make with this address and never proved would stand in its way.
            for user in filter(_is_unproved, filter_users_by_email(self.invitation.email)):
                User.objects.filter(pk=user.pk).delete()
            AccountAdapter(request).stash_verified_email(request, self.invitation.email)
        return super().save(request)


def _is_unproved(user: Any) -> bool:
    """Whether nobody has ever come in with this login, nor proved its address."""
    proved = EmailAddress.objects.filter(user_id=user.pk, verified=True).exists()
    return not proved and user.last_login is None and not user.teammates.exists()


def clean_name(name: str) -> str:
    """Return a person's name in one line, without what cannot be seen. Raises ValidationError if nothing is left."""
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if not any(letter.isalnum() for letter in shown):
        raise forms.ValidationError("Give the name that colleagues and customers should see.")
    return shown


class _OnceOnly:
    """A code of an app works once, over the whole time in which it is taken (RFC 6238, 5.2).

    allauth remembers a used code for one period; with a tolerance of one it would be taken again after that.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP:
            lasts = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
            key = f"totp-used:{authenticator.user_id}:{normalize_user_code(code)}"
            if not cache.add(key, 1, timeout=lasts):
                raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OnceOnly, AllauthAuthenticateForm):
    """The second step of signing in: a code of the app, or a recovery code."""


class ReauthenticateForm(_OnceOnly, AllauthReauthenticateForm):
    """The same, to confirm who is there before something is changed."""


class AddWebAuthnForm(AllauthAddWebAuthnForm):
    """A new passkey, by default one that signs in without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 60
        self.fields["passwordless"].initial = True
