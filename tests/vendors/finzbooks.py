"""One sandbox of FinzBooks, called by name of credential: what the tests of this vendor are written with.

Sources in the tests: names of the vendor's pages (developers.finzbooks.com/docs, read 2026-11), then numbers of the
notes on the vendor: `5.3` is a section, `17.10` a line of its closing list, `operation 20` a row of its index of
operations, `A5` something that the vendor does not document and that was assumed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.serving import Door

BASE = "/api/public/v1"
NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
"""14:30 in India, on the first day after two quarters of the financial year."""
TODAY = "2026-10-01"
EVER = "2030-03-31"
MAIN = "5f0c8a52-7d1e-4b0a-9c57-1f6d2e9b4a10"
SECOND = "a3e1d9b4-2c6f-4f8e-8b1d-6c2f7a5e9d21"
OTHER = "c9b7f014-58ad-4d3c-b2e6-0e8d1a7f3c32"
"""The organisation of most tokens, another one of the same user, and one of somebody else."""
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636, appendix B."""

Json = Any  # a JSON value
Legs = list[tuple[str, str, str]]  # account, debit, credit


def money(value: Json) -> Decimal:
    """An amount as it was answered, which has two decimals at most."""
    assert isinstance(value, int | float)
    assert not isinstance(value, bool)
    amount = Decimal(str(value))
    assert amount == round(amount, 2), value
    return amount


def widgets(quantity: float = 1, **more: Json) -> Json:
    """A line of the widget: 100 a piece, bought for 70, 18 percent."""
    return {"item_id": "it_widget", "quantity": quantity, **more}


def line(rate: float, tax_id: str = "tx_gst_18", quantity: float = 1, **more: Json) -> Json:
    """A line without an item."""
    return {"name": "Fitting", "quantity": quantity, "rate": rate, "tax_id": tax_id, **more}


DATED = {"date": "2026-09-20", "place_of_supply": "IN-MH", "line_items": [{"item_id": "it_widget", "quantity": 1}]}
GOOD: dict[str, dict[str, Json]] = {
    "/contacts": {"contact_name": "Sahyadri Pumps"},
    "/items": {"item_name": "Gasket"},
    "/invoices": {"customer_id": "ct_acme", **DATED},
    "/estimates": {"customer_id": "ct_acme", **DATED},
    "/sales_orders": {"customer_id": "ct_acme", **DATED},
    "/credit_notes": {"customer_id": "ct_acme", **DATED},
    "/bills": {"vendor_id": "ct_vendor", **DATED},
    "/purchase_orders": {"vendor_id": "ct_vendor", **DATED},
    "/debit_notes": {"vendor_id": "ct_vendor", **DATED},
    "/expenses": {
        "date": "2026-09-20",
        "account_id": "acc_office_rent",
        "paid_through_account_id": "acc_icici",
        "amount": 5000,
        "mode": "BANK",
    },
    "/payments": {
        "flow": "INCOMING",
        "contact_id": "ct_acme",
        "date": "2026-09-22",
        "amount": 100,
        "mode": "BANK_TRANSFER",
    },
    "/journals": {
        "date": "2026-10-01",
        "memo": "Depreciation of September",
        "lines": [
            {"account_id": "acc_depreciation_exp", "debit": 25000},
            {"account_id": "acc_accum_depn", "credit": 25000},
        ],
    },
}
"""A body for each create, with nothing in it that is not needed, but for modes."""


def failure(answer: httpx.Response, status: int, code: str, field: str | None = None) -> Json:
    """The body of a refusal, which is flat and has this status, code and field."""
    assert status == answer.status_code, answer.text
    told = answer.json()
    assert (code, field) == (told["code"], told.get("field")), answer.text
    assert set(told) <= {"code", "message", "field", "details", "request_id"}
    assert isinstance(told["message"], str)
    assert told["message"]
    return told


def inner(body: Json) -> Json:
    """What an envelope holds under the name of its object."""
    assert 0 == body["code"], body
    (name,) = set(body) - {"code", "message", "page_context"}
    return body[name]


