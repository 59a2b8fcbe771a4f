"""Aimsio: every operation with every status that it documents, every line of the closing list; nothing is left out."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest

from tests.vendors.aimsio import BASE, ENTITIES, GOOD, NOWHERE, Aimsio, Json
from tests.vendors.sources import modules_of
from tests.vendors.test_aimsio_access import OPERATIONS, ROWS

ERRORS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    415: "Unsupported Media Type",
    504: "Gateway Timeout",
}


def status(aimsio: Aimsio, method: str, path: str, body: Json = None, *, who: str = "admin") -> int:
    """The status of a call; a refusal has the vendor's words."""
    answer = aimsio.call(method, path, body, who=who)
    if answer.status_code >= 400:
        told = answer.json()
        assert (answer.status_code, ERRORS[answer.status_code]) == (told["status"], told["error"])
    return answer.status_code


@ROWS
def test_operation_answers_with_each_status_it_documents(
    aimsio: Aimsio, method: str, path: str, operation: str
) -> None:
    """Success, 400 and 415 of an import, 401 without and with an expired password, 403, 404 of a GET of one, 504; no
    refusal stores anything (Operations; 1.6; operations 1 to 31; A1, A2, A4)."""
    entity = next(each for each in ENTITIES.values() if path.split("/")[0] in (each.path, each.posts))
    body = {entity.records: [GOOD.get(entity.path, {})]} if method == "POST" else None
    called = path.split("/")[0] + (f"/{aimsio.guids(entity.path)[0]}" if "{" in path else "")
    before = aimsio.state()

    assert [401, 401, 403] == [status(aimsio, method, called, body, who=who) for who in ("", "expired", "viewer")]
    if method == "POST":
        assert 400 == status(aimsio, method, called, {"list": []})
        headers = {**aimsio.headers("admin"), "Content-Type": "text/plain"}
        assert 415 == aimsio.door.post(aimsio.address(called), content=b"x", headers=headers).status_code
    if "{" in path:
        assert 404 == status(aimsio, method, f"{entity.path}/{NOWHERE}")
    fail_once(aimsio, operation)
    assert 504 == status(aimsio, method, called, body)
    assert before == aimsio.state()
    assert 200 == status(aimsio, method, called, body)

    covered = aimsio.door.get(f"/@{aimsio.sandbox}/_sandbox/coverage").json()["aimsio"]["exercised"]
    (left,) = [each["missing"] for each in covered if (method, f"{BASE}/{path}") == (each["method"], each["path"])]
    assert [] == left


def fail_once(aimsio: Aimsio, operation: str) -> None:
    """Let the next call of an operation answer as if it had waited too long."""
    fault = {"match": {"vendor": "aimsio", "operation": operation}, "effect": {"status": 504}}
    assert 201 == aimsio.door.post(f"/@{aimsio.sandbox}/_sandbox/faults", json=fault).status_code


IMPORT = "imports.test_new_record_is_created_then_edited"
READ = "master.test_index_and_one"
LIST_BILL = "transactions.test_index_gives_type_guid_and_time"
ONE_BILL = "transactions.test_one_is_shown"

OWN = {
    1: "imports.test_documented_import_edits_the_documented_cost",
    2: "costs.test_index_gives_type_guid_and_time",
    3: "costs.test_documented_cost_is_shown_word_for_word",
    4: "jobs.test_clean_account_is_loaded_from_company_to_job",
    5: "jobs.test_job_is_shown_with_all_that_belongs_to_it",
    6: "jobs.test_index_leaves_out_deleted_jobs",
    7: f"{IMPORT} master.test_trade_is_a_labour_item",
    **dict.fromkeys((8, 9, 11, 12, 14, 15, 17, 18, 20, 21), READ),
    10: f"{IMPORT} master.test_type_of_an_item_by_uname_or_name",
    13: f"{IMPORT} master.test_price_items_are_known_by_their_billable_item",
    16: f"{IMPORT} master.test_vendor_of_a_cost_does_not_become_a_client",
    19: f"{IMPORT} master.test_unit_of_equipment",
    **dict.fromkeys((22, 25, 28, 30), LIST_BILL),
    **dict.fromkeys((23, 26, 29, 31), ONE_BILL),
    24: "transactions.test_status_of_an_invoice_is_changed",
    27: "transactions.test_status_of_a_timecard_is_changed",
}
"""Of each operation, by its row in the table of operations, the tests that are its own."""

