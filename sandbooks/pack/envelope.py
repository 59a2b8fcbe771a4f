"""How a vendor words its refusals: from a neutral problem to a status and a body."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from sandbooks import errors
from sandbooks.pack.reply import Reply

if TYPE_CHECKING:
    from sandbooks.request import Request
    from sandbooks.spec import Operation

PROBLEM_MEDIA = "application/problem+json"


class Envelope:
    """The default envelope: `application/problem+json` (RFC 9457), with `code` and `errors` where they are known.

    A pack whose vendor words its errors otherwise overrides `body`, and `statuses` where its choice of status differs.
    The first status listed for a kind of problem stands, unless the operation documents only a later one.
    """

    media_type = PROBLEM_MEDIA
    statuses: ClassVar[Mapping[type[errors.Problem], tuple[int, ...]]] = {
        errors.Malformed: (400, 422),
        errors.Invalid: (400, 422),
        errors.Unauthenticated: (401,),
        errors.Forbidden: (403,),
        errors.NotFound: (404,),
        errors.NotAllowed: (405,),
        errors.NotAcceptable: (406,),
        errors.Conflict: (409, 400, 422),
        errors.TooLarge: (413,),
        errors.HeadersTooLarge: (431,),
        errors.UnsupportedMedia: (415,),
        errors.Unprocessable: (422, 400),
        errors.TooMany: (429,),
        errors.Unimplemented: (501,),
        errors.Unavailable: (503,),
        errors.Internal: (500,),
    }

    def render(self, problem: errors.Problem, operation: Operation | None, request: Request | None = None) -> Reply:
        """The vendor's answer to a problem. `operation` is None where the path led to none."""
        return self.reply(problem, self.status(problem, operation), operation, request)

    def reply(
        self,
        problem: errors.Problem,
        status: int,
        operation: Operation | None = None,
        request: Request | None = None,
    ) -> Reply:
        """The vendor's answer to a problem under a status, whatever the problem's own would be."""
        return Reply(status, self.body(problem, status), headers_for(problem), self.media_type)

    def status(self, problem: errors.Problem, operation: Operation | None) -> int:
        choices = next((self.statuses[kind] for kind in type(problem).__mro__ if kind in self.statuses), (500,))
        if operation is not None and len(choices) > 1:
            documented = [status for status in choices if str(status) in operation.responses]
            return documented[0] if documented else choices[0]
        return choices[0]

    def problem_for(self, status: int) -> errors.Problem:
        """The kind of problem that this vendor answers with a status, for failures that a test scripts."""
        for kind, choices in self.statuses.items():
            if choices[0] == status:
                return kind(allowed=()) if kind is errors.NotAllowed else kind()
        return errors.Problem(f"A scripted failure with status {status}.")

    def body(self, problem: errors.Problem, status: int) -> object:
        """The JSON body for a problem under a status."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": problem.title,
            "status": status,
            "detail": problem.message,
        }
        if problem.code:
            body["code"] = problem.code
        if problem.details:
            body["errors"] = [
                {"in": detail.place, "pointer": detail.pointer, "detail": detail.message} for detail in problem.details
            ]
        return {**body, **problem.extra}


def headers_for(problem: errors.Problem) -> dict[str, str]:
    """The headers that HTTP itself asks for beside a problem: `Allow`, `WWW-Authenticate`, `Accept-Encoding` and
    `Retry-After`."""
    match problem:
        case errors.NotAllowed(allowed=allowed):
            return {"Allow": ", ".join(allowed)}
        case errors.Unauthenticated(challenge=challenge) if challenge:
            return {"WWW-Authenticate": challenge}
        case errors.UnsupportedMedia(encodings=encodings) if encodings:
            return {"Accept-Encoding": ", ".join(encodings)}
        case errors.TooMany(retry_after_s=seconds) if seconds is not None:
            return {"Retry-After": str(math.ceil(seconds))}
    return {}
