"""The rules for a collection and its documents: list, read, make, change, delete. Each says yes or no with a reason.

Knows one case at a time; must not know the other operations but through the collection.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sandbooks.resources.asks import asks_of_query
from sandbooks.resources.bodies import is_binary, is_upload, request_schema
from sandbooks.resources.cases import Case
from sandbooks.resources.envelopes import Spot, find_spots, one_or_several
from sandbooks.resources.lists import describe_list
from sandbooks.resources.model import Behaviour, Envelope, Input, Setting
from sandbooks.resources.words import split_words, squeeze, stem, vocabulary
from sandbooks.spec import Operation

Verdict = Behaviour | str | None
"""A behaviour is a yes, a text a no with its reason, None: not the subject of the rule."""

MAKE_WORDS = vocabulary("create creates creating add adds adding new make makes")
_UPSERT = re.compile(
    r"(?i)upsert|create[sd]?[ _-]?(?:\w+[ _-])?or[ _-]?(?:update|replace)|(?:update|replace)[sd]?[ _-]?or[ _-]?create"
)
_SEARCH = re.compile(r"(?i)search|\bfind|quer(?:y|ies)|filter|look[ -]?up|\blist|\bfetch|retriev|\bget")
_ALL = re.compile(r"(?i)\b(?:all|every|clears?|empty|empties|purges?|flush(?:es)?|remove everything)\b")
_PARTIAL = re.compile(
    r"(?i)\bpartial|\bsparse|only the (?:given|provided|specified|supplied|fields|properties|attributes)"
)


def read_one(case: Case) -> Verdict:
    """GET on the path of one document reads it."""
    if case.position != "item" or case.method != "GET":
        return None
    if is_binary(case.operation, case.success()):
        return f"{case.title} answers a file, not a document"
    found = case.infer("get", f"{case.title} reads a document of `{case.resource.name}` {by_id(case)}")
    answer = case.answer_of(found.success)
    if answer.kind == "other":
        return f"{case.title} answers something else than a document of `{case.resource.name}`"
    return replace(found, answer=answer)


def change_one(case: Case) -> Verdict:
    """PUT replaces a document, PATCH and POST on its path change it."""
    if case.position != "item" or case.method not in ("PUT", "PATCH", "POST"):
        return None
    sent = case.sent() or (first_object(case) if case.method != "POST" or answers_document(case) else None)
    settings = find_settings(case)
    is_file = is_upload(case.operation)
    is_shown = case.answer_of(case.success(201)).kind in ("item", "items")
    bare = (case.operation.body is None or is_file) and (case.method == "PUT" or is_shown)
    if sent is None and not settings and not bare and not takes_patch(case):
        return f"{case.title} names nothing that a document of `{case.resource.name}` has"
    whole = case.method == "PUT" and not is_file and not is_partial(case)
    verb = "replaces" if whole else "changes the file of" if is_file else "changes"
    reason = f"{case.title} {verb} a document of `{case.resource.name}` {by_id(case)}"
    upsert = (whole or (is_file and case.method == "PUT")) and makes_absent(case)
    found = case.infer("replace" if whole else "update", f"{reason}, or makes it" if upsert else reason)
    status = case.success(200, 204) if upsert else found.success
    return replace(
        found,
        success=status,
        success_created=case.success(201, status) if upsert else None,
        request=sent.envelope if sent else Envelope("item" if takes_patch(case) else "empty"),
        answer=case.answer_of(status),
        upsert=upsert,
        settings=settings,
    )


def delete_one(case: Case) -> Verdict:
    """DELETE on the path of one document deletes it."""
    if case.position != "item" or case.method != "DELETE":
        return None
    soft = case.resource.soft_delete
    how = f" by setting `{soft.property}`" if soft else ""
    found = case.infer("delete", f"{case.title} deletes a document of `{case.resource.name}` {by_id(case)}{how}")
    return replace(found, answer=case.answer_of(found.success))


def list_all(case: Case) -> Verdict:
    """GET on the path of the collection lists it."""
    if case.position != "list" or case.method != "GET":
        return None
    spot = case.listed(sure=True)
    if spot is None:
        return f"{case.title} answers no array of documents"
    found = case.infer("list", f"{case.title} lists the documents of `{case.resource.name}`{under(case)}")
    return describe_list(case, found, spot.envelope)


def search_by_post(case: Case) -> Verdict:
    """POST on the collection that takes no document and answers many is a search, where another call makes them."""
    if case.position != "list" or case.method != "POST" or case.sent() is not None:
        return None
    spot = case.listed(sure=False)
    if spot is None or case.operation.body is None or not _SEARCH.search(case.text):
        return None
    found = case.infer("list", f"{case.title} answers the documents of `{case.resource.name}` that its body asks for")
    return describe_list(case, found, spot.envelope)


def make(case: Case) -> Verdict:
    """POST on the path of the collection makes documents; so does a PUT that says so."""
    if case.position != "list" or not (case.method == "POST" or (case.method == "PUT" and _says_create(case))):
        return None
    sent = case.sent() or (first_object(case) if answers_document(case) else None)
    is_file = is_upload(case.operation) and answers_document(case)
    if sent is None and case.operation.body is not None and not is_file:
        return f"{case.title} takes a body that is no document of `{case.resource.name}`"
    return describe_make(case, sent)


def make_at_path(case: Case) -> Verdict:
    """POST on the path of one document that says it makes one, where nothing is made on the collection's path."""
    if case.position != "item" or case.method != "POST" or case.key or not says_make(case.operation):
        return None
    sent = case.sent() or first_object(case)
    if _is_made_on_list(case) or _UPSERT.search(case.text) or (sent is not None and _must_name_id(case, sent)):
        return None
    return describe_make(case, sent)


