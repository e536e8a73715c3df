"""A browser, and an owner who signs in with a password."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.people.models import Teammate
from tests.factories import make_teammate, make_workspace
from tests.inbox.people.login.steps import PASSWORD, browser


@pytest.fixture
def client() -> Client:
    return browser()


@pytest.fixture
def ada() -> Teammate:
    mate = make_teammate(make_workspace(), "ada", role="owner")
    mate.user.set_password(PASSWORD)
    mate.user.save()
    return mate
