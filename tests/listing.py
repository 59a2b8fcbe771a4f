"""What is asked of every list: all pages by whatever paging it has, what each page says of itself, filters, order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sandbooks.generic.filters import _holds
from sandbooks.generic.places import ABSENT, find_at, split_property, values_at
from sandbooks.resources import Behaviour, Filter, Input, Meta, read_order
from sandbooks.spec import Operation
from tests.calling import Client
from tests.documents import Broken, Document, Made, Maker, Untried, at, body_of, documents_in, name_of

Json = Any  # a JSON value
Inputs = Mapping[Input, Json]
SMALL = 2
LARGE = 100
MOST_PAGES = 60

_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="?next"?')


@dataclass
class Page:
    """One page as it was answered."""

    answer: httpx.Response
    documents: list[Document]

    def value(self, meta: Meta) -> Json:
        """What stands at a meta in the body; None for nothing, in any spelling."""
        found = find_at(body_of(self.answer), meta.path)
        return None if found is ABSENT or found == "" else found

    def header(self, meta: Meta) -> str | None:
        value: str | None = self.answer.headers.get(meta.path[0])
        return value


class Lister:
    """Reads one list as a client does.

    Args:
        path: the path parameters that name the parents.
    """

    def __init__(self, maker: Maker, operation: Operation, behaviour: Behaviour, path: Mapping[str, Json]) -> None:
        self.client: Client = maker.client
        self.operation = operation
        self.behaviour = behaviour
        self.paging = behaviour.paging
        self.path = path
        own = maker.resources[str(behaviour.resource)].id_property
        self.id = split_property(behaviour.part.id_property if behaviour.part else own)
        self.body = self._bare_body()
        self.given: dict[Input, Json] = {}

    def suit(self, document: Document) -> None:
        """Give the filters without which no call goes what the document holds, so that the list shows it."""
        for each in self.behaviour.filters:
            if each.input is not None and each.input.source == "query" and self.is_required(each.input):
                values = [value for value in values_at(document, split_property(each.property)) if value is not None]
                schema = schema_of(self.operation, each.input)
                fit = fitting(self, schema, values[0]) if values and schema is not None else ABSENT
                if fit is not ABSENT:
                    self.given[each.input] = fit

    def page(self, inputs: Inputs | None = None) -> Page:
        """One page.

        Raises:
            Broken: no success.
        """
        page = self.paging.page
        first = {page: self.paging.first} if page is not None and self.is_required(page) else {}
        inputs = {**first, **self.given, **(inputs or {})}
        answer = self.client.send(self.operation, self.path, inputs=inputs, body=self.body)
        return self._read(answer)

    def all(self, inputs: Inputs | None = None, *, size: int = LARGE) -> list[Page]:
        """Every page, each asked for by the list's own inputs."""
        step = {"offset": self._by_number, "page": self._by_number, "cursor": self._by_mark}.get(self.paging.kind)
        asked = {**(inputs or {}), **self._sized(size)}
        pages = [self.page(asked)]
        while step is not None and len(pages) < MOST_PAGES:
            following = step(pages, asked)
            if following is None:
                break
            page = self.page(following)
            if not page.documents:
                break
            pages.append(page)
        return pages

    def by_links(self, *, size: int) -> list[Page] | None:
        """Every page, following the addresses that the pages give; None where they give none."""
        metas = [meta for meta in self.behaviour.answer.meta if meta.meaning == "next_url"]
        links = [meta for meta in self.behaviour.answer.headers if meta.meaning == "links"]
        if not (metas or links) or self.paging.kind == "none":
            return None
        pages = [self.page(self._sized(size))]
        while len(pages) < MOST_PAGES:
            address = next((value for meta in metas if (value := pages[-1].value(meta))), None)
            if not address and links and (found := _NEXT.search(pages[-1].header(links[0]) or "")):
                address = found[1]
            if not address:
                return pages
            pages.append(self._read(self.client.follow(self.operation.method, str(address))))
        return pages

    def key(self, document: Document) -> str:
        """What tells documents of this list apart: the id, or all of it where the id is not shown."""
        found = find_at(document, self.id)
        return json.dumps(document, sort_keys=True) if found in (ABSENT, None) else str(found)

    def keys(self, pages: list[Page]) -> list[str]:
        return [self.key(document) for page in pages for document in page.documents]

    def asks_for_words(self) -> bool:
        """No call goes without words to look for, or a condition."""
        search = self.behaviour.search
        inputs = [*(each.input for each in self.behaviour.conditions), *([search.input] if search else [])]
        return any(self.is_required(each) for each in inputs)

    def is_required(self, input: Input) -> bool:
        """No call goes without this input."""
        named = (each for each in self.operation.parameters if (each.location, each.name) == ("query", input.path[0]))
        return any(each.required for each in named)

    def _sized(self, size: int) -> dict[Input, Json]:
        paging = self.paging
        if paging.limit is None:
            return {}
        return {paging.limit: min(size, paging.most or size)}

    def _by_number(self, pages: list[Page], asked: Inputs) -> Inputs | None:
        paging, seen = self.paging, sum(len(page.documents) for page in pages)
        if paging.page is not None:
            return {**asked, paging.page: paging.first + len(pages)}
        assert paging.offset is not None
        return {**asked, paging.offset: paging.first + seen}

    def _by_mark(self, pages: list[Page], asked: Inputs) -> Inputs | None:
        paging, last = self.paging, pages[-1]
        if paging.after is None:
            return None
        if paging.mark == "id":
            mark = find_at(last.documents[-1], self.id) if last.documents else ABSENT
            return None if mark is ABSENT else {**asked, paging.after: mark}
        for meta in self.behaviour.answer.meta:
            if meta.meaning == "next_cursor":
                value = last.value(meta)
                return {**asked, paging.after: value} if value is not None else None
        for meta in self.behaviour.answer.headers:
            if meta.meaning == "next_cursor":
                value = last.header(meta)
                return {**asked, paging.after: value} if value else None
        return None

    def _bare_body(self) -> Json:
        """The body of a search that asks for nothing; as little as its schema admits."""
        if self.operation.body is None:
            return None
        for media_type in self.operation.body.content:
            if not self.operation.check_body(media_type, {}):
                return {}
        return self.client.body(self.operation)

    def _read(self, answer: httpx.Response) -> Page:
        if answer.status_code != self.behaviour.success:
            raise Broken(f"{name_of(self.operation)} lists with {answer.status_code}: {answer.text:.200}")
        return Page(answer, documents_in(body_of(answer), self.behaviour.answer))


