"""LedgerLou: the export for DATEV, read with the library's own reader of CSV."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import httpx
import pytest

from tests.vendors.ledgerlou import DAY, LedgerLou, credit, debit, money

INVALID = (400, "INVALID_INPUT")
JUNE = "startDate=2026-06-01&endDate=2026-06-30"
FIRST_COLUMNS = [
    *("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz"),
    *("WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1"),
    *("Belegfeld 2", "Skonto", "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank"),
    *("Sachverhalt", "Zinssperre", "Beleglink"),
]
LAST_COLUMNS = [
    *("Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)"),
    *("Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)"),
    *("EU-Steuersatz (Ursprung)", "Abw. Skontokonto"),
]


def export(lou: LedgerLou, query: str = JUNE) -> httpx.Response:
    answer = lou.call("GET", f"/reports/datev-export?{query}")
    assert 200 == answer.status_code, answer.text
    return answer


def read(lou: LedgerLou, query: str = JUNE) -> tuple[list[str], list[str], list[list[str]]]:
    """Header, captions and rows."""
    text = export(lou, query).content.decode("cp1252")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    header, captions, *rows = csv.reader(StringIO(text, newline=""), delimiter=";", strict=True)
    return header, captions, rows


def test_file_begins_as_the_format_asks(lou: LedgerLou) -> None:
    """31 fields, text in quotes, then 125 captions (DATEV-Format, Buchungsstapel, read 2026-11; 7, 10.33, A55;
    operation 58)."""
    answer = export(lou)

    assert "text/csv; charset=windows-1252" == answer.headers["content-type"]
    name = 'attachment; filename="EXTF_Buchungsstapel_2026-06-01_2026-06-30.csv"'
    assert name == answer.headers["content-disposition"]
    assert answer.content.startswith(b'"EXTF";700;21;"Buchungsstapel";13;20261201090000000;;"RE";"";"";1001;1;')
    header, captions, rows = read(lou)
    assert ["20260101", "4", "20260601", "20260630", "Buchungsstapel", "LL", "1", "0", "0", "EUR"] == header[12:22]
    assert ["", "", "", "", "04", "", "", "", ""] == header[22:]
    assert b';"Buchungsstapel";"LL";1;0;0;"EUR";;"";;;"04";;;"";""\r\n' in answer.content
    assert (31, 125, []) == (len(header), len(captions), rows)
    assert FIRST_COLUMNS == captions[:20]
    assert "KOST1" == captions[36]
    assert "Stück" == captions[87]
    assert LAST_COLUMNS == captions[113:]


def test_event_is_a_row(lou: LedgerLou) -> None:
    """Amount with a comma, debit account, credit account, day and month, reference, text (DATEV-Format, read 2026-11;
    7, 10.33, A55; operation 58)."""
    long = 'Kauf "Büro"; ' + "ä" * 60
    lou.book(debit("6815", 1234.5, "VST19"), credit("3300", 1234.5), description=long, external_reference="R" * 40)
    lou.book(debit("0400", 5), credit("1800", 5), booking_date="2026-06-30", description="5 €")
    lou.book(debit("0400", 6), credit("1800", 6), booking_date="2026-07-01")

    _, _, rows = read(lou)

    shown = [[row[place - 1] for place in (1, 2, 3, 7, 8, 10, 11, 14, 114)] for row in rows]
    assert [
        ["1037,39", "S", "EUR", "6815", "3300", "0106", "R" * 36, long[:60], "0"],
        ["197,11", "S", "EUR", "1406", "3300", "0106", "R" * 36, long[:60], "0"],
        ["5,00", "S", "EUR", "0400", "1800", "3006", "3", "5 €", "0"],
    ] == shown
    assert {125} == {len(row) for row in rows}
    filled = {place for row in rows for place, value in enumerate(row, 1) if value}
    assert {1, 2, 3, 7, 8, 10, 11, 14, 114} == filled


def test_foreign_amount_tells_its_rate(lou: LedgerLou) -> None:
    """Rate and amount in euros beside it (DATEV-Format, read 2026-11; 7, A55; operation 58)."""
    fx = {"currency": "USD", "amount": 110, "rate": 1.1, "rate_date": DAY, "rate_source": "ECB"}
    lou.book(debit("6815", 100), credit("3300", 100), fx=fx)

    (row,) = read(lou)[2]

    assert Decimal("1.1") == Decimal(row[3].replace(",", "."))
    assert ["100,00", "EUR"] == row[4:6]


def test_locked_period_is_told(lou: LedgerLou) -> None:
    """Row by row, and in the header where all months are locked (DATEV-Format, read 2026-11; 7, A55; operation 58)."""
    lou.book()
    lou.book(booking_date="2026-07-01")
    asked = lou.post("/periods/2026-06/lock", status=201)["request_id"]
    lou.post(f"/periods/2026-06/lock/{asked}/approve", who="member")

    june, both = read(lou), read(lou, "startDate=2026-06-01&endDate=2026-07-31")

    assert ("1", ["1", "1"]) == (june[0][20], [row[113] for row in june[2]])
    assert ("0", ["1", "1", "0", "0"]) == (both[0][20], [row[113] for row in both[2]])


def test_export_holds_the_whole_journal(lou_demo: LedgerLou) -> None:
    """One row for each event of the year in the order of the journal; sums of each account are the same
    (DATEV-Format, read 2026-11; 7, 10.33, A55; operation 58)."""
    events = [each for each in lou_demo.events() if "2026-01-01" <= each["booking_date"] <= "2026-12-01"]

    _, _, rows = read(lou_demo, "")

    assert len(events) == len(rows) > 100
    wanted = [(each["account_debit"], each["account_credit"], money(each["amount"])) for each in events]
    assert wanted == [(row[6], row[7], Decimal(row[0].replace(",", "."))) for row in rows]
    assert [each["booking_date"][8:] + each["booking_date"][5:7] for each in events] == [row[9] for row in rows]


@pytest.mark.parametrize(
    "query", ["startDate=June", "endDate=2026-02-30", "startDate=2026-07-01&endDate=2026-06-30", "startDate=2027-01-01"]
)
def test_range_that_is_none_is_refused(lou_shared: LedgerLou, query: str) -> None:
    """Days that are none, an end before the start (7, A55; operation 58)."""
    lou_shared.refuse(INVALID, "GET", f"/reports/datev-export?{query}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('5" Rohr; "rot"', '5" Rohr; "rot"'),
        ("eins\r\nzwei\tdrei", "eins  zwei drei"),
        ("50 € – „gut“", "50 € – „gut“"),
        ("Łódź → 東京", "?ód? ? ??"),
        ("x" * 59 + '""', "x" * 59 + '"'),
    ],
)
def test_text_stays_on_its_line_and_in_its_letters(lou: LedgerLou, text: str, shown: str) -> None:
    """Quotes doubled after the cut, line breaks as blanks, `?` for what windows-1252 lacks (DATEV-Format, read 2026-11;
    7, A55; operation 58)."""
    lou.book(debit("0400", 5), credit("1800", 5), description=text, external_reference=text[:20])

    (row,) = read(lou)[2]

    assert (shown, shown[:20]) == (row[13], row[10])


def test_adjustment_period_is_sealed_by_itself(lou: LedgerLou) -> None:
    """Its rows bear the last day, and its own lock (DATEV-Format, read 2026-11; 5.4, 7, A55; operation 58)."""
    lou.book(booking_date="2025-12-31", adjustment_period=13)
    december = "startDate=2025-12-01&endDate=2025-12-31"
    for period, sealed in (("2025-12", "0"), ("2025-P13", "1")):
        asked = lou.post(f"/periods/{period}/lock", status=201)["request_id"]
        lou.post(f"/periods/{period}/lock/{asked}/approve", who="member")

        header, _, rows = read(lou, december)

        assert (sealed, [("3112", sealed)] * 2) == (header[20], [(row[9], row[113]) for row in rows])


@pytest.mark.parametrize(("rate", "shown"), [(1.1, "1,10"), (1.0825, "1,0825"), (162.5, "162,50"), (0.0061, "0,0061")])
def test_rate_has_two_to_six_decimals(lou: LedgerLou, rate: float, shown: str) -> None:
    """With a comma (DATEV-Format, read 2026-11; 7, A55; operation 58)."""
    fx = {"currency": "USD", "amount": 110, "rate": rate, "rate_date": DAY, "rate_source": "ECB"}
    lou.book(debit("6815", 100), credit("3300", 100), fx=fx)

    assert shown == read(lou)[2][0][3]


def test_fiscal_year_of_the_first_day_is_told(lou: LedgerLou) -> None:
    """Which may begin in another month; without days the range is that year to date (DATEV-Format, read 2026-11; 7,
    A55; operation 58)."""
    lou.change("settings", "tenant", fiscal_year_start_month=7)

    assert ["20250701", "4", "20260601", "20260630"] == read(lou)[0][12:16]
    assert ["20260701", "4", "20260701", "20261201"] == read(lou, "")[0][12:16]
    assert ["20250701", "4", "20250701", "20260630"] == read(lou, "endDate=2026-06-30")[0][12:16]
