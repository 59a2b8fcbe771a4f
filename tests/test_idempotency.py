"""A call that is sent twice: what is replayed, what is refused, whose key it is, and how long it is remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sandbooks import Call, Conflict, Event, Idempotency, Pack, Reply
from sandbooks.errors import Unprocessable
from sandbooks.traffic.idempotency import KEPT
from tests.packed import FULL, LIMITED, REX, packed, pets
from tests.serving import Door

START = datetime(2026, 1, 31, 23, 59, 30, tzinfo=UTC)
OTHER = {"Authorization": "Bearer petshop-other-tenant"}
DAY_S = 86_400


def shop(rule: Idempotency | None = None, pack: Pack | None = None) -> Door:
    """A pet shop with that rule, its clock standing still."""
    pack = pack or Pack("petshop", idempotency=rule or Idempotency())
    return packed(pack, now=START, frozen=True)


def create(door: Door, key: str | None = "k-17", body: object = REX, **headers: str) -> httpx.Response:
    """Post a pet under a key."""
    named = {} if key is None else {"Idempotency-Key": key}
    return door.post("/petshop/pets", json=body, headers={**FULL, **named, **headers})


def advance(door: Door, seconds: float) -> None:
    assert door.patch("/_sandbox/clock", json={"advance_s": seconds}).status_code == 200


def kept(door: Door, sandbox: str = "default") -> int:
    """How many answers are remembered."""
    server = door.server
    return server.use_sandbox(sandbox).store(server.vendors["petshop"]).table(KEPT).count()


def names(door: Door, sandbox: str = "default") -> list[object]:
    return [pet["name"] for pet in pets(door, sandbox)]


def without_replayed(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name != "idempotent-replayed"}
    return answer.status_code, answer.content, headers


def test_second_call_of_a_key_gets_the_first_answer() -> None:
    """Status, headers and bytes are the first ones', a header tells the replay, and one pet is stored."""
    door = shop()

    first = create(door)
    second = create(door)
    entry = next(iter(door.server.sandbox("default").journal))

    assert (first.status_code, first.json()["id"]) == (201, 1)
    assert without_replayed(second) == without_replayed(first)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert names(door) == ["Rex"]
    assert (entry.changes, entry.why) == ([], ["idempotency: the answer that Idempotency-Key got first"])


def test_journal_and_state_do_not_show_what_is_remembered() -> None:
    """The first call's changes are the pet alone, and no collection of remembered answers is listed."""
    door = shop()

    create(door)

    entry = next(iter(door.server.sandbox("default").journal))
    assert [change["collection"] for change in entry.changes] == ["pets"]
    assert list(door.get("/_sandbox/state/petshop").json()) == ["pets"]
    assert kept(door) == 1


def test_new_key_or_none_runs_anew() -> None:
    """Another key is another call, and without a key every call is one."""
    door = shop()

    made = [create(door, key).json()["id"] for key in ("k-17", "k-18", None, None, "k-17")]

    assert made == [1, 2, 3, 4, 1]
    assert len(pets(door)) == 4
    assert kept(door) == 2


@pytest.mark.parametrize(
    ("content", "replayed"),
    [
        (b'{"name":"Rex","price":1234.56}', True),
        (b'{ "price": 1234.56,\n "name": "Rex" }', True),
        (b'{"name":"Rex","price":1234.57}', False),
        (b'{"name":"Rex","price":1234.56,"tags":[]}', False),
        (b'{"name":"Rex","price":', False),
    ],
)
def test_key_with_another_body_is_refused(content: bytes, replayed: bool) -> None:
    """JSON is the same body in whatever order and spacing; another value is 409, which stores and forgets nothing."""
    door = shop()
    first = create(door)
    headers = {**FULL, "Idempotency-Key": "k-17", "Content-Type": "application/json"}

    second = door.post("/petshop/pets", content=content, headers=headers)

    assert second.status_code == (201 if replayed else 409)
    if not replayed:
        assert second.json()["detail"] == (
            "The Idempotency-Key 'k-17' was used for POST /pets with other content; send a new key with a new call."
        )
    assert names(door) == ["Rex"]
    assert create(door).content == first.content


