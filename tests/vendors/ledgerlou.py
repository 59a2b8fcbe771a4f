"""One sandbox of LedgerLou, called by name of credential: what the tests of this vendor are written with.

Sources in the tests: names of the vendor's pages (docs.ledgerlou.de, read 2026-11), then numbers of the notes on
the vendor: `5.3` is a section, `10.10` a line of its closing list, `operation 5` a row of its index of operations,
`A12` something that the vendor does not document and that was assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.serving import Door

BASE = "/v1"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TODAY = "2026-12-01"
DAY = "2026-06-01"
NOBODY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
"""A UUID that nothing has."""

Json = Any  # a JSON value
Sides = dict[str, Decimal]  # debits less credits by account


def money(value: Json) -> Decimal:
    """An amount as it was answered, which has two decimals at most."""
    assert isinstance(value, int | float)
    assert not isinstance(value, bool)
    amount = Decimal(str(value))
    assert amount == round(amount, 2), value
    return amount


def debit(account: str, amount: float, tax_code: str | None = None) -> Json:
    """A line of a booking."""
    line = {"account_number": account, "debit": amount, "credit": 0}
    return line if tax_code is None else {**line, "tax_code": tax_code}


def credit(account: str, amount: float, tax_code: str | None = None) -> Json:
    line = {"account_number": account, "debit": 0, "credit": amount}
    return line if tax_code is None else {**line, "tax_code": tax_code}


OPENING = {
    "booking_date": "2026-01-01",
    "balances": [
        {"account_number": "0400", "account_name": "Technische Anlagen und Maschinen", "debit": 50000, "credit": 0},
        {"account_number": "1800", "account_name": "Bank", "debit": 10000, "credit": 0},
        {"account_number": "2900", "account_name": "Gezeichnetes Kapital", "debit": 0, "credit": 60000},
    ],
}
"""The vendor's sample of opening balances, with the account that makes it balance."""


def booking(*lines: Json, **fields: Json) -> Json:
    """The vendor's sample, or one of these lines."""
    sample = [
        {"account_number": "6815", "account_name": "Bürobedarf", "debit": 119, "credit": 0, "tax_code": "VST19"},
        {"account_number": "1200", "account_name": "Bank", "debit": 0, "credit": 119},
    ]
    return {
        "booking_date": DAY,
        "description": "Büromaterial Einkauf",
        "lines": list(lines) or sample,
        **fields,
    }


def failure(answer: httpx.Response, status: int, code: str) -> Json:
    """The body of a refusal, which is flat and has this status and code."""
    assert status == answer.status_code, answer.text
    told = answer.json()
    assert code == told["error"], answer.text
    assert set(told) <= {"error", "message", "details"}
    assert isinstance(told["message"], str)
    assert told["message"]
    if code == "INVALID_INPUT":
        assert told["details"]["issues"]
        assert all({"path", "message"} == set(issue) for issue in told["details"]["issues"])
    return told


