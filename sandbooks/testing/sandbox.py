"""One sandbox as a test holds it: addresses, credentials, clock, faults, limits, what was asked and what is stored.

Speaks to the server through its control API, in the server's thread and without a socket; keeps no state of its own.
Lists are as control gives them: the newest first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode

from sandbooks.testing.calls import Asked, Given, answer
from sandbooks.testing.controls import Clock, Faults, Limits, Snapshot
from sandbooks.testing.errors import Errors, Expected, Refused, explain, failure_of
from sandbooks.testing.lines import last_calls, near_lines

if TYPE_CHECKING:
    import httpx

    from sandbooks.journal import Journal
    from sandbooks.server import Server as App
    from sandbooks.testing.server import Server
    from sandbooks.testing.transport import Transport

Json = Any  # a JSON value, as the control API gives it

DEFAULT = "default"
DELIVERY_S = 10.0
PAGE = 1000


class Sandbox:
    """A world of one test's own. `Server.sandbox` makes it; closed, or at the end of a `with` block, it is gone.

    Every method may be called from any thread, and returns when the server has done what is asked. A test that runs an
    event loop which has to answer meanwhile (a receiver of webhooks) calls it with `asyncio.to_thread`.

    Every method raises `Refused` where the server does not know what is named.
    """

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.heard = Errors()
        self.journal: Journal  # the engine's own, from when it is made
        self.clock = Clock(self)
        self.faults = Faults(self)
        self.limits = Limits(self)
        self._is_open = True

    def __repr__(self) -> str:
        return f"Sandbox({self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
        raised = self.heard.take()
        if raised and error is None:
            raise failure_of(raised)
        if raised and error is not None:
            explain(error, raised)

    def close(self) -> None:
        """Forget the sandbox and all that is in it.

        Raises:
            ServerError: what was raised inside the server and not expected.
        """
        self.drop()
        self.raise_errors()

    def drop(self) -> None:
        """As `close`, but what was raised inside the server stays to be seen."""
        if self._is_open:
            self._is_open = False
            self.server.drop(self.name)

    def url(self, vendor: str) -> str:
        """The base address of a vendor in this sandbox, to which the paths of its description are appended."""
        return f"{self.server.url}{self._base_path(vendor)}"

    def headers(self, vendor: str, credential: str = "") -> dict[str, str]:
        """Headers that work as they are on any operation; without a name those with full rights.

        None are needed where the description asks for no credential.
        """
        if not credential and not self.credentials(vendor):
            return {}
        return dict(self.credential(vendor, credential)["headers"])

    def credential(self, vendor: str, name: str = "") -> dict[str, Json]:
        """`name, description, headers, values` of a credential; without a name of the one with full rights."""
        listed = self.credentials(vendor)
        found = next((each for each in listed if name in ("", each["name"])), None)
        if found is None:
            known = ", ".join(each["name"] for each in listed)
            raise Refused(f"{vendor} has no credential {name!r}; there are: {known or 'none'}")
        return found

    def credentials(self, vendor: str) -> list[dict[str, Json]]:
        """Every credential of a vendor in this sandbox."""

        def listed() -> list[dict[str, Json]]:
            app = self.app
            served = self._vendor(app, vendor)
            return list(served.authenticator.credentials(self.name, app.use_sandbox(self.name).clock.now()))

        return self.server.run(listed)

    @property
    def requests(self) -> list[dict[str, Json]]:
        """The vendor calls that were made, newest first; see `find_requests`."""
        return self.find_requests()

    def find_requests(
        self, *, vendor: str = "", operation: str = "", method: str = "", status: int = 0, since: str | int = ""
    ) -> list[dict[str, Json]]:
        """The calls that have all that is given, newest first; `since` a moment, or after the call of an id.

        A call is `id, at, vendor, operation, method, path, request{headers, query, body}, answer{status, headers,
        body}, duration_ms, sandbox, why, changes`; secrets are taken out.
        """
        texts = {"vendor": vendor, "operation": operation, "method": method, "status": str(status or "")}
        query: dict[str, str | int] = {name: text for name, text in {**texts, "since": str(since)}.items() if text}
        found: list[dict[str, Json]] = self.control("GET", "/requests", query=query)
        return found

    def clear_requests(self) -> None:
        """Forget the calls; what was covered stays known."""
        self.control("DELETE", "/requests")

    def verify(
        self,
        match: Mapping[str, Json] | None = None,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **parts: Json,
    ) -> int:
        """How many calls are like this, at least one unless told otherwise.

        Args:
            match: any of `vendor, operation, method, path, status, query, headers, body`; `parts` says the same.

        Raises:
            AssertionError: fewer or more; names those that come nearest, and where they differ.
        """
        wanted = {**(match or {}), **parts}
        bounds = {"exactly": exactly, "at_least": at_least, "at_most": at_most}
        count = {name: bound for name, bound in bounds.items() if bound is not None} or {"at_least": 1}
        verdict = self.control("POST", "/requests/verify", {"match": wanted, "count": count})
        if not verdict["ok"]:
            told = ", ".join(f"{name.replace('_', ' ')} {bound}" for name, bound in count.items())
            raise AssertionError(
                "\n".join([f"calls like {wanted}: expected {told}, found {verdict['count']}", *near_lines(verdict)])
            )
        found: int = verdict["count"]
        return found

    def state(self, vendor: str, collection: str = "", id: str | int = "") -> Json:
        """What is stored: how many documents by collection, all documents of one, or the document of an id."""
        path = f"/state/{_part(vendor)}"
        if not collection:
            return self.control("GET", path)
        path += f"/{_part(collection)}"
        if id != "":
            return self.control("GET", f"{path}/{_part(id)}")
        documents: list[Json] = []
        while len(page := self.control("GET", path, query={"limit": PAGE, "offset": len(documents)})) == PAGE:
            documents += page
        return documents + page

    def put(self, vendor: str, collection: str, id: str | int, document: Mapping[str, Json]) -> dict[str, Json]:
        """Store a document past the vendor's rules; what is stored then."""
        path = f"/state/{_part(vendor)}/{_part(collection)}/{_part(id)}"
        stored: dict[str, Json] = self.control("PUT", path, dict(document))
        return stored

    def delete(self, vendor: str, collection: str, id: str | int) -> None:
        """Take a document away, whatever refers to it."""
        self.control("DELETE", f"/state/{_part(vendor)}/{_part(collection)}/{_part(id)}")

    @property
    def deliveries(self) -> list[dict[str, Json]]:
        """The webhooks that were sent or are to be sent, newest first, each with its attempts, oldest first.

        A delivery is `id, vendor, event, endpoint, url, body, status, created_at, next_attempt_at, attempts`.
        """
        found: list[dict[str, Json]] = self.control("GET", "/deliveries")
        return found

    def deliver(self, timeout_s: float = DELIVERY_S) -> list[dict[str, Json]]:
        """Wait until everything that is due was tried, and give the deliveries. What is planned for later stays so.

        Raises:
            TimeoutError: a receiver takes longer.
        """
        app = self.app
        done = self.server.submit(lambda: app.sender.drain(app.use_sandbox(self.name).outbox, timeout_s=timeout_s))
        if not done.result():
            pending = [each["url"] for each in self.deliveries if each["status"] == "pending"]
            raise TimeoutError(f"not delivered within {timeout_s:g} s: {', '.join(pending)}")
        return self.deliveries

    def redeliver(self, id: str) -> None:
        """Try a delivery once more, now."""
        self.control("POST", f"/deliveries/{_part(id)}/redeliver")

    def snapshot(self, name: str = "snapshot") -> Snapshot:
        """Keep all documents as they are now; an older snapshot of that name is replaced."""
        return Snapshot(self, self.control("POST", "/snapshots", {"name": name})["name"])

    def reset(self, *, vendor: str = "", profile: str = "", seed: int | str | None = None) -> None:
        """Everything as at the start: state, clock, faults, limits, calls and deliveries; of a vendor the state alone.

        With a profile or a seed, as that has it.
        """
        given = {"vendor": vendor or None, "profile": profile or None, "seed": seed}
        self.control("POST", "/reset", {name: value for name, value in given.items() if value is not None})

    def fork(self, name: str = "") -> Sandbox:
        """Another sandbox that starts with what this one holds, and goes its own way."""
        return self.server.sandbox(name, fork_of=self.name)

    @property
    def coverage(self) -> dict[str, Json]:
        """By vendor, which operations and statuses were exercised, and which were not."""
        found: dict[str, Json] = self.control("GET", "/coverage")
        return found

    def transport(self, vendor: str = "") -> Transport:
        """A transport for `httpx.Client` and `httpx.AsyncClient` that needs no port: all calls come to this sandbox.

        Of a vendor: whatever the host is, a path is one of that vendor's (`https://api.acme.example/v1/invoices`).
        """
        from sandbooks.testing.transport import Transport  # httpx takes its time to load

        return Transport(self, self._base_path(vendor) if vendor else "")

    def client(self, vendor: str, credential: str = "", **options: Any) -> httpx.Client:
        """A client of a vendor, with the headers of a credential, that needs no port; `options` as httpx has them."""
        import httpx

        return httpx.Client(**self._client_options(vendor, credential, options))

    def async_client(self, vendor: str, credential: str = "", **options: Any) -> httpx.AsyncClient:
        """As `client`, for asyncio."""
        import httpx

        return httpx.AsyncClient(**self._client_options(vendor, credential, options))

    def expect_errors(self) -> Expected:
        """From now on what is raised inside the server does not fail the test; until the end of a `with` block."""
        return self.heard.expect()

    def raise_errors(self) -> None:
        """
        Raises:
            ServerError: something was raised inside the server that nobody expected, and has not been told of.
        """
        if raised := self.heard.take():
            raise failure_of(raised)

    def last_calls(self, most: int, *, after: int = 0) -> str:
        """The last calls in words, for people: a line each, and below it why it was answered so.

        Those after the call of an id; also of a sandbox that is closed.
        """

        def render() -> list[dict[str, Json]]:
            return [entry.render() for entry in self.journal if entry.id > after]

        return last_calls(self.server.run(render) if self.server.is_running else render(), most, self.name)

    @property
    def app(self) -> App:
        """The engine's server.

        Raises:
            RuntimeError: the sandbox is closed, or the server does not run.
        """
        if not self._is_open:
            raise RuntimeError(f"the sandbox {self.name!r} is closed")
        return self.server.app

    def call(self, asked: Asked) -> Future[Given]:
        """One HTTP call without a socket."""
        app = self.app
        return self.server.submit(lambda: answer(app, asked))

    def control(
        self, method: str, path: str, body: Json = None, *, query: Mapping[str, str | int] | None = None
    ) -> Json:
        """One call of the control API; what it answers, None for nothing."""
        target = f"/@{self.name}/_sandbox{path}" + (f"?{urlencode(query)}" if query else "")
        headers = [(b"host", b"localhost")] + ([(b"content-type", b"application/json")] if body is not None else [])
        content = b"" if body is None else json.dumps(body, default=_text).encode()
        given = self.call(Asked(method, target.encode(), headers, content)).result()
        found = json.loads(given.body) if given.body else None
        if given.status >= 400:
            raise Refused(_words(found))
        return found

    def _client_options(self, vendor: str, credential: str, options: Mapping[str, Any]) -> dict[str, Any]:
        import httpx

        headers = httpx.Headers(self.headers(vendor, credential))
        headers.update(options.get("headers"))  # whatever httpx takes for headers; upper and lower case name the same
        return {
            "base_url": f"http://localhost{self._base_path(vendor)}",
            "transport": self.transport(),
            **options,
            "headers": headers,
        }

    def _base_path(self, vendor: str) -> str:
        prefix = "" if self.name == DEFAULT else f"/@{self.name}"
        return f"{prefix}{self._vendor(self.app, vendor).base_url}"

    def _vendor(self, app: App, name: str) -> Any:  # the engine's own
        if name not in app.vendors:
            raise Refused(f"there is no vendor {name!r}; served are: {', '.join(app.vendors)}")
        return app.vendors[name]


def _part(value: str | int) -> str:
    return quote(str(value), safe="")


def _text(value: object) -> str:
    """How a moment stands in JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")


def _words(problem: Json) -> str:
    """What a problem of the control API says, with the places that are wrong."""
    if not isinstance(problem, dict):
        return str(problem)
    message = str(problem.get("detail") or problem.get("title"))
    places: Sequence[Json] = problem.get("errors") or ()
    told = [f"{each['pointer']}: {each['detail']}" for each in places]
    return "; ".join(told) or message
