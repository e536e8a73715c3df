"""A worker that is killed in the middle of a call leaves nothing that the next one does not take up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from imports.models import Import, ImportStatus
from inbox.models import Contact
from inbox.people.models import Workspace
from tests.imports.intercom.people import fill, rows_of, start, work_all
from tests.stand_ins.intercom import Fault, Intercom

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import django
django.setup()
from imports import batches
from imports.intercom import gathering
gathering.ROWS = 200
while batches.drain():
    pass
"""


def worker(there: Intercom, media: Path) -> subprocess.Popen[bytes]:
    """Start a process that works imports, on this test's database and files."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    here = {"DATABASE_URL": database, "MEDIA_ROOT": str(media), "INTERCOM_API_URL": there.url}
    return subprocess.Popen([sys.executable, "-c", WORKER], env={**os.environ, **here}, cwd=Path(__file__).parents[3])


def test_a_killed_worker_is_followed_by_another_that_goes_on(
    there: Intercom, workspace: Workspace, tmp_path: Path
) -> None:
    fill(there, 1000)
    import_ = start(workspace)
    killed: list[subprocess.Popen[bytes]] = []
    there.faults["GET contacts"] = [None, None, None, Fault(then=lambda: killed[0].kill())]
    killed.append(worker(there, tmp_path))
    assert killed[0].wait(60) == -9
    import_.refresh_from_db()
    # Two batches are stored, and of the third page what is in them; nobody works what there is.
    assert import_.status == ImportStatus.PLANNING and import_.leased_until
    assert len(rows_of(import_)) == 400 and not Contact.objects.filter(workspace=workspace).exists()
    # Its lease ends by itself.
    Import.objects.filter(pk=import_.pk).update(leased_until=timezone.now())
    work_all()
    import_.refresh_from_db()
    assert (import_.status, import_.total, import_.created) == (ImportStatus.FINISHED, 1000, 1000)
    assert Contact.objects.filter(workspace=workspace).count() == 1000
    assert there.calls["GET contacts"] == 4 + 5
