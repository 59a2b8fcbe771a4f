"""Aimsio, operations of field service firms: imports by POST, indexes and single objects by GET.

The vendor's documentation (https://api.aimsio.com, read 2026-11) leaves much open. What was assumed bears a number
(A1 to A47) and is kept in one place:

- A1, A6, A8, A9, A10 security on every operation, shape of the indexes, paths and names of lists: the description; the
  switch of the shape: `reads`. A2, A4 statuses and envelope: `errors`. A3, A5 the queue: `LIMITS` below.
- A7 items of an index: `views`. A11, A12, A13, A16 the import, its merge, its keys and its result: `imports`, `drafts`.
  A15 notices: `drafts`. A17, A19 numbers and times: `values`; whole seconds of objects: `imports`.
- A14, A20 to A24 what an NRB needs, its type, account, order, file and children: `nrbs`; A18 its total, too. A25 all
  properties, null or not: `views`.
- A26 companies: `companies`. A27 to A32 job orders: `joborders`. A33 employees: `employees`. A34 billable items, A35
  price books: `items`; the types of rates: `rates`. A36 equipment: `equipment`. A37 to A40 what changes its status
  alone or not at all: `statuses`. A41 what has no endpoint: `lookups`. A42 custom fields: `forms`.
- A43 what is not listed with a reader is ignored: `entities`. A44 deleted jobs: `joborders`. A45 no limit on a list.
  A46 names of users: `auth`. A47 the account: the fixtures; what the other one has: `lookups`.

Where the documentation contradicts itself:

- NRBs are posted to `NRB` and read from `NonRecurringBillableItem`: one collection. Its index is shown without
  security; it asks for a user as all do.
- Properties flagged as required are missing from the vendor's own example: what the example leaves out is optional.
- The prose multiplies by the upcharge, the example adds a percentage and the tax: the example stands (`nrbs`).
- Numbers are typed as numbers and sent as text; both come in, text goes out. Texts are typed without null and are null.
- Indexes are arrays in the prose and objects with `value` in the reference: a switch, `value` by default.
- `" SUBCONTRACTOR"` with its blank is read as the word without it.
- "Two keys that find two records" refuses a record, "a code that another has" leaves the code as it was: the
  first holds for NRBs and wherever no guid was given, the second where a guid has found the record.

Where it is silent and the sandbox had to choose:

- Numbers are rounded half up to the three decimals in which they are shown; a total is made of what is kept. They have
  at most 15 digits before the point.
- What a code or number refers to is looked up for each answer; a key that changes is changed wherever it is named, and
  the times of those others stay.
- An item keeps its type while employees or equipment use it, a client stays one while it has jobs, a work breakdown is
  not cleared while NRBs stand under it.
- Nodes of a work breakdown are merged as price items are: by their identifier, those left out stay. A child of an NRB
  is imported wholly or not at all; one that belongs to another parent is refused.
- A scripted delay is the time that the work takes: it begins when a call has left the queue.
- A file is checked and not kept. Payroll type and union are looked up where the Timecards module is on.
- A status import without a status is refused. A deleted job can be edited; it stays deleted.
- Crew and equipment of a job come with the fixtures: no import ties them to a job.
"""

from sandbooks import Collection, Pack, Queue, Webhooks

from . import imports, reads
from .auth import UserScheme, authorise
from .companies import COMPANY
from .employees import EMPLOYEE
from .entities import Entity
from .equipment import EQUIPMENT_UNIT
from .errors import AimsioErrors
from .items import BILLABLE_ITEM, PRICE_BOOK
from .joborders import JOB_ORDER
from .nrbs import NRB
from .statuses import INVOICE, PAYROLL_PERIOD, TIMECARD, USER

LIMITS = (Queue(10, 1.0, parallel=10, max_wait_s=5.0, by="account", sequential_free=True, least_s=0.05),)
"""Ten starts a second and ten at once, by account; five seconds in the queue at most; one after the other is free. What
has started takes 50 ms, so that calls that are sent together meet (A3, A5)."""


