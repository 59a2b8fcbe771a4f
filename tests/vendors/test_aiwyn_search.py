"""Aiwyn: the language of searches, `where` and `orderBy`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving import Door
from tests.vendors.aiwyn import READ, Aiwyn, Json

WORDS = ["Acme Corporation", "acme corporation", "Aaron Fahey", "HEALTHCARE", "RETAIL", "nothing", "", None]
TEXTS = ["name", "clientRef", "client_ref", "industry", "website", "legalName"]


def comparisons() -> st.SearchStrategy[Json]:
    """One condition on one field of a client."""
    word = st.sampled_from(WORDS)
    number = st.sampled_from([53, 101, 102.0, 103, 0, None])
    moment = st.sampled_from(["2019-02-11T10:00:00Z", "2020-02-03", "2021-04-12T05:15:00-05:00", "2024-01-01T00:00:00"])
    pattern = st.sampled_from(["%a%", "A%", "%on", "_c%", "%", "", "%r_h%", "%\\%%"])
    equality = st.sampled_from(["_eq", "_neq"])
    order = st.sampled_from(["_gt", "_gte", "_lt", "_lte"])
    several = st.sampled_from(["_in", "_nin"])
    by_text = st.one_of(
        st.tuples(equality, word),
        st.tuples(order, word),
        st.tuples(several, st.lists(word, max_size=3)),
        st.tuples(st.sampled_from(["_like", "_ilike"]), pattern),
        st.tuples(st.just("_is_null"), st.booleans()),
    )
    by_number = st.one_of(
        st.tuples(equality, number), st.tuples(order, number), st.tuples(several, st.lists(number, max_size=3))
    )
    by_moment = st.one_of(st.tuples(equality, moment), st.tuples(order, moment))
    return st.one_of(
        st.tuples(st.sampled_from(TEXTS), by_text),
        st.tuples(st.just("partnerStaffId"), by_number),
        st.tuples(st.sampled_from(["createdAt", "updated_at"]), by_moment),
        st.tuples(st.just("active"), st.tuples(equality, st.booleans())),
    ).map(lambda pair: {pair[0]: {pair[1][0]: pair[1][1]}})


def conditions() -> st.SearchStrategy[Json]:
    """Conditions, combined and on related entities."""
    related = comparisons().map(lambda inner: {"contacts": {"client": inner}})
    return st.recursive(
        st.one_of(comparisons(), related),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda all_of: {"_and": all_of}),
            st.lists(inner, max_size=3).map(lambda any_of: {"_or": any_of}),
            inner.map(lambda one: {"_not": one}),
        ),
        max_leaves=5,
    )


@pytest.fixture(scope="module")
def firm(aiwyn_door: Door) -> Aiwyn:
    """A sandbox that these tests only read, with two clients of few words."""
    firm = Aiwyn(aiwyn_door, "laws-of-search")
    assert 7721 == firm.upsert("Client", name="100% Cotton_Wool", website=None)["id"]
    assert 7722 == firm.upsert("Client", name="acme corporation", clientRef="", active=False)["id"]
    return firm


lawful = settings(max_examples=60, deadline=None, derandomize=True)


@lawful
@given(first=conditions(), second=conditions())
def test_de_morgan_holds(firm: Aiwyn, first: Json, second: Json) -> None:
    """Not both is one of the two not; not either is both not (Client, Search clients, read 2026-11)."""
    negated = [{"_not": first}, {"_not": second}]

    assert firm.search_ids("clients", {"_not": {"_and": [first, second]}}) == firm.search_ids(
        "clients", {"_or": negated}
    )
    assert firm.search_ids("clients", {"_not": {"_or": [first, second]}}) == firm.search_ids(
        "clients", {"_and": negated}
    )


@lawful
@given(condition=conditions())
def test_condition_and_its_negation_part_the_rows(firm: Aiwyn, condition: Json) -> None:
    """Every row meets a condition or its negation, none both (Client, Search clients, read 2026-11)."""
    met = firm.search_ids("clients", condition)
    unmet = firm.search_ids("clients", {"_not": condition})

    assert sorted(firm.search_ids("clients", {})) == sorted(met + unmet)


@lawful
@given(first=conditions(), second=conditions())
def test_and_is_what_both_meet(firm: Aiwyn, first: Json, second: Json) -> None:
    """`_and` keeps the rows that each keeps, however it is nested (Client, Search clients, read 2026-11)."""
    both = [id for id in firm.search_ids("clients", first) if id in firm.search_ids("clients", second)]

    assert both == firm.search_ids("clients", {"_and": [first, second]})
    assert both == firm.search_ids("clients", {"_and": [first, {"_and": [second]}]})
    if not set(first) & set(second):
        assert both == firm.search_ids("clients", {**first, **second})


@lawful
@given(words=st.lists(st.sampled_from(WORDS), max_size=4), field=st.sampled_from(TEXTS))
def test_in_is_a_choice_of_equals(firm: Aiwyn, words: list[str | None], field: str) -> None:
    """`_in` is `_or` of `_eq`, `_nin` is `_and` of `_neq`, also of none
    (Client, Search clients, read 2026-11; null assumed)."""
    equal = {"_or": [{field: {"_eq": word}} for word in words]}
    unequal = {"_and": [{field: {"_neq": word}} for word in words]}

    assert firm.search_ids("clients", {field: {"_in": words}}) == firm.search_ids("clients", equal)
    assert firm.search_ids("clients", {field: {"_nin": words}}) == firm.search_ids("clients", unequal)


@lawful
@given(condition=conditions(), size=st.integers(1, 5))
def test_pages_of_a_search_part_what_matches(firm: Aiwyn, condition: Json, size: int) -> None:
    """Pages one after the other are the whole result once, and each tells the same count
    (Client, Search clients, read 2026-11)."""
    order = [{"active": "desc"}, {"industry": "asc"}]
    whole = firm.search_ids("clients", condition, orderBy=order)
    parted: list[int] = []
    for page in range(len(whole) // size + 1):
        body = {"where": condition, "orderBy": order, "pageSize": size, "page": page}
        answer = firm.post(f"{READ}/clients/search", body).json()
        assert len(whole) == answer["total"]["aggregate"]["count"]
        parted += [row["id"] for row in answer["clients"]]

    assert whole == parted


EXAMPLES: dict[str, Json] = {
    "staff/search": {
        "limit": 1000,
        "where": {
            "_and": [
                {"_or": [{"firstName": {"_ilike": "%holl%"}}, {"lastName": {"_ilike": "%smi%"}}]},
                {"active": {"_eq": True}},
                {"createdAt": {"_gte": "1900-01-01T00:00:00Z"}},
                {"deptId": {"_in": [1, 2, 3]}},
            ]
        },
        "orderBy": [{"lastName": "asc"}, {"firstName": "asc"}],
    },
    "projects/search": {
        "pageSize": 1000,
        "where": {
            "_and": [
                {"_or": [{"name": {"_ilike": "%migration%"}}, {"serviceDescription": {"_ilike": "%audit%"}}]},
                {"active": {"_eq": True}},
                {"updatedAt": {"_gte": "1900-01-01T00:00:00Z"}},
                {"partnerId": {"_in": [101, 102, 103]}},
            ]
        },
        "orderBy": [{"updatedAt": "desc"}, {"name": "asc"}],
    },
    "engagements/search": {
        "pageSize": 1000,
        "where": {
            "_and": [
                {"_or": [{"name": {"_ilike": "%annual%"}}, {"engagementNameTemplate": {"_ilike": "%annual%"}}]},
                {"status": {"_in": ["EXECUTED"]}},
                {"createdAt": {"_gte": "2000-01-01T00:00:00Z"}},
                {"partnerStaffId": {"_eq": 53}},
            ]
        },
        "orderBy": [{"createdAt": "desc"}],
    },
    "wips/search": {
        "pageSize": 1000,
        "where": {
            "_and": [
                {"type": {"_in": ["TIME", "EXPENSE"]}},
                {"approved": {"_eq": True}},
                {"clientId": {"_eq": 789}},
                {"loggedDate": {"_gte": "2024-01-01"}},
            ]
        },
        "orderBy": [{"loggedDate": "desc"}, {"value": "desc"}],
    },
}
READ_ROWS: dict[str, Any] = {
    "projects/search": lambda row: (
        ("migration" in row["name"].lower() or "audit" in (row["serviceDescription"] or "").lower())
        and row["active"]
        and row["partnerId"] in (101, 102, 103)
    ),
    "engagements/search": lambda row: (
        "annual" in f"{row['name']} {row['engagement_name_template']}".lower()
        and row["status"] == "EXECUTED"
        and row["partner_staff_id"] == 53
    ),
    "wips/search": lambda row: (
        row["type"] in ("TIME", "EXPENSE") and row["approved"] and row["clientId"] == 789 and row["loggedDate"] > "2024"
    ),
    "staff/search": lambda row: (
        ("holl" in row["firstName"].lower() or "smi" in row["lastName"].lower())
        and row["active"]
        and row["deptId"] in (1, 2, 3)
    ),
}


@pytest.mark.parametrize("path", READ_ROWS)
def test_documented_example_finds_what_it_says(firm: Aiwyn, path: str) -> None:
    """The vendor's own example bodies find exactly the rows that they describe, in their order
    (Staff, Projects, Engagement, Time, read 2026-11)."""
    body = EXAMPLES[path]
    plural = path.removesuffix("/search").replace("wips", "wip")
    expected = [row for row in firm.rows(plural, pageSize=1000) if READ_ROWS[path](row)]
    for term in reversed(body["orderBy"]):
        ((field, direction),) = term.items()
        name = {"createdAt": "created_at"}.get(field, field) if plural == "engagements" else field
        expected.sort(key=lambda row, name=name: row[name], reverse=direction == "desc")  # type: ignore[misc]

    assert expected
    assert expected == firm.rows(path, **body)


def test_search_without_size_gives_one_row_of_all(firm: Aiwyn) -> None:
    """The default is one row; the count is that of all matches (Projects, Search projects, read 2026-11)."""
    answer = firm.post(f"{READ}/clients/search", {"where": {"active": {"_eq": True}}}).json()

    assert 1 == len(answer["clients"])
    assert len(firm.search_ids("clients", {"active": {"_eq": True}})) == answer["total"]["aggregate"]["count"] > 1


def test_limit_is_another_name_of_page_size(firm: Aiwyn) -> None:
    """`limit` counts where `pageSize` is absent; `page` is known to searches too
    (Staff, Search staff, read 2026-11)."""
    assert 3 == len(firm.rows("staff/search", limit=3))
    assert 2 == len(firm.rows("staff/search", limit=3, pageSize=2))
    assert firm.ids("staff/search", limit=4)[2:] == firm.ids("staff/search", pageSize=2, page=1)
    assert 400 == firm.post(f"{READ}/staff/search", {"limit": 1001}).status_code


SINGLE_CONDITIONS: list[tuple[Json, list[int]]] = [
    ({"id": {"_eq": 789}}, [789]),
    ({"id": {"_gt": 7000, "_lt": 7721}}, [7720]),
    ({"name": {"_like": "Acme%"}}, [789]),
    ({"name": {"_ilike": "ACME CORP%"}, "active": {"_eq": True}}, [789]),
    ({"name": {"_like": "acme%"}, "active": {"_eq": True}}, []),
    ({"name": {"_regex": "^A.*n$"}}, [789]),
    ({"name": {"_regex": "Fahe"}}, [2180]),
    ({"name": {"_like": "100\\% %"}}, [7721]),
    ({"name": {"_ilike": "%COTTON\\_w%"}}, [7721]),
    ({"name": {"_ilike": "%cottonxw%"}}, []),
    ({"name": {"_ilike": "%cotton_w%"}}, [7721]),
    ({"website": {"_is_null": True}, "name": {"_ilike": "%cotton%"}}, [7721]),
    ({"website": {"_is_null": False}, "name": {"_ilike": "%cotton%"}}, []),
    ({"clientRef": {"_eq": ""}}, [7722]),
    ({"client_ref": {"_in": ["41664", "TF-2024-789"]}}, [2180, 7720]),
    ({"createdAt": {"_eq": "2019-02-11T04:00:00-06:00"}}, [789]),
    ({"createdAt": {"_eq": "2019-02-11T10:00:00"}}, [789]),
    ({"createdAt": {"_gte": "2025-02-03T09:41:27.000Z"}}, [7721, 7722]),
    ({"name": {"_eq": None}}, []),
    ({"name": {"_neq": None}}, []),
    ({"name": {"_nin": [None]}}, []),
    ({"name": {"_in": []}}, []),
    ({"_or": []}, []),
    ({"address": {"city": {"_eq": "Oak Park"}}}, [2180]),
    ({"contacts": {"isPrimaryContact": {"_eq": True}, "lastName": {"_eq": "Smith"}, "clientId": {"_eq": 789}}}, [789]),
    ({"contacts": {"_not": {}}}, []),
    ({"staff": {"lastName": {"_eq": "Olsen"}}, "id": {"_in": [2180, 420, 789]}}, [2180, 420]),
    ({"staff": {"office": {"name": {"_eq": "Milwaukee"}}}, "id": {"_in": [640, 789]}}, [640]),
    ({"engagements": {"projects": {"milestones": {"status": {"_eq": "IN_PROGRESS"}}}}, "id": {"_eq": 789}}, [789]),
    ({"primaryContact": {"email": {"_eq": "john.smith@acme.com"}}}, [789]),
    ({"invoices": {"outstandingAmount": {"_eq": 7000}}}, [789]),
]


@pytest.mark.parametrize(("where", "expected"), SINGLE_CONDITIONS)
def test_condition_finds(firm: Aiwyn, where: Json, expected: list[int]) -> None:
    """Operators, null, moments, nested objects and relations
    (Client, Search clients, read 2026-11; null and zones assumed)."""
    assert sorted(expected) == sorted(firm.search_ids("clients", where))


@pytest.mark.parametrize("where", [{}, {"_and": []}, {"name": {}}, {"_not": {"_or": []}}, {"name": {"_nin": []}}])
def test_condition_that_asks_nothing_finds_everything(firm: Aiwyn, where: Json) -> None:
    """An empty condition holds for every row (assumed; Hasura's meaning)."""
    assert firm.ids("clients", pageSize=1000) == firm.search_ids("clients", where)


@pytest.mark.parametrize(
    ("plural", "where", "expected"),
    [
        ("staff", {"office": {"name": {"_eq": "Madison"}}, "manager": {"lastName": {"_eq": "Delgado"}}}, [305]),
        ("contacts", {"client": {"name": {"_eq": "Acme Corporation"}}, "isPrimaryContact": {"_eq": True}}, [23456]),
        ("contacts", {"clientName": {"_eq": "Acme Corporation"}, "title": {"_ilike": "%financial%"}}, [23456]),
        ("projects", {"client": {"contacts": {"id": {"_eq": 23456}}}, "name": {"_eq": "Tax Preparation"}}, [67891]),
        ("projects", {"teamMembers": {"name": {"_eq": "Jane Doe"}}, "budget": {"_eq": 25000}}, [67890]),
        ("engagements", {"start_dt": {"_eq": "2024-03-15"}}, [8]),
        (
            "engagements",
            {"client_id": {"_eq": 420}, "pmsRef": {"_is_null": False}, "end_dt": {"_lt": "2024-05-01"}},
            [8],
        ),
        ("jobs", {"client": {"id": {"_eq": 7720}}, "id": {"_eq": 2514}}, [2514]),
        ("departments", {"staff": {"id": {"_eq": 124}}}, [1]),
        ("job_templates", {"serviceLine": {"name": {"_eq": "Bookkeeping"}}}, [5]),
    ],
)
def test_condition_on_other_entities_finds(firm: Aiwyn, plural: str, where: Json, expected: list[int]) -> None:
    """Relations and both spellings, on every kind of entity
    (Staff, Engagement, read 2026-11; others by the same pattern)."""
    assert expected == firm.search_ids(plural, where)


def test_wip_is_searched_by_the_names_of_its_rows(firm: Aiwyn) -> None:
    """`jobId` and `loggedDate` as in the rows, `date` and `billableAmount` as in the single object
    (Time, read 2026-11)."""
    where = {"jobId": {"_eq": 67890}, "date": {"_eq": "2024-11-14"}, "billableAmount": {"_eq": 2000}}

    assert 89012 in firm.ids("wips/search", where=where, pageSize=1000)
    assert firm.ids("wips/search", where=where, pageSize=1000) == firm.ids(
        "wips/search",
        where={"projectId": {"_eq": 67890}, "loggedDate": {"_eq": "2024-11-14T00:00:00Z"}, "value": {"_eq": 2000}},
        pageSize=1000,
    )


def test_history_is_searched_by_what_its_rows_hide(firm: Aiwyn) -> None:
    """`active`, `createdAt` and `activityType` can be asked for, and the draft's approval
    (Billing, Search draft invoice histories, read 2026-11)."""
    where = {
        "_and": [
            {"active": {"_eq": True}},
            {"activityType": {"_in": ["DRAFT_INVOICE_RECONCILED"]}},
            {"draftInvoice": {"approvedAt": {"_gte": "2024-03-15T14:32:18Z", "_lte": "2024-03-15T14:32:18Z"}}},
            {"draftInvoice": {"isActive": {"_eq": True}, "pms_invoice_number": {"_eq": "INV-2024-4850"}}},
        ]
    }
    order = [{"clientId": "asc"}, {"createdAt": "desc"}]

    rows = firm.rows("draft_invoice_histories/search", where=where, orderBy=order, pageSize=10)

    assert [(7720, 125890)] == [(row["clientId"], row["invoiceId"]) for row in rows]


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ([{"name": "desc"}], lambda row: [-ord(c) for c in row["name"]] + [1]),
        ([{"partnerStaffId": "asc"}, {"name": "asc"}], None),
        ([{"createdAt": "desc"}], None),
    ],
)
def test_rows_come_in_the_order_asked_for(firm: Aiwyn, order: Json, key: Any) -> None:
    """The first object of `orderBy` counts most (Client, Search clients, read 2026-11)."""
    rows = firm.rows("clients/search", orderBy=order, pageSize=1000)

    expected = sorted(rows, key=lambda row: row["id"])
    for term in reversed(order):
        ((field, direction),) = term.items()
        expected.sort(
            key=lambda row, field=field: (row[field] is None, row[field] or ""),  # type: ignore[misc]
            reverse=direction == "desc",
        )
    assert expected == rows


