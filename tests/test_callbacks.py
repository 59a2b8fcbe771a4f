"""Callbacks of operations: where they go, what they say, and why one does not leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml

from sandbooks import Call, Endpoint, Pack, Reply, Webhooks
from sandbooks.checking import check_vendor, report_lines
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.receiving import START, Receiver, advance, deliveries, receiving
from tests.serving import SPECS, Door, serve

HEARD = {"responses": {"200": {"description": "heard"}}}
COURIER = SPECS / "callbacks.yaml"
JOB = {"origin": "Graz & Linz", "weight": 12.5}
KEPT = {"id": 1, **JOB, "status": "pending"}
Json = dict[str, Any]  # any JSON


def courier(**settings: Any) -> Door:  # as `Settings`
    """A courier without a job; its clock stands still."""
    return serve(COURIER, **{"profile": "empty", "now": START, "frozen": True, **settings})


def told(door: Door) -> list[str]:
    """What the journal says of callbacks in the last call."""
    why: list[str] = door.get("/_sandbox/requests").json()[0]["why"]
    return [sentence for sentence in why if "callback" in sentence or "is not sent" in sentence]


def echo(folder: Path, address: str, body: object, method: str = "post", **operation: object) -> Door:
    """An API of one operation, `POST /echo/{id}`, whose one callback goes to this address with this body."""
    path = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    done = {"description": "done", "headers": {"X-Place": {"schema": {"type": "string", "enum": ["seven"]}}}}
    request = {"responses": {"200": {"description": "taken"}}, **({"requestBody": body} if body else {})}
    raw = {
        "operationId": "echo",
        "parameters": [path, {"name": "to", "in": "query", "schema": {"type": "string"}}],
        "responses": {"202": done},
        "callbacks": {"done": {address: {method: request}}},
        **operation,
    }
    file = folder / "echo.yaml"
    head = {"openapi": "3.1.0", "info": {"title": "Echo", "version": "1"}}
    file.write_text(yaml.safe_dump({**head, "paths": {"/echo/{id}": {"post": raw}}}))
    return serve(file, now=START, frozen=True)


def test_callback_goes_where_the_body_says() -> None:
    """Text around expressions stays, values behind it are escaped; the body is filled from the stored job."""
    with receiving() as receiver:
        door = courier()
        answer = door.post("/callbacks/jobs", json={**JOB, "callbackUrl": f"{receiver.url}/cb"})

    (received,) = receiver.received
    assert (201, KEPT) == (answer.status_code, answer.json())
    assert ("POST", "/cb/accepted/1?from=Graz%20%26%20Linz") == (received.method, received.path)
    assert "application/json" == received.headers["content-type"]
    assert {"jobId": 1, **JOB, "status": "pending", "reason": "none"} == json.loads(received.body)


def test_callback_goes_where_the_query_says() -> None:
    """The document stands where the schema has it, the event and the time beside it."""
    with receiving() as receiver:
        door = courier()
        door.post(f"/callbacks/jobs?notify={receiver.url}/told", json=JOB)

    (received,) = receiver.received
    assert "/told" == received.path
    assert {
        "event": "jobDelivered",
        "sentAt": "2026-01-31T12:00:00.000Z",
        "attempt": 1,
        "data": {"job": KEPT},
    } == json.loads(received.body)


def test_callback_goes_where_a_header_says_in_its_own_method_and_form() -> None:
    """PUT with a form, as described; the name of the header is not case-sensitive."""
    with receiving() as receiver:
        door = courier()
        door.post("/callbacks/jobs", json=JOB, headers={"X-Reply-To": f"{receiver.url}/reply"})

    (received,) = receiver.received
    assert ("PUT", "/reply") == (received.method, received.path)
    assert "application/x-www-form-urlencoded" == received.headers["content-type"]
    assert {"job_id": ["1"], "origin": ["Graz & Linz"]} == parse_qs(received.body.decode(), strict_parsing=True)


def test_headers_of_a_callback_are_filled_and_no_signature_is_made_up() -> None:
    """What the call named and the event's name stand in the described headers; a delivery has an id and a time."""
    with receiving() as receiver:
        door = courier()
        door.post("/callbacks/jobs", json={**JOB, "callbackUrl": receiver.url}, headers={"X-Trace": "t-17"})

    (received,) = receiver.received
    assert ("t-17", "jobAccepted") == (received.headers["x-trace"], received.headers["x-event-name"])
    assert deliveries(door)[0]["id"] == received.headers["webhook-id"]
    assert str(int(START.timestamp())) == received.headers["webhook-timestamp"]
    assert [] == [name for name in received.headers if "signature" in name]


