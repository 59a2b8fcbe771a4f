"""The pack: all that a vendor author declares. Importing one does nothing but declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sandbooks.errors import StartupError
from sandbooks.pack.call import Call
from sandbooks.pack.checks import check_are, check_given, check_is, check_takes, place_of
from sandbooks.pack.credentials import Caller, Scheme
from sandbooks.pack.duties import Duty
from sandbooks.pack.envelope import Envelope
from sandbooks.pack.idempotency import Idempotency
from sandbooks.pack.limits import Limit, LimitHeaders
from sandbooks.pack.reply import Reply
from sandbooks.pack.visit import Doorkeeper
from sandbooks.pack.webhooks import Webhooks

if TYPE_CHECKING:
    from sandbooks.spec import Operation

Handler = Callable[[Call], Reply]
Extension = Callable[[Call, Handler], Reply]
Authoriser = Callable[[Caller, "Operation"], None]
SandboxInBody = Callable[[str, bytes], str | None]
SandboxInQuery = Callable[[str, Sequence[tuple[str, str]]], str | None]
Seeder = Callable[[Call, dict[str, Any]], object]  # the document is JSON as the fixture holds it
AnyFunction = TypeVar("AnyFunction", bound=Callable[..., object])

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents of one kind, as the store keeps them.

    `schema` names the component schema that a stored document fits (empty: not checked); fixtures are checked against
    it, and it is what Faker fills. `id` is the identifying property; `ids` says who makes it. `unique`, `indexes` and
    `order` are property names, dotted for nested ones; `-` before a name in `order` means descending.
    `references` maps a property to the collection that it points into.
    """

    name: str
    schema: str = ""
    id: str = "id"
    ids: Literal["integer", "string", "none"] = "integer"
    first_id: int = 1
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()


