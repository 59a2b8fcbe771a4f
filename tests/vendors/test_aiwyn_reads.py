"""Aiwyn: lists and single objects under `/gql/v1` and `/v1`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.aiwyn import READ, Aiwyn, Json

# plural path, key of the rows, search path (empty: none), single path (empty: none), an id of the demo firm
RESOURCES = [
    ("clients", "clients", "clients/search", "client", 789),
    ("contacts", "contacts", "contacts/search", "contact", 23456),
    ("staff", "staff", "staff/search", "staff", 202),
    ("payments", "payments", "", "payment", 12345),
    ("draft_invoice_histories", "draftInvoices", "draft_invoice_histories/search", "", 0),
    ("", "", "", "draft_invoice", 56789),
    ("invoices", "invoices", "", "invoice", 45678),
    ("projects", "projects", "projects/search", "project", 67890),
    ("wip", "wip", "wips/search", "wip", 89012),
    ("engagements", "engagements", "engagements/search", "engagement", 34567),
    (
        "client_business_entities",
        "clientBusinessEntities",
        "client_business_entities/search",
        "client_business_entity",
        1,
    ),
    ("contact_clients", "contactClients", "contact_clients/search", "contact_client", 1),
    ("contact_infos", "contactInfos", "contact_infos/search", "contact_info", 1),
    ("departments", "departments", "departments/search", "department", 2),
    ("industries", "industries", "industries/search", "industry", 3),
    ("jobs", "jobs", "jobs/search", "job", 67890),
    ("job_templates", "jobTemplates", "job_templates/search", "job_template", 4),
    ("offices", "offices", "offices/search", "office", 2),
    ("service_lines", "serviceLines", "service_lines/search", "service_line", 3),
]
SINGLES = [(single, id) for _, _, _, single, id in RESOURCES if single]
LISTS = [(plural, key) for plural, key, _, _, _ in RESOURCES if plural]
SEARCHES = [(search, key) for _, key, search, _, _ in RESOURCES if search]


@pytest.mark.parametrize(("path", "key"), LISTS)
def test_list_answers_rows_and_their_count(aiwyn: Aiwyn, path: str, key: str) -> None:
    """Every list is an array under its own key and the count of all rows, on both prefixes
    (Client ff., read 2026-11)."""
    answer = aiwyn.post(f"{READ}/{path}", {"pageSize": 1000})

    assert 200 == answer.status_code, answer.text
    assert {key, "total"} == set(answer.json())
    assert len(answer.json()[key]) == answer.json()["total"]["aggregate"]["count"] > 0
    assert answer.json() == aiwyn.post(f"/v1/{path}", {"pageSize": 1000}).json()


@pytest.mark.parametrize(("path", "key"), LISTS)
def test_list_without_a_body_gives_the_first_fifty(aiwyn: Aiwyn, path: str, key: str) -> None:
    """No body at all is the same as `{}`: page 0 of 50 rows (Projects, List projects, read 2026-11)."""
    answer = aiwyn.post(f"{READ}/{path}")

    assert answer.json() == aiwyn.post(f"{READ}/{path}", {}).json()
    assert min(50, answer.json()["total"]["aggregate"]["count"]) == len(answer.json()[key])


@pytest.mark.parametrize(("path", "key"), SEARCHES)
def test_search_without_a_body_gives_one_row(aiwyn: Aiwyn, path: str, key: str) -> None:
    """A search without `pageSize` gives one row and the count of all that match
    (Projects, Search projects, read 2026-11)."""
    answer = aiwyn.post(f"{READ}/{path}")

    assert 200 == answer.status_code, answer.text
    assert 1 == len(answer.json()[key])
    plural = path.removesuffix("/search").replace("wips", "wip")
    assert aiwyn.post(f"{READ}/{plural}").json()["total"] == answer.json()["total"]
    assert answer.json() == aiwyn.post(f"/v1/{path}", {}).json()


@pytest.mark.parametrize(("path", "id"), SINGLES)
def test_one_object_comes_bare(aiwyn: Aiwyn, path: str, id: int) -> None:
    """A single object has no wrapper, and is the same on both prefixes (Projects, Get project by id, read 2026-11)."""
    answer = aiwyn.get(f"{READ}/{path}/{id}")

    assert 200 == answer.status_code, answer.text
    assert id == answer.json()["id"]
    assert answer.json() == aiwyn.get(f"/v1/{path}/{id}").json()


@pytest.mark.parametrize("path", [path for path, _ in SINGLES])
@pytest.mark.parametrize(("id", "status"), [("0", 400), ("-7", 400), ("abc", 400), ("1.5", 400), ("999999999", 404)])
def test_one_object_needs_an_id_that_exists(aiwyn: Aiwyn, path: str, id: str, status: int) -> None:
    """An id is an integer of 1 or more: else 400; unknown 404 (Projects, Get project by id, read 2026-11)."""
    answer = aiwyn.get(f"{READ}/{path}/{id}")

    assert status == answer.status_code
    assert {400: "VALIDATION_ERROR", 404: "NOT_FOUND"}[status] == answer.json()["error"]["code"]


@pytest.mark.parametrize(("path", "key"), LISTS)
def test_pages_part_the_rows_without_overlap(aiwyn: Aiwyn, path: str, key: str) -> None:
    """Pages of two, one after the other, are the whole list once; `page` counts from 0
    (Payments, read 2026-11; assumed)."""
    whole = aiwyn.rows(path, pageSize=1000)
    parted: list[Json] = []
    page = 0
    while rows := aiwyn.rows(path, pageSize=2, page=page):
        assert len(rows) == min(2, len(whole) - len(parted))
        parted += rows
        page += 1

    assert whole == parted
    beyond = aiwyn.post(f"{READ}/{path}", {"pageSize": 2, "page": page + 1000}).json()
    assert (len(whole), []) == (beyond["total"]["aggregate"]["count"], beyond[key])


@pytest.mark.parametrize("path", [path for path, _ in [*LISTS, *SEARCHES]])
@pytest.mark.parametrize(
    "body", [{"pageSize": 0}, {"pageSize": 1001}, {"page": -1}, {"pageSize": "5"}, {"page": 0.5}, []]
)
def test_paging_outside_its_bounds_is_refused(aiwyn: Aiwyn, path: str, body: Json) -> None:
    """`pageSize` is 1 to 1000, `page` 0 or more, both integers (Projects, List projects, read 2026-11)."""
    answer = aiwyn.post(f"{READ}/{path}", body)

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]


def test_largest_page_is_accepted(aiwyn: Aiwyn) -> None:
    """1000 rows may be asked for, and a page however far (Projects, List projects, read 2026-11)."""
    assert 12 == len(aiwyn.rows("clients", pageSize=1000))
    assert [] == aiwyn.rows("clients", pageSize=1000, page=2**62)


def test_unknown_members_of_a_list_are_ignored(aiwyn: Aiwyn) -> None:
    """A list takes no notice of what it does not know (assumed: no list documents a refusal)."""
    assert aiwyn.rows("clients") == aiwyn.rows("clients", colour="green", where={"name": {"_eq": "x"}})


ORDERS: list[tuple[str, Any]] = [
    ("clients", lambda row: row["name"]),
    ("contacts", lambda row: (row["lastName"], row["firstName"])),
    ("staff", lambda row: (row["lastName"], row["firstName"])),
    ("departments", lambda row: row["name"]),
]


@pytest.mark.parametrize(("path", "key"), ORDERS)
def test_list_is_alphabetical(aiwyn: Aiwyn, path: str, key: Any) -> None:
    """Clients by name, people by last name, then first name (Client, Contact, Staff, read 2026-11)."""
    rows = aiwyn.rows(path, pageSize=1000)

    assert sorted(rows, key=key) == rows


def test_clients_of_one_name_come_newest_first(aiwyn: Aiwyn) -> None:
    """After the name, the newest first (Client, List clients, read 2026-11)."""
    older = aiwyn.upsert("Client", name="Zebra Holdings")["id"]
    aiwyn.advance(61)
    newer = aiwyn.upsert("Client", name="Zebra Holdings")["id"]

    assert [newer, older] == aiwyn.ids("clients", pageSize=1000)[-2:]


@pytest.mark.parametrize(
    ("path", "member"),
    [("projects", "updatedAt"), ("invoices", "createdAt"), ("payments", "createdAt"), ("wip", "loggedDate")],
)
def test_list_is_newest_first(aiwyn: Aiwyn, path: str, member: str) -> None:
    """Projects by their last change, the others by a date of their own
    (Projects, List projects, read 2026-11; the others assumed)."""
    dates = [row[member] for row in aiwyn.rows(path, pageSize=1000)]

    assert sorted(dates, reverse=True) == dates


def test_changed_project_moves_to_the_front(aiwyn: Aiwyn) -> None:
    """The project that was changed last comes first (Projects, List projects, read 2026-11)."""
    assert 2560 != aiwyn.ids("projects")[0]
    ref = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/projects/2560").json()["systemRef"]

    aiwyn.write("PUT", {"type": "Job", "systemRef": ref, "attributes": {"budget": 7331.5}})

    assert 2560 == aiwyn.ids("projects")[0]


def test_client_has_two_faces(aiwyn: Aiwyn) -> None:
    """Row and single object show one client in two shapes (Client, List clients and Get client by id, read 2026-11)."""
    row = next(row for row in aiwyn.rows("clients") if row["id"] == 2180)
    assert ("1155", "41664", "Aaron Fahey", "000000041664 f", True, 53) == tuple(
        row[name] for name in ("pmsRef", "clientRef", "name", "clientKey", "active", "partnerStaffId")
    )
    assert "legalName" not in row

    single = aiwyn.one("client/789")
    assert ("Acme Corporation", "Acme Corporation, Inc.", "ACTIVE", "CORPORATE", "MANUFACTURING", "LARGE") == tuple(
        single[name] for name in ("name", "legalName", "status", "type", "industry", "size")
    )
    assert "clientKey" not in single
    assert {
        "id": 23456,
        "name": "John Smith",
        "title": "Chief Financial Officer",
        "email": "john.smith@acme.com",
        "phone": "+1-555-0123",
    } == single["primaryContact"]
    assert [456, 34567] == [engagement["id"] for engagement in single["engagements"]]
    assert {"totalRevenue": 150000, "outstandingBalance": 25000} == single["financialSummary"]


def test_financial_summary_follows_the_invoices(aiwyn: Aiwyn) -> None:
    """Revenue is what was invoiced, without drafts and cancelled invoices; the rest is open
    (Client, Get client by id, read 2026-11)."""
    client = aiwyn.upsert("Client", {"crm": "S-1"}, name="Summed Up")["id"]
    posted = aiwyn.upsert("Invoice", clientId=client, status="POSTED", totalAmount=1234.56)["id"]
    for status, total in (("SENT", 0.1), ("DRAFT", 99), ("CANCELLED", 77)):
        aiwyn.upsert("Invoice", clientId=client, status=status, totalAmount=total)
    aiwyn.upsert("Payment", amount=234.5, clientId=client, invoiceId=posted, status="CONFIRMED")
    aiwyn.upsert("Payment", amount=500, clientId=client, invoiceId=posted, status="PENDING")

    summary = aiwyn.one(f"client/{client}")["financialSummary"]

    assert {"totalRevenue": 1234.66, "outstandingBalance": 1000.16} == summary


def test_contact_shows_its_client(aiwyn: Aiwyn) -> None:
    """The client's name comes from the client as it is now (Contact, Get contact by id, read 2026-11)."""
    assert "Acme Corporation" == aiwyn.one("contact/23456")["clientName"]

    aiwyn.upsert("Client", {"pms": "1012"}, name="Acme International")

    assert "Acme International" == aiwyn.one("contact/23456")["clientName"]
    assert "Acme International" == aiwyn.one("payment/12345")["clientName"]