def test_key_with_another_query_is_refused() -> None:
    """The query belongs to the call."""
    door = shop()
    create(door)

    second = door.post("/petshop/pets?loud=1", json=REX, headers={**FULL, "Idempotency-Key": "k-17"})

    assert second.status_code == 409
    assert names(door) == ["Rex"]


@pytest.mark.parametrize("path", ["/petshop/pets", "/petshop/pets/1"])
def test_key_with_another_method_or_path_is_refused(path: str) -> None:
    """Method and path belong to the call, whatever operations the rule applies to."""
    door = shop(Idempotency(applies=lambda operation: True))
    create(door)

    refused = door.get(path, headers={**FULL, "Idempotency-Key": "k-17"})

    assert refused.status_code == 409
    assert names(door) == ["Rex"]


def test_pack_words_the_refusal_of_another_body() -> None:
    """The pack chooses the problem and its code."""
    door = shop(Idempotency(other_body=Unprocessable, other_body_code="key.reused"))
    create(door)

    refused = create(door, body={**REX, "name": "Ida"})

    assert (refused.status_code, refused.json()["code"]) == (422, "key.reused")
    assert names(door) == ["Rex"]


def test_key_belongs_to_its_caller_and_its_sandbox() -> None:
    """Another tenant and another sandbox may choose the same key, and get an answer of their own."""
    door = shop()

    first = create(door)
    others = create(door, **OTHER)
    elsewhere = create(door, **{"X-Sandbox": "team-a"})

    assert [answer.status_code for answer in (first, others, elsewhere)] == [201, 201, 201]
    assert ["idempotent-replayed" in answer.headers for answer in (others, elsewhere)] == [False, False]
    assert (names(door), names(door, "team-a")) == (["Rex"], ["Rex"])
    assert (kept(door), kept(door, "team-a")) == (2, 1)


def test_caller_without_the_right_gets_no_replay() -> None:
    """A key opens nothing: who may not write is refused before it is looked up."""
    door = shop()
    create(door)

    refused = create(door, **LIMITED)

    assert refused.status_code == 403
    assert kept(door) == 1


def test_answer_is_remembered_for_the_window_of_the_clock() -> None:
    """One second before its window ends the answer is replayed, at its end the call runs anew and is remembered."""
    door = shop()
    create(door)

    advance(door, DAY_S - 1)
    within = create(door).json()["id"]
    advance(door, 1)
    after = create(door).json()["id"]
    again = create(door).json()["id"]

    assert (within, after, again) == (1, 2, 2)
    assert len(pets(door)) == 2
    assert kept(door) == 1


def test_after_the_window_a_key_takes_another_call() -> None:
    """What is forgotten refuses nothing."""
    door = shop(Idempotency(window_s=90))
    create(door)

    advance(door, 90)
    created = create(door, body={**REX, "name": "Ida"})

    assert created.status_code == 201
    assert names(door) == ["Rex", "Ida"]


def test_answers_whose_window_is_over_are_dropped() -> None:
    """New answers push out the old ones, so that they do not pile up."""
    door = shop(Idempotency(window_s=60))
    for number in range(6):
        create(door, f"old-{number}")

    advance(door, 60)
    for number in range(3):
        create(door, f"new-{number}")

    assert kept(door) == 3


def test_refusal_is_remembered_too() -> None:
    """A 400 is replayed under its key, though it stored nothing else."""
    door = shop()

    first = create(door, body={"name": ""})
    second = create(door, body={"name": ""})
    mended = create(door)

    assert (first.status_code, first.headers["content-type"]) == (400, "application/problem+json")
    assert without_replayed(second) == without_replayed(first)
    assert second.headers["idempotent-replayed"] == "true"
    assert mended.status_code == 409
    assert pets(door) == []