class Pack:
    """How a vendor behaves beyond what its description says. `Pack("acme")` alone is a whole pack.

    Args:
        name: the vendor's id; the first path segment, and the name of its folders.
        auth: how its credentials look; by default one scheme for each that the description names.
        errors: how it words its refusals; by default as the description documents them.
        collections: what it stores; those that are not declared here are read from the description.
        authorise: raises `Forbidden` where a known caller may not use an operation; by default a read-only caller may
            use GET and HEAD alone.
        recognise: looks a caller up in the state before its call is counted, and says who it is: a token may be
            revoked, or given out by a handler. Asked where an operation wants a credential; by default that says all.
        admit: says for whom a counted call works: a caller may choose among organisations by a parameter or a header,
            and gets the `tenant` of the one it chose. Asked before `authorise`; by default it is the caller's own.
        limits: how many calls it allows, several rules at once.
        limit_headers: how it tells what is left; by default it does not.
        idempotency: how it treats a call that is sent twice; by default every call is a new one.
        webhooks: who hears of the events that handlers emit, and how.
        sandbox_in_body: the sandbox that a credential in a body names (a key to be exchanged), from the path below
            the vendor and the body; None where it names none. Asked when nothing else names a sandbox; never raises.
        duties: what is done when its moment comes, by the sandbox's clock.
        body_limits: how many bytes the body of an operation may have, by operationId; by default the server's limit.
        sandbox_in_query: the same for a credential in a query, from the path and the query's names and values. It is
            asked before the body.
        secret_fields: names that hold a secret in a query, a form or the address of a redirection, beside those that
            are secret anywhere; the journal leaves out their values.

    >>> pack = Pack("acme")
    >>> @pack.handles("createInvoice")
    ... def create_invoice(call: Call) -> Reply:
    ...     return Reply(201, call.collection("invoices").put(call.body))
    """

    def __init__(
        self,
        name: str,
        *,
        auth: Scheme | Sequence[Scheme] = (),
        errors: Envelope | None = None,
        collections: Sequence[Collection] = (),
        authorise: Authoriser | None = None,
        limits: Sequence[Limit] = (),
        limit_headers: LimitHeaders | None = None,
        idempotency: Idempotency | None = None,
        webhooks: Webhooks | None = None,
        sandbox_in_body: SandboxInBody | None = None,
        duties: Sequence[Duty] = (),
        body_limits: Mapping[str, int] | None = None,
        sandbox_in_query: SandboxInQuery | None = None,
        recognise: Doorkeeper | None = None,
        admit: Doorkeeper | None = None,
        secret_fields: Iterable[str] = (),
    ) -> None:
        if not _NAME.match(name):
            raise StartupError(f"pack name {name!r} must match [a-z0-9][a-z0-9._-]{{0,62}}")
        self.name = name
        self.schemes = check_are("auth", (auth,) if isinstance(auth, Scheme) else auth, Scheme, "Bearer(GRANTS)")
        for scheme in self.schemes:
            scheme.vendor = name
        check_is("errors", errors, Envelope, "Errors()")
        check_is("limit_headers", limit_headers, LimitHeaders, "LimitHeaders()")
        check_is("idempotency", idempotency, Idempotency, 'Idempotency("Idempotency-Key")')
        check_is("webhooks", webhooks, Webhooks, "Webhooks(subscribers)")
        self.envelope = errors
        check_given(authorise, "caller", "operation")
        check_given(recognise, "visit")
        check_given(admit, "visit")
        check_given(sandbox_in_body, "path", "body")
        check_given(sandbox_in_query, "path", "query")
        self.authorise = authorise
        self.limits = check_are("limits", limits, Limit, "PerMinute(60)")
        self.limit_headers = limit_headers
        self.idempotency = idempotency
        self.webhooks = webhooks
        self.sandbox_in_body = sandbox_in_body
        self.duties = check_are("duties", duties, Duty, 'Duty("invoices", "due_at", act)')
        self.body_limits = dict(body_limits or {})
        self.sandbox_in_query = sandbox_in_query
        self.recognise = recognise
        self.admit = admit
        self.secret_fields = frozenset(check_are("secret_fields", secret_fields, str, '"code"'))
        declared = check_are("collections", collections, Collection, 'Collection("invoices")')
        self.collections = {collection.name: collection for collection in declared}
        self.handlers: dict[str, Handler] = {}
        self.served: dict[str, str] = {}
        self.unchecked: set[str] = set()
        self.extensions: dict[str, Extension] = {}
        self.seeders: dict[str, Seeder] = {}

    def handles(
        self, *operations: str, collection: str = "", checked: bool = True
    ) -> Callable[[AnyFunction], AnyFunction]:
        """Let a function answer these operations, each an operationId or `"POST /invoices"`.

        `collection` is the one that they serve, for `sandbooks routes`. Where a vendor words what is wrong with a call
        as no envelope can (OAuth, a page for people), `checked` False leaves reading to the handler: `call.query`,
        `call.headers` (under lower-case names) and the form in `call.body` then hold the texts that were sent, whatever
        the description says of them, the last one of a repeated name; another body is bytes.

        Raises:
            StartupError: an operation that already has a handler, or a function that does not take a call.
        """

        _check_named("handles", operations)

        def register(function: AnyFunction) -> AnyFunction:
            check_takes(function, "call")
            for operation in operations:
                key = self._add_handler(self.handlers, operation, function)
                self.served[key] = collection
                if not checked:
                    self.unchecked.add(key)
            return function

        return register

    def extends(self, *operations: str) -> Callable[[AnyFunction], AnyFunction]:
        """Let a function answer these operations with the help of what answers them without a pack.

        It takes the call and the handler that the description alone gives: `described(call)` stores and answers as that
        says, before or after what the function does itself, or not at all. All of it is one transaction.

        >>> pack = Pack("acme")
        >>> @pack.extends("createInvoice")
        ... def create_invoice(call: Call, described: Handler) -> Reply:
        ...     reply = described(call)
        ...     call.note(f"invoice {reply.body['id']} is new")
        ...     return reply

        Raises:
            StartupError: an operation that already has a handler, or a function that does not take both.
        """

        _check_named("extends", operations)

        def register(function: AnyFunction) -> AnyFunction:
            check_takes(function, "call", "described")
            for operation in operations:
                self._add_handler(self.extensions, operation, function)
            return function

        return register

    def seeds(self, *collections: str) -> Callable[[AnyFunction], AnyFunction]:
        """Let a function store each fixture document of these collections, where arithmetic or posting is involved.

        Raises:
            StartupError: a collection that already has one, or a function that does not take call and document.
        """

        _check_named("seeds", collections)

        def register(function: AnyFunction) -> AnyFunction:
            check_takes(function, "call", "document")
            for collection in collections:
                self._add(self.seeders, collection, function, f"seeder for collection {collection!r}")
            return function

        return register

    def _add_handler(self, registry: dict[str, Any], operation: str, function: Callable[..., object]) -> str:
        """Note it under the operation's key, which is returned; one function for one operation, in whichever way."""
        key, what = _operation_key(operation), f"handler for operation {operation!r}"
        known = self.extensions if registry is self.handlers else self.handlers
        self._add(known if key in known else registry, key, function, what)
        return key

    def _add(self, registry: dict[str, Any], key: str, function: Callable[..., object], what: str) -> None:
        if key in registry:
            first, _ = place_of(registry[key])
            file, line = place_of(function)
            raise StartupError(
                f"second {what}; the first is {registry[key].__name__} in {first}", file=file, place=line
            )
        registry[key] = function


