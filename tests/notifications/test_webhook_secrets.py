"""The secret of outgoing webhooks is shown on purpose and rolled so that no receiver refuses anything meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db.models import TextField, Value
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from inbox.desk.settings.house.signing import CHECK_NODE, CHECK_PYTHON
from inbox.people.audit import Actor
from inbox.people.models import Teammate, Workspace
from inbox.people.models.audit import AuditFact
from inbox.people.permissions import Forbidden
from notifications.models import WebhookSecret
from notifications.models.webhooks import OVERLAP
from notifications.transports import TransportError
from notifications.transports.webhook import signature
from notifications.webhook_secrets import (
    SecretRefused,
    end_former_webhook_secret,
    roll_webhook_secret,
    show_webhook_secret,
    webhook_secret,
)
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db
BODY = '{"type": "payment.failed"}'


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="admin")


@pytest.fixture
def by(ada: Teammate) -> Actor:
    return Actor(ada, "desk")


def proves(secret: str, headers: dict[str, str]) -> bool:
    """Return whether a receiver that knows `secret` takes a post with these headers."""
    try:
        Verifier(secret).verify(BODY.encode(), headers)
    except WebhookVerificationError:
        return False
    return True


def facts(workspace: Workspace) -> list[str]:
    return list(AuditFact.objects.filter(workspace=workspace).order_by("id").values_list("kind", flat=True))


def signed_in(mate: Teammate) -> Client:
    client = Client()
    client.force_login(mate.user)
    return client


def test_after_a_roll_a_receiver_of_either_secret_takes_a_post_for_a_day(workspace: Workspace, by: Actor) -> None:
    former = show_webhook_secret(workspace, by=by)
    fresh = roll_webhook_secret(workspace, by=by)
    assert former != fresh
    headers = signature(workspace, "k", BODY)
    assert proves(former, headers) and proves(fresh, headers)
    assert not proves(WebhookSecret.objects.create(workspace=make_workspace()).secret, headers)
    WebhookSecret.objects.update(rolled_at=timezone.now() - OVERLAP)
    headers = signature(workspace, "k", BODY)
    assert proves(fresh, headers) and not proves(former, headers)
    assert facts(workspace) == ["webhook_secret.shown", "webhook_secret.rolled"]


def test_a_third_secret_is_refused_until_the_former_one_has_ended(workspace: Workspace, by: Actor) -> None:
    first = roll_webhook_secret(workspace, by=by)
    with pytest.raises(SecretRefused, match="End it first"):
        roll_webhook_secret(workspace, by=by)
    assert end_former_webhook_secret(workspace, by=by)
    assert not end_former_webhook_secret(workspace, by=by)
    assert webhook_secret(workspace).signing == [first]  # type: ignore[union-attr]
    WebhookSecret.objects.update(rolled_at=timezone.now() - timedelta(days=2))
    second = roll_webhook_secret(workspace, by=by)
    assert webhook_secret(workspace).signing == [second, first]  # type: ignore[union-attr]
    assert facts(workspace) == ["webhook_secret.rolled", "webhook_secret.ended", "webhook_secret.rolled"]


def test_a_secret_that_no_key_reads_is_rolled_and_given_up(workspace: Workspace, ada: Teammate, by: Actor) -> None:
    show_webhook_secret(workspace, by=by)
    strange = Fernet(Fernet.generate_key()).encrypt(b"whsec_").decode()
    WebhookSecret.objects.update(secret=Value(strange, TextField()))
    with pytest.raises(TransportError):
        signature(workspace, "k", BODY)
    with pytest.raises(SecretRefused, match="cannot be read"):
        show_webhook_secret(workspace, by=by)
    assert "cannot be read any more" in signed_in(ada).get("/settings/webhooks/").content.decode()
    fresh = roll_webhook_secret(workspace, by=by)
    assert proves(fresh, signature(workspace, "k", BODY))


def test_it_is_for_those_who_manage_the_workspace(workspace: Workspace) -> None:
    bea = make_teammate(workspace, "bea")
    for verb in (show_webhook_secret, roll_webhook_secret, end_former_webhook_secret):
        with pytest.raises(Forbidden):
            verb(workspace, by=Actor(bea, "desk"))
    page = signed_in(bea)
    assert page.get("/settings/webhooks/").status_code == 403
    for door in ("show", "roll", "end"):
        assert page.post(f"/settings/webhooks/{door}/").status_code == 403
    assert "/settings/webhooks/" not in page.get("/settings/").content.decode()
    assert not WebhookSecret.objects.exists()


def test_the_page_shows_it_in_the_one_answer_that_was_asked_for_it(workspace: Workspace, ada: Teammate) -> None:
    page = signed_in(ada)
    assert "whsec_•" in page.get("/settings/webhooks/").content.decode()
    assert not WebhookSecret.objects.exists(), "a look makes nothing"
    shown = page.post("/settings/webhooks/show/")
    first = WebhookSecret.objects.get(workspace=workspace).secret
    # The template writes + and / of base64 as they are, and = too.
    assert first in shown.content.decode().replace("&#x3D;", "=")
    assert "no-store" in shown["Cache-Control"]
    rolled = page.post("/settings/webhooks/roll/")
    second = WebhookSecret.objects.get(workspace=workspace).secret
    assert second in rolled.content.decode() and first not in rolled.content.decode()
    assert "no-store" in rolled["Cache-Control"]
    after = page.get("/settings/webhooks/").content.decode()
    assert "Two secrets sign now" in after
    assert first not in after and second not in after
    page.post("/settings/webhooks/end/")
    assert "Two secrets sign now" not in page.get("/settings/webhooks/").content.decode()
    assert page.get("/settings/webhooks/show/").status_code == 405


def test_the_page_is_of_ones_own_workspace_alone(workspace: Workspace, ada: Teammate) -> None:
    other = make_teammate(make_workspace(), role="owner")
    signed_in(ada).post("/settings/webhooks/show/")
    mine = WebhookSecret.objects.get().secret
    assert mine not in signed_in(other).post("/settings/webhooks/show/").content.decode()
    assert WebhookSecret.objects.count() == 2


PRINT_PYTHON = """
import json, sys
given = json.loads(sys.argv[1])
print(is_from_frontdesk(given, sys.argv[2].encode()), is_from_frontdesk(given, b"another"))
"""
PRINT_NODE = """
const given = JSON.parse(process.argv[1]);
const take = (body) => isFromFrontdesk(given, Buffer.from(body)) ? "True" : "False";
console.log(take(process.argv[2]), take("another"));
"""
CHECKS = [(["python3", "-c"], CHECK_PYTHON + PRINT_PYTHON), (["node", "-e"], CHECK_NODE + PRINT_NODE)]


# Each language that this machine speaks.
@pytest.mark.parametrize(("program", "script"), [check for check in CHECKS if shutil.which(check[0][0])])
def test_the_samples_of_code_know_our_posts_from_others(
    workspace: Workspace, by: Actor, program: list[str], script: str
) -> None:

    former = show_webhook_secret(workspace, by=by)
    roll_webhook_secret(workspace, by=by)
    env = {**os.environ, "FRONTDESK_WEBHOOK_SECRET": former}
    given = [json.dumps(signature(workspace, "k", BODY)), BODY]
    said = subprocess.run([*program, script, *given], env=env, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "True False"