CLOSING = {
    1: "access.test_call_without_credentials_is_refused access.test_wrong_credentials_are_refused",
    2: "access.test_user_without_api_permission_is_refused",
    3: "imports.test_documented_import_edits_the_documented_cost",
    4: "imports.test_documented_import_creates_where_the_cost_is_not_there",
    5: "costs.test_index_gives_type_guid_and_time",
    6: "costs.test_edit_moves_the_time_of_its_cost_alone",
    7: "costs.test_documented_cost_after_the_documented_import",
    8: "totals.test_markup_on_the_tax_changes_the_total_alone",
    9: "costs.test_read_only_members_are_ignored totals.test_total_follows_every_edit",
    10: "imports.test_mixed_list_is_counted_and_told_record_by_record",
    11: "costs.test_unknown_job_leaves_the_index_as_it_was",
    12: "references.test_reference_of_a_new_record_must_hold costs.test_wrong_value_is_refused_and_named",
    13: "references.test_reference_of_a_new_record_must_hold costs.test_any_company_but_a_client_sells",
    14: "imports.test_bad_property_of_an_edit_keeps_its_value",
    15: "imports.test_cost_is_known_by_each_of_its_keys imports.test_unknown_guid_is_not_imported",
    16: "costs.test_cost_to_reconcile_needs_external_id_and_order"
    " costs.test_edit_cannot_set_the_flag_without_what_it_needs",
    17: "children.test_invoice_is_imported_with_its_packing_slips children.test_children_stand_under_an_invoice_alone"
    " children.test_bad_child_refuses_a_new_parent",
    18: "costs.test_export_flag_alone_changes_nothing_else",
    19: "jobs.test_clean_account_is_loaded_from_company_to_job jobs.test_status_follows_the_assignee",
    20: "jobs.test_wrong_value_is_refused_and_named jobs.test_every_fault_of_a_job_is_told",
    21: "jobs.test_cost_appears_in_its_job_at_once jobs.test_records_inside_of_a_job_are_ignored",
    22: "master.test_trade_is_a_labour_item",
    23: "master.test_further_rate_needs_its_type",
    24: "transactions.test_nothing_is_created_and_no_wrong_status_taken"
    " transactions.test_status_of_an_invoice_is_changed transactions.test_status_of_a_timecard_is_changed",
    25: "throughput.test_eleventh_call_waits_its_turn throughput.test_sixty_first_call_times_out"
    " throughput.test_sequential_calls_are_never_held_up",
}
"""What an integrator will exercise, line by line, and the tests of this vendor that do."""

SOURCE = re.compile(r"\(.*(read 2026-11|\bA\d+|\b\d+(\.\d+)?\b).*\)\.\Z", re.DOTALL)
MODULES = modules_of("aimsio")


def find_test(name: str) -> str:
    """What a test says it tests."""
    module, _, function = name.partition(".")
    return inspect.getdoc(getattr(import_module(f"tests.vendors.test_aimsio_{module}"), function)) or ""


@pytest.mark.parametrize("row", range(1, len(OPERATIONS) + 1))
def test_operation_has_tests_of_its_own(row: int) -> None:
    """Each row of the table of operations has tests that name it (2; operations 1 to 31)."""
    for name in OWN[row].split():
        said = " ".join(find_test(name).split())
        named = re.search(r"operations? ((?:\d+(?:, | and )?)+)", said)
        assert named is not None, name
        assert str(row) in re.findall(r"\d+", named[1]), (name, said)


@pytest.mark.parametrize("line", range(1, 26))
def test_line_of_the_closing_list_is_tested(line: int) -> None:
    """Each line has tests that name it (12)."""
    for name in CLOSING[line].split():
        said = find_test(name)
        spans = [(int(first), int(last or first)) for first, last in re.findall(r"\b12\.(\d+)(?: to 12\.(\d+))?", said)]
        assert any(first <= line <= last for first, last in spans), (name, said)


@pytest.mark.parametrize("module", MODULES)
def test_every_test_names_its_source(module: str) -> None:
    """The vendor's page, a place of its facts, or what was assumed (12)."""
    tests = inspect.getmembers(import_module(f"tests.vendors.test_aimsio_{module}"), inspect.isfunction)

    silent = [
        name for name, test in tests if name.startswith("test_") and not SOURCE.search(inspect.getdoc(test) or "")
    ]

    assert [] == silent