def test_payment_shows_no_more_than_four_digits(aiwyn: Aiwyn) -> None:
    """Of a card the last four digits are known (Payments, Get payment by id, read 2026-11)."""
    payment = aiwyn.one("payment/12345")

    assert (1500, "USD", "CREDIT_CARD", "1234", "VISA", "CONFIRMED") == tuple(
        payment[name] for name in ("amount", "currency", "paymentMethod", "cardLastFour", "cardType", "status")
    )
    assert (456, "INV-2024-001", "stripe_pi_1234567890") == tuple(
        payment[name] for name in ("invoiceId", "invoiceNumber", "processorReference")
    )
    refused = aiwyn.upsert("Payment", amount=5, clientId=789, cardLastFour="4111111111111111")
    assert ("FAILED", "VALIDATION_ERROR", "cardLastFour") == (
        refused["status"],
        refused["error"]["code"],
        refused["error"]["field"],
    )


def test_invoice_adds_up(aiwyn: Aiwyn) -> None:
    """Lines, tax, total, payments and what is open agree (Invoices, Get invoice by id, read 2026-11)."""
    invoice = aiwyn.one("invoice/45678")

    assert ("SENT", "PARTIALLY_PAID", "billing@acme.com") == tuple(
        invoice[name] for name in ("status", "paymentStatus", "clientEmail")
    )
    (line,) = invoice["lineItems"]
    assert line["quantity"] * line["unitPrice"] == line["amount"] == invoice["subtotal"] == 20000
    assert invoice["subtotal"] + invoice["taxAmount"] == invoice["totalAmount"] == 22000
    assert [15000] == [payment["amount"] for payment in invoice["payments"]]
    assert {"id", "amount", "paymentDate", "paymentMethod", "status"} == set(invoice["payments"][0])
    assert invoice["totalAmount"] - invoice["paidAmount"] == invoice["outstandingAmount"] == 7000


