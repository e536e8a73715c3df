"""One machine, embedded PostgreSQL and Redis when no others are named: the default."""

from settings.base import *  # noqa: F403
from settings.base import INBOUND_EMAIL_DOMAIN as _NAMED

# Letters can be answered without any account: manage.py receive_email takes the answers in.
INBOUND_EMAIL_DOMAIN = _NAMED or "reply.localhost"
