"""Sales and purchase register: every approved document of a period with its lines, taxes and HSN or SAC codes."""

from __future__ import annotations

from collections.abc import Iterable

from sandbooks import Call, Reply

from ..errors import Json
from ..money import dec, out
from ..records import single
from ..rupees import in_rupees, rate_of
from .figures import register_figures, total_figures
from .open_items import PAYABLES, RECEIVABLES, Side
from .spans import Span, range_members, read_range
from .supplies import Line, Supply, purchases, sales


def get_sales_register(call: Call) -> Reply:
    """The approved invoices; the sums are what sales and output tax were credited with by them."""
    span = read_range(call)
    return single("sales_register", _register(span, sales(call, span), RECEIVABLES))


def get_purchase_register(call: Call) -> Reply:
    """The approved bills, with the tax that the vendor charges: none under reverse charge."""
    span = read_range(call)
    return single("purchase_register", _register(span, purchases(call, span), PAYABLES))


def _register(span: Span, supplies: Iterable[Supply], side: Side) -> dict[str, Json]:
    supplies = list(supplies)
    return range_members(span) | {
        "rows": [_row(supply, side) for supply in supplies],
        "totals": total_figures(supply.parts for supply in supplies),
    }


def _row(supply: Supply, side: Side) -> dict[str, Json]:
    document = supply.document
    return {
        side.id: document[side.id],
        "number": document[side.number],
        "date": document["date"][:10],
        "contact_id": document[side.contact],
        "contact_name": document[side.contact_name],
        "gst_no": supply.gst_no,
        "place_of_supply": document["place_of_supply"],
        "line_items": [_line(supply, line) for line in supply.lines],
    } | register_figures(supply.parts)


def _line(supply: Supply, line: Line) -> dict[str, Json]:
    stored = line.stored
    return {
        "item_id": stored.get("item_id"),
        "name": stored.get("name"),
        "hsn_or_sac": stored.get("hsn_or_sac"),
        "quantity": stored["quantity"],
        "unit": stored.get("unit"),
        "rate": out(in_rupees(dec(stored["rate"]), rate_of(supply.document))),
        "tax_percentage": stored["tax_percentage"],
    } | register_figures(line.parts)
