"""The rules for what stands beside a collection: searches, counts, bulk calls, other keys, actions, singletons.

Knows one case at a time; must not know the other operations but through the collection.
"""

from __future__ import annotations

from dataclasses import replace

from sandbooks.resources.acts import STATUS_NAMES, find_action, results_of, undo_action
from sandbooks.resources.bodies import answer_schema, request_schema, value_schema
from sandbooks.resources.cases import Case
from sandbooks.resources.envelopes import LIKE, choose_many, find_spots, overlap
from sandbooks.resources.lists import describe_list
from sandbooks.resources.metas import NUMBERS
from sandbooks.resources.model import Envelope, Filter, Input, Schema, Verb
from sandbooks.resources.parts import find_part
from sandbooks.resources.properties import Properties
from sandbooks.resources.rules import Verdict, by_id, describe_make, find_ids, first_object
from sandbooks.resources.words import SEARCH_WORDS, is_plural, split_words, squeeze, stem, vocabulary

CREATED = 201
VERBS: dict[str, Verb] = {"GET": "get", "PUT": "replace", "PATCH": "update", "POST": "update", "DELETE": "delete"}
ACTS: dict[Verb, str] = {"get": "reads", "replace": "replaces", "update": "changes", "delete": "deletes"}
READ_WORDS = frozenset({"get", "read", "show", "retrieve", "fetch", "info", "detail", "details", "view"})
CHANGE_WORDS = frozenset({"update", "edit", "modify", "change", "set"})
COPY_WORDS = frozenset({"copy", "clone", "duplicate", "fork"})
MAKE_WORDS = frozenset({"upload", "uploads", "import", "content", "create", "new", "add", "register"})
BULK_WORDS = vocabulary("bulk create import many array multiple collection upsert")
MANY_WORDS = vocabulary("batch list")  # many are made or many are asked for: the one that sends documents makes them


def count_all(case: Case) -> Verdict:
    """GET `/things/count` says how many there are."""
    if case.position != "below_list" or case.method != "GET" or squeeze(case.word) not in ("count", "total", "counts"):
        return None
    schema = value_schema(case.operation, case.success())
    if case.schemas.kind(schema) in ("integer", "number"):
        place: tuple[str, ...] | None = ()
    else:
        names = case.schemas.properties(schema)
        place = next(((name,) for name in names if NUMBERS.get(squeeze(name)) in ("total", "count")), None)
    if place is None:
        return f"{case.title} shows no number of documents"
    found = case.infer("count", f"{case.title} counts the documents of `{case.resource.name}`")
    return describe_list(case, found, Envelope("other", place))


def search(case: Case) -> Verdict:
    """A path below the collection that answers documents of it lists those that its inputs ask for."""
    if case.position != "below_list" or case.method not in ("GET", "POST"):
        return None
    spot = case.listed(sure=False)
    words = split_words(case.word)
    if spot is None or not _is_of(case, spot.schema, spot.name):
        return None
    asks = SEARCH_WORDS if _sends_documents(case) else SEARCH_WORDS | MANY_WORDS
    if case.method == "POST" and not asks & set(words):
        return None
    found = case.infer("list", f"{case.title} lists the documents of `{case.resource.name}` that its inputs ask for")
    listed = describe_list(case, found, spot.envelope)
    fixed = _fixed_filter(case)
    if fixed is None:
        return listed
    reason = f"{case.title} lists the documents of `{case.resource.name}` with `{fixed.property}` {fixed.value}"
    return replace(listed, reason=reason, filters=(*listed.filters, fixed))


def make_many(case: Case) -> Verdict:
    """POST below the collection with an array of its documents makes them all."""
    if case.position != "below_list" or case.method not in ("POST", "PUT"):
        return None
    sent = case.sent()
    words = set(split_words(case.word))
    if sent is None or not _sends_documents(case):
        return None
    if not words & (BULK_WORDS | MANY_WORDS) or words & {"delete", "update"}:
        return None
    return describe_make(case, sent)


def make_beside(case: Case) -> Verdict:
    """POST below the collection that answers a new document of it makes that: `/files/upload`."""
    if case.position != "below_list" or case.method != "POST":
        return None
    words = set(split_words(case.word))
    if (SEARCH_WORDS | MANY_WORDS) & words or (case.success(201) != CREATED and not words & MAKE_WORDS):
        return None
    answer, listed = case.answer_of(case.success(201)), case.listed(sure=False)
    if answer.kind == "other" and listed is not None and _is_of(case, listed.schema, listed.name):
        answer = listed.envelope
    if answer.kind not in ("item", "items"):
        return None
    return replace(describe_make(case, case.sent() or first_object(case)), answer=answer)


