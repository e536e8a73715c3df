"""The shapes of what the API takes and gives. What is not known is null outside and an empty text inside."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.core.validators import EmailValidator
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PHONE = re.compile(r"[^<>@]*[0-9][^<>@]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DOMAIN = re.compile(r"[^\s/@:]+")


class PlainText(serializers.CharField):
    """One line of text, without control characters."""

    default_error_messages = {"control_characters": "This holds control characters."}

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text without blank ends."""
        text: str = super().to_internal_value(data)
        if _CONTROL.search(text):
            self.fail("control_characters")
        return text

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the text; an empty one for null."""
        value = super().run_validation(data)
        return "" if value is None else value

    def to_representation(self, value: Any) -> Any:
        """Return null for an empty text."""
        return super().to_representation(value) or None


def optional_text(max_length: int, help_text: str = "", field: type[PlainText] = PlainText) -> PlainText:
    """Return a field that may be left out, and emptied with null."""
    return field(max_length, required=False, allow_null=True, allow_blank=True, help_text=help_text)


class EmailText(PlainText):
    """An email address."""

    default_error_messages = {"invalid_email": "This is not an email address."}

    def to_internal_value(self, data: Any) -> str:
        """Return the address. Whether mail reaches anybody there is another question."""
        text = super().to_internal_value(data)
        if text:
            EmailValidator(self.error_messages["invalid_email"], "invalid_email")(text)
        return text


class _Shaped(PlainText):
    shape: re.Pattern[str]

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text and not self.shape.fullmatch(text):
            self.fail("shape")
        return text


class PhoneText(_Shaped):
    """A phone number, as it is written."""

    shape = _PHONE
    default_error_messages = {"shape": "This is not a phone number."}


class CurrencyText(_Shaped):
    """An ISO 4217 code."""

    shape = _CURRENCY
    default_error_messages = {"shape": "Write the three capitals of ISO 4217, such as EUR."}


class DomainText(_Shaped):
    """A host's name."""

    shape = _DOMAIN
    default_error_messages = {"shape": "Write the bare domain, such as example.com."}

    def to_internal_value(self, data: Any) -> str:
        """Return it in small letters."""
        return super().to_internal_value(data).lower()


class TimezoneText(PlainText):
    """A name of the IANA time zone database."""

    default_error_messages = {
        "unknown_timezone": "This is not a time zone of the IANA database, such as Europe/Berlin."
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the name."""
        text = super().to_internal_value(data)
        if text and text not in _timezones():
            self.fail("unknown_timezone")
        return text


class Handle(PlainText):
    """`@handle`; the @ may be left out."""

    def to_internal_value(self, data: Any) -> str:
        """Return the handle without its @, in small letters."""
        return super().to_internal_value(data).removeprefix("@").lower()


class Instant(serializers.DateTimeField):
    """A moment with its offset: a time without one could be any of 38."""

    default_error_messages = {"naive": "Write the offset too, such as 2026-01-31T12:00:00Z."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a naive time instead of guessing."""
        if timezone.is_naive(value):
            self.fail("naive")
        aware: datetime = super().enforce_timezone(value)
        return aware


class Attributes(serializers.DictField):
    """A workspace's own fields. What is sent is merged key by key; null removes a key."""

    child = serializers.JSONField(allow_null=True)
    default_error_messages = {
        "bad_key": "A name of an attribute has 1 to 100 characters and no control characters.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the attributes, their names checked."""
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        for key in data:
            if not 0 < len(key) <= 100 or _CONTROL.search(key):
                self.fail("bad_key")
        return data


class Choice(serializers.ChoiceField):
    """One of a few words. `component` names the set in the schema."""

    def __init__(self, component: str, words: list[str], **kwargs: Any) -> None:
        self.component = component
        super().__init__(choices=words, **kwargs)


def external_id_of_path(external_id: str) -> str:
    """Return an external id that came in an address. Raises ValidationError."""
    try:
        checked: str = PlainText(255).run_validation(external_id)
    except ValidationError as error:
        raise ValidationError({"external_id": error.detail}) from error
    return checked


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})
