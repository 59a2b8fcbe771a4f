"""Which operations and statuses of the vendors were exercised in one sandbox, and which were not.

Knows what is documented and what was counted.
"""

from __future__ import annotations

from sandbooks.journal import Coverage
from sandbooks.pack import Call, Reply
from sandbooks.server import Server
from sandbooks.spec import Operation
from sandbooks.vendor import Vendor

CATCH_ALL = "default"


def get_coverage(server: Server, call: Call) -> Reply:
    """What was exercised, by vendor."""
    coverage = server.use_sandbox(call.sandbox).journal.coverage
    return Reply(200, {name: _covered(server.vendors[name], coverage) for name in sorted(server.vendors)})


HANDLERS = {
    "getCoverage": get_coverage,
}


def _covered(vendor: Vendor, coverage: Coverage) -> dict[str, object]:
    exercised, missing = [], []
    documented = seen = 0
    for binding in vendor.bindings.values():
        operation = binding.operation
        counts = coverage.statuses(vendor.id, operation.id)
        keys = [key for key in operation.responses if key != CATCH_ALL]
        left = _left(operation, keys, counts)
        documented, seen = documented + len(keys), seen + len(keys) - len(left)
        named = {"operation": operation.id, "method": operation.method, "path": operation.path}
        if counts:
            told = {str(status): count for status, count in counts.items()}
            exercised.append({**named, "calls": sum(counts.values()), "statuses": told, "missing": left})
        else:
            missing.append({**named, "statuses": left})
    return {
        "operations": {"documented": len(vendor.bindings), "exercised": len(exercised)},
        "statuses": {"documented": documented, "exercised": seen},
        "exercised": exercised,
        "missing": missing,
    }


def _left(operation: Operation, keys: list[str], counts: dict[int, int]) -> list[str]:
    """The documented statuses that no call was answered with; `4XX` is met by any that is not documented itself."""
    met = {response.status for status in counts if (response := operation.response_for(status)) is not None}
    return [key for key in keys if key not in met]