def test_callback_that_shows_no_document_is_filled_from_call_answer_and_example() -> None:
    """Of a call that nothing is stored of, the answer and the request say what has their name, the example the rest."""
    with receiving() as receiver:
        door = courier()
        answer = door.post("/callbacks/quotes", json={"weight": 7.5, "hooks": [{"url": receiver.url}]})

    (received,) = receiver.received
    assert {"reference": answer.json()["reference"], "weight": 7.5, "price": 1234.56, "via": "road"} == json.loads(
        received.body
    )


def test_journal_says_of_each_callback_what_became_of_it() -> None:
    """What leaves, and why the others do not: no value, no expression, a made-up address, a body that is no text."""
    with receiving() as receiver:
        door = courier()
        door.post("/callbacks/quotes", json={"weight": 7.5, "hooks": [{"url": receiver.url}]})
        with_url = told(door)
        door.post("/callbacks/quotes", json={"weight": 7.5})
        without = told(door)

    made_up = with_url[2]
    assert "callback `priced` leaves for what `{$request.body#/hooks/0/url}` gives" == with_url[0]
    assert "`pictured` is not sent: no bodies of image/png are written" == with_url[1]
    assert made_up.startswith("callback `told` is not sent: 'https://example.")
    assert made_up.endswith("' is an address that was made up")
    assert "callback `unreadable` is not sent: `callbackUrl` is no runtime expression" == with_url[3]
    assert "callback `priced` is not sent: `$request.body#/hooks/0/url` gives nothing" == without[0]
    assert 1 == len(receiver.received)


def test_what_is_never_sent_is_listed_with_the_reason_that_the_journal_tells(tmp_path: Path) -> None:
    """An address nobody named, one that is no expression or no address, a body that cannot be written."""
    form = {"content": {"multipart/form-data": {"schema": {"type": "object"}}}}
    listed = {}
    for address, body in (
        ("{$request.query.to}", None),
        ("{$request.query.to}", form),
        ("{callbackUrl}", None),
        ("http://partner.example/x", None),
        ("/mine", None),
    ):
        door = echo(tmp_path, address, body)
        with receiving() as receiver:
            door.post(f"/echo/echo/7?to={receiver.url}")
        (line,) = [line for line in report_lines(check_vendor(door.server.vendors["echo"])) if "callback done" in line]
        why = line.partition("; is not sent: ")[2]
        assert line.startswith(f"  callback done: after echo, to {address}")
        assert (why in told(door)[0]) if why else told(door)[0].startswith("callback `done` leaves")
        listed[address, bool(body)] = why

    assert listed == {
        ("{$request.query.to}", False): "",
        ("{$request.query.to}", True): "no bodies of multipart/form-data are written",
        ("{callbackUrl}", False): "`callbackUrl` is no runtime expression",
        ("http://partner.example/x", False): (
            "the description fixes its host, nobody named it: 'http://partner.example/x'"
        ),
        ("/mine", False): "'/mine' is no http address",
    }


def test_host_that_the_description_fixes_is_not_called() -> None:
    """Nobody who called named it, and it may be somebody's; with `--webhook-url` the callback goes there instead."""
    door = courier()
    door.post("/callbacks/jobs", json=JOB)
    assert 204 == door.delete("/callbacks/jobs/1").status_code
    with receiving() as receiver:
        pointed = courier(webhook_url=f"{receiver.url}/mine")
        pointed.post("/callbacks/jobs", json=JOB)
        pointed.delete("/callbacks/jobs/1")

    assert [
        "callback `jobGone` is not sent: the description fixes its host, nobody named it: "
        "'http://partner.example/gone/{$request.path.jobId}'"
    ] == told(door)
    assert [] == deliveries(door)
    (received,) = receiver.received
    assert ("/mine", KEPT) == (received.path, json.loads(received.body))


