"""A sheet drawn on pages, in one of four manners; the only module that knows the PDF library.

The same sheet gives the same bytes: the file bears the sheet's own moment.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from .pdf import Grid, Sheet

Colour = tuple[int, int, int]

WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (90, 90, 90)
MARGIN_MM, LINE_MM = 12, 1.5
LONGEST = 400
"""A text beyond so many characters is cut: a row must fit on a page."""


@dataclass(frozen=True, slots=True)
class Style:
    """A manner: type, colour of headings, where the title stands, and which lines tables have."""

    font: str = "Helvetica"
    size: float = 9
    accent: Colour = BLACK
    band: Colour | None = None
    heading_fill: Colour | None = None
    align: Literal["L", "C", "R"] = "L"
    borders: str = "HORIZONTAL_LINES"
    is_framed: bool = False


STYLES: Mapping[str, Style] = {
    "classic": Style(font="Times", size=10, heading_fill=(235, 235, 235)),
    "modern": Style(accent=(20, 80, 140), band=(20, 80, 140), heading_fill=(222, 234, 246), borders="MINIMAL"),
    "boxed": Style(align="C", borders="ALL", is_framed=True, heading_fill=(240, 240, 240)),
    "tally": Style(font="Courier", size=8, align="C", borders="NO_HORIZONTAL_LINES", is_framed=True),
}


def draw(sheet: Sheet, template: str) -> bytes:
    """The file."""
    pages = _Pages(sheet, STYLES[template])
    pages.set_creation_date(sheet.made_at)
    pages.set_title(_latin(f"{sheet.title} {sheet.number}"))
    pages.set_author(_latin(sheet.issuer[0]))
    pages.set_margins(MARGIN_MM, MARGIN_MM)
    pages.set_auto_page_break(True, margin=15)
    pages.alias_nb_pages()
    pages.add_page()
    pages.head()
    pages.parties()
    pages.grid(sheet.lines)
    pages.totals()
    pages.grid(sheet.taxes)
    pages.grid(sheet.summary)
    pages.remarks()
    return bytes(pages.output())


class _Pages(FPDF):
    """The pages of one sheet."""

    def __init__(self, sheet: Sheet, style: Style) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        self._style = style

    def footer(self) -> None:
        self.set_y(-12)
        self._type(scale=0.8, colour=GREY)
        self.cell(0, 5, _latin(f"{self._sheet.number} - page {self.page_no()} of {{nb}}"), align="C")

    def head(self) -> None:
        """The title, with a band behind it in some manners."""
        style = self._style
        self._type("B", 1.8, WHITE if style.band else style.accent)
        if style.band:
            self.set_fill_color(*style.band)
        self.cell(
            0,
            11,
            self._sheet.title,
            align=style.align,
            fill=style.band is not None,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        if self._sheet.mark:
            self._line(self._sheet.mark, "B", colour=(170, 0, 0), align=style.align)
        self.ln(2)

    def parties(self) -> None:
        """Who it is from, whom it is for, and what it says of itself."""
        sheet = self._sheet
        facts = [f"{label}: {value}" for label, value in sheet.facts]
        rows = list(zip_longest(sheet.issuer, sheet.party, facts, fillvalue=""))
        self._table(
            Grid("", ("From", sheet.party_label, "Details"), (62, 62, 62), frozenset(), rows),
            borders="NO_HORIZONTAL_LINES" if self._style.is_framed else "SINGLE_TOP_LINE",
        )
        self.ln(4)

    def grid(self, grid: Grid) -> None:
        """A table under its heading."""
        if grid.heading:
            self._line(grid.heading, "B", colour=self._style.accent)
        self._table(grid)
        self.ln(3)

    def totals(self) -> None:
        """The sums, on the right."""
        for label, value in self._sheet.totals:
            emphasis = "B" if label.startswith(("Total", "Balance")) else ""
            self._type(emphasis)
            self.cell(self.epw - 40, 5, _latin(label), align="R")
            self.cell(40, 5, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def remarks(self) -> None:
        """What the document says in words."""
        for note in self._sheet.notes:
            self._type()
            self.multi_cell(0, 5, _latin(note, longest=4 * LONGEST), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _table(self, grid: Grid, *, borders: str = "") -> None:
        style = self._style
        self._type(scale=0.9)
        heading = FontFace(emphasis="BOLD", color=style.accent, fill_color=style.heading_fill)
        with self.table(
            borders_layout=borders or style.borders,
            col_widths=tuple(grid.widths),
            headings_style=heading,
            line_height=self.font_size * LINE_MM,
            text_align=tuple("RIGHT" if index in grid.numbers else "LEFT" for index in range(len(grid.columns))),
            v_align="TOP",
        ) as table:
            for row in (grid.columns, *grid.rows):
                table.row([_latin(text) for text in _padded(row, len(grid.columns))])

    def _line(self, text: str, emphasis: str = "", *, colour: Colour = BLACK, align: str = "L") -> None:
        self._type(emphasis, 1.1, colour)
        self.cell(0, 6, _latin(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _type(self, emphasis: str = "", scale: float = 1, colour: Colour = BLACK) -> None:
        self.set_font(self._style.font, emphasis, self._style.size * scale)
        self.set_text_color(*colour)


def _padded(row: Sequence[str], count: int) -> list[str]:
    return [*row, *[""] * (count - len(row))]


def _latin(text: str, *, longest: int = LONGEST) -> str:
    """A text in the letters that the fonts of every reader have: others lose their accents or become `?`."""
    kept = text.replace("\u20b9", "INR ")[:longest]
    return "".join(letter if _is_drawn(letter) else _plain(letter) for letter in kept)


def _plain(letter: str) -> str:
    if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Mn"):
        return " " if letter.isspace() else ""
    drawn = "".join(part for part in unicodedata.normalize("NFKD", letter) if _is_drawn(part))
    return drawn or "?"


def _is_drawn(letter: str) -> bool:
    return letter == "\n" or (letter <= "\xff" and letter.isprintable())
