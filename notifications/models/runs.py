"""What beat's schedule did: which runs of a nightly job there were, and when each task was last called."""

from __future__ import annotations

from django.db import models


class ScheduledRun(models.Model):
    """One run of a job that must not run twice for the time it is due. Not finished: it runs, or its worker died."""

    name = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="a_job_runs_once_when_it_is_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When beat last called a task, to within half a minute. `quiet_since` while that is too long ago."""

    task = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
    quiet_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.task