def test_fixed_address_on_this_machine_is_called(tmp_path: Path) -> None:
    """What the description says may go to the loopback, where only the user's own programs listen."""
    with receiving() as receiver:
        door = echo(tmp_path, f"{receiver.url}/{{$request.path.id}}", None)
        answer = door.post("/echo/echo/17")

    assert 202 == answer.status_code
    assert [("POST", "/17", b"")] == [(each.method, each.path, each.body) for each in receiver.received]


def test_every_kind_of_expression_is_evaluated(tmp_path: Path) -> None:
    """Address, method and status of the call, a value of its path, a header of its answer, and the whole body."""
    address = (
        "{$request.query.to}/{$method}/{$statusCode}/{$request.path.id}/{$response.header.x-place}"
        "?url={$url}&body={$request.body}"
    )
    body = {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}}}
    with receiving() as receiver:
        door = echo(tmp_path, address, None, "get", requestBody=body)
        door.post(f"/echo/echo/17?to={receiver.url}", json=[1, 2])

    (received,) = receiver.received
    path, _, query = received.path.partition("?")
    assert ("GET", "/POST/202/17/seven") == (received.method, path)
    url = f"http://localhost:4010/echo/echo/17?to={receiver.url}"
    assert {"url": [url], "body": ["[1,2]"]} == parse_qs(query)


@pytest.mark.parametrize("value", ["ftp://127.0.0.1/x", "/relative", "javascript:alert(1)", "http://"])
def test_address_that_is_none_is_told(tmp_path: Path, value: str) -> None:
    """Nothing leaves for what is no http address, and the call succeeds all the same."""
    door = echo(tmp_path, "{$request.query.to}", None)

    answer = door.post("/echo/echo/17", content=None) if not value else door.post(f"/echo/echo/17?to={value}")

    assert (202, []) == (answer.status_code, deliveries(door))
    assert [f"callback `done` is not sent: {value!r} is no http address"] == told(door)


def test_refused_call_calls_nobody_back() -> None:
    """A job without a weight is a 400: nothing is stored, and nothing leaves."""
    with receiving() as receiver:
        door = courier()
        answer = door.post("/callbacks/jobs", json={"origin": "Graz", "callbackUrl": receiver.url})

    assert (400, [], []) == (answer.status_code, receiver.received, deliveries(door))
    assert [] == door.get("/callbacks/jobs").json()


def test_callback_is_tried_again_by_the_clock_and_delivered_again_on_demand() -> None:
    """It is listed under its operation, with every attempt: the method, the id and the body stay the same."""
    with receiving(500, 200, 200) as receiver:
        door = courier()
        door.post("/callbacks/jobs", json=JOB, headers={"X-Reply-To": receiver.url})
        (pending,) = deliveries(door)
        advance(door, 5)
        door.post(f"/_sandbox/deliveries/{pending['id']}/redeliver")
        (delivered,) = deliveries(door)

    assert ("jobReplied", "createJob", receiver.url, "pending", "2026-01-31T12:00:05Z") == tuple(
        pending[name] for name in ("event", "endpoint", "url", "status", "next_attempt_at")
    )
    assert ("delivered", [500, 200, 200], [False, False, True]) == (
        delivered["status"],
        [attempt["answer"]["status"] for attempt in delivered["attempts"]],
        [attempt["redelivery"] for attempt in delivered["attempts"]],
    )
    assert ["PUT"] * 3 == [attempt["request"]["method"] for attempt in delivered["attempts"]]
    assert {("PUT", pending["id"], pending["body"].encode())} == {
        (each.method, each.headers["webhook-id"], each.body) for each in receiver.received
    }


def test_public_server_calls_back_no_private_address() -> None:
    """With `--public` a callback to the loopback is listed, refused, and not tried again."""
    with receiving() as receiver:
        door = courier(public=True)
        door.post("/callbacks/jobs", json={**JOB, "callbackUrl": receiver.url})
        advance(door, 100_000)

    (delivery,) = deliveries(door)
    assert ("failed", 1, []) == (delivery["status"], len(delivery["attempts"]), receiver.received)
    assert "127.0.0.1 is 127.0.0.1, which is not a public address" in delivery["attempts"][0]["error"]


