"""Server time and queries of the desk's pages, small beside large, for who sees everything and who sees 1 %."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from settings import services
from tests.bench import big
from tests.stack import ROOT

SMALL, LARGE = 1_000, 1_000_000
ROUNDS = 60


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    with big.servers() as urls:
        found = {size: _ask(big.make(urls.database, size), urls) for size in (SMALL, LARGE)}
    return [
        {
            "what": f"{page}, {who}, {LARGE:,} beside {SMALL:,} (ms; {found[LARGE][page, who]['queries']} queries)",
            "ours": round(found[LARGE][page, who]["ms"], 2),
            "beside": round(found[SMALL][page, who]["ms"], 2),
            "ratio": round(found[LARGE][page, who]["ms"] / found[SMALL][page, who]["ms"], 2),
            "aim": "≤ 1.3×" + _same(found[LARGE][page, who], found[SMALL][page, who]),
        }
        for page, who in found[LARGE]
    ]


def _same(large: dict[str, Any], small: dict[str, Any]) -> str:
    return "" if large["queries"] == small["queries"] else f"; queries differ: {small['queries']} before"


def _ask(url: str, urls: services.Urls) -> dict[tuple[str, str], dict[str, Any]]:
    env = {
        **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        "DATABASE_URL": url,
        "REDIS_URL": urls.redis,
        "DJANGO_SETTINGS_MODULE": "settings.local",
        "ALLOWED_HOSTS": "testserver",
        "STATIC_ROOT": str(big.folder() / "static"),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, cwd=ROOT, env=env, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.pages_probe", str(ROUNDS)],
        cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return {(row["page"], row["who"]): row for row in json.loads(done.stdout.splitlines()[-1])}
