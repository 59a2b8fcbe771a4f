"""Aiwyn: every operation of the description, each with every status that it documents; nothing is left out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.serving import Door
from tests.vendors.aiwyn import CUSTOM, READ, RECORDS, SUBSCRIPTIONS, Aiwyn, Json
from tests.vendors.test_aiwyn_reads import LISTS, RESOURCES, SEARCHES, SINGLES
from tests.vendors.test_aiwyn_tokens import EXCHANGE

UNKNOWN = 999999


@dataclass(frozen=True)
class Act:
    """A call that succeeds with `status`; `bad` is a path or body that is refused with 400, `unknown` a path with 404.

    `outsider` is a credential whose roles do not allow it.
    """

    method: str
    path: str
    body: Json = None
    status: int = 200
    bad: Json = None
    unknown: str = ""
    outsider: str = "records-reader"

    def sent(self, aiwyn: Aiwyn, change: Json = None, *, who: str = "admin") -> int:
        """The status of the call, with another path (a text) or another body in place of its own."""
        path = change if isinstance(change, str) else self.path
        body = self.body if change is None or isinstance(change, str) else change
        answer = aiwyn.call(self.method, path, body, who=who)
        if answer.status_code >= 400:
            assert {"data", "error", "meta"} == set(answer.json())
            assert CODES[answer.status_code] == answer.json()["error"]["code"]
        return answer.status_code


CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    500: "INTERNAL_ERROR",
}
OFFICE = {"records": [{"type": "Office", "systemRef": {"o": 1}, "attributes": {"name": "Appleton"}}]}
TYPE = {"name": "asset_tag", "fields": [{"name": "tag", "type": "string"}]}
LETTER = f"{CUSTOM}/engagement_letter"
HOOK = {"entityType": "Client", "operations": ["CREATE"], "url": "https://hooks.example.com/1"}
NO_ROLE = "user"


def single(path: str, id: int) -> Act:
    return Act("GET", f"{path}/{id}", bad=f"{path}/0", unknown=f"{path}/{UNKNOWN}")


READS = {
    **{f"POST /{path}": Act("POST", f"/{path}", {}, bad={"pageSize": 0}) for path, _ in LISTS},
    **{f"POST /{path}": Act("POST", f"/{path}", {}, bad={"where": 5}) for path, _ in SEARCHES},
    **{f"GET /{path}/{{id}}": single(f"/{path}", id) for path, id in SINGLES},
}

ACTS = {
    **{
        operation.replace(" ", f" {prefix}"): Act(
            act.method,
            prefix + act.path,
            act.body,
            bad=prefix + act.bad if isinstance(act.bad, str) else act.bad,
            unknown=act.unknown and prefix + act.unknown,
        )
        for prefix in (READ, "/v1")
        for operation, act in READS.items()
    },
    f"POST {EXCHANGE}": Act("POST", EXCHANGE, {"jwtApiKey": "aiwyn-admin-key"}, bad={}, outsider=""),
    f"POST {RECORDS}": Act("POST", RECORDS, OFFICE, bad={"records": []}, outsider=NO_ROLE),
    f"PUT {RECORDS}": Act("PUT", RECORDS, OFFICE, bad={"records": []}, outsider=NO_ROLE),
    f"DELETE {RECORDS}": Act("DELETE", RECORDS, OFFICE, bad={"records": []}, outsider=NO_ROLE),
    f"GET {RECORDS}/types": Act("GET", f"{RECORDS}/types", outsider=NO_ROLE),
    f"GET {RECORDS}/schema/{{type}}": Act(
        "GET", f"{RECORDS}/schema/Client", unknown=f"{RECORDS}/schema/Nothing", outsider=NO_ROLE
    ),
    f"GET {CUSTOM}": Act("GET", CUSTOM, outsider=NO_ROLE),
    f"POST {CUSTOM}": Act("POST", CUSTOM, TYPE, status=201, bad={**TYPE, "fields": []}, outsider=NO_ROLE),
    f"GET {CUSTOM}/{{name}}": Act("GET", LETTER, unknown=f"{CUSTOM}/nothing", outsider=NO_ROLE),
    f"PUT {CUSTOM}/{{name}}": Act(
        "PUT", LETTER, {"displayName": "X"}, bad={"fields": []}, unknown=f"{CUSTOM}/nothing", outsider=NO_ROLE
    ),
    f"DELETE {CUSTOM}/{{name}}": Act("DELETE", LETTER, unknown=f"{CUSTOM}/nothing", outsider=NO_ROLE),
    f"GET {SUBSCRIPTIONS}/catalog": Act("GET", f"{SUBSCRIPTIONS}/catalog"),
    f"GET {SUBSCRIPTIONS}": Act("GET", SUBSCRIPTIONS),
    f"POST {SUBSCRIPTIONS}": Act("POST", SUBSCRIPTIONS, HOOK, status=201, bad={**HOOK, "operations": []}),
    f"GET {SUBSCRIPTIONS}/{{id}}": single(SUBSCRIPTIONS, 1),
    f"PUT {SUBSCRIPTIONS}/{{id}}": Act(
        "PUT", f"{SUBSCRIPTIONS}/1", {"name": "X"}, bad={"url": "/x"}, unknown=f"{SUBSCRIPTIONS}/{UNKNOWN}"
    ),
    f"DELETE {SUBSCRIPTIONS}/{{id}}": Act(
        "DELETE", f"{SUBSCRIPTIONS}/1", bad=f"{SUBSCRIPTIONS}/x", unknown=f"{SUBSCRIPTIONS}/{UNKNOWN}"
    ),
    f"GET {SUBSCRIPTIONS}/{{id}}/secret": Act(
        "GET", f"{SUBSCRIPTIONS}/1/secret", bad=f"{SUBSCRIPTIONS}/x/secret", unknown=f"{SUBSCRIPTIONS}/{UNKNOWN}/secret"
    ),
    "GET /api/v1/files/{id}": single("/api/v1/files", 1),
}
"""One good call for each operation, by method and template of its path."""

NEVER = {
    f"PUT {RECORDS}": ["404"],
    f"DELETE {RECORDS}": ["404"],
    f"GET {RECORDS}/schema/{{type}}": ["400"],
    f"GET {CUSTOM}/{{name}}": ["400"],
    f"DELETE {CUSTOM}/{{name}}": ["400"],
}
"""Documented statuses that nothing leads to: an unknown record fails its item, and every name is a text."""


def test_table_of_calls_is_complete(aiwyn_door: Door) -> None:
    """No operation of the description is without its call below (the index of operations, read 2026-11)."""
    listed = aiwyn_door.get("/_sandbox/vendors/aiwyn/operations").json()

    assert {f"{each['method']} {each['path']}" for each in listed} == set(ACTS)


@pytest.mark.parametrize("operation", ACTS)
def test_operation_answers_with_each_status_it_documents(aiwyn: Aiwyn, operation: str) -> None:
    """Success, 400, 401 without and with an expired token, 403, 404 and 500, each in the vendor's words; no refusal
    stores anything (every operation's table of responses, read 2026-11; causes assumed)."""
    act = ACTS[operation]
    if operation != f"POST {SUBSCRIPTIONS}":
        assert 201 == aiwyn.post(SUBSCRIPTIONS, HOOK).status_code
    aiwyn.upsert("Office", {"o": 1}, name="Menasha")
    before = everything(aiwyn)

    if act.outsider:
        assert [401, 401, 403] == [act.sent(aiwyn, who=who) for who in ("", "expired", act.outsider)]
    else:
        assert 401 == act.sent(aiwyn, {"jwtApiKey": "aiwyn-nobody-key"})
    assert act.bad is None or 400 == act.sent(aiwyn, act.bad)
    assert not act.unknown or 404 == act.sent(aiwyn, act.unknown)
    fail_once(aiwyn, operation)
    assert 500 == act.sent(aiwyn)
    assert before == everything(aiwyn)
    assert act.status == act.sent(aiwyn)

    covered = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/coverage").json()["aiwyn"]["exercised"]
    (left,) = [each["missing"] for each in covered if f"{each['method']} {each['path']}" == operation]
    assert NEVER.get(operation, []) == left


@pytest.mark.parametrize(("plural", "key", "search", "one", "id"), RESOURCES)
def test_other_tenant_sees_no_row_anywhere(aiwyn: Aiwyn, plural: str, key: str, search: str, one: str, id: int) -> None:
    """Lists and searches are empty and single objects unknown, whatever the first tenant has
    (Authentication, read 2026-11; the closing list, line 30)."""
    for path in (plural, search):
        if path:
            answer = aiwyn.post(f"{READ}/{path}", {"pageSize": 1000}, who="other-tenant")
            assert (200, [], 0) == (
                answer.status_code,
                answer.json()[key],
                answer.json()["total"]["aggregate"]["count"],
            )
    if one:
        assert 404 == aiwyn.get(f"{READ}/{one}/{id}", who="other-tenant").status_code
        assert 200 == aiwyn.get(f"{READ}/{one}/{id}").status_code


def everything(aiwyn: Aiwyn) -> Json:
    """Every document of every collection, as it is stored."""
    state = f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn"
    return {name: aiwyn.door.get(f"{state}/{name}?limit=1000").json() for name in aiwyn.state()}


def fail_once(aiwyn: Aiwyn, operation: str) -> None:
    """Let the next call of an operation answer 500."""
    method, _, path = operation.partition(" ")
    fault = {"match": {"vendor": "aiwyn", "method": method, "path": path}, "effect": {"status": 500}}
    assert 201 == aiwyn.door.post(f"/@{aiwyn.sandbox}/_sandbox/faults", json=fault).status_code
