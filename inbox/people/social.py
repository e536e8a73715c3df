"""What django-allauth asks us about logins of identity providers. There are no others than the workspaces' own."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from inbox.people import outbound
from inbox.people.audit import Actor
from inbox.people.discovery import ProviderRefused
from inbox.people.models import SingleSignOn
from inbox.people.oidc import WorkspaceProvider, provider_of
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.sso import (
    Claims,
    SsoRefused,
    connect,
    enter,
    opens_without_sso,
    sso_by_provider,
    stored_subject,
)

log = logging.getLogger(__name__)


def refusal(
    request: HttpRequest, sso: SingleSignOn | None, detail: str, status: int = 403, **more: Any
) -> HttpResponse:
    """Return a card that says why somebody does not come in, with a way back."""
    workspace = sso.workspace if sso is not None else None
    context = {"detail": detail, "sso": sso, "workspace": workspace, **more}
    return render(request, "socialaccount/authentication_error.html", context, status=status)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_requests_session(self) -> requests.Session:
        """Call providers only where a workspace may make us call."""
        return outbound.session()

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Return the one app that is asked for by name. No list of all workspaces' providers exists."""
        sso = sso_by_provider(provider) if isinstance(provider, str) else None
        return [provider_of(request, sso).app] if sso is not None else []

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> WorkspaceProvider:
        """Return a workspace's provider. Raises SocialApp.DoesNotExist if there is none of this name, or it is off."""
        sso = sso_by_provider(provider) if isinstance(provider, str) else None
        if sso is None:
            raise SocialApp.DoesNotExist
        return provider_of(request, sso)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Find nobody by an address that a provider claims."""
        return None

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """Take no provider's word for an address."""
        return False

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Have nobody sign up through allauth's form: who may join, joins in `pre_social_login`."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide as whom the subject enters, or connect it to who is signed in. Ends in a card where neither may be."""
        sso = sociallogin.provider.sso
        claims = Claims.of(sociallogin.account.extra_data["userinfo"])
        by = Actor.of(request, None, via="sso")
        try:
            if sociallogin.state.get("process") == "connect":
                raise ImmediateHttpResponse(_connected(request, sso, claims, sociallogin, by))
            teammate = enter(sso, claims, by=by)
        except SsoRefused as refused:
            log.info("sso: refused at %s", sso.provider_id)
            raise ImmediateHttpResponse(refusal(request, sso, refused.detail)) from refused
        sociallogin.user = teammate.user
        sociallogin.account = SocialAccount.objects.get(
            provider=sso.provider_id, uid=stored_subject(claims.subject), user=teammate.user
        )

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say in words what went wrong on the way, instead of allauth's own page."""
        sso = getattr(provider, "sso", None)
        lost = not (extra_context or {}).get("state")
        detail, words = explain(error, exception, lost=lost)
        # Not what the token endpoint answered: there may be more in it than an error.
        why = detail if isinstance(exception, OAuth2Error) else exception or error
        log.warning("sso: sign-in failed at %s: %s", getattr(sso, "provider_id", "?"), why)
        said = "" if lost else request.GET.get("error_description", "")[:200]
        raise ImmediateHttpResponse(refusal(request, sso, detail, status=401, hint=words, said=said))


def explain(error: Any, exception: Any, *, lost: bool = False) -> tuple[str, str]:
    """Return (what went wrong, what to do) for somebody who wanted to come in."""
    if isinstance(exception, ProviderRefused):
        return exception.detail, "If it stays so, tell an admin of the workspace."
    if isinstance(exception, requests.RequestException):
        return "Your identity provider did not answer.", "Try again in a moment."
    if b"invalid_client" in str(exception).encode():
        return (
            "Your identity provider did not accept Frontdesk's client id and secret.",
            "An admin of the workspace can put them right under Settings, Single sign-on.",
        )
    if exception is not None:
        return "Your identity provider did not complete the sign-in.", "Begin again."
    if lost:
        return "This sign-in took too long, or was begun in another browser.", "Begin again here."
    if error == AuthError.CANCELLED:
        return "Your identity provider did not let you through, or you stopped there.", "Begin again if you want to."
    return "Your identity provider could not sign you in.", "Begin again."


def note_entry(request: HttpRequest, sociallogin: SocialLogin | None) -> None:
    """Keep a fresh session to the workspace whose provider vouched for it. Called when a sign-in is complete."""
    if sociallogin is not None:
        request.session[SSO_WORKSPACE] = sociallogin.provider.sso.workspace_id
    else:
        request.session.pop(SSO_WORKSPACE, None)


def _connected(
    request: HttpRequest, sso: SingleSignOn, claims: Claims, sociallogin: SocialLogin, by: Actor
) -> HttpResponse:
    if not request.user.is_authenticated or request.session.get(SSO_WORKSPACE) is not None:
        raise SsoRefused("Sign in with your password first: it is the password's owner who connects single sign-on.")
    began = (sociallogin.state.get("data") or {}).get("user")
    if began != request.user.pk:
        raise SsoRefused("Somebody else signed in meanwhile in this browser. Begin again.")
    connect(sso, request.user, claims, by=by)  # type: ignore[arg-type]
    teammate = sso.workspace.teammates.active().select_related("workspace__sso", "user").get(user=request.user)
    if not opens_without_sso(teammate):
        # They were on their way in, and have just proved what the workspace asks for.
        request.session[SSO_WORKSPACE] = sso.workspace_id
        return HttpResponseRedirect(get_account_adapter(request).get_login_redirect_url(request))
    messages.success(request, f"Single sign-on now opens {sso.workspace.name} for you.")
    return HttpResponseRedirect(reverse("settings-security"))