def _kept(entity: Entity, schema: str, *indexes: str) -> Collection:
    unique = tuple((key,) for key in entity.keys)
    return Collection(entity.collection, schema, id=entity.guid, ids="string", unique=unique, indexes=indexes)


def _listed(name: str, schema: str, id: str, *unique: str) -> Collection:
    return Collection(name, schema, id=id, ids="string", unique=tuple((key,) for key in unique))


COLLECTIONS = (
    _kept(NRB, "StoredNonrecurringBillableItem", "nrbJobOrderNumber", "nrbVendorCode", "nrbParentGuid"),
    _kept(
        JOB_ORDER,
        "StoredJobOrder",
        "jobId",
        "jobNumber",
        "jobClientCode",
        "jobPriceBookName",
        "jobAssigneeEmployeeNumber",
    ),
    _kept(EMPLOYEE, "StoredEmployee", "employeeTradeCode"),
    _kept(BILLABLE_ITEM, "StoredBillableItem"),
    _kept(PRICE_BOOK, "StoredPriceBook"),
    _kept(COMPANY, "StoredCompany"),
    _kept(EQUIPMENT_UNIT, "StoredEquipment", "equipmentBillableItemCode"),
    _kept(INVOICE, "StoredInvoice", "invoiceJobOrderNumber", "invoiceClientCode"),
    _kept(TIMECARD, "StoredTimecard", "timecardEmployeeCode"),
    _kept(PAYROLL_PERIOD, "StoredPayrollPeriod"),
    _listed("users", "StoredUser", "userGuid", "userName"),
    _listed("locations", "StoredLocation", "locationCode", "locationCode"),
    _listed("nrbtypes", "StoredNRBType", "nrbTypeUname", "nrbTypeUname", "nrbTypeName"),
    _listed("purchaseorders", "StoredPurchaseOrder", "purchaseOrderGuid", "poNumber"),
    _listed("glaccounts", "StoredGLAccount", "glAccountNumber", "glAccountNumber"),
    _listed("payrolltypes", "StoredPayrollType", "payrollTypeName", "payrollTypeName"),
    _listed("unions", "StoredUnion", "unionName", "unionName"),
    _listed("settings", "StoredSettings", "id"),
)
"""What is kept; the keys of an entity are unique."""

pack = Pack(
    "aimsio",
    auth=UserScheme(),
    errors=AimsioErrors(),
    authorise=authorise,
    collections=COLLECTIONS,
    limits=LIMITS,
    webhooks=Webhooks(lambda call, event: ()),  # it has none
)

for entity, imported, listed, got in (
    (NRB, "importNRBs", "listNRBs", "getNRB"),
    (JOB_ORDER, "importJobOrders", "listJobOrders", "getJobOrder"),
    (EMPLOYEE, "importEmployees", "listEmployees", "getEmployee"),
    (BILLABLE_ITEM, "importBillableItems", "listBillableItems", "getBillableItem"),
    (PRICE_BOOK, "importPriceBooks", "listPriceBooks", "getPriceBook"),
    (COMPANY, "importCompanies", "listCompanies", "getCompany"),
    (EQUIPMENT_UNIT, "importEquipment", "listEquipment", "getEquipment"),
    (INVOICE, "importInvoices", "listInvoices", "getInvoice"),
    (TIMECARD, "importTimecards", "listTimecards", "getTimecard"),
    (PAYROLL_PERIOD, "", "listPayrollPeriods", "getPayrollPeriod"),
    (USER, "", "listUsers", "getUser"),
):
    if imported:
        pack.handles(imported, collection=entity.collection)(imports.importer(entity))
    pack.handles(listed, collection=entity.collection)(reads.lister(entity))
    pack.handles(got, collection=entity.collection)(reads.getter(entity))
