"""Webhooks of a description: which change each tells of, who hears of it, and what it says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from standardwebhooks import Webhook

from sandbooks.resources import Occasion, same_event
from sandbooks.spec import read_description
from tests.receiving import START, WAIT_S, Receiver, advance, deliveries, receiving
from tests.serving import SPECS, Door, serve
from tests.test_resources_building import FLAG, MOMENT, TEXT, WHOLE, infer, many, one_of, op, ref, thing

HOUSE = SPECS / "webhooks31.yaml"
SECRET = "abcdefghijkl"
ADA = {"name": "Ada", "email": "ada@example.com", "pin": "1234"}
Json = dict[str, Any]  # any JSON


def house(**settings: Any) -> Door:  # as `Settings`
    """A counting house in which nothing is stored; its clock stands still."""
    return serve(HOUSE, **{"profile": "empty", "now": START, "frozen": True, **settings})


def call(door: Door, path: str, body: Json | None = None, method: str = "POST") -> Any:  # JSON; None for no body
    answer = door.call(method, f"/webhooks31{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def subscribe(door: Door, url: str, **fields: object) -> int:
    return int(call(door, "/webhook-endpoints", {"url": url, **fields})["id"])


def bodies(receiver: Receiver) -> list[Any]:  # JSON
    return [json.loads(received.body) for received in receiver.received]


def told(door: Door) -> list[str]:
    """What the journal says of webhooks in the last call."""
    return [each for each in door.get("/_sandbox/requests").json()[0]["why"] if each.startswith("webhook")]


def test_stored_subscription_hears_of_what_is_made() -> None:
    """The body fits its schema: the event in the spelling of its list, the time, the subscription, the document."""
    with receiving() as receiver:
        door = house()
        id = subscribe(door, f"{receiver.url}/all")
        invoice = call(door, "/invoices", {"customerId": 1, "total": 1234.56})

    (received,) = receiver.received
    body = json.loads(received.body)
    assert ("POST", "/all", "application/json") == (received.method, received.path, received.headers["content-type"])
    assert "invoice.created" == received.headers["x-house-event"]
    assert {
        "id": body["id"],
        "type": "INVOICE_CREATED",
        "createdAt": "2026-01-31T12:00:00.000Z",
        "subscriptionId": str(id),
        "data": {"invoice": invoice},
    } == body
    schema = {"$ref": "#/components/schemas/InvoiceEvent"}
    assert [] == door.server.vendors["webhooks31"].description.check(schema, body)
    assert body["id"] not in (invoice["id"], received.headers["webhook-id"])


def test_event_has_one_id_and_its_deliveries_have_their_own() -> None:
    """Two subscribers see the same event, and two events differ though their schema has an example."""
    with receiving() as receiver:
        door = house()
        for path in ("/one", "/other"):
            subscribe(door, receiver.url + path)
        for total in (1234.56, 7.5):
            call(door, "/invoices", {"customerId": 1, "total": total})

    assert [1, 1, 2, 2] == sorted(body["data"]["invoice"]["id"] for body in bodies(receiver))
    assert 2 == len({body["id"] for body in bodies(receiver)})
    assert 4 == len({received.headers["webhook-id"] for received in receiver.received})


def test_secret_of_a_subscription_signs_as_standard_webhooks_has_it() -> None:
    """The verification of the standard's own package passes; without a secret nothing looks signed."""
    with receiving() as receiver:
        door = house(now=None, frozen=False)
        subscribe(door, f"{receiver.url}/signed", signing_secret=SECRET)
        subscribe(door, f"{receiver.url}/plain")
        invoice = call(door, "/invoices", {"customerId": 1, "total": 1234.56})

    signed, plain = sorted(receiver.received, key=lambda received: received.path, reverse=True)
    assert invoice == Webhook(SECRET.encode()).verify(signed.body, signed.headers)["data"]["invoice"]
    assert {"webhook-id", "webhook-timestamp"} == {name for name in plain.headers if name.startswith("webhook")}
    assert SECRET not in door.get("/_sandbox/deliveries").text