def copy_one(case: Case) -> Verdict:
    """POST `/things/{id}/copy` makes another document like that one."""
    if case.position != "below_item" or case.method != "POST" or not set(split_words(case.word)) & COPY_WORDS:
        return None
    status = case.success(201)
    answer = case.answer_of(status)
    if answer.kind not in ("item", "items"):
        return None
    sent = case.sent()
    found = case.infer("copy", f"{case.title} makes a document of `{case.resource.name}` like the one {by_id(case)}")
    return replace(found, success=status, request=sent.envelope if sent else Envelope("empty"), answer=answer)


def delete_many(case: Case) -> Verdict:
    """`POST /things/bulk-delete` deletes the documents whose ids it is given."""
    if case.position != "below_list" or case.method not in ("POST", "DELETE"):
        return None
    words = set(split_words(case.word))
    if not (words & {"delete", "remove", "destroy"} or (case.method == "DELETE" and words & (BULK_WORDS | MANY_WORDS))):
        return None
    named = find_ids(case)
    if named is None:
        return f"{case.title} names no document of `{case.resource.name}`"
    place, many = named
    found = case.infer("delete", f"{case.title} deletes the documents of `{case.resource.name}` named in its call")
    return replace(found, id=place, many=many, answer=case.answer_of(found.success))


def read_by_other_key(case: Case) -> Verdict:
    """GET `/things/code/{code}` reads by another property than the id."""
    if case.position != "alternate" or case.method != "GET":
        return None
    parameter = case.parameters[-1]
    properties = case.properties()
    stripped = "_".join(word for word in split_words(case.word) if word not in ("by", "find", "get", "with", "for"))
    found = next((hit for name in (stripped, parameter) if name and (hit := properties.find(name))), None)
    if found is None:
        return f"{case.title} names `{parameter}`, which no property of `{case.resource.name}` is"
    place = Input((parameter,), "path")
    spot = case.listed(sure=False)
    if spot is not None and _is_of(case, spot.schema, spot.name):
        reason = (
            f"{case.title} lists the documents of `{case.resource.name}` by `{parameter}` = property `{found.name}`"
        )
        listed = describe_list(case, case.infer("list", reason), spot.envelope)
        return replace(listed, filters=(*listed.filters, Filter(found.name, "eq", place)))
    answer = case.answer_of(case.success())
    if answer.kind not in ("item", "items"):
        return f"{case.title} answers something else than a document of `{case.resource.name}`"
    reason = f"{case.title} reads a document of `{case.resource.name}` by `{parameter}` = property `{found.name}`"
    return replace(case.infer("get", reason), id=place, key=found.name, answer=answer)


def list_part(case: Case) -> Verdict:
    """GET `/orders/{id}/lines` shows the lines that the order holds."""
    if case.position != "below_item" or case.method != "GET":
        return None
    noun = stem(case.word)
    spots = find_spots(case.schemas, answer_schema(case.operation, case.success()))
    spot = choose_many(spots, noun, frozenset(), sure=True)
    part = find_part(case.schemas, case.resource.schema, noun, spot.schema) if spot else None
    if spot is None or part is None:
        return None
    found = case.infer("part", f"{case.title} shows `{'.'.join(part.place)}` of a document of `{case.resource.name}`")
    properties = Properties(case.schemas, part.schema, fields="", noun=noun)
    return replace(describe_list(case, found, spot.envelope, properties), part=part)


def act(case: Case) -> Verdict:
    """A verb behind one document moves its status, where the schema shows the state that it leads to."""
    if case.position != "below_item" or case.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return None
    action = find_action(case.schemas, case.properties(), case.word, case.draft.noun)
    if action is not None and case.method == "DELETE":
        action = undo_action(action)
    if action is None:
        return None
    value = "the instant of the call" if action.moment else "null" if action.value is None else str(action.value)
    does = f"`{case.word}` makes `{action.property}` {value}"
    reason = f"{case.title} acts on a document of `{case.resource.name}`: {does}"
    found = case.infer("action", reason)
    return replace(found, action=action, request=_told_of(case), answer=case.answer_of(found.success))