def test_pack_chooses_which_statuses_are_kept() -> None:
    """Where refusals are not kept, the mended call goes through under the same key."""
    door = shop(Idempotency(keeps=lambda status: status < 300))

    refused = create(door, body={"name": ""})
    mended = create(door)

    assert (refused.status_code, mended.status_code) == (400, 201)
    assert (names(door), kept(door)) == (["Rex"], 1)


def failing_pack(rule: Idempotency) -> tuple[Pack, list[str]]:
    """A pack whose first creation crashes after it has stored and announced; and the calls that it saw."""
    pack, seen = Pack("petshop", idempotency=rule), list[str]()

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store, announce, and fail the first time."""
        stored = call.collection("pets").put(call.body)
        call.emit(Event("pet.created", stored))
        seen.append(stored["name"])
        if len(seen) == 1:
            raise ZeroDivisionError("seven by nothing")
        return Reply(201, stored, {"X-Seen": str(len(seen))})

    return pack, seen


def test_server_error_is_never_remembered() -> None:
    """After a 500 the same key runs again, even where the pack would keep everything."""
    pack, seen = failing_pack(Idempotency(keeps=lambda status: True))
    door = shop(pack=pack)

    crashed, after_crash = create(door), kept(door)
    created = create(door)
    replayed = create(door)

    assert (crashed.status_code, after_crash) == (500, 0)
    assert (created.status_code, created.headers["x-seen"]) == (201, "2")
    assert (replayed.status_code, replayed.headers["x-seen"], replayed.content) == (201, "2", created.content)
    assert seen == ["Rex", "Rex"]
    assert names(door) == ["Rex"]


def test_returned_server_error_is_not_remembered_either() -> None:
    """A handler that returns a 503 is asked again."""
    pack = Pack("petshop", idempotency=Idempotency(keeps=lambda status: True))

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store, and say that it is too early."""
        call.collection("pets").put(call.body)
        return Reply(503, {"status": 503})

    door = shop(pack=pack)

    statuses = [create(door).status_code for _ in range(2)]

    assert statuses == [503, 503]
    assert (names(door), kept(door)) == (["Rex", "Rex"], 0)


@pytest.mark.parametrize(
    ("body", "media_type", "content"),
    [
        (b"\x89PNG\x00\xff", "image/png", b"\x89PNG\x00\xff"),
        ({"name": "Ida", "price": 3}, "application/vnd.acme+json", b'{"name":"Ida","price":3}'),
        (None, "application/json", b""),
    ],
)
def test_bytes_and_media_type_are_replayed_as_they_were(body: Any, media_type: str, content: bytes) -> None:
    """Whatever a handler answers comes again byte for byte, in its own media type."""
    pack = Pack("petshop", idempotency=Idempotency())

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Answer in the test's own form."""
        return Reply(201, body, {"ETag": '"17"'}, media_type)

    door = shop(pack=pack)

    first = create(door)
    second = create(door)

    assert (first.content, first.headers["etag"]) == (content, '"17"')
    assert first.headers.get("content-type") == (media_type if content else None)
    assert without_replayed(second) == without_replayed(first)
    assert second.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("key", "detail"),
    [
        (None, "The header Idempotency-Key is missing; send a new value with each new call."),
        ("", "The header Idempotency-Key is empty; send a new value with each new call."),
        ("  ", "The header Idempotency-Key is empty; send a new value with each new call."),
        ("k" * 256, "The header Idempotency-Key has 256 characters; at most 255 are allowed."),
    ],
)
def test_bad_key_is_refused_where_one_is_required(key: str | None, detail: str) -> None:
    """A missing, empty or overlong key is a 400 that names the header; nothing is stored or remembered."""
    door = shop(Idempotency(required=lambda operation: operation.id == "createPet"))

    refused = create(door, key)

    assert (refused.status_code, refused.json()["detail"]) == (400, detail)
    assert [(error["in"], error["pointer"]) for error in refused.json()["errors"]] == [("header", "/Idempotency-Key")]
    assert (pets(door), kept(door)) == ([], 0)


