"""What each operator means to the database, for columns, attributes and identities.

Attributes may hold anything that was there before their field got a type: what is not of it is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, DecimalField, Exists, Func, JSONField, OuterRef, Q, TextField, Value, When
from django.db.models.expressions import BaseExpression
from django.db.models.fields.json import DataContains
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    IExact,
    IsNull,
    IStartsWith,
    LessThan,
    LessThanOrEqual,
    Regex,
)

from inbox.contacts.fields import Field, Type
from inbox.models import Identity

_IS_NUMBER = r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$"
_IS_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def condition(field: Field, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    """Return what must hold of a row. `value` is what `taken` returned; days begin and end in `zone`."""
    if field.identity:
        return _of_identity(field, op, value)
    if field.attribute:
        return _ATTRIBUTES[field.type](field, op, value, now.astimezone(zone).date())
    return _COLUMNS[field.type](field.path, op, value, now, zone)


def _text_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    empty = Q((path, "")) | Q((f"{path}__isnull", True))
    match op:
        case "is":
            return Q((f"{path}__iexact", value))
        case "not":
            return ~Q((f"{path}__iexact", value)) | Q((f"{path}__isnull", True))
        case "has":
            return Q((f"{path}__icontains", value))
        case "lacks":
            return ~Q((f"{path}__icontains", value)) | Q((f"{path}__isnull", True))
        case "begins":
            return Q((f"{path}__istartswith", value))
        case "empty":
            return empty
    return ~empty


def _number_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    match op:
        case "is":
            return Q((path, value))
        case "not":
            return ~Q((path, value)) | Q((f"{path}__isnull", True))
        case "more":
            return Q((f"{path}__gt", value))
        case "less":
            return Q((f"{path}__lt", value))
    return Q((f"{path}__isnull", op == "empty"))


def _time_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    match op:
        case "within":
            return Q((f"{path}__gte", now - timedelta(days=value)), (f"{path}__lte", now))
        case "ago":
            return Q((f"{path}__lt", now - timedelta(days=value)))
        case "before":
            return Q((f"{path}__lt", _midnight(value, zone)))
        case "after":
            return Q((f"{path}__gte", _midnight(_next(value), zone)))
        case "is":
            return Q((f"{path}__gte", _midnight(value, zone)), (f"{path}__lt", _midnight(_next(value), zone)))
    return Q((f"{path}__isnull", op == "empty"))


def _date_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    first, last = _span(op, value, now.astimezone(zone).date())
    if first is None and last is None:
        return Q((f"{path}__isnull", op == "empty"))
    found = Q((f"{path}__isnull", False))
    if first is not None:
        found &= Q((f"{path}__gte", first))
    return found & Q((f"{path}__lte", last)) if last is not None else found


def _choice_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    return Q((path, value)) if op == "is" else ~Q((path, value)) | Q((f"{path}__isnull", True))


def _list_column(path: str, op: str, value: Any, now: datetime, zone: ZoneInfo) -> Q:
    match op:
        case "has":
            return Q((f"{path}__contains", [value]))
        case "lacks":
            return ~Q((f"{path}__contains", [value])) | Q((f"{path}__isnull", True))
        case "empty":
            return Q((f"{path}__len", 0)) | Q((f"{path}__isnull", True))
    return Q((f"{path}__len__gt", 0))


def _text_attribute(field: Field, op: str, value: Any, today: date) -> Q:
    said = Coalesce(field.text(), Value(""), output_field=TextField())
    match op:
        case "is":
            return Q(IExact(said, value))
        case "not":
            return ~Q(IExact(said, value))
        case "has":
            return Q(IContains(said, value))
        case "lacks":
            return ~Q(IContains(said, value))
        case "begins":
            return Q(IStartsWith(said, value))
        case "empty":
            return Q(Exact(said, ""))
    return ~Q(Exact(said, ""))


def _number_attribute(field: Field, op: str, value: Any, today: date) -> Q:
    number = _if_like(field, _IS_NUMBER, Func(field.text(), template="(%(expressions)s)::numeric",
                                              output_field=DecimalField()))  # fmt: skip
    said = Value(value, DecimalField())
    match op:
        case "is":
            return Q(Exact(number, said))
        case "not":
            return ~Q(Exact(number, said)) | Q(IsNull(number, True))
        case "more":
            return Q(GreaterThan(number, said))
        case "less":
            return Q(LessThan(number, said))
    return _text_attribute(field, op, value, today)


def _date_attribute(field: Field, op: str, value: Any, today: date) -> Q:
    first, last = _span(op, value, today)
    if first is None and last is None:
        return _text_attribute(field, op, value, today)
    day = _if_like(field, _IS_DAY, Left(field.text(), 10))
    found = Q(IsNull(day, False))
    if first is not None:
        found &= Q(GreaterThanOrEqual(day, first.isoformat()))
    return found & Q(LessThanOrEqual(day, last.isoformat())) if last is not None else found


def _boolean_attribute(field: Field, op: str, value: Any, today: date) -> Q:
    if op in ("yes", "no"):
        return Q(Exact(field.text(), "true" if op == "yes" else "false"))
    return _text_attribute(field, op, value, today)


def _list_attribute(field: Field, op: str, value: Any, today: date) -> Q:
    held = Coalesce(field.json(), Value([], JSONField()))
    match op:
        case "has":
            return Q(DataContains(held, [value]))
        case "lacks":
            return ~Q(DataContains(held, [value]))
    said = Coalesce(field.text(), Value(""), output_field=TextField())
    nothing = Q(Exact(said, "")) | Q(Exact(said, "[]"))
    return nothing if op == "empty" else ~nothing


def _of_identity(field: Field, op: str, value: Any) -> Q:
    """Ask the identities of the whole person: those of the root, and of what is attached to it."""
    mine = Identity.objects.filter(kind=field.identity, verified_at__isnull=not field.verified)
    match op:
        case "is" | "not":
            mine = mine.filter(value__iexact=value)
        case "has" | "lacks":
            mine = mine.filter(value__icontains=value)
        case "begins":
            mine = mine.filter(value__istartswith=value)
    roots = mine.annotate(top=Coalesce("contact__root_id", "contact_id")).order_by()
    if op in ("not", "lacks", "empty"):
        own = mine.filter(contact=OuterRef("pk"))
        attached = mine.filter(contact__root=OuterRef("pk"))
        return ~Q(Exists(own)) & ~Q(Exists(attached))
    # By what they are known: an index of identities leads to the few whom a value names.
    return Q(pk__in=roots.values("top"))


def _span(op: str, value: Any, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that are meant; None for no bound, twice for an operator of no days."""
    match op:
        case "within":
            return _days(today, -value), today
        case "next":
            return today, _days(today, value)
        case "ago":
            return None, _days(today, -value - 1)
        case "before":
            return None, _days(value, -1)
        case "after":
            return _next(value), None
        case "is":
            return value, value
    return None, None


def _days(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max if count > 0 else date.min


def _next(day: date) -> date:
    return _days(day, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # The calendar's ends have no room for an offset.
    held = min(max(day, date(2, 1, 1)), date(9998, 12, 31))
    return datetime.combine(held, time(), zone)


def _if_like(field: Field, pattern: str, then: BaseExpression) -> Case:
    return Case(When(Q(Regex(field.text(), pattern)), then=then), default=None)


_COLUMNS: dict[Type, Callable[[str, str, Any, datetime, ZoneInfo], Q]] = {
    Type.TEXT: _text_column,
    Type.NUMBER: _number_column,
    Type.TIME: _time_column,
    Type.DATE: _date_column,
    Type.CHOICE: _choice_column,
    Type.LIST: _list_column,
}
_ATTRIBUTES: dict[Type, Callable[[Field, str, Any, date], Q]] = {
    Type.TEXT: _text_attribute,
    Type.NUMBER: _number_attribute,
    Type.DATE: _date_attribute,
    Type.BOOLEAN: _boolean_attribute,
    Type.LIST: _list_attribute,
}
