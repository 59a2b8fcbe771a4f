"""Aimsio: who may call, what is there to call, and how a whole call is refused."""

from __future__ import annotations

import base64

import pytest

from tests.vendors.aimsio import (
    BASE,
    ENTITIES,
    EXAMPLE,
    EXAMPLE_GUID,
    GOOD,
    IMPORTED,
    NOWHERE,
    NRB,
    Aimsio,
    Json,
    result,
)

OPERATIONS = [
    ("POST", "NRB", "importNRBs"),
    ("GET", NRB, "listNRBs"),
    ("GET", f"{NRB}/{{nrbGuid}}", "getNRB"),
    ("POST", "JobOrder", "importJobOrders"),
    ("GET", "JobOrder/{jobOrderGuid}", "getJobOrder"),
    ("GET", "JobOrder", "listJobOrders"),
    ("POST", "Employee", "importEmployees"),
    ("GET", "Employee", "listEmployees"),
    ("GET", "Employee/{employeeGuid}", "getEmployee"),
    ("POST", "BillableItem", "importBillableItems"),
    ("GET", "BillableItem", "listBillableItems"),
    ("GET", "BillableItem/{billableItemGuid}", "getBillableItem"),
    ("POST", "PriceBook", "importPriceBooks"),
    ("GET", "PriceBook", "listPriceBooks"),
    ("GET", "PriceBook/{priceBookGuid}", "getPriceBook"),
    ("POST", "Company", "importCompanies"),
    ("GET", "Company", "listCompanies"),
    ("GET", "Company/{companyGuid}", "getCompany"),
    ("POST", "Equipment", "importEquipment"),
    ("GET", "Equipment", "listEquipment"),
    ("GET", "Equipment/{equipmentGuid}", "getEquipment"),
    ("GET", "Invoice", "listInvoices"),
    ("GET", "Invoice/{invoiceGuid}", "getInvoice"),
    ("POST", "Invoice", "importInvoices"),
    ("GET", "Timecard", "listTimecards"),
    ("GET", "Timecard/{timecardGuid}", "getTimecard"),
    ("POST", "Timecard", "importTimecards"),
    ("GET", "PayrollPeriod", "listPayrollPeriods"),
    ("GET", "PayrollPeriod/{payrollPeriodGuid}", "getPayrollPeriod"),
    ("GET", "User", "listUsers"),
    ("GET", "User/{userGuid}", "getUser"),
]
"""Operations 1 to 31 in the order in which the tests number them."""

ROWS = pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{row}-{each[2]}" for row, each in enumerate(OPERATIONS, 1)]
)
POSTS = [(each.posts or "", each.records or "") for each in IMPORTED]


def failure(status: int, error: str, answer: Json) -> None:
    """The answer is a refusal in the vendor's envelope."""
    assert status == answer.status_code, answer.text
    assert "application/json" == answer.headers["content-type"]
    told = answer.json()
    assert (status, error) == (told["status"], told["error"])
    assert {"status", "error", "message"} == set(told)
    assert told["message"]


def test_operations_are_those_of_the_vendor(aimsio: Aimsio) -> None:
    """31 operations, all of them coded (Operations; operations 1 to 31; those without a public page are A9)."""
    listed = aimsio.door.get("/_sandbox/vendors/aimsio/operations").json()

    assert sorted((method, f"{BASE}/{path}", operation) for method, path, operation in OPERATIONS) == sorted(
        (each["method"], each["path"], each["operation"]) for each in listed
    )
    assert {"coded"} == {each["behaviour"] for each in listed}
    assert 31 == len(listed)


@ROWS
def test_operation_serves_who_may_call(aimsio: Aimsio, method: str, path: str, operation: str) -> None:
    """Each of the operations 1 to 31 answers 200: an import its result, an index its items, a GET of one an object
    (Operations; operations 1 to 31; A2)."""
    entity = next(each for each in ENTITIES.values() if path.split("/")[0] in (each.path, each.posts))
    if method == "POST":
        answer = aimsio.call(method, path, {entity.records: []})
        assert "IntegrationImportResult" == answer.json()["dtype"]
    elif "{" in path:
        guid = aimsio.guids(entity.path)[0]
        answer = aimsio.get(f"{entity.path}/{guid}")
        assert guid == answer.json()[entity.guid]
    else:
        answer = aimsio.get(path)
        assert {entity.path} == {item["dtype"] for item in answer.json()["value"]}
    assert 200 == answer.status_code


def body_for(method: str) -> Json:
    return EXAMPLE if method == "POST" else None


