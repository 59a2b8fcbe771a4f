"""Companies: customers, vendors and subcontractors. Their code and type are public, the rest is assumed (A26)."""

from __future__ import annotations

from .drafts import Draft
from .entities import Entity, Property, Referrer
from .lookups import CLIENT, is_used
from .values import one_of, quoted, read_key, read_text

CODE, TYPE = "companyCode", "companyTypeName"
TYPES = (CLIENT, "Vendor", "Subcontractor")


def _settle(draft: Draft) -> None:
    """A vendor of NRBs does not become a client, nor the client of jobs a vendor."""
    if draft.is_new or not draft.changes(TYPE):
        return
    code = draft.was(CODE)
    if draft.get(TYPE) == CLIENT and is_used(draft.call, "nrbs", "nrbVendorCode", code):
        draft.refuse(TYPE, f"Company {quoted(code)} is the vendor of NRBs and cannot become a client")
    elif draft.was(TYPE) == CLIENT and is_used(draft.call, "joborders", "jobClientCode", code):
        draft.refuse(TYPE, f"Company {quoted(code)} is the client of jobs and has to stay one")


COMPANY = Entity(
    noun="Company",
    prefix="company",
    collection="companies",
    list_name="companyList",
    keys=(CODE,),
    settle=_settle,
    referrers={
        CODE: (
            Referrer("nrbs", "nrbVendorCode"),
            Referrer("joborders", "jobClientCode"),
            Referrer("invoices", "invoiceClientCode"),
        ),
    },
    properties=(
        Property("companyGuid"),
        Property(CODE, read_key, required=True),
        Property("companyName", read_text, required=True),
        Property(TYPE, one_of(*TYPES), required=True),
        Property("companyStatus", read_text),
        Property("companyAddress", read_text),
        Property("companyPhone", read_text),
        Property("companyEmail", read_text),
        Property("companyCreatedAt"),
        Property("companyUpdatedAt"),
    ),
)
