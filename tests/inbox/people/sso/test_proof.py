"""What a provider answers is checked, and what went wrong ends in words."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from django.test import Client

from inbox.people.models import SingleSignOn, User
from inbox.people.sso_pages import RATES
from tests.factories import make_workspace
from tests.identity_provider import identity_provider, new_key
from tests.inbox.people.sso.steps import (
    begin,
    come_back,
    invite,
    me,
    nobody_new,
    sign_in,
    with_sso,
    words,
)

pytestmark = pytest.mark.django_db


def test_the_code_of_one_provider_is_of_no_use_at_another_workspace(client, workspace, idp) -> None:
    with identity_provider() as evil:
        theirs = with_sso(make_workspace(), evil, joins_as="agent")
        back = evil.approve(begin(client, theirs), "u-1")
        swapped = back.replace(f"ws-{theirs.slug}", f"ws-{workspace.slug}")
        answer = come_back(client, swapped)
        assert answer.status_code == 401
        query = begin(client, workspace)
        mixed = idp.approve(query, "u-1").replace(idp.url.replace(":", "%3A").replace("/", "%2F"), "https%3A%2F%2Fevil")
        assert "another provider" in words(come_back(client, mixed))


def forged(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, new_key(), algorithm="RS256", headers={"kid": "k1"})


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})


def by_shared_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "a-client-secret-that-is-long-enough", algorithm="HS256", headers={"kid": "k1"})


LIES: dict[str, dict[str, Any]] = {
    "signed by another key": {"sign": forged},
    "not signed": {"sign": unsigned},
    "signed with a shared secret": {"sign": by_shared_secret},
    "not a token": {"sign": lambda claims: "nonsense"},
    "for another client": {"claim": lambda said: {**said, "aud": "somebody-else"}},
    "for two clients": {"claim": lambda said: {**said, "aud": ["frontdesk", "other"], "azp": "other"}},
    "by another issuer": {"claim": lambda said: {**said, "iss": "https://evil.test"}},
    "expired": {"claim": lambda said: {**said, "exp": said["iat"] - 600}},
    "made long ago": {"claim": lambda said: {**said, "iat": said["iat"] - 7200}},
    "without a time": {"claim": lambda said: {k: v for k, v in said.items() if k != "exp"}},
    "of another sign-in": {"claim": lambda said: {**said, "nonce": "another"}},
    "without a nonce": {"claim": lambda said: {k: v for k, v in said.items() if k != "nonce"}},
    "without a subject": {"claim": lambda said: {k: v for k, v in said.items() if k != "sub"}},
    "with a subject that is no text": {"claim": lambda said: {**said, "sub": 7}},
    "with a subject of control characters": {"claim": lambda said: {**said, "sub": "u\x00-1"}},
    "with userinfo of somebody else": {"tell": lambda said: {**said, "sub": "u-2"}},
    "with userinfo that is a list": {"tell": lambda said: [said]},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_hold_opens_nothing(client, workspace, idp, lie) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    for name, bend in LIES[lie].items():
        setattr(idp, name, bend)
    before = User.objects.count()
    answer = sign_in(client, workspace, idp)
    assert answer.status_code in (401, 403), words(answer)
    assert "You are not signed in" in words(answer)
    assert f"/sso/{workspace.slug}/" in answer.content.decode()
    nobody_new(before)


def test_a_claim_of_odd_letters_is_kept_as_plain_text(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    subject = "x" * 255
    idp.people[subject] = {"email": "not an address", "name": "<b>Zoë\x00\u202e</b>\n" * 40, "zoneinfo": "Mars/Base"}
    for _ in range(2):
        assert sign_in(Client(), workspace, idp, subject).status_code == 302
    mate = workspace.teammates.get()
    assert (mate.work_email, mate.user.timezone) == ("", "UTC")
    assert mate.name.startswith("<b>Zoë") and len(mate.name) <= 120 and mate.name.isprintable()


def test_coming_back_without_having_begun_here_ends_on_a_card(client, workspace, idp) -> None:
    back = idp.approve(begin(client, workspace), "u-1")
    answer = come_back(Client(), back)
    assert answer.status_code == 401
    assert "begun in another browser" in words(answer)
    SingleSignOn.objects.update(joins_as="agent")
    assert come_back(client, back).status_code == 302
    assert come_back(client, back).status_code == 401, "a code and a state are good once"


def test_a_stop_at_the_provider_ends_on_a_card_with_a_way_back(client, workspace, idp) -> None:
    query = begin(client, workspace)
    back = f"{query['redirect_uri']}?error=access_denied&error_description=Not+assigned&state={query['state']}"
    answer = come_back(client, back)
    assert answer.status_code == 401
    assert "did not let you through" in words(answer)
    assert "Not assigned" in words(answer)


def test_a_provider_that_is_down_ends_on_a_card_at_both_ends(client, workspace, idp, settings) -> None:
    query = begin(client, workspace)
    idp.describe = lambda said: {**said, "token_endpoint": "http://127.0.0.1:9/token"}
    assert come_back(client, idp.approve(query, "u-1")).status_code == 401
    SingleSignOn.objects.update(issuer="http://127.0.0.1:9")
    answer = client.post(f"/accounts/oidc/ws-{workspace.slug}/login/")
    assert answer.status_code == 424
    assert "could not be reached" in words(answer)


def test_a_provider_that_changed_its_description_is_not_followed(client, workspace, idp) -> None:
    for name, where in (("authorization_endpoint", "javascript:alert(1)"), ("issuer", "https://evil.test")):
        idp.describe = lambda said, name=name, where=where: {**said, name: where}
        answer = client.post(f"/accounts/oidc/ws-{workspace.slug}/login/")
        assert answer.status_code == 424
        assert "http-equiv" not in answer.content.decode()


def test_an_address_that_either_answer_calls_unconfirmed_counts_as_none(client, workspace, idp) -> None:
    invite(workspace, "grace@acme.test")
    idp.claim = lambda said: {**said, "email": "grace@acme.test", "email_verified": False}
    idp.people["u-1"].pop("email_verified")
    assert "names no confirmed address" in words(sign_in(client, workspace, idp))


def test_a_provider_without_userinfo_tells_who_came_in_its_id_token(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    idp.describe = lambda said: {key: value for key, value in said.items() if key != "userinfo_endpoint"}
    idp.claim = lambda said: {**said, "given_name": "Grace", "family_name": "Hopper", "email": "grace@acme.test"}
    assert sign_in(client, workspace, idp).status_code == 302
    assert (me(client).name, me(client).email) == ("Grace Hopper", "grace@acme.test")
    assert "/userinfo" not in idp.asked


def test_a_wrong_client_secret_is_told_in_words(client, workspace, idp) -> None:
    idp.client_secret = "rotated"
    assert "did not accept Frontdesk's client id and secret" in words(sign_in(client, workspace, idp))


def test_beginnings_are_counted_for_each_network(client, workspace, monkeypatch) -> None:
    monkeypatch.setitem(RATES, "sso_begin", "2/m/ip")
    path = f"/accounts/oidc/ws-{workspace.slug}/login/"
    assert [client.post(path, REMOTE_ADDR="198.51.100.7").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post(path, REMOTE_ADDR="198.51.100.8").status_code == 200


def test_no_link_begins_a_sign_in_and_none_leads_elsewhere(client, workspace, idp) -> None:
    answer = client.get(f"/accounts/oidc/ws-{workspace.slug}/login/?next=https://evil.test/")
    assert (answer.status_code, answer["Location"]) == (302, f"/sso/{workspace.slug}/")
    assert "evil.test" not in client.get(f"/sso/{workspace.slug}/?next=https://evil.test/").content.decode()
    SingleSignOn.objects.update(joins_as="agent")
    assert sign_in(client, workspace, idp, next="https://evil.test/")["Location"] == "/"
    query = begin(client, workspace, auth_params="redirect_uri=https://evil.test", scope="everything")
    assert query["redirect_uri"].endswith(f"/accounts/oidc/ws-{workspace.slug}/login/callback/")
    assert query["code_challenge_method"] == "S256"
    assert set(query["scope"].split()) == {"openid", "profile", "email"}


def test_the_start_page_knows_workspaces_with_single_sign_on_alone(client, workspace) -> None:
    plain = make_workspace()
    assert client.get("/sso/").status_code == 200
    assert client.post("/sso/", {"slug": f" {workspace.slug.upper()} "}).status_code == 200
    for slug in (plain.slug, "no-such", "", "\x00", "x" * 300):
        assert "No workspace of this name has single sign-on" in words(client.post("/sso/", {"slug": slug}))
    assert client.get(f"/sso/{workspace.slug}/").status_code == 200
    assert client.get(f"/sso/{plain.slug}/").status_code == 404
    assert client.post(f"/accounts/oidc/ws-{plain.slug}/login/").status_code == 404
    assert client.get(f"/accounts/oidc/ws-{plain.slug}/login/callback/?code=x&state=y").status_code == 404
    SingleSignOn.objects.update(is_enabled=False)
    assert client.get(f"/sso/{workspace.slug}/").status_code == 404
