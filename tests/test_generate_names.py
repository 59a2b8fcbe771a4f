"""The meaning of names: what each is taken for, in any spelling, and only where the type allows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbooks.chance import Chance
from sandbooks.generate.names import read_name, read_subject
from sandbooks.generate.patterns import draw_match, read_pattern
from tests.generating import Json, Maker, Schema, make_one, obj

TEXT: Schema = {"type": "string"}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("firstName", r"[A-Z][a-z]+"),
        ("phone", r"\+1-\d{3}-555-01\d\d"),
        ("email", r"[a-z.-]+@example\.(com|net|org)"),
        ("username", r"[a-z]+\.[a-z]+"),
        ("vatNumber", r"DE\d{9}"),
        ("iban", r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"),
        ("bic", r"[A-Z]{6}[A-Z0-9]{2}"),
        ("currency", r"[A-Z]{3}"),
        ("countryCode", r"[A-Z]{2}"),
        ("zipCode", r"\d{5}"),
        ("state", r"[A-Z]{2}"),
        ("invoiceNumber", r"INV-\d{5}"),
        ("purchaseOrderNumber", r"PO-\d{5}"),
        ("accountCode", r"\d{4}"),
        ("sku", r"[A-Z]{3}-\d{4}"),
        ("unitPrice", r"\d+\.\d\d"),
        ("hexColor", r"#[0-9a-f]{6}"),
        ("website", r"https://www\.[a-z0-9-]+\.example"),
        ("logoUrl", r"https://example\.(com|net|org)/images/\w+\.png"),
        ("trackingUrl", r"https://example\.(com|net|org)/\w+/\d{4}"),
        ("dueDate", r"20\d\d-\d\d-\d\d"),
        ("dateOfBirth", r"(19|20)\d\d-\d\d-\d\d"),
        ("createdAt", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("lastLoginAt", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("customerId", r"[0-9a-f-]{36}"),
        ("paymentTerms", r"(Net \d\d|Due on receipt)"),
        ("mimeType", r"\w+/\w+"),
        ("ipAddress", r"192\.0\.2\.\d+"),
        ("ein", r"\d\d-\d{7}"),
        ("gstin", r"\d{2}[A-Z]{5}\d{4}[A-Z]1Z5"),
    ],
)
def test_a_name_without_a_format_tells_what_a_text_is(tmp_path: Path, name: str, form: str) -> None:
    """Texts look as their property's name leads one to expect."""
    for made in Maker(tmp_path, {"One": obj(**{name: TEXT})}).values("One", 20):
        assert re.fullmatch(form, made[name])


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("quantity", 1, 12),
        ("taxRate", 5, 20),
        ("exchangeRate", 0.7, 1.5),
        ("latitude", 25, 48),
        ("hours", 0.25, 8),
        ("amount", 5, 10_000),
        ("age", 21, 64),
        ("discountPercent", 0, 20),
    ],
)
def test_a_name_tells_the_size_of_a_number(tmp_path: Path, name: str, low: float, high: float) -> None:
    """Numbers are as large as such numbers are."""
    for made in Maker(tmp_path, {"One": obj(**{name: {"type": "number"}})}).values("One", 30):
        assert low <= made[name] <= high


@pytest.mark.parametrize("name", ["dueDate", "due_date", "DueDate", "due-date", "DUE_DATE", "dueDATE"])
def test_spelling_does_not_matter(name: str) -> None:
    """Camel case, snake case and their like are one name."""
    assert ("day", "due") == (read_name(name).fact, read_name(name).event)


@pytest.mark.parametrize(
    ("name", "fact", "role"),
    [
        ("billingZipCode", "zip_code", "billing"),
        ("customerEmail", "email", "customer"),
        ("customer_name", "company", "customer"),
        ("employeeName", "full_name", ""),
        ("shippingFee", "amount", "shipping"),
        ("warehouseId", "identifier", "warehouse"),
        ("approvedBy", "another_name", "approved"),
        ("trackingNumber", "document_number", "tracking"),
        ("emails", "email", ""),
        ("categories", "title", ""),
        ("vatID", "vat_number", ""),
        ("addressLine1", "street", ""),
        ("frobnication", "", ""),
        ("", "", ""),
    ],
)
def test_the_end_of_a_name_tells_where_the_whole_is_unknown(name: str, fact: str, role: str) -> None:
    """What stands before the end is the role: whom the fact is about."""
    meaning = read_name(name)

    assert (fact, role if fact else meaning.role) == (meaning.fact, meaning.role)


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("createdAt", "created"),
        ("date_created", "created"),
        ("lastModified", "updated"),
        ("invoiceDueDate", "due"),
        ("invoiceDate", "issued"),
        ("date", "issued"),
        ("expiresAt", "future"),
        ("periodStart", "start"),
        ("endDate", "end"),
        ("valid_until", "end"),
        ("paidAt", "happened"),
        ("birthday", "birth"),
    ],
)
def test_a_date_is_placed_by_its_name(name: str, event: str) -> None:
    """The more telling word decides which kind of moment it is."""
    assert event == read_name(name).event


@pytest.mark.parametrize("name", ["dateFormat", "updateCount", "timezone", "duration", "candidate", "template"])
def test_words_that_only_look_like_dates_are_none(name: str) -> None:
    """Not everything with a date or a time in it is a moment."""
    assert read_name(name).fact not in ("day", "moment")


