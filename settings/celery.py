"""The Celery application. Tasks are contentless nudges: rows say what is due."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging, worker_process_shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")

app = Celery("frontdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def configure_logging(**_: object) -> None:
    """Log as every other process does; Celery would bring formats of its own."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@worker_process_shutdown.connect
def send_last_lines(**_: object) -> None:
    """Have the handlers send what they hold. A worker's child ends without what Python does at the end of a process."""
    import logging

    for handler in logging.getLogger().handlers:
        handler.flush()
