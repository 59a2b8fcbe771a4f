"""Members and headers of a list answer that speak of pages: totals, cursors, links, flags.

Knows the names that envelopes use; must not know collections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sandbooks.resources.model import Envelope, Meaning, Meta, Place, Schema
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.words import by_word, split_words, squeeze, vocabulary

HOLDERS = vocabulary(
    """
    meta metadata pagination paging page links pageinfo responsemetadata nextpage next previous prev previouspage
    pager cursor cursors info listinfo pagemetadata resultinfo self first last pagingmetadata paginginfo queryresponse
    pagecontext data paginationinfo result results response payload navigation pages summary list more
    """
)
NUMBERS: dict[str, Meaning] = by_word(
    {
        "total": """
            total totalcount totalitems totalresults totalrecords totalelements totalhits totalrows itemcount
            recordcount resultcount totalsize numfound totalnumber recordstotal overalltotal totalentries
            totalobjects countall totalmatches totalfound grandtotal numresults numrecords numberofrecords
            numberofresults odatacount totalnumberofitems fullcount availableitems size
        """,
        "count": "count numberofelements pagecountitems returned itemsonpage resultsonpage numberofitems",
        "page_size": """
            pagesize perpage limit itemsperpage maxresults pagelimit resultsperpage recordsperpage top take
            maxpagesize
        """,
        "page": "page currentpage pagenumber pageindex pageno number current pagenum currentpagenumber",
        "pages": "pages totalpages pagecount lastpage numpages pagestotal numberofpages totalpagecount pagetotal",
        "next_page": "nextpage next nextpagenumber",
        "previous_page": "previouspage prevpage previous prev previouspagenumber",
        "offset": "offset skip start startindex startposition startat skipped",
        "next_offset": "nextoffset nextstart nextskip nextstartindex",
        "first_item": "from firstitem",
        "last_item": "to lastitem",
    }
)
FLAGS: dict[str, Meaning] = by_word(
    {
        "has_more": """
            hasmore hasnext hasnextpage more istruncated truncated moreavailable moreitems hasmoreitems morerecords
            hasmoreresults hasmorepage hasmorepages hasmorerecords moreresults haspagesleft
        """,
        "has_previous": "hasprevious haspreviouspage hasprev hasprevpage",
        "is_last": "last islast islastpage lastpage done isdone complete nomore",
        "is_first": "first isfirst isfirstpage firstpage",
    }
)
TEXTS: dict[str, Meaning] = by_word(
    {
        "next_cursor": """
            nextcursor nextpagetoken nexttoken continuationtoken endcursor cursor after nextstartingafter nextmarker
            continuation cursornext nextpagecursor nextkey paginationtoken pagetoken nextpageid bookmark nextoffset
            scrollid lastevaluatedkey nextpagekey offset lastkey marker nextcontinuationtoken synctoken
        """,
        "previous_cursor": "previouscursor prevcursor startcursor before previouspagetoken prevpagetoken prevtoken",
        "next_url": """
            next nexturl nextlink nextpageurl nextpageuri nexturi odatanextlink nextpagelink nexthref nextpage
            nextpagepath
        """,
        "previous_url": """
            previous prev previousurl prevurl previouspageurl prevpageurl previouspageuri previouslink prevlink
            previouspage prevpage previousuri
        """,
        "first_url": "first firsturl firstpageurl firstpageuri firstlink firstpage",
        "last_url": "last lasturl lastpageurl lastpageuri lastlink lastpage",
        "self_url": "self selfurl selflink uri current",
    }
)
LINK_NAMES = ("href", "url", "uri", "link")
CURSOR_OF_URL: dict[Meaning, Meaning] = {"next_url": "next_cursor", "previous_url": "previous_cursor"}


@dataclass(frozen=True, slots=True)
class _Member:
    """One scalar on the way: its path, its schema, and the optional object around it nearest to the root."""

    path: Place
    schema: Schema
    required: bool


def find_metas(schemas: Schemas, schema: Schema | None, envelope: Envelope, *, cursor: bool) -> tuple[Meta, ...]:
    """The members beside the items that speak of pages.

    Args:
        cursor: the list goes on by a cursor, so that a bare `next` without a sign of an address is one.
    """
    if not envelope.path or schema is None:
        return ()
    found: dict[Meaning, Meta] = {}
    metas: list[Meta] = []
    for member in _members(schemas, schema, (), envelope.path):
        if meta := _meta(schemas, member, cursor=cursor):
            metas.append(meta)
            found.setdefault(meta.meaning, meta)
    if "total" not in found and "count" in found:
        metas = [replace(meta, meaning="total") if meta.meaning == "count" else meta for meta in metas]
    elif len([meta for meta in metas if meta.meaning == "total"]) > 1:
        metas = [replace(meta, meaning="page_size") if _is_size(meta) else meta for meta in metas]
    return tuple(metas)


def find_header_metas(schemas: Schemas, headers: Mapping[str, Schema]) -> tuple[Meta, ...]:
    """The headers of a list answer that speak of pages."""
    metas = []
    for name, schema in headers.items():
        words = [word for word in split_words(name) if word not in ("x", "pagination", "paging", "meta")]
        word = "".join(words)
        kind = schemas.kind(schema)
        if word in ("link", "links"):
            metas.append(Meta((name,), "links", "string"))
        elif meaning := FLAGS.get(word) if kind == "boolean" else NUMBERS.get(word):
            metas.append(Meta((name,), meaning, "boolean" if kind == "boolean" else "integer"))
        elif TEXTS.get(word) in ("next_cursor", "previous_cursor"):
            metas.append(Meta((name,), TEXTS[word], "string"))
    return tuple(metas)


def _is_size(meta: Meta) -> bool:
    return squeeze(meta.path[-1]) == "size"


def _members(schemas: Schemas, schema: Schema, path: Place, items: Place) -> Iterator[_Member]:
    """The scalars beside and around the items, and those in objects that hold such."""
    required = schemas.required(schema)
    for name, inner in schemas.properties(schema).items():
        here = (*path, name)
        if here == items:
            continue
        kind = schemas.kind(inner)
        holds = kind == "object" and (here == items[: len(here)] or _speaks_of_pages(schemas, name, inner))
        if holds and len(here) < 4:
            yield from _members(schemas, inner, here, items)
        elif kind not in ("object", "array"):
            yield _Member(here, inner, name in required)


def _speaks_of_pages(schemas: Schemas, name: str, schema: Schema) -> bool:
    """By its name, or, whatever that is, by a flag in it that says whether there is more."""
    return squeeze(name) in HOLDERS or any(
        FLAGS.get(squeeze(inner)) == "has_more" and schemas.kind(found) == "boolean"
        for inner, found in schemas.properties(schema).items()
    )


def _meta(schemas: Schemas, member: _Member, *, cursor: bool) -> Meta | None:
    kind = schemas.kind(member.schema)
    meaning = _meaning(schemas, member, kind, cursor=cursor)
    if meaning is None:
        return None
    gone = member.path
    if len(gone) > 1 and squeeze(gone[-2]) in ("next", "prev", "previous", "nextpage", "first", "last"):
        gone = gone[:-1]
    nullable = is_nullable(schemas, member.schema) or gone != member.path
    absent = (
        "null"
        if nullable and gone == member.path
        else "omit"
        if gone != member.path or not member.required
        else "empty"
    )
    return Meta(member.path, meaning, kind if kind in ("integer", "number", "boolean") else "string", absent, gone)  # type: ignore[arg-type]


def _meaning(schemas: Schemas, member: _Member, kind: str, *, cursor: bool) -> Meaning | None:
    word = squeeze(member.path[-1])
    if len(member.path) > 1 and word in LINK_NAMES:
        word = squeeze(member.path[-2])
        return TEXTS.get(word) if kind in ("string", "") else None
    if kind == "boolean":
        return FLAGS.get(word)
    if kind in ("integer", "number"):
        return NUMBERS.get(word)
    meaning = TEXTS.get(word)
    if len(member.path) > 1 and word in ("path",):
        return None
    if meaning in CURSOR_OF_URL and cursor and not _is_address(schemas, member):
        return CURSOR_OF_URL[meaning]
    if meaning is None and word in NUMBERS and NUMBERS[word] in ("total", "pages") and kind == "string":
        return NUMBERS[word]
    return meaning


def _is_address(schemas: Schemas, member: _Member) -> bool:
    found = schemas.resolve(member.schema)
    example = str(found.get("example") or "")
    text = str(found.get("description") or "").lower()
    told = squeeze(member.path[-1]).endswith(("url", "uri", "link", "href")) or squeeze(member.path[0]) == "links"
    return (
        told
        or found.get("format") in ("uri", "url", "uri-reference")
        or example.startswith(("http", "/"))
        or any(word in text for word in ("url", "uri", "link"))
    )


def is_nullable(schemas: Schemas, schema: Schema) -> bool:
    """Null is a value of this schema."""
    found = schemas.resolve(schema)
    named = found.get("type")
    if found.get("nullable") is True or (isinstance(named, list) and "null" in named):
        return True
    branches = [*(found.get("oneOf") or ()), *(found.get("anyOf") or ())]
    return any(isinstance(branch, dict) and branch.get("type") == "null" for branch in branches)
