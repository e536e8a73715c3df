"""What `make run` does before it serves: tables, static files, demo data. One process, as Django loads slowly."""

from __future__ import annotations

import os
import sys
import traceback

STEPS: tuple[tuple[str, ...], ...] = (("migrate", "--noinput"), ("collectstatic", "--noinput"), ("seed_demo",))


def main() -> int:
    """Run every step, all of them repeatable; returns 1 and names the step when one fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")
    import django
    from django.core.management import call_command

    django.setup()
    for name, *arguments in STEPS:
        try:
            call_command(name, *arguments, verbosity=0)
        except Exception:
            traceback.print_exc()
            print(f"manage.py {name} failed; why is above.", file=sys.stderr, flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
