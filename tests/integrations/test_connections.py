"""Connections: what may be set, that it is kept encrypted and never shown, and who may set it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import AuditFact, Teammate, Workspace
from inbox.people.permissions import Forbidden
from integrations.configs import CONFIGS, ConnectionRefused, checked
from integrations.connections import (
    ConnectionUnreadable,
    change_connection,
    connection_of,
    remove_connection,
    set_connection,
)
from integrations.models import Connection, Integration
from tests.factories import make_teammate, make_workspace

PAGE = "/settings/connections/"
APP = {"bot_token": "xoxb-123", "signing_secret": "8f742231b10e"}
HOOK = {"webhook_url": "https://hooks.slack.com/services/T0/B0/abc"}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def stored() -> str:
    """Return what the database holds, as it holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(config, ' ') FROM integrations_connection")
        return str(cursor.fetchone()[0])


GOOD: list[tuple[str, dict[str, str]]] = [
    ("helpscout", {"secret": "your secret key"}),
    ("stripe", {"webhook_secret": "whsec_a"}),
    ("stripe", {"webhook_secret": "whsec_a, whsec_b", "api_key": "rk_live_1"}),
    ("slack", APP),
    ("slack", HOOK),
    ("slack", {"webhook_url": "http://127.0.0.1:8400/hook"}),
    ("slack", {"webhook_url": "http://[::1]:8400/hook"}),
    ("intercom", {"access_token": "dG9rOmE=="}),
]
BAD: list[tuple[str, dict[str, str], str]] = [
    ("helpscout", {}, "secret: It is missing"),
    ("helpscout", {"secret": "  "}, "secret: It is empty"),
    ("helpscout", {"secret": "a", "key": "b"}, "key: There is no such key. Those of Help Scout are secret"),
    ("helpscout", {"secret": "a\nb"}, "line break"),
    ("stripe", {"api_key": "rk_1"}, "webhook_secret: It is missing"),
    ("stripe", {"webhook_secret": "whsec_a,"}, "one comma"),
    ("stripe", {"webhook_secret": "sk_live_1"}, "That is an API key"),
    ("stripe", {"webhook_secret": "whsec_a", "api_key": "pk_live_1"}, "not a secret API key"),
    ("slack", {}, "Give bot_token and signing_secret, or webhook_url."),
    ("slack", {"bot_token": "xoxb-1"}, "signing_secret is missing: bot_token and signing_secret go together"),
    ("slack", {**APP, **HOOK}, "not both"),
    ("slack", {**APP, "bot_token": "xapp-1"}, "app-level token"),
    ("slack", {"webhook_url": "http://hooks.slack.com/x"}, "begins with https://"),
    ("slack", {"webhook_url": "http://127.0.0.1.evil.test/"}, "begins with https://"),
    ("slack", {"webhook_url": "hooks.slack.com/x"}, "not a web address"),
    ("slack", {"webhook_url": "https://[::1/"}, "not a web address"),
    ("slack", {"webhook_url": "javascript:alert(1)"}, "not a web address"),
    ("intercom", {"token": "a"}, "access_token: It is missing"),
]


@pytest.mark.parametrize(("integration", "values"), GOOD)
def test_what_the_command_sets_is_what_later_code_reads(
    workspace: Workspace, capsys: Any, integration: str, values: dict[str, str]
) -> None:
    call_command("connect", workspace.slug, integration, *(f"{key}={value}" for key, value in values.items()))
    assert capsys.readouterr().out == f"{integration}\n"
    config = connection_of(workspace, integration)
    assert type(config) is CONFIGS[integration]
    assert config.clear() == values
    assert not any(value in f"{config!r} {config} {stored()}" for value in values.values())


