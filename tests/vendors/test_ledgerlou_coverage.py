"""LedgerLou: every operation of the index and every line of the closing list has tests that name it."""

from __future__ import annotations

import re

import pytest

from tests.vendors.ledgerlou import LedgerLou
from tests.vendors.sources import modules_of, rows_of, said_by
from tests.vendors.test_ledgerlou_access import OPERATIONS

CLOSING = {
    1: "access.test_reading_key_makes_no_account access.test_call_without_token_is_refused"
    " access.test_scope_of_an_operation_is_needed",
    2: "accounts.test_chart_is_listed_by_number",
    3: "accounts.test_account_of_ones_own_is_added_once accounts.test_account_that_does_not_fit_is_refused",
    4: "accounts.test_accounts_are_found_by_number_and_name",
    5: "bookings.test_sample_is_split_into_net_and_tax",
    6: "bookings.test_booking_that_does_not_fit_is_refused",
    7: "bookings.test_booking_that_does_not_fit_is_refused",
    8: "bookings.test_same_booking_is_suspected",
    9: "bookings.test_reference_and_metadata_stay_with_every_event bookings.test_metadata_beyond_its_limits_is_refused",
    10: "bookings.test_self_assessed_tax_is_a_pair_of_its_own",
    11: "journal.test_posting_is_shown_as_an_auditor_reads_it",
    12: "journal.test_reversal_mirrors_every_event_today",
    13: "periods.test_reversal_goes_where_it_may journal.test_nothing_is_posted_into_a_locked_period",
    14: "bookings.test_opening_balances_stand_against_9000 bookings.test_opening_balances_that_do_not_fit_are_refused",
    15: "documents.test_same_content_again_is_the_same_document documents.test_first_bytes_have_to_fit_the_type"
    " documents.test_empty_file_is_refused documents.test_more_than_ten_megabytes_are_refused"
    " documents.test_document_comes_back_byte_for_byte",
    16: "periods.test_soft_locked_month_takes_no_postings",
    17: "periods.test_lock_takes_two_people",
    18: "periods.test_request_is_taken_back periods.test_request_lives_two_days",
    19: "periods.test_adjustment_period_outlives_its_month",
    20: "banklines.test_a_bank_account_is_tied_to_an_asset_account"
    " banklines.test_a_second_bank_account_that_does_not_fit_is_refused"
    " banklines.test_a_bank_account_takes_a_new_name_and_nothing_else",
    21: "banklines.test_rows_are_counted_one_by_one banklines.test_rows_of_a_wrong_shape_refuse_the_whole_call",
    22: "banklines.test_a_line_over_nothing_is_dismissed",
    23: "banklines.test_evidence_that_proves_nothing_is_refused"
    " banklines.test_evidence_is_set_anew_and_leaves_the_line",
    24: "parties.test_same_party_is_refused parties.test_party_is_changed parties.test_party_is_switched_off"
    " parties.test_vendor_who_was_paid_is_switched_off",
    25: "invoices.test_invoice_is_a_draft_until_it_is_booked invoices.test_status_follows_from_the_journal"
    " invoices.test_number_is_taken_once_by_each_party",
    26: "reconcile.test_a_payable_is_paid_in_parts reconcile.test_a_match_and_its_opposite_leave_what_was_there"
    " invoices.test_status_follows_from_the_journal",
    27: "reconcile.test_pairs_are_matched_one_by_one",
    28: "groups.test_two_lines_pay_an_invoice_less_a_fee groups.test_a_group_that_does_not_fit_together_is_refused"
    " groups.test_one_member_takes_the_group_along",
    29: "runs.test_run_needs_account_invoices_and_ibans runs.test_run_keeps_what_remains_as_texts"
    " runs.test_no_step_is_skipped_or_taken_back runs.test_sums_and_counts_agree runs.test_run_goes_its_way",
    30: "invoices.test_credit_note_is_taken_off",
    31: "accounts.test_tax_code_of_ones_own_is_added_once accounts.test_tax_code_that_does_not_fit_is_refused"
    " accounts.test_tax_code_is_switched_off_and_on",
    32: "inbox.test_what_is_pending_is_listed inbox.test_an_entry_is_dealt_with_once inbox.test_the_address_stays"
    " reviews.test_a_case_without_a_vendor_is_mended reviews.test_approving_books_and_stores_the_invoice"
    " reviews.test_final_cases_stay",
    33: "reports.test_profit_and_loss_of_the_year reports.test_balance_sheet_balances_with_the_result"
    " reports.test_totals_and_balances_are_those_of_the_journal reports.test_report_that_is_none_is_refused"
    " datev.test_file_begins_as_the_format_asks datev.test_event_is_a_row datev.test_export_holds_the_whole_journal",
}
"""What an integrator will exercise, line by line, and the tests of this vendor that do."""

SOURCE = re.compile(r"\(.*(read 2026-11|\bA\d+|\b\d+(\.\d+)?\b|the sandbox's own).*\)\.\Z", re.DOTALL)
MODULES = modules_of("ledgerlou")
TESTS = {name: said for module in MODULES for name, said in said_by("ledgerlou", module).items()}
OWN = {row: sorted(name for name, said in TESTS.items() if row in rows_of(said)) for row in range(1, 89)}
"""Of each operation, by its row in the index, the tests that name it."""

GENERAL = {"coverage.test_operation_has_tests_of_its_own", "journal.test_journal_is_read_and_written_by_scope"}
"""Tests that name many operations at once."""


@pytest.mark.parametrize("row", range(1, len(OPERATIONS) + 1), ids=[each[2] for each in OPERATIONS])
def test_operation_has_tests_of_its_own(row: int) -> None:
    """Each row of the index has a test that names it, beside those that hold for all (4; operations 1 to 88)."""
    assert set(OWN[row]) - GENERAL


@pytest.mark.parametrize("line", range(1, 34))
def test_line_of_the_closing_list_is_tested(line: int) -> None:
    """Each line has tests that name it (10)."""
    for name in CLOSING[line].split():
        assert name in TESTS, name
        assert re.search(rf"\b10\.{line}\b", TESTS[name]), (name, TESTS[name])


def test_every_line_that_a_test_names_is_there() -> None:
    """No test names a line, a row or an assumption that the sheet does not have (4, 9, 10)."""
    for name, said in TESTS.items():
        assert {int(each) for each in re.findall(r"\b10\.(\d+)", said)} <= set(CLOSING), name
        assert rows_of(said) <= set(OWN), name
        assert {int(each) for each in re.findall(r"\bA(\d+)\b", said)} <= set(range(71)), name


@pytest.mark.parametrize("module", MODULES)
def test_every_test_names_its_source(module: str) -> None:
    """The vendor's page, a place of its facts, or what was assumed (10)."""
    assert [] == [name for name, said in said_by("ledgerlou", module).items() if not SOURCE.search(said)]


def test_every_operation_is_coded(lou: LedgerLou) -> None:
    """None is answered from its schema alone (4, 4.10)."""
    listed = lou.door.get("/_sandbox/vendors/ledgerlou/operations").json()

    assert [] == [each["operation"] for each in listed if each["behaviour"] != "coded"]
    assert 91 == len(listed)
