"""Answers of vendors that a browser shows as pages: of the same address as control, yet without its rights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbooks import Call, Pack, Reply
from sandbooks.spec import read_description
from sandbooks.traffic.pages import APART
from sandbooks.vendor import Vendor
from tests.serving import Door, serve

EVIL = b"<script>fetch('/_sandbox/reset', {method: 'POST'})</script>"


def answering(folder: Path, reply: Reply) -> Door:
    """A vendor that gives one answer."""
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "Pages", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "show", "responses": {"default": {"description": "Any."}}}}},
    }
    file = folder / "pages.json"
    file.write_text(json.dumps(document))
    pack = Pack("pages")

    @pack.handles("show")
    def show(call: Call) -> Reply:
        """The same every time."""
        return reply

    return serve(Vendor(pack, read_description(file, id="pages")), strict=False)


def policy(door: Door) -> str | None:
    """What a browser is told of the answer."""
    answer = door.get("/pages/x")
    assert answer.content
    told: str | None = answer.headers.get("content-security-policy")
    return told


@pytest.mark.parametrize(
    "media_type",
    ["text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml", "image/svg+xml", "text/xml", "*/*", "html"],
)
def test_page_of_a_vendor_is_of_no_origin(tmp_path: Path, media_type: str) -> None:
    """Its scripts run, but what they send to control comes from nowhere, and that is refused."""
    door = answering(tmp_path, Reply(200, EVIL, {}, media_type))

    assert policy(door) == APART
    assert door.post("/_sandbox/reset", headers={"Origin": "null"}).status_code == 403


def test_policy_of_the_vendor_holds_too(tmp_path: Path) -> None:
    """Both are told; a vendor's own cannot take ours away."""
    reply = Reply(200, EVIL, {"content-security-policy": "default-src *"}, "text/html")

    assert policy(answering(tmp_path, reply)) == f"default-src *, {APART}"


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "text/csv", "application/pdf", "image/png"])
def test_other_answers_are_as_the_vendor_gives_them(tmp_path: Path, media_type: str) -> None:
    """No header that the vendor does not send; a browser would not show a PDF with it."""
    assert policy(answering(tmp_path, Reply(200, b'{"a": 1}', {}, media_type))) is None


def test_page_of_control_is_not_set_apart(tmp_path: Path) -> None:
    """It has a policy of its own and works with the session of whoever opens it."""
    told = answering(tmp_path, Reply(204)).get("/_sandbox/docs/pages").headers["content-security-policy"]

    assert "sandbox" not in told
