"""Aiwyn: moments with and without zones and decimals of a second, as they are written, sorted and shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.vendors.aiwyn import Aiwyn, Json

WRITTEN = [
    "2031-01-02T01:00:00Z",
    "2031-01-01T23:00:00-05:00",
    "2031-01-02T01:00:00.5Z",
    "2031-01-02T02:00:00+05:00",
    "2031-01-02T01:00:00",
    "2031-01-02",
    "2031-01-02T00:59:59.999999Z",
]


def read(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("left_out", ["nothing", "zones"])
def test_wip_is_listed_by_the_moment_it_was_logged(aiwyn: Aiwyn, left_out: str) -> None:
    """Newest first by moments, in whichever zone they were written; alone, narrowed and searched alike
    (Time, List WIP, read 2026-11; order and zones assumed)."""
    written = [text for text in WRITTEN if left_out == "nothing" or not read(text).utcoffset()]
    ids = [aiwyn.upsert("Wip", clientId=789, type="ZONED", loggedDate=text)["id"] for text in written]
    moments = dict(zip(ids, map(read, written), strict=True))
    oldest = sorted(ids, key=lambda each: (moments[each], each))
    newest = sorted(ids, key=moments.__getitem__, reverse=True)

    assert newest == aiwyn.ids("wip", pageSize=len(ids))
    assert newest == aiwyn.ids("wip", wipType="ZONED")
    assert newest == aiwyn.search_ids("wips", {"type": {"_eq": "ZONED"}})
    assert oldest == aiwyn.search_ids("wips", {"type": {"_eq": "ZONED"}}, orderBy=[{"loggedDate": "asc"}])


@pytest.mark.parametrize("path", ["invoices", "payments", "projects", "engagements"])
def test_decimals_of_a_second_keep_the_order(aiwyn: Aiwyn, path: str) -> None:
    """What was made half a second later is newer, also after a whole second
    (Projects, List projects, read 2026-11; the others assumed)."""
    attributes: dict[str, tuple[str, Json]] = {
        "invoices": ("Invoice", {"clientId": 789}),
        "payments": ("Payment", {"clientId": 789, "amount": 12.5}),
        "projects": ("Job", {"name": "Stock count"}),
        "engagements": ("Engagement", {"name": "Stock count 2025"}),
    }
    record_type, sent = attributes[path]
    ids = []
    for _ in range(5):
        ids.append(aiwyn.upsert(record_type, **sent)["id"])
        aiwyn.advance(0.5)

    assert ids[::-1] == aiwyn.ids(path, pageSize=5)
    assert ids[::-1] == aiwyn.ids(path, pageSize=2) + aiwyn.ids(path, pageSize=2, page=1) + ids[:1]


def test_clients_of_one_name_come_newest_first_within_a_second(aiwyn: Aiwyn) -> None:
    """After the name the newest first, and the list and the search agree (Client, List clients, read 2026-11)."""
    older = aiwyn.upsert("Client", name="Zebra Holdings")["id"]
    aiwyn.advance(0.25)
    newer = aiwyn.upsert("Client", name="Zebra Holdings")["id"]

    assert [newer, older] == aiwyn.ids("clients", pageSize=1000)[-2:]
    assert [newer, older] == aiwyn.search_ids("clients", {"name": {"_eq": "Zebra Holdings"}})


@pytest.mark.parametrize(
    ("record_type", "path", "name", "sent", "shown_as", "shown"),
    [
        ("Engagement", "engagement", "start_dt", "2024-03-15", "startDate", "2024-03-15T00:00:00Z"),
        ("Engagement", "engagement", "endDate", "2024-04-30T08:30:00", "endDate", "2024-04-30T08:30:00Z"),
        ("Engagement", "engagement", "endDate", "2024-04-30T08:30:00+02:00", "endDate", "2024-04-30T08:30:00+02:00"),
        ("Job", "project", "startDate", "2024-02-29", "startDate", "2024-02-29T00:00:00Z"),
        ("Job", "project", "startDate", "2024-02-29t08:30:00z", "startDate", "2024-02-29T08:30:00Z"),
    ],
)
def test_moment_without_a_zone_is_utc(
    aiwyn: Aiwyn, record_type: str, path: str, name: str, sent: str, shown_as: str, shown: str
) -> None:
    """A date is its first moment and a time without a zone is UTC, as conditions read them, so that a row's own
    `start_dt` can be written back; a zone that was sent stays (Engagement, Search engagements, read 2026-11; assumed).
    """
    written = aiwyn.upsert(record_type, {"n": 1}, name="Stock count", **{name: sent})

    assert "CREATED" == written["status"], written
    assert shown == aiwyn.one(f"{path}/{written['id']}")[shown_as]


def test_row_of_an_engagement_can_be_written_back(aiwyn: Aiwyn) -> None:
    """What a row shows is what a record takes (Engagement, Search engagements, read 2026-11; the link assumed)."""
    row = next(row for row in aiwyn.rows("engagements") if row["id"] == 8)
    written = {name: row[name] for name in ("name", "start_dt", "end_dt", "status", "client_id", "partner_staff_id")}
    ref = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/engagements/8").json()["systemRef"]

    (result,) = aiwyn.write("PUT", {"type": "Engagement", "systemRef": ref, "attributes": written})["records"]

    assert ("UPDATED", 8) == (result["status"], result["id"])
    (again,) = (row for row in aiwyn.rows("engagements") if row["id"] == 8)
    assert {**row, "updated_at": again["updated_at"]} == again


@pytest.mark.parametrize(
    "sent",
    [
        "2016-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2024-02-30",
        "2023-02-29T00:00:00",
        "2024-02-28T24:00:00Z",
        "2024-02-28T10:00:00+25:00",
        "20240228T100000Z",
        "2024-W09-3",
        "2024-02-28 10:00:00Z",
        "2024-02-28T10:00",
        "2024-02",
        "1709114400",
        "soon",
        "",
        1709114400,
    ],
)
def test_moment_that_no_calendar_has_fails_its_item(aiwyn: Aiwyn, sent: Json) -> None:
    """What cannot be compared later is not stored: neither a leap second nor the year 0 (Records; codes assumed)."""
    before = aiwyn.state()

    result = aiwyn.upsert("Wip", clientId=789, loggedDate=sent)

    assert ("FAILED", "VALIDATION_ERROR", "loggedDate") == (
        result["status"],
        result["error"]["code"],
        result["error"]["field"],
    )
    assert before == aiwyn.state()
