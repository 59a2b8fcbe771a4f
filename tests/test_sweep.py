"""What is promised of every vendor, asked of each: a new one is tested on its first day."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sandbooks.project import bundled_project
from sandbooks.vendor import Binding, Vendor
from tests.serving import Door, serve
from tests.sweeping import NOON, VENDOR_NAMES, body_of, full_rights, path_of, query_of

PROJECT = bundled_project()
VENDORS = {name: PROJECT.load_vendor(name) for name in VENDOR_NAMES}
OPERATIONS = [(name, id) for name, vendor in VENDORS.items() for id in vendor.bindings]


@pytest.fixture(params=VENDOR_NAMES)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Each vendor in turn."""
    return VENDORS[request.param]


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One strict server with every vendor: an answer that does not fit its description is a 500."""
    yield serve(*VENDORS.values(), fixture_file=PROJECT.fixture_file, now=NOON, frozen=True, strict=True)


@pytest.fixture(autouse=True)
def fresh(door: Door) -> None:
    """Every test starts from the seeded state."""
    door.server.sandbox("default").reset()


def send(door: Door, vendor: Vendor, binding: Binding, headers: dict[str, str]) -> httpx.Response:
    """One plausible call of an operation."""
    operation = binding.operation
    path = path_of(door.server, vendor, binding) + query_of(vendor, operation)
    return door.call(operation.method, path, json=body_of(vendor, operation), headers=headers)


def test_description_has_no_findings(vendor: Vendor) -> None:
    """A bundled description is free of faults."""
    assert vendor.description.findings == ()


def test_every_operation_is_routed_to_itself(vendor: Vendor, door: Door) -> None:
    """The path of each operation, with any values in it, leads to that operation."""
    router = door.server.engines[vendor.id].router

    for binding in vendor.bindings.values():
        path = path_of(door.server, vendor, binding).removeprefix(f"/{vendor.id}")

        assert router.find(binding.operation.method, path)[0] is binding


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_answer_fits_its_description(door: Door, name: str, operation: str) -> None:
    """A plausible call with full rights is no server error, and what comes back is as documented."""
    vendor = VENDORS[name]

    answer = send(door, vendor, vendor.bindings[operation], full_rights(door.server, vendor))

    entry = next(iter(door.server.sandbox("default").journal))
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if vendor.bindings[operation].operation.security:
        assert answer.status_code not in (401, 403, 405), answer.text
    assert [sentence for sentence in entry.why if "does not fit" in sentence] == []


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_secured_operation_refuses_a_stranger(door: Door, name: str, operation: str) -> None:
    """Without a credential, and with a garbled one, a secured operation answers 401 and stores nothing."""
    vendor = VENDORS[name]
    binding = vendor.bindings[operation]
    if not binding.operation.security:
        pytest.skip("open to all")
    garbled = dict.fromkeys(full_rights(door.server, vendor), "Bearer garbled")

    statuses = [send(door, vendor, binding, headers).status_code for headers in ({}, garbled)]

    assert statuses == [401, 401]
    assert door.server.sandbox("default").store(vendor).revision == fresh_revision(door, vendor)


def fresh_revision(door: Door, vendor: Vendor) -> int:
    """The revision of a state that nobody has changed since the seeding."""
    return door.server.use_sandbox("untouched").store(vendor).revision


def test_same_seed_gives_the_same_data(vendor: Vendor) -> None:
    """Two servers with one seed and one frozen clock hold byte-identical documents."""
    states = []
    for _ in range(2):
        other = serve(PROJECT.load_vendor(vendor.id), fixture_file=PROJECT.fixture_file, now=NOON, frozen=True)
        store = other.server.sandbox("default").store(other.server.vendors[vendor.id])
        states.append({name: store.table(name).page().items for name in store.names()})

    assert states[0] == states[1]
    assert any(states[0].values())


def test_same_calls_get_byte_identical_answers(vendor: Vendor) -> None:
    """Two servers with one seed and one frozen clock answer a call of every operation alike, byte for byte."""
    runs = []
    for _ in range(2):
        other = serve(PROJECT.load_vendor(vendor.id), fixture_file=PROJECT.fixture_file, now=NOON, frozen=True)
        served = other.server.vendors[vendor.id]
        headers = full_rights(other.server, served)
        answers = [send(other, served, binding, headers) for binding in served.bindings.values()]
        runs.append([(answer.status_code, answer.content) for answer in answers])

    assert runs[0] == runs[1]


def test_reset_restores(vendor: Vendor, door: Door) -> None:
    """After calls of every operation, a reset leads back to the documents of the start."""
    sandbox = door.server.sandbox("default")
    before = everything(door, vendor)
    for binding in vendor.bindings.values():
        send(door, vendor, binding, full_rights(door.server, vendor))
    changed = everything(door, vendor)

    reset = door.post("/_sandbox/reset")

    assert reset.status_code == 204
    assert changed != before
    assert everything(door, vendor) == before
    assert len(sandbox.journal) == 0


def everything(door: Door, vendor: Vendor) -> dict[str, list[dict[str, object]]]:
    """Every document of a vendor in the default sandbox."""
    store = door.server.sandbox("default").store(vendor)
    return {name: items for name in store.names() if (items := store.table(name).page().items)}


def test_broken_json_gets_the_vendors_400(vendor: Vendor, door: Door) -> None:
    """A body that is no JSON is refused in the vendor's own words, and nothing is stored."""
    before = everything(door, vendor)
    checked = 0
    for binding in vendor.bindings.values():
        operation = binding.operation
        if body_of(vendor, operation) is None:
            continue
        path = path_of(door.server, vendor, binding) + query_of(vendor, operation)
        headers = {**full_rights(door.server, vendor), "Content-Type": "application/json"}

        answer = door.call(operation.method, path, content=b'{"a": [1, ', headers=headers)

        assert answer.status_code in (400, 422), (operation.id, answer.text)
        assert (
            vendor.description.operation(operation.id).check_answer(
                answer.status_code, answer.headers["content-type"], answer.json()
            )
            == []
        )
        checked += 1

    assert checked > 0
    assert everything(door, vendor) == before


def test_unknown_path_and_method_get_the_vendors_refusals(vendor: Vendor, door: Door) -> None:
    """A path that is not described is 404; a described one under a method that it lacks is 404 or 405, in JSON."""
    headers = full_rights(door.server, vendor)
    binding = next(iter(vendor.bindings.values()))

    unknown = door.get(f"/{vendor.id}/no/such/path", headers=headers)
    wrong = door.call("PATCH", path_of(door.server, vendor, binding), headers=headers)

    assert unknown.status_code == 404
    assert isinstance(unknown.json(), dict)
    assert wrong.status_code in (404, 405)
    assert isinstance(wrong.json(), dict)
