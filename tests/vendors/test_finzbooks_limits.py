"""FinzBooks: so many calls a minute for each token."""

from __future__ import annotations

from tests.serving import Door
from tests.vendors.finzbooks import FinzBooks, failure

RESET = 1790845260  # 2026-10-01T09:01:00Z


def limited(door: Door, name: str) -> FinzBooks:
    return FinzBooks(door, name, limits="on")


def test_every_answer_tells_what_is_left(finzbooks_door: Door) -> None:
    """Limit, what remains and when it begins again, on success and on refusal; partners have more
    (Rate limits, read 2026-11; 3.5, 17.30)."""
    books = limited(finzbooks_door, "limits-told")

    ok, missing, foreign = books.call("GET", "/taxes"), books.call("GET", "/taxes/x"), books.call("POST", "/contacts")
    partner = books.call("GET", "/taxes", who="partner")
    forbidden = books.call("POST", "/contacts", who="limited")

    told = [
        tuple(int(each.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))
        for each in (ok, missing, foreign, partner, forbidden)
    ]
    assert [(600, left, RESET) for left in (599, 598, 597)] == told[:3]
    assert (3000, 2999, RESET) == told[3]
    assert (600, 599, RESET) == told[4]


def test_calls_that_lead_nowhere_are_counted(finzbooks_door: Door) -> None:
    """An unknown path and a method that a path does not have tell what is left too, and count; without a known token
    nothing is told (Rate limits, read 2026-11; 3.4, 3.5)."""
    books = limited(finzbooks_door, "limits-astray")
    books.set_clock("2026-10-01T09:00:17Z")

    astray = [books.call("GET", "/nowhere"), books.call("DELETE", "/taxes"), books.call("GET", "/taxes")]
    unknown = books.door.get(books.address("/nowhere"), headers={"Authorization": "Bearer guessed"})
    nobody = books.door.get(books.address("/nowhere"))

    assert [(404, "599"), (405, "598"), (200, "597")] == [
        (each.status_code, each.headers["x-ratelimit-remaining"]) for each in astray
    ]
    for each in (unknown, nobody):
        assert 404 == each.status_code
        assert not [name for name in each.headers if name.startswith("x-ratelimit")]
    for _ in range(597):
        assert 404 == books.call("GET", "/nowhere").status_code
    failure(books.call("GET", "/nowhere"), 429, "rate_limit.exceeded")


def test_call_beyond_the_limit_is_refused(finzbooks_door: Door) -> None:
    """What remains goes from 599 to 0; the next is a 429 with the seconds to wait, and stores nothing; another token
    goes on, and so does this one in the next minute of the clock (Rate limits, read 2026-11; 3.5, 17.30)."""
    books = limited(finzbooks_door, "limits-full")
    books.set_clock("2026-10-01T09:00:17Z")
    headers = books.headers()

    left = [
        int(books.door.get(books.address("/taxes/tx_gst_18"), headers=headers).headers["x-ratelimit-remaining"])
        for _ in range(600)
    ]
    before = books.state()
    refused = books.call("POST", "/contacts", {"contact_name": "Acme"})

    assert list(range(599, -1, -1)) == left
    told = failure(refused, 429, "rate_limit.exceeded")
    assert {"code", "message"} <= set(told)
    assert "43" == refused.headers["retry-after"]
    assert ("600", "0", str(RESET)) == tuple(
        refused.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")
    )
    assert before == books.state()
    assert 200 == books.call("GET", "/taxes", who="partner").status_code
    assert 200 == books.call("GET", "/taxes", who="limited").status_code

    books.advance(42)
    assert 429 == books.call("GET", "/taxes").status_code
    books.advance(1)
    again = books.call("GET", "/taxes")
    assert (200, "599", str(RESET + 60)) == (
        again.status_code,
        again.headers["x-ratelimit-remaining"],
        again.headers["x-ratelimit-reset"],
    )
