"""What is only read: taxes, accounts, branches, bank accounts, cost centres, currencies and exchange rates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sandbooks import Call, Reply

from . import ledger, paging, records
from .chart import MONEY_TYPES
from .collections import DEFAULTS
from .errors import Json
from .money import ZERO, out
from .records import Document, pick

TAX = ("tax_id", "name", "shape", "cgst", "sgst", "igst", "cess")
ACCOUNT = (
    "account_id",
    "code",
    "name",
    "account_type",
    "parent_id",
    "description",
    "current_balance",
    "currency_code",
    "is_active",
    "is_system",
)
BANK_ACCOUNT = ("account_id", "code", "name", "account_type", "currency_code", "current_balance", "is_active")
BRANCH = ("branch_id", "code", "name", "gstin", "state", "city", "is_default", "invoice_prefix", "bill_prefix")
COST_CENTER = ("cost_center_id", "name", "is_active")
CURRENCY = ("currency_code", "name", "symbol", "is_base", "is_active")
EXCHANGE_RATE = ("exchange_rate_id", "from_currency", "to_currency", "rate", "rate_date", "source")

_Nets = Mapping[str, Decimal]


def list_taxes(call: Call) -> Reply:
    """The taxes by id: they have no moment to be sorted by."""
    return paging.page(call, "taxes", "taxes", lambda tax: pick(tax, TAX), order="tax_id")


def get_tax(call: Call) -> Reply:
    """One tax, with the rates of both kinds of supply."""
    tax = records.fetch(call, "taxes", call.path["tax_id"], field="tax_id")
    return records.single("tax", pick(tax, TAX))


def list_accounts(call: Call) -> Reply:
    """The active accounts by code, each with its balance: one pass over the ledger for all of them."""
    nets = _nets(call)
    return paging.page(
        call,
        "accounts",
        "accounts",
        lambda account: _account(account, nets, ACCOUNT),
        filters={"account_type": call.query.get("account_type")},
        predicate=_is_active,
        order="code",
    )


def get_account(call: Call) -> Reply:
    """One account, active or not, with its balance as of now."""
    account = records.fetch(call, "accounts", call.path["account_id"], field="account_id")
    return records.single("account", _account(account, _nets(call), ACCOUNT))


def list_bank_accounts(call: Call) -> Reply:
    """Accounts that hold money, with their balances; cash and inactive ones as the query says."""
    nets = _nets(call)
    types = MONEY_TYPES if call.query["include_cash"] else frozenset({"BANK"})
    active_only = call.query["active_only"]
    return paging.whole(
        call,
        "accounts",
        "bank_accounts",
        lambda account: _account(account, nets, BANK_ACCOUNT),
        predicate=lambda account: account["account_type"] in types and (not active_only or _is_active(account)),
    )


def list_branches(call: Call) -> Reply:
    """The branches; those that are closed as the query says."""
    active_only = call.query["active_only"]
    return paging.whole(
        call,
        "branches",
        "branches",
        lambda branch: pick(branch, BRANCH),
        predicate=lambda branch: not active_only or _is_active(branch),
    )


def get_branch(call: Call) -> Reply:
    """One branch, with its state and prefixes."""
    branch = records.fetch(call, "branches", call.path["branch_id"], field="branch_id")
    return records.single("branch", pick(branch, BRANCH))


def list_cost_centers(call: Call) -> Reply:
    """The cost centres in use."""
    return paging.whole(
        call, "cost_centers", "cost_centers", lambda center: pick(center, COST_CENTER), predicate=_is_active
    )


def list_currencies(call: Call) -> Reply:
    """The currencies in use."""
    return paging.whole(
        call, "currencies", "currencies", lambda currency: pick(currency, CURRENCY), predicate=_is_active
    )


def list_exchange_rates(call: Call) -> Reply:
    """Daily rates, the newest first, as many as the query's `limit`."""
    return paging.whole(
        call,
        "exchange_rates",
        "exchange_rates",
        lambda rate: pick(rate, EXCHANGE_RATE),
        filters={name: call.query.get(name) for name in ("from_currency", "to_currency")},
        limit=call.query["limit"],
    )


def _is_active(document: Mapping[str, Json]) -> bool:
    return bool(document.get("is_active", True))


def _nets(call: Call) -> _Nets:
    return ledger.net_by_account(call, lambda entry: True)[0]


def _account(account: Mapping[str, Json], nets: _Nets, names: tuple[str, ...]) -> Document:
    """An account with its balance, positive on its natural side."""
    balance = ledger.natural(account["account_type"], nets.get(account["account_id"], ZERO))
    return pick({**DEFAULTS["accounts"], **account, "current_balance": out(balance)}, names)


HANDLERS = {
    "listTaxes": list_taxes,
    "getTax": get_tax,
    "listAccounts": list_accounts,
    "getAccount": get_account,
    "listBankAccounts": list_bank_accounts,
    "listBranches": list_branches,
    "getBranch": get_branch,
    "listCostCenters": list_cost_centers,
    "listCurrencies": list_currencies,
    "listExchangeRates": list_exchange_rates,
}