def test_every_invoice_of_the_demo_firm_adds_up(aiwyn: Aiwyn) -> None:
    """What the single invoice shows agrees with its row and its payments (Invoices, read 2026-11)."""
    for row in aiwyn.rows("invoices", pageSize=1000):
        invoice = aiwyn.one(f"invoice/{row['id']}")
        confirmed = sum(payment["amount"] for payment in invoice["payments"] if payment["status"] == "CONFIRMED")
        assert {name: invoice[name] for name in row if name != "pmsRef"} == {
            name: value for name, value in row.items() if name != "pmsRef"
        }
        assert confirmed == invoice["paidAmount"]
        assert invoice["totalAmount"] - confirmed == pytest.approx(invoice["outstandingAmount"])


def test_draft_invoice_history_rows_mix_their_spellings(aiwyn: Aiwyn) -> None:
    """Camel case but for `pms_invoice_number`; the draft's approval with its offset
    (Billing, List draft invoice histories, read 2026-11)."""
    row = next(row for row in aiwyn.rows("draft_invoice_histories") if row["invoiceId"] == 125890)

    assert {
        "clientId": 7720,
        "invoiceId": 125890,
        "jobId": 2514,
        "client": {"active": True, "clientRef": "TF-2024-789", "name": "TechFlow Enterprises", "pmsRef": "240815"},
        "draftInvoice": {
            "approvedAt": "2024-03-15T14:32:18+00:00",
            "approvedByStaffId": 301,
            "approverStaffId": 301,
            "arTranId": 125890,
            "invoiceId": 125890,
            "isActive": True,
            "pms_invoice_number": "INV-2024-4850",
            "status": "APPROVED",
        },
    } == row


