"""That the matcher stays as good as it was, on a small set of a seed that it was not measured by."""

from __future__ import annotations

import pytest

from tests.bench.likeness.people import make_set
from tests.bench.likeness_quality import judged
from tests.factories import make_workspace

pytestmark = pytest.mark.django_db


def test_suggestions_are_nearly_all_right_and_nearly_all_there():
    result = judged(make_set(seed=11, people=500), make_workspace())

    assert result.precision >= 0.94
    assert result.recall >= 0.9