def test_subscription_chooses_its_events() -> None:
    """By the webhook's key, by another spelling of it, by `*`; one that chooses none hears all."""
    with receiving() as receiver:
        door = house()
        for path, fields in (
            ("/paid", {"enabled_events": ["invoicePaid"]}),
            ("/gone", {"enabled_events": ["customer.deleted"]}),
            ("/star", {"enabled_events": ["*"]}),
            ("/all", {}),
        ):
            subscribe(door, receiver.url + path, **fields)
        call(door, "/customers", ADA)
        call(door, "/invoices", {"customerId": 1, "total": 1234.56})
        call(door, "/customers/1", method="DELETE")

    assert ["/all", "/star", "/all", "/gone", "/star"] == [
        *sorted(receiver.paths[:2]),
        *sorted(receiver.paths[2:]),
    ]


def test_subscription_that_is_off_or_gone_hears_nothing() -> None:
    """One made inactive, one switched off later, one deleted."""
    with receiving() as receiver:
        door = house()
        subscribe(door, f"{receiver.url}/off", active=False)
        later, gone = subscribe(door, f"{receiver.url}/later"), subscribe(door, f"{receiver.url}/gone")
        call(door, "/customers", ADA)
        call(door, f"/webhook-endpoints/{later}", {"active": False}, "PATCH")
        call(door, f"/webhook-endpoints/{gone}", method="DELETE")
        call(door, "/invoices", {"customerId": 1, "total": 1234.56})

    assert [] == receiver.received
    assert [
        "webhook `invoice.created` is heard by nobody: `invoice.created` says that a document of `invoices` was created"
    ] == told(door)


def test_state_property_and_deletion_are_told_when_they_happen() -> None:
    """An invoice that comes to be paid, an email that changes, a customer that goes; nothing in between."""
    with receiving() as receiver:
        door = house()
        subscribe(door, receiver.url)
        customer = call(door, "/customers", ADA)
        invoice = call(door, "/invoices", {"customerId": 1, "total": 1234.56})
        paid = call(door, "/invoices/1/pay")
        call(door, "/invoices/1/pay")
        call(door, "/customers/1", {"name": "Ada L"}, "PATCH")
        call(door, "/customers/1", {"email": "ada@example.org"}, "PATCH")
        call(door, "/customers/1", method="DELETE")

    made, came, changed, deleted = bodies(receiver)
    assert ("draft", "paid") == (invoice["status"], paid["status"])
    assert [("INVOICE_CREATED", invoice), ("INVOICE_PAID", paid)] == [
        (each["type"], each["data"]["invoice"]) for each in (made, came)
    ]
    assert {"customerId": 1, "email": "ada@example.org"} == changed
    assert {"type": "deletedCustomer", "old": {**customer, "name": "Ada L", "email": "ada@example.org"}} == deleted
    assert "pin" not in deleted["old"]


def test_subscription_below_a_parent_hears_of_that_parent_alone() -> None:
    """The hook of one project does not hear of another's tasks."""
    with receiving() as receiver:
        door = house()
        for name in ("one", "other"):
            call(door, "/projects", {"name": name})
        call(door, "/projects/1/hooks", {"config": {"url": f"{receiver.url}/one"}})
        call(door, "/projects/2/tasks", {"title": "elsewhere"})
        task = call(door, "/projects/1/tasks", {"title": "here"})

    assert ([("/one")], [task]) == (receiver.paths, bodies(receiver))


def test_webhook_url_hears_of_everything() -> None:
    """Without a subscription, and beside one; nothing looks signed."""
    with receiving() as receiver:
        door = house(webhook_url=f"{receiver.url}/mine")
        call(door, "/invoices", {"customerId": 1, "total": 1234.56})
        subscribe(door, f"{receiver.url}/theirs", enabled_events=["invoicePaid"])
        call(door, "/invoices/1/pay")

    assert ["/mine", "/mine", "/theirs"] == sorted(receiver.paths)
    assert ["webhook-url", "1", "webhook-url"] == [delivery["endpoint"] for delivery in deliveries(door)]
    assert not any("webhook-signature" in received.headers for received in receiver.received)


