"""Aiwyn: every operation of the description, each with every status that it documents; nothing is left out."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

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


CLOSING = {
    1: "tokens.test_key_is_exchanged_for_a_token",
    2: "tokens.test_unknown_key_is_refused",
    3: "coverage.test_operation_answers_with_each_status_it_documents tokens.test_no_or_garbled_token_is_refused",
    4: "tokens.test_exchanged_token_opens_the_door",
    5: "tokens.test_refused_role_stores_nothing",
    6: "records.test_batch_of_new_records_is_created_in_order",
    7: "many.test_batch_sent_twice_updates_each_of_its_records",
    8: "records.test_bad_item_fails_alone",
    9: "records.test_batch_holds_one_to_a_hundred_items",
    10: "records.test_update_reaches_only_what_exists",
    11: "records.test_update_and_inactivation_need_a_system_ref",
    12: "records.test_inactivated_record_stays_readable",
    13: "records.test_inactive_record_cannot_be_inactivated_or_updated",
    14: "records.test_upsert_revives_an_inactive_record",
    15: "types.test_new_custom_type_is_there_at_once",
    16: "types.test_taken_name_is_refused",
    17: "types.test_change_touches_only_what_was_sent",
    18: "types.test_deactivated_type_is_kept_and_can_be_revived records.test_record_of_an_inactive_type_fails",
    19: "many.test_list_gives_fifty_rows_and_search_one reads.test_list_is_alphabetical",
    20: "reads.test_pages_part_the_rows_without_overlap",
    21: "reads.test_paging_outside_its_bounds_is_refused",
    22: "reads.test_search_without_a_body_gives_one_row many.test_list_gives_fifty_rows_and_search_one",
    23: "search.test_documented_example_finds_what_it_says many.test_search_orders_by_several_keys",
    24: "search.test_condition_finds search.test_in_is_a_choice_of_equals"
    " search.test_search_that_means_nothing_is_refused",
    25: "reads.test_project_is_as_documented reads.test_one_object_needs_an_id_that_exists",
    26: "reads.test_list_is_narrowed_by_its_filters reads.test_filter_outside_its_values_is_refused"
    " reads.test_payment_shows_no_more_than_four_digits",
    27: "reads.test_list_is_narrowed_by_its_filters seeds.test_every_invoice_adds_up",
    28: "deliveries.test_subscriber_hears_of_each_record_that_was_created",
    29: "deliveries.test_inactive_subscription_hears_nothing",
    30: "coverage.test_other_tenant_sees_no_row_anywhere",
}
"""What an integrator will exercise, line by line, and the tests of this vendor that do."""

SOURCE = re.compile(r"\(.*(read 2026-11|assumed|the sandbox's own|RFC \d+).*\)\.?\Z", re.DOTALL)
MODULES = sorted(file.stem.removeprefix("test_aiwyn_") for file in Path(__file__).parent.glob("test_aiwyn_*.py"))


@pytest.mark.parametrize("line", range(1, 31))
def test_line_of_the_closing_list_is_tested(line: int) -> None:
    """Each line has tests, and they are there (the closing list, read 2026-11)."""
    for name in CLOSING[line].split():
        module, _, function = name.partition(".")
        assert callable(getattr(import_module(f"tests.vendors.test_aiwyn_{module}"), function))


@pytest.mark.parametrize("module", MODULES)
def test_every_test_names_its_source(module: str) -> None:
    """Where the vendor says so, or that it was assumed, or that it is a rule of the sandbox's own (the sandbox's own
    rule)."""
    tests = inspect.getmembers(import_module(f"tests.vendors.test_aiwyn_{module}"), inspect.isfunction)

    silent = [
        name for name, test in tests if name.startswith("test_") and not SOURCE.search(inspect.getdoc(test) or "")
    ]

    assert [] == silent
