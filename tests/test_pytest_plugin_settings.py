"""How a test run with the pytest plugin is set up, and what it says of settings that are wrong."""

from __future__ import annotations

import shutil

import pytest

from tests.packed import PETSHOP
from tests.plugging import INI, project, run

ONE = """
    def test_one(sandbooks):
        assert sandbooks.server.vendors == ["shop"]
"""


def test_nothing_is_loaded_before_a_test_asks(pytester: pytest.Pytester) -> None:
    """A run without the fixture has the plugin, and nothing of the engine."""
    result = run(
        pytester,
        """
        import sys, threading

        def test_nothing():
            assert [name for name in sys.modules if name.startswith("sandbooks")] == [
                "sandbooks", "sandbooks.pytest_plugin"
            ]
            assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
        """,
        process=True,
    )

    result.assert_outcomes(passed=1)


def test_nothing_is_left_behind(pytester: pytest.Pytester) -> None:
    """After the run its thread has ended, its port is closed, and no warning was given."""
    project(pytester)
    pytester.makeconftest(
        """
        import socket, threading

        def pytest_unconfigure(config):
            if hasattr(config, "port"):
                with socket.socket() as client:
                    print("closed", client.connect_ex(("127.0.0.1", config.port)) != 0)
                print("threads", [thread.name for thread in threading.enumerate()])
        """
    )

    result = run(
        pytester,
        """
        import httpx

        def test_page(sandbooks, pytestconfig):
            pytestconfig.port = sandbooks.server.port
            assert httpx.get(f"{sandbooks.server.url}/").status_code == 200
            assert httpx.get(sandbooks.url("shop") + "/pets", headers=sandbooks.headers("shop")).json() == []
        """,
        "-s",
        "-W",
        "error",
        process=True,
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["closed True", "threads ['MainThread']"])


def test_plugin_can_be_left_out(pytester: pytest.Pytester) -> None:
    """With `-p no:sandbooks` there is no fixture of the name."""
    result = run(pytester, ONE, "-p", "no:sandbooks", process=True)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'sandbooks' not found*"])


def test_description_of_a_file(pytester: pytest.Pytester) -> None:
    """A file is found from the folder of the ini file, wherever the run was started."""
    shutil.copy(PETSHOP, pytester.path / "shop.yaml")
    pytester.makefile(
        ".toml", pyproject='[tool.pytest.ini_options]\nsandbooks_vendors = ["shop.yaml"]\nsandbooks_limits = false\n'
    )
    pytester.makepyfile(**{"tests/test_shop": ONE})

    result = pytester.runpytest_inprocess("--rootdir", str(pytester.path), "-c", "pyproject.toml", "tests")

    result.assert_outcomes(passed=1)


def test_fixture_is_laid_over_the_file(pytester: pytest.Pytester) -> None:
    """What the fixture leaves out stays as the file says; what it names is as it says."""
    project(pytester, f"{INI}sandbooks_clock = 2026-01-31T09:00:00Z\nsandbooks_seed = 7\n")
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def sandbooks_settings():
            return {"vendors": "shop", "clock": "2027-01-31T09:00:00Z", "limits": False}
        """
    )

    result = run(
        pytester,
        """
        def test_settings(sandbooks):
            settings = sandbooks.server.app.settings
            assert (settings.seed, settings.profile, settings.limits) == (7, "empty", False)
            assert sandbooks.clock.now.year == 2027 and sandbooks.clock.frozen
        """,
    )

    result.assert_outcomes(passed=1)


def test_mark_sets_one_test_apart(pytester: pytest.Pytester) -> None:
    """Clock and limits of its own; an argument that there is not is an error that names it."""
    project(pytester)

    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.sandbooks(clock="2026-01-31T09:00:00Z", limits=False)
        def test_apart(sandbooks):
            assert sandbooks.clock.frozen
            assert sandbooks.limits.show()["shop"]["enabled"] is False

        def test_usual(sandbooks):
            assert not sandbooks.clock.frozen
            assert sandbooks.limits.show()["shop"]["enabled"] is True

        @pytest.mark.sandbooks(clok="2026-01-31T09:00:00Z")
        def test_misspelt(sandbooks):
            pass

        @pytest.mark.sandbooks(profile="rich")
        def test_unknown(sandbooks):
            pass
        """,
        "--strict-markers",
    )

    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*the sandbox of this test cannot be made: *'clok'*",
            "*the sandbox of this test cannot be made: There is no profile 'rich'; *",
        ]
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sandbooks_limits = maybe", "*pytest.ini: sandbooks_limits is 'maybe'; it must be on or off"),
        ("sandbooks_clock = noon", "*does not start: 'noon' is no moment; write it as 2026-01-31T09:00:00Z"),
        ("sandbooks_vendors = acme", "*does not start: unknown vendor 'acme'; a file needs *known are: shop*"),
        ("sandbooks_vendors = acme.yaml", "*does not start: *acme.yaml*"),
        ("sandbooks_profile = rich", "*does not start: There is no profile 'rich'; *"),
    ],
)
def test_wrong_settings_are_told(pytester: pytest.Pytester, line: str, told: str) -> None:
    """A value that cannot be is named with what it must be, in one line and without a traceback."""
    project(pytester, f"[pytest]\nsandbooks_project = .\n{line}\n")

    result = run(pytester, ONE)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_wrong_number_of_calls_is_told(pytester: pytest.Pytester) -> None:
    """It is looked at before the first test that needs it has failed."""
    project(pytester, f"{INI}sandbooks_journal_lines = many\n")

    result = run(pytester, ONE)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sandbooks_journal_lines is 'many'; it must be a number, 0 for none"])


def test_wrong_argument_of_the_fixture_is_told(pytester: pytest.Pytester) -> None:
    """An argument that `Server` does not take is named."""
    project(pytester)
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def sandbooks_settings():
            return {"sed": 7}
        """
    )

    result = run(pytester, ONE)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sandbooks_settings: *unexpected keyword argument 'sed'*"])


def test_unsound_description_names_the_cure(pytester: pytest.Pytester) -> None:
    """A description with errors is refused where tests are strict, and served where they are not."""
    project(pytester)
    file = pytester.path / "specs" / "shop" / "openapi.yaml"
    file.write_text(file.read_text().replace("schemas/Pet", "schemas/Cat", 1))

    strict = run(pytester, ONE)
    lax = run(pytester, ONE, "-o", "sandbooks_strict=off")

    strict.assert_outcomes(errors=1)
    strict.stdout.fnmatch_lines(
        ["*openapi.yaml: 1 error in the description; where the server is not strict the rest is served"]
    )
    lax.assert_outcomes(passed=1)
