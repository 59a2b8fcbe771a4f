"""The seeded source: repeatable, independent of the order of questions, and cheap to derive."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
import uuid
from decimal import Decimal

import pytest

from sandbooks.chance import Chance, new_secret

_SAMPLE = (
    "from sandbooks.chance import Chance; c = Chance(7).at('customers', 3); "
    "print(c.faker.name(), c.faker.company(), c.uuid(), c.integer(1, 10**9), c.token(12))"
)


def test_same_seed_and_path_draw_the_same_values() -> None:
    """Two sources made apart from one seed agree at the same path."""
    first, second = Chance(7).at("invoices", 3), Chance(7).at("invoices", 3)

    drawn = [(source.integer(1, 10**9), source.uuid(), source.token(8), source.hex(8)) for source in (first, second)]

    assert drawn[0] == drawn[1]


def test_other_seed_or_path_draws_other_values() -> None:
    """Seed, each step, and where one step ends and the next begins all matter."""
    sources = [Chance(7), Chance(8), Chance(7).at("a"), Chance(7).at("a", "b"), Chance(7).at("a/b"), Chance(7).at("ab")]

    assert len(sources) == len({source.uuid() for source in sources})


def test_drawing_elsewhere_changes_nothing() -> None:
    """What a derived source gives does not depend on what the root or its siblings gave before."""
    quiet = Chance(7).at("b").uuid()
    root = Chance(7)
    root.integer(1, 6)
    root.at("a").faker.name()

    assert quiet == root.at("b").uuid()


def test_a_path_may_be_walked_in_steps() -> None:
    """`at` of several steps is `at` after `at`; a number and its text are the same step."""
    assert Chance("7").at("orders", 10).uuid() == Chance(7).at("orders").at("10").uuid()


def test_any_text_is_a_step() -> None:
    """Slashes, colons, nothing and half a surrogate pair make paths of their own."""
    steps = ["", "/", "1:a", "\ud800", "1:a/1:b"]

    assert len(steps) == len({Chance(7).at(step).uuid() for step in steps})


def test_a_source_with_another_seed_is_as_made_from_it() -> None:
    """`with_seed` shares the Faker and nothing else."""
    assert Chance(8).at("a").faker.name() == Chance(7).with_seed(8).at("a").faker.name()


def test_faker_draws_from_the_source_that_asked() -> None:
    """Sources that take turns at one Faker each get what they would get alone."""
    alone = [Chance(7).at("a").faker.name(), Chance(7).at("b").faker.name()]
    root = Chance(7)
    a, b = root.at("a"), root.at("b")

    together = [a.faker.name(), b.faker.name()]

    assert alone == together
    assert a.faker is b.faker


def test_faker_takes_no_account_of_unique_values_of_others() -> None:
    """`faker.unique` of one source does not refuse what another source has seen."""
    root = Chance(7)

    seen = {root.at("a", number).faker.unique.random_int(1, 1) for number in range(3)}

    assert {1} == seen


def test_numbers_stay_within_both_ends() -> None:
    """A number has at most the decimals asked for, and reaches the ends."""
    source = Chance(7)

    drawn = [source.number(1.1, Decimal("1.3"), 1) for _ in range(100)]

    assert {1.1, 1.2, 1.3} == set(drawn)


def test_a_number_that_cannot_be_is_refused() -> None:
    """The error names both ends and the decimals."""
    with pytest.raises(ValueError, match=r"no number with 1 decimals lies between 1\.11 and 1\.19"):
        Chance(7).number(1.11, 1.19, 1)


def test_ids_have_their_form() -> None:
    """A UUID is of version 4; tokens and hexadecimals have the length asked for."""
    source = Chance(7)

    assert 4 == uuid.UUID(source.uuid()).version
    assert (21, True) == (len(token := source.token(21)), token.isalnum())
    assert (9, set()) == (len(digits := source.hex(9)), set(digits) - set("0123456789abcdef"))


def test_probability_is_kept() -> None:
    """Never at 0, always at 1."""
    source = Chance(7)

    assert [False] * 50 == [source.boolean(0.0) for _ in range(50)]
    assert [True] * 50 == [source.boolean(1.0) for _ in range(50)]


def test_another_process_draws_the_same() -> None:
    """Nothing depends on the process, nor on how Python hashes texts in it."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _SAMPLE], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(outputs)


def test_importing_chance_does_not_import_faker() -> None:
    """Faker costs a quarter of a second, so it is imported when it is first asked for."""
    code = "import sys, sandbooks.chance; print('faker' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout

    assert "False" == answer.strip()


def test_the_running_example_holds() -> None:
    """What the documentation shows is what happens."""
    result = doctest.testmod(importlib.import_module("sandbooks.chance"))

    assert (1, 0) == (result.attempted, result.failed)


def test_secrets_cannot_be_foretold() -> None:
    """Two secrets of one process differ, and have the length asked for."""
    first, second = new_secret(), new_secret()

    assert first != second
    assert (32, True) == (len(first), first.isalnum())
