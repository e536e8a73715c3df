"""A workspace with a provider of its own, which runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inbox.people.models import Workspace
from inbox.people.sso_pages import RATES
from tests.factories import make_workspace
from tests.identity_provider import IdentityProvider, identity_provider
from tests.inbox.people.sso.steps import with_sso


@pytest.fixture(autouse=True)
def allow_loopback(settings, monkeypatch) -> None:
    settings.SSO_ALLOW_PRIVATE = True
    monkeypatch.setitem(RATES, "sso_begin", "10000/m/ip")


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        provider.people["u-1"] = {"email": "grace@acme.test", "email_verified": True, "name": "Grace Hopper"}
        yield provider


@pytest.fixture
def workspace(idp: IdentityProvider) -> Workspace:
    return with_sso(make_workspace(name="Acme"), idp)