def test_null_comes_last_ascending_and_first_descending(firm: Aiwyn) -> None:
    """Where null stands follows the direction (assumed; Hasura's meaning)."""
    ascending = [
        row["partnerStaffId"] for row in firm.rows("clients/search", orderBy=[{"partnerStaffId": "asc"}], limit=99)
    ]
    descending = [
        row["partnerStaffId"] for row in firm.rows("clients/search", orderBy=[{"partnerStaffId": "desc"}], limit=99)
    ]

    assert [None, None] == ascending[-2:] == descending[:2]
    assert None not in ascending[:-2]


def test_rows_are_ordered_by_a_related_field(firm: Aiwyn) -> None:
    """`orderBy` may name a field of a related entity (Client, Search clients, read 2026-11)."""
    rows = firm.rows(
        "projects/search",
        orderBy=[{"client": {"name": "desc"}}, {"name": "asc"}],
        where={"clientId": {"_gt": 0}},
        limit=99,
    )

    names = [(row["clientName"], row["name"]) for row in rows]
    assert sorted(sorted(names, key=lambda pair: pair[1]), key=lambda pair: pair[0], reverse=True) == names
    assert names == [
        (row["clientName"], row["name"])
        for row in firm.rows(
            "projects/search",
            orderBy=[{"clientName": "desc"}, {"name": "asc"}],
            where={"client_id": {"_gt": 0}},
            limit=99,
        )
    ]


