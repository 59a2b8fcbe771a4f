"""Words, paths and verbs: the small parts of inference by themselves."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import sandbooks.resources
from sandbooks.resources.acts import results_of
from sandbooks.resources.paths import read_template, spelled_method
from sandbooks.resources.words import is_plural, split_words, squeeze, stem


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerID", ("customer", "id")),
        ("customer_id", ("customer", "id")),
        ("HTTPStatus", ("http", "status")),
        ("tagIDs", ("tag", "ids")),
        ("mark-as-paid", ("mark", "as", "paid")),
    ],
)
def test_names_split_into_words(name: str, words: tuple[str, ...]) -> None:
    """Whatever the style of naming."""
    assert split_words(name) == words


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("Invoices", "invoice"),
        ("companies", "company"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("people", "person"),
        ("tax_codes", "taxcode"),
        ("statuses", "status"),
        ("series", "series"),
        ("news", "new"),
    ],
)
def test_a_stem_is_what_one_and_many_share(plural: str, one: str) -> None:
    """The last word in the singular, without case and separators."""
    assert stem(plural) == one


def test_a_word_ending_in_s_is_not_always_many() -> None:
    """`status` and `address` are one."""
    assert [is_plural(word) for word in ("pets", "status", "address", "people", "bus")] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert squeeze("created_at") == squeeze("createdAt")


@pytest.mark.parametrize(
    ("path", "key", "verb"),
    [
        ("/v1/pets/{petId}", ("v1", "pets", "{}"), ""),
        ("/Accounts/{Sid}.json", ("Accounts", "{}"), ""),
        ("/Accounts.json", ("Accounts",), ""),
        ("/Products({ID})", ("Products", "{}"), ""),
        ("/Products('{ID}')", ("Products", "{}"), ""),
        ("/jobs/{id}:cancel", ("jobs", "{}"), "cancel"),
        ("/items/{id}.{format}", ("items", "{}"), ""),
    ],
)
def test_a_path_is_names_and_values(path: str, key: tuple[str, ...], verb: str) -> None:
    """Suffixes, parentheses and colons are taken off."""
    template = read_template(path)

    assert (template.key, template.verb, template.opaque) == (key, verb, False)


def test_text_mixed_with_a_parameter_is_opaque() -> None:
    """`/compare/{base}...{head}` names no document."""
    assert read_template("/compare/{base}...{head}").opaque is True


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        ("POST", "/orders/create", "POST"),
        ("GET", "/orders/list", "GET"),
        ("POST", "/orders/{id}/delete", "DELETE"),
        ("POST", "/orders/update/{id}", "PATCH"),
        ("PUT", "/orders/update/{id}", "PUT"),
        ("GET", "/orders/delete/{id}", ""),
        ("GET", "/orders/new", ""),
        ("POST", "/orders/{id}/approve", ""),
        ("GET", "/list", ""),
    ],
)
def test_a_verb_in_a_path_means_its_method(method: str, path: str, meant: str) -> None:
    """Only where the method of the call allows it."""
    assert spelled_method(read_template(path), method) == meant


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("approve", "approved"),
        ("void", "voided"),
        ("cancel", "canceled"),
        ("ship", "shipped"),
        ("reply", "replied"),
        ("markAsPaid", "paid"),
        ("send-invoice", "sent"),
        ("pay", "paid"),
    ],
)
def test_a_verb_leads_to_a_state(verb: str, state: str) -> None:
    """By the rule of English, or by the table of its exceptions."""
    assert state in results_of(verb, "invoice")


def test_the_examples_in_the_docstrings_are_true() -> None:
    """Each module's examples run."""
    names = [each.name for each in pkgutil.iter_modules(sandbooks.resources.__path__)]

    results = [doctest.testmod(importlib.import_module(f"sandbooks.resources.{name}")) for name in names]

    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 2
