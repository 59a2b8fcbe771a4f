"""What `make conformance` passes over: the rules, and what they cover."""

from __future__ import annotations

from dataclasses import replace

from tests.conformance.exclusions import Exclusion, Finding, load_exclusions

MISSING = Finding(
    description="petshop",
    dialect="3.0.3",
    check="status_code_conformance",
    operation="DELETE /pets/{petId}",
    status=404,
    message="Undocumented status code\nReceived: 404\nDocumented: 204, 409",
    example="",
)


def test_every_exclusion_has_a_reason() -> None:
    """No rule of the file stands without a sentence that says why."""
    assert [rule for rule in load_exclusions() if not rule.reason.endswith(".")] == []


def test_exclusion_covers_what_it_names_and_nothing_else() -> None:
    """Check, description, operation, status and message must all fit."""
    rule = Exclusion(
        check="status_code_conformance",
        reason="x",
        description="pet*",
        dialect="3.0",
        operation="DELETE /pets/{petId}",
        status=404,
        message="Received",
    )
    others = [
        replace(MISSING, check="not_a_server_error"),
        replace(MISSING, description="kennel"),
        replace(MISSING, dialect="2.0"),
        replace(MISSING, operation="GET /pets/{petId}"),
        replace(MISSING, status=500),
        replace(MISSING, message="Documented: 204"),
    ]

    assert [rule.covers(finding) for finding in (MISSING, *others)] == [True, *(False for _ in others)]


def test_exclusion_gives_way_to_a_documented_status() -> None:
    """A rule for an undocumented status does not hold where one of the same meaning is documented."""
    rule = Exclusion(check="status_code_conformance", reason="x", unless=("400", "422"))
    documented = replace(MISSING, message="Received: 400\nDocumented: 200, 422")

    assert rule.covers(MISSING) is True
    assert rule.covers(documented) is False
