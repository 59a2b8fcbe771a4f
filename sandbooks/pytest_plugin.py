"""The pytest plugin: one server for a test run, a fresh sandbox for each test, and what went wrong in it.

Loads and starts nothing before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from sandbooks.testing import Sandbox, Server
    from sandbooks.testing.errors import Raised

INI = {
    "sandbooks_vendors": ("args", "vendors, or files of descriptions; all of the project when left out"),
    "sandbooks_project": ("string", "folder of the project; the bundled one when left out"),
    "sandbooks_profile": ("string", "what a new sandbox contains (demo)"),
    "sandbooks_seed": ("string", "same seed, same data (1)"),
    "sandbooks_clock": ("string", "moment at which clocks stand still, 2026-01-31T09:00:00Z; they run when left out"),
    "sandbooks_limits": ("string", "whether the vendors' limits count: on or off (on)"),
    "sandbooks_strict": ("string", "whether descriptions with errors, and answers that do not fit, are errors (on)"),
    "sandbooks_journal_lines": ("string", "how many calls of its sandbox a failed test shows (10)"),
}
JOURNAL_LINES = "10"
SANDBOX: pytest.StashKey[Sandbox] = pytest.StashKey()
SERVER: pytest.StashKey[Server] = pytest.StashKey()
LATEST: pytest.StashKey[dict[str, int]] = pytest.StashKey()
FAILURES = (Exception, pytest.fail.Exception)
SWITCH = {"on": True, "off": False, "true": True, "false": False}
MARKER = "sandbooks(profile='demo', seed=1, clock=None, limits=True): how the sandbox of this test starts"


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, (kind, told) in INI.items():
        parser.addini(name, f"Sandbooks: {told}", type=kind, default=None)  # type: ignore[arg-type]  # names of kinds


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    # Else pytest would read all of the engine anew, for the sake of its assertions: longer than it takes to start.
    marked = getattr(getattr(config.pluginmanager, "rewrite_hook", None), "_must_rewrite", None)
    if isinstance(marked, set):
        marked.discard("sandbooks")


@pytest.fixture(scope="session")
def sandbooks_settings(pytestconfig: pytest.Config) -> dict[str, Any]:  # as the arguments of `Server`
    """What the server of the run is started with: `vendors` and the arguments of `sandbooks.testing.Server`.

    As the ini file has it; a project overrides this fixture to say otherwise. What is left out is taken from there.
    """
    return _ini_settings(pytestconfig)


@pytest.fixture(scope="session")
def sandbooks_server(
    pytestconfig: pytest.Config, sandbooks_settings: dict[str, Any]
) -> Iterator[Server]:  # as the arguments of `Server`
    """The server of the test run, started by the first test that asks for it: a `sandbooks.testing.Server`."""
    _journal_lines(pytestconfig)  # that it is none is told now, not when the first test has failed
    server = _start({**_ini_settings(pytestconfig), **sandbooks_settings})
    pytestconfig.stash[SERVER] = server
    yield server
    del pytestconfig.stash[SERVER]
    server.stop()


@pytest.fixture
def sandbooks(request: pytest.FixtureRequest, sandbooks_server: Server) -> Iterator[Sandbox]:
    """A fresh, seeded sandbox for this test: a `sandbooks.testing.Sandbox`."""
    sandbox = _make_sandbox(request.node, sandbooks_server)
    request.node.stash[SANDBOX] = sandbox
    yield sandbox
    sandbox.drop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:  # as pytest has them
    """Of a test that is over nothing is kept: pytest keeps the test itself until the run ends."""
    try:
        return (yield)
    finally:
        if SANDBOX in item.stash:
            del item.stash[SANDBOX]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:  # as pytest has them
    """A setup that fails tells what was raised inside the server; one that succeeds leaves it to the test."""
    __tracebackhide__ = True
    server = _server_of(item)
    if server is not None:
        item.stash[LATEST] = server.latest_calls()
    try:
        return (yield)
    except FAILURES as error:
        _explain(item, error)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:  # as pytest has them
    __tracebackhide__ = True
    return (yield from _watched(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:  # as pytest has them
    __tracebackhide__ = True
    return (yield from _watched(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The last calls of a test that failed, in its own sandbox and in those that are there for several tests."""
    report = yield
    if report.failed:
        report.sections.extend(_sections(item))
    return report


def _watched(item: pytest.Item) -> Generator[None, Any, Any]:  # as pytest has them
    """A phase of a test; it fails where something was raised inside the server that the test does not expect."""
    __tracebackhide__ = True
    try:
        result = yield
    except FAILURES as error:
        _explain(item, error)
        raise
    if raised := _raised(item):
        from sandbooks.testing.errors import failure_of

        raise failure_of(raised)
    return result


