#!/usr/bin/env python
"""Django's command line. It finds, or starts for as long as it runs, the servers that the environment does not name."""

from __future__ import annotations

import os
import sys

# These never ask a server; the settings only want to see a name for one.
SERVERLESS = {"help", "--help", "-h", "version", "--version"}
NOWHERE = {
    "DATABASE_URL": "postgres://127.0.0.1/frontdesk",
    "REDIS_URL": "redis://127.0.0.1/0",
}


def main() -> None:
    """Run the command of the command line."""
    from settings import services

    services.read_env_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")
    if not sys.argv[1:] or SERVERLESS.intersection(sys.argv[1:2]) or "--help" in sys.argv:
        for name, value in NOWHERE.items():
            os.environ.setdefault(name, value)
    # Production says where everything is; nothing is made up for it.
    if os.environ["DJANGO_SETTINGS_MODULE"] != "settings.production":
        try:
            services.provide()
        except services.ServicesError as error:
            sys.exit(f"manage.py: {error}")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