class LedgerLou:
    """A sandbox. Calls are those of the key `admin` unless `who` names another."""

    def __init__(
        self, door: Door, sandbox: str, profile: str = "empty", *, at: str | None = None, fork_of: str | None = None
    ) -> None:
        self.door = door
        self.sandbox = sandbox
        asked: dict[str, Json] = {"name": sandbox}
        asked |= {"profile": profile} if fork_of is None else {"fork_of": fork_of}
        if at is not None:
            asked["clock"] = {"now": at, "frozen": True}
        made = door.post("/_sandbox/sandboxes", json=asked)
        assert 201 == made.status_code, made.text
        self.credentials = {each["name"]: each for each in made.json()["credentials"]["ledgerlou"]}

    def close(self) -> None:
        """Remove the sandbox: with each that is left every call takes a little longer."""
        assert 204 == self.door.delete(f"/_sandbox/sandboxes/{self.sandbox}").status_code

    def headers(self, who: str = "admin") -> dict[str, str]:
        return dict(self.credentials[who]["headers"]) if who else {}

    def address(self, path: str) -> str:
        return f"/@{self.sandbox}/ledgerlou{BASE}{path}"

    def call(
        self,
        method: str,
        path: str,
        json: Json = None,
        *,
        who: str = "admin",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One call; `content` is a raw body, JSON unless `headers` say otherwise."""
        sent = self.headers(who)
        if content is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        return self.door.call(method, self.address(path), json=json, content=content, headers=sent)

    def done(self, method: str, path: str, json: Json = None, *, who: str = "admin", status: int = 200) -> Json:
        """The body of a call that succeeds."""
        answer = self.call(method, path, json, who=who)
        assert status == answer.status_code, answer.text
        return answer.json()

    def get(self, path: str, *, who: str = "admin", **query: Json) -> Json:
        return self.done("GET", asking(path, query), who=who)

    def post(self, path: str, json: Json = None, *, who: str = "admin", status: int = 200) -> Json:
        return self.done("POST", path, json, who=who, status=status)

    def upload(
        self,
        path: str,
        name: str,
        content: bytes,
        media_type: str = "application/pdf",
        *,
        who: str = "admin",
        **fields: str,
    ) -> httpx.Response:
        """A file as the part `file` of a form, `fields` as parts beside it."""
        mark = b"----part-of-a-test"
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {media_type}\r\n\r\n'
        parts = [head.encode() + content]
        parts += [
            f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode() for field, value in fields.items()
        ]
        body = b"".join(b"--%s\r\n%s\r\n" % (mark, part) for part in parts) + b"--%s--\r\n" % mark
        form = {"Content-Type": f"multipart/form-data; boundary={mark.decode()}"}
        return self.call("POST", path, who=who, headers=form, content=body)

    def refuse(
        self,
        refusal: tuple[int, str],
        method: str,
        path: str,
        json: Json = None,
        *,
        who: str = "admin",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Json:
        """The body of a call that is refused with status and code, and that stored nothing."""
        before = self.state()
        told = failure(self.call(method, path, json, who=who, headers=headers, content=content), *refusal)
        assert [] == self.last()["changes"]
        assert before == self.state()
        return told

    # --- the journal -----------------------------------------------------------------------------------------------

    def book(self, *lines: Json, who: str = "admin", **fields: Json) -> str:
        """The id of a booking of 119 for office supplies on the day `DAY`, unless told otherwise."""
        body = {
            "booking_date": DAY,
            "description": "Büromaterial Einkauf",
            "lines": list(lines) or [debit("6815", 119, "VST19"), credit("1200", 119)],
            **fields,
        }
        return str(self.post("/bookings", body, who=who)["intent_id"])

    def pairs(self, intent_id: str) -> list[tuple[str, str, str]]:
        """The events of a posting by number: debit, credit, amount."""
        entries = self.get(f"/journal/{intent_id}")["entries"]
        return [(each["account_debit"], each["account_credit"], f"{money(each['amount']):.2f}") for each in entries]

    def reverse(self, intent_id: str, **fields: Json) -> str:
        """The id of the reversal of a posting."""
        return str(self.post("/journal/reverse", {"intent_id": intent_id, **fields})["reversal_intent_id"])

    def events(self) -> list[Json]:
        """The whole journal by number; debits equal credits, for each event is one of both."""
        return sorted(self.all("journal"), key=lambda event: int(event["journal_number"]))

    def balances(self) -> Sides:
        """Debits less credits of each account, summed up from the journal; without those of nothing."""
        sums: Sides = {}
        for event in self.events():
            for account, sign in ((event["account_debit"], 1), (event["account_credit"], -1)):
                sums[account] = sums.get(account, Decimal()) + sign * money(event["amount"])
        assert 0 == sum(sums.values())
        return {account: amount for account, amount in sums.items() if amount}

    def moved(self, before: Sides) -> dict[str, str]:
        """By how much accounts moved since `balances`; debits are positive."""
        after = self.balances()
        moves = {name: after.get(name, Decimal()) - before.get(name, Decimal()) for name in {*before, *after}}
        return {name: f"{move:.2f}" for name, move in moves.items() if move}

    # --- the sandbox -----------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, json: Json = None) -> Json:
        answer = self.door.call(method, f"/@{self.sandbox}/_sandbox{path}", json=json)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def state(self) -> Json:
        """How many documents each collection holds."""
        return self.control("GET", "/state/ledgerlou")

    def all(self, collection: str) -> list[Json]:
        """Every document of a collection, as it is stored."""
        found: list[Json] = []
        while page := self.control("GET", f"/state/ledgerlou/{collection}?limit=1000&offset={len(found)}"):
            found += page
        return found

    def stored(self, collection: str, id: str) -> Json:
        """A document as it is stored."""
        return self.control("GET", f"/state/ledgerlou/{collection}/{id}")

    def change(self, collection: str, id: str, **fields: Json) -> None:
        """Change members of a stored document, as only the control API can."""
        kept = self.stored(collection, id)
        self.control("PUT", f"/state/ledgerlou/{collection}/{id}", {**kept, **fields})

    def last(self) -> Json:
        """What the journal of the sandbox says of the last call."""
        return self.control("GET", "/requests?limit=1")[0]

    def advance(self, **time: float) -> None:
        """Move the clock: `hours`, `days`, `seconds`."""
        units = {"seconds": 1, "hours": 3600, "days": 86400}
        self.control("PATCH", "/clock", {"advance_s": sum(units[name] * count for name, count in time.items())})

    def set_clock(self, now: str) -> None:
        self.control("PATCH", "/clock", {"now": now})


def asking(path: str, query: Mapping[str, Json]) -> str:
    """The path with its query."""
    return f"{path}?{urlencode(query)}" if query else path