@pytest.mark.parametrize(("integration", "values", "said"), BAD)
def test_a_wrong_setting_is_said_in_words_that_hold_no_value_and_sets_nothing(
    workspace: Workspace, integration: str, values: dict[str, str], said: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("connect", workspace.slug, integration, *(f"{key}={value}" for key, value in values.items()))
    assert said in str(refused.value)
    assert not any(len(value) > 3 and value in str(refused.value) for value in values.values())
    assert not Connection.objects.exists()
    assert not AuditFact.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["github", "token=a"], "There are: helpscout, stripe, slack, intercom"),
        (["stripe", "whsec_oops"], "Argument 1 after the integration"),
        (["stripe", "webhook_secret=a", "webhook_secret=b"], "given twice"),
        (["stripe", "=whsec_oops"], "Argument 1"),
    ],
)
def test_a_wrong_call_of_the_command_is_said_in_words(workspace: Workspace, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("connect", workspace.slug, *arguments)
    assert said in str(refused.value)
    assert "oops" not in str(refused.value)


def test_an_unknown_workspace_is_said_in_words(db: None) -> None:
    with pytest.raises(CommandError, match="no workspace 'nowhere'"):
        call_command("connect", "nowhere", "intercom", "access_token=a")


@hypothesis_settings(deadline=None)
@given(
    st.sampled_from([*CONFIGS]),
    st.dictionaries(st.sampled_from("secret webhook_secret api_key bot_token webhook_url x".split()), st.text()),
)
def test_any_values_are_taken_or_refused_in_words(integration: str, values: dict[str, str]) -> None:
    try:
        config = checked(integration, values)
    except ConnectionRefused as refused:
        assert refused.problems
        assert all(text.endswith(".") for text in refused.problems.values())
    else:
        assert set(config.clear()) <= set(values)


def test_setting_again_replaces_all_of_it_and_each_workspace_has_its_own(workspace: Workspace) -> None:
    other = make_workspace()
    set_connection(workspace, "stripe", {"webhook_secret": "whsec_1", "api_key": "rk_1"}, by=COMMAND_LINE)
    set_connection(other, "stripe", {"webhook_secret": "whsec_9"}, by=COMMAND_LINE)
    set_connection(workspace, "stripe", {"webhook_secret": "whsec_2"}, by=COMMAND_LINE)
    assert connection_of(workspace, Integration.STRIPE).clear() == {"webhook_secret": "whsec_2"}
    assert connection_of(other, Integration.STRIPE).webhook_secrets == ["whsec_9"]
    assert connection_of(other, Integration.SLACK) is None
    assert remove_connection(workspace, "stripe", by=COMMAND_LINE)
    assert connection_of(workspace, Integration.STRIPE) is None
    assert connection_of(other, Integration.STRIPE) is not None


def test_an_audit_fact_names_the_keys_and_no_value(owner: Teammate) -> None:
    set_connection(owner.workspace, "slack", APP, by=Actor(owner))
    remove_connection(owner.workspace, "slack", by=Actor(owner))
    assert not remove_connection(owner.workspace, "slack", by=Actor(owner))
    facts = AuditFact.objects.order_by("id").values_list("kind", "subject", "data")
    assert list(facts) == [
        ("connection.set", "Slack", {"keys": ["bot_token", "signing_secret"]}),
        ("connection.removed", "Slack", {}),
    ]


def test_on_the_page_an_empty_input_keeps_what_was_set(owner: Teammate) -> None:
    client = browser(owner)
    first = {"stripe-webhook_secret": "whsec_one", "stripe-api_key": "rk_one"}
    assert client.post(f"{PAGE}stripe/", first).status_code == 302
    client.post(f"{PAGE}stripe/", {"stripe-webhook_secret": " whsec_two ", "stripe-api_key": ""})
    assert connection_of(owner.workspace, "stripe").clear() == {"webhook_secret": "whsec_two", "api_key": "rk_one"}
    page = client.get(PAGE).content.decode()
    assert "Set: Signing secret, API key." in page
    assert not re.search("whsec_(one|two)|rk_one", page)


def test_on_the_page_the_other_way_to_connect_takes_the_place_of_the_first(owner: Teammate) -> None:
    change_connection(owner.workspace, "slack", APP, by=Actor(owner))
    change_connection(owner.workspace, "slack", HOOK, by=Actor(owner))
    assert connection_of(owner.workspace, "slack").clear() == HOOK
    with pytest.raises(ConnectionRefused, match="signing_secret is missing"):
        change_connection(owner.workspace, "slack", {"bot_token": "xoxb-1"}, by=Actor(owner))
    with pytest.raises(ConnectionRefused, match="not both"):
        change_connection(owner.workspace, "slack", {**APP, **HOOK}, by=Actor(owner))
    assert connection_of(owner.workspace, "slack").clear() == HOOK


def test_a_wrong_input_is_said_beside_it_and_not_sent_back(owner: Teammate) -> None:
    answer = browser(owner).post(f"{PAGE}stripe/", {"stripe-webhook_secret": "sk_live_oops"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "That is an API key" in page
    assert "oops" not in page
    assert not Connection.objects.exists()


def test_the_page_shows_the_addresses_to_paste_on_the_other_side(owner: Teammate) -> None:
    page = browser(owner).get(PAGE).content.decode()
    for path in ("helpscout/{}/sidebar/", "stripe/{}/webhook/", "slack/{}/events/", "slack/{}/actions/"):
        assert f"http://testserver/integrations/{path.format(owner.workspace.slug)}" in page
    assert page.count("not connected") == len(CONFIGS)


def test_removing_forgets_the_keys(owner: Teammate) -> None:
    set_connection(owner.workspace, "intercom", {"access_token": "a"}, by=Actor(owner))
    page = browser(owner).post(f"{PAGE}intercom/remove/", follow=True).content.decode()
    assert "is not connected any more" in page
    assert not Connection.objects.exists()


def test_small_roles_and_other_workspaces_change_nothing(owner: Teammate) -> None:
    set_connection(owner.workspace, "slack", HOOK, by=Actor(owner))
    agent = make_teammate(owner.workspace, "cem")
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    client = browser(agent)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}slack/", {"slack-webhook_url": "https://evil.test/"}).status_code == 403
    assert client.post(f"{PAGE}slack/remove/").status_code == 403
    with pytest.raises(Forbidden):
        set_connection(owner.workspace, "slack", HOOK, by=Actor(agent))
    browser(stranger).post(f"{PAGE}slack/remove/")
    assert browser(stranger).get(PAGE).content.decode().count("not connected") == len(CONFIGS)
    assert browser(stranger).post(f"{PAGE}github/", {}).status_code == 404
    assert connection_of(owner.workspace, "slack").clear() == HOOK


def test_what_no_key_opens_is_said_and_can_be_set_anew(owner: Teammate) -> None:
    set_connection(owner.workspace, "stripe", {"webhook_secret": "whsec_1"}, by=Actor(owner))
    lost = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_connection SET config = %s", [lost])
    with pytest.raises(ConnectionUnreadable, match="Set it anew"):
        connection_of(owner.workspace, "stripe")
    client = browser(owner)
    assert "cannot be read" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}stripe/", {"stripe-webhook_secret": "whsec_2"}).status_code == 302
    assert connection_of(owner.workspace, "stripe").webhook_secrets == ["whsec_2"]


@pytest.mark.django_db(transaction=True)
def test_two_who_set_it_at_once_leave_one_whole_setting() -> None:
    workspace = make_workspace()

    def connect(n: int) -> None:
        try:
            change_connection(
                workspace, "slack", {"bot_token": f"xoxb-{n}", "signing_secret": f"secret-{n}"}, by=COMMAND_LINE
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(connect, range(24)))
    config = json.loads(Connection.objects.get(workspace=workspace).config)
    assert config["bot_token"].removeprefix("xoxb-") == config["signing_secret"].removeprefix("secret-")
    assert AuditFact.objects.filter(workspace=workspace, kind="connection.set").count() == 24
