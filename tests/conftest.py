"""What holds for every test: the user's own cache is neither read nor written, and a busy machine fails none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session", autouse=True)
def _no_cache() -> Iterator[None]:
    """Processes that a test starts keep nothing of what they read, unless the test names a folder."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SANDBOOKS_CACHE", "")
        yield