def test_draft_invoice_names_its_reviewers(aiwyn: Aiwyn) -> None:
    """Names come from staff, client and project (Billing, Get draft invoice by id, read 2026-11)."""
    draft = aiwyn.one("draft_invoice/56789")

    assert ("DRAFT-2024-001", "UNDER_REVIEW", "PENDING_APPROVAL") == tuple(
        draft[name] for name in ("draftNumber", "status", "reviewStatus")
    )
    assert ("Acme Corporation", "Q4 Financial Audit") == (draft["clientName"], draft["projectName"])
    assert [(123, "John Smith")] == [(each["reviewerId"], each["reviewerName"]) for each in draft["reviewHistory"]]


def test_project_is_as_documented(aiwyn: Aiwyn) -> None:
    """The vendor's own example, member for member (Projects, Get project by id, read 2026-11)."""
    project = aiwyn.one("project/67890")

    assert ("Q4 Financial Audit", "IN_PROGRESS", "EXECUTION", 789, "Acme Corporation", 456) == tuple(
        project[name] for name in ("name", "status", "phase", "clientId", "clientName", "engagementId")
    )
    assert (25000, 18500, "USD") == (project["budget"], project["actualCost"], project["currency"])
    assert [
        {"staffId": 123, "name": "John Smith", "role": "SENIOR_AUDITOR", "allocation": 0.8},
        {"staffId": 124, "name": "Jane Doe", "role": "AUDITOR", "allocation": 0.6},
    ] == project["teamMembers"]
    assert ["COMPLETED", "IN_PROGRESS"] == [milestone["status"] for milestone in project["milestones"]]


def test_wip_types_are_two_vocabularies(aiwyn: Aiwyn) -> None:
    """The row says TIME, the single object BILLABLE (Time, List WIP and Get WIP by id, read 2026-11)."""
    row = next(row for row in aiwyn.rows("wip", pageSize=1000) if row["id"] == 89012)
    single = aiwyn.one("wip/89012")

    assert ("TIME", "BILLABLE") == (row["type"], single["type"])
    assert (2000, 67890) == (row["value"], row["jobId"])
    assert (8, 250, 2000, 456, "John Smith") == tuple(
        single[name] for name in ("billableHours", "hourlyRate", "billableAmount", "taskId", "staffName")
    )