def test_refused_and_reading_calls_announce_nothing() -> None:
    """A 400, a 404 and a list: no delivery."""
    door = house(webhook_url="http://127.0.0.1:9/")

    refused = [
        door.post("/webhooks31/invoices", json={"total": "dear"}).status_code,
        door.post("/webhooks31/invoices/7/pay").status_code,
        door.get("/webhooks31/invoices").status_code,
    ]

    assert ([400, 404, 200], []) == (refused, deliveries(door))


def test_delivery_is_tried_again_and_a_reset_forgets_it() -> None:
    """Under the sandbox's clock, as with a pack's webhooks; another sandbox neither hears nor lists it."""
    with receiving(500, 500) as receiver:
        door = house()
        subscribe(door, receiver.url)
        call(door, "/invoices", {"customerId": 1, "total": 1234.56})
        advance(door, 5)
        (pending,) = deliveries(door)
        door.post("/@other/webhooks31/invoices", json={"customerId": 1, "total": 7.5})
        door.post("/_sandbox/reset")
        advance(door, 100_000)

    assert ("pending", 2, "2026-01-31T12:05:05Z") == (
        pending["status"],
        len(pending["attempts"]),
        pending["next_attempt_at"],
    )
    assert (2, [], []) == (len(receiver.received), deliveries(door), deliveries(door, "other"))


def test_pending_delivery_outlives_the_process(tmp_path: Path) -> None:
    """With a folder of data the next start takes it up, method and body as they were."""

    async def start(door: Door) -> None:
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> MutableMapping[str, Any]:  # as ASGI has it
            if len(messages) == 1:
                await door.server.sender.drain(timeout_s=WAIT_S)
            return messages.pop(0)

        async def send(message: MutableMapping[str, Any]) -> None:  # as ASGI has it
            """Nobody listens."""

        await door.server({"type": "lifespan"}, receive, send)

    with receiving(500) as receiver:
        first = house(data=tmp_path)
        subscribe(first, receiver.url)
        invoice = call(first, "/invoices", {"customerId": 1, "total": 1234.56})
        first.server.close()
        asyncio.run(start(house(data=tmp_path, now=START.replace(hour=13))))

    assert [invoice, invoice] == [body["data"]["invoice"] for body in bodies(receiver)]
    assert 1 == len({received.headers["webhook-id"] for received in receiver.received})


def test_nobody_has_subscribed_in_a_new_sandbox() -> None:
    """Seeds hold documents of every collection but subscriptions: a made-up address is not written to."""
    counts = house(profile="demo").get("/_sandbox/state/webhooks31").json()

    assert {"customers": 3, "hooks": 0, "invoices": 3, "projects": 3, "tasks": 3, "webhook-endpoints": 0} == counts


def test_routes_say_when_a_webhook_is_sent_and_to_whom() -> None:
    """A reason for each yes and no."""
    listed = list(house().server.vendors["webhooks31"].notifications())

    assert [
        ("webhook", "invoice.created", "`invoice.created` says that a document of `invoices` was created"),
        ("webhook", "invoicePaid", "`invoicePaid` says that `status` of a document of `invoices` came to paid"),
        (
            "webhook",
            "customer.email.changed",
            "`customer.email.changed` says that `email` of a document of `customers` changed",
        ),
        ("webhook", "deletedCustomer", "`deletedCustomer` says that a document of `customers` was deleted"),
        ("webhook", "newTask", "`newTask` says that a document of `tasks` was created"),
        (
            "webhook",
            "ledger.closed",
            "no collection is called as in `ledger closed`, or none comes to that: it is never sent",
        ),
        (
            "webhook",
            "webhook-endpoints",
            "the documents of `webhook-endpoints` are subscriptions: events are sent to their `url`, of what "
            "`enabled_events` names, signed by `signing_secret`",
        ),
        ("webhook", "hooks", "the documents of `hooks` are subscriptions: events are sent to their `config.url`"),
    ] == listed


