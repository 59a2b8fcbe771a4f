"""Many documents in one call: each row is what the single call takes, and a transaction of its own.

Source: /docs/reference/bulk. How many rows there may be, the description says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbooks import Call, Event, Problem, Reply

from . import bills, invoices
from .errors import FinzBooksErrors, Json, check_shape, failed
from .records import Document

ERRORS = FinzBooksErrors()
_FAILURE = ("code", "message", "field", "details")


def create_invoices(call: Call) -> Reply:
    """Invoices, row by row."""
    return _all_of(call, "invoice", "InvoiceCreate", lambda row: invoices.answered(invoices.create(call, row)))


def create_bills(call: Call) -> Reply:
    """Bills, row by row; a row may be a duplicate of an earlier one."""
    return _all_of(call, "bill", "BillCreate", lambda row: bills.answered(bills.create(call, row)))


def _all_of(call: Call, key: str, schema: str, create: Callable[[Mapping[str, Json]], Document]) -> Reply:
    """Each row's document or what is wrong with it, in the order of the rows.

    A row that fails leaves nothing: what it stored is taken back, and no event of it leaves. Where at least one is
    made, one event more tells how many.
    """
    rows = call.body[f"{key}s"]
    results = [_result(call, index, row, key, schema, create) for index, row in enumerate(rows)]
    made = sum(result["ok"] for result in results)
    summary = {"total": len(rows), "succeeded": made, "failed": len(rows) - made}
    if made:
        data = {"count": made, "failed": len(rows) - made, "batch_size": len(rows)}
        call.emit(Event(f"{key.upper()}_BULK_CREATED", data))
    message = f"{made} of {len(rows)} {key}s created."
    return Reply(200, {"code": 0, "message": message, "summary": summary, "results": results})


def _result(
    call: Call,
    index: int,
    row: Json,
    key: str,
    schema: str,
    create: Callable[[Mapping[str, Json]], Document],
) -> Document:
    events = len(call.events)
    try:
        with call.attempt():
            call.check_item(index)
            if not isinstance(row, dict):
                raise failed("A row must be an object.", [{"loc": "row", "msg": "is not an object"}])
            check_shape(call, schema, row)
            return {"ok": True, key: create(row)}
    except Problem as problem:
        del call.events[events:]
        return {"ok": False, "error": _failure(problem)}


def _failure(problem: Problem) -> Document:
    """What is wrong with a row, worded as a refusal of the single call; `field` begins at the row."""
    worded = ERRORS.render(problem, None).body
    return {name: worded[name] for name in _FAILURE if worded.get(name)}


HANDLERS = {
    "createInvoicesInBulk": create_invoices,
    "createBillsInBulk": create_bills,
}
