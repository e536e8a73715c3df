"""The page on which somebody says what the columns of a file are: what it shows, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from imports import storing
from imports.csv import mapping
from imports.csv.checking import Refusal, data_rows, preview
from imports.csv.fields import FIELDS, OF_ACCOUNT, OF_CONTACT
from imports.csv.mapping import MappingRefused
from imports.models import Import
from inbox.models import AttributeDefinition
from inbox.models.profiles import ProfileKind

# Columns on one page: a file of 2,000 has 40.
PER_PAGE = 50
SAMPLES = 3
LONGEST = 80
# Of so many first rows it is said what is wrong with them; of each column, with so many of these.
ROWS = 20
MOST_TOLD = 3
_OWN = {ProfileKind.CONTACT: OF_CONTACT, ProfileKind.ACCOUNT: OF_ACCOUNT}


@dataclass(frozen=True)
class Choice:
    """One of the fields that a column may be."""

    value: str
    label: str


@dataclass
class Column:
    """One column of the file: its place (from 0), its heading, its first values, the field that it is."""

    place: int
    name: str
    samples: list[str]
    mapped: str
    # As the list of choices has it; of an attribute of its own, its name beside it.
    chosen: str = ""
    attribute: str = ""
    # Somebody said otherwise than was proposed.
    is_changed: bool = False
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """The first rows of a file, what is wrong with its mapping and, where nothing is, which of them it refuses."""

    rows: list[list[str]]
    problems: list[MappingRefused]
    refusals: list[Refusal] = field(default_factory=list)

    def of(self, place: int) -> list[str]:
        """Return what is wrong with a column: as it is mapped, or what stands in it."""
        wrong = [problem.detail for problem in self.problems if problem.column == place]
        refused = [refusal for refusal in self.refusals if refusal.column == place]
        wrong += [f"Row {refusal.number} would be refused. {refusal.detail}" for refusal in refused[:MOST_TOLD]]
        if len(refused) > MOST_TOLD:
            wrong.append(f"So would {len(refused) - MOST_TOLD} more of the first {len(self.rows)} rows.")
        return wrong

    @property
    def rest(self) -> list[str]:
        """What is wrong with rows as a whole."""
        return [f"Row {one.number} would be refused. {one.detail}" for one in self.refusals if one.column < 0]


def choices_of(import_: Import) -> dict[str, list[Choice]]:
    """Return the fields that a column may be, by group. One query."""
    groups: dict[str, list[Choice]] = {}
    for one in FIELDS:
        groups.setdefault(one.group, []).append(Choice(one.key, one.label))
    for definition in AttributeDefinition.objects.filter(workspace=import_.workspace_id).order_by("label"):
        of = ProfileKind(definition.of)
        name = "Contact fields of your own" if of == ProfileKind.CONTACT else "Account fields of your own"
        groups.setdefault(name, []).append(Choice(f"{_OWN[of]}{definition.key}", definition.label))
    return groups


def taken(import_: Import, posted: Mapping[str, str]) -> list[str]:
    """Return the mapping with what a form says of some columns: `field-N`, and `attribute-N` for one of its own."""
    found = list(import_.mapping)
    for place in range(len(import_.columns)):
        chosen = posted.get(f"field-{place}")
        if chosen is None:
            continue
        if chosen in (OF_CONTACT, OF_ACCOUNT):
            chosen += (posted.get(f"attribute-{place}", "").strip() or import_.columns[place].strip())[:80]
        found[place] = chosen
    return found


def look_of(import_: Import) -> Look:
    """Return what the first rows of a file say, and what is wrong with them by the mapping. Raises storing.FileGone."""
    problems = mapping.problems(import_.columns, import_.mapping, import_.key)
    if problems:
        with storing.open_file(import_) as file:
            rows = [row.cells for row in islice(data_rows(import_, file), ROWS)]
        return Look(rows, problems)
    found = preview(import_, ROWS)
    return Look([one.cells for one in found], [], [one.refusal for one in found if one.refusal is not None])


def shown_columns(import_: Import, look: Look, choices: dict[str, list[Choice]], start: int) -> list[Column]:
    """Return a page of the columns, from the place `start` on, with the first values of each."""
    known = {choice.value for group in choices.values() for choice in group}
    proposed = import_.options.get("proposed", import_.mapping)
    found = []
    for place in range(start, min(start + PER_PAGE, len(import_.columns))):
        now = import_.mapping[place]
        column = Column(place, import_.columns[place], _samples(look.rows, place), now, problems=look.of(place))
        column.chosen, column.attribute = _split(now, known)
        column.is_changed = proposed[place] != now
        found.append(column)
    return found


def _split(chosen: str, known: set[str]) -> tuple[str, str]:
    """Return the choice that stands for a field and, of an attribute that nobody has defined, its name."""
    if chosen in known or not chosen:
        return chosen, ""
    for prefix in (OF_CONTACT, OF_ACCOUNT):
        if chosen.startswith(prefix):
            return prefix, chosen.removeprefix(prefix)
    return "", ""


def _samples(rows: list[list[str]], place: int) -> list[str]:
    """Return the first values of a column that are not empty, each once."""
    values = (row[place].strip() for row in rows if place < len(row))
    return [value[:LONGEST] for value in dict.fromkeys(filter(None, values))][:SAMPLES]
