"""How a list is cut, by the names of its parameters, and which members of its answer speak of pages.

Knows paging names; must not know collections.
"""

from __future__ import annotations

import re

from sandbooks.resources.asks import Ask
from sandbooks.resources.model import Paging
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import vocabulary

LIMITS = vocabulary(
    """
    limit pagesize perpage size count top take maxresults maxresult max maxitems rows pagelimit itemsperpage
    resultsperpage pagecount numitems recordsperpage pagesizelimit maxpagesize results pagelength resultcount limitto
    hitsperpage
    """
)
LARGEST = 10**9  # a bound above this bounds nothing
FIRSTS = frozenset({"first", "last"})  # a limit only where `after` or `before` stands beside it
OFFSETS = vocabulary(
    """
    offset skip start startindex startat startposition from startrow pageoffset firstresult recordoffset startfrom
    offsetindex
    """
)
PAGES = vocabulary("page pagenumber pageno pageindex pagenum p currentpage pagenr pagenumberindex")
AFTERS = vocabulary(
    """
    cursor after startingafter afterid sinceid afterkey afterxid pagetoken nextpagetoken nexttoken nextcursor
    continuation continuationtoken marker startcursor bookmark pagecursor endcursor scrollid paginationtoken
    nextpagekey exclusivestartkey lastid lastkey lastevaluatedkey startafter fromid pagestate offsettoken nextpage
    aftercursor position pagekey pagingtoken startkey resumptiontoken synctoken
    """
)
BEFORES = vocabulary("before endingbefore beforeid previouscursor prevcursor previouspagetoken beforecursor maxid")
MARKS_OF_ID = vocabulary("startingafter endingbefore afterid beforeid sinceid lastid fromid maxid startafter")

_DEFAULT = re.compile(
    r"(?i)\bdefaults?(?:\s+(?:value|size|is|to|of|page|limit|number|will|be))*\s*[:=]?\s*[`'\"]?(\d{1,5})\b"
)
_MOST = re.compile(
    r"(?i)\b(?:max(?:imum)?(?:\s+(?:value|size|is|of|page|limit|number|allowed))*\s*[:=]?|up\s+to|at\s+most|between\s+\d+\s+and)"
    r"\s*[`'\"]?(\d{1,5})\b"
)
_PER_PAGE = re.compile(r"(?i)\b(\d{1,4})\s+(?:\w+\s+){0,2}(?:per|a|on each|in each)\s+page")
_ZERO = re.compile(
    r"(?i)\b(?:zero|0)[- ]?(?:based|indexed)|start(?:s|ing)?\s+(?:at|from|with)\s+(?:0|zero)\b|first page (?:is|=) 0"
)
_ONE = re.compile(
    r"(?i)\b(?:one|1)[- ]?(?:based|indexed)|start(?:s|ing)?\s+(?:at|from|with)\s+(?:1|one)\b|first page (?:is|=) 1"
)
_NUMBERED = re.compile(r"(?i)\bpage[- ]?(?:number|no|num|index)\b|\bnumber of (?:the )?page\b|\bpage ?=? ?\d")
_MOMENT = re.compile(r"(?i)\b(?:date|time|timestamp|unix|epoch|milliseconds)\b")
_MARK = re.compile(r"(?i)\b(?:ids?|cursor|token|pagination|paging)\b")


def find_paging(schemas: Schemas, asks: list[Ask], *, shows_pages: bool = False) -> tuple[Paging, list[Ask]]:
    """The paging that the inputs allow, and the inputs that it uses.

    Args:
        shows_pages: the answer tells the number of the page, or how many there are.
    """
    plain = [ask for ask in asks if ask.held != "filter"]
    page, offset = _first(plain, PAGES), _first(plain, OFFSETS)
    after, before = (_first([ask for ask in plain if _is_mark(schemas, ask)], words) for words in (AFTERS, BEFORES))
    if offset and not _is_count(schemas, offset):
        after, offset = after or (offset if offset.word == "offset" else None), None
    if after and _is_number(schemas, after) and after.word not in MARKS_OF_ID:
        offset, after = offset or after, None
    if page and schemas.kind(page.schema) == "string" and not (offset or after):
        after, page = (None, page) if shows_pages or _is_numbered(schemas, page) else (page, None)
    if before and not (page or offset or after):
        after, before = before, None  # in a list from the newest to the oldest, what was before goes on
    limit = _first(plain, LIMITS) or (_first(plain, FIRSTS) if after or before else None)
    if limit and not _is_count(schemas, limit):
        limit = None
    if page and offset:
        offset = None if limit and offset.word != "offset" else offset
    used = [ask for ask in (page, offset, after, before, limit) if ask]
    return _paging(schemas, page=page, offset=offset, after=after, before=before, limit=limit), used


