"""Which kinds of event there are. Each app registers its own, once, when it is ready."""

from __future__ import annotations

from notifications.kind import Kind

_KINDS: dict[str, type[Kind]] = {}


class UnknownKind(KeyError):
    """No app has registered this kind of event."""

    def __str__(self) -> str:
        return f"There is no kind of event called “{self.args[0]}”."


def register(*kinds: type[Kind]) -> None:
    """Make kinds known. Raises ValueError for a name that another class has."""
    for kind in kinds:
        known = _KINDS.setdefault(kind.kind, kind)
        if known is not kind:
            raise ValueError(f"{kind.kind} is registered twice: {known.__qualname__}, {kind.__qualname__}")


def kind_of(name: str) -> type[Kind]:
    """Return the class of a kind. Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def all_kinds() -> dict[str, type[Kind]]:
    """Return every registered kind by name, in order."""
    return dict(sorted(_KINDS.items()))