def _check_named(decorator: str, names: Sequence[object]) -> None:
    if not names or not all(isinstance(name, str) for name in names):
        example = "invoices" if decorator == "seeds" else "createInvoice"
        raise StartupError(f'@pack.{decorator} names nothing; write @pack.{decorator}("{example}")')


def _operation_key(operation: str) -> str:
    method, _, path = operation.partition(" ")
    return f"{method.upper()} {path}" if path and method.upper() in _METHODS else operation


@dataclass(frozen=True, slots=True)
class Coded:
    """What a pack says of one operation: what answers it, or what extends that which answers it without a pack."""

    function: Callable[..., Reply]
    collection: str | None = None
    checked: bool = True
    extends: bool = False

    @property
    def reason(self) -> str:
        """Its name, and the first line of its docstring."""
        name = getattr(self.function, "__name__", "a handler")
        summary = (self.function.__doc__ or "a handler of the pack").strip().partition("\n")[0]
        return f"{name}: {summary}"

    def over(self, described: Handler) -> Handler:
        """The handler that it makes of the one it extends."""
        return lambda call: self.function(call, described)


def handlers_by_operation(pack: Pack, ids: Mapping[str, str]) -> dict[str, Coded]:
    """What answers an operation, by operationId. `ids` maps both spellings, the id and `"POST /invoices"`, to the id.

    Raises:
        StartupError: a handler for an operation that the description does not show, or two spellings of one operation.
    """
    found: dict[str, Coded] = {}
    functions: dict[str, Callable[..., Reply]] = {**pack.handlers, **pack.extensions}
    for key, function in functions.items():
        file, line = place_of(function)
        if key not in ids:
            near = get_close_matches(key, ids, 1)
            cure = f"did you mean {near[0]!r}?" if near else "`sandbooks routes` lists them"
            raise StartupError(f"handler for unknown operation {key!r} of {pack.name}: {cure}", file=file, place=line)
        if ids[key] in found:
            raise StartupError(f"second handler for operation {ids[key]!r} of {pack.name}", file=file, place=line)
        extends = key in pack.extensions
        found[ids[key]] = Coded(function, pack.served.get(key) or None, key not in pack.unchecked, extends)
    return found
