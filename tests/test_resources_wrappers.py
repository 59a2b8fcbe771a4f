"""Styles of API that wrap their documents: arrays of one, envelopes, attributes apart, embedded lists."""

from __future__ import annotations

from sandbooks.resources import Envelope, Filter, Input, Parent, Reference, View
from tests.test_resources_building import (
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    UUID,
    WHOLE,
    Schema,
    infer,
    many,
    one_of,
    op,
    ref,
    thing,
    told,
)

CUSTOMER = thing(id=TEXT, object=one_of("customer"), email=TEXT, created=WHOLE)
CHARGE = thing(
    id=TEXT,
    customer={"anyOf": [{"type": "string", "maxLength": 5000}, ref("Customer")]},
    amount=WHOLE,
    status=one_of("succeeded", "pending", "failed"),
    created={"type": "integer", "format": "unix-time"},
)
LISTING = {
    name: thing(
        required=["data", "has_more", "object", "url"],
        object=one_of("list"),
        data=many(ref(name)),
        has_more=FLAG,
        url=TEXT,
    )
    for name in ("Customer", "Charge")
}
CREATED: Schema = {"anyOf": [thing(gt=WHOLE, gte=WHOLE, lt=WHOLE, lte=WHOLE), WHOLE], "type": "object"}
MARKS: dict[str, Schema] = {"limit": WHOLE, "starting_after": TEXT, "ending_before": TEXT, "expand": many(TEXT)}
FORM = "application/x-www-form-urlencoded"


def test_numbered_things_with_a_file_suffix_and_form_bodies() -> None:
    """Paths that end in `.json`, ids called `sid`, POST as update, an account as scope and collection."""
    message = thing(sid=TEXT, account_sid=TEXT, body=TEXT, status=one_of("queued", "sent", "canceled"))
    page = thing(
        messages=many(ref("Message")),
        page=WHOLE,
        page_size=WHOLE,
        first_page_uri=TEXT,
        next_page_uri={**TEXT, "nullable": True},
        uri=TEXT,
    )
    form = "application/x-www-form-urlencoded"
    found = infer(
        {
            "GET /2010-04-01/Accounts/{Sid}.json": op(ref("Account")),
            "GET /2010-04-01/Accounts.json": op(thing(accounts=many(ref("Account")))),
            "GET /2010-04-01/Accounts/{AccountSid}/Messages.json": op(
                page, query={"To": TEXT, "PageSize": WHOLE, "Page": WHOLE, "PageToken": TEXT}
            ),
            "POST /2010-04-01/Accounts/{AccountSid}/Messages.json": op(
                ref("Message"), status=201, body=thing(Body=TEXT, To=TEXT), media=form
            ),
            "GET /2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": op(ref("Message")),
            "POST /2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": op(
                ref("Message"), body=thing(Body=TEXT, Status=one_of("canceled")), media=form
            ),
            "DELETE /2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": op(status=204),
        },
        {"Message": message, "Account": thing(sid=TEXT, friendly_name=TEXT)},
    )

    assert list(told(found).values()) == [
        "get Accounts",
        "list Accounts",
        "list Messages",
        "create Messages",
        "get Messages",
        "update Messages",
        "delete Messages",
    ]
    listed = found.behaviours["GET /2010-04-01/Accounts/{AccountSid}/Messages.json"]
    assert listed.parents == (Parent("AccountSid", "account_sid", "Accounts"),)
    assert (listed.paging.kind, listed.paging.page, listed.paging.limit) == (
        "page",
        Input(("Page",)),
        Input(("PageSize",)),
    )
    assert [(meta.path[-1], meta.meaning) for meta in listed.answer.meta] == [
        ("page", "page"),
        ("page_size", "page_size"),
        ("first_page_uri", "first_url"),
        ("next_page_uri", "next_url"),
        ("uri", "self_url"),
    ]
    assert found.resources["Messages"].id_property == "sid"
    assert found.behaviours["GET /2010-04-01/Accounts/{Sid}.json"].id == Input(("Sid",), "path")