def make_by_link(case: Case) -> Verdict:
    """POST elsewhere makes the document that a link in its answer leads to."""
    if case.position != "linked":
        return None
    return describe_make(case, case.sent() or first_object(case))


def describe_make(case: Case, sent: Spot | None) -> Behaviour:
    """The behaviour of a create, of one document or many."""
    spots = find_spots(case.schemas, request_schema(case.operation))
    request = one_or_several(case.schemas, spots, sent) if sent else Envelope("empty")
    many = sent is not None and (request.kind == "items" or bool(request.several) or _takes_both(case, sent))
    noun = "documents" if many else "a document"
    back = f"{case.word} leads to it" if case.position == "linked" else read_back(case)
    found = case.infer("create", f"{case.title} makes {noun} of `{case.resource.name}`: {back}")
    status = case.success(201)
    return replace(
        found,
        success=status,
        request=request,
        answer=case.answer_of(status, several=many),
        many=many,
        upsert=bool(_UPSERT.search(case.text)),
        takes_id=sent is not None and _shows_id(case, sent),
        settings=find_settings(case) if sent is None else (),
    )


def change_by_body(case: Case) -> Verdict:
    """PUT and PATCH on the path of the collection change the documents that the body names."""
    if case.position != "list" or case.method not in ("PUT", "PATCH"):
        return None
    sent = case.sent()
    if sent is None or not _shows_id(case, sent):
        return f"{case.title} does not name the document that it changes"
    whole = case.method == "PUT" and not is_partial(case)
    id_property = case.resource.id_property
    verb = "replaces" if whole else "changes"
    found = case.infer(
        "replace" if whole else "update",
        f"{case.title} {verb} the document of `{case.resource.name}` that its body names by `{id_property}`",
    )
    return replace(
        found,
        id=Input(tuple(id_property.split(".")), "body"),
        request=sent.envelope,
        answer=case.answer_of(found.success),
        many=sent.envelope.kind == "items",
        upsert=bool(_UPSERT.search(case.text)),
        success_created=case.success(201, found.success) if _UPSERT.search(case.text) else None,
    )


def delete_by_name(case: Case) -> Verdict:
    """DELETE on the path of the collection deletes the documents whose ids it is given."""
    if case.position != "list" or case.method != "DELETE":
        return None
    named = find_ids(case)
    if named is None:
        return _delete_all(case)
    place, many = named
    told = f" named in `{place.path[-1]}`" if place.path else " that its body names"
    found = case.infer("delete", f"{case.title} deletes the documents of `{case.resource.name}`{told}")
    return replace(found, id=place, many=many, answer=case.answer_of(found.success))


def _delete_all(case: Case) -> Verdict:
    """Without ids only where it is said, or conditions choose."""
    found = case.infer("delete", f"{case.title} deletes all documents of `{case.resource.name}`{under(case)}")
    chosen = describe_list(case, found, Envelope()).filters
    if not chosen and not _ALL.search(case.text):
        return f"{case.title} names no document of `{case.resource.name}`, nor says that it deletes all"
    return replace(found, many=True, filters=chosen, answer=case.answer_of(found.success))


RULES = (
    read_one,
    make_at_path,
    change_one,
    delete_one,
    list_all,
    search_by_post,
    make,
    make_by_link,
    change_by_body,
    delete_by_name,
)


def first_object(case: Case) -> Spot | None:
    """The body as a whole, where it is an object: what a document and it share is taken from it."""
    spots = find_spots(case.schemas, request_schema(case.operation))
    return spots[0] if spots and spots[0].envelope.kind == "item" else None


def takes_patch(case: Case) -> bool:
    """The body is a list of steps that change the document: a JSON patch (RFC 6902)."""
    named = case.operation.body is not None and any("json-patch" in name for name in case.operation.body.content)
    step = case.schemas.items(request_schema(case.operation))
    return case.method == "PATCH" and (named or {"op", "path"} <= case.schemas.properties(step).keys())


def answers_document(case: Case) -> bool:
    """The call answers a document of the collection, and so is about one."""
    return case.answer_of(case.success(201)).kind == "item"


