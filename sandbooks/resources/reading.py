"""A description is read once: operations by path, collections, then a behaviour for each operation.

Knows the order of the steps; the rules themselves stand in `rules` and `asides`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbooks.resources import asides, rules
from sandbooks.resources.bodies import is_binary
from sandbooks.resources.cases import Case, Known
from sandbooks.resources.deletion import find_soft_delete
from sandbooks.resources.drafts import Draft
from sandbooks.resources.events import Events, listed_events, same_event
from sandbooks.resources.gathering import (
    gather,
    hints_of,
    is_made_elsewhere,
    make_resource,
    name_drafts,
)
from sandbooks.resources.links import Hints, find_hints
from sandbooks.resources.model import Behaviour, Inference, Occasion, Parent, Part, Refusal, Subscription
from sandbooks.resources.parents import find_parents, share_owner
from sandbooks.resources.parts import find_object
from sandbooks.resources.paths import VALUE, Group, group_operations, read_template
from sandbooks.resources.references import find_references, find_targets, find_told
from sandbooks.resources.schemas import Schemas
from sandbooks.resources.subscriptions import find_subscription
from sandbooks.resources.uniqueness import find_unique
from sandbooks.resources.views import find_view
from sandbooks.resources.words import is_act, split_words
from sandbooks.spec import Description, Operation

NO = "answers by schema: "
ACTS = (("action",), ("actions",))  # may stand before a verb: `/invoices/{id}/actions/approve`

Index = dict[tuple[str, ...], tuple[Known, str]]
Inside = dict[tuple[str, ...], tuple[Known, Part]]


def read_resources(description: Description) -> Inference:
    """The collections that a description shows, and what each of its operations does to them, with the reason."""
    schemas = Schemas(description)
    groups = group_operations(description.operations, description.base_path)
    hints = find_hints(description, groups)
    drafts = gather(schemas, groups, hints)
    known = _know(schemas, [draft for draft in drafts if not draft.refusal], hints)
    inside = _inside(schemas, known)
    known = [each for each in known if each.draft.key not in inside]
    refusals = {draft.key: draft.refusal for draft in reversed(drafts) if draft.refusal}
    index = _index(known)
    groups = [each for group in groups for each in (group, *group.twins)]
    linked = _linked(schemas, groups, index, hints)
    behaviours = {
        operation.id: _below(
            _behave([_case(schemas, group, index, method, inside), *linked.get(operation.id, ())], refusals),
            group,
            operation,
            index,
        )
        for group in groups
        for method, operation in group.operations.items()
    }
    for operation in description.operations:  # the second of two paths that are one
        behaviours.setdefault(
            operation.id, Behaviour(operation.id, reason=f"{NO}another path is the same", success=operation.success)
        )
    occasions, subscriptions = _read_events(schemas, known, description)
    refused = {draft.key: draft for draft in reversed(drafts) if draft.refusal and draft.key not in index}
    return Inference(
        {each.resource.name: each.resource for each in known},
        behaviours,
        occasions,
        subscriptions,
        tuple(_refusal(draft) for draft in reversed(refused.values())),
    )


def _read_events(
    schemas: Schemas, known: list[Known], description: Description
) -> tuple[tuple[Occasion, ...], tuple[Subscription, ...]]:
    """When each webhook is sent, and each event that only subscriptions name; and who subscribes."""
    found = [one for each in known if (one := find_subscription(schemas, each)) is not None]
    if not (found or description.webhooks):
        return (), ()
    events = Events(schemas, known)
    occasions = {webhook.name: events.of_webhook(webhook) for webhook in description.webhooks}
    webhooks = tuple(occasions)
    for name in dict.fromkeys(name for _, schema in found for name in listed_events(schemas, schema)):
        listed = None if any(same_event(name, event) for event in webhooks) else events.of_name(name)
        if listed is not None:
            occasions[name] = listed
    return tuple(occasions.values()), tuple(subscription for subscription, _ in found)


def _refusal(draft: Draft) -> Refusal:
    paths = [group.template.path for pair in draft.places for group in reversed(pair) if group]
    return Refusal(draft.name, paths[0], draft.refusal, tuple(operation.id for operation in draft.operations()))


def _know(schemas: Schemas, drafts: list[Draft], hints: Hints) -> list[Known]:
    named = name_drafts(drafts)
    known = [_know_one(schemas, named, name, draft, hints) for name, draft in named.items()]
    pairs = [(each.draft, each.resource) for each in known]
    targets, told = find_targets(pairs), find_told(schemas, pairs, hints)
    return [
        replace(each, resource=replace(each.resource, references=references))
        for each in known
        for references in [find_references(schemas, each.resource, targets, told.get(each.resource.name, ()))]
    ]


def _know_one(schemas: Schemas, named: dict[str, Draft], name: str, draft: Draft, hints: Hints) -> Known:
    above = {
        group.template.key: find_parents(schemas, named, draft, group)
        for pair in draft.places
        for group in pair
        if group
    }
    parents = share_owner(schemas, named, draft, above)
    united: dict[str, Parent] = {}
    for parent in (parent for each in parents.values() for parent in each):
        united.setdefault(parent.property, parent)
    resource = make_resource(schemas, name, draft, tuple(united.values()), given=not _is_made(schemas, draft, hints))
    found = replace(resource, soft_delete=find_soft_delete(schemas, draft), unique=find_unique(schemas, draft))
    return Known(draft, found, parents)


def _is_made(schemas: Schemas, draft: Draft, hints: Hints) -> bool:
    """Some operation makes documents of the collection."""
    if draft.singleton or any(is_made_elsewhere(schemas, draft, hint) for hint in hints_of(draft, hints)):
        return True
    return any(
        group
        and method in group.operations
        and (place == 0 or method == "PUT" or rules.says_make(group.operations[method]))
        for pair in draft.places
        for place, group in enumerate(pair)
        for method in ("POST", "PUT")
    )


def _index(known: list[Known]) -> Index:
    index: Index = {}
    for each in known:
        for collection, item in each.draft.places:
            if collection:
                index.setdefault(collection.template.key, (each, "singleton" if each.draft.singleton else "list"))
            if item:
                index.setdefault(item.template.key, (each, "item"))
                index.setdefault(item.template.key[:-1], (each, "list"))
    for each in known:
        for key in each.draft.doors:
            index.setdefault(key, (each, "item"))
    return index


def _inside(schemas: Schemas, known: list[Known]) -> Inside:
    """By path: what seems to be there once for each document, and is a part of the document itself."""
    items = {item.template.key: each for each in known for _, item in each.draft.places if item}
    found: Inside = {}
    for each in known:
        key = each.draft.key
        end = max((place for place, step in enumerate(key, 1) if step == VALUE), default=0)
        owner = items.get(key[:end]) if each.draft.singleton else None
        part = find_object(schemas, owner.resource.schema, key[end:], each.resource.schema) if owner else None
        if owner is not None and part is not None:
            found[key] = (owner, part)
    return found


def _case(schemas: Schemas, group: Group, index: Index, method: str, inside: Inside) -> Case:
    """An operation with the collection that its path belongs to, and where it stands to it."""
    template, operation = group.template, group.operations[method]
    key = template.key
    if not template.verb and key in inside:
        known, part = inside[key]
        return Case(schemas, operation, group, known, "inside", key[-1], part)
    if not template.verb and key in index:
        known, position = index[key]
        case = Case(schemas, operation, group, known, position)
        return case if case.key or not (group.is_twin and position == "item") else Case(schemas, operation, group)
    above, word = (key, template.verb) if template.verb else (key[:-1], key[-1] if key else "")
    if above not in index and above[-1:] in ACTS and above[:-1][-1:] == (VALUE,):
        above = above[:-1]
    if above in index and word != VALUE and index[above][1] != "singleton":
        known, position = index[above]
        return Case(schemas, operation, group, known, f"below_{position}", word)
    if template.ends_in_value and key[:-2] in index and key[-2] != VALUE and index[key[:-2]][1] == "list":
        return Case(schemas, operation, group, index[key[:-2]][0], "alternate", key[-2])
    return Case(schemas, operation, group)


def _linked(schemas: Schemas, groups: list[Group], index: Index, hints: Hints) -> dict[str, list[Case]]:
    """By operation id: as making a document of each collection that a link in its answer leads to."""
    places = {operation.id: group for group in groups for operation in group.operations.values()}
    linked: dict[str, list[Case]] = {}
    for key, told in hints.items():
        known, position = index.get(key, (None, ""))
        for hint in told if known is not None and position == "item" else ():
            if known is not None and is_made_elsewhere(schemas, known.draft, hint):
                case = Case(schemas, hint.source, places[hint.source.id], known, "linked", hint.title)
                linked.setdefault(hint.source.id, []).append(case)
    return linked


def _behave(cases: Sequence[Case], refusals: dict[tuple[str, ...], str]) -> Behaviour:
    """The first yes of a rule, else the first no, else why no rule speaks of it."""
    case, refused = cases[0], ""
    for each in cases:
        for rule in (*rules.RULES, *asides.RULES):
            verdict = rule(each)
            if isinstance(verdict, Behaviour):
                return _with_view(each, verdict)
            refused = refused or verdict or ""
    reason = refused or _why_not(case, refusals)
    return Behaviour(case.operation.id, reason=NO + reason, success=case.operation.success)


def _with_view(case: Case, behaviour: Behaviour) -> Behaviour:
    """The behaviour with what a call may say about how documents are shown, where it shows some."""
    view = find_view(case) if behaviour.part is None and behaviour.answer.kind in ("item", "items", "map") else None
    if view is None:
        return behaviour
    read = {".".join(each.path) for each in (view.fields, view.expand) if each}
    return replace(behaviour, view=view, unread=tuple(name for name in behaviour.unread if name not in read))


def _below(behaviour: Behaviour, group: Group, operation: Operation, index: Index) -> Behaviour:
    """An answer by schema hangs on the document whose path is the longest beginning of its own."""
    template, names = group.template, read_template(operation.path)
    for end in range(len(template.key) - (not template.verb), 0, -1) if behaviour.kind == "schema" else ():
        known, position = index.get(template.key[:end], (None, ""))
        if known is not None and position == "item" and template.key[end - 1] == VALUE:
            above = known.parents.get(template.key[:end], ())
            renamed = dict(zip(template.parameters, names.parameters, strict=False))
            parents = [replace(parent, parameter=renamed.get(parent.parameter, parent.parameter)) for parent in above]
            own = names.parameters_of(template.key[:end])[-1]
            return replace(behaviour, parents=(*parents, Parent(own, f"_{own}", known.resource.name, hidden=True)))
    return behaviour


def _why_not(case: Case, refusals: dict[tuple[str, ...], str]) -> str:
    template = case.group.template
    if case.group.is_twin:
        return "another path is the same"
    for end in (len(template.key), len(template.key) - 1, len(template.key) - 2):
        if end > 0 and (refusal := refusals.get(template.key[:end])):
            return refusal
    if template.opaque:
        return f"`{template.path}` mixes text and parameters in one segment"
    if is_binary(case.operation, case.operation.success):
        return f"{case.title} answers a file: the one that was sent to its path or with the document, else a small one"
    if is_act(template.name) or "." in template.name or (template.verb and case.known is None):
        called = " ".join(split_words(template.verb or template.name))
        return f"{case.title} calls by name (`{called}`), its path shows no collection; what the call names is echoed"
    if case.known is not None:
        return f"{case.title} neither shows nor changes documents of `{case.resource.name}`"
    if case.method == "GET":
        return f"nothing makes or changes what {case.title} reads"
    return f"no path reads back by id what {case.title} takes"
