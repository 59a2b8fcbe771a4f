"""Sales orders, which become invoices, and purchase orders, which become bills.

The vendor's page on orders is not public; they follow invoices and estimates.
"""

from __future__ import annotations

from sandbooks import Call, Reply

from . import bills, invoices
from .documents import CUSTOMER, VENDOR, Origin
from .errors import wrong_state
from .proposals import CANCELLED, DRAFT, Proposal, asked, handlers_of, head_for_copy, move, single
from .records import Document

CONFIRMED, INVOICED, ISSUED, BILLED = "CONFIRMED", "INVOICED", "ISSUED", "BILLED"

SALES_ORDER = Proposal(
    "sales_orders",
    prefix="SO-",
    party=CUSTOMER,
    until="shipment_date",
    steps={CONFIRMED: (DRAFT,), CANCELLED: (DRAFT, CONFIRMED)},
    open=(DRAFT, CONFIRMED),
    closed=INVOICED,
    links=("estimate_id", "converted_to_invoice_id"),
    origin=Origin("estimates", "estimate_id", "converted_to_sales_order_id", "ACCEPTED"),
)

PURCHASE_ORDER = Proposal(
    "purchase_orders",
    prefix="PO-",
    party=VENDOR,
    until="expected_delivery_date",
    steps={ISSUED: (DRAFT,), CANCELLED: (DRAFT, ISSUED)},
    open=(DRAFT, ISSUED),
    closed=BILLED,
    links=("converted_to_bill_id",),
)


def convert_to_invoice(call: Call) -> Reply:
    """An open sales order becomes INVOICED, and a DRAFT invoice takes its lines."""
    order = _open(call, SALES_ORDER)
    invoice = invoices.create(
        call, head_for_copy(order, CUSTOMER), copy=order["line_items"], sales_order_id=order["sales_order_id"]
    )
    id = invoice["invoice_id"]
    order = move(call, SALES_ORDER, order, INVOICED, converted_to_invoice_id=id)
    return single(SALES_ORDER, order, message=f"Sales order converted to invoice {id}.")


def convert_to_bill(call: Call) -> Reply:
    """An open purchase order becomes BILLED, and a DRAFT bill takes its lines."""
    order = _open(call, PURCHASE_ORDER)
    bill = bills.create(
        call, head_for_copy(order, VENDOR), copy=order["line_items"], purchase_order_id=order["purchase_order_id"]
    )
    id = bill["bill_id"]
    order = move(call, PURCHASE_ORDER, order, BILLED, converted_to_bill_id=id)
    return single(PURCHASE_ORDER, order, message=f"Purchase order converted to bill {id}.")


def _open(call: Call, kind: Proposal) -> Document:
    """The order in the path.

    Raises:
        Problem: it is closed or cancelled.
    """
    order = asked(call, kind)
    if order["status"] not in kind.open:
        raise wrong_state(order["status"], list(kind.open))
    return order


HANDLERS = {
    **handlers_of(SALES_ORDER, "SalesOrder", "SalesOrders"),
    **handlers_of(PURCHASE_ORDER, "PurchaseOrder", "PurchaseOrders"),
    "convertSalesOrderToInvoice": convert_to_invoice,
    "convertPurchaseOrderToBill": convert_to_bill,
}
