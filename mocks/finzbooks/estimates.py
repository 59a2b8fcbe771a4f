"""Estimates: offers to customers, which post nothing and become sales orders once they are accepted.

Source: /docs/reference/estimates.
"""

from __future__ import annotations

from sandbooks import Call, Reply

from . import proposals
from .documents import CUSTOMER
from .errors import wrong_state
from .orders import CONFIRMED, SALES_ORDER
from .proposals import CANCELLED, DRAFT, Proposal, asked, handlers_of, head_for_copy, move, single

SENT, ACCEPTED, CONVERTED, DECLINED = "SENT", "ACCEPTED", "CONVERTED", "DECLINED"

ESTIMATE = Proposal(
    "estimates",
    prefix="EST-",
    party=CUSTOMER,
    until="expiry_date",
    steps={SENT: (DRAFT,), DECLINED: (DRAFT, SENT), CANCELLED: (DRAFT, SENT)},
    open=(DRAFT, SENT, ACCEPTED, DECLINED, CANCELLED),
    closed=CONVERTED,
    links=("converted_to_sales_order_id",),
)


def accept_estimate(call: Call) -> Reply:
    """DRAFT or SENT becomes ACCEPTED."""
    estimate = asked(call, ESTIMATE)
    if estimate["status"] not in (DRAFT, SENT):
        raise wrong_state(estimate["status"], [DRAFT, SENT])
    return single(ESTIMATE, move(call, ESTIMATE, estimate, ACCEPTED))


def convert_estimate(call: Call) -> Reply:
    """ACCEPTED becomes CONVERTED, and a confirmed sales order takes customer, date, place of supply and lines."""
    estimate = asked(call, ESTIMATE)
    if estimate["status"] != ACCEPTED:
        raise wrong_state(estimate["status"], [ACCEPTED])
    order = proposals.create(
        call,
        SALES_ORDER,
        head_for_copy(estimate, CUSTOMER),
        copy=estimate["line_items"],
        status=CONFIRMED,
        estimate_id=estimate["estimate_id"],
    )
    id = order["sales_order_id"]
    estimate = move(call, ESTIMATE, estimate, CONVERTED, converted_to_sales_order_id=id)
    return single(ESTIMATE, estimate, message=f"Estimate converted to sales order {id}.")


HANDLERS = {
    **handlers_of(ESTIMATE, "Estimate", "Estimates"),
    "acceptEstimate": accept_estimate,
    "convertEstimate": convert_estimate,
}