def change_part(case: Case) -> Verdict:
    """PUT `/things/{id}/status` with `{status}` changes that property alone."""
    if case.position != "below_item" or case.method not in ("POST", "PUT", "PATCH"):
        return None
    words = split_words(case.word)
    own = {squeeze(name) for name in case.schemas.properties(case.resource.schema)}
    if not words or not ({squeeze(case.word), words[-1]} & own or words[-1] in STATUS_NAMES):
        return None
    body = request_schema(case.operation)
    names = {squeeze(name) for name in case.schemas.properties(body)}
    if not names or not names <= own:
        return None
    found = case.infer(
        "update", f"{case.title} changes {', '.join(sorted(names))} of a document of `{case.resource.name}`"
    )
    return replace(found, request=Envelope("item"), answer=case.answer_of(found.success))


def act_without_trace(case: Case) -> Verdict:
    """A verb whose state nothing shows, but which answers the document: it is shown as it is."""
    if case.position != "below_item" or case.method not in ("POST", "PUT", "PATCH"):
        return None
    if is_plural(case.word) and not _answers_same(case):
        return None
    if case.success() == 201 or set(split_words(case.word)) & COPY_WORDS:
        return None
    answer = case.answer_of(case.success())
    if answer.kind not in ("item", "items"):
        return None
    reason = f"{case.title} answers the document of `{case.resource.name}` as it is: nothing in it shows `{case.word}`"
    return replace(case.infer("action", reason), request=_told_of(case), answer=answer)


def read_named(case: Case) -> Verdict:
    """`POST /transfers/get` reads the document whose id its call names."""
    named = _named_one(case, READ_WORDS)
    if named is None:
        return None
    answer = case.answer_of(case.success())
    if answer.kind not in ("item", "items"):
        return None
    reason = f"{case.title} reads the document of `{case.resource.name}` named in `{named.path[-1]}`"
    return replace(case.infer("get", reason), id=named, answer=answer)


def change_named(case: Case) -> Verdict:
    """`POST /transfers/update` changes the document whose id its call names."""
    named = _named_one(case, CHANGE_WORDS)
    sent = (case.sent() or first_object(case)) if named else None
    if named is None or sent is None:
        return None
    reason = f"{case.title} changes the document of `{case.resource.name}` named in `{named.path[-1]}`"
    found = case.infer("update", reason)
    return replace(found, id=named, request=sent.envelope, answer=case.answer_of(found.success))


def act_named(case: Case) -> Verdict:
    """`POST /transfers/cancel` acts on the document whose id its call names."""
    if case.position != "below_list" or case.method != "POST":
        return None
    named = find_ids(case)
    action = find_action(case.schemas, case.properties(), case.word, case.draft.noun) if named else None
    if named is None or action is None or named[1]:
        return None
    does = f"`{case.word}` makes `{action.property}` {'the instant of the call' if action.moment else action.value}"
    found = case.infer("action", f"{case.title} acts on the document of `{case.resource.name}` that it names: {does}")
    return replace(found, id=named[0], action=action, answer=case.answer_of(found.success))


def read_part(case: Case) -> Verdict:
    """GET `/things/{id}/status` shows some of the document."""
    if case.position != "below_item" or case.method != "GET":
        return None
    schema = answer_schema(case.operation, case.success())
    names = {squeeze(name) for name in case.schemas.properties(schema)}
    own = {squeeze(name) for name in case.schemas.properties(case.resource.schema)}
    if not names or not names < own or case.schemas.name(schema) in case.wanted:
        return None
    shown = ", ".join(f"`{name}`" for name in case.schemas.properties(schema))
    found = case.infer("get", f"{case.title} shows {shown} of a document of `{case.resource.name}` {by_id(case)}")
    answer = case.answer_of(found.success)
    return replace(found, answer=answer if answer.kind == "item" else Envelope("other"))


def no_such_state(case: Case) -> Verdict:
    """The no for a verb behind one document."""
    if case.position != "below_item" or case.method not in ("POST", "PUT", "PATCH"):
        return None
    if is_plural(case.word):
        return f"no path reads back by id what {case.title} takes"
    states = " or ".join(f"`{result}`" for result in results_of(case.word, case.draft.noun)[:2])
    return f"{case.title} is an action, but no status or flag of `{case.resource.name}` shows {states}"