@pytest.mark.parametrize(
    ("owner", "fact"),
    [
        ("Customer", "company"),
        ("CreateVendorRequest", "company"),
        ("contacts", "full_name"),
        ("StaffMember", "full_name"),
        ("Product", "product"),
        ("LedgerAccount", "account_name"),
        ("Widget", "name"),
    ],
)
def test_a_bare_name_depends_on_its_object(owner: str, fact: str) -> None:
    """The name of a customer is a company, of a contact a person, of a product a thing."""
    assert fact == read_name("name", read_subject(owner)).fact


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (obj(email={"type": "integer"}), int),
        (obj(createdAt={"type": "integer"}), int),
        (obj(quantity={"type": "string"}), str),
        (obj(amount={"type": "integer"}), int),
        (obj(firstName={"type": "boolean"}), bool),
        (obj(isActive={"type": "string"}), str),
        (obj(zipCode={"type": "integer"}), int),
        (obj(status={"type": "array", "items": {"type": "integer"}}), list),
        (obj(currency={"type": "object"}), dict),
    ],
    ids=str,
)
def test_a_name_is_heard_only_where_the_type_fits(tmp_path: Path, schema: Schema, expected: type) -> None:
    """The schema's type always wins."""
    (made,) = make_one(tmp_path, schema).values()

    assert isinstance(made, expected)


def test_moments_that_are_numbers_are_seconds(tmp_path: Path) -> None:
    """An integer named like a moment is seconds since 1970, in the same order as texts would be."""
    schema = obj(created={"type": "integer"}, updated={"type": "integer", "format": "int64"})

    for made in Maker(tmp_path, {"One": schema}).values("One", 30):
        assert 1_700_000_000 < made["created"] <= made["updated"] <= 1_769_850_900


def test_flags_hold_what_their_names_expect(tmp_path: Path) -> None:
    """What is active is active, nothing is deleted; other flags are drawn."""
    flag: Schema = {"type": "boolean"}
    made = Maker(tmp_path, {"One": obj(isActive=flag, archived=flag, wants=flag)}).values("One")

    assert {(True, False)} == {(each["isActive"], each["archived"]) for each in made}
    assert {True, False} == {each["wants"] for each in made}


def test_lists_hold_different_people(tmp_path: Path) -> None:
    """Two addresses in one list are not of the same person."""
    schema = obj(emails={"type": "array", "minItems": 3, "items": {"type": "string", "format": "email"}})

    assert 3 == len(set(make_one(tmp_path, schema)["emails"]))


def test_a_name_gives_way_to_length_and_pattern(tmp_path: Path) -> None:
    """Texts are cut at the end of a word, or replaced where they cannot match."""
    schema = obj(
        companyName={"type": "string", "maxLength": 9},
        description={"type": "string", "minLength": 120, "maxLength": 140},
        currency={"type": "string", "pattern": "^[A-Z]{3}$"},
        city={"type": "string", "pattern": "^[A-Z]{7}-\\d$"},
    )
    for made in Maker(tmp_path, {"One": schema}).values("One", 30):
        assert made["companyName"] == made["companyName"].strip(" ,-")
        assert made["currency"] in ("USD", "EUR", "GBP", "CAD", "AUD")
        assert re.fullmatch(r"[A-Z]{7}-\d", made["city"])


def test_one_document_has_one_currency(tmp_path: Path) -> None:
    """Lines are in the currency of their invoice, given or drawn."""
    line = obj(currency=TEXT, amount={"type": "number"})
    maker = Maker(tmp_path, {"One": obj(currency=TEXT, lines={"type": "array", "items": line, "minItems": 2})})

    for made in maker.values("One", 20):
        assert {made["currency"]} == {each["currency"] for each in made["lines"]}
    assert {"CHF"} == {each["currency"] for each in maker.document("One", {"currency": "CHF"})["lines"]}


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-\d{4}$",
        r"^(INV|BILL|CN)-[0-9]+$",
        r"^\+?[1-9]\d{1,14}$",
        r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
        r"^\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$",
        r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$",
        r"^(?!0+$)\d{6}$",
        r"^(?<year>\d{4})-(?:0[1-9]|1[0-2])$",
        r"^[^\s/]+$",
        r"(\w)\1",
        r"^\p{Lu}\p{L}*$",
        r"^[\p{L}\s'-]+$",
        r"^.{5,10}$",
        r"^\S*$",
        r"free",
        r"^(a|b)?c*$",
        r"^[\u00e0-\u00ef]{2}$",
        r"^\/v1\/[a-z]+$",
        r"^$",
    ],
)
def test_texts_match_their_pattern(pattern: str) -> None:
    """Ordinary regular expressions are matched at every draw."""
    compiled = read_pattern(pattern)
    assert compiled is not None

    for seed in range(40):
        text = draw_match(Chance(seed), compiled)
        assert text is not None
        assert compiled.matches(text)


@pytest.mark.parametrize(("shortest", "longest"), [(20, 20), (1, 1), (0, 3), (7, 200)])
def test_patterns_and_lengths_are_kept_together(tmp_path: Path, shortest: int, longest: int) -> None:
    """The spare length is given to what may repeat."""
    schema = {"type": "string", "pattern": "^[a-z]+[0-9]*$", "minLength": shortest, "maxLength": longest}

    Maker(tmp_path, {"One": schema}).values("One", 40)


@pytest.mark.parametrize("pattern", ["^(unclosed", "^[z-a]$", "\\p{", "(?P<a>x)(?P<a>y)"])
def test_a_pattern_that_cannot_be_read_is_passed_over(tmp_path: Path, pattern: str) -> None:
    """Broken expressions, and those of other dialects, leave the text to the next source."""
    made: Json = make_one(tmp_path, {"type": "string", "pattern": pattern})

    assert isinstance(made, str)
