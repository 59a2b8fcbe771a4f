"""A receiver of webhooks on the loopback, and a pet shop that sends them: what tests of deliveries are written with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbooks import Call, Endpoint, Event, Invalid, Pack, Reply, Webhooks
from tests.packed import FULL, REX, packed
from tests.serving import Door

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


@dataclass
class Receiver:
    """Answers what comes in with the next of `script` (a status, or a status and headers), later with 200.

    `answering` may hold an answer up: it is called with each request before the answer leaves.
    """

    script: list[int | tuple[int, dict[str, str]]] = field(default_factory=list)
    body: bytes = b"thanks"
    answering: Callable[[Received], object] = lambda received: None
    received: list[Received] = field(default_factory=list)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def paths(self) -> list[str]:
        return [received.path for received in self.received]

    def take(self, received: Received) -> tuple[int, dict[str, str]]:
        with self._lock:
            self.received.append(received)
            status = self.script.pop(0) if self.script else 200
        self.answering(received)
        return (status, {}) if isinstance(status, int) else status


@contextmanager
def receiving(*script: int | tuple[int, dict[str, str]]) -> Iterator[Receiver]:
    """A receiver on a free port of the loopback; `url` is its address."""
    receiver = Receiver(list(script))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra = receiver.take(Received(self.path, headers, body, self.command))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.body)

        do_PUT = do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def shop(*urls: str, settings: dict[str, Any] | None = None, **declared: Any) -> Door:
    """A pet shop that announces each new pet to these addresses; `declared` as the fields of `Webhooks`.

    Its clock stands still unless `settings` say otherwise. A pet of the name "Nobody" is announced and then refused;
    one named `/path` is announced at that path alone.
    """

    def subscriptions(call: Call, event: Event) -> Sequence[Endpoint]:
        name = event.data["name"]
        wanted = [url + name for url in urls] if name.startswith("/") else urls
        return [Endpoint(str(number), url, SECRET) for number, url in enumerate(wanted, 1)]

    pack = Pack("petshop", webhooks=Webhooks(**{"subscriptions": subscriptions, **declared}))

    @pack.handles("createPet")
    def create_pet(call: Call) -> Reply:
        """Store the pet, with a tag by chance, and announce it."""
        pet = call.collection("pets").put({**call.body, "tags": [call.chance.at("tag").token(12)]})
        call.emit(Event("pet.created", pet))
        if pet["name"] == "Nobody":
            raise Invalid("'Nobody' is not a name.")
        return Reply(201, pet)

    return packed(pack, **{"now": START, "frozen": True, **(settings or {})})


def sell(door: Door, name: str = "Rex", *, sandbox: str = "") -> dict[str, Any]:
    """Add a pet, which is announced."""
    prefix = f"/@{sandbox}" if sandbox else ""
    answer = door.post(f"{prefix}/petshop/pets", json={**REX, "name": name}, headers=FULL)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deliveries(door: Door, sandbox: str = "default") -> list[dict[str, Any]]:
    """As the control API lists them."""
    return list(door.get(f"/@{sandbox}/_sandbox/deliveries").json())


def advance(door: Door, seconds: float, sandbox: str = "default") -> None:
    answer = door.patch(f"/@{sandbox}/_sandbox/clock", json={"advance_s": seconds})
    assert answer.status_code == 200, answer.text