def check_whole(lister: Lister) -> None:
    """Each document is there once.

    Raises:
        Broken: one is there twice.
    """
    pages = lister.all()
    whole = lister.keys(pages)
    ids = [find_at(document, lister.id) for page in pages for document in page.documents]
    if len(set(whole)) != len(whole) and ABSENT not in ids:
        raise Broken(f"{name_of(lister.operation)} shows a document twice")


def check_pages(lister: Lister) -> None:
    """Small pages hold together what large pages hold, and each says right what page it is.

    Raises:
        Broken: one does not.
        Untried: the list cannot be cut.
    """
    whole = lister.keys(lister.all())
    if lister.paging.limit is None:
        raise Untried(f"{name_of(lister.operation)}: no input says how long a page is")
    for way, pages in (("its inputs", lister.all(size=SMALL)), ("its links", lister.by_links(size=SMALL))):
        if pages is None:
            continue
        if lister.paging.kind == "cursor" and len(pages) == 1 and way == "its inputs" and len(whole) > SMALL:
            if lister.by_links(size=SMALL) is None:
                raise Untried(f"{name_of(lister.operation)}: no member of a page says how to go on")
            continue
        keys = lister.keys(pages)
        if keys != whole:
            raise Broken(f"{name_of(lister.operation)} by {way} shows {keys[:9]}, as a whole {whole[:9]}")
        for index in range(len(pages)):
            _check_metas(lister, pages, index, total=len(whole))


