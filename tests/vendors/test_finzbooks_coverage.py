"""FinzBooks: every operation of the index and every line of the closing list has tests that name it."""

from __future__ import annotations

import re

import pytest

from tests.vendors.sources import modules_of, rows_of, said_by
from tests.vendors.test_finzbooks_access import OPERATIONS

CLOSING = {
    1: "access.test_call_without_token_is_refused access.test_unknown_or_malformed_token_is_refused"
    " access.test_token_that_was_good_once_is_refused",
    2: "access.test_reading_token_may_not_write access.test_full_access_passes_everywhere"
    " access.test_scope_of_an_operation_is_needed_and_is_enough",
    3: "organisations.test_token_of_all_organisations_needs_one_for_each_call"
    " organisations.test_organisation_of_others_is_refused"
    " organisations.test_token_of_one_organisation_serves_no_other",
    4: "access.test_token_tells_what_it_is",
    5: "oauth.test_consent_leads_to_a_pair_of_tokens oauth.test_verifier_of_the_code_is_needed"
    " oauth.test_refresh_rotates oauth.test_replay_of_a_refresh_token_ends_its_family",
    6: "master.test_contact_needs_a_name_alone conventions.test_missing_member_is_named",
    7: "paging.test_walk_meets_each_row_once conventions.test_query_that_does_not_fit_is_unprocessable",
    8: "idempotency.test_money_needs_a_key",
    9: "idempotency.test_same_key_creates_once idempotency.test_refusal_is_kept_too"
    " idempotency.test_second_call_while_the_first_runs_is_refused",
    10: "invoices.test_invoice_is_a_draft_first gst.test_line_is_filled_from_its_item",
    11: "gst.test_place_of_supply_decides_the_split gst.test_only_the_tax_of_its_split_moves",
    12: "gst.test_tax_of_a_line",
    13: "conventions.test_state_that_is_none_is_told_as_documented gst.test_other_places_are_refused",
    14: "organisations.test_id_of_a_body_is_looked_up_before_anything_is_written"
    " organisations.test_organisations_do_not_see_each_other invoices.test_refused_invoice_takes_no_number",
    15: "invoices.test_numbers_follow_one_another invoices.test_number_that_was_taken_by_hand_is_passed_over",
    16: "invoices.test_approval_posts_once laws.test_ledger_follows_from_the_documents",
    17: "invoices.test_invoice_may_be_approved_as_it_is_made bills.test_bill_may_be_approved_as_it_is_made",
    18: "invoices.test_void_takes_an_invoice_back invoices.test_void_is_for_what_nobody_has_paid",
    19: "payments.test_receipt_settles_an_invoice_in_parts webhooks.test_each_step_is_announced",
    20: "payments.test_receipt_without_allocations_is_an_advance",
    21: "payments.test_tax_deducted_at_source_settles_too",
    22: "bills.test_bill_is_a_draft_first bills.test_approved_bill_is_owed bills.test_same_bill_is_refused",
    23: "expenses.test_expense_is_posted_as_it_is_made expenses.test_expense_of_several_lines"
    " expenses.test_amount_may_hold_the_tax",
    24: "expenses.test_expense_under_reverse_charge expenses.test_expense_with_blocked_credit",
    25: "notes.test_credit_note_posts_and_touches_no_invoice notes.test_applied_note_lowers_what_is_owed"
    " notes.test_note_is_not_applied_beyond_a_balance",
    26: "orders.test_estimate_becomes_a_sales_order orders.test_estimate_is_deleted_unless_converted"
    " orders.test_order_becomes_a_document",
    27: "journals.test_journal_is_posted_as_sent journals.test_journal_that_does_not_balance_is_refused"
    " journals.test_only_manual_journals_are_deleted",
    28: "bulk.test_bad_row_stops_no_other bulk.test_number_of_rows_is_limited"
    " webhooks.test_bulk_is_announced_row_by_row_and_as_a_whole",
    29: "webhooks.test_signature_is_that_of_the_vector webhooks.test_event_is_delivered_and_signed"
    " webhooks.test_failed_delivery_is_tried_again",
    30: "limits.test_every_answer_tells_what_is_left limits.test_call_beyond_the_limit_is_refused",
    31: "worked.test_trial_balance_of_the_month worked.test_profit_and_loss_of_the_month"
    " worked.test_balance_sheet_of_the_month worked.test_gstr_1_of_the_month worked.test_gstr_3b_of_the_month",
    32: "papers.test_document_is_printed papers.test_pdf_may_be_downloaded_and_styled"
    " papers.test_pdf_is_made_once_for_each_version",
    33: "papers.test_document_is_mailed papers.test_mail_that_cannot_be_sent_is_refused",
    34: "streams.test_schedule_runs_at_nine_in_india",
}
"""What an integrator will exercise, line by line, and the tests of this vendor that do."""

SOURCE = re.compile(r"\(.*(read 2026-11|\bA\d+|\b\d+(\.\d+)?\b).*\)\.\Z", re.DOTALL)
MODULES = modules_of("finzbooks")
TESTS = {name: said for module in MODULES for name, said in said_by("finzbooks", module).items()}
OWN = {row: sorted(name for name, said in TESTS.items() if row in rows_of(said)) for row in range(1, 128)}
"""Of each operation, by its row in the index, the tests that name it."""


@pytest.mark.parametrize("row", range(1, len(OPERATIONS) + 1), ids=[each[2] for each in OPERATIONS])
def test_operation_has_tests_of_its_own(row: int) -> None:
    """Each row of the index has a test that names it, beside those that hold for all (6; operations 1 to 127)."""
    general = {"coverage.test_operation_has_tests_of_its_own", "access.test_operations_are_those_of_the_index"}

    assert set(OWN[row]) - general


@pytest.mark.parametrize("line", range(1, 35))
def test_line_of_the_closing_list_is_tested(line: int) -> None:
    """Each line has tests that name it (17)."""
    for name in CLOSING[line].split():
        assert name in TESTS, name
        assert re.search(rf"\b17\.{line}\b", TESTS[name]), (name, TESTS[name])


def test_every_line_that_a_test_names_is_there() -> None:
    """No test names a line, a row or an assumption that the sheet does not have (6, 15, 17)."""
    for name, said in TESTS.items():
        assert {int(each) for each in re.findall(r"\b17\.(\d+)", said)} <= set(CLOSING), name
        assert rows_of(said) <= set(OWN), name
        assert {int(each) for each in re.findall(r"\bA(\d+)\b", said)} <= set(range(1, 35)), name


@pytest.mark.parametrize("module", MODULES)
def test_every_test_names_its_source(module: str) -> None:
    """The vendor's page, a place of its facts, or what was assumed (17)."""
    assert [] == [name for name, said in said_by("finzbooks", module).items() if not SOURCE.search(said)]
