"""FinzBooks: lists are walked by a cursor that keeps its place."""

from __future__ import annotations

import base64
import json

import pytest

from tests.vendors.finzbooks import FinzBooks, Json, asking, failure, inner


def named(rows: list[Json]) -> list[str]:
    return [each["contact_name"] for each in rows]


def fill(books: FinzBooks, count: int, *, apart_s: float = 0) -> None:
    """Contacts C-001, C-002 and so on."""
    for number in range(1, count + 1):
        books.make("/contacts", {"contact_name": f"C-{number:03}"})
        if apart_s:
            books.advance(apart_s)


@pytest.mark.parametrize("apart_s", [0, 1])
def test_walk_meets_each_row_once(new_books: FinzBooks, apart_s: float) -> None:
    """120 contacts in pages of 50: 50, 50 and 20, the newest first, none twice; one that is added on the way does not
    appear (Pagination, read 2026-11; 3.2, 17.7; operation 2)."""
    fill(new_books, 120, apart_s=apart_s)
    pages: list[Json] = []
    path = "/contacts?per_page=50"
    for _ in range(3):
        pages.append(new_books.done("GET", path))
        new_books.make("/contacts", {"contact_name": f"Late {len(pages)}"})
        path = f"/contacts?per_page=50&cursor={pages[-1]['page_context']['next_cursor']}"

    assert [50, 50, 20] == [len(page["contacts"]) for page in pages]
    assert [True, True, False] == [page["page_context"]["has_more_page"] for page in pages]
    assert None is pages[2]["page_context"]["next_cursor"]
    assert {50} == {page["page_context"]["per_page"] for page in pages}
    walked = [name for page in pages for name in named(page["contacts"])]
    assert [f"C-{number:03}" for number in range(120, 0, -1)] == walked
    assert ["Late 3", "Late 2", "Late 1", "C-120"] == named(new_books.get("/contacts"))[:4]


def test_row_that_goes_away_disturbs_no_walk(new_books: FinzBooks) -> None:
    """The row that a cursor names may be deleted: the walk goes on after its place (Pagination, read 2026-11; 3.2)."""
    fill(new_books, 6)
    first = new_books.done("GET", "/contacts?per_page=2")
    for row in first["contacts"]:
        new_books.delete(f"/contacts/{row['contact_id']}")

    second = new_books.done("GET", f"/contacts?per_page=2&cursor={first['page_context']['next_cursor']}")

    assert ["C-006", "C-005"] == named(first["contacts"])
    assert ["C-004", "C-003"] == named(second["contacts"])


def test_page_sizes_at_their_bounds(new_books: FinzBooks) -> None:
    """1 and 200 are taken; a page that is just full is the last one (Pagination, read 2026-11; 3.2)."""
    fill(new_books, 3)

    one, exact, most = (new_books.done("GET", f"/contacts?per_page={size}") for size in (1, 3, 200))

    assert [1, 3, 3] == [len(each["contacts"]) for each in (one, exact, most)]
    assert [True, False, False] == [each["page_context"]["has_more_page"] for each in (one, exact, most)]


def test_cursor_is_signed(new_books: FinzBooks) -> None:
    """What it holds is opaque: a changed one, or one made by hand in the vendor's documented form, is refused
    (Pagination, read 2026-11; 3.2; A7)."""
    fill(new_books, 3)
    cursor = new_books.done("GET", "/contacts?per_page=1")["page_context"]["next_cursor"]
    row = new_books.get("/contacts")[1]
    made = json.dumps({"created_at": row["created_time"], "id": row["contact_id"]}).encode()

    for place in (0, len(cursor) // 2, len(cursor) - 2):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        failure(new_books.call("GET", f"/contacts?cursor={changed}"), 422, "validation.failed")
    by_hand = base64.urlsafe_b64encode(made).decode().rstrip("=")
    failure(new_books.call("GET", f"/contacts?cursor={by_hand}"), 422, "validation.failed")
    assert "C-002" == new_books.get("/contacts", per_page=1, cursor=cursor)[0]["contact_name"]


@pytest.mark.parametrize(
    "held",
    ["[1,2,3]", '"id"', '{"created_at":null,"id":"x","sig":1}', r'{"created_at":"","id":"\ud800","sig":"\ud800"}'],
)
def test_cursor_that_holds_anything_else_is_refused(new_books: FinzBooks, held: str) -> None:
    """Whatever JSON stands in it, even half a letter, it is none (Pagination, read 2026-11; 3.2; A7)."""
    cursor = base64.urlsafe_b64encode(held.encode()).decode()

    failure(new_books.call("GET", asking("/contacts", {"cursor": cursor})), 422, "validation.failed")


def test_cursor_is_for_its_list_alone(new_books: FinzBooks) -> None:
    """Of another list, another sandbox's or another organisation's, it is none (Pagination, read 2026-11; 3.2; A7)."""
    fill(new_books, 2)
    cursor = new_books.done("GET", "/contacts?per_page=1")["page_context"]["next_cursor"]

    failure(new_books.call("GET", f"/items?cursor={cursor}"), 422, "validation.failed")
    failure(new_books.call("GET", f"/contacts?cursor={cursor}", who="other-tenant"), 422, "validation.failed")


def test_filters_hold_on_every_page(new_books: FinzBooks) -> None:
    """A walk of a filtered list meets what the filter lets pass (Contacts; Pagination, read 2026-11; 3.2, 7.1;
    operation 2)."""
    for number in range(1, 8):
        kind = "VENDOR" if number % 2 else "CUSTOMER"
        new_books.make("/contacts", {"contact_name": f"C-{number}", "contact_type": kind})

    vendors = new_books.all("/contacts", per_page=2, contact_type="VENDOR")

    assert ["C-7", "C-5", "C-3", "C-1"] == named(vendors)


def test_times_that_are_equal_are_told_apart(new_books: FinzBooks) -> None:
    """Rows of the same moment come newest first as well, and a walk of single rows meets each
    (Pagination, read 2026-11; 3.2)."""
    fill(new_books, 5)

    assert ["C-005", "C-004", "C-003", "C-002", "C-001"] == named(new_books.all("/contacts", per_page=1))


@pytest.mark.parametrize("path", ["/taxes", "/accounts", "/journals", "/invoices", "/activity", "/payments"])
def test_every_list_is_walked_alike(books: FinzBooks, path: str) -> None:
    """Pages of three and one page of all show the same rows in the same order (Pagination, read 2026-11; 3.2)."""
    whole = inner(books.done("GET", f"{path}?per_page=200"))

    assert whole == books.all(path, per_page=3)[: len(whole)]
