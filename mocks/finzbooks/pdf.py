"""Documents on paper: what stands on the sheet, and which version of it was rendered when.

A rendering is kept for each document and template, so that a version that was rendered is the same file again. How a
sheet is drawn is elsewhere, and loaded when the first is asked for.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from sandbooks import Call, Reply

from . import organisations, records
from .collections import KINDS
from .days import INDIA
from .errors import Json
from .money import dec, paise
from .rupees import ONE, Parts, charged_rupees, is_reverse_charge, sum_parts

MEDIA = "application/pdf"
CLASSIC = "classic"
CACHE_CONTROL = "private, max-age=900"

_RENDERS = "~renders"  # hidden: no list of collections shows it
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_DAY = len("2026-05-12")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a heading, the names of its columns with their widths, right-aligned ones, and its rows."""

    heading: str
    columns: Sequence[str]
    widths: Sequence[int]
    numbers: frozenset[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a document, as text in the order of reading. `mark` says what it is not, or no more."""

    title: str
    number: str
    mark: str
    made_at: datetime
    issuer: Sequence[str]
    party_label: str
    party: Sequence[str]
    facts: Sequence[tuple[str, str]]
    lines: Grid
    taxes: Grid
    summary: Grid
    totals: Sequence[tuple[str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """How a kind of document reads: its title, who the other party is and by which member, and further days."""

    title: str
    label: str
    party: str
    days: tuple[tuple[str, str], ...] = ()


PAPERS: Mapping[str, Paper] = {
    "invoices": Paper("TAX INVOICE", "Bill to", "customer", (("Due date", "due_date"),)),
    "estimates": Paper("ESTIMATE", "Estimate for", "customer", (("Valid until", "expiry_date"),)),
    "sales_orders": Paper("SALES ORDER", "Customer", "customer", (("Shipment date", "shipment_date"),)),
    "credit_notes": Paper("CREDIT NOTE", "Party", "customer"),
    "bills": Paper("BILL", "Vendor", "vendor", (("Due date", "due_date"),)),
    "purchase_orders": Paper("PURCHASE ORDER", "Vendor", "vendor", (("Expected", "expected_delivery_date"),)),
    "debit_notes": Paper("DEBIT NOTE", "Vendor", "vendor"),
}
_MARKS = {"DRAFT": "DRAFT", "CANCELLED": "CANCELLED"}


def printer(collection: str) -> Callable[[Call], Reply]:
    """The handler that answers with the PDF of a document of that collection."""
    kind = KINDS[collection]

    def get_pdf(call: Call) -> Reply:
        """Render the document, or give back what was rendered of this version."""
        document = records.fetch(call, collection, call.path[kind.identity], field=kind.identity)
        template = call.query.get("template") or _template_of(call)
        content, is_fresh = _rendered(call, collection, document, template)
        disposition = "attachment" if call.query.get("download") else "inline"
        headers = {
            "Content-Disposition": f"{disposition}; {_filename(document[f'{kind.key}_number'])}",
            "Cache-Control": CACHE_CONTROL,
            "X-AIBooks-Render": "fresh" if is_fresh else "cached",
            "X-AIBooks-Version": str(_version(document)),
        }
        return Reply(200, content, headers, MEDIA)

    return get_pdf


def sheet_of(call: Call, collection: str, document: Mapping[str, Json]) -> Sheet:
    """What stands on the document; nothing of it depends on the time of the call."""
    kind, paper = KINDS[collection], PAPERS[collection]
    number = document[f"{kind.key}_number"]
    facts = [
        (f"{kind.word} no.", number),
        ("Date", _day(document["date"])),
        *((label, _day(document[name])) for label, name in paper.days if document.get(name)),
        ("Reference", document.get("reference_number")),
        ("Against", _parent_number(call, document)),
        ("Place of supply", document.get("place_of_supply")),
        ("Currency", _currency(document)),
        ("Reverse charge", "Yes" if _has_reverse_charge(document) else "No"),
    ]
    return Sheet(
        title=paper.title,
        number=" ".join(number.split()),
        mark=_MARKS.get(document["status"], ""),
        made_at=datetime.fromisoformat(document["last_modified_time"]).replace(tzinfo=INDIA),
        issuer=_organisation_lines(call, document),
        party_label=paper.label,
        party=_contact_lines(call, document, paper),
        facts=[(label, " ".join(value.split())) for label, value in facts if value],
        lines=_lines(document),
        taxes=_taxes(document),
        summary=_summary(document),
        totals=_totals(document),
        notes=[document["notes"]] if document.get("notes") else [],
    )


def amount(value: Decimal | Json) -> str:
    """An amount as it is printed: `11,800.00`."""
    return f"{value if isinstance(value, Decimal) else dec(value):,.2f}"


def _price(number: Json) -> str:
    """A price as it is printed: with two decimals, and with more where it has more."""
    value = dec(number)
    return amount(value) if value == paise(value) else f"{value.normalize():,f}"


def _rendered(call: Call, collection: str, document: Mapping[str, Json], template: str) -> tuple[bytes, bool]:
    """The file, and whether it was made for this call."""
    kept, key = call.collection(_RENDERS), f"{document[KINDS[collection].identity]}/{template}"
    found = kept.find_one(key)
    if found is not None and found["version"] == _version(document):
        return base64.b64decode(found["content"]), False
    from .pdf_pages import draw  # loads fpdf2, which nothing else needs

    content = draw(sheet_of(call, collection, document), template)
    made = {"id": key, "version": _version(document), "content": base64.b64encode(content).decode()}
    if found is None:
        kept.put(made)
    else:
        kept.replace(key, made)
    return content, True


def _version(document: Mapping[str, Json]) -> int:
    """How often the document has changed; one that the control API wrote may not say."""
    return int(document.get("version", 1))


def _template_of(call: Call) -> str:
    """The organisation's own template."""
    settings = call.collection("settings").find_one("account") or {}
    return str(settings.get("pdf_template") or CLASSIC)


def _filename(number: str) -> str:
    """The name of the file, in the two ways of RFC 6266 where the number is not plain."""
    plain = f'filename="{_UNSAFE.sub("_", number)}.pdf"'
    return plain if not _UNSAFE.search(number) else f"{plain}; filename*=UTF-8''{quote(number, safe='')}.pdf"


def _organisation_lines(call: Call, document: Mapping[str, Json]) -> list[str]:
    organisation = organisations.current(call)
    branch = call.collection("branches").find_one(document.get("branch_id") or "") or {}
    gstin = branch.get("gstin") or organisation.get("gstin")
    place = [branch.get("city"), branch.get("state") or organisation.get("state")]
    return _told(
        organisation["name"],
        branch.get("name"),
        organisation.get("address"),
        ", ".join(_told(*place)),
        f"GSTIN: {gstin}" if gstin else None,
    )


def _contact_lines(call: Call, document: Mapping[str, Json], paper: Paper) -> list[str]:
    contact = call.collection("contacts").find_one(document[f"{paper.party}_id"]) or {}
    address = contact.get("billing_address") or {}
    town = " ".join(_told(address.get("city"), address.get("zip")))
    gstin = contact.get("gst_no")
    return _told(
        document.get(f"{paper.party}_name") or contact.get("contact_name"),
        address.get("address"),
        ", ".join(_told(town, address.get("state_code") or contact.get("place_of_contact"), address.get("country"))),
        f"GSTIN: {gstin}" if gstin else "GSTIN: unregistered",
    )


def _parent_number(call: Call, document: Mapping[str, Json]) -> str | None:
    """The number of the invoice or bill that a note goes back to."""
    for collection in ("invoices", "bills"):
        kind = KINDS[collection]
        parent = call.collection(collection).find_one(document.get(kind.identity) or "")
        if parent is not None and f"{kind.key}_number" not in document:
            return str(parent[f"{kind.key}_number"])
    return None


def _currency(document: Mapping[str, Json]) -> str:
    code, rate = document.get("currency_code") or "INR", dec(document.get("exchange_rate") or 1)
    return code if rate == ONE else f"{code} (1 {code} = {rate.normalize():f} INR)"


def _has_reverse_charge(document: Mapping[str, Json]) -> bool:
    return any(is_reverse_charge(document, line) for line in document["line_items"])


def _parts(document: Mapping[str, Json], line: Mapping[str, Json]) -> Parts:
    """A line as it is charged, in the document's own currency."""
    return charged_rupees(document, line, ONE)


def _lines(document: Mapping[str, Json]) -> Grid:
    columns = ("#", "Item", "HSN/SAC", "Qty", "Rate", "Discount", "Taxable", "Tax %", "Total")
    rows = []
    for number, line in enumerate(document["line_items"], 1):
        parts = _parts(document, line)
        quantity = f"{dec(line['quantity']).normalize():f} {line.get('unit') or ''}".strip()
        rows.append(
            (
                str(number),
                "\n".join(dict.fromkeys(_told(line.get("name"), line.get("description")))),
                line.get("hsn_or_sac") or "",
                quantity,
                _price(line["rate"]),
                _price(line.get("discount")),
                amount(parts.taxable),
                _percent(line),
                amount(parts.total),
            )
        )
    return Grid("", columns, (6, 44, 18, 20, 22, 18, 24, 14, 24), frozenset({3, 4, 5, 6, 7, 8}), rows)


def _taxes(document: Mapping[str, Json]) -> Grid:
    """By rate of tax: what was taxed, and each kind of tax."""
    groups = _grouped(document, lambda line: (dec(line.get("tax_percentage")),))
    return _tax_grid("Tax by rate", ("Rate",), groups, lambda key: (f"{key[0].normalize():f}%",))


def _summary(document: Mapping[str, Json]) -> Grid:
    """By HSN or SAC and rate of tax."""
    groups = _grouped(document, lambda line: (line.get("hsn_or_sac") or "", dec(line.get("tax_percentage"))))
    return _tax_grid(
        "HSN summary", ("HSN/SAC", "Rate"), groups, lambda key: (key[0] or "-", f"{key[1].normalize():f}%")
    )


def _grouped(
    document: Mapping[str, Json], key_of: Callable[[Mapping[str, Json]], tuple[Json, ...]]
) -> dict[tuple[Json, ...], Parts]:
    groups: dict[tuple[Json, ...], Parts] = {}
    for line in document["line_items"]:
        key, parts = key_of(line), _parts(document, line)
        groups[key] = groups[key] + parts if key in groups else parts
    return dict(sorted(groups.items()))


def _tax_grid(
    heading: str,
    names: Sequence[str],
    groups: Mapping[tuple[Json, ...], Parts],
    shown: Callable[[tuple[Json, ...]], Sequence[str]],
) -> Grid:
    """One row for each group and one for all of them; cess has a column where there is any."""
    whole = sum_parts(groups.values())
    cess = ("Cess",) if whole.cess else ()
    columns = (*names, "Taxable", "CGST", "SGST", "IGST", *cess, "Tax")
    rows = [(*shown(key), *_figures(parts, has_cess=bool(cess))) for key, parts in groups.items()]
    rows.append(("Total", *[""] * (len(names) - 1), *_figures(whole, has_cess=bool(cess))))
    return Grid(heading, columns, [20] * len(columns), frozenset(range(len(names), len(columns))), rows)


def _figures(parts: Parts, *, has_cess: bool) -> list[str]:
    cess = [parts.cess] if has_cess else []
    return [amount(value) for value in (parts.taxable, parts.cgst, parts.sgst, parts.igst, *cess, parts.tax)]


def _totals(document: Mapping[str, Json]) -> list[tuple[str, str]]:
    rows = [("Sub total", amount(document["sub_total"]))]
    rows += [(tax["tax_name"], amount(tax["tax_amount"])) for tax in document.get("taxes") or ()]
    rows.append((f"Total {document.get('currency_code') or 'INR'}", amount(document["total"])))
    for label, name in (("Paid", "payment_made"), ("Credits", "credits_applied")):
        if document.get(name):
            rows.append((label, amount(document[name])))
    if document.get("balance") is not None:
        rows.append(("Balance", amount(document["balance"])))
    return rows


def _percent(line: Mapping[str, Json]) -> str:
    return f"{dec(line.get('tax_percentage')).normalize():f}"


def _day(text: str) -> str:
    return text[:_DAY]


def _told(*texts: Json) -> list[str]:
    """What is there, each on one line."""
    return [" ".join(str(text).split()) for text in texts if text]


def _operations() -> Iterable[tuple[str, str]]:
    for collection in PAPERS:
        yield f"get{''.join(part.title() for part in KINDS[collection].key.split('_'))}Pdf", collection


HANDLERS = {operation: printer(collection) for operation, collection in _operations()}
