"""The accounts that postings name, and what the types of accounts mean. Stores nothing and posts nothing."""

from __future__ import annotations

from collections.abc import Mapping

AR = "acc_ar"
AP = "acc_ap"
SALES = "acc_sales"
OTHER_INCOME = "acc_other_income"
PURCHASES = "acc_purchases"
OUTPUT: Mapping[str, str] = {kind: f"acc_output_{kind}" for kind in ("cgst", "sgst", "igst", "cess")}
INPUT: Mapping[str, str] = {kind: f"acc_input_{kind}" for kind in ("cgst", "sgst", "igst", "cess")}
RCM: Mapping[str, str] = {kind: f"acc_rcm_{kind}" for kind in ("cgst", "sgst", "igst")}
BANK_CHARGES = "acc_bank_charges"
TDS_RECEIVABLE = "acc_tds_receivable"
TDS_PAYABLE = "acc_tds_payable"
CUSTOMER_ADVANCES = "acc_customer_advances"
VENDOR_ADVANCES = "acc_vendor_advances"
RETAINED_EARNINGS = "acc_retained_earnings"

MONEY_TYPES = frozenset({"BANK", "CASH"})
ASSET_TYPES = (
    "BANK",
    "CASH",
    "ACCOUNTS_RECEIVABLE",
    "STOCK",
    "GST_ASSET",
    "TDS_ASSET",
    "OTHER_CURRENT_ASSET",
    "FIXED_ASSET",
)
LIABILITY_TYPES = (
    "ACCOUNTS_PAYABLE",
    "GST_LIABILITY",
    "TDS_LIABILITY",
    "OTHER_CURRENT_LIABILITY",
    "LONG_TERM_LIABILITY",
)
INCOME_TYPES = ("SALES", "INCOME", "OTHER_INCOME")
COST_TYPES = ("COST_OF_GOODS_SOLD", "EXPENSE", "OTHER_EXPENSE")
EQUITY_TYPES = ("EQUITY", "RETAINED_EARNINGS")
NATURAL_DEBIT = frozenset({*ASSET_TYPES, *COST_TYPES})
"""Types whose balance is shown positive when debits exceed credits; the others the other way round."""
