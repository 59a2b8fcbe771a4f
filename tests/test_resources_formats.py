"""More styles of API, each by one small description: envelopes, versions of the format, ids, relations, odd files."""

from __future__ import annotations

from typing import Any

from sandbooks.resources import Action, Envelope, Filter, Input, Meta, Parent, Reference
from tests.test_resources_building import (
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    infer,
    many,
    members,
    one_of,
    op,
    read_document,
    ref,
    thing,
    told,
)


def test_bare_arrays_with_totals_and_links_in_headers() -> None:
    """The pages are spoken of in headers only."""
    found = infer(
        {
            "GET /issues": op(
                many(ref("Issue")),
                query={"page": WHOLE, "per_page": {**WHOLE, "description": "Results per page (max 100). Default: 30"}},
                headers={"Link": TEXT, "X-Total-Count": WHOLE, "X-Next-Page": WHOLE, "X-Request-Id": TEXT},
            ),
            "GET /issues/{number}": op(ref("Issue"), ids=WHOLE),
        },
        {"Issue": thing(id=WHOLE, number=WHOLE, title=TEXT)},
    )

    listed = found.behaviours["GET /issues"]
    assert listed.answer == Envelope(
        "items",
        headers=(
            Meta(("Link",), "links", "string"),
            Meta(("X-Total-Count",), "total"),
            Meta(("X-Next-Page",), "next_page"),
        ),
    )
    assert (listed.paging.size, listed.paging.most, listed.paging.first) == (30, 100, 1)
    assert found.resources["issues"].id_property == "number"
    assert found.resources["issues"].given is True


def test_tokens_of_pages_and_verbs_after_a_colon() -> None:
    """`pageToken` and `nextPageToken`, and `:cancel` behind the id."""
    found = infer(
        {
            "GET /v1/projects/{project}/jobs": op(
                thing(jobs=many(ref("Job")), nextPageToken=TEXT), query={"pageSize": WHOLE, "pageToken": TEXT}
            ),
            "POST /v1/projects/{project}/jobs": op(ref("Job"), body=ref("Job")),
            "GET /v1/projects/{project}/jobs/{jobId}": op(ref("Job")),
            "POST /v1/projects/{project}/jobs/{jobId}:cancel": op(ref("Job"), body=thing()),
            "POST /v1/images:annotate": op(thing(responses=many(thing(text=TEXT))), body=thing(requests=many(thing()))),
        },
        {"Job": thing(id=TEXT, state=one_of("RUNNING", "CANCELLED", "DONE"))},
    )

    assert list(told(found).values()) == [
        "list jobs",
        "create jobs",
        "get jobs",
        "action jobs state=CANCELLED",
        "schema",
    ]
    listed = found.behaviours["GET /v1/projects/{project}/jobs"]
    assert listed.answer == Envelope(
        "items", ("jobs",), meta=(Meta(("nextPageToken",), "next_cursor", "string", "omit", ("nextPageToken",)),)
    )
    assert (listed.paging.kind, listed.paging.after, listed.paging.mark) == ("cursor", Input(("pageToken",)), "token")


def test_entities_in_parentheses_with_dollar_options() -> None:
    """`/Products({id})`, `$top`, `$skip`, `$orderby`, `value` and `@odata.nextLink`."""
    listing = members({"@odata.count": WHOLE, "@odata.nextLink": TEXT, "value": many(ref("Product"))})
    found = infer(
        {
            "GET /Products": op(listing, query={"$top": WHOLE, "$skip": WHOLE, "$orderby": TEXT, "$search": TEXT}),
            "POST /Products": op(ref("Product"), status=201, body=ref("Product")),
            "GET /Products({ID})": op(ref("Product")),
            "PATCH /Products({ID})": op(status=204, body=ref("Product")),
        },
        {"Product": thing(ID=TEXT, Name=TEXT)},
    )

    assert list(told(found).values()) == ["list Products", "create Products", "get Products", "update Products"]
    listed = found.behaviours["GET /Products"]
    assert (listed.paging.kind, listed.paging.offset, listed.paging.limit) == (
        "offset",
        Input(("$skip",)),
        Input(("$top",)),
    )
    assert listed.sort is not None
    assert listed.sort.syntax == "space"
    assert listed.search is not None
    assert listed.answer.path == ("value",)
    assert {meta.path[0]: meta.meaning for meta in listed.answer.meta} == {
        "@odata.count": "total",
        "@odata.nextLink": "next_url",
    }