def is_partial(case: Case) -> bool:
    """A PUT that keeps what it does not name: it says so, or what it may leave out its documents must have."""
    if _PARTIAL.search(case.text):
        return True
    sent = case.sent()
    if sent is None or "PATCH" in case.group.operations or (sent.name and sent.name in case.wanted):
        return False
    needs = {
        name
        for name in case.schemas.required(case.resource.schema)
        if case.schemas.resolve(case.schemas.properties(case.resource.schema).get(name)).get("readOnly") is not True
    }
    open_names = set(case.schemas.properties(sent.schema)) - case.schemas.required(sent.schema)
    return bool(needs & open_names)


def makes_absent(case: Case) -> bool:
    """A PUT that makes what does not exist: it says so, has a 201, or nothing else makes such documents."""
    return "201" in case.operation.responses or bool(_UPSERT.search(case.text)) or not _is_made_on_list(case)


def says_make(operation: Operation) -> bool:
    """Its id, its summary or its description begins with a word for making."""
    begins = (split_words(text)[:1] for text in (operation.id, operation.summary, operation.description))
    return any(words and words[0] in MAKE_WORDS for words in begins)


def _is_made_on_list(case: Case) -> bool:
    """A list takes new documents; one below a document of the kind needs that first (`/repos/{repo}/forks`)."""
    own = case.group.template.key
    lists = [group for group, _ in case.draft.places if group and group.template.key[: len(own)] != own]
    return any("POST" in group.operations for group in lists)


def find_settings(case: Case) -> tuple[Setting, ...]:
    """The query parameters that set properties of the document."""
    own = {squeeze(name): name for name in case.schemas.properties(case.resource.schema)}
    named = ((ask, own.get(ask.word)) for ask in asks_of_query(case.schemas, case.operation))
    return tuple(Setting(ask.input, name) for ask, name in named if name and name != case.resource.id_property)


def find_ids(case: Case) -> tuple[Input, bool] | None:
    """Where a call names documents by id outside its path, and whether it names several."""
    words = {
        squeeze(case.resource.id_property),
        "id",
        f"{case.draft.noun}id",
        squeeze(case.draft.naming.parameter if case.draft.naming else ""),
    } - {""}
    for ask in asks_of_query(case.schemas, case.operation):
        if ask.word in words:
            return ask.input, case.schemas.kind(ask.schema) == "array"
        if ask.word.removesuffix("s") in words:
            return ask.input, True
    body = request_schema(case.operation)
    if case.schemas.kind(body) == "array" and case.schemas.kind(case.schemas.items(body)) in ("string", "integer"):
        return Input((), "body"), True
    for name, schema in case.schemas.properties(body).items():
        word = squeeze(name)
        if word in words or word.removesuffix("s") in words or stem(name) == case.draft.noun:
            element = case.schemas.items(schema)
            if element is None and word in words:
                return Input((name,), "body"), False
            if element is not None and case.schemas.kind(element) in ("string", "integer"):
                return Input((name,), "body"), True
    return None


def by_id(case: Case) -> str:
    """How the path names the document, for a reason."""
    if case.id_input is None:
        return "of whoever calls: the first of them"
    parameter = case.id_input.path[0]
    hidden = ", which the document does not show" if case.resource.id_hidden else ""
    told = f", as {case.draft.told} says" if case.draft.told else ""
    told = ", which its schema does not name" if case.draft.unnamed else told
    if case.key:
        return f"by `{parameter}` = property `{case.key}`"
    return f"by `{parameter}` = property `{case.resource.id_property}`{hidden}{told}"


def under(case: Case) -> str:
    """The parents of a list, for a reason."""
    named = [f"`{parent.parameter}`" for parent in case.parents()]
    return f" under {', '.join(named)}" if named else ""


def read_back(case: Case) -> str:
    """What shows a made document again, for a reason."""
    for collection, item in case.draft.places:
        if item and "GET" in item.operations:
            by = f"`{item.template.parameters[-1]}` = property `{case.resource.id_property}`"
            return f"`GET {item.operations['GET'].path}` reads it back by {by}"
        if collection and "GET" in collection.operations:
            return f"`GET {collection.operations['GET'].path}` lists it"
    return f"its path names documents by property `{case.resource.id_property}`"


def _shows_id(case: Case, sent: Spot) -> bool:
    """The body may carry the id of the document."""
    properties = case.schemas.properties(sent.schema)
    name = case.resource.id_property.partition(".")[0]
    return name in properties and case.schemas.resolve(properties[name]).get("readOnly") is not True


def _must_name_id(case: Case, sent: Spot) -> bool:
    """The body has to name the id, and the path names it otherwise: it may well mean something else by that."""
    name, noun = case.resource.id_property, case.draft.noun
    usual = {squeeze(name), f"{noun}{squeeze(name)}", "id", f"{noun}id"}
    return name in case.schemas.required(sent.schema) and squeeze(case.parameters[-1]) not in usual


def _says_create(case: Case) -> bool:
    text = case.text.lower()
    return any(word in text for word in ("create", "adds a", "add a ")) and "update" not in text


def _takes_both(case: Case, sent: Spot) -> bool:
    """One document or an array of them."""
    spots = find_spots(case.schemas, request_schema(case.operation))
    return any(
        spot.envelope.kind == "items" and spot.envelope.path == sent.envelope.path and case.similar(spot.schema)
        for spot in spots
    )
