"""django-allauth's OpenID Connect, held to what a workspace's provider has to prove.

allauth trusts an id_token that came straight from the token endpoint and knows no nonce. Here its signature, issuer,
audience, times and nonce are checked, and userinfo must be about the same subject.
"""

from __future__ import annotations

import time
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from inbox.people.discovery import ALGORITHMS, ProviderRefused, discover, signing_keys
from inbox.people.models import SingleSignOn
from inbox.people.sso import Claims, stored_subject

# How far the two machines' clocks may be apart.
LEEWAY_SECONDS = 60
# An id_token is made for the sign-in that it answers.
MAX_AGE_SECONDS = 600


class WorkspaceProvider(OpenIDConnectProvider):
    """One workspace's provider."""

    sso: SingleSignOn

    def serialize(self) -> dict[str, Any]:
        """Name the provider by its own id: two workspaces may use the same client id."""
        return {"id": self.app.provider_id}

    def get_oauth2_adapter(self, request: HttpRequest) -> WorkspaceOpenID:
        """Return who talks to this provider."""
        return WorkspaceOpenID(request, self.app.provider_id)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the subject, or its hash where it is longer than the column."""
        return stored_subject(str(data["userinfo"]["sub"]))


def provider_of(request: HttpRequest, sso: SingleSignOn) -> WorkspaceProvider:
    """Return allauth's provider for a workspace's single sign-on. Nothing is stored."""
    app = SocialApp(
        provider=WorkspaceProvider.id,
        provider_id=sso.provider_id,
        name=sso.label,
        client_id=sso.client_id,
        secret=sso.client_secret,
        settings={"server_url": sso.issuer, "oauth_pkce_enabled": True},
    )
    provider = WorkspaceProvider(request, app=app)
    provider.sso = sso
    return provider


class WorkspaceOpenID(OpenIDConnectOAuth2Adapter):
    """The conversation with one workspace's provider."""

    nonce = ""

    def get_provider(self) -> WorkspaceProvider:
        """Return the provider, looked up once a request."""
        if not hasattr(self, "_provider"):
            self._provider = get_adapter().get_provider(self.request, provider=self.provider_id)
        found: WorkspaceProvider = self._provider
        return found

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says of itself, checked. Raises ProviderRefused."""
        if not hasattr(self, "_openid_config"):
            self._openid_config = discover(self.get_provider().sso.issuer)
        found: dict[str, Any] = self._openid_config
        return found

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """Return the access token, kept for this request only."""
        token = data.get("access_token")
        if not isinstance(token, str):
            raise ProviderRefused("The provider sent no access token.")
        return SocialToken(token=token)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return who the provider says has come. Raises ProviderRefused unless everything fits together."""
        encoded = kwargs["response"].get("id_token")
        if not isinstance(encoded, str):
            raise ProviderRefused("The provider sent no id_token.")
        proved = verified(encoded, config=self.openid_config, client_id=app.client_id, nonce=self.nonce)
        told = self._userinfo(token, proved["sub"])
        merged = {**proved, **told}
        if any(str(one.get("email_verified")).lower() == "false" for one in (proved, told)):
            merged["email_verified"] = False
        claims = Claims.of(merged)
        return self.get_provider().sociallogin_from_response(request, {"userinfo": claims.as_data()})

    def _userinfo(self, token: SocialToken, subject: str) -> dict[str, Any]:
        if self.openid_config.get("userinfo_endpoint") is None:
            return {}
        told = self._fetch_user_info(token.token)
        # OpenID Connect Core 5.3.2: another subject's answer must not be used.
        if not isinstance(told, dict) or told.get("sub") != subject:
            raise ProviderRefused("The provider's userinfo is about somebody else than its id_token.")
        return told


class WorkspaceCallback(OAuth2CallbackView):
    """Where the provider sends people back to."""

    def _get_state(self, request: HttpRequest, provider: WorkspaceProvider) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = str((state.get("data") or {}).get("nonce") or "")
            # RFC 9207: who sends the code says who they are; the code of another provider is not taken to this one.
            if request.GET.get("iss", provider.sso.issuer) != provider.sso.issuer:
                raise ProviderRefused("The answer came from another provider than the one that was asked.")
        return state, response


def verified(encoded: str, *, config: dict[str, Any], client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an id_token. Raises ProviderRefused unless this provider made it for us just now."""
    try:
        header = jwt.get_unverified_header(encoded)
        if header.get("alg") not in ALGORITHMS:
            raise ProviderRefused("The provider's id_token is not signed in a way that can be checked.")
        claims: dict[str, Any] = jwt.decode(
            encoded,
            key=_key(header, signing_keys(config)),
            algorithms=[header["alg"]],
            audience=client_id,
            issuer=config["issuer"],
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise ProviderRefused(f"The provider's id_token does not hold: {error}.") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise ProviderRefused("The provider's id_token was made for another client.")
    if time.time() - float(claims["iat"]) > MAX_AGE_SECONDS + LEEWAY_SECONDS:
        raise ProviderRefused("The provider's id_token is too old.")
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise ProviderRefused("The provider's id_token answers another sign-in than this one.")
    return claims


def _key(header: dict[str, Any], keys: list[dict[str, Any]]) -> Any:
    """Return the public key that the token names; without a name, the only one of its kind."""
    named = [key for key in keys if key.get("kid") == header.get("kid")] if "kid" in header else keys
    fitting = [key for key in named if key.get("use", "sig") == "sig" and key.get("kty") != "oct"]
    for key in fitting:
        if key.get("alg", header["alg"]) == header["alg"]:
            return jwt.PyJWK(key, algorithm=header["alg"]).key
    raise ProviderRefused("The provider's id_token is signed with a key that the provider does not publish.")