def test_older_descriptions_keep_their_webhooks_under_an_extension(tmp_path: Path) -> None:
    """`x-webhooks` of OpenAPI 3.0, references in it included; what is no request there is a warning."""
    document = yaml.safe_load(HOUSE.read_text())
    webhooks = document.pop("webhooks")
    old = {name: webhooks[name] for name in ("newTask", "deletedCustomer")}
    document |= {"openapi": "3.0.3", "x-webhooks": {**old, "x-note": True, "later": {"summary": "to come"}}}
    file = tmp_path / "old.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))

    description = read_description(file)

    assert [("newTask", "POST"), ("deletedCustomer", "POST")] == [
        (each.name, each.method) for each in description.webhooks
    ]
    assert [("warning", "/x-webhooks/later", "'later' describes no request")] == [
        (finding.severity, finding.place, finding.message)
        for finding in description.findings
        if "x-webhooks" in finding.place
    ]
    with receiving() as receiver:
        door = serve(file, profile="empty", webhook_url=receiver.url)
        made = door.post("/old/customers", json={"name": "Ada"}).json()
        door.delete("/old/customers/1")
    assert [{"type": "deletedCustomer", "old": made}] == bodies(receiver)


def test_event_that_only_subscriptions_name_is_sent_with_the_document(tmp_path: Path) -> None:
    """Where no webhook is described, the list of events tells their names, and nothing tells their body."""
    document = yaml.safe_load(HOUSE.read_text())
    del document["webhooks"]
    file = tmp_path / "quiet.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    with receiving() as receiver:
        door = serve(file, profile="empty", now=START, frozen=True)
        door.post("/quiet/webhook-endpoints", json={"url": receiver.url, "enabled_events": ["customer.deleted"]})
        door.post("/quiet/customers", json=ADA)
        door.post("/quiet/invoices", json={"customerId": 1, "total": 1234.56})
        door.delete("/quiet/customers/1")

    assert [
        {
            "type": "customer.deleted",
            "timestamp": "2026-01-31T12:00:00Z",
            "data": {"id": 1, "name": "Ada", "email": "ada@example.com"},
        }
    ] == bodies(receiver)


SCHEMAS = {
    "Order": thing(
        id=TEXT, status=one_of("open", "SHIPPED", "cancelled"), archived=FLAG, approved_at=MOMENT, note=TEXT
    ),
    "Item": thing(id=TEXT, sku=TEXT),
    "Line": thing(id=TEXT, quantity=WHOLE),
}
CREATED, UPDATED, DELETED = frozenset({"created"}), frozenset({"updated"}), frozenset({"deleted"})
REACHED = frozenset({"created", "updated"})


def occasion(name: str, shows: str = "") -> Occasion:
    """When a webhook of that name is sent; `shows` names the schema of its body."""
    body = {"requestBody": {"content": {"application/json": {"schema": ref(shows)}}}} if shows else {}
    found = infer(
        {
            "GET /orders": op(many(ref("Order"))),
            "POST /orders": op(ref("Order"), body=ref("Order"), status=201),
            "GET /orders/{id}": op(ref("Order")),
            "GET /items": op(many(ref("Item"))),
            "POST /items": op(ref("Item"), body=ref("Item"), status=201),
            "GET /items/{id}": op(ref("Item")),
            "GET /orders/{id}/order-lines": op(many(ref("Line"))),
            "POST /orders/{id}/order-lines": op(ref("Line"), body=ref("Line"), status=201),
        },
        SCHEMAS,
        webhooks={name: {"post": {**body, "responses": {"200": {"description": "taken"}}}}},
    )
    return found.occasions[0]