@ROWS
def test_call_without_credentials_is_refused(aimsio: Aimsio, method: str, path: str, operation: str) -> None:
    """401 with the Basic challenge on every operation, the index of NRBs too, which the reference shows without
    security (Introduction, Authentication, read 2026-11; 1.6, 12.1; A1, A2)."""
    before = aimsio.state()

    answer = aimsio.call(method, path.replace("{nrbGuid}", EXAMPLE_GUID), body_for(method), who="")

    failure(401, "Unauthorized", answer)
    assert 'Basic realm="Aimsio"' == answer.headers["www-authenticate"]
    assert before == aimsio.state()


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic " + base64.b64encode(b"admin@kentest-sandbox:a-wrong-password").decode(),
        "Basic " + base64.b64encode(b"nobody@kentest-sandbox:aimsio-admin").decode(),
        "Basic " + base64.b64encode(b"admin:aimsio-admin").decode(),
        "Basic " + base64.b64encode(b"aimsio-admin:").decode(),
        "Basic not/base64!",
        "Basic",
        "Bearer aimsio-admin",
    ],
)
def test_wrong_credentials_are_refused(aimsio: Aimsio, authorization: str) -> None:
    """Wrong user, wrong password, the account left out of the name, another scheme: 401
    (Introduction, Authentication, read 2026-11; 1.6, 12.1; A2, A46)."""
    answer = aimsio.door.get(aimsio.address("Company"), headers={"Authorization": authorization})

    failure(401, "Unauthorized", answer)
    assert 'Basic realm="Aimsio"' == answer.headers["www-authenticate"]


def test_documented_user_name_is_the_first_credential(aimsio: Aimsio) -> None:
    """`admin@kentest-sandbox` and a password, as `curl -u` sends them (GET one NRB, example; 1.3; A46)."""
    first = aimsio.door.get("/_sandbox/credentials").json()["aimsio"][0]
    scheme, _, sent = first["headers"]["Authorization"].partition(" ")
    user, _, password = base64.b64decode(sent).decode().partition(":")

    assert ("admin", "Basic", "admin@kentest-sandbox") == (first["name"], scheme, user)
    assert "" != password


def test_integration_user_has_all_rights(aimsio: Aimsio) -> None:
    """A user of its own for an integration reads and writes (Introduction, Authentication, read 2026-11; 1.3)."""
    assert 13 == len(aimsio.index("Company", who="integration"))
    assert result(1, 0, 0, 0) == aimsio.load("Company", GOOD["Company"], who="integration")


@ROWS
def test_user_without_api_permission_is_refused(aimsio: Aimsio, method: str, path: str, operation: str) -> None:
    """A known user to whom support has not given the permission: 403 on every operation
    (Introduction, Authentication, read 2026-11; 1.6, 12.2; A2)."""
    before = aimsio.state()

    answer = aimsio.call(method, path.replace("{nrbGuid}", EXAMPLE_GUID), body_for(method), who="viewer")

    failure(403, "Forbidden", answer)
    assert before == aimsio.state()


@pytest.mark.parametrize(
    "path",
    [
        "Location",
        "ChangeOrder",
        "nrb",
        "nonrecurringbillableitem",
        "NonrecurringBillableItem",
        "joborder",
        "Pricebook",
        f"{NRB}/{EXAMPLE_GUID}/children",
        "",
    ],
)
def test_unknown_path_is_not_found(aimsio: Aimsio, path: str) -> None:
    """404; letters count as they are written (1.6; A2, A8)."""
    failure(404, "Not Found", aimsio.get(path))


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("guid", [NOWHERE, "AP-INV-123", "3f06d188", "%20"])
def test_unknown_or_malformed_guid_is_not_found(aimsio: Aimsio, entity: str, guid: str) -> None:
    """A GUID that nothing has, or a text that is none: 404 (1.6; A2)."""
    failure(404, "Not Found", aimsio.get(f"{entity}/{guid}"))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "NRB", "POST"),
        ("PUT", "NRB", "POST"),
        ("POST", NRB, "GET"),
        ("DELETE", f"{NRB}/{EXAMPLE_GUID}", "GET"),
        ("PATCH", f"{NRB}/{EXAMPLE_GUID}", "GET"),
        ("PUT", "JobOrder", "GET"),
        ("POST", f"JobOrder/{NOWHERE}", "GET"),
        ("DELETE", "Invoice", "POST"),
        ("POST", "PayrollPeriod", "GET"),
        ("POST", "User", "GET"),
    ],
)
def test_wrong_method_is_told_the_right_ones(aimsio: Aimsio, method: str, path: str, allowed: str) -> None:
    """405 with `Allow`; nothing is changed: there is GET and POST, and no other way to write (1.2, 1.6; A2)."""
    before = aimsio.state()

    answer = aimsio.call(method, path, EXAMPLE)

    failure(405, "Method Not Allowed", answer)
    assert allowed in answer.headers["allow"]
    assert method not in answer.headers["allow"].split(", ")
    assert before == aimsio.state()


