"""One sandbox of Aimsio, called by name of credential: what the tests of this vendor are written with.

Sources in the tests: names of the vendor's pages (api.aimsio.com, read 2026-11), then numbers of the notes on
the vendor: `5.6` is a section, `12.10` a line of its closing list, `operation 7` a row of its table of operations,
`A18` something that the vendor does not document and that was assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx

from tests.serving import Door

BASE = "/rest/api/standard/v1"
NOW = datetime(2025, 6, 5, 14, 30, 12, 345000, tzinfo=UTC)
NOW_MS = 1749133812345
STAMP = 1749133812000  # NOW as objects bear it: whole seconds
NOWHERE = "00000000-0000-4000-8000-000000000000"
ACCOUNT = "kentest-sandbox"

Json = Any  # a JSON value


class Entity(NamedTuple):
    """How an entity is named: in the path of its GETs and of its POST, in a list of records, in its properties."""

    path: str
    guid: str
    updated_at: str | None
    posts: str | None = None
    records: str | None = None
    key: str | None = None


ENTITIES = {
    each.path: each
    for each in (
        Entity("NonRecurringBillableItem", "nrbGuid", "nrbUpdatedAt", "NRB", "nrbList", "nrbExternalId"),
        Entity("JobOrder", "jobGuid", "jobUpdatedAt", "JobOrder", "jobList", "jobNumber"),
        Entity("Employee", "employeeGuid", "employeeUpdatedAt", "Employee", "employeeList", "employeeCode"),
        Entity(
            "BillableItem",
            "billableItemGuid",
            "billableItemUpdatedAt",
            "BillableItem",
            "billableItemList",
            "billableItemCode",
        ),
        Entity("PriceBook", "priceBookGuid", "priceBookUpdatedAt", "PriceBook", "priceBookList", "priceBookName"),
        Entity("Company", "companyGuid", "companyUpdatedAt", "Company", "companyList", "companyCode"),
        Entity("Equipment", "equipmentGuid", "equipmentUpdatedAt", "Equipment", "equipmentList", "equipmentCode"),
        Entity("Invoice", "invoiceGuid", "invoiceUpdatedAt", "Invoice", "invoiceList", "invoiceNumber"),
        Entity("Timecard", "timecardGuid", "timecardUpdatedAt", "Timecard", "timecardList", "timecardGuid"),
        Entity("PayrollPeriod", "payrollPeriodGuid", None),
        Entity("User", "userGuid", None),
    )
}
NRB = "NonRecurringBillableItem"
IMPORTED = [each for each in ENTITIES.values() if each.posts]
CREATABLE = [each for each in IMPORTED if each.path not in ("Invoice", "Timecard")]

EXAMPLE = {
    "nrbList": [
        {
            "nrbOriginReference": "AP-INV-123",
            "nrbJobOrderNumber": "JOB20250514",
            "nrbWBSSharedIdentifier": "JOB20250514-01.01",
            "nrbTypeName": "Other",
            "nrbAccountType": "Billable",
            "nrbIsBillable": True,
            "nrbVendorCode": "BIT",
            "nrbInvoiceNumber": "AP-INV-123",
            "nrbInvoiceDate": 1743528967000,
            "nrbPONumber": "PO-13624",
            "nrbIsExported": False,
            "isInternal": False,
            "nrbQuantity": 1,
            "nrbRate": 750,
            "nrbUpcharge": 10,
            "nrbVendorTax": "37.5",
            "nrbMarkupAppliesOn": "SUB_TOTAL",
            "nrbNotes": "Purchased field software",
        }
    ]
}
"""The body of the vendor's example (NRB, POST, read 2026-11), word for word."""

EXAMPLE_GUID = "3f06d188-45ee-4ee0-83c3-85445748b649"

GOOD: dict[str, dict[str, Json]] = {
    NRB: {
        "nrbExternalId": "ERP-AP-50001",
        "nrbJobOrderNumber": "JOB20250514",
        "nrbTypeUname": "material_nrb_type",
        "nrbAccountType": "Billable",
        "nrbVendorCode": "RDP",
        "nrbRate": "12.34",
        "nrbQuantity": 5,
    },
    "JobOrder": {
        "jobNumber": "JOB20250701",
        "jobName": "Flare knockout drum",
        "jobClientCode": "WCM",
        "jobPriceBookName": "Standard 2025",
        "jobStartDate": 1751378400000,
    },
    "Employee": {
        "employeeCode": "E-2001",
        "employmentType": "DIRECT_HIRE",
        "employeeStatusUname": "active_employee_status",
        "employeeFirstName": "Nadia",
        "employeeLastName": "Kowalchuk",
        "employeeTradeCode": "LAB-PF",
    },
    "BillableItem": {
        "billableItemCode": "SVC-XRAY",
        "billableItemName": "X-ray of a weld",
        "billableItemTypeUname": "service",
        "billableItemIsTrade": False,
        "billableItemIsEquipment": False,
        "billableItemDefaultRate": 147.5,
        "billableItemDefaultRateType": "Per Weld",
    },
    "PriceBook": {
        "priceBookName": "Battle Lake 2025",
        "priceBookPriceItems": [
            {"priceItemBillableItemCode": "LAB-PF", "priceItemRate": "101.25", "priceItemRateType": "Hourly"}
        ],
    },
    "Company": {"companyCode": "TMB", "companyName": "Timber Mats Ltd.", "companyTypeName": "Vendor"},
    "Equipment": {
        "equipmentCode": "TRK-17",
        "equipmentName": "2025 Ford F-350 service truck",
        "equipmentBillableItemCode": "EQ-TRUCK",
    },
}
"""A record of each entity that creates, with nothing in it that is not needed."""