def _paging(
    schemas: Schemas, *, page: Ask | None, offset: Ask | None, after: Ask | None, before: Ask | None, limit: Ask | None
) -> Paging:
    number, mark = page or offset, after or before
    size, most = _sizes(schemas, limit, number or mark)
    return Paging(
        kind="page" if page else "offset" if offset else "cursor" if mark else "none",
        limit=limit.input if limit else None,
        offset=offset.input if offset else None,
        page=page.input if page else None,
        after=after.input if after else None,
        before=before.input if before else None,
        mark="id" if mark and mark.word in MARKS_OF_ID else "token",
        first=_first_number(schemas, number, is_page=page is not None) if number else 0,
        size=size,
        most=most,
    )


def _is_mark(schemas: Schemas, ask: Ask) -> bool:
    """No moment in time: `after=2024-01-01` and `before=1443652232590` filter, they do not page."""
    if schemas.resolve(ask.schema).get("format") in ("date", "date-time"):
        return False
    if ask.word not in ("after", "before"):
        return True
    return not _is_number(schemas, ask) and (not _MOMENT.search(ask.text) or bool(_MARK.search(ask.text)))


def _is_number(schemas: Schemas, ask: Ask) -> bool:
    return schemas.kind(ask.schema) in ("integer", "number")


def _is_numbered(schemas: Schemas, page: Ask) -> bool:
    """A text that counts pages: its name, its default or example, or its description says so."""
    found = schemas.resolve(page.schema)
    if any(str(found.get(word, "")).isdecimal() for word in ("default", "example")):
        return True
    return page.word not in ("page", "p", "currentpage") or bool(_NUMBERED.search(page.text))


def _first(asks: list[Ask], words: frozenset[str]) -> Ask | None:
    return next((ask for ask in asks if ask.word in words), None)


def _is_count(schemas: Schemas, ask: Ask) -> bool:
    """Numbers, and what has no type; a text only where its name leaves no doubt."""
    kind = schemas.kind(ask.schema)
    return kind in ("integer", "number", "") or (
        kind == "string" and ask.word in ("limit", "pagesize", "perpage", "skip")
    )


def _sizes(schemas: Schemas, limit: Ask | None, number: Ask | None) -> tuple[int | None, int | None]:
    """Default and largest size of a page."""
    if limit is None:
        return (_said(_MOST, number.text) or _said(_PER_PAGE, number.text), None) if number else (None, None)
    found = schemas.resolve(limit.schema)
    most = found.get("maximum")
    most = int(most) if isinstance(most, (int, float)) and abs(most) < LARGEST else _said(_MOST, limit.text)
    size = found.get("default")
    size = int(size) if isinstance(size, (int, float, str)) and str(size).isdigit() else _said(_DEFAULT, limit.text)
    return (min(size, most) if size and most else size or None), most


def _said(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text.replace(",", ""))
    return int(found[1]) if found else None


def _first_number(schemas: Schemas, ask: Ask, *, is_page: bool) -> int:
    """What the first page, or the first document, is counted as."""
    found = schemas.resolve(ask.schema)
    for word in ("default", "minimum"):
        value = found.get(word)
        if value in (0, 1, "0", "1") and not isinstance(value, bool):
            return int(value)
    if _ZERO.search(ask.text):
        return 0
    if _ONE.search(ask.text):
        return 1
    if is_page:
        return 0 if ask.word == "pageindex" else 1
    return 1 if ask.word in ("startposition", "startrow") else 0
