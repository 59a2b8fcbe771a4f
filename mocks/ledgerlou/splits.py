"""From the lines of a booking to pairs of debit and credit: tax taken out, or worked out by the buyer himself.

Pure arithmetic; knows no state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .errors import refuse
from .money import ZERO, cents

HUNDRED = Decimal(100)
TaxCodes = Mapping[str, Mapping[str, Any]]  # by the code as a line names it; documents are JSON


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a booking, in euros. `name` is for the reader; with a `tax_code` the amount is gross."""

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    tax_code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What becomes one event."""

    debit: str
    credit: str
    amount: Decimal


def check_balance(lines: Sequence[Line]) -> None:
    """Debits and credits, as they were sent, are equal to the cent.

    Raises:
        Invalid: BALANCE_MISMATCH.
    """
    debit, credit = sum((line.debit for line in lines), ZERO), sum((line.credit for line in lines), ZERO)
    if debit != credit:
        message = f"Debits of {debit:.2f} and credits of {credit:.2f} differ by {abs(debit - credit):.2f}."
        raise refuse("BALANCE_MISMATCH", message, total_debit=float(debit), total_credit=float(credit))


def pair_all(lines: Sequence[Line], codes: TaxCodes) -> list[Pair]:
    """The pairs of balanced lines, those of tax that the buyer works out behind the others."""
    split = [part for line in lines for part in _split(line, codes)]
    return [*_matched(split), *(pair for line in lines if (pair := _self_assessed(line, codes)) is not None)]


def _split(line: Line, codes: TaxCodes) -> list[Line]:
    """Net and tax of a gross line, on its side; the line itself where it holds no tax."""
    code = codes[line.tax_code] if line.tax_code else None
    if code is None or code.get("self_assess_account"):
        return [line]
    gross = line.debit or line.credit
    net = cents(gross / (1 + Decimal(str(code["rate"])) / HUNDRED))
    return [_with(line, line.account, net), _with(line, str(code["vat_account"]), gross - net)]


def _with(line: Line, account: str, amount: Decimal) -> Line:
    return replace(line, account=account, debit=amount if line.debit else ZERO, credit=amount if line.credit else ZERO)


def _self_assessed(line: Line, codes: TaxCodes) -> Pair | None:
    """The extra pair of a line whose code has a second account: deducted and owed; the other way on the credit side."""
    code = codes[line.tax_code] if line.tax_code else None
    if code is None or not code.get("self_assess_account"):
        return None
    tax = cents((line.debit or line.credit) * Decimal(str(code["rate"])) / HUNDRED)
    deducted, owed = str(code["vat_account"]), str(code["self_assess_account"])
    if not tax:
        return None
    return Pair(deducted, owed, tax) if line.debit else Pair(owed, deducted, tax)


def _matched(lines: Sequence[Line]) -> list[Pair]:
    """In order, the first debit that is open with the first such credit, for what is left of the smaller one."""
    debits = iter([(line.account, line.debit) for line in lines if line.debit])
    pairs: list[Pair] = []
    debited, left = "", ZERO
    for line in lines:
        wanted = line.credit
        while wanted:
            if not left:
                debited, left = next(debits)
            amount = min(left, wanted)
            pairs.append(Pair(debited, line.account, amount))
            wanted, left = wanted - amount, left - amount
    return pairs
