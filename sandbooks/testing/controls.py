"""What a test moves in its sandbox: the clock, faults, limits, snapshots.

Each is a view: what it shows and changes is the server's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbooks.testing.sandbox import Sandbox

Json = Any  # a JSON value, as the control API gives it


class Clock:
    """The time of a sandbox. Moving it forward runs what falls due, and tries the webhooks that are due then."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self._show()["now"])

    @property
    def frozen(self) -> bool:
        frozen: bool = self._show()["frozen"]
        return frozen

    def advance(self, by: timedelta | float = 0, **parts: float) -> datetime:
        """Move forward by a timedelta, by seconds, or by the parts of a timedelta (`days=1, hours=2`); what it is then.

        >>> sandbooks.clock.advance(days=30)  # doctest: +SKIP
        """
        step = (by if isinstance(by, timedelta) else timedelta(seconds=by)) + timedelta(**parts)
        return self._change({"advance_s": step.total_seconds()})

    def set(self, now: datetime | str) -> datetime:
        """Jump to a moment; a clock that stands still stands there, one that runs goes on from there."""
        return self._change({"now": now})

    def freeze(self, now: datetime | str | None = None) -> datetime:
        """Stand still, at a moment or now."""
        return self._change({"frozen": True} | ({} if now is None else {"now": now}))

    def run(self) -> datetime:
        """Go on from now."""
        return self._change({"frozen": False})

    def _show(self) -> dict[str, Json]:
        shown: dict[str, Json] = self._sandbox.control("GET", "/clock")
        return shown

    def _change(self, change: Mapping[str, Json]) -> datetime:
        return datetime.fromisoformat(self._sandbox.control("PATCH", "/clock", change)["now"])


class Faults:
    """What goes wrong in a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def add(
        self,
        vendor: str,
        operation: str = "",
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
        delay_ms: int | None = None,
        drop: str = "",
        fail_items: Sequence[Mapping[str, Json]] = (),
        times: int | None = 1,
        skip: int = 0,
        probability: float = 1.0,
        ttl_s: float | None = None,
    ) -> Fault:
        """Let calls of a vendor fail, once unless told otherwise.

        Args:
            vendor: its id; `operation` (an id), `method` and `path` (a template) narrow it down.
            status: answer with this, in the vendor's words unless there is a `body`; with these `headers`.
            delay_ms: hold the call up.
            drop: break the connection: `before_response` or `mid_body`.
            fail_items: items of a batch that fail: `{"index": 0, "code": "...", "message": "..."}`.
            times: how often; None: for ever.
            skip: how many calls go through first.
            probability: of each call, by the seed of the sandbox.
            ttl_s: how long, by the clock of the sandbox.
        """
        match = {"vendor": vendor, "operation": operation, "method": method, "path": path}
        effects = {
            "status": status,
            "headers": dict(headers) if headers is not None else None,
            "body": body,
            "delay_ms": delay_ms,
            "drop": drop or None,
            "fail_items": [dict(item) for item in fail_items] or None,
        }
        given = {
            "match": {name: value for name, value in match.items() if value},
            "effect": {name: value for name, value in effects.items() if value is not None},
            "times": times,
            "skip": skip,
            "probability": probability,
        }
        if ttl_s is not None:
            given["ttl_s"] = ttl_s
        return Fault(self._sandbox, self._sandbox.control("POST", "/faults", given)["id"])

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._sandbox.control("DELETE", "/faults")

    def __iter__(self) -> Iterator[Fault]:
        """Those that there are, newest first, used up or not."""
        return iter([Fault(self._sandbox, each["id"]) for each in self._sandbox.control("GET", "/faults")])

    def __len__(self) -> int:
        return len(self._sandbox.control("GET", "/faults"))


class Fault:
    """One scripted failure."""

    def __init__(self, sandbox: Sandbox, id: str) -> None:
        self.id = id
        self._sandbox = sandbox

    @property
    def used(self) -> int:
        """How often it has struck."""
        used: int = self.show()["used"]
        return used

    def show(self) -> dict[str, Json]:
        """`id, match, effect, times, skip, probability, ttl_s, used`."""
        shown: list[dict[str, Json]] = self._sandbox.control("GET", "/faults")
        return next(each for each in shown if each["id"] == self.id)

    def remove(self) -> None:
        """It strikes no more."""
        self._sandbox.control("DELETE", f"/faults/{self.id}")


class Limits:
    """What the vendors allow in a sandbox. Without a vendor, the limits of all of them are meant."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def on(self, vendor: str = "") -> None:
        """They count."""
        self._change(vendor, {"enabled": True})

    def off(self, vendor: str = "") -> None:
        """They do not."""
        self._change(vendor, {"enabled": False})

    def scale(self, factor: float, vendor: str = "") -> None:
        """So many times what the vendor allows."""
        self._change(vendor, {"scale": factor})

    def show(self) -> dict[str, Json]:
        """By vendor `enabled, scale` and the `windows` with what is left."""
        shown: dict[str, Json] = self._sandbox.control("GET", "/limits")
        return shown

    def _change(self, vendor: str, change: Mapping[str, Json]) -> None:
        self._sandbox.control("PATCH", "/limits", {**change, **({"vendor": vendor} if vendor else {})})


class Snapshot:
    """All documents of a sandbox at a moment."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self.name = name
        self._sandbox = sandbox

    def restore(self) -> None:
        """Put all documents back as they were then; the clock runs on."""
        self._sandbox.control("POST", f"/snapshots/{self.name}/restore")

    def delete(self) -> None:
        """Forget it; the documents stay as they are."""
        self._sandbox.control("DELETE", f"/snapshots/{self.name}")