def test_ids_inside_an_object_of_metadata() -> None:
    """`metadata.name` is what the path names, within a namespace."""
    pod = thing(apiVersion=TEXT, kind=TEXT, metadata=ref("Meta"), spec=thing(image=TEXT))
    found = infer(
        {
            "GET /api/v1/namespaces/{namespace}/pods": op(ref("PodList"), query={"limit": WHOLE, "continue": TEXT}),
            "POST /api/v1/namespaces/{namespace}/pods": op(ref("Pod"), status=201, body=ref("Pod")),
            "GET /api/v1/namespaces/{namespace}/pods/{name}": op(ref("Pod")),
            "PUT /api/v1/namespaces/{namespace}/pods/{name}": op(ref("Pod"), body=ref("Pod")),
            "GET /api/v1/pods": op(ref("PodList")),
        },
        {
            "Pod": pod,
            "PodList": thing(items=many(ref("Pod")), kind=TEXT, metadata=members({"continue": TEXT})),
            "Meta": thing(name=TEXT, namespace=TEXT, uid=TEXT),
        },
    )

    assert set(told(found).values()) == {"list pods", "create pods", "get pods", "replace pods"}
    pods = found.resources["pods"]
    assert (pods.id_property, pods.caller_id, pods.scoped) == ("metadata.name", True, True)
    assert found.behaviours["GET /api/v1/pods"].parents == ()
    assert found.behaviours["POST /api/v1/namespaces/{namespace}/pods"].takes_id is True


def test_elements_wrapped_one_by_one() -> None:
    """`{list: [{customer: {...}}], next_offset}` and `{edges: [{node, cursor}], pageInfo}`."""
    found = infer(
        {
            "GET /customers": op(
                thing(list=many(thing(customer=ref("Customer"))), next_offset=TEXT),
                query={"limit": WHOLE, "offset": TEXT},
            ),
            "POST /customers": op(thing(customer=ref("Customer")), body=ref("Customer")),
            "GET /customers/{customer-id}": op(thing(customer=ref("Customer"))),
            "GET /tags": op(
                thing(
                    edges=many(thing(node=ref("Tag"), cursor=TEXT)),
                    pageInfo=thing(hasNextPage=FLAG, endCursor={**TEXT, "nullable": True}),
                ),
                query={"first": WHOLE, "after": TEXT},
            ),
            "GET /tags/{id}": op(ref("Tag")),
        },
        {"Customer": thing(id=TEXT, email=TEXT), "Tag": thing(id=TEXT, label=TEXT)},
    )

    customers, tags = found.behaviours["GET /customers"], found.behaviours["GET /tags"]
    assert (customers.answer.path, customers.answer.inner) == (("list",), ("customer",))
    assert (customers.paging.kind, customers.paging.after) == ("cursor", Input(("offset",)))
    assert [(meta.path, meta.meaning) for meta in customers.answer.meta] == [(("next_offset",), "next_cursor")]
    assert found.behaviours["POST /customers"].answer == Envelope("item", ("customer",))
    assert (tags.answer.path, tags.answer.inner) == (("edges",), ("node",))
    assert tags.paging.limit == Input(("first",))
    assert [(meta.path, meta.meaning, meta.absent) for meta in tags.answer.meta] == [
        (("pageInfo", "hasNextPage"), "has_more", "omit"),
        (("pageInfo", "endCursor"), "next_cursor", "null"),
    ]


def test_two_parameters_in_a_row_are_scope_and_name() -> None:
    """`/repos/{owner}/{repo}`: the name is the id, the owner a scope; issues hang on both."""
    parameter = {"name": "repo", "in": "path", "required": True, "schema": TEXT, "description": "The repository name"}
    repo = op(ref("Repo"))
    repo["parameters"] = [parameter]
    repo["x-ids"] = TEXT
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "paths": {
            "/repos/{owner}/{repo}": {
                "parameters": [{**parameter, "name": "owner"}, parameter],
                "get": {"operationId": "getRepo", **_answer(ref("Repo"))},
                "delete": {"operationId": "deleteRepo", "responses": {"204": {"description": "gone"}}},
            },
            "/orgs/{org}/repos": {
                "parameters": [{**parameter, "name": "org"}],
                "get": {"operationId": "listRepos", **_answer(many(ref("Repo")))},
                "post": {"operationId": "createRepo", **_answer(ref("Repo"))},
            },
        },
        "components": {
            "schemas": {"Repo": thing(id=WHOLE, name=TEXT, owner=thing(id=WHOLE, login=TEXT), fork={"type": "boolean"})}
        },
    }

    found = read_document(document)

    assert list(told(found).values()) == ["get repos", "delete repos", "list repos", "create repos"]
    assert (found.resources["repos"].id_property, found.resources["repos"].scoped) == ("name", True)
    assert found.behaviours["getRepo"].parents == (Parent("owner", "owner.login"),)
    assert found.behaviours["listRepos"].parents == (Parent("org", "org", hidden=True),)


