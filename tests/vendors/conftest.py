"""The bundled vendors, served once for all tests; each test has its own sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from sandbooks.project import bundled_project
from tests.serving import Door, serve
from tests.vendors.aimsio import NOW as AIMSIO_NOW
from tests.vendors.aimsio import Aimsio
from tests.vendors.aiwyn import Aiwyn
from tests.vendors.finzbooks import NOW as FINZBOOKS_NOW
from tests.vendors.finzbooks import FinzBooks
from tests.vendors.ledgerlou import NOW as LEDGERLOU_NOW
from tests.vendors.ledgerlou import LedgerLou

NOW = datetime(2025, 2, 3, 9, 41, 27, tzinfo=UTC)


@pytest.fixture(scope="session")
def aiwyn_door() -> Door:
    """Aiwyn alone, its clock standing still."""
    project = bundled_project()
    return serve(project.load_vendor("aiwyn"), fixture_file=project.fixture_file, now=NOW, frozen=True)


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def aiwyn(aiwyn_door: Door, _numbers: Iterator[int]) -> Iterator[Aiwyn]:
    """A sandbox of its own for each test, with the demo firm."""
    made = Aiwyn(aiwyn_door, f"test-{next(_numbers)}")
    yield made
    made.close()


@pytest.fixture(scope="session")
def aimsio_door() -> Door:
    """Aimsio alone, its clock standing still."""
    project = bundled_project()
    return serve(project.load_vendor("aimsio"), fixture_file=project.fixture_file, now=AIMSIO_NOW, frozen=True)


@pytest.fixture
def aimsio(aimsio_door: Door, _numbers: Iterator[int]) -> Iterator[Aimsio]:
    """A sandbox of its own for each test, with the demo contractor."""
    made = Aimsio(aimsio_door, f"test-{next(_numbers)}")
    yield made
    made.close()


@pytest.fixture
def new_account(aimsio_door: Door, _numbers: Iterator[int]) -> Iterator[Aimsio]:
    """A sandbox of its own for each test, with an account that has nothing yet."""
    made = Aimsio(aimsio_door, f"test-{next(_numbers)}", "empty")
    yield made
    made.close()


@pytest.fixture(scope="session")
def finzbooks_door() -> Door:
    """FinzBooks alone, its clock standing still."""
    project = bundled_project()
    return serve(project.load_vendor("finzbooks"), fixture_file=project.fixture_file, now=FINZBOOKS_NOW, frozen=True)


@pytest.fixture
def books(finzbooks_door: Door, _numbers: Iterator[int]) -> Iterator[FinzBooks]:
    """A sandbox of its own for each test, with the demo company."""
    made = FinzBooks(finzbooks_door, f"test-{next(_numbers)}")
    yield made
    made.close()


@pytest.fixture
def new_books(finzbooks_door: Door, _numbers: Iterator[int]) -> Iterator[FinzBooks]:
    """A sandbox of its own for each test, with a company that has nothing but its chart, taxes and branch."""
    made = FinzBooks(finzbooks_door, f"test-{next(_numbers)}", "empty")
    yield made
    made.close()


@pytest.fixture(scope="session")
def lou_door() -> Door:
    """LedgerLou alone, its clock standing still."""
    project = bundled_project()
    return serve(project.load_vendor("ledgerlou"), fixture_file=project.fixture_file, now=LEDGERLOU_NOW, frozen=True)


@pytest.fixture(scope="module")
def lou_shared(lou_door: Door, _numbers: Iterator[int]) -> Iterator[LedgerLou]:
    """A sandbox for all tests of a module that change nothing."""
    made = LedgerLou(lou_door, f"test-{next(_numbers)}")
    yield made
    made.close()


@pytest.fixture
def lou(lou_door: Door, _numbers: Iterator[int]) -> Iterator[LedgerLou]:
    """A sandbox of its own for each test, with a company that has nothing but its chart and tax codes."""
    made = LedgerLou(lou_door, f"test-{next(_numbers)}")
    yield made
    made.close()


@pytest.fixture
def lou_demo(lou_door: Door, _numbers: Iterator[int]) -> Iterator[LedgerLou]:
    """A sandbox of its own for each test, with the demo company."""
    made = LedgerLou(lou_door, f"test-{next(_numbers)}", "demo")
    yield made
    made.close()
