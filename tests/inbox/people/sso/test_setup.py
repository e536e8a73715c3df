"""Setting up single sign-on: the provider is asked first, every change is written down, no secret is shown."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client

from inbox.people.membership import hooks
from inbox.people.models import AuditFact, SingleSignOn, Teammate, Workspace
from tests.factories import make_teammate, make_workspace
from tests.identity_provider import IdentityProvider, identity_provider
from tests.inbox.people.sso.steps import by_password, connected, me, sign_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain() -> Workspace:
    return make_workspace(name="Plain")


@pytest.fixture
def ada(plain: Workspace) -> Teammate:
    return make_teammate(plain, "ada", role="admin")


@pytest.fixture
def desk(ada: Teammate) -> Client:
    return by_password(ada)


def filled(idp: IdentityProvider, **fields: Any) -> dict[str, Any]:
    given = {"issuer": idp.url, "client_id": idp.client_id, "client_secret": idp.client_secret, "label": "Sign in"}
    return {**given, **fields}


def test_what_is_saved_lets_people_in_and_its_secret_is_never_shown(desk, plain, ada, idp) -> None:
    assert "/accounts/oidc/ws-" in desk.get("/settings/sso/").content.decode()
    answer = desk.post("/settings/sso/", filled(idp, joins_as="viewer"), follow=True)
    assert "it signs with 1 key" in words(answer)
    assert idp.client_secret not in answer.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM people_singlesignon")
        assert idp.client_secret not in cursor.fetchone()[0]
    fact = AuditFact.objects.get(kind="sso.changed")
    assert (fact.actor, fact.data["changes"]["issuer"]) == (ada, [None, idp.url])
    assert idp.client_secret not in str(fact.data)
    newcomer = Client()
    assert sign_in(newcomer, plain, idp).status_code == 302
    assert me(newcomer).role == "viewer"


def test_an_empty_secret_keeps_the_one_there_is(desk, plain, idp) -> None:
    assert "client secret" in words(desk.post("/settings/sso/", filled(idp, client_secret="")))
    desk.post("/settings/sso/", filled(idp))
    desk.post("/settings/sso/", filled(idp, client_secret="", label="With Okta"))
    sso = SingleSignOn.objects.get()
    assert (sso.client_secret, sso.label) == (idp.client_secret, "With Okta")
    fact = AuditFact.objects.filter(kind="sso.changed").latest("id")
    assert (fact.data["changes"], fact.data["client_secret"]) == ({"label": ["Sign in", "With Okta"]}, "kept")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"issuer": "login.example.com"}, "begins with https://"),
    "another scheme": ({"issuer": "ftp://login.example.com"}, "begins with https://"),
    "a bracket": ({"issuer": "https://[oops"}, "not an address"),
    "not over TLS": ({"issuer": "http://login.example.com"}, "must begin with https://"),
    "a query": ({"issuer": "https://login.example.com/?x=1"}, "must not hold a ?"),
    "a password": ({"issuer": "https://me:pw@login.example.com"}, "a user name or a password"),
    "the description's own address": (
        {"issuer": "https://x.test/.well-known/openid-configuration"},
        "Leave out /.well-known",
    ),
    "nobody there": ({"issuer": "http://127.0.0.1:9"}, "could not be reached"),
    "no name of a server": ({"issuer": "https://no-such-server.invalid"}, "no server named"),
    "no client id": ({"client_id": ""}, "Paste the client id"),
    "a role that is not offered": ({"joins_as": "owner"}, "not one of the available choices"),
    "required before anybody came in": ({"is_required": "on"}, "Nobody has come in by it yet"),
    "a whole world that joins": (
        {"issuer": "https://accounts.google.com", "joins_as": "agent"},
        "Anybody in the world can have a login at this provider",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_saved(desk, idp, case) -> None:
    fields, told = BAD[case]
    answer = desk.post("/settings/sso/", filled(idp, **fields))
    assert answer.status_code == 422
    assert told in words(answer)
    assert not SingleSignOn.objects.exists()


DESCRIPTIONS: dict[str, tuple[Any, str]] = {
    "calls itself otherwise": (lambda said: {**said, "issuer": said["issuer"] + "/"}, "exactly as the provider"),
    "names no token endpoint": (lambda said: {**said, "token_endpoint": None}, "names no token_endpoint"),
    "leads to a script": (
        lambda said: {**said, "authorization_endpoint": "javascript:alert(1)"},
        "authorization_endpoint is not an address",
    ),
    "leads off TLS": (lambda said: {**said, "token_endpoint": "http://plain.test/token"}, "token_endpoint must begin"),
    "has no code flow": (lambda said: {**said, "response_types_supported": ["id_token"]}, "authorization code flow"),
    "signs by a shared secret": (
        lambda said: {**said, "id_token_signing_alg_values_supported": ["HS256", "none"]},
        "by public key",
    ),
    "has no PKCE": (lambda said: {**said, "code_challenge_methods_supported": ["plain"]}, "PKCE"),
    "has no keys": (lambda said: {**said, "jwks_uri": said["issuer"] + "/nowhere"}, "has no keys"),
    "is a list": (lambda said: [said], "another shape"),
}


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_provider_that_does_not_fit_is_refused_in_words(desk, idp, case) -> None:
    idp.describe, told = DESCRIPTIONS[case]
    answer = desk.post("/settings/sso/", filled(idp))
    assert (answer.status_code, told in words(answer)) == (422, True), words(answer)
    assert not SingleSignOn.objects.exists()


def test_another_issuer_cuts_off_the_logins_of_the_former_one(desk, plain, idp) -> None:
    bea = make_teammate(plain, "bea", role="owner")
    desk.post("/settings/sso/", filled(idp))
    connected(bea, idp)
    with identity_provider() as evil:
        wanted = filled(evil, client_secret="")
        assert "Another issuer has another client secret" in words(desk.post("/settings/sso/", wanted))
        answer = desk.post("/settings/sso/", filled(evil), follow=True)
        assert "1 login of the former provider cut off" in words(answer)
        evil.people["u-1"] = {"email": bea.user.email}
        stranger = Client()
        assert sign_in(stranger, plain, evil).status_code == 403
        assert me(stranger) is None


def test_required_counts_once_somebody_has_come_in_by_it_and_live_sockets_look_again(desk, ada, plain, idp) -> None:
    seen: list[Workspace] = []
    hooks.sight_changed.append(seen.append)
    try:
        desk.post("/settings/sso/", filled(idp))
        connected(ada, idp)
        assert desk.post("/settings/sso/", filled(idp, is_required="on")).status_code == 302
        assert seen == [plain, plain]
    finally:
        hooks.sight_changed.remove(seen.append)
    assert desk.get("/inbox/mine/").status_code == 403, "their own session came by password"


def test_it_is_tested_turned_off_and_on_and_removed(desk, ada, plain, idp) -> None:
    for path in ("test", "state", "remove", "disconnect"):
        assert desk.get(f"/settings/sso/{path}/").status_code == 405
    assert desk.post("/settings/sso/test/").status_code == 404
    desk.post("/settings/sso/", filled(idp, joins_as="agent"))
    assert "The provider answers" in words(desk.post("/settings/sso/test/"))
    idp.describe = lambda said: {**said, "issuer": "https://other.test"}
    assert "calls itself" in words(desk.post("/settings/sso/test/"))
    desk.post("/settings/sso/state/", {"state": "off"})
    assert Client().get(f"/sso/{plain.slug}/").status_code == 404
    assert "was not turned on" in words(desk.post("/settings/sso/state/", {"state": "on"}, follow=True))
    idp.describe = lambda said: said
    desk.post("/settings/sso/state/", {"state": "on"})
    guest = Client()
    sign_in(guest, plain, idp)
    assert "1 login of the provider cut off" in words(desk.post("/settings/sso/remove/", follow=True))
    assert not SocialAccount.objects.exists()
    assert guest.get("/inbox/mine/").status_code == 302  # signed out, not only shut out
    changed = AuditFact.objects.filter(kind="sso.changed").count()
    assert (changed, AuditFact.objects.filter(kind="sso.removed").count()) == (3, 1)


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_only_who_handles_keys_sets_it_up(plain, idp, role) -> None:
    client = by_password(make_teammate(plain, "cem", role=role))
    assert client.get("/settings/sso/").status_code == 403
    for path in ("", "test/", "state/", "remove/"):
        assert client.post(f"/settings/sso/{path}", filled(idp, state="off")).status_code == 403, path
    assert not SingleSignOn.objects.exists()