REFUSED: list[tuple[Json, str]] = [
    ({"where": {"colour": {"_eq": "green"}}}, "where.colour"),
    ({"where": {"name": {"_almost": "Acme"}}}, "where.name._almost"),
    ({"where": {"_xor": []}}, "where._xor"),
    ({"where": {"name": {"_eq": 5}}}, "where.name._eq"),
    ({"where": {"active": {"_eq": "true"}}}, "where.active._eq"),
    ({"where": {"active": {"_gt": True}}}, "where.active._gt"),
    ({"where": {"id": {"_eq": True}}}, "where.id._eq"),
    ({"where": {"id": {"_in": 789}}}, "where.id._in"),
    ({"where": {"id": {"_in": [789, "790"]}}}, "where.id._in.1"),
    ({"where": {"id": {"_like": "7%"}}}, "where.id._like"),
    ({"where": {"name": {"_like": 7}}}, "where.name._like"),
    ({"where": {"name": {"_regex": "("}}}, "where.name._regex"),
    ({"where": {"name": {"_is_null": "no"}}}, "where.name._is_null"),
    ({"where": {"createdAt": {"_gte": "last week"}}}, "where.createdAt._gte"),
    ({"where": {"name": "Acme Corporation"}}, "where.name"),
    ({"where": {"_and": {"name": {"_eq": "x"}}}}, "where._and"),
    ({"where": {"_not": []}}, "where._not"),
    ({"where": {"contacts": {"colour": {"_eq": 1}}}}, "where.contacts.colour"),
    ({"where": {"financialSummary": {"totalRevenue": {"_gt": 1}}}}, "where.financialSummary"),
    ({"where": {"_or": [{}, {"name": {"_eq": 5}}]}}, "where._or.1.name._eq"),
    ({"orderBy": [{"colour": "asc"}]}, "orderBy.0.colour"),
    ({"orderBy": [{"contacts": {"lastName": "asc"}}]}, "orderBy.0.contacts"),
    ({"orderBy": [{"staff": "asc"}]}, "orderBy.0.staff"),
    ({"orderBy": [{"name": {"length": "asc"}}]}, "orderBy.0.name"),
]


