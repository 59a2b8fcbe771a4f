"""How the vendor words the refusal of a whole call; what is wrong with a record stands in the import result."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from sandbooks import Envelope, Problem, TimedOut


class AimsioErrors(Envelope):
    """`{"status", "error", "message"}` for every status (A2); a wait that ran out is a 504 (A4)."""

    media_type = "application/json"
    statuses: ClassVar = {**Envelope.statuses, TimedOut: (HTTPStatus.GATEWAY_TIMEOUT.value,)}

    def body(self, problem: Problem, status: int) -> object:
        return {"status": status, "error": _name_of(status), "message": problem.message}


def _name_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # a status that a test scripted
        return "Error"
