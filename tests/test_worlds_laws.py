"""Sandboxes against a plain model: whatever is called in whatever order, no update is lost and nothing leaks."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.serving import SPECS, Door, serve

FULL = {"Authorization": "Bearer shelf-full"}
names = st.sampled_from(["default", "a", "b"])
saved_names = st.sampled_from(["first", "second"])
ids = st.integers(1, 6)
titles = st.sampled_from(["Ulysses", "Emma", "Ödipus", ""])
copies = st.integers(0, 3)


@dataclass
class World:
    """What a sandbox should hold: the books by id, and the number that the next one gets."""

    books: dict[int, dict[str, object]] = field(default_factory=dict)
    next_id: int = 1


class Worlds(RuleBasedStateMachine):
    """Vendor calls, forks, resets, snapshots and restores, each done to the server and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.door: Door = serve(SPECS / "shelf.yaml", profile="empty")
        self.worlds = {"default": World()}
        self.saved: dict[tuple[str, str], World] = {}
        self.starts: dict[str, World] = {}

    def world(self, name: str) -> World:
        return self.worlds.setdefault(name, World())

    @rule(name=names, title=titles, number=copies)
    def create(self, name: str, title: str, number: int) -> None:
        world = self.world(name)
        expected = {"id": world.next_id, "title": title, "copies": number}

        made = self.door.post(f"/@{name}/shelf/books", json={"title": title, "copies": number}, headers=FULL)

        assert (made.status_code, made.json()) == (201, expected)
        world.books[world.next_id] = expected
        world.next_id += 1

    @rule(name=names, id=ids, number=copies)
    def update(self, name: str, id: int, number: int) -> None:
        world = self.world(name)

        changed = self.door.patch(f"/@{name}/shelf/books/{id}", json={"copies": number}, headers=FULL)

        if id in world.books:
            world.books[id] = {**world.books[id], "copies": number}
            assert (changed.status_code, changed.json()) == (200, world.books[id])
        else:
            assert changed.status_code == 404

    @rule(name=names, id=ids)
    def delete(self, name: str, id: int) -> None:
        gone = self.door.delete(f"/@{name}/shelf/books/{id}", headers=FULL)

        assert gone.status_code == (204 if self.world(name).books.pop(id, None) else 404)

    @rule(name=names, id=ids)
    def refuse(self, name: str, id: int) -> None:
        refused = self.door.patch(f"/@{name}/shelf/books/{id}", json={"copies": "many"}, headers=FULL)

        self.world(name)
        assert refused.status_code == 400

    @rule(name=names)
    def reset(self, name: str) -> None:
        self.worlds[name] = copy.deepcopy(self.starts.get(name, World()))

        assert self.door.post(f"/@{name}/_sandbox/reset").status_code == 204

    @rule(name=names, saved=saved_names)
    def save(self, name: str, saved: str) -> None:
        self.saved[name, saved] = copy.deepcopy(self.world(name))

        assert self.door.post(f"/@{name}/_sandbox/snapshots", json={"name": saved}).status_code in (201, 409)
        assert self.door.delete(f"/@{name}/_sandbox/snapshots/{saved}").status_code == 204
        assert self.door.post(f"/@{name}/_sandbox/snapshots", json={"name": saved}).status_code == 201

    @rule(name=names, saved=saved_names)
    def restore(self, name: str, saved: str) -> None:
        restored = self.door.post(f"/@{name}/_sandbox/snapshots/{saved}/restore")

        self.world(name)
        if (name, saved) in self.saved:
            assert restored.status_code == 204
            self.worlds[name] = copy.deepcopy(self.saved[name, saved])
        else:
            assert restored.status_code == 404

    @rule(origin=names)
    def fork(self, origin: str) -> None:
        self.door.delete("/_sandbox/sandboxes/b")
        self.saved = {key: world for key, world in self.saved.items() if key[0] != "b"}
        self.worlds.pop("b", None)
        self.starts.pop("b", None)
        if origin == "b" or origin not in self.worlds:
            return

        made = self.door.post("/_sandbox/sandboxes", json={"name": "b", "fork_of": origin})

        assert made.status_code == 201, made.text
        self.worlds["b"] = copy.deepcopy(self.worlds[origin])
        self.starts["b"] = copy.deepcopy(self.worlds[origin])  # a reset leads back to what was forked

    @invariant()
    def every_world_holds_what_the_model_holds(self) -> None:
        for name, world in self.worlds.items():
            listed = self.door.get(f"/@{name}/shelf/books", headers=FULL).json()
            assert sorted(listed, key=lambda book: book["id"]) == [world.books[id] for id in sorted(world.books)]


TestWorlds = Worlds.TestCase
TestWorlds.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