def test_bodies_wrapped_in_arrays_with_put_as_create() -> None:
    """PUT makes many, POST makes or changes, POST on the item changes; every body is `{Invoices: [...]}`."""
    wrapped = ref("Invoices")
    invoice = thing(
        InvoiceID=UUID,
        InvoiceNumber=TEXT,
        Contact=ref("Contact"),
        Date=DAY,
        Status=one_of("DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "PAID", "VOIDED"),
        LineItems=many(thing(LineItemID=UUID, Description=TEXT, AccountCode=TEXT)),
    )
    found = infer(
        {
            "GET /Invoices": op(wrapped, query={"where": TEXT, "order": TEXT, "page": WHOLE, "Statuses": many(TEXT)}),
            "PUT /Invoices": op(wrapped, body=wrapped, operationId="createInvoices"),
            "POST /Invoices": op(wrapped, body=wrapped, operationId="updateOrCreateInvoices"),
            "GET /Invoices/{InvoiceID}": op(wrapped, ids=UUID),
            "POST /Invoices/{InvoiceID}": op(wrapped, body=wrapped),
            "POST /Invoices/{InvoiceID}/Email": op(status=204, body=ref("RequestEmpty")),
            "GET /Contacts": op(ref("Contacts")),
            "PUT /Contacts": op(ref("Contacts"), body=ref("Contacts"), operationId="createContacts"),
            "GET /Contacts/{ContactID}": op(ref("Contacts"), ids=UUID),
            "GET /Accounts": op(thing(Accounts=many(ref("Account")))),
            "GET /Accounts/{AccountID}": op(thing(Accounts=many(ref("Account"))), ids=UUID),
        },
        {
            "Invoices": thing(pagination=thing(page=WHOLE, pageSize=WHOLE), Invoices=many(ref("Invoice"))),
            "Invoice": invoice,
            "Contacts": thing(Contacts=many(ref("Contact"))),
            "Contact": thing(ContactID=UUID, Name=TEXT),
            "Account": thing(AccountID=UUID, Code=TEXT),
            "RequestEmpty": thing(Status=TEXT),
        },
        server="https://api.example.com/api.xro/2.0",
    )

    assert told(found) == {
        "GET /Invoices": "list Invoices",
        "createInvoices": "create Invoices many",
        "updateOrCreateInvoices": "create Invoices many upsert",
        "GET /Invoices/{InvoiceID}": "get Invoices",
        "POST /Invoices/{InvoiceID}": "update Invoices",
        "POST /Invoices/{InvoiceID}/Email": "schema",
        "GET /Contacts": "list Contacts",
        "createContacts": "create Contacts many",
        "GET /Contacts/{ContactID}": "get Contacts",
        "GET /Accounts": "list Accounts",
        "GET /Accounts/{AccountID}": "get Accounts",
    }
    envelope = Envelope("items", ("Invoices",))
    assert found.behaviours["GET /Invoices/{InvoiceID}"].answer == envelope
    assert found.behaviours["POST /Invoices/{InvoiceID}"].request == envelope
    assert found.behaviours["updateOrCreateInvoices"].request == envelope
    assert found.resources["Invoices"].id_property == "InvoiceID"
    assert found.resources["Accounts"].given is True
    assert Reference("Contact.ContactID", "Contacts", embedded="Contact") in found.resources["Invoices"].references
    listed = found.behaviours["GET /Invoices"]
    assert listed.filters == (Filter("Status", "in", Input(("Statuses",))),)
    assert listed.sort is not None
    assert listed.sort.input == Input(("order",))


def test_lists_with_a_mark_of_the_last_id() -> None:
    """`{object: list, data, has_more}` with `starting_after`, form bodies, POST as update, an action."""
    found = infer(
        {
            "GET /v1/customers": op(LISTING["Customer"], query={**MARKS, "email": TEXT}),
            "POST /v1/customers": op(ref("Customer"), body=thing(email=TEXT), media=FORM),
            "GET /v1/customers/{customer}": op({"anyOf": [ref("Customer"), ref("DeletedCustomer")]}),
            "POST /v1/customers/{customer}": op(ref("Customer"), body=thing(email=TEXT), media=FORM),
            "DELETE /v1/customers/{customer}": op(ref("DeletedCustomer")),
            "GET /v1/customers/search": op(LISTING["Customer"], query={"query": TEXT, "page": TEXT, "limit": WHOLE}),
            "GET /v1/charges": op(LISTING["Charge"], query={**MARKS, "customer": TEXT, "created": CREATED}),
            "POST /v1/charges": op(ref("Charge"), body=thing(amount=WHOLE, customer=TEXT), media=FORM),
            "GET /v1/charges/{charge}": op(ref("Charge")),
            "POST /v1/charges/{charge}/capture": op(ref("Charge"), body=thing(amount=WHOLE), media=FORM),
            "GET /v1/balance": op(thing(object=TEXT, livemode=FLAG)),
        },
        {
            "Customer": CUSTOMER,
            "Charge": CHARGE,
            "DeletedCustomer": thing(id=TEXT, object=one_of("customer"), deleted=FLAG),
        },
    )

    assert list(told(found).values()) == [
        "list customers",
        "create customers",
        "get customers",
        "update customers",
        "delete customers",
        "list customers",
        "list charges",
        "create charges",
        "get charges",
        "action charges status=succeeded",
        "schema",
    ]
    listed = found.behaviours["GET /v1/charges"]
    assert (listed.paging.kind, listed.paging.mark) == ("cursor", "id")
    assert (listed.paging.after, listed.paging.before) == (Input(("starting_after",)), Input(("ending_before",)))
    assert [(meta.path, meta.meaning) for meta in listed.answer.meta] == [(("has_more",), "has_more")]
    assert listed.filters == (
        Filter("customer", "eq", Input(("customer",))),
        Filter("created", "gt", Input(("created", "gt"))),
        Filter("created", "gte", Input(("created", "gte"))),
        Filter("created", "lt", Input(("created", "lt"))),
        Filter("created", "lte", Input(("created", "lte"))),
        Filter("created", "eq", Input(("created",))),
    )
    assert (listed.view, listed.unread) == (View(expand=Input(("expand",))), ())
    assert found.resources["customers"].id_property == "id"
    assert found.resources["customers"].soft_delete is None
    search = found.behaviours["GET /v1/customers/search"]
    assert search.search is not None
    assert search.search.input == Input(("query",))
    assert (search.paging.kind, search.paging.after) == ("cursor", Input(("page",)))


def test_documents_under_data_with_totals_beside() -> None:
    """`{data: {...}}` for one, `{data: [...], meta: {...}}` for many, numbered pages."""
    meta = thing(total=WHOLE, current_page=WHOLE, per_page=WHOLE, last_page=WHOLE)
    links = thing(first=TEXT, last=TEXT, prev={**TEXT, "nullable": True}, next={**TEXT, "nullable": True})
    found = infer(
        {
            "GET /invoices": op(
                thing(data=many(ref("Invoice")), links=links, meta=meta),
                query={"page": {**WHOLE, "default": 1}, "per_page": {**WHOLE, "default": 15, "maximum": 100}},
            ),
            "POST /invoices": op(thing(data=ref("Invoice")), status=201, body=thing(data=ref("NewInvoice"))),
            "GET /invoices/{invoice}": op(thing(data=ref("Invoice"))),
            "PUT /invoices/{invoice}": op(thing(data=ref("Invoice")), body=ref("NewInvoice")),
            "DELETE /invoices/{invoice}": op(thing(message=TEXT)),
        },
        {"Invoice": thing(id=WHOLE, number=TEXT, total=NUMBER), "NewInvoice": thing(number=TEXT, total=NUMBER)},
    )

    one = Envelope("item", ("data",))
    assert list(told(found).values()) == [
        "list invoices",
        "create invoices",
        "get invoices",
        "replace invoices",
        "delete invoices",
    ]
    assert found.behaviours["GET /invoices/{invoice}"].answer == one
    assert (found.behaviours["POST /invoices"].request, found.behaviours["POST /invoices"].answer) == (one, one)
    assert found.behaviours["PUT /invoices/{invoice}"].request == Envelope("item")
    assert found.behaviours["DELETE /invoices/{invoice}"].answer == Envelope("other")
    paging = found.behaviours["GET /invoices"].paging
    assert (paging.kind, paging.first, paging.size, paging.most) == ("page", 1, 15, 100)
    assert {meta.path: meta.meaning for meta in found.behaviours["GET /invoices"].answer.meta} == {
        ("links", "first"): "first_url",
        ("links", "last"): "last_url",
        ("links", "prev"): "previous_url",
        ("links", "next"): "next_url",
        ("meta", "total"): "total",
        ("meta", "current_page"): "page",
        ("meta", "per_page"): "page_size",
        ("meta", "last_page"): "pages",
    }


def test_documents_under_their_own_name() -> None:
    """`{invoice: {...}}` for one and `{invoices: [...]}` for many, in requests too."""
    found = infer(
        {
            "GET /invoices": op(thing(invoices=many(ref("Invoice")), code=WHOLE, message=TEXT)),
            "POST /invoices": op(thing(invoice=ref("Invoice"), code=WHOLE), body=thing(invoice=ref("Invoice"))),
            "GET /invoices/{invoice_id}": op(thing(invoice=ref("Invoice"), code=WHOLE)),
            "PUT /invoices/{invoice_id}": op(thing(invoice=ref("Invoice")), body=thing(invoice=ref("Invoice"))),
        },
        {"Invoice": thing(invoice_id=TEXT, number=TEXT)},
    )

    one = Envelope("item", ("invoice",))
    assert list(told(found).values()) == ["list invoices", "create invoices", "get invoices", "replace invoices"]
    assert found.resources["invoices"].id_property == "invoice_id"
    assert found.behaviours["GET /invoices"].answer == Envelope("items", ("invoices",))
    assert [found.behaviours[key].request for key in ("POST /invoices", "PUT /invoices/{invoice_id}")] == [one, one]
    assert found.behaviours["GET /invoices/{invoice_id}"].answer == one


def test_documents_with_attributes_apart() -> None:
    """`{data: {id, type, attributes}}`: properties are named inside, filters and pages stand in brackets."""
    article = thing(
        id=TEXT,
        type=one_of("articles"),
        attributes=thing(title=TEXT, created_at=MOMENT),
        relationships=thing(author=thing(data=thing(id=TEXT, type=TEXT))),
    )
    found = infer(
        {
            "GET /authors": op(thing(data=many(ref("Author")))),
            "POST /authors": op(thing(data=ref("Author")), body=thing(data=ref("Author"))),
            "GET /authors/{id}": op(thing(data=ref("Author"))),
            "GET /authors/{id}/articles": op(thing(data=many(ref("Article")))),
            "GET /articles": op(
                thing(data=many(ref("Article")), links=thing(next=TEXT), meta=thing(total=WHOLE)),
                query={"filter[title]": TEXT, "sort": TEXT, "page[number]": WHOLE, "page[size]": WHOLE},
                answer_media="application/vnd.api+json",
            ),
            "POST /articles": op(
                thing(data=ref("Article")),
                status=201,
                body=thing(data=ref("Article")),
                media="application/vnd.api+json",
            ),
            "GET /articles/{id}": op(thing(data=ref("Article")), answer_media="application/vnd.api+json"),
            "PATCH /articles/{id}": op(thing(data=ref("Article")), body=thing(data=ref("Article"))),
            "DELETE /articles/{id}": op(status=204),
        },
        {"Article": article, "Author": thing(id=TEXT, type=TEXT, attributes=thing(name=TEXT))},
    )

    assert set(told(found).values()) >= {"list articles", "create articles", "update articles", "delete articles"}
    assert found.resources["articles"].fields == "attributes"
    listed = found.behaviours["GET /articles"]
    assert listed.filters == (Filter("attributes.title", "eq", Input(("filter[title]",))),)
    assert listed.paging.page == Input(("page[number]",))
    assert listed.paging.limit == Input(("page[size]",))
    assert listed.sort is not None
    assert listed.sort.names["createdat"] == "attributes.created_at"
    assert found.behaviours["GET /authors/{id}/articles"].parents == (
        Parent("id", "relationships.author.data.id", "authors"),
    )


def test_embedded_lists_with_links() -> None:
    """`_embedded.orders` with `_links.next.href` and a `page` object counted from nought."""
    listing = thing(
        _embedded=thing(orders=many(ref("Order"))),
        _links=thing(self=thing(href=TEXT), next=thing(href=TEXT)),
        page=thing(size=WHOLE, totalElements=WHOLE, totalPages=WHOLE, number=WHOLE),
    )
    found = infer(
        {
            "GET /orders": op(listing, query={"page": {**WHOLE, "default": 0}, "size": WHOLE, "sort": many(TEXT)}),
            "POST /orders": op(ref("Order"), status=201, body=ref("Order")),
            "GET /orders/{id}": op(ref("Order"), ids=WHOLE),
        },
        {"Order": thing(id=WHOLE, total=NUMBER, _links=thing(self=thing(href=TEXT)))},
    )

    listed = found.behaviours["GET /orders"]
    assert listed.answer.path == ("_embedded", "orders")
    assert (listed.paging.kind, listed.paging.first) == ("page", 0)
    assert {meta.path: meta.meaning for meta in listed.answer.meta} == {
        ("_links", "self", "href"): "self_url",
        ("_links", "next", "href"): "next_url",
        ("page", "size"): "page_size",
        ("page", "totalElements"): "total",
        ("page", "totalPages"): "pages",
        ("page", "number"): "page",
    }
    assert next(meta.gone for meta in listed.answer.meta if meta.meaning == "next_url") == ("_links", "next")


def test_a_company_scope_with_capital_wrappers() -> None:
    """`/company/{realmId}/invoice` makes and changes, `{Invoice: {...}, time}` wraps, a query answers by schema."""
    wrapped = thing(Invoice=ref("Invoice"), time=MOMENT)
    found = infer(
        {
            "POST /v3/company/{realmId}/invoice": op(
                wrapped, body=ref("Invoice"), summary="Create or update an invoice"
            ),
            "GET /v3/company/{realmId}/invoice/{invoiceId}": op(wrapped),
            "GET /v3/company/{realmId}/query": op(
                thing(QueryResponse=thing(startPosition=WHOLE, maxResults=WHOLE)), query={"query": TEXT}
            ),
        },
        {"Invoice": thing(Id=TEXT, SyncToken=TEXT, DocNumber=TEXT, TotalAmt=NUMBER)},
    )

    assert list(told(found).values()) == ["create invoice upsert", "get invoice", "schema"]
    assert found.resources["invoice"].id_property == "Id"
    made = found.behaviours["POST /v3/company/{realmId}/invoice"]
    assert (made.request, made.answer) == (Envelope("item"), Envelope("item", ("Invoice",)))
    assert made.takes_id is True
    assert made.parents == (Parent("realmId", "realmId", "", hidden=True),)
