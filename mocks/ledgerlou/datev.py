"""The export for DATEV: a Buchungsstapel in the format EXTF, a row for each event of the journal.

Source of the form: developer.datev.de, DATEV-Format, Buchungsstapel (version 700, category 21, version of the category
13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from sandbooks import Call, Reply

from . import journal, periods, years
from .money import cents, dec

MEDIA_TYPE, ENCODING = "text/csv; charset=windows-1252", "cp1252"
SEPARATOR, LINE_END = ";", "\r\n"
CONSULTANT, CLIENT = 1001, 1
ACCOUNT_LENGTH, CHART = 4, "04"
LONGEST_REFERENCE, LONGEST_TEXT = 36, 60
EMPTY = ""
COLUMNS = 125

_FIRST = """
    Umsatz (ohne Soll/Haben-Kz); Soll/Haben-Kennzeichen; WKZ Umsatz; Kurs; Basis-Umsatz; WKZ Basis-Umsatz; Konto;
    Gegenkonto (ohne BU-Schlüssel); BU-Schlüssel; Belegdatum; Belegfeld 1; Belegfeld 2; Skonto; Buchungstext;
    Postensperre; Diverse Adressnummer; Geschäftspartnerbank; Sachverhalt; Zinssperre; Beleglink
"""
_AFTER_RECEIPTS = """
    KOST1; KOST2; Kost-Menge; EU-Land u. UStID (Bestimmung); EU-Steuersatz (Bestimmung); Abw. Versteuerungsart;
    Sachverhalt L+L; Funktionsergänzung L+L; BU 49 Hauptfunktionstyp; BU 49 Hauptfunktionsnummer;
    BU 49 Funktionsergänzung
"""
_LAST = """
    Stück; Gewicht; Zahlweise; Forderungsart; Veranlagungsjahr; Zugeordnete Fälligkeit; Skontotyp; Auftragsnummer;
    Buchungstyp; USt-Schlüssel (Anzahlungen); EU-Land (Anzahlungen); Sachverhalt L+L (Anzahlungen);
    EU-Steuersatz (Anzahlungen); Erlöskonto (Anzahlungen); Herkunft-Kz; Buchungs GUID; KOST-Datum;
    SEPA-Mandatsreferenz; Skontosperre; Gesellschaftername; Beteiligtennummer; Identifikationsnummer; Zeichnernummer;
    Postensperre bis; Bezeichnung SoBil-Sachverhalt; Kennzeichen SoBil-Buchung; Festschreibung; Leistungsdatum;
    Datum Zuord. Steuerperiode; Fälligkeit; Generalumkehr (GU); Steuersatz; Land; Abrechnungsreferenz; BVV-Position;
    EU-Land u. UStID (Ursprung); EU-Steuersatz (Ursprung); Abw. Skontokonto
"""


def _captions() -> tuple[str, ...]:
    receipts = [f"Beleginfo - {part} {number}" for number in range(1, 9) for part in ("Art", "Inhalt")]
    more = [f"Zusatzinformation - {part} {number}" for number in range(1, 21) for part in ("Art", "Inhalt")]
    return (*_split(_FIRST), *receipts, *_split(_AFTER_RECEIPTS), *more, *_split(_LAST))


def _split(text: str) -> list[str]:
    return [" ".join(caption.split()) for caption in text.split(SEPARATOR)]


CAPTIONS = _captions()

Event = Mapping[str, Any]  # as it is stored


def export_datev(call: Call) -> Reply:
    """The events of the range, by number; `text/csv` in windows-1252. What that cannot write becomes `?`."""
    start, end = years.range_of(call)
    events = journal.events(call, start=start, end=end)
    intents = {each["intent_id"]: each for each in call.collection(journal.INTENTS).scan()} if events else {}
    sealed = call.collection(periods.PERIODS).views(filters={"status": periods.LOCKED})
    locked = {str(period["period"]) for period in sealed}
    of_events = [intents[event["intent_id"]] for event in events]
    is_locked = _covers(locked, start, end) and all(intent["period"] in locked for intent in of_events)
    rows = [
        _row(event, intent, is_locked=intent["period"] in locked)
        for event, intent in zip(events, of_events, strict=True)
    ]
    lines = (_header(call, start, end, is_locked=is_locked), CAPTIONS, *rows)
    text = "".join(SEPARATOR.join(line) + LINE_END for line in lines)
    headers = {"Content-Disposition": f'attachment; filename="EXTF_Buchungsstapel_{start}_{end}.csv"'}
    return Reply(200, text.encode(ENCODING, "replace"), headers, MEDIA_TYPE)


def _header(call: Call, start: date, end: date, *, is_locked: bool) -> tuple[str, ...]:
    """The 31 fields of the first line."""
    now = call.now.astimezone(UTC)
    made = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}"
    nothing = _quote("")
    return (
        *(_quote("EXTF"), "700", "21", _quote("Buchungsstapel"), "13", made, EMPTY),
        *(_quote("RE"), nothing, nothing, str(CONSULTANT), str(CLIENT)),
        *(_day(years.first_day(call, start)), str(ACCOUNT_LENGTH), _day(start), _day(end)),
        *(_quote("Buchungsstapel"), _quote("LL"), "1", "0", "1" if is_locked else "0", _quote(journal.CURRENCY)),
        *(EMPTY, nothing, EMPTY, EMPTY, _quote(CHART), EMPTY, EMPTY, nothing, nothing),
    )


def _row(event: Event, intent: Mapping[str, Any], *, is_locked: bool) -> list[str]:
    """The columns of an event: the tax has events of its own, so none has a BU-Schlüssel."""
    amount, fx = _decimal(cents(dec(event["amount"]))), intent["fx"]
    day = event["booking_date"]
    filled = {
        1: amount,
        2: _quote("S"),
        3: _quote(journal.CURRENCY),
        7: event["account_debit"],
        8: event["account_credit"],
        10: f"{day[8:10]}{day[5:7]}",
        11: _quote(_plain(event["external_reference"] or str(event["journal_number"]), LONGEST_REFERENCE)),
        14: _quote(_plain(event["description"], LONGEST_TEXT)),
        114: "1" if is_locked else "0",
    }
    if fx:
        filled |= {4: _rate(dec(fx["rate"])), 5: amount, 6: _quote(journal.CURRENCY)}
    return [filled.get(column, EMPTY) for column in range(1, COLUMNS + 1)]


def _covers(locked: Iterable[str], start: date, end: date) -> bool:
    """Whether all months from one day to the other are among those that are locked."""
    first, last = start.isoformat()[:7], end.isoformat()[:7]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return sum("P" not in name and first <= name <= last for name in locked) == months


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _plain(text: str, longest: int) -> str:
    """A text on one line, cut."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:longest]


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _decimal(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _rate(rate: Decimal) -> str:
    """A rate with two to six decimals."""
    text = f"{rate:.6f}"
    whole, _, decimals = text.partition(".")
    return f"{whole},{decimals.rstrip('0'):0<2}"


HANDLERS = {"exportDatev": export_datev}
