"""ASGI on one side, the pipeline on the other; the only importer of Connexion.

Connexion loads each description, models its operations and resolves them through `PackResolver`; `Engine` stands in
its middleware chain, collects the operations and answers the calls itself.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():  # Connexion loads what it warns of; a user can do nothing about it
    warnings.simplefilter("ignore")
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import AbstractRoutingAPI, SpecMiddleware
    from connexion.middleware.main import API
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification, Specification

from sandbooks.errors import Problem
from sandbooks.exchange import Answer, Exchange
from sandbooks.pipeline import begin, finish, leave, pauses
from sandbooks.request import Request
from sandbooks.router import Router
from sandbooks.spec import Description
from sandbooks.traffic.faults import Drop
from sandbooks.traffic.pages import policy_for
from sandbooks.vendor import Binding, Vendor

Scope = MutableMapping[str, Any]  # as ASGI has it
Message = MutableMapping[str, Any]  # as ASGI has it
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_LIMIT = 10 * 1024 * 1024


class LoadedSpecification(OpenAPISpecification):  # type: ignore[misc]  # Connexion has no types
    """The operations of a description by path, method and id: all that Connexion needs to resolve them.

    Bodies, answers, parameters and security are read by us, and what is wrong with them is reported there: Connexion
    would stop at the first operation with a part of the wrong shape, and write parameters of the path into the list.
    """

    def __init__(self, description: Description) -> None:
        paths: dict[str, dict[str, object]] = {}
        for operation in description.operations:
            named = {"operationId": operation.id, "responses": {}}
            paths.setdefault(operation.path, {})[operation.method.lower()] = named
        info = {"title": description.title, "version": description.version}
        self._raw_spec = self._spec = {"openapi": "3.0.3", "info": info, "components": {}, "paths": paths}
        self._base_uri = ""

    @property
    def base_path(self) -> str:
        return ""

    @base_path.setter
    def base_path(self, base_path: str) -> None:
        """The base path is part of every operation's own path already."""


class PackResolver(Resolver):  # type: ignore[misc]  # Connexion has no types
    """Finds an operation's function in the vendor's bindings, never by importing a dotted name."""

    def __init__(self, vendor: Vendor) -> None:
        super().__init__()
        self._vendor = vendor

    def resolve(self, operation: AbstractOperation) -> Resolution:
        binding = self._vendor.bindings[operation.operation_id]
        return Resolution(binding.handler, operation.operation_id)


class OperationTable(AbstractRoutingAPI[Binding]):  # type: ignore[misc]  # Connexion has no types
    """Collects the operations of one description into a router, with and without the base path."""

    def __init__(self, specification: Specification, vendor: Vendor, **options: Any) -> None:  # Connexion's own
        self.vendor = vendor
        self.router: Router[Binding] = Router()
        super().__init__(specification, **options)

    def make_operation(self, operation: AbstractOperation) -> Binding:
        return self.vendor.bindings[operation.operation_id]

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(self, method: str, path: str, operation: Binding, name: str | None = None) -> None:
        self.router.add(method.upper(), operation.operation.path, operation, operation.operation.admits_path)