def test_older_descriptions_and_null_as_a_type() -> None:
    """Swagger 2.0 with `definitions`, and 3.1 with type lists, are read alike."""
    old = {
        "swagger": "2.0",
        "info": {"title": "Test", "version": "1"},
        "basePath": "/v2",
        "produces": ["application/json"],
        "consumes": ["application/json"],
        "paths": {
            "/dogs": {
                "get": {
                    "operationId": "list",
                    "responses": {
                        "200": {
                            "description": "ok",
                            "schema": {"type": "array", "items": {"$ref": "#/definitions/Dog"}},
                        }
                    },
                },
                "post": {
                    "operationId": "make",
                    "parameters": [{"in": "body", "name": "dog", "schema": {"$ref": "#/definitions/Dog"}}],
                    "responses": {"201": {"description": "ok", "schema": {"$ref": "#/definitions/Dog"}}},
                },
            },
            "/dogs/{id}": {
                "get": {
                    "operationId": "get",
                    "parameters": [{"in": "path", "name": "id", "type": "integer", "required": True}],
                    "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Dog"}}},
                }
            },
        },
        "definitions": {"Dog": thing(id=WHOLE, name=TEXT)},
    }
    new = infer(
        {
            "GET /cats": op(thing(data=many(ref("Cat")), next={"type": ["string", "null"], "format": "uri"})),
            "GET /cats/{id}": op({"anyOf": [ref("Cat"), {"type": "null"}]}),
            "DELETE /cats/{id}": op({"type": "object"}),
        },
        {"Cat": thing(id={"type": ["integer", "null"]}, name={"type": ["string", "null"]})},
        openapi="3.1.0",
    )

    found = read_document(old)

    assert told(found) == {"list": "list dogs", "make": "create dogs", "get": "get dogs"}
    assert found.resources["dogs"].item_path == "/v2/dogs/{id}"
    assert list(told(new).values()) == ["list cats", "get cats", "delete cats"]
    assert new.resources["cats"].id_kind == "integer"
    assert new.behaviours["GET /cats"].answer.meta[0].absent == "null"


def test_one_in_the_singular_and_many_in_the_plural() -> None:
    """`/clients` lists and makes what `/client/{id}` reads."""
    found = infer(
        {
            "POST /clients": op(ref("Client"), body=ref("Client")),
            "GET /client/{id}": op(ref("Client")),
            "POST /clients/search": op(thing(data=many(ref("Client"))), body=thing(name=TEXT)),
            "GET /client/{id}/parent": op(ref("Client")),
            "GET /app": op(ref("App")),
            "GET /apps": op(many(ref("App"))),
            "GET /apps/{slug}": op(ref("App")),
        },
        {"Client": thing(id=TEXT, name=TEXT), "App": thing(slug=TEXT)},
    )

    assert told(found) == {
        "POST /clients": "create clients",
        "GET /client/{id}": "get clients",
        "POST /clients/search": "list clients",
        "GET /client/{id}/parent": "schema",
        "GET /app": "schema",
        "GET /apps": "list apps",
        "GET /apps/{slug}": "get apps",
    }


def test_members_are_added_by_put_without_a_body() -> None:
    """PUT on a member adds it, DELETE takes it away, the list shows it."""
    found = infer(
        {
            "GET /teams/{teamId}/members": op(many(ref("User"))),
            "PUT /teams/{teamId}/members/{username}": op(status=204),
            "GET /teams/{teamId}/members/{username}": op(status=204),
            "DELETE /teams/{teamId}/members/{username}": op(status=204),
        },
        {"User": thing(id=WHOLE, login=TEXT)},
    )

    assert list(told(found).values()) == ["list members", "get members", "replace members upsert", "delete members"]
    assert found.resources["members"].id_property == "login"
    assert found.behaviours["PUT /teams/{teamId}/members/{username}"].request == Envelope("empty")


def test_verbs_that_leave_a_moment_or_a_flag() -> None:
    """Where no status shows it, `approved_at` does; DELETE on the verb takes a flag back."""
    found = infer(
        {
            "GET /posts": op(many(ref("Post"))),
            "GET /posts/{id}": op(ref("Post")),
            "POST /posts/{id}/approve": op(ref("Post")),
            "PUT /posts/{id}/lock": op(status=204),
            "DELETE /posts/{id}/lock": op(status=204),
        },
        {"Post": thing(id=TEXT, approved_at=MOMENT, locked=FLAG)},
    )

    assert found.behaviours["POST /posts/{id}/approve"].action == Action("approved_at", moment=True)
    assert found.behaviours["PUT /posts/{id}/lock"].action == Action("locked", True)
    assert found.behaviours["DELETE /posts/{id}/lock"].action == Action("locked", False)