@pytest.mark.parametrize(("key", "status"), [("", 400), ("k" * 256, 400), ("k" * 255, 201)])
def test_key_that_is_given_must_be_good_even_where_none_is_required(key: str, status: int) -> None:
    """An empty or overlong key is refused; the longest that is allowed is not."""
    door = shop()

    answer = create(door, key)

    assert answer.status_code == status
    assert len(pets(door)) == (1 if status == 201 else 0)


def test_pack_names_the_header_and_the_mark() -> None:
    """Another header is read, in whatever case; no mark is set where the pack names none."""
    door = shop(Idempotency(header="X-Request-Token", replayed=("", "")))

    first = create(door, None, **{"x-request-token": "k-17"})
    second = create(door, None, **{"X-REQUEST-TOKEN": "k-17"})
    ignored = create(door, "k-17")

    assert without_replayed(second) == without_replayed(first)
    assert (second.json()["id"], ignored.json()["id"]) == (1, 2)
    assert "idempotent-replayed" not in second.headers


def test_reads_and_packs_without_a_rule_ignore_the_header() -> None:
    """GET is answered from the state under whatever key, and without a rule every POST is new."""
    ruled, plain = shop(), packed(Pack("petshop"))
    reading = {**FULL, "Idempotency-Key": "k-17"}

    before = ruled.get("/petshop/pets", headers=reading).json()
    create(ruled)
    after = ruled.get("/petshop/pets", headers=reading).json()
    made = [create(plain).json()["id"] for _ in range(2)]

    assert (len(before), len(after)) == (0, 1)
    assert made == [1, 2]


def test_multipart_form_may_change_its_boundary() -> None:
    """A retry of an upload has another boundary and is the same call; another file is not."""
    door = shop()

    def upload(boundary: str, text: str) -> httpx.Response:
        part = f'Content-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n{text}'
        body = f"--{boundary}\r\n{part}\r\n--{boundary}--\r\n"
        headers = {**FULL, "Idempotency-Key": "k-17", "Content-Type": f"multipart/form-data; boundary={boundary}"}
        return door.post("/petshop/pets", content=body.encode(), headers=headers)

    first, second, third = upload("aaa", "one"), upload("bbb", "one"), upload("ccc", "two")

    assert [answer.status_code for answer in (first, second, third)] == [415, 415, 409]
    assert second.headers["idempotent-replayed"] == "true"


def test_preferred_answer_uses_up_no_key() -> None:
    """`Prefer` comes first: it neither remembers nor replays."""
    door = shop()

    preferred = create(door, Prefer="code=201")
    after = kept(door)
    created = create(door)
    again = create(door, Prefer="code=201")

    assert (preferred.status_code, after) == (201, 0)
    assert (created.status_code, "idempotent-replayed" in created.headers) == (201, False)
    assert "idempotent-replayed" not in again.headers
    assert names(door) == ["Rex"]


def test_reset_and_restore_take_the_keys_along() -> None:
    """What is remembered belongs to the state: a reset forgets it, a snapshot brings it back."""
    door = shop()
    first = create(door)
    sandbox = door.server.sandbox("default")
    sandbox.save("one-pet")

    door.post("/_sandbox/reset")
    fresh = create(door, body={**REX, "name": "Ida"})
    sandbox.restore("one-pet")
    replayed = create(door)

    assert (fresh.status_code, "idempotent-replayed" in fresh.headers) == (201, False)
    assert (replayed.content, replayed.headers["idempotent-replayed"]) == (first.content, "true")
    assert names(door) == ["Rex"]


def test_conflict_is_the_default_for_another_body() -> None:
    """A pack that says nothing gets 409, which is not remembered: the first answer stays."""
    door = shop()
    rule = Idempotency()
    first = create(door)

    refusals = [create(door, body={**REX, "price": price}).status_code for price in (1, 1)]

    assert rule.other_body is Conflict
    assert refusals == [409, 409]
    assert create(door).content == first.content
