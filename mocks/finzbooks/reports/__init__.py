"""The 14 reports: computed from the entries of the ledger and from the documents whenever they are asked for.

All are in rupees, of one branch or of all. `aging` (of both sides), `open_items`, `registers` and `supplies` read the
documents, `statements`, `cash` and `books` the entries; that both agree is the law of the books.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbooks import Call, Reply

from . import aging
from .books import get_day_book, get_ledger
from .cash import get_cash_flow
from .gstr1 import get_gstr1
from .gstr3b import get_gstr3b
from .registers import get_purchase_register, get_sales_register
from .statements import get_balance_sheet, get_profit_and_loss, get_trial_balance

HANDLERS: dict[str, Callable[[Call], Reply]] = {
    "getTrialBalanceReport": get_trial_balance,
    "getProfitAndLossReport": get_profit_and_loss,
    "getBalanceSheetReport": get_balance_sheet,
    "getCashFlowReport": get_cash_flow,
    **aging.HANDLERS,
    "getSalesRegisterReport": get_sales_register,
    "getPurchaseRegisterReport": get_purchase_register,
    "getDayBookReport": get_day_book,
    "getLedgerReport": get_ledger,
    "getGstr1Report": get_gstr1,
    "getGstr3bReport": get_gstr3b,
}