def test_references_are_found_by_name_and_type() -> None:
    """Ids by name, lists of ids, ids in lines, embedded documents; counts and other types are none."""
    invoice = thing(
        id=TEXT,
        customerId=TEXT,
        billing_customer_id=TEXT,
        parentId=TEXT,
        tagIds=many(WHOLE),
        customers=WHOLE,
        accountCode=TEXT,
        lines=many(thing(itemId=TEXT, tagId=TEXT)),
        customer=ref("Customer"),
        invoiceId=TEXT,
    )
    names = {"invoices": "Invoice", "customers": "Customer", "tags": "Tag", "items": "Item", "accounts": "Account"}
    operations = {}
    for path, schema in names.items():
        key = "code" if path == "accounts" else "id"
        operations[f"GET /{path}"] = op(many(ref(schema)))
        operations[f"GET /{path}/{{{key}}}"] = op(ref(schema))
    found = infer(
        operations,
        {
            "Invoice": invoice,
            "Customer": thing(id=TEXT, name=TEXT),
            "Tag": thing(id=WHOLE, name=TEXT),
            "Item": thing(id=TEXT, sku=TEXT),
            "Account": thing(code=TEXT, name=TEXT),
        },
    )

    assert found.resources["invoices"].references == (
        Reference("customerId", "customers"),
        Reference("billing_customer_id", "customers"),
        Reference("parentId", "invoices"),
        Reference("tagIds", "tags", many=True),
        Reference("accountCode", "accounts"),
        Reference("lines.itemId", "items"),
        Reference("customer.id", "customers", embedded="customer"),
    )


def test_files_and_texts_are_no_documents() -> None:
    """What answers bytes or bare texts is answered from its schema, and says so."""
    found = infer(
        {
            "GET /files/{id}": op({"type": "string", "format": "binary"}, answer_media="application/octet-stream"),
            "GET /countries": op(many(TEXT)),
            "POST /convert": op(thing(text=TEXT), body=thing(text=TEXT)),
        }
    )

    assert set(told(found).values()) == {"schema"}
    assert [behaviour.reason for behaviour in found.behaviours.values()] == [
        "answers by schema: `/files/{id}` answers a file, not a document",
        "answers by schema: nothing makes or changes what `GET /countries` reads",
        "answers by schema: no path reads back by id what `POST /convert` takes",
    ]


def test_descriptions_without_schemas_keep_memory() -> None:
    """Where nothing is said of the documents, they are kept as they come."""
    anything: Schema = {"type": "object"}
    found = infer(
        {
            "GET /things": op(many(anything)),
            "POST /things": op(anything, status=201, body=anything),
            "GET /things/{id}": op(anything),
            "PUT /things/{id}": op(anything, body=anything),
            "DELETE /things/{id}": op(),
        }
    )

    assert list(told(found).values()) == [
        "list things",
        "create things",
        "get things",
        "replace things",
        "delete things",
    ]
    assert (found.resources["things"].id_property, found.resources["things"].id_hidden) == ("id", False)


def test_schemas_that_contain_themselves_end() -> None:
    """Unions of themselves, trees, and words of the wrong type neither hang nor raise."""
    node = thing(id=TEXT, parent=ref("Node"), children=many(ref("Node")), value=ref("Loop"))
    found = infer(
        {
            "GET /nodes": op(thing(nodes=many(ref("Node")))),
            "GET /nodes/{id}": op({"allOf": [ref("Node"), {"required": True, "properties": {"x": TEXT, "y": 3}}]}),
            "POST /nodes": op(ref("Node"), body={"oneOf": [ref("Loop"), ref("Node")]}),
            "GET /loops/{id}": op(ref("Loop")),
        },
        {
            "Node": node,
            "Loop": {"oneOf": [ref("Loop"), ref("Loop2"), ref("Loop2")]},
            "Loop2": {"anyOf": [ref("Loop"), ref("Loop2")]},
        },
    )

    assert told(found)["GET /nodes/{id}"] == "get nodes"
    assert told(found)["POST /nodes"] == "create nodes"
    assert found.resources["nodes"].references == (
        Reference("parent.id", "nodes", embedded="parent"),
        Reference("children.id", "nodes", embedded="children"),
    )


def test_lists_that_no_path_reads_one_by_one_are_given() -> None:
    """A list alone is a collection that only the seeds fill; its properties filter it."""
    found = infer(
        {"GET /currencies": op(many(ref("Currency")), query={"code": TEXT, "active": FLAG})},
        {"Currency": thing(code=TEXT, name=TEXT, rate=NUMBER)},
    )

    currencies = found.resources["currencies"]
    assert (currencies.given, currencies.id_property, currencies.item_path) == (True, "code", "")
    listed = found.behaviours["GET /currencies"]
    assert listed.filters == (Filter("code", "eq", Input(("code",))),)
    assert listed.unread == ("active",)


def _answer(schema: Schema) -> dict[str, Any]:
    return {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}}
