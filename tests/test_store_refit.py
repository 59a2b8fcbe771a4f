"""A table under other schemas, whatever they are: no document is lost, and all can be found, changed and taken out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbooks.store import Store, TableSchema, refit_store
from sandbooks.store.archive import all_of, blank_of, rebuild

VALUES = st.none() | st.integers(0, 5) | st.sampled_from(["1", "a", "b", ""]) | st.just([1])
DOCUMENTS = st.lists(st.fixed_dictionaries({"word": st.integers()}, optional={"code": VALUES, "name": VALUES}))
SCHEMAS = st.lists(
    st.builds(
        TableSchema,
        name=st.just("things"),
        id=st.sampled_from(["id", "code", "name"]),
        unique=st.lists(st.sampled_from([("name",), ("code", "name")]), unique=True).map(tuple),
        indexes=st.lists(st.sampled_from(["name", "word"]), unique=True).map(tuple),
        order=st.sampled_from([(), ("name",), ("-word",)]),
        new_id=st.sampled_from(["integer", "string", "none"]),
        first_id=st.integers(1, 9),
    ),
    min_size=1,
    max_size=4,
)


def filled(documents: list[dict[str, Any]]) -> Store:  # any JSON
    store = Store([TableSchema("things")])
    with store.transaction():
        store.table("things").put_all(documents)
    return store


@given(DOCUMENTS, SCHEMAS)
def test_documents_stay_and_the_table_works(documents: list[dict[str, Any]], schemas: list[TableSchema]) -> None:
    """They are there in their order, each by its id; each can be replaced and deleted, and its number is not given."""
    store = filled(documents)
    revision = store.revision

    for schema in schemas:
        refit_store(store, {"things": schema}, {"things": schema}.__getitem__, {})

    table, version = store.table("things"), store.storage.version("things")
    keys = list(version.ids())
    assert revision == store.revision
    assert [each["word"] for each in documents] == [version.rows[key][1]["word"] for key in keys]
    assert sorted(keys) == sorted(version.rows)
    if schemas[-1].new_id != "none":
        assert keys == [str(version.rows[key][1][schemas[-1].id]) for key in keys]
    assert sorted(each["word"] for each in documents) == sorted(
        each["word"] for each in table.page(order=("word",)).items
    )
    again = rebuild(blank_of(schemas[-1]), all_of(version))
    assert [version.rows[key][1] for key in keys] == [again.rows[key][1] for key in again.ids()]
    with store.transaction():
        for key in keys:
            table.change(key, {"word": 7})
            table.delete(key)
    assert 0 == len(table)


@given(DOCUMENTS)
def test_same_schema_changes_nothing(documents: list[dict[str, Any]]) -> None:
    """The very same state, so that sandboxes go on sharing it."""
    store = filled(documents)
    before = store.storage.version("things")

    refit_store(store, {"things": TableSchema("things")}, TableSchema, {})

    assert before is store.storage.version("things")


def test_table_without_a_schema_is_kept_if_anything_was_ever_in_it() -> None:
    """Another collection takes its place; when it comes back no number is given a second time."""
    store = filled([{"word": 1}])
    refit_store(store, {"others": TableSchema("others")}, TableSchema, {})

    assert ["others", "things"] == store.names()
    with store.transaction():
        store.table("things").delete(1)
    refit_store(store, {"things": TableSchema("things")}, TableSchema, {})
    assert ["things"] == store.names()
    assert 2 == store.storage.version("things").next_id
