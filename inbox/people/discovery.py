"""What an OpenID Connect provider says of itself, and whether we can work with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from inbox.people import outbound

WELL_KNOWN = "/.well-known/openid-configuration"
# Signatures by a key pair only: one that both sides share would make every client of the provider a forger.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderRefused(OAuth2Error):
    """This provider, or what it answered, cannot be used. `detail` says why in words."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def issuer_problem(issuer: str) -> str:
    """Return what is wrong with an issuer's address, in words, or ""."""
    problem = outbound.address_problem(issuer)
    if problem:
        return f"The issuer {problem}."
    parts = urlsplit(issuer)
    if parts.query or parts.fragment:
        return "The issuer must not hold a ? or a #."
    if WELL_KNOWN in issuer:
        return f"Leave out {WELL_KNOWN}: the issuer is what stands before it."
    return ""


def discover(issuer: str) -> dict[str, Any]:
    """Return the provider's own description, checked. Raises ProviderRefused with words for an admin."""
    problem = issuer_problem(issuer)
    if problem:
        raise ProviderRefused(problem)
    found = _fetch(issuer.rstrip("/") + WELL_KNOWN, "description")
    if found.get("issuer") != issuer:
        raise ProviderRefused(
            f"The provider calls itself {str(found.get('issuer'))[:200]!r}, not {issuer!r}. "
            "The issuer must be written exactly as the provider writes it."
        )
    for name in NEEDED:
        _check_endpoint(name, found.get(name))
    if found.get("userinfo_endpoint") is not None:
        _check_endpoint("userinfo_endpoint", found["userinfo_endpoint"])
    _check_abilities(found)
    return found


def signing_keys(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the provider's public keys as it publishes them. Raises ProviderRefused."""
    keys = _fetch(config["jwks_uri"], "keys").get("keys")
    usable = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    if not usable:
        raise ProviderRefused("The provider publishes no keys to check its signatures with.")
    return usable


def check_provider(issuer: str) -> str:
    """Look the provider up as a sign-in would. Return a line about what was found. Raises ProviderRefused."""
    config = discover(issuer)
    count = len(signing_keys(config))
    where = urlsplit(config["authorization_endpoint"]).hostname
    return f"The provider answers: people sign in at {where}, and it signs with {count} key{'s' * (count != 1)}."


def _fetch(url: str, what: str) -> dict[str, Any]:
    host = urlsplit(url).hostname
    try:
        with outbound.session() as session:
            answer = session.get(url, headers={"Accept": "application/json"})
            body = answer.json() if answer.status_code == 200 else None
    except outbound.OutboundRefused as refused:
        raise ProviderRefused(str(refused)) from refused
    except requests.exceptions.InvalidJSONError as error:
        raise ProviderRefused(f"{host} answers, but its {what} is not JSON: {url}") from error
    except requests.exceptions.SSLError as error:
        raise ProviderRefused(f"{host} shows a certificate that cannot be trusted.") from error
    except requests.Timeout as error:
        raise ProviderRefused(f"{host} did not answer in time.") from error
    except requests.RequestException as error:
        raise ProviderRefused(f"{host} could not be reached.") from error
    if answer.status_code != 200:
        raise ProviderRefused(f"{host} has no {what} at {url} (it answered {answer.status_code}).")
    if not isinstance(body, dict):
        raise ProviderRefused(f"{host} answers, but its {what} has another shape than OpenID Connect asks for.")
    return body


def _check_endpoint(name: str, url: object) -> None:
    if not isinstance(url, str):
        raise ProviderRefused(f"The provider's description names no {name}.")
    problem = outbound.address_problem(url)
    if problem:
        raise ProviderRefused(f"The provider's {name} {problem}.")


def _check_abilities(found: dict[str, Any]) -> None:
    """Hold what the provider says it can do against what we need. What it does not mention is let pass."""
    needs = [
        ("response_types_supported", ("code",), "It does not offer the authorization code flow."),
        ("id_token_signing_alg_values_supported", ALGORITHMS, "It signs in no way that can be checked by public key."),
        ("code_challenge_methods_supported", ("S256",), "It does not offer PKCE with S256."),
    ]
    for name, wanted, words in needs:
        said = found.get(name)
        if said is not None and not (isinstance(said, list) and set(wanted) & {str(one) for one in said}):
            raise ProviderRefused(f"This provider cannot be used. {words}")
