"""What a caller sent: the documents in a request body, and the values that parameters set.

Knows envelopes; must not know where documents are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbooks.generic.places import ABSENT, SCALARS, Json, Place, Reader, find_at, put_at, reader_of, split_property
from sandbooks.generic.shapes import Shapes, kind_of
from sandbooks.pack import Call, File
from sandbooks.resources import Behaviour, Envelope, Input
from sandbooks.resources.words import squeeze, vocabulary
from sandbooks.spec import Schema

Sent = dict[str, Json]

_FILE_FACTS: dict[str, Callable[[File], Json]] = {
    **dict.fromkeys(
        vocabulary("filename name originalname originalfilename title displayname"), lambda file: file.name
    ),
    **dict.fromkeys(
        vocabulary("bytes size filesize bytesize bytecount length contentlength sizebytes sizeinbytes filelength"),
        lambda file: len(file.content),
    ),
    **dict.fromkeys(vocabulary("contenttype mimetype mediatype filetype mime"), lambda file: file.media_type),
}


def reader_of_documents(behaviour: Behaviour, id_place: Place) -> Callable[[Call], list[Sent]]:
    """A function that takes the documents, or the parts of them, out of a body; they may still hold files.

    There is one for a body that holds none, so that a document can be made from nothing.
    """
    envelope = behaviour.request

    def read(call: Call) -> list[Sent]:
        found = find_at(call.body, envelope.path)
        if envelope.several and isinstance(beside := find_at(call.body, envelope.several), list):
            found = [*([] if found is ABSENT else [found]), *beside]
        if envelope.kind == "items" or isinstance(found, list):
            elements = found if isinstance(found, list) else [found]
            return [each for element in elements if isinstance(each := find_at(element, envelope.inner), dict)]
        if envelope.kind == "map" and isinstance(found, dict):
            return list(_named(found, id_place))
        return [found] if isinstance(found, dict) and envelope.kind != "empty" else [{}]

    return read


def reader_of_id(behaviour: Behaviour) -> Reader:
    """A function that reads the id of the one document that a call names, ABSENT where it names none."""
    named, within = behaviour.id, behaviour.request.path
    if named is None or named.source != "body" or not within:
        return reader_of(named)
    inside, whole = reader_of(Input((*within, *named.path), "body")), reader_of(named)

    def read(call: Call) -> Json:
        found = inside(call)
        return whole(call) if found is ABSENT else found

    return read


def reader_of_ids(behaviour: Behaviour) -> Callable[[Call], list[Json]]:
    """A function that reads the ids of a call that names several documents: a list, or a text with commas."""
    envelope, place = behaviour.request, behaviour.id.path if behaviour.id else ()
    in_body = behaviour.id is not None and behaviour.id.source == "body"
    read_input = reader_of(behaviour.id)

    def read(call: Call) -> list[Json]:
        if in_body and envelope.kind in ("items", "map"):
            return [each for each in _ids_in(call.body, envelope, place) if each is not ABSENT]
        value = read_input(call)
        if isinstance(value, list):
            return [inner.get("id") if isinstance(inner, dict) else inner for inner in value]
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return [] if value is ABSENT else [value]

    return read


def reader_of_settings(behaviour: Behaviour) -> Callable[[Call], Sent]:
    """A function that reads the properties which parameters set."""
    settings = [(reader_of(each.input), split_property(each.property)) for each in behaviour.settings]

    def read(call: Call) -> Sent:
        found: Sent = {}
        for read_one, place in settings:
            if (value := read_one(call)) is not ABSENT:
                put_at(found, place, value)
        return found

    return read


def without_files(value: Json) -> Json:
    """A copy without files and bytes, at whatever depth. ABSENT for what is one."""
    if isinstance(value, dict):
        kept = {name: inner if type(inner) in SCALARS else without_files(inner) for name, inner in value.items()}
        if ABSENT not in kept.values():
            return kept
        return {name: inner for name, inner in kept.items() if inner is not ABSENT}
    if isinstance(value, list):
        elements = [inner if type(inner) in SCALARS else without_files(inner) for inner in value]
        rest = [inner for inner in elements if inner is not ABSENT]
        return rest if rest or not elements else ABSENT
    return ABSENT if isinstance(value, File | bytes) else value


def describe_file(file: File, kept: Sent, schema: Schema, shapes: Shapes) -> None:
    """Add what the document shows of a file and nobody sent: its name, size and type."""
    for name, inner in shapes.shape(schema, kept).properties.items():
        fact = _FILE_FACTS.get(squeeze(name))
        if fact is None or name in kept or kind_of(shapes.plain(inner)) not in ("string", "integer", "number"):
            continue
        if (told := fact(file)) != "":
            kept[name] = told


def _named(found: dict[str, Json], id_place: Place) -> Iterable[Sent]:
    for key, document in found.items():
        if isinstance(document, dict):
            named = dict(document)
            put_at(named, id_place, key)
            yield named


def _ids_in(body: Json, envelope: Envelope, place: Place) -> list[Json]:
    found = find_at(body, envelope.path)
    if isinstance(found, dict) and envelope.kind == "map":
        return list(found)
    elements = found if isinstance(found, list) else [found]
    return [
        find_at(find_at(element, envelope.inner), place) if isinstance(element, dict) else element
        for element in elements
    ]