def _check_metas(lister: Lister, pages: list[Page], index: int, *, total: int) -> None:
    page = pages[index]
    start = sum(len(each.documents) for each in pages[:index])
    for meta in lister.behaviour.answer.meta:
        said = page.value(meta)
        if not _is_right(lister, meta, said, page=page, index=index, start=start, total=total):
            where = ".".join(meta.path)
            raise Broken(
                f"{name_of(lister.operation)} page {index}: {where} ({meta.meaning}) is {said!r:.60}, total {total}"
            )
    for meta in lister.behaviour.answer.headers:
        text = page.header(meta)
        if meta.meaning == "links":
            if (start + len(page.documents) < total) != bool(_NEXT.search(text or "")):
                raise Broken(f"{name_of(lister.operation)} page {index}: Link is {text!r:.80}, total {total}")
        elif not _is_right(lister, meta, text, page=page, index=index, start=start, total=total):
            raise Broken(f"{name_of(lister.operation)} page {index}: {meta.path[0]} is {text!r:.60}, total {total}")


def _is_right(lister: Lister, meta: Meta, said: Json, *, page: Page, index: int, start: int, total: int) -> bool:
    end, size = start + len(page.documents), SMALL
    first = lister.paging.first if lister.paging.kind == "offset" else 0
    more, number = end < total, index + (lister.paging.first if lister.paging.kind == "page" else 1)
    if lister.paging.most is not None:
        size = min(SMALL, lister.paging.most)
    exact: dict[str, Json] = {
        "total": total,
        "count": len(page.documents),
        "has_more": more,
        "has_previous": start > 0,
        "is_last": not more,
        "is_first": start == 0,
        "page": number,
        "next_page": number + 1 if more else None,
        "previous_page": number - 1 if start > 0 else None,
        "pages": -(-total // size),
        "page_size": size,
        "offset": start + first,
        "next_offset": end + first if more else None,
        "first_item": start + 1 if page.documents else 0,
        "last_item": end if page.documents else 0,
    }
    if meta.meaning in exact:
        wanted = exact[meta.meaning]
        if wanted is None:
            return said in (None, 0)
        return str(said).lower() == str(wanted).lower()
    if meta.meaning in ("next_cursor", "next_url"):
        return (said is not None) == more
    return True


def check_filter(lister: Lister, made: Made, document: Document, stored: Document, condition: Filter) -> None:
    """A filter by a value of the document, as it is stored, finds it, and nothing that does not meet it.

    Raises:
        Broken: it does not.
        Untried: the document has no such value, or the input does not take it.
    """
    if condition.input is None or condition.input.source not in ("query", "body"):
        return
    place = split_property(condition.property)
    values = [value for value in values_at(stored, place) if value is not None and not isinstance(value, dict | list)]
    told = f"{name_of(lister.operation)} by {'.'.join(condition.input.path)}"
    if not values and condition.operator != "exists":
        raise Untried(f"{told}: the document has no `{condition.property}`")
    text = _asked(condition, values[0] if values else None)
    schema = schema_of(lister.operation, condition.input)
    if schema is not None and (text := fitting(lister, schema, text)) is ABSENT:
        raise Untried(f"{told}: it does not take what `{condition.property}` holds")
    pages = lister.all({condition.input: text})
    found = lister.key(document) in lister.keys(pages)
    if found != (condition.operator not in ("gt", "lt", "ne", "not_in") and (bool(values) or text is not True)):
        raise Broken(f"{told}={text!r:.40} {'shows' if found else 'does not show'} {made.id!r:.40}")
    for each in (each for page in pages for each in page.documents):
        shown = [value for value in values_at(each, place) if value is not None]
        if (
            condition.operator == "eq"
            and shown
            and not any(
                str(value) == str(text) or _holds("eq", value, text) or str(value).lower() == str(text).lower()
                for value in shown
            )
        ):
            raise Broken(f"{told}={text!r:.40} shows one whose `{condition.property}` is {shown[0]!r:.40}")


def _asked(condition: Filter, value: Json) -> Json:
    if condition.operator == "exists":
        return True
    if condition.operator in ("contains", "starts_with") and isinstance(value, str):
        return value[:4].strip() or value
    return value


def schema_of(operation: Operation, input: Input) -> Json:
    """The schema of a plain query parameter; None for a key inside one."""
    if input.source != "query" or len(input.path) != 1:
        return None
    return next(
        (each.schema for each in operation.parameters if each.location == "query" and each.name == input.path[0]), None
    )


def fitting(lister: Lister, schema: Json, value: Json) -> Json:
    """The value as the parameter takes it: alone, in a list, as text, as a day; ABSENT where it takes none of these."""
    check = lister.client.vendor.description.check
    texts = [str(value).lower() if isinstance(value, bool) else str(value)]
    texts += [texts[0][:10]] if "T" in texts[0] else []
    tried = [value, [value], *texts, *([each] for each in texts)]
    return next((each for each in tried if not check(schema, each)), ABSENT)


def check_search(lister: Lister, made: Made, document: Document) -> None:
    """Free text from the document finds it, and a text that stands nowhere finds nothing.

    Raises:
        Broken: it does not.
        Untried: the document has no text.
    """
    search = lister.behaviour.search
    if search is None:
        return
    texts = [
        value
        for name in search.properties
        for value in values_at(document, split_property(name))
        if isinstance(value, str) and value.strip()
    ]
    told = f"{name_of(lister.operation)} by {'.'.join(search.input.path)}"
    if not texts:
        raise Untried(f"{told}: the document has no text")
    if lister.key(document) not in lister.keys(lister.all({search.input: texts[0]})):
        raise Broken(f"{told}={texts[0]!r:.40} does not show {made.id!r:.40}")
    if lister.keys(lister.all({search.input: "zyxwvutsrqponm"})):
        raise Broken(f"{told} finds a text that stands nowhere")


def check_order(lister: Lister) -> None:
    """Asked for both ways, the list is in order both ways.

    Raises:
        Broken: it is not.
        Untried: no order can be asked for.
    """
    sort = lister.behaviour.sort
    if sort is None:
        return
    schema = schema_of(lister.operation, sort.input)
    tried = 0
    for name in list(sort.names)[:40]:
        for text, direction in _orders(lister, name):
            order = read_order(sort, text, direction)
            asked = text if schema is None else fitting(lister, schema, text)
            if not order or asked is ABSENT or (tried >= 4):
                continue
            inputs: dict[Input, Json] = {sort.input: asked}
            if sort.direction is not None and direction is not None:
                inputs[sort.direction] = direction
            documents = [each for page in lister.all(inputs) for each in page.documents]
            tried += 1
            _check_ordered(lister, documents, order[0], text)
    if not tried:
        raise Untried(f"{name_of(lister.operation)} by {'.'.join(sort.input.path)}: no order can be asked for")


def _orders(lister: Lister, name: str) -> list[tuple[str, Json]]:
    """What a call may write for one name, rising and falling."""
    sort = lister.behaviour.sort
    assert sort is not None
    spelled = sort.names[name]
    schema = lister.client.vendor.description.resolve(schema_of(lister.operation, sort.input) or {})
    inner = lister.client.vendor.description.resolve(schema.get("items") or {})
    listed = [str(each) for each in (*schema.get("enum", ()), *inner.get("enum", ()))]
    if listed:
        return [(each, None) for each in listed if (read_order(sort, each) or [""])[0].lstrip("-") == spelled]
    last = spelled.rpartition(".")[2]
    if sort.syntax == "separate":
        return [(last, "asc"), (last, "desc")]
    joint = {"colon": ":", "space": " ", "comma": ",", "suffix": "_"}.get(sort.syntax)
    return [(last, None), (f"{last}{joint}desc" if joint else f"-{last}", None)]


def _check_ordered(lister: Lister, documents: list[Document], order: str, text: str) -> None:
    values = [at(document, order.lstrip("-")) for document in documents]
    known = [value for value in values if isinstance(value, str | int | float) and not isinstance(value, bool)]
    if len({isinstance(value, str) for value in known}) > 1:
        return
    if known != sorted(known, reverse=order.startswith("-")):
        raise Broken(f"{name_of(lister.operation)} in order {text!r} shows {known[:6]}")