def _explain(item: pytest.Item, error: BaseException) -> None:
    if raised := _raised(item):
        from sandbooks.testing.errors import explain

        explain(error, raised)


def _raised(item: pytest.Item) -> list[Raised]:
    """What was raised inside the server for this test: in its own sandbox, and in those that are there for several."""
    sandbox, server = item.stash.get(SANDBOX, None), _server_of(item)
    raised = sandbox.heard.take() if sandbox is not None else []
    return raised + (server.take_errors() if server is not None else [])


def _sections(item: pytest.Item) -> Iterator[tuple[str, str]]:
    sandbox, server = item.stash.get(SANDBOX, None), _server_of(item)
    most = _journal_lines(item.config) if sandbox is not None or server is not None else 0
    if most and sandbox is not None:
        yield f"Sandbooks: calls in {sandbox.name}", sandbox.last_calls(most) or "no calls"
    for shared in server.open_sandboxes() if most and server is not None else ():
        calls = shared.last_calls(most, after=item.stash.get(LATEST, {}).get(shared.name, 0))
        if calls and shared is not sandbox:
            yield f"Sandbooks: calls in {shared.name}, which several tests may use", calls


def _server_of(item: pytest.Item) -> Server | None:
    """The server of the run, if this test uses it and it has been started."""
    server = item.config.stash.get(SERVER, None)
    return server if server is not None and "sandbooks_server" in getattr(item, "fixturenames", ()) else None


def _start(settings: dict[str, Any]) -> Server:  # as the arguments of `Server`
    from sandbooks.errors import StartupError
    from sandbooks.testing import Refused, Server

    vendors = settings.pop("vendors", ())
    try:
        server = Server(*([vendors] if isinstance(vendors, str) else vendors), **settings)
    except (TypeError, Refused) as error:
        pytest.fail(f"sandbooks_settings: {error}", pytrace=False)
    try:
        return server.start()
    except (StartupError, Refused) as error:
        pytest.fail(f"the server of Sandbooks does not start: {error}", pytrace=False)


def _make_sandbox(node: pytest.Item, server: Server) -> Sandbox:
    from sandbooks.testing import Refused
    from sandbooks.testing.naming import fit_name

    marker = node.get_closest_marker("sandbooks")
    name = fit_name(node.nodeid)
    server.drop(name)  # a test may run again
    try:
        return server.sandbox(name, **(marker.kwargs if marker is not None else {}))
    except (Refused, TypeError) as error:
        pytest.fail(f"the sandbox of this test cannot be made: {error}", pytrace=False)


def _ini_settings(config: pytest.Config) -> dict[str, Any]:  # as the arguments of `Server`
    """What the ini file says, and nothing else."""
    settings: dict[str, Any] = {name.removeprefix("sandbooks_"): _ini(config, name) for name in INI}
    del settings["journal_lines"]
    folder = config.inipath.parent if config.inipath is not None else config.rootpath
    if settings["project"]:
        settings["project"] = folder / settings["project"]
    if settings["vendors"]:
        settings["vendors"] = [_source(folder, text) for text in settings["vendors"]]
    if settings["seed"]:
        settings["seed"] = _seed(settings["seed"])
    for name in ("limits", "strict"):
        if settings[name]:
            settings[name] = _is_on(config, f"sandbooks_{name}", settings[name])
    return {name: value for name, value in settings.items() if value not in (None, "", [])}


def _source(folder: Path, text: str) -> str:
    """A vendor as it is; a file as seen from the folder of the ini file."""
    from sandbooks.project import is_file_name

    return str(folder / text) if is_file_name(text) else text


def _seed(text: str) -> int | str:
    from sandbooks.starting import seed_of

    return seed_of(text)


def _is_on(config: pytest.Config, name: str, text: str) -> bool:
    if text.lower() not in SWITCH:
        _refuse(config, name, text, "on or off")
    return SWITCH[text.lower()]


def _journal_lines(config: pytest.Config) -> int:
    text = _ini(config, "sandbooks_journal_lines") or JOURNAL_LINES
    if not text.isdecimal():
        _refuse(config, "sandbooks_journal_lines", text, "a number, 0 for none")
    return int(text)


def _ini(config: pytest.Config, name: str) -> Any:  # a text, or a list of them
    try:
        return config.getini(name)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)


def _refuse(config: pytest.Config, name: str, text: str, wanted: str) -> NoReturn:
    pytest.fail(f"{config.inipath}: {name} is {text!r}; it must be {wanted}", pytrace=False)