def part_alone(case: Case) -> Verdict:
    """An object inside a document that has a path of its own is read and changed in the document."""
    part, verb = case.part, VERBS.get(case.method)
    if case.position != "inside" or part is None or verb is None:
        return None
    name = f"`{'.'.join(part.place)}`"
    taken = _envelope_of(case, request_schema(case.operation), part.schema) if verb in ("replace", "update") else None
    if verb in ("replace", "update") and taken is None:
        return f"{case.title} takes something else than {name}"
    found = case.infer(
        "part" if verb == "get" else "update",
        f"{case.title} {ACTS[verb]} {name} of a document of `{case.resource.name}` {by_id(case)}",
    )
    schema = answer_schema(case.operation, found.success)
    shown = _envelope_of(case, schema, part.schema) or Envelope("empty" if schema is None else "other")
    return replace(found, verb=verb, part=part, request=taken or Envelope("empty"), answer=shown)


def singleton(case: Case) -> Verdict:
    """A document without an id: one for the account, or one for each parent."""
    if case.position != "singleton":
        return None
    verb = VERBS.get(case.method)
    if verb is None:
        return None
    owner = f" of each `{case.parents()[-1].parameter}`" if case.parents() else ""
    found = case.infer(
        "singleton", f"{case.title} {ACTS[verb]} the one `{case.resource.name}`{owner}: it has no id in its path"
    )
    sent = case.sent() if verb in ("replace", "update") else None
    return replace(
        found,
        verb=verb,
        request=sent.envelope if sent else Envelope("empty"),
        answer=case.answer_of(found.success),
    )


RULES = (
    count_all,
    make_many,
    delete_many,
    search,
    read_named,
    change_named,
    act_named,
    make_beside,
    copy_one,
    read_by_other_key,
    list_part,
    read_part,
    act,
    change_part,
    act_without_trace,
    no_such_state,
    part_alone,
    singleton,
)


def _named_one(case: Case, verbs: frozenset[str]) -> Input | None:
    """Where a call below the collection, by one of these verbs, names one document by its id."""
    if case.position != "below_list" or case.method not in ("GET", "POST") or squeeze(case.word) not in verbs:
        return None
    named = find_ids(case)
    return named[0] if named is not None and not named[1] else None


def _told_of(case: Case) -> Envelope:
    """The body of an act, where it says something of the document."""
    own = {squeeze(name) for name in case.schemas.properties(case.resource.schema)}
    told = {squeeze(name) for name in case.schemas.properties(request_schema(case.operation))}
    return Envelope("item" if own & told else "empty")


def _envelope_of(case: Case, body: Schema | None, part: Schema) -> Envelope | None:
    """Where a body holds such an object, the outermost place first; None where it holds none."""
    schemas = case.schemas
    whole = [spot for spot in find_spots(schemas, body) if spot.envelope.kind == "item"]
    named = [spot for spot in whole if spot.name and spot.name == schemas.name(part)]
    alike = [spot for spot in whole if overlap(schemas, spot.schema, part) >= LIKE]
    return next((spot.envelope for spot in (*named, *alike)), None)


def _answers_same(case: Case) -> bool:
    """The call answers a document of the very schema that reading it shows."""
    return case.schemas.name(answer_schema(case.operation, case.success())) in case.wanted


def _sends_documents(case: Case) -> bool:
    """The body is an array of documents of the collection, of which the server may make the ids; not of ids alone."""
    sent = case.sent()
    if sent is None or sent.envelope.kind != "items":
        return False
    more = case.schemas.words(sent.schema) - {"id", squeeze(case.resource.id_property)}
    is_known = case.draft.free or bool(sent.name and sent.name in case.wanted)
    return is_known or (bool(more) and case.similar(sent.schema))


def _is_of(case: Case, schema: dict[str, object], name: str) -> bool:
    """The schema is of documents of the collection, not only a little like them."""
    return bool(name and name in case.wanted) or (case.fits(schema) and case.similar(schema))


def _fixed_filter(case: Case) -> Filter | None:
    """`/invoices/overdue`: the last word is a value of a status, or a flag."""
    word = squeeze(case.word)
    for each in case.properties().all:
        if each.in_array or "." in each.name.removeprefix(f"{case.resource.fields}."):
            continue
        if each.kind == "boolean" and squeeze(each.name).removeprefix("is") == word:
            return Filter(each.name, "eq", None, True)
        for value in case.schemas.enum(each.schema):
            if squeeze(str(value)) == word:
                return Filter(each.name, "eq", None, value)
    return None