KEYS = {name: ENTITIES[name].key or "" for name in GOOD}


class Result(NamedTuple):
    """What an import answered: its four counters, and of each notice severity, index and property."""

    created: int
    edited: int
    with_errors: int
    not_imported: int
    notices: list[tuple[str, int, str | None]]


Place = tuple[int, str | None]  # index of the record, and property


def result(*counts: int, errors: Sequence[Place] = (), warnings: Sequence[Place] = ()) -> Result:
    """The result with these counters, errors and warnings."""
    created, edited, with_errors, not_imported = counts
    told = [("ERROR", *place) for place in errors] + [("WARNING", *place) for place in warnings]
    return Result(created, edited, with_errors, not_imported, sorted(told, key=str))


class Aimsio:
    """A sandbox with its limits off. Calls are the admin's unless `who` names another credential."""

    def __init__(self, door: Door, sandbox: str, profile: str = "demo") -> None:
        self.door = door
        self.sandbox = sandbox
        made = door.post("/_sandbox/sandboxes", json={"name": sandbox, "profile": profile, "limits": "off"})
        assert 201 == made.status_code, made.text
        self._headers = {each["name"]: each["headers"] for each in made.json()["credentials"]["aimsio"]}

    def close(self) -> None:
        """Remove the sandbox: with each that is left every call takes a little longer."""
        assert 204 == self.door.delete(f"/_sandbox/sandboxes/{self.sandbox}").status_code

    def headers(self, who: str) -> dict[str, str]:
        return dict(self._headers[who]) if who else {}

    def call(self, method: str, path: str, json: Json = None, *, who: str = "admin") -> httpx.Response:
        return self.door.call(method, self.address(path), json=json, headers=self.headers(who))

    def address(self, path: str) -> str:
        return f"/@{self.sandbox}/aimsio{BASE}/{path}"

    def get(self, path: str, *, who: str = "admin") -> httpx.Response:
        return self.call("GET", path, who=who)

    def answer(self, entity: str, *records: Json, who: str = "admin") -> Json:
        """The whole answer to an import of these records."""
        named = ENTITIES[entity]
        response = self.call("POST", named.posts or "", {named.records: list(records)}, who=who)
        assert 200 == response.status_code, response.text
        return response.json()

    def load(self, entity: str, *records: Json, who: str = "admin") -> Result:
        """What an import of these records counts and tells."""
        return told_by(self.answer(entity, *records, who=who))

    def index(self, entity: str, *, who: str = "admin") -> list[Json]:
        response = self.get(entity, who=who)
        assert 200 == response.status_code, response.text
        items: list[Json] = response.json()["value"]
        return items

    def guids(self, entity: str, *, who: str = "admin") -> list[str]:
        return [item["guid"] for item in self.index(entity, who=who)]

    def one(self, entity: str, guid: str, *, who: str = "admin") -> Json:
        response = self.get(f"{entity}/{guid}", who=who)
        assert 200 == response.status_code, response.text
        return response.json()

    def keyed(self, entity: str, key: str) -> Json:
        """The object of this key (number, code, name, external id)."""
        name = ENTITIES[entity].key or ""
        (found,) = [each for each in self.all(entity) if key == each[name]]
        return found

    def new(self, entity: str, **properties: Json) -> Json:
        """A good record with these properties beside or in place of its own: created, and shown."""
        record = {**GOOD[entity], **properties}
        before = set(self.guids(entity))
        assert result(1, 0, 0, 0) == self.load(entity, record)
        made = [self.one(entity, guid) for guid in self.guids(entity) if guid not in before]
        (found,) = [each for each in made if record[KEYS[entity]] == each[KEYS[entity]]]
        return found

    def advance(self, seconds: float) -> None:
        answer = self.door.patch(f"/@{self.sandbox}/_sandbox/clock", json={"advance_s": seconds})
        assert answer.is_success, answer.text

    def switch(self, **switches: Json) -> None:
        """Change switches of the account."""
        place = f"/@{self.sandbox}/_sandbox/state/aimsio/settings/account"
        settings = self.door.get(place).json()
        answer = self.door.put(place, json={**settings, **switches})
        assert answer.is_success, answer.text

    def state(self) -> Json:
        """How many documents each collection holds."""
        return self.door.get(f"/@{self.sandbox}/_sandbox/state/aimsio").json()

    def all(self, entity: str) -> list[Json]:
        """Every object of an index, as it is shown."""
        return [self.one(entity, guid) for guid in self.guids(entity)]


def told_by(answer: Json) -> Result:
    """An import's answer in short; its figures have been checked against each other."""
    assert "IntegrationImportResult" == answer["dtype"], answer
    shown = Result(
        answer["numberOfEntitiesCreated"],
        answer["numberOfEntitiesEdited"],
        answer["numberOfEntitiesEditedWithErrors"],
        answer["numberOfEntitiesNotImportedDueToErrors"],
        sorted(((each["severity"], each["index"], each["property"]) for each in answer["notices"]), key=str),
    )
    assert sum(shown[:3]) == answer["numberOfEntitiesImported"], answer
    return shown


def without(record: dict[str, Json], *names: str) -> dict[str, Json]:
    """The record without these properties."""
    return {name: value for name, value in record.items() if name not in names}


def still(document: Json) -> Json:
    """What is left of an object, and of all in it, without the times of its last change."""
    if isinstance(document, list):
        return [still(each) for each in document]
    if isinstance(document, dict):
        return {name: still(value) for name, value in document.items() if not name.endswith("UpdatedAt")}
    return document
