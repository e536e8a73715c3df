"""One machine, embedded PostgreSQL and Redis when no others are named: the default."""

from settings.base import *  # noqa: F403
