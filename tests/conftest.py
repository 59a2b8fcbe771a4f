"""What holds for every test: the user's own cache is neither read nor written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session", autouse=True)
def _no_cache() -> Iterator[None]:
    """Processes that a test starts keep nothing of what they read, unless the test names a folder."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SANDBOOKS_CACHE", "")
        yield
