"""The life of every collection of any description, through the public door: made, read, listed, changed, deleted.

Nothing is passed over in silence: a report says what was done, what was answered wrongly, and what could not be tried.
As a script, for any files: `PYTHONPATH=. python -m tests.lifecycle FILE...`
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import httpx

from sandbooks.generic.places import drop_at
from sandbooks.project import load_file
from sandbooks.resources import Behaviour, Input
from sandbooks.spec import Fault, Operation, is_json
from sandbooks.vendor import Vendor
from tests.calling import Client
from tests.changes import Changes, takes_steps
from tests.documents import Broken, Maker, Untried, body_of, name_of
from tests.living import Life, Report
from tests.serving import Door, serve
from tests.sweeping import NOON


def sweep(door: Door, vendor: Vendor) -> Report:
    """One plausible call of each operation: no server error but 501, and what comes back fits its description."""
    door.server.sandbox("default").reset()
    maker, report = Maker(Client(door, vendor)), Report()
    for binding in vendor.bindings.values():
        operation, behaviour = binding.operation, vendor.inference.behaviours[binding.operation.id]
        if behaviour.reason.endswith("another path is the same"):
            report.untried.append(f"sweep: {name_of(operation)}: another path is the same")
            continue
        try:
            answer = _call_once(maker, operation, behaviour)
        except Broken as broken:
            report.faults.append(f"sweep: {broken}")
            continue
        report.done[f"{answer.status_code // 100}xx"] += 1
        if answer.status_code >= 500 and answer.status_code != 501:
            report.faults.append(f"sweep: {name_of(operation)} answers {answer.status_code}: {answer.text:.300}")
        elif answer.status_code >= 400:
            report.untried.append(f"sweep: {name_of(operation)} answers {answer.status_code}: {answer.text:.160}")
        elif misfits := _misfits(operation, answer):
            report.faults.append(f"sweep: {name_of(operation)} does not fit: {misfits[0]}")
    report.calls = maker.client.calls
    return report


def live(door: Door, vendor: Vendor) -> Report:
    """The life of each collection; each begins from the seeds."""
    report, calls = Report(), 0
    for name in vendor.tables:
        if name not in vendor.inference.resources:
            continue
        door.server.sandbox("default").reset()
        life = Life(door, vendor, vendor.inference.resources[name], report)
        life.run()
        calls += life.client.calls
    report.calls = calls
    return report


def _call_once(maker: Maker, operation: Operation, behaviour: Behaviour) -> httpx.Response:
    """One call, of documents of the seeds as far as there are some."""
    path = {
        each.name: maker.client.value(each.schema, each.name)
        for each in operation.parameters
        if each.location == "path"
    }
    body, inputs = maker.client.body(operation), dict[Input, object]()
    with suppress(Untried):
        if behaviour.resource is None or behaviour.id is None:
            path |= maker.path(behaviour, maker.parents(behaviour.parents, {}))
        else:
            seeded = maker.seeded(behaviour.resource)
            path |= maker.path_to(behaviour, seeded)
            inputs = maker.naming(behaviour, seeded)
            changes = Changes(maker, maker.resources[behaviour.resource])
            if takes_steps(operation):
                body = changes.body(operation, behaviour, seeded, seeded.document)
            elif behaviour.id.source == "body" and not inputs:
                body = changes.named_element(body, behaviour, seeded)
    for mark in (behaviour.paging.after, behaviour.paging.before):
        if mark is not None and mark.source == "body" and isinstance(body, dict):
            drop_at(body, mark.path)
    return maker.client.send(operation, path, inputs=inputs, body=body)


def _misfits(operation: Operation, answer: httpx.Response) -> list[Fault]:
    media_type = answer.headers.get("content-type", "") if answer.content else ""
    if media_type and not is_json(media_type):
        return []
    return operation.check_answer(answer.status_code, media_type, body_of(answer))


def report_on(file: Path) -> tuple[Report, Report]:
    """The sweep and the lives of a file."""
    vendor = load_file(file)
    door = serve(vendor, now=NOON, frozen=True)
    return sweep(door, vendor), live(door, vendor)


def main(files: Iterable[str]) -> int:
    """Report on each file; 1 when any has a fault."""
    failed = 0
    for file in files:
        begun = time.perf_counter()
        try:
            swept, lived = report_on(Path(file))
        except Exception as error:
            sys.stdout.write(f"{file}: CRASH {type(error).__name__}: {error}\n")
            failed = 1
            continue
        took = time.perf_counter() - begun
        sys.stdout.write(f"{file} ({took:.1f} s)\nsweep: {swept.render()}\nlife: {lived.render()}\n")
        failed = failed or int(bool(swept.faults or lived.faults))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