class Engine(SpecMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Answers the calls of one vendor.

    The server puts `sandbooks` into the scope: the world, the request and the base URL; and where nothing but the query
    or the body can name a sandbox, `sandbooks.choose`: from a name to its world.
    """

    def __init__(self, app: object, *, vendor: Vendor, body_limit: int = BODY_LIMIT, trusted: bool = False) -> None:
        self.vendor = vendor
        self._trusted = trusted
        self.router: Router[Binding] = Router()
        self._body_limit = body_limit
        self._limited = frozenset(vendor.bindings[id].operation.method for id in vendor.pack.body_limits)

    def add_api(self, specification: Specification, *, base_path: str, **options: Any) -> OperationTable:  # Connexion's
        table = OperationTable(specification, self.vendor, base_path=base_path, resolver=options["resolver"])
        self.router = table.router
        self._serve_without_base_path()
        return table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        world, request, base_url = scope["sandbooks"]
        limit = self._body_limit
        if request.method in self._limited:
            limit = self._limit_of(request)
        body, too_large = await read_bytes(receive, limit)
        if body is None:
            return
        request.body = body
        if "sandbooks.choose" in scope and (named := self._named_within(request)) is not None:
            world = scope["sandbooks.choose"](named)
        exchange = Exchange(self.vendor, world, request, world.clock.now(), base_url, limit, too_large)
        begin(exchange, self.router)
        if exchange.fault is not None or exchange.places:
            stays = await _hold(exchange, receive)
            if not stays:
                return
            exchange.now = world.clock.now()
        given = finish(exchange)
        if given.body and not self._trusted and (policy := policy_for(given.headers)):
            given = Answer(given.status, {**given.headers, **policy}, given.body)
        drop = exchange.fault.effect.drop if exchange.fault is not None else None
        if drop is not None:
            await _drop(send, given, drop)
        else:
            await send_answer(send, given, bodiless=request.method == "HEAD")

    def _limit_of(self, request: Request) -> int:
        """How many bytes the body of a call may have."""
        try:
            binding, _ = self.router.find(request.method, request.path)
        except Problem:
            return self._body_limit
        return self.vendor.pack.body_limits.get(binding.operation.id, self._body_limit)

    def _named_within(self, request: Request) -> str | None:
        """The sandbox that a credential in the query or the body names."""
        pack = self.vendor.pack
        named = None
        if pack.sandbox_in_query is not None and request.query_string:
            named = pack.sandbox_in_query(request.path, request.query)
        if named is None and pack.sandbox_in_body is not None:
            named = pack.sandbox_in_body(request.path, request.body)
        return named

    def _serve_without_base_path(self) -> None:
        base = self.vendor.description.base_path
        for binding in self.vendor.bindings.values() if base else ():
            short = binding.operation.path.removeprefix(base) or "/"
            self.router.add(binding.operation.method, short, binding, binding.operation.admits_path)


def engine_for(
    vendor: Vendor, body_limit: int = BODY_LIMIT, *, trusted: bool = False
) -> tuple[ConnexionMiddleware, Engine]:
    """A Connexion application for one vendor, and the engine inside it.

    One application each, because Connexion's error handlers belong to an application and every vendor words its
    errors differently. Pages of a trusted one are of the server's own making.
    """
    made: list[Engine] = []

    def engine(app: object) -> Engine:
        made.append(Engine(app, vendor=vendor, body_limit=body_limit, trusted=trusted))
        return made[-1]

    connexion = ConnexionMiddleware(_nowhere, middlewares=[engine], resolver=PackResolver(vendor))
    # `add_api` takes a path or a dict only, and would load, validate and inline what is loaded already.
    specification = LoadedSpecification(vendor.description)
    connexion.apis.append(API(specification, base_path="", resolver=PackResolver(vendor)))
    connexion.app, connexion.middleware_stack = connexion._build_middleware_stack()
    return connexion, made[-1]


def request_of(scope: Scope, path: str, prefix: str) -> Request:
    """The request of an ASGI scope, for the path below `prefix`; its body is still to come."""
    return Request(
        scope["method"],
        path,
        query=scope["query_string"].decode("latin-1"),
        headers=scope["headers"],
        prefix=prefix,
        client=(scope.get("client") or ("",))[0],
    )


async def read_bytes(receive: Receive, limit: int) -> tuple[bytes | None, bool]:
    """The whole body, and whether it was larger than `limit` (then it is empty); None when the client went away."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return None, False
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return (body, False) if len(body) <= limit else (b"", True)
    chunks = [body]
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, False
        size += len(message.get("body", b""))
        if size <= limit:
            chunks.append(message.get("body", b""))
        else:
            chunks.clear()
    return (b"".join(chunks), False) if size <= limit else (b"", True)


async def send_answer(send: Send, given: Answer, *, bodiless: bool = False) -> None:
    """Start and body of one answer; a bodiless one (HEAD) says the length and sends nothing."""
    await send(_start_of(given))
    await send({"type": "http.response.body", "body": b"" if bodiless else given.body})


def _start_of(given: Answer) -> Message:
    """Status and headers, the length of the whole body among them where there may be one."""
    headers = [(_on_the_wire(name), value.encode("latin-1", "replace")) for name, value in given.headers.items()]
    if given.status not in (204, 304):
        headers.append((b"content-length", str(len(given.body)).encode()))
    return {"type": "http.response.start", "status": given.status, "headers": headers}


@lru_cache(512)
def _on_the_wire(name: str) -> bytes:
    """The name of a header as ASGI wants it."""
    return name.lower().encode("latin-1")


async def _hold(exchange: Exchange, receive: Receive) -> bool:
    """Wait as a fault or a queue asks, in real time; other calls go on meanwhile.

    False: the client went away, and the call has given back what it held.
    """
    held = pauses(exchange)
    seconds = next(held, 0.0)
    if seconds <= 0:
        return True
    stays = True
    departure = asyncio.ensure_future(_departure(receive))
    try:
        while stays and seconds > 0:
            await asyncio.wait((departure,), timeout=seconds)
            stays = not departure.done()
            seconds = next(held, 0.0) if stays else 0.0
        if not stays:
            departure.result()  # raises what `receive` raised
            leave(exchange)
    except BaseException:
        leave(exchange)
        raise
    finally:
        departure.cancel()
    return stays


async def _departure(receive: Receive) -> None:
    """Ends when the client goes away; after the whole body no other message is to come."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drop(send: Send, given: Answer, drop: Drop) -> None:
    """Break the connection instead of answering, or in the middle of the body.

    Raises:
        ConnectionResetError: there is no connection to break, the call came from within this process.
    """
    if drop == "mid_body" and not given.body:
        drop = "before_response"  # there is no middle to break off in
    if drop == "mid_body":
        cut = given.body[: len(given.body) // 2]
        await send(_start_of(given))
        await send({"type": "http.response.body", "body": cut, "more_body": True})
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError(f"a scripted fault dropped the connection {drop.replace('_', ' ')}")
    if drop == "mid_body":
        transport.close()  # sends what was written first
    else:
        transport.abort()
    await _until_gone(send)


async def _until_gone(send: Send) -> None:
    """Let the server notice that the connection is broken, or it would report an answer that was never completed."""
    for _ in range(100):
        if getattr(getattr(send, "__self__", None), "disconnected", True):
            return
        await asyncio.sleep(0.001)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the engine answers every call; nothing is behind it")