def test_wip_sums_all_that_matches(aiwyn: Aiwyn) -> None:
    """The four sums go over every matching entry, not over the page (Time, List WIP, read 2026-11)."""
    rows = aiwyn.rows("wip", pageSize=1000, clientId=789)

    total = aiwyn.post(f"{READ}/wip", {"pageSize": 1, "clientId": 789}).json()["total"]["aggregate"]

    assert len(rows) == total["count"] > 1
    for name in ("value", "outstandingValue", "billedAmount", "writeOffAmount"):
        assert sum(row[name] for row in rows) == pytest.approx(total["sum"][name])


def test_sums_of_tenths_are_exact(aiwyn: Aiwyn) -> None:
    """0.1 and 0.2 are 0.3: money is not reckoned in floats (the sandbox's own rule)."""
    for value in (0.1, 0.2):
        aiwyn.upsert("Wip", clientId=2180, value=value, type="EXPENSE")

    total = aiwyn.post(f"{READ}/wip", {"clientId": 2180, "wipType": "EXPENSE"}).json()["total"]["aggregate"]

    assert (2, 0.3, 0.3) == (total["count"], total["sum"]["value"], total["sum"]["outstandingValue"])


def test_engagement_rows_are_in_snake_case(aiwyn: Aiwyn) -> None:
    """Rows in snake case with dates, the single object in camel case with moments (Engagement, read 2026-11)."""
    row = next(row for row in aiwyn.rows("engagements") if row["id"] == 8)
    assert ("2024 Annual Review and Tax 52150", "2024-03-15", "2024-04-30", "EXECUTED", 420, 53) == tuple(
        row[name] for name in ("name", "start_dt", "end_dt", "status", "client_id", "partner_staff_id")
    )

    single = aiwyn.one("engagement/34567")
    assert (50000, "info@acme.com", "+1-555-0123") == tuple(
        single[name] for name in ("estimatedValue", "clientEmail", "clientPhone")
    )
    assert [67890, 67891] == [project["id"] for project in single["projects"]]
    assert ["ENGAGEMENT_PARTNER", "SENIOR_MANAGER"] == [member["role"] for member in single["teamMembers"]]


def test_job_is_the_project_in_fewer_fields(aiwyn: Aiwyn) -> None:
    """Jobs and projects are the same documents under the same ids (Job, read 2026-11; shape assumed)."""
    assert sorted(aiwyn.ids("projects", pageSize=1000)) == sorted(aiwyn.ids("jobs", pageSize=1000))
    assert "Q4 Financial Audit" == aiwyn.one("job/67890")["name"]
    assert "budget" not in aiwyn.one("job/67890")


FILTERS: list[tuple[str, Json, Any]] = [
    ("staff", {"search": "SMI"}, lambda row: "smi" in f"{row['firstName']} {row['lastName']}".lower()),
    ("staff", {"deptId": 2}, lambda row: row["deptId"] == 2),
    ("staff", {"active": False}, lambda row: not row["active"]),
    ("staff", {"active": True, "deptId": 3}, lambda row: row["active"] and row["deptId"] == 3),
    ("payments", {"clientId": 789}, lambda row: row["clientId"] == 789),
    ("payments", {"paymentMethod": "CHECK"}, lambda row: row["paymentMethod"] == "CHECK"),
    (
        "payments",
        {"startDate": "2024-05-01T00:00:00Z", "endDate": "2024-11-30T23:59:59Z"},
        lambda row: "2024-05-01" <= (row["confirmationDate"] or row["createdAt"]) < "2024-12-01",
    ),
    ("invoices", {"clientId": 789, "status": "PAID"}, lambda row: row["clientId"] == 789 and row["status"] == "PAID"),
    ("invoices", {"startDate": "2024-08-12T00:00:00"}, lambda row: row["issueDate"] >= "2024-08-12"),
    ("invoices", {"endDate": "2024-08-12"}, lambda row: row["issueDate"] < "2024-08-13"),
    ("invoices", {"startDate": "1990-01-01T00:00:00"}, lambda row: True),
    ("wip", {"wipType": "EXPENSE"}, lambda row: row["type"] == "EXPENSE"),
    ("wip", {"jobId": 67890, "clientId": 789}, lambda row: row["jobId"] == 67890),
    ("wip", {"startDate": "2024-11-14", "endDate": "2024-11-14"}, lambda row: row["loggedDate"][:10] == "2024-11-14"),
    ("engagements", {"status": "ACTIVE"}, lambda row: row["status"] == "ACTIVE"),
    ("engagements", {"clientId": 789}, lambda row: row["client_id"] == 789),
    (
        "engagements",
        {"startDate": "2024-01-01", "endDate": "2024-06-30"},
        lambda row: "2024-01-01" <= row["start_dt"] <= "2024-06-30",
    ),
]