@pytest.mark.parametrize(("body", "field"), REFUSED)
def test_search_that_means_nothing_is_refused(firm: Aiwyn, body: Json, field: str) -> None:
    """An unknown field or operator, or a wrong operand, is 400 and named (Client, Search clients; assumed statuses)."""
    answer = firm.post(f"{READ}/clients/search", body)

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]
    assert field == answer.json()["error"]["details"][0]["field"]


def test_refusal_of_a_search_speaks_json(firm: Aiwyn) -> None:
    """What was sent is quoted as it was sent: null, true and texts in double quotes (the sandbox's own rule)."""
    details = [
        firm.post(f"{READ}/clients/search", {"where": where})
        .json()["error"]["details"][0]["message"]
        .partition(" must")[0]
        for where in ({"name": None}, {"id": {"_in": True}}, {"createdAt": {"_eq": "sóon"}}, {"name": "x" * 99})
    ]

    assert ["null", "true", '"sóon"', '"' + "x" * 56 + "..."] == details


@pytest.mark.parametrize(
    "body",
    [
        {"where": []},
        {"where": "name"},
        {"where": None},
        {"orderBy": {"name": "asc"}},
        {"orderBy": [{"name": "ascending"}]},
        {"orderBy": [{"name": "asc", "id": "asc"}]},
        {"orderBy": [{}]},
        {"orderBy": ["name"]},
    ],
)
def test_search_of_another_shape_is_refused(firm: Aiwyn, body: Json) -> None:
    """`where` is an object, `orderBy` an array of objects with one key, asc or desc
    (Client, Search clients, read 2026-11)."""
    answer = firm.post(f"{READ}/clients/search", body)

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("there", "back"),
    [("contacts", "client"), ("invoices", "client"), ("engagements", "client"), ("projects", "client")],
)
def test_conditions_there_and_back_are_answered(firm: Aiwyn, there: str, back: str) -> None:
    """From a client to what it has and back, ninety times over, is the client itself; the number of ways, which grows
    with each step, does not count (the sandbox's own rule)."""
    where: Json = {"id": {"_eq": 789}}
    unmet: Json = {"id": {"_eq": 0}}
    for _ in range(90):
        where, unmet = {there: {back: where}}, {there: {back: unmet}}

    assert [789] == firm.search_ids("clients", where)
    assert [] == firm.search_ids("clients", unmet)


def test_deep_conditions_are_followed(firm: Aiwyn) -> None:
    """As deep as JSON may nest, a condition still means what it says (the sandbox's own limit of 200 levels)."""
    where: Json = {"id": {"_eq": 789}}
    for _ in range(194):
        where = {"_not": where}

    assert [789] == firm.search_ids("clients", where)
    for _ in range(5):
        where = {"_not": where}
    assert 400 == firm.post(f"{READ}/clients/search", {"where": where}).status_code
