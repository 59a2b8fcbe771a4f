"""Fields of an account's own: sent as `customFieldDataList`, shown as `<entity>FormData` (A42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import Json

if TYPE_CHECKING:
    from .drafts import Draft

FIELDS = "customFieldDataList"
NAME, VALUE = "fieldUname", "value"
_LIST = "formDataFieldDataList"


def merge_fields(draft: Draft) -> None:
    """Lay the fields that were sent over those that are stored, by name; null clears them all."""
    if FIELDS not in draft.sent or draft.entity.form == "none":
        return
    sent, name = draft.sent[FIELDS], draft.entity.form_data
    if sent is None:
        draft.values[name] = None
        return
    if not _is_list(sent):
        draft.refuse(FIELDS, f"{FIELDS} is a list of objects with a {NAME}")
        return
    form = draft.get(name) or {
        "formDataFormTypeUname": f"{draft.entity.prefix}_form".lower(),
        "formDataGuid": draft.call.chance.at("form", draft.index, draft.place, draft.identifier or "").uuid(),
        _LIST: [],
    }
    fields = {each[NAME]: each for each in form[_LIST]}
    fields |= {each[NAME]: {NAME: each[NAME], VALUE: each.get(VALUE)} for each in sent}
    draft.values[name] = {**form, _LIST: list(fields.values())}


def _is_list(sent: Json) -> bool:
    return isinstance(sent, list) and all(
        isinstance(each, dict) and isinstance(each.get(NAME), str) and each[NAME] for each in sent
    )