@pytest.mark.parametrize(("path", "body", "meets"), FILTERS)
def test_list_is_narrowed_by_its_filters(aiwyn: Aiwyn, path: str, body: Json, meets: Any) -> None:
    """A list keeps exactly the rows that meet all its filters
    (Staff, Payments, Invoices, Time, Engagement, read 2026-11; names partly assumed)."""
    everything = aiwyn.rows(path, pageSize=1000)

    answer = aiwyn.post(f"{READ}/{path}", {"pageSize": 1000, **body}).json()

    expected = [row for row in everything if meets(row)]
    assert expected
    assert expected == next(value for value in answer.values() if isinstance(value, list))
    assert len(expected) == answer["total"]["aggregate"]["count"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("payments", {"paymentMethod": "CASH"}),
        ("payments", {"startDate": "yesterday"}),
        ("payments", {"endDate": "2024-02-30"}),
        ("invoices", {"startDate": "2023-02-29T00:00:00"}),
        ("wip", {"endDate": "2024-02-28T24:00:01Z"}),
        ("invoices", {"status": "SENT"}),
        ("invoices", {"clientId": "789"}),
        ("staff", {"active": "yes"}),
    ],
)
def test_filter_outside_its_values_is_refused(aiwyn: Aiwyn, path: str, body: Json) -> None:
    """A word outside the documented list, or a value of another type, is 400 (Payments, Invoices, read 2026-11)."""
    answer = aiwyn.post(f"{READ}/{path}", body)

    assert 400 == answer.status_code
    assert list(body) == [detail["field"] for detail in answer.json()["error"]["details"]]


def test_staff_filter_takes_its_text_literally(aiwyn: Aiwyn) -> None:
    """Wildcards in a partial name are plain characters (assumed: the list documents a partial match only)."""
    odd = aiwyn.upsert("Staff", firstName="Per_cent", lastName="O%Hara")["id"]

    assert [odd] == aiwyn.ids("staff", search="r_c")
    assert [odd] == aiwyn.ids("staff", search="o%h")
    assert [] == aiwyn.ids("staff", search="o%a")


def test_every_operation_is_coded(aiwyn: Aiwyn) -> None:
    """Nothing of this vendor is answered by guesswork (the sandbox's own promise)."""
    listed = aiwyn.door.get("/_sandbox/vendors/aiwyn/operations").json()

    assert 123 == len(listed)
    assert {"coded"} == {each["behaviour"] for each in listed}


@pytest.mark.parametrize("path", ["payments", "invoices", "wip", "engagements"])
@pytest.mark.parametrize(
    ("body", "is_met"),
    [
        ({"endDate": "9999-12-31"}, True),
        ({"endDate": "9999-12-31T23:59:59.999999-23:59"}, True),
        ({"startDate": "0001-01-01"}, True),
        ({"startDate": "0001-01-01T00:00:00+23:59"}, True),
        ({"startDate": "0001-01-01", "endDate": "9999-12-31"}, True),
        ({"startDate": "9999-12-31"}, False),
        ({"endDate": "0001-01-01"}, False),
    ],
)
def test_calendar_has_a_first_and_a_last_day(aiwyn: Aiwyn, path: str, body: Json, is_met: bool) -> None:
    """The ends of the calendar narrow a list like any other date (Invoices, List invoices, read 2026-11)."""
    everything = aiwyn.ids(path, pageSize=1000)

    assert [id for id in everything if is_met] == aiwyn.ids(path, pageSize=1000, **body)


def test_end_date_without_a_time_is_the_whole_day(aiwyn: Aiwyn) -> None:
    """What happens in the last microsecond of the day is still of that day (assumed)."""
    last = aiwyn.upsert("Wip", clientId=789, loggedDate="2031-05-17T23:59:59.999999Z")["id"]
    next_day = aiwyn.upsert("Wip", clientId=789, loggedDate="2031-05-18T00:00:00Z")["id"]

    assert [last] == aiwyn.ids("wip", startDate="2031-05-17", endDate="2031-05-17")
    assert [next_day, last] == aiwyn.ids("wip", startDate="2031-05-17", endDate="2031-05-18")
