"""Changes of documents as callers send them: merge patches (RFC 7396) and JSON patches (RFC 6902).

Knows JSON; must not know where documents are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sandbooks.errors import Conflict, Detail, Invalid
from sandbooks.generic.places import Json, copy_json, read_whole
from sandbooks.generic.shapes import Shapes, allows_null, kind_of
from sandbooks.spec import Schema

JSON_PATCH_MEDIA = "application/json-patch+json"
LARGEST = 20_000
"""Values in a document that `copy` adds to: one copied into itself twenty times would be a million."""
DEEPEST = 100
"""Levels of such a document, and steps of a path."""


def merge_patch(
    document: dict[str, Json], patch: dict[str, Json], schema: Schema, shapes: Shapes, at: str = ""
) -> None:
    """Merge a patch into a document, in place: objects merge, arrays and values give way.

    Null is stored where the schema names it as a value, and takes the property away where it does not; a map that must
    be there becomes empty.

    Raises:
        Invalid: null for a property that must be there and can be neither null nor an empty map.
    """
    shape = shapes.shape(schema, {**document, **patch})
    for name, value in patch.items():
        inner = shape.properties.get(name, {})
        if value is None:
            if allows_null(shapes.plain(inner)):
                document[name] = None
            elif name in shape.required and _is_map(inner, shapes):
                document[name] = {}
            elif name in shape.required:
                message = f"{name} is null, yet every document has one; leave it out to keep it, or send a value"
                raise Invalid(message, details=[Detail("body", f"{at}/{name}", message, "type")])
            else:
                document.pop(name, None)
        elif isinstance(value, dict):
            kept = document.get(name)
            merged = kept if isinstance(kept, dict) else {}
            merge_patch(merged, value, inner, shapes, f"{at}/{name}")
            document[name] = merged
        else:
            document[name] = copy_json(value)


def _is_map(schema: Schema, shapes: Shapes) -> bool:
    """An object with no properties of its own, which may be empty."""
    is_bare = kind_of(shapes.plain(schema)) == "object" and not shapes.shape(schema).properties
    return is_bare and shapes.fits({}, schema)


def refuse_losses(
    old: dict[str, Json],
    new: dict[str, Json],
    schema: Schema,
    shapes: Shapes,
    *,
    spared: Collection[str] = (),
    at: str = "",
) -> None:
    """Nothing that must be there has gone from a document or from an object in it.

    Args:
        spared: what the server puts back.

    Raises:
        Invalid: something has; the server would have to invent it.
    """
    shape = shapes.shape(schema, new)
    for name, value in old.items():
        inner = shape.properties.get(name, {})
        if name in new:
            if isinstance(value, dict) and isinstance(new[name], dict):
                refuse_losses(value, new[name], inner, shapes, at=f"{at}/{name}")
        elif name in shape.required and name not in spared and shapes.plain(inner).get("readOnly") is not True:
            message = f"{at}/{name} is taken away, yet every document has one; send a value for it"
            raise Invalid(message, details=[Detail("body", f"{at}/{name}", message)])


def is_json_patch(body: Json, media_type: str) -> bool:
    """The body is a JSON patch: by its content type, or, where any type is read, by its form."""
    if not isinstance(body, list):
        return False
    return media_type == JSON_PATCH_MEDIA or all(
        isinstance(each, dict) and {"op", "path"} <= each.keys() for each in body
    )


def apply_json_patch(document: dict[str, Json], operations: list[Json]) -> dict[str, Json]:
    """The document after every operation of a JSON patch.

    Raises:
        Invalid: an operation that is none, or whose path leads nowhere.
        Conflict: a `test` that fails.

    >>> apply_json_patch({"tags": ["a"]}, [{"op": "add", "path": "/tags/-", "value": "b"}])
    {'tags': ['a', 'b']}
    """
    whole: dict[str, Json] = {"": copy_json(document)}
    for index, operation in enumerate(operations):
        kind = operation.get("op") if isinstance(operation, dict) else None
        if not isinstance(kind, str) or kind not in _OPERATIONS:
            raise _refuse(index, f"{operation!r:.80} is no operation; op is one of {', '.join(_OPERATIONS)}")
        _OPERATIONS[kind](whole, operation, index)
    if not isinstance(whole[""], dict):
        raise _refuse(len(operations) - 1, f"{whole['']!r:.80} would be the document; a document is an object")
    return whole[""]


def _add(whole: Json, operation: dict[str, Json], index: int) -> None:
    _put(whole, operation, index, copy_json(operation.get("value")))


def _remove(whole: Json, operation: dict[str, Json], index: int) -> None:
    _take(whole, operation.get("path"), index)


def _replace(whole: Json, operation: dict[str, Json], index: int) -> None:
    if operation.get("path") != "":
        _take(whole, operation.get("path"), index)
    _put(whole, operation, index, copy_json(operation.get("value")))


def _move(whole: Json, operation: dict[str, Json], index: int) -> None:
    _put(whole, operation, index, _take(whole, operation.get("from"), index))


def _copy(whole: Json, operation: dict[str, Json], index: int) -> None:
    holder, key = _holder(whole, operation.get("from"), index)
    if _is_vast(whole):
        raise _refuse(index, "the document is too large to be copied from; send what is wanted as a value")
    _put(whole, operation, index, copy_json(holder[key]))


def _is_vast(value: Json) -> bool:
    """More values or more levels than a document has that is copied from."""
    level, count = [value], 0
    for _ in range(DEEPEST):
        count += len(level)
        if not level or count > LARGEST:
            break
        holders = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [inner for holder in holders for inner in holder]
    return bool(level)


def _test(whole: Json, operation: dict[str, Json], index: int) -> None:
    holder, key = _holder(whole, operation.get("path"), index)
    if holder[key] != operation.get("value"):
        raise Conflict(f"{operation.get('path')} is {holder[key]!r:.80}, not {operation.get('value')!r:.80} as tested")


_OPERATIONS: dict[str, Callable[[Json, dict[str, Json], int], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _put(whole: Json, operation: dict[str, Json], index: int, value: Json) -> None:
    holder, key = _holder(whole, operation.get("path"), index, is_new=True)
    if isinstance(holder, list):
        holder.insert(key, value)
    else:
        holder[key] = value


def _take(whole: Json, path: Json, index: int) -> Json:
    if path == "":
        raise _refuse(index, "the whole document cannot be taken away; delete it instead")
    holder, key = _holder(whole, path, index)
    return holder.pop(key)


def _holder(whole: Json, path: Json, index: int, *, is_new: bool = False) -> tuple[Json, Json]:
    """The object or array that holds what a path names, and its key there."""
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise _refuse(index, f"{path!r:.80} is no JSON pointer; it begins with /")
    if path.count("/") > DEEPEST:
        raise _refuse(index, f"{path:.80} is deeper than {DEEPEST} steps")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]
    value: Json = whole
    for step in steps[:-1]:
        value = value[_key(value, step, index, path)]
    return value, _key(value, steps[-1], index, path, is_new=is_new)


def _key(value: Json, step: str, index: int, path: str, *, is_new: bool = False) -> Json:
    if isinstance(value, dict) and (step in value or is_new):
        return step
    if isinstance(value, list):
        if step == "-" and is_new:
            return len(value)
        if (place := read_whole(step)) is not None and 0 <= place < len(value) + is_new:
            return place
    raise _refuse(index, f"{path} leads nowhere; there is no {step!r}")


def _refuse(index: int, message: str) -> Invalid:
    return Invalid(message, details=[Detail("body", f"/{index}", message)])
