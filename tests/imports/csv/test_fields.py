"""Fields are found under whatever name they are given."""

from __future__ import annotations

import pytest

from imports.csv.fields import FIELDS, UnknownField, label_of, normal
from imports.csv.naming import by_name


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("", ""), ("  ", ""), ("email", "email"), ("E-Mail", "email"), ("user_id", "external_id"),
        ("full_name", "name"), ("account", "account.external_id"), ("company", "account.name"),
        ("company_name", "account.name"), ("company.name", "account.name"), ("company_id", "account.external_id"),
        ("organization.domain", "account.domain"), ("account.plan", "account.plan"), ("plan", "account.plan"),
        ("attributes.City", "attributes.City"), ("attribute:City", "attributes.City"), ("attr.City", "attributes.City"),
        ("custom_attributes.City", "attributes.City"), ("custom.City", "attributes.City"),
        ("account.attributes.Tier", "account.attributes.Tier"),
        ("company.custom_attributes.Tier", "account.attributes.Tier"),
        ("Vorname", "first_name"), ("timezone", "timezone"), ("mrr_minor", "account.mrr_minor"),
    ],
)  # fmt: skip
def test_a_field_has_many_names_and_one_that_is_its_own(said: str, field: str) -> None:
    assert normal(said) == field
    assert normal(field) == field


@pytest.mark.parametrize("said", ["nothing", "account.owner", "attributes.", "attributes." + "x" * 81, "attr.\x07"])
def test_what_is_no_field_is_refused_with_what_there_is(said: str) -> None:
    with pytest.raises(UnknownField, match=r"attributes\.KEY"):
        normal(said)


def test_each_field_has_a_label_and_a_group() -> None:
    assert {field.group for field in FIELDS} == {"Contact", "Account"}
    assert all(field.label and field.aliases for field in FIELDS)
    assert len({field.label for field in FIELDS}) == len(FIELDS)
    assert (label_of("attributes.City"), label_of("account.attributes.Tier")) == ("City", "Tier")


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("E-Mail", "email"), ("Correo electrónico", "email"), ("Courriel", "email"), ("メールアドレス", "email"),
        ("Vorname", "first_name"), ("Prénom", "first_name"), ("Имя", "first_name"), ("Nachname", "last_name"),
        ("Apellidos", "last_name"), ("Telefon", "phone"), ("Téléphone", "phone"), ("Mobile Phone", "phone"),
        ("Société", "account.name"), ("Firma", "account.name"), ("Empresa", "account.name"), ("会社", "account.name"),
        ("Signed up (CET)", "signed_up_at"), ("Last seen (CET)", "last_seen_at"), ("Company ID", "account.external_id"),
        ("User ID", "external_id"), ("Kunden-Nr.", "external_id"), ("E-mail 1 - Value", "email"), ("Phone 1", "phone"),
        ("Contact Phone Number", "phone"), ("customerEmail", "email"), ("companyWebsite", "account.domain"),
        ("Zeitzone", "timezone"), ("Primary Email", "email"), ("Favourite colour", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name_in_many_languages(column: str, field: str) -> None:
    assert by_name(column)[0] == field