def test_reset_forgets_callbacks_that_are_pending() -> None:
    """Nothing of an earlier state arrives later."""
    with receiving(500) as receiver:
        door = courier()
        door.post("/callbacks/jobs", json={**JOB, "callbackUrl": receiver.url})
        door.post("/_sandbox/reset")
        advance(door, 100_000)

    assert (1, []) == (len(receiver.received), deliveries(door))


def test_same_seed_calls_back_with_the_same_body() -> None:
    """What is made up follows from seed and state; the ids of deliveries differ between sandboxes."""

    def bodies(receiver: Receiver, sandbox: str) -> Json:
        door = courier()
        door.post(f"/@{sandbox}/callbacks/quotes", json={"weight": 7.5, "hooks": [{"url": receiver.url}]})
        (delivery,) = deliveries(door, sandbox)
        return delivery

    with receiving() as receiver:
        one, other, again = (bodies(receiver, name) for name in ("one", "other", "one"))

    assert one["body"] == other["body"] == again["body"]
    assert one["id"] == again["id"] != other["id"]


def test_operation_that_sends_nothing_pays_nothing() -> None:
    """It is decided when the description is loaded which operations may send something."""
    bindings = courier().server.vendors["callbacks"].bindings

    assert {"createJob", "deleteJob", "quote"} == {name for name, each in bindings.items() if each.notify is not None}
    assert all(each.notify is None for each in serve(SPECS / "shelf.yaml").server.vendors["shelf"].bindings.values())


def test_handler_of_a_pack_calls_back_too() -> None:
    """A coded operation of a pack without webhooks; the one that raises, and the one that answers 4xx, do not."""
    pack = Pack("callbacks")

    @pack.handles("createJob")
    def create_job(call: Call) -> Reply:
        """Store the job, unless it is heavy."""
        if call.body["weight"] > 100:
            return Reply(422, {"title": "too heavy"}, media_type="application/problem+json")
        return Reply(201, call.collection("jobs").put({"id": 7, "status": "delivered", **JOB}))

    with receiving() as receiver:
        vendor = Vendor(pack, read_description(COURIER, id="callbacks"))
        door = serve(vendor, profile="empty", strict=False)
        door.post("/callbacks/jobs", json={**JOB, "callbackUrl": receiver.url})
        heavy = door.post("/callbacks/jobs", json={**JOB, "weight": 101, "callbackUrl": receiver.url})

    assert (422, ["/accepted/7?from=Graz%20%26%20Linz"]) == (heavy.status_code, receiver.paths)


def test_pack_with_webhooks_speaks_for_itself() -> None:
    """What it declares takes the place of what the description has the server send."""
    with receiving() as receiver:
        pack = Pack("callbacks", webhooks=Webhooks(lambda call, event: [Endpoint("1", receiver.url)]))
        door = serve(Vendor(pack, read_description(COURIER, id="callbacks")), profile="empty")
        answer = door.post("/callbacks/jobs", json={**JOB, "callbackUrl": receiver.url})

    assert (201, [], []) == (answer.status_code, receiver.received, deliveries(door))


@pytest.mark.parametrize(
    ("callbacks", "place", "message"),
    [
        ("later", "", "'later' stands where an object is wanted"),
        ({"done": "later"}, "/done", "'later' stands where an object is wanted"),
        (
            {"done": {"when done": {"post": HEARD}}},
            "/done/when done",
            "'when done' is no address and holds no runtime expression: nothing can be sent there",
        ),
        (
            {"done": {"{$request.url}": {"post": HEARD}}},
            "/done/{$request.url}",
            "'$request.url' is no runtime expression: nothing can be sent there",
        ),
        ({"done": {"http://a.example": {"summary": "x"}}}, "/done/http:~1~1a.example", "'done' describes no request"),
        (
            {"done": {"http://a.example": {"post": 7}}},
            "/done/http:~1~1a.example/post",
            "7 stands where an object is wanted: 'done' is not sent",
        ),
    ],
)
def test_broken_callback_is_a_finding(tmp_path: Path, callbacks: object, place: str, message: str) -> None:
    """It is reported with its place, and the operation is served."""
    door = echo(tmp_path, "unused", None, callbacks=callbacks)

    found = door.server.vendors["echo"].description.findings

    assert [(f"/paths/~1echo~1{{id}}/post/callbacks{place}", message)] == [(each.place, each.message) for each in found]
    assert 202 == door.post("/echo/echo/17").status_code