@pytest.mark.parametrize(("path", "records"), POSTS)
@pytest.mark.parametrize(
    "body", ["{", '["x"]', '"x"', "{}", '{"%s": null}', '{"%s": {}}', '{"%s": "x"}', '{"list": []}']
)
def test_body_that_is_no_import_is_refused(aimsio: Aimsio, path: str, records: str, body: str) -> None:
    """No JSON, no object, no list of that name or something else in its place: 400 for the whole call (1.6; A2)."""
    before = aimsio.state()

    answer = aimsio.door.post(
        aimsio.address(path),
        content=body.replace("%s", records).encode(),
        headers={**aimsio.headers("admin"), "Content-Type": "application/json"},
    )

    failure(400, "Bad Request", answer)
    assert before == aimsio.state()


@pytest.mark.parametrize(("path", "records"), POSTS)
def test_body_that_is_not_json_by_its_type_is_refused(aimsio: Aimsio, path: str, records: str) -> None:
    """A content type other than JSON: 415 (1.6; A2)."""
    before = aimsio.state()
    headers = {**aimsio.headers("admin"), "Content-Type": "text/csv"}

    failure(415, "Unsupported Media Type", aimsio.door.post(aimsio.address(path), content=b"a,b", headers=headers))
    assert before == aimsio.state()


def test_fault_of_one_record_is_told_in_the_result(aimsio: Aimsio) -> None:
    """A record that a script lets fail counts as any refused one, and does not stop the others (1.6; 4; A11)."""
    fault = {
        "match": {"vendor": "aimsio", "operation": "importCompanies"},
        "effect": {"fail_items": [{"index": 1, "code": "LOCKED", "message": "Someone else edits it"}]},
    }
    assert 201 == aimsio.door.post(f"/@{aimsio.sandbox}/_sandbox/faults", json=fault).status_code
    records = [{**GOOD["Company"], "companyCode": code} for code in ("A1", "A2", "A3")]

    answer = aimsio.answer("Company", *records)

    assert (2, 1) == (answer["numberOfEntitiesCreated"], answer["numberOfEntitiesNotImportedDueToErrors"])
    (notice,) = answer["notices"]
    assert (1, "A2", "Someone else edits it") == (notice["index"], notice["entityIdentifier"], notice["message"])
    assert 15 == len(aimsio.index("Company"))


def test_accounts_do_not_see_each_other(aimsio: Aimsio) -> None:
    """An account has its own objects, whatever their keys (Introduction, read 2026-11; A5, A46)."""
    mine = aimsio.keyed("Company", "BIT")

    assert [] == aimsio.index("Company", who="other-tenant")
    assert 404 == aimsio.get(f"Company/{mine['companyGuid']}", who="other-tenant").status_code
    edit = {"companyGuid": mine["companyGuid"], "companyName": "Theirs"}
    assert result(0, 0, 0, 1, errors=[(0, "companyGuid")]) == aimsio.load("Company", edit, who="other-tenant")
    theirs = {**GOOD["Company"], "companyCode": "BIT"}
    assert result(1, 0, 0, 0) == aimsio.load("Company", theirs, who="other-tenant")
    (item,) = aimsio.index("Company", who="other-tenant")
    assert mine["companyGuid"] != item["guid"]
    assert mine == aimsio.keyed("Company", "BIT")
    assert 404 == aimsio.get(f"Company/{item['guid']}").status_code


def test_other_account_can_be_loaded(aimsio: Aimsio) -> None:
    """Another account has the two documented types of an NRB, and so takes jobs and their costs
    (10; A5, A20, A47)."""
    client = {"companyCode": "CLI", "companyName": "Peace River Gas", "companyTypeName": "Client"}
    job = {**GOOD["JobOrder"], "jobClientCode": "CLI", "jobPriceBookName": "Book"}
    cost = {**GOOD[NRB], "nrbJobOrderNumber": "JOB20250701", "nrbVendorCode": "TMB"}
    loads = [("Company", [GOOD["Company"], client]), ("PriceBook", [{"priceBookName": "Book"}]), ("JobOrder", [job])]
    for entity, records in loads:
        assert result(len(records), 0, 0, 0) == aimsio.load(entity, *records, who="other-tenant")

    unknown = {**cost, "nrbExternalId": "ERP-2", "nrbTypeUname": "rental_nrb_type"}
    shown = aimsio.load(NRB, cost, unknown, who="other-tenant")

    assert result(1, 0, 0, 1, errors=[(1, "nrbTypeUname")]) == shown
    (item,) = aimsio.index(NRB, who="other-tenant")
    assert "Material" == aimsio.one(NRB, item["guid"], who="other-tenant")["nrbTypeName"]


def test_sandboxes_do_not_see_each_other(aimsio: Aimsio, new_account: Aimsio) -> None:
    """Two environments hold separate data (Introduction, servers, read 2026-11; 1.2; A46)."""
    made = aimsio.new("Company")

    assert 404 == new_account.get(f"Company/{made['companyGuid']}").status_code
    assert [] == new_account.index("Company")
