"""Small PDF files with plain lines of text: the paper behind the bookings of a fixture.

One page, the same lines always the same bytes; the text stands in the file uncompressed. Knows no bookkeeping.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH_PT, HEIGHT_PT = 595, 842
MARGIN_PT, SIZE_PT, LEADING_PT = 56, 10, 15
MOST_LINES = (HEIGHT_PT - 2 * MARGIN_PT) // LEADING_PT
ENCODING = "cp1252"
_ESCAPED = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})


def draw(lines: Sequence[str]) -> bytes:
    """A page of A4 with these lines from the top; letters outside cp1252 become `?`.

    >>> draw(["Rechnung RE-4711", "Gesamt 119,00 EUR"])[:8]
    b'%PDF-1.4'

    Raises:
        ValueError: more lines than the page has room for.
    """
    if len(lines) > MOST_LINES:
        raise ValueError(f"{len(lines)} lines are more than the {MOST_LINES} of a page")
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH_PT} {HEIGHT_PT}] /Contents 4 0 R {_FONT} >>"
    text = _text(lines)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _file(objects)


_FONT = "/Resources << /Font << /F1 5 0 R >> >>"


def _text(lines: Sequence[str]) -> bytes:
    begin = f"BT /F1 {SIZE_PT} Tf {LEADING_PT} TL {MARGIN_PT} {HEIGHT_PT - MARGIN_PT} Td"
    shown = [f"({line.translate(_ESCAPED)}) Tj T*" for line in lines]
    return "\n".join([begin, *shown, "ET"]).encode(ENCODING, "replace")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, with the table of where each begins."""
    written, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count, start = len(objects) + 1, len(written)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%s%s" % (written, count, table, trailer)
