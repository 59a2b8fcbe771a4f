"""What the text of an invoice says: labels in German and English, one to a line, and the lines of what was sold.

A pure function of the text; what it does not find it leaves out. Knows no document and no ledger.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from .money import out

MOST_LINES, LONGEST_LINE = 1000, 300
MOST = Decimal(10) ** 12
EURO = "EUR"

Document = dict[str, Any]  # any JSON

_GROUPED = r"\d{1,3}(?:[.,']\d{3})+"
_NUMBER = rf"(?<![\d.,])-?(?:(?:{_GROUPED}|\d+)[.,]\d{{2}}(?!\d)|{_GROUPED}(?![\d.,])|\d+(?![\d.,]))"
_AMOUNT = re.compile(_NUMBER)
_DAY = re.compile(r"(?P<iso>\d{4}-\d{2}-\d{2})|(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})")
_WORD_DAY = re.compile(r"(?:(\d{1,2})\.? ([A-Za-zä]{3,9})|([A-Za-z]{3,9}) (\d{1,2}),?) (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GERMAN_MONTHS: Mapping[str, str] = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
_VAT_ID = re.compile(r"\b([A-Z]{2}(?=[0-9A-Z]*\d)[0-9A-Z]{2,12})\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]){11,30}")
_CURRENCIES = re.compile(r"\b(EUR|USD|GBP|CHF|PLN|CZK|DKK|SEK|NOK)\b|([€$£])")
_SIGNS: Mapping[str, str] = {"€": EURO, "$": "USD", "£": "GBP"}

_LABELS: Mapping[str, str] = {
    "vat": r"(?:USt\.?-?\s?Id(?:Nr)?\.?(?:-?Nr\.?)?|Umsatzsteuer-Id\w*|VAT\s?(?:ID|No|number|Reg)\w*\.?(?:\s?No\.?)?)",
    "number": r"(?:Rechnungs?-?\s?(?:nummer|nr)\.?|Rechnung\s+Nr\.?|Belegnummer|Invoice\s*(?:number|no\.?|#)"
    r"|(?:Rechnung|Invoice)(?=\s+\S*\d))",
    "date": r"(?:Rechnungsdatum|Ausstellungsdatum|Belegdatum|Invoice\s+date|Date\s+of\s+issue|Datum|Date|Kassenbon)",
    "due": r"(?:F[äa]llig(?:keit|keitsdatum|\s+am|\s+bis)?|Zahlbar\s+bis|Payment\s+due|Due(?:\s+date|\s+on|\s+by)?)",
    "net": r"(?:Netto(?:betrag|summe)?|Summe\s+netto|Zwischensumme|Net(?:\s+total|\s+amount)?|Subtotal)",
    "tax": r"(?:(?:zzgl\.?\s*)?(?:\d+\s?%\s*)?(?:Umsatzsteuer|Mehrwertsteuer|USt\.?|MwSt\.?|VAT|Tax)"
    r"(?!\s?-?Id|\s*(?:no|ID)\b))",
    "gross": r"(?:Gesamt(?:betrag|summe)?|Brutto(?:betrag)?|Rechnungsbetrag|Endbetrag|Zu\s+zahlen|Summe|Gross"
    r"|(?:Grand\s+)?Total(?:\s+amount|\s+due)?|Amount\s+due)",
    "terms": r"(?:Zahlungsbedingungen|Zahlungsziel|Payment\s+terms|Terms)",
    "reference": r"(?:Verwendungszweck|Referenz|Reference|Payment\s+reference)",
    "other": r"(?:Rechnung|Invoice|Gutschrift|Credit\s+note|IBAN|BIC|Kunde|Customer|Rechnung\s+an|Bill\s+to|Karte)",
}
"""How a line begins that says something, by what it says; the first that fits."""
_AT = {
    name: re.compile(rf"{label}(?![a-zäöüß])\s*[:#]?\s*(?P<rest>.*)\Z", re.IGNORECASE)
    for name, label in _LABELS.items()
}
_TERMS = re.compile(r"\b\d{1,3} (?:Tage|days) (?:netto|net)\b", re.IGNORECASE)
_ITEM = re.compile(
    r"(?:(?P<position>\d{1,4})\s+)?(?P<text>\S.*?)\s+(?P<quantity>\d+(?:[.,]\d+)?)\s?[x×]\s?"
    rf"(?P<price>{_NUMBER})(?:\s+(?P<rate>\d{{1,2}}(?:[.,]\d+)?)\s?%)?\s+(?P<total>{_NUMBER})\s*(?:EUR|€)?\Z"
)
_POSTAL = re.compile(r"\b(?:\d{4,6}|[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2})\b")


def read_text(text: str) -> Document:
    """What the lines of an invoice say; None for what they do not.

    >>> read_text("Acme GmbH\\nRechnungsnummer: RE-7\\nNetto 100,00 EUR\\nGesamt: 119,00 EUR")["total_tax"]
    19.0
    """
    lines = [" ".join(line.split())[:LONGEST_LINE] for line in text.splitlines()[:MOST_LINES]]
    said: dict[str, list[str]] = {}
    for line in lines:
        name = _kind(line)
        if name:
            said.setdefault(name, []).append(_rest(name, line))
    net, tax, gross = _totals(*(_first(said.get(name, ()), _last_amount) for name in ("net", "tax", "gross")))
    number = _first(said.get("number", ()), _word)
    vendor, address = _letterhead(lines)
    has_amounts = any(amount is not None for amount in (net, tax, gross))
    return {
        "vendor_name": vendor,
        "vendor_vat_id": _first(said.get("vat", ()), _vat_id),
        "vendor_iban": _first(lines, _iban),
        "vendor_address": address,
        "invoice_number": number,
        "invoice_date": _first(said.get("date", ()), _day),
        "due_date": _first(said.get("due", ()), _day),
        "total_net": net,
        "total_tax": tax,
        "total_gross": gross,
        "currency": _first(lines, _currency) or (EURO if has_amounts else None),
        "line_items": [item for line in lines if (item := _item(line)) is not None],
        "payment_terms": _first(said.get("terms", ()), str) or _first(lines, _terms),
        "reference_text": _first(said.get("reference", ()), str) or number,
        "raw_markdown": "\n".join(lines).strip("\n"),
    }


def _kind(line: str) -> str:
    """What a line says, by how it begins; empty for a line of an invoice, or one that begins like none."""
    if _ITEM.match(line):
        return ""
    return next((name for name, pattern in _AT.items() if pattern.match(line)), "")


def _rest(name: str, line: str) -> str:
    found = _AT[name].match(line)
    return found["rest"].strip() if found else ""


def _first(found: Iterable[str], read: Callable[[str], Any]) -> Any:  # whatever `read` makes
    return next((value for each in found if (value := read(each)) not in (None, "")), None)


def _totals(net: Decimal | None, tax: Decimal | None, gross: Decimal | None) -> tuple[float | None, ...]:
    """The third of three where two are known."""
    if net is not None and tax is not None and gross is None:
        gross = net + tax
    elif net is not None and gross is not None and tax is None:
        tax = gross - net
    elif tax is not None and gross is not None and net is None:
        net = gross - tax
    return tuple(None if amount is None else out(amount) for amount in (net, tax, gross))


def _letterhead(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """The first line that says nothing else, and the lines below it up to one that does, if a postal code is there."""
    start = next((number for number, line in enumerate(lines) if line and not _kind(line)), None)
    if start is None or _item(lines[start]) is not None:
        return None, None
    below = []
    for line in lines[start + 1 : start + 5]:
        if not line or _kind(line) or _item(line) is not None:
            break
        below.append(line)
    address = ", ".join(below)
    return lines[start], address if _POSTAL.search(address) else None


def _word(rest: str) -> str | None:
    found = re.match(r"[^\s,;]+", rest)
    return found[0] if found and any(letter.isdigit() for letter in found[0]) else None


def _day(rest: str) -> str | None:
    found = _DAY.search(rest)
    if found:
        year, month, day = found["iso"].split("-") if found["iso"] else (found["y"], found["m"], found["d"])
        return _iso(int(year), int(month), int(day))
    words = _WORD_DAY.search(rest)
    if words is None:
        return None
    name = (words[2] or words[3])[:3].lower()
    name = _GERMAN_MONTHS.get(name, name)
    month_number = _MONTHS.index(name) + 1 if name in _MONTHS else 0
    return _iso(int(words[5]), month_number, int(words[1] or words[4]))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    """`1.092,50`, `1,092.50`, `1092.5` or `1092`: the last mark before at most two digits is that of the decimals.

    None for what no invoice comes to.
    """
    compact = text.replace(" ", "").replace("'", "")
    whole, mark, decimals = compact.rpartition("," if compact.rfind(",") > compact.rfind(".") else ".")
    if not mark or len(decimals) > 2:
        whole, decimals = compact, "0"
    read = Decimal(f"{whole.replace('.', '').replace(',', '') or '0'}.{decimals}")
    return read if abs(read) < MOST else None


def _last_amount(rest: str) -> Decimal | None:
    found = _AMOUNT.findall(re.sub(r"(?<![\d.,])\d+(?:[.,]\d+)?\s?%", "", rest))
    return _amount(found[-1]) if found else None


def _vat_id(rest: str) -> str | None:
    found = _VAT_ID.search(rest) or _VAT_ID.search(rest.replace(" ", ""))
    return found[1] if found else None


def _iban(line: str) -> str | None:
    from stdnum import iban  # takes 40 ms, and most runs never need it

    for found in _IBAN.finditer(line):
        words = found[0].split()
        for end in range(len(words), 0, -1):
            compact = "".join(words[:end])
            if iban.is_valid(compact):
                return compact
    return None


def _currency(line: str) -> str | None:
    found = _CURRENCIES.search(line)
    if found is None or not _AMOUNT.search(line):
        return None
    return found[1] or _SIGNS[found[2]]


def _terms(line: str) -> str | None:
    found = _TERMS.search(line)
    return found[0] if found else None


def _item(line: str) -> Document | None:
    found = _ITEM.match(line)
    if found is None:
        return None
    quantity, price, total = (_amount(found[name]) for name in ("quantity", "price", "total"))
    if quantity is None or price is None or total is None:
        return None
    rate = _amount(found["rate"]) if found["rate"] else None
    return {
        "description": found["text"],
        "quantity": float(quantity),
        "unit_price": out(price),
        "tax_rate": None if rate is None else float(rate / 100),
        "line_total": out(total),
    }
