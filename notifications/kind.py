"""What a kind of event is: one small class with its name, topic, severity, typed data and wording."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from notifications.words import Severity, Topic


class Who(NamedTuple):
    """A contact (`id` its public UUID) or an account (`id` its external id), and the name that it has now. Somebody
    who is no contact has a name only."""

    id: str
    name: str


class Kind(BaseModel):
    """A kind of event. Subclasses name their data as fields; what they do not name is refused.

    Who it is about (a contact, an account) is told to `track` and kept beside the data, not in it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: ClassVar[str]
    topic: ClassVar[Topic]
    severity: ClassVar[Severity] = Severity.INFO
    icon: ClassVar[str] = "bell"
    # Kinds that this one settles, where they have the same subject.
    settles: ClassVar[tuple[str, ...]] = ()
    # Whether servers may track it over the API, and pages by the widget.
    by_api: ClassVar[bool] = False
    by_page: ClassVar[bool] = False
    # Whether an unknown contact is made when it is tracked over the API.
    makes_contact: ClassVar[bool] = True
    # Whether it holds what the team says among itself: no message to a contact may be made of it.
    is_internal: ClassVar[bool] = False
    # Fields of a made-up event, for trying a message before one has happened; {}: values of their types.
    sample: ClassVar[Mapping[str, Any]] = {}

    def name(self) -> str:
        """The kind's name. Only a workspace's own kinds have one that their class does not know."""
        return self.kind

    @abstractmethod
    def title(self, who: str) -> str:
        """Return one line of plain text. `who` is the contact's or the account's name, "" where there is none."""

    def body(self) -> str:
        """Return what more there is to say, as plain text."""
        return ""

    def url(self) -> str:
        """Return where to look: a path of ours ("{id}" stands for the event's own id), an https address, or ""."""
        return ""

    def subject(self) -> str:
        """Return what it is about ("invoice:in_1"), by which a later event may settle it; "" for nothing."""
        return ""

    def fingerprint(self) -> str:
        """Return what makes it the same as another event of its kind; "" where the contact does."""
        return ""

    def values(self) -> dict[str, Any]:
        """Return the data as JSON values, without what was not given."""
        return self.model_dump(mode="json", exclude_none=True)