@pytest.mark.parametrize(
    ("name", "resource", "happenings", "what"),
    [
        ("order.created", "orders", CREATED, ""),
        ("orders.created", "orders", CREATED, ""),
        ("OrderCreated", "orders", CREATED, ""),
        ("ORDER_CREATED", "orders", CREATED, ""),
        ("newOrder", "orders", CREATED, ""),
        ("onOrderCreate", "orders", CREATED, ""),
        ("order-added-webhook", "orders", CREATED, ""),
        ("shop:order/removed", "orders", DELETED, ""),
        ("sales.crm.order.updated", "orders", UPDATED, ""),
        ("order.saved", "orders", REACHED, ""),
        ("orders", "orders", CREATED | UPDATED | DELETED, ""),
        ("order.note.changed", "orders", UPDATED, "note"),
        ("OrderStatusUpdated", "orders", UPDATED, "status"),
        ("order.shipped", "orders", REACHED, "status=SHIPPED"),
        ("orderCanceled", None, frozenset(), ""),
        ("order.cancelled", "orders", REACHED, "status=cancelled"),
        ("order_archived", "orders", REACHED, "archived=True"),
        ("order.approved", "orders", REACHED, "approved_at"),
        ("order.placed", "orders", CREATED, ""),
        ("order-line.created", "order-lines", CREATED, ""),
        ("order.order_line.created", "order-lines", CREATED, ""),
        ("special item created", None, frozenset(), ""),
        ("order.exploded", None, frozenset(), ""),
        ("order.colour.changed", None, frozenset(), ""),
        ("refund.created", None, frozenset(), ""),
        ("created", None, frozenset(), ""),
        ("event", None, frozenset(), ""),
    ],
)
def test_name_of_a_webhook_says_what_it_tells(
    name: str, resource: str | None, happenings: frozenset[str], what: str
) -> None:
    """The collection, what happens there, and the property or state that counts."""
    found = occasion(name)

    state = found.state
    shown = found.property or (
        "" if state is None else state.property if state.moment else f"{state.property}={state.value}"
    )
    assert (resource, happenings, what) == (found.resource, found.happenings, shown)


def test_body_of_a_webhook_tells_where_its_name_does_not() -> None:
    """`itemRestocked` shows an item, and so does a body that a longer name stands for."""
    assert ("items", CREATED) == (occasion("special item created", "Item").resource, CREATED)
    assert ("items", DELETED) == ((found := occasion("stockRemoved", "Item")).resource, found.happenings)
    assert occasion("stockRemoved", "Line").resource == "order-lines"


@pytest.mark.parametrize(
    ("asked", "event", "hears"),
    [
        ("invoice.created", "invoice.created", True),
        ("INVOICE_CREATED", "invoice.created", True),
        ("accounting.invoice.created", "InvoiceCreated", True),
        ("invoices.new", "invoice.created", True),
        ("invoice-removed", "invoice.deleted", True),
        ("invoice", "invoice.deleted", True),
        ("created", "invoice.created", True),
        ("invoice.*", "invoice.paid", True),
        ("*", "anything", True),
        ("all", "anything", True),
        ("invoice.created", "invoice.deleted", False),
        ("item.created", "invoiceItem.created", False),
        ("invoice.paid", "invoice.created", False),
        ("created", "invoice.deleted", False),
        ("", "invoice.created", False),
    ],
)
def test_subscription_hears_of_the_events_that_it_means(asked: str, event: str, hears: bool) -> None:
    """Spelling, areas and words of one meaning do not count; what happens does."""
    assert hears == same_event(asked, event)


URL = {"type": "string", "format": "uri"}


@pytest.mark.parametrize(
    ("name", "fields", "found"),
    [
        ("webhooks", {"url": URL}, "url"),
        ("hooks", {"target_url": URL, "event": TEXT}, "target_url"),
        ("webhook_endpoints", {"url": URL}, "url"),
        ("event-subscriptions", {"callbackUrl": URL}, "callbackUrl"),
        ("subscriptions", {"url": URL, "topics": many(TEXT)}, "url"),
        ("webhooks", {"config": thing(url=URL, secret=TEXT)}, "config.url"),
        ("subscriptions", {"url": URL, "plan": TEXT}, None),
        ("webhooks", {"name": TEXT}, None),
        ("webhook-deliveries", {"url": URL}, None),
        ("webhooks", {"owner": thing(url=URL)}, None),
        ("links", {"url": URL, "events": many(TEXT)}, None),
    ],
)
def test_collection_is_one_of_subscriptions_or_not(name: str, fields: dict[str, Json], found: str | None) -> None:
    """Its name says so, and calls give its documents an address."""
    schema = {"type": "object", "properties": {"id": TEXT, **fields}}
    inference = infer(
        {
            f"GET /{name}": op(many(ref("Thing"))),
            f"POST /{name}": op(ref("Thing"), body=ref("Thing"), status=201),
            f"GET /{name}/{{id}}": op(ref("Thing")),
        },
        {"Thing": schema},
    )

    assert [found] * (found is not None) == [each.url for each in inference.subscriptions]
