"""Calls that are made up for people to try: they fit their description, and name what a sandbox holds."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from sandbooks.project import bundled_project, load_file
from sandbooks.samples import BODILESS, Sample, sample_calls
from sandbooks.vendor import Vendor
from tests.serving import SPECS, Door, serve
from tests.sweeping import NOON, VENDOR_NAMES, full_rights

LATE = NOON.replace(month=11, day=20)
"""A day on which every seeded company has lived through its year."""

PROJECT = bundled_project()
CORPUS = sorted([*SPECS.glob("*.yaml"), *SPECS.glob("*/openapi.yaml")])


def samples_of(door: Door) -> dict[str, Sample]:
    """What is made up for the only vendor of a server."""
    (vendor,) = door.server.vendors.values()
    return sample_calls(vendor, door.server.sandbox("default").store(vendor), LATE)


def send(door: Door, vendor: Vendor, sample: Sample) -> httpx.Response:
    """Make the call, with full rights."""
    content = sample.body.encode() if sample.body is not None else None
    headers = {**full_rights(door.server, vendor), **sample.headers}
    return door.call(sample.operation.method, sample.target, content=content, headers=headers)


def bundled(name: str) -> Door:
    return serve(PROJECT.load_vendor(name), fixture_file=PROJECT.fixture_file, now=LATE, frozen=True, limits=False)


@pytest.mark.parametrize("source", [*VENDOR_NAMES, *CORPUS], ids=lambda each: getattr(each, "stem", each))
def test_bodies_fit_their_schema(source: str | Path) -> None:
    """Whatever was left out of them, and whatever was put in the place of a reference."""
    door = bundled(source) if isinstance(source, str) else serve(load_file(source, "tried"), now=NOON)

    unfit = {
        id: faults
        for id, sample in samples_of(door).items()
        if sample.body is not None
        and (faults := sample.operation.check_body(sample.headers["Content-Type"], sample.value))
    }

    assert unfit == {}


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_documents_that_are_named_are_there(file: Path) -> None:
    """What reads a document by its id finds it."""
    vendor = load_file(file, "tried")
    door = serve(vendor, now=NOON, frozen=True)
    samples = samples_of(door)
    store = door.server.sandbox("default").store(vendor)
    gets = [each for each in vendor.inference.behaviours.values() if each.role == "get" and each.operation in samples]
    reads = [each.operation for each in gets if each.resource and store.table(each.resource).count()]

    answers = {id: send(door, vendor, samples[id]).status_code for id in reads}

    assert {id: status for id, status in answers.items() if status == 404} == {}


@pytest.mark.parametrize("name", VENDOR_NAMES)
def test_bundled_vendor_can_be_read_at_once(name: str) -> None:
    """Seven of eight reads succeed; the rest want what a new company has none of."""
    door = bundled(name)
    (vendor,) = door.server.vendors.values()
    samples = [sample for sample in samples_of(door).values() if sample.operation.method == "GET"]

    failed = [sample.target for sample in samples if send(door, vendor, sample).status_code >= 400]

    assert len(failed) <= len(samples) // 8


def test_nothing_is_sent_that_need_not_be() -> None:
    """Optional parameters and properties are left out, and so is the body of a read that may have one."""
    samples = samples_of(serve(SPECS / "tollgate.yaml", now=NOON))

    reads = [sample for sample in samples.values() if sample.operation.method in BODILESS]
    assert [sample.body for sample in reads if sample.body is not None] == []
    assert samples["GetPasses"].target == "/tollgate/v1/passes"
    assert sorted(samples["PostPasses"].value) == ["driver"]


def test_same_sandbox_gives_the_same_calls() -> None:
    """Chance is seeded here too."""
    first, second = (samples_of(bundled(VENDOR_NAMES[0])) for _ in range(2))

    assert {id: (each.target, each.body) for id, each in first.items()} == {
        id: (each.target, each.body) for id, each in second.items()
    }
    assert all(each.body is None or json.loads(each.body) == each.value for each in first.values())
