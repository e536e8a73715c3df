"""Money in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from babel.numbers import format_currency, get_currency_precision, is_currency
from pydantic import AfterValidator, Field


def _known(code: str) -> str:
    if not is_currency(code.upper()):
        raise ValueError("Give a currency by its ISO 4217 code, as EUR.")
    return code.upper()


Currency = Annotated[str, AfterValidator(_known)]
Minor = Annotated[int, Field(ge=-(10**15), le=10**15)]


def in_words(minor: int, currency: str) -> str:
    """Return an amount in minor units (cents; a yen has none) as people write it: "€12.50", "¥300"."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return str(format_currency(amount, currency, locale="en"))


def in_short(minor: int, currency: str, *, signed: bool = False) -> str:
    """Return an amount without the decimals that are all zero: "€40", "€12.50"; with its sign: "+€40", "−€12.50"."""
    places = get_currency_precision(currency)
    plain = in_words(abs(minor), currency)
    if places and minor % 10**places == 0:
        plain = plain.removesuffix("." + "0" * places)
    sign = "−" if minor < 0 else "+" if signed else ""
    return sign + plain
