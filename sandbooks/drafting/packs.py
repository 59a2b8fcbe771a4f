"""The pack of a draft: what the description shows, declared, and one handler to begin with.

Knows what a vendor's description comes to; must not know where the text is put.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbooks.drafting.handlers import choose_operation, write_handler
from sandbooks.drafting.python import LONGEST_LINE, one_line, quoted
from sandbooks.drafting.refusals import Wording, word_refusals
from sandbooks.pack import ApiKey, Basic, Bearer, Scheme
from sandbooks.spec import Operation, SecurityScheme
from sandbooks.vendor import Vendor

_BEARERS = ("http-bearer", "oauth2", "openIdConnect")


@dataclass(frozen=True, slots=True)
class PackText:
    """The source of a pack, and the operation that it has a handler for; None where there is no operation."""

    source: str
    operation: Operation | None


def write_pack(vendor: Vendor) -> PackText:
    """What `mocks/<vendor>/__init__.py` holds."""
    wording = word_refusals(vendor)
    operation = choose_operation(vendor)
    kinds = [kind for kind in (Bearer, Basic, ApiKey) if any(_scheme_of(each) is kind for each in _schemes(vendor))]
    names = {"Pack", *(kind.__name__ for kind in kinds)}
    names |= {"Envelope", "Problem"} if wording is not None else set()
    names |= {"Detail"} if wording is not None and "Detail(" in wording.source else set()
    names |= {"Call", "Handler", "Reply"} if operation is not None else set()
    parts = [
        *([wording.source] if wording is not None else []),
        "\n".join(_declaration(vendor, kinds, wording)) + "\n",
        *([write_handler(vendor, operation)] if operation is not None else []),
    ]
    apart = "\n\n" if parts[0].startswith("class ") else "\n"
    return PackText(f"{_heading(vendor)}\n{_import(sorted(names))}{apart}" + "\n\n".join(parts), operation)


def _heading(vendor: Vendor) -> str:
    title = one_line(f"{vendor.description.title} {vendor.description.version}".strip(), 60)
    return f'''"""{title}: what it does beyond its description.

What has no function here is answered from the description alone; this tells how:

    sandbooks routes --project . {vendor.id}

CONTRIBUTING.md of Sandbooks leads on from here, name by name.
"""
'''


def _import(names: Sequence[str]) -> str:
    line = f"from sandbooks import {', '.join(names)}\n"
    if len(line) <= LONGEST_LINE:
        return line
    return "from sandbooks import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _schemes(vendor: Vendor) -> list[SecurityScheme]:
    """Those that the operations ask for."""
    asked = {
        requirement.scheme
        for operation in vendor.description.operations
        for alternative in operation.security
        for requirement in alternative
    }
    return [scheme for name, scheme in vendor.description.security_schemes.items() if name in asked]


def _scheme_of(described: SecurityScheme) -> type[Scheme] | None:
    if described.kind in _BEARERS:
        return Bearer
    return {"http-basic": Basic, "apiKey": ApiKey}.get(described.kind)


def _declaration(vendor: Vendor, kinds: Sequence[type[Scheme]], wording: Wording | None) -> Iterator[str]:
    yield "pack = Pack("
    yield f"    {quoted(vendor.id)},"
    yield from (f"    # {line}" for line in _credentials(vendor))
    if kinds:
        made = ", ".join(f"{kind.__name__}()" for kind in kinds)
        yield f"    auth={made}," if len(kinds) == 1 else f"    auth=[{made}],"
    if wording is not None:
        yield "    errors=Errors(),"
    else:
        yield "    # Refusals are worded as the description documents them; otherwise: errors=Errors(), an Envelope."
    yield from (f"    # {line}" for line in _further(vendor))
    yield ")"


def _credentials(vendor: Vendor) -> Iterator[str]:
    """Which credentials work at once."""
    known = _schemes(vendor)
    if not known:
        yield "No operation of the description asks for a credential."
        return
    for presented in dict.fromkeys(_presented(each, vendor.id) for each in known):
        yield f"Works at once: {presented}"
    yield "Others end in -limited (reads only), -expired, -other-tenant (sees nothing of this one);"
    yield "-full~team-a is for the sandbox team-a. Kinds of your own: Grant."


def _presented(scheme: SecurityScheme, vendor: str) -> str:
    if scheme.kind == "http-basic":
        return f"curl -u full:{vendor}-full (user full, password {vendor}-full)"
    if scheme.kind != "apiKey":
        return f"Authorization: Bearer {vendor}-full"
    name = one_line(scheme.parameter_name, 40)
    if scheme.location == "header":
        return f"{name}: {vendor}-full"
    return f"?{name}={vendor}-full" if scheme.location == "query" else f"Cookie: {name}={vendor}-full"


def _further(vendor: Vendor) -> Iterator[str]:
    """What else a pack may declare, the nearest to what the description shows."""
    operations = vendor.description.operations
    limited = sum("429" in operation.responses for operation in operations)
    yield "More that a pack may declare; import the names from sandbooks:"
    yield f"limits=[PerMinute(600)], limit_headers=LimitHeaders(),{_documented(limited, '429')}"
    keys = [parameter.name for each in operations for parameter in each.parameters if _is_key(parameter.name)]
    header = f"header={quoted(one_line(keys[0], 40))}" if keys and keys[0] != "Idempotency-Key" else ""
    yield f"idempotency=Idempotency({header}),{_documented(len(keys), 'the header')}"
    yield "webhooks=Webhooks(subscribers),  # who hears of what a handler emits"
    yield 'duties=[Duty("collection", "due_at", act)],  # what is done when its moment comes'


def _documented(count: int, what: str) -> str:
    return f"  # {what} is documented for {count} operation{'' if count == 1 else 's'}" if count else ""


def _is_key(name: str) -> bool:
    return "idempoten" in name.lower()
