"""What others published lies beside the project, and is no part of it. Without it there are no tests here."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).parents[3] / "shared/fixtures"

collect_ignore_glob = [] if FIXTURES.is_dir() else ["test_*.py"]
