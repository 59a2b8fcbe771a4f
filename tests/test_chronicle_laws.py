"""The law of `--data`: a server that is killed or stopped, and started again, is like one that never was."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbooks.bases import DEFAULT_PROFILE
from sandbooks.project import load_file
from tests.serving import SPECS, Door, serve

VENDORS = [load_file(SPECS / "petshop.yaml"), load_file(SPECS / "library.yaml")]
START = datetime(2026, 1, 31, 9, tzinfo=UTC)

worlds = st.sampled_from(["default", "a", "b", "c"])
others = st.sampled_from(["a", "b", "c"])
contents = st.fixed_dictionaries(
    {}, optional={"profile": st.sampled_from([DEFAULT_PROFILE, "empty"]), "seed": st.sampled_from([1, 2, "two"])}
)
ids = st.integers(1, 6)


class ServerMachine(RuleBasedStateMachine):
    """Two servers of the same settings get the same calls; one of them is killed and stopped again and again."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.starts = 0
        self.steady = serve(*VENDORS, now=START, frozen=True)
        self.kept = self._start()

    @rule(world=worlds)
    def create(self, world: str) -> None:
        self._both("POST", f"/@{world}/petshop/pets", json={"name": "Rex"}, headers=FULL)

    @rule(world=worlds, id=ids)
    def delete(self, world: str, id: int) -> None:
        self._both("DELETE", f"/@{world}/petshop/pets/{id}", headers=FULL)

    @rule(world=worlds, id=ids, name=st.text(max_size=3))
    def put(self, world: str, id: int, name: str) -> None:
        self._both("PUT", f"/@{world}/_sandbox/state/petshop/pets/{id}", json={"name": name})

    @rule(world=others, content=contents, limits=st.sampled_from(["on", "off"]))
    def make(self, world: str, content: dict[str, Any], limits: str) -> None:
        self._both("POST", "/_sandbox/sandboxes", json={"name": world, "limits": limits, **content})

    @rule(world=others, origin=worlds)
    def fork(self, world: str, origin: str) -> None:
        self._both("POST", "/_sandbox/sandboxes", json={"name": world, "fork_of": origin})

    @rule(world=others)
    def remove(self, world: str) -> None:
        self._both("DELETE", f"/_sandbox/sandboxes/{world}")

    @rule(world=worlds, content=contents)
    def reset(self, world: str, content: dict[str, Any]) -> None:
        self._both("POST", f"/@{world}/_sandbox/reset", json=content)

    @rule(world=worlds, content=contents)
    def reset_vendor(self, world: str, content: dict[str, Any]) -> None:
        self._both("POST", f"/@{world}/_sandbox/reset", json={"vendor": "petshop", **content})

    @rule(world=worlds, name=st.sampled_from(["one", "two"]))
    def save(self, world: str, name: str) -> None:
        self._both("POST", f"/@{world}/_sandbox/snapshots", json={"name": name})

    @rule(world=worlds, name=st.sampled_from(["one", "two"]))
    def restore(self, world: str, name: str) -> None:
        self._both("POST", f"/@{world}/_sandbox/snapshots/{name}/restore")

    @rule(world=worlds, name=st.sampled_from(["one", "two"]))
    def forget(self, world: str, name: str) -> None:
        self._both("DELETE", f"/@{world}/_sandbox/snapshots/{name}")

    @rule(world=worlds, seconds=st.integers(0, 10**6))
    def advance(self, world: str, seconds: int) -> None:
        self._both("PATCH", f"/@{world}/_sandbox/clock", json={"advance_s": seconds})

    @rule(torn=st.booleans())
    def kill(self, torn: bool) -> None:
        """What is in the files now is all that the next process has; perhaps with half a line at the end."""
        before, self.folder = self.folder, Path(tempfile.mkdtemp())
        shutil.copytree(before, self.folder, dirs_exist_ok=True)
        if torn:
            with max(self.folder.glob("log-*")).open("ab") as log:
                log.write(b'0123abcd 99 {"do":"change"')
        self.kept.server.close()
        shutil.rmtree(before)
        self.kept = self._start()

    @rule()
    def stop(self) -> None:
        """A clean end, which leaves a compacted state."""
        self.kept.server.close()
        self.kept = self._start()

    @precondition(lambda self: self.starts)
    @invariant()
    def looks_the_same(self) -> None:
        assert seen(self.steady) == seen(self.kept)

    def teardown(self) -> None:
        if hasattr(self, "kept"):
            self.kept.server.close()
            shutil.rmtree(self.folder)

    def _start(self) -> Door:
        self.starts += 1
        return serve(*VENDORS, now=START, frozen=True, data=self.folder)

    def _both(self, method: str, path: str, **options: Any) -> None:  # as `Door.call`
        one, other = (door.call(method, path, **options) for door in (self.steady, self.kept))
        assert (one.status_code, one.content) == (other.status_code, other.content)


FULL = {"Authorization": "Bearer petshop-full"}


def seen(door: Door) -> dict[str, Any]:
    """What the control API shows of every sandbox: how it is set up, its clock, snapshots and documents."""
    shown: dict[str, Any] = {}
    for sandbox in door.get("/_sandbox/sandboxes").json():
        root = f"/@{sandbox['name']}/_sandbox"
        documents = {name: door.get(f"{root}/state/{name}").json() for name in ("petshop", "library")}
        listed = door.get(f"{root}/state/petshop/pets").json()
        shown[sandbox["name"]] = (sandbox, door.get(f"{root}/snapshots").json(), documents, listed)
    return shown


TestServer = ServerMachine.TestCase
TestServer.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
