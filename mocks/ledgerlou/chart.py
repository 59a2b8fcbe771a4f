"""Accounts and tax codes as postings look them up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbooks import Call

from .errors import refuse

ACCOUNTS, TAX_CODES = "accounts", "tax-codes"
Document = dict[str, Any]  # any JSON

DEFAULTS: Mapping[str, Mapping[str, Any]] = {  # JSON
    ACCOUNTS: {"category": None, "report_group": None, "is_system": True, "is_active": True},
    TAX_CODES: {
        "description": None,
        "self_assess_account": None,
        "is_system": True,
        "is_active": True,
        "created_at": "2025-01-01T00:00:00Z",
    },
}
"""What stands in for a member that the control API did not write."""


def find_account(call: Call, number: str) -> Document | None:
    """The account of that number, active or not; None where there is none."""
    return call.collection(ACCOUNTS).find_one(number)


def active_account(call: Call, number: str) -> Document:
    """The account to post to.

    Raises:
        Invalid: ACCOUNT_NOT_FOUND, no such account or one that is not active.
    """
    found = find_account(call, number)
    if found is None or not is_active(found):
        raise refuse("ACCOUNT_NOT_FOUND", f"There is no active account {number}.", account=number)
    return found


def find_tax_code(call: Call, code: str) -> Document | None:
    """The tax code, small letters or not, active or not; None where there is none."""
    table = call.collection(TAX_CODES)
    found = table.find_one(code)
    if found is None:
        same = (each["code"] for each in table.scan() if each["code"].casefold() == code.casefold())
        found = next((table.read(each) for each in same), None)
    return found


def active_tax_code(call: Call, code: str) -> Document:
    """The tax code to post with.

    Raises:
        Invalid: INVALID_TAX_CODE, unknown or switched off.
    """
    found = find_tax_code(call, code)
    if found is None or not is_active(found):
        raise refuse("INVALID_TAX_CODE", f"There is no active tax code {code}.", tax_code=code)
    return found


def tax_accounts(call: Call) -> frozenset[str]:
    """The accounts that any tax code posts to."""
    named = ((each["vat_account"], each.get("self_assess_account")) for each in call.collection(TAX_CODES).scan())
    return frozenset(account for pair in named for account in pair if account)


def is_active(document: Mapping[str, Any]) -> bool:
    return bool(document.get("is_active", True))
