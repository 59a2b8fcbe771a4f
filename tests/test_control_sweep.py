"""The control API under the sweeps of every vendor: described on its own, served by the same engine."""

from __future__ import annotations

import pytest

from sandbooks.control.mount import control_vendor
from sandbooks.vendor import Binding, Vendor
from tests.packed import PETSHOP
from tests.serving import Door, serve
from tests.sweeping import NOON, body_of, query_of

KNOWN = {"vendor": "petshop", "collection": "pets", "name": "default"}
"""Path parameters that lead somewhere; all others are made up."""


def control_of(door: Door) -> Vendor:
    """The vendor that the control API is, to the engine."""
    return control_vendor(door.server)


def path_of(vendor: Vendor, binding: Binding) -> str:
    path = binding.operation.path
    for parameter in binding.operation.parameters:
        if parameter.location == "path":
            known = "petshop" if path.startswith(("/_sandbox/vendors", "/_sandbox/specs", "/_sandbox/docs")) else "1"
            value = KNOWN.get(parameter.name) or known
            path = path.replace(f"{{{parameter.name}}}", value)
    return path + query_of(vendor, binding.operation)


def operations() -> list[str]:
    return sorted(control_of(serve(PETSHOP)).bindings)


def test_description_has_no_findings() -> None:
    """Our own description is free of faults."""
    assert control_of(serve(PETSHOP)).description.findings == ()


@pytest.mark.parametrize("operation", operations())
def test_every_answer_fits_its_description(operation: str) -> None:
    """A plausible call of any control operation is no server error, and a documented answer comes back."""
    door = serve(PETSHOP, now=NOON, frozen=True)
    vendor = control_of(door)
    binding = vendor.bindings[operation]
    path = path_of(vendor, binding)

    answer = door.call(binding.operation.method, path, json=body_of(vendor, binding.operation))

    assert answer.status_code < 500, answer.text
    media_type = answer.headers.get("content-type", "")
    body = answer.json() if "json" in media_type else answer.content
    assert binding.operation.check_answer(answer.status_code, media_type, body) == []


@pytest.mark.parametrize("operation", operations())
def test_broken_body_is_refused(operation: str) -> None:
    """Broken JSON, and a body of the wrong type, are a 4xx problem wherever a body is read."""
    door = serve(PETSHOP, now=NOON, frozen=True)
    vendor = control_of(door)
    binding = vendor.bindings[operation]
    if binding.operation.body is None:
        pytest.skip("reads no body")
    path, headers = path_of(vendor, binding), {"Content-Type": "application/json"}

    for content in (b'{"a": [1, ', b"[1]", b'{"no_such_field": 1}'):
        refused = door.call(binding.operation.method, path, content=content, headers=headers)

        assert refused.status_code in (400, 404), (content, refused.text)
        assert refused.headers["content-type"] == "application/problem+json"
