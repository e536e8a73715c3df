"""An account's id in an address. It is the customer's own and may hold anything, slashes too."""

from __future__ import annotations

import re

_ESCAPED = re.compile("~([0-9A-F]{2})")


class AccountIdConverter:
    """One part of a path. A slash is ~2F and a tilde ~7E; an id of dots alone, which browsers take for folders, ~2E."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the id that a part of a path names."""
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        """Return an id as a part of a path; Django encodes the rest."""
        risky = r"[~/\\.]" if set(value) == {"."} else r"[~/\\]"
        return re.sub(risky, lambda found: f"~{ord(found[0]):02X}", value)
