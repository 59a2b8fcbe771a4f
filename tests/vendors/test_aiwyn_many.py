"""Aiwyn: more rows than a page holds, on every list and search; a batch sent twice."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import pytest

from tests.vendors.aiwyn import READ, Aiwyn, Json
from tests.vendors.test_aiwyn_reads import RESOURCES

COUNT = 57
SCATTER = 23
"""Prime to COUNT, so that its multiples come to every place once, out of order."""

ATTRIBUTES: dict[str, tuple[str, Any]] = {
    "clients": ("Client", lambda n: {"name": f"Row {n:02}"}),
    "contacts": ("Contact", lambda n: {"lastName": f"Row {n // 3:02}", "firstName": f"{n % 3}"}),
    "staff": ("Staff", lambda n: {"lastName": f"Row {n // 3:02}", "firstName": f"{n % 3}"}),
    "payments": ("Payment", lambda n: {"clientId": 789, "amount": n}),
    "invoices": ("Invoice", lambda n: {"clientId": 789, "totalAmount": n}),
    "projects": ("Job", lambda n: {"name": f"Row {n:02}"}),
    "wip": ("Wip", lambda n: {"clientId": 789, "loggedDate": f"2031-{n // 28 + 1:02}-{n % 28 + 1:02}T00:00:00Z"}),
    "engagements": ("Engagement", lambda n: {"name": f"Row {n:02}"}),
    "client_business_entities": ("ClientBusinessEntity", lambda n: {"name": f"Row {n:02}"}),
    "contact_clients": ("ContactClient", lambda n: {"name": f"Row {n:02}", "contactId": 23456, "clientId": 789}),
    "contact_infos": ("ContactInfo", lambda n: {"name": f"Row {n:02}"}),
    "departments": ("Department", lambda n: {"name": f"Row {n:02}"}),
    "industries": ("Industry", lambda n: {"name": f"Row {n:02}"}),
    "jobs": ("Job", lambda n: {"name": f"Row {n:02}"}),
    "job_templates": ("JobTemplate", lambda n: {"name": f"Row {n:02}"}),
    "offices": ("Office", lambda n: {"name": f"Row {n:02}"}),
    "service_lines": ("ServiceLine", lambda n: {"name": f"Row {n:02}"}),
}
"""By list: the record type that feeds it, and what the nth record says of itself."""

NEWEST_FIRST = {"payments", "invoices", "projects", "engagements"}
PLACES = [n * SCATTER % COUNT for n in range(COUNT)]

WRITABLE = [(plural, key, search) for plural, key, search, _, _ in RESOURCES if plural in ATTRIBUTES]


@pytest.mark.parametrize(("plural", "key", "search"), WRITABLE)
def test_list_gives_fifty_rows_and_search_one(aiwyn: Aiwyn, plural: str, key: str, search: str) -> None:
    """Of more than fifty rows a list without `pageSize` gives the first fifty in its own order, the next page the rest,
    a search one; each counts them all (Client ff., Projects, read 2026-11; orders partly assumed)."""
    expected = add_rows(aiwyn, plural)
    whole = aiwyn.ids(plural, pageSize=1000)
    assert expected == [id for id in whole if id in set(expected)]

    for body, rows in (({}, whole[:50]), ({"page": 1}, whole[50:100]), ({"pageSize": 1, "page": 51}, [whole[51]])):
        answer = aiwyn.post(f"{READ}/{plural}", body).json()
        assert (rows, len(whole)) == ([row["id"] for row in answer[key]], answer["total"]["aggregate"]["count"])
    if search:
        answer = aiwyn.post(f"{READ}/{search}", {}).json()
        assert (whole[:1], len(whole)) == ([row["id"] for row in answer[key]], answer["total"]["aggregate"]["count"])


@pytest.mark.parametrize(("plural", "key", "search"), [each for each in WRITABLE if each[2]])
def test_search_orders_by_several_keys(aiwyn: Aiwyn, plural: str, key: str, search: str) -> None:
    """Rows that are equal in the first key stand by the second, those that are equal in both by id, page after page
    (Client, Search clients, read 2026-11; the last resort assumed)."""
    ids = add_rows(aiwyn, plural)
    odd = [{"type": ATTRIBUTES[plural][0], "systemRef": {"n": n}} for n in range(1, COUNT, 2)]
    aiwyn.write("DELETE", *odd)
    where = {"id": {"_in": ids}}

    ordered = {
        direction: [
            row["id"]
            for page in range(8)
            for row in aiwyn.rows(
                search, where=where, orderBy=[{"active": "asc"}, {"id": direction}], pageSize=8, page=page
            )
        ]
        for direction in ("asc", "desc")
    }
    by_activity = aiwyn.search_ids(search.removesuffix("/search"), where, orderBy=[{"active": "desc"}])

    inactive, active = sorted(ids)[1::2], sorted(ids)[::2]
    assert {"asc": inactive + active, "desc": inactive[::-1] + active[::-1]} == ordered
    assert active + inactive == by_activity


def add_rows(aiwyn: Aiwyn, plural: str) -> list[int]:
    """Their ids in the order in which the list has to show them; the nth that is written is `{"n": n}`."""
    record_type, attributes = ATTRIBUTES[plural]
    items = [
        {"type": record_type, "systemRef": {"n": n}, "attributes": attributes(place)} for n, place in enumerate(PLACES)
    ]
    if plural in NEWEST_FIRST:
        ids = []
        for item in items:
            aiwyn.advance(1)
            ids += [result["id"] for result in aiwyn.write("POST", item)["records"]]
        return ids[::-1]
    written = [result["id"] for result in aiwyn.write("POST", *items)["records"]]
    ids = [id for _, id in sorted(zip(PLACES, written, strict=True), key=itemgetter(0))]
    return ids[::-1] if plural == "wip" else ids


def test_batch_sent_twice_updates_each_of_its_records(aiwyn: Aiwyn) -> None:
    """The same three items again, one attribute changed, are three updates of the same ids; no row is new, and what was
    not sent stays (Records, Create or update records, read 2026-11)."""

    def client(n: int, **attributes: Json) -> Json:
        return {"type": "Client", "systemRef": {"crm": f"C-{n}"}, "attributes": attributes}

    first = aiwyn.write("POST", *(client(n, name=f"Client {n}", size="SMALL", taxId=f"12-{n}") for n in range(3)))
    before = aiwyn.state()
    second = aiwyn.write("POST", *(client(n, size="LARGE") for n in (2, 0, 1)))

    assert {"total": 3, "created": 0, "updated": 3, "deleted": 0, "failed": 0} == second["summary"]
    ids = [result["id"] for result in first["records"]]
    assert [ids[2], ids[0], ids[1]] == [result["id"] for result in second["records"]]
    assert before == aiwyn.state()
    shown = [aiwyn.one(f"client/{id}") for id in ids]
    assert [(f"Client {n}", "LARGE", f"12-{n}") for n in range(3)] == [
        (each["name"], each["size"], each["taxId"]) for each in shown
    ]