class FinzBooks:
    """A sandbox. Calls are those of the token `full` unless `who` names another; each POST has a key of its own."""

    def __init__(
        self,
        door: Door,
        sandbox: str,
        profile: str = "demo",
        *,
        limits: str = "off",
        at: str | None = None,
        fork_of: str | None = None,
    ) -> None:
        self.door = door
        self.sandbox = sandbox
        asked: dict[str, Json] = {"name": sandbox, "limits": limits}
        asked |= {"profile": profile} if fork_of is None else {"fork_of": fork_of}
        if at is not None:
            asked["clock"] = {"now": at, "frozen": True}
        made = door.post("/_sandbox/sandboxes", json=asked)
        assert 201 == made.status_code, made.text
        self.credentials = {each["name"]: each for each in made.json()["credentials"]["finzbooks"]}
        self._keys = count(1)

    def close(self) -> None:
        """Remove the sandbox: with each that is left every call takes a little longer."""
        assert 204 == self.door.delete(f"/_sandbox/sandboxes/{self.sandbox}").status_code

    def headers(self, who: str = "full") -> dict[str, str]:
        return dict(self.credentials[who]["headers"]) if who else {}

    def value(self, name: str, who: str = "full") -> str:
        """A value of a credential: `client_id`, `organization_id` and so on."""
        return str(self.credentials[who]["values"][name])

    def address(self, path: str) -> str:
        root = "" if path.startswith("/oauth") else BASE
        return f"/@{self.sandbox}/finzbooks{root}{path}"

    def call(
        self,
        method: str,
        path: str,
        json: Json = None,
        *,
        who: str = "full",
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One call. `key` is that of idempotency: a fresh one for a POST unless named, none for None."""
        sent = self.headers(who)
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or f"test-{next(self._keys)}"
        if content is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        return self.door.call(method, self.address(path), json=json, content=content, headers=sent)

    def at_once(self, path: str, json: Json = None, **sent: Json) -> list[httpx.Response]:
        """Two POSTs with one key, of which the first takes its time; the lower status comes first.

        `sent` are headers and content in place of `json`.
        """
        self.control("POST", "/faults", {"match": {"vendor": "finzbooks"}, "effect": {"delay_ms": 30}, "times": 1})
        headers = {**self.headers(), "Idempotency-Key": f"test-{next(self._keys)}", **sent.pop("headers", {})}

        async def both() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=self.door.server)
            async with httpx.AsyncClient(transport=transport, base_url=self.door.address) as client:
                calls = [client.post(self.address(path), json=json, headers=headers, **sent) for _ in range(2)]
                return list(await asyncio.gather(*calls))

        return sorted(asyncio.run(both()), key=lambda each: each.status_code)

    def done(self, method: str, path: str, json: Json = None, *, who: str = "full", status: int = 200) -> Json:
        """The body of a call that succeeds."""
        answer = self.call(method, path, json, who=who)
        assert status == answer.status_code, answer.text
        return answer.json()

    def get(self, path: str, *, who: str = "full", **query: Json) -> Json:
        """The object or the list of one page."""
        return inner(self.done("GET", asking(path, query), who=who))

    def all(self, path: str, **query: Json) -> list[Json]:
        """Every row of a list, page by page."""
        rows: list[Json] = []
        asked: dict[str, Json] = {"per_page": 200, **query}
        while True:
            body = self.done("GET", asking(path, asked))
            rows += inner(body)
            if not body["page_context"]["has_more_page"]:
                return rows
            asked["cursor"] = body["page_context"]["next_cursor"]

    def make(self, path: str, json: Json, *, who: str = "full") -> Json:
        """What a create answers."""
        return inner(self.done("POST", path, json, who=who, status=201))

    def act(self, path: str, json: Json = None, *, who: str = "full") -> Json:
        """What an action on an object answers: the object."""
        return inner(self.done("POST", path, json, who=who))

    def put(self, path: str, json: Json, *, who: str = "full") -> Json:
        return inner(self.done("PUT", path, json, who=who))

    def delete(self, path: str, *, who: str = "full") -> None:
        body = self.done("DELETE", path, who=who)
        assert {"code", "message"} == set(body)
        assert "deleted" in body["message"]

    def refuse(
        self,
        refusal: tuple[int, str, str | None],
        method: str,
        path: str,
        json: Json = None,
        *,
        who: str = "full",
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Json:
        """The body of a call that is refused with status, code and field, and that stored nothing."""
        before = self.state()
        told = failure(
            self.call(method, path, json, who=who, key=key, headers=headers, content=content),
            *refusal,
        )
        assert [] == self.last()["changes"]
        assert before == self.state()
        return told

    # --- OAuth -----------------------------------------------------------------------------------------------------

    def authorize(self, scope: str = "AIBooks.invoices.READ", **changes: Json) -> httpx.Response:
        """A request for consent; a parameter that is None is left out."""
        asked = {
            "response_type": "code",
            "client_id": self.value("client_id"),
            "redirect_uri": self.value("redirect_uri"),
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "scope": scope,
            "state": "xyz 1",
            **changes,
        }
        query = {name: value for name, value in asked.items() if value is not None}
        return self.door.get(self.address(asking("/oauth/authorize", query)))

    def exchange(self, **changes: Json) -> httpx.Response:
        """A request for tokens with the client's own id and secret; a parameter that is None is left out."""
        form = {"client_id": self.value("client_id"), "client_secret": self.value("client_secret"), **changes}
        sent = {name: value for name, value in form.items() if value is not None}
        return self.door.post(self.address("/oauth/token"), data=sent)

    def code(self, scope: str = "AIBooks.invoices.READ", **changes: Json) -> str:
        """A code as the redirect brings it."""
        answer = self.authorize(scope, **changes)
        assert 302 == answer.status_code, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]

    def redeem(self, code: str, /, **changes: Json) -> httpx.Response:
        """A request for the tokens of a code."""
        form = {"grant_type": "authorization_code", "redirect_uri": self.value("redirect_uri")}
        return self.exchange(**{**form, "code": code, "code_verifier": VERIFIER, **changes})

    def granted(self, scope: str = "AIBooks.invoices.READ", **changes: Json) -> Json:
        """The tokens of a new consent, for the organisation of `full` unless told otherwise."""
        answer = self.redeem(self.code(scope, **{"organization_id": MAIN, **changes}))
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def bearing(self, token: str, method: str, path: str, json: Json = None, *, key: str | None = "") -> httpx.Response:
        """A call with this token."""
        return self.call(method, path, json, who="", key=key, headers={"Authorization": f"Bearer {token}"})

    # --- documents -------------------------------------------------------------------------------------------------

    def invoice(self, *lines: Json, approve: bool = False, **fields: Json) -> Json:
        """An invoice to ct_acme of two widgets, 236, unless told otherwise."""
        body = {
            "customer_id": "ct_acme",
            "date": "2026-09-20",
            "place_of_supply": "IN-MH",
            "line_items": list(lines) or [widgets(2)],
            "auto_approve": approve,
            **fields,
        }
        return self.make("/invoices", body)

    def bill(self, *lines: Json, approve: bool = False, **fields: Json) -> Json:
        """A bill of ct_vendor for ten widgets, 826, unless told otherwise."""
        body = {
            "vendor_id": "ct_vendor",
            "date": "2026-09-20",
            "place_of_supply": "IN-MH",
            "line_items": list(lines) or [widgets(10)],
            "auto_approve": approve,
            **fields,
        }
        return self.make("/bills", body)

    def expense(self, amount: float = 0, **fields: Json) -> Json:
        body = {
            "date": "2026-09-20",
            "account_id": "acc_office_rent",
            "paid_through_account_id": "acc_icici",
            "amount": amount,
            "mode": "BANK",
            **fields,
        }
        return self.make("/expenses", body)

    def receive(self, amount: float, invoice: Json = None, allocated: float | None = None, **fields: Json) -> Json:
        """A receipt of ct_acme, for an invoice if there is one."""
        return self._pay("INCOMING", "ct_acme", amount, ("invoice_id", invoice, allocated), fields)

    def pay(self, amount: float, bill: Json = None, allocated: float | None = None, **fields: Json) -> Json:
        """A payment to ct_vendor, for a bill if there is one."""
        return self._pay("OUTGOING", "ct_vendor", amount, ("bill_id", bill, allocated), fields)

    def _pay(
        self, flow: str, contact: str, amount: float, target: tuple[str, Json, float | None], fields: Json
    ) -> Json:
        name, document, allocated = target
        body = {"flow": flow, "contact_id": contact, "date": "2026-09-22", "amount": amount, "mode": "BANK_TRANSFER"}
        if document is not None:
            body["contact_id"] = document.get("customer_id") or document["vendor_id"]
            body["allocations"] = [{name: document[name], "amount": amount if allocated is None else allocated}]
        return self.make("/payments", {**body, **fields})

    def credit(self, *lines: Json, **fields: Json) -> Json:
        """A credit note to ct_acme for one widget, 118, unless told otherwise."""
        body = {"customer_id": "ct_acme", "date": "2026-09-25", "line_items": list(lines) or [widgets(1)], **fields}
        return self.make("/credit_notes", body)

    # --- books -----------------------------------------------------------------------------------------------------

    def report(self, name: str, **query: Json) -> Json:
        """A report, by the name of its route."""
        body = self.done("GET", asking(f"/reports/{name}", query))
        assert {"code", "message", name} == set(body)
        return body[name]

    def trial(self, as_of_date: str = EVER, **query: Json) -> dict[str, Decimal]:
        """Debit less credit of each account that has a balance; the sides are equal."""
        shown = self.report("trial_balance", as_of_date=as_of_date, **query)
        assert money(shown["total_debit"]) == money(shown["total_credit"])
        sides = [(row["account_id"], money(row["debit"]), money(row["credit"])) for row in shown["accounts"]]
        assert money(shown["total_debit"]) == sum(debit for _, debit, _ in sides)
        assert money(shown["total_credit"]) == sum(credit for _, _, credit in sides)
        return {account: debit - credit for account, debit, credit in sides}

    def moved(self, before: Mapping[str, Decimal]) -> dict[str, str]:
        """By how much accounts moved since a trial balance; debits are positive."""
        after = self.trial()
        moves = {name: after.get(name, Decimal()) - before.get(name, Decimal()) for name in {*before, *after}}
        return {name.removeprefix("acc_"): f"{move:.2f}" for name, move in moves.items() if move}

    def entries(self, source_id: str) -> list[Json]:
        """The journal entries of a document, the oldest first."""
        found = [each for each in self.all("/journals") if source_id == each["source_id"]]
        return found[::-1]

    def legs(self, source_id: str) -> Legs:
        """The lines of all entries of a document, sorted: account, debit, credit."""
        lines = [each for entry in self.entries(source_id) for each in entry["lines"]]
        return sorted((each["account_id"], f"{each['debit']:.2f}", f"{each['credit']:.2f}") for each in lines)

    # --- the sandbox -----------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, json: Json = None) -> Json:
        answer = self.door.call(method, f"/@{self.sandbox}/_sandbox{path}", json=json)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def state(self) -> Json:
        """How many documents each collection holds."""
        return self.control("GET", "/state/finzbooks")

    def last(self) -> Json:
        """What the journal of the sandbox says of the last call."""
        return self.control("GET", "/requests?limit=1")[0]

    def advance(self, seconds: float) -> None:
        self.control("PATCH", "/clock", {"advance_s": seconds})

    def set_clock(self, now: str) -> None:
        self.control("PATCH", "/clock", {"now": now})

    def switch(self, **switches: Json) -> None:
        """Change switches of the account."""
        settings = self.control("GET", "/state/finzbooks/settings/account")
        self.control("PUT", "/state/finzbooks/settings/account", {**settings, **switches})

    def fault(self, operation: str, **effect: Json) -> None:
        """Let the next call of an operation go wrong."""
        self.control("POST", "/faults", {"match": {"vendor": "finzbooks", "operation": operation}, "effect": effect})


def asking(path: str, query: Mapping[str, Json]) -> str:
    """The path with its query."""
    return f"{path}?{urlencode(query)}" if query else path
