"""Sandbooks in a container, for tests by testcontainers.

Knows the image and its control API; nothing of the server is imported here, so that the two may differ in version.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from sandbooks.chance import new_secret
from sandbooks.clock import stopwatch
from sandbooks.testing.errors import Refused

try:
    from docker.errors import APIError
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.exceptions import ContainerStartException
except ImportError as error:
    raise ImportError(
        "sandbooks.testing.containers wants testcontainers: pip install 'sandbooks[testcontainers]'"
    ) from error

Json = Any  # a JSON value, as the control API gives it

IMAGE = "sandbooks"
PORT = 4010
PROJECT = "/project"
DEFAULT = "default"
POLL_S = 0.1
CALL_S = 30.0
SHOWN_LINES = 20
Value = TypeVar("Value")


class World:
    """One sandbox of a container: its addresses, its credentials, its control API."""

    def __init__(self, container: SandbooksContainer, name: str) -> None:
        self.container = container
        self.name = name

    def url(self, vendor: str) -> str:
        """The base address of a vendor in this sandbox, to which the paths of its description are appended."""
        listed: dict[str, str] = {each["id"]: each["base_url"] for each in self.control("GET", "/vendors")}
        return _found(listed, vendor, "a vendor")

    def headers(self, vendor: str, credential: str = "") -> dict[str, str]:
        """Headers that work as they are on any operation; without a name those with full rights."""
        return dict(self.credential(vendor, credential)["headers"])

    def credential(self, vendor: str, name: str = "") -> dict[str, Json]:
        """`name, description, headers, values` of a credential; without a name of the one with full rights."""
        listed = {each["name"]: each for each in self.credentials(vendor)}
        known: dict[str, Json] = _found(listed, name or next(iter(listed), ""), f"a credential of {vendor}")
        return known

    def credentials(self, vendor: str) -> list[dict[str, Json]]:
        """Every credential of a vendor in this sandbox."""
        listed: dict[str, list[dict[str, Json]]] = self.control("GET", "/credentials")
        return _found(listed, vendor, "a vendor")

    def control(self, method: str, path: str, body: Json = None) -> Json:
        """One call of the control API; what it answers, None for nothing.

        >>> container.control("PATCH", "/clock", {"advance_s": 86_400})  # doctest: +SKIP

        Raises:
            Refused: it was answered with a problem, whose words these are.
        """
        prefix = "" if self.name == DEFAULT else f"/@{self.name}"
        address = f"{self.container.get_url()}{prefix}/_sandbox{path}"
        answer = httpx.request(method, address, json=body, headers=self.container.admin_headers, timeout=CALL_S)
        found = answer.json() if answer.content else None
        if answer.is_error:
            raise Refused(found.get("detail") or found.get("title") if isinstance(found, dict) else answer.text)
        return found


class SandbooksContainer(DockerContainer):
    """A server in a container; ready when it has started, gone with all its data when the `with` block ends.

    >>> with SandbooksContainer(vendors=["acme"], profile="empty") as container:  # doctest: +SKIP
    ...     client = MyClient(container.url("acme"), container.headers("acme"))

    What it says of `url`, `headers`, `credential`, `credentials` and `control` is that of the sandbox `default`;
    `sandbox("name")` is another one, made on first use. Other options of `serve` are set by `with_env`.

    Args:
        image: its name, with a tag where it has one.
        vendors: those to serve, by name, or as files of the project; all by default.
        project: a folder of the shape `specs/`, `mocks/`, `fixtures/`, or one with descriptions that `vendors` names.
            It is mounted to be read.
        profile: as `sandbooks serve` takes it, like `seed`, `clock`, `limits`, `strict` and `webhook_url`.
        admin_token: guards the control API; by default one is made up.
        ready_s: how long to wait for it.
        docker: as for `DockerContainer`.
    """

    def __init__(
        self,
        image: str = IMAGE,
        *,
        vendors: Sequence[str] = (),
        project: str | Path | None = None,
        profile: str = "demo",
        seed: int | str = 1,
        clock: datetime | str | None = None,
        limits: bool = True,
        strict: bool = True,
        webhook_url: str = "",
        admin_token: str = "",
        ready_s: float = 60,
        **docker: Any,  # as testcontainers and the client of Docker have them
    ) -> None:
        super().__init__(image, **docker)
        self.admin_token = admin_token or new_secret()
        self.ready_s = ready_s
        settings = {
            "profile": profile,
            "seed": str(seed),
            "clock": clock.isoformat() if isinstance(clock, datetime) else clock or "",
            "limits": "on" if limits else "off",
            "strict": "1" if strict else "",
            "webhook_url": webhook_url,
            "admin_token": self.admin_token,
            "data": "",  # nothing outlives the test
        }
        for name, value in settings.items():
            self.with_env(f"SANDBOOKS_{name.upper()}", value)
        self.with_exposed_ports(PORT)
        self.with_command(["serve", *([vendors] if isinstance(vendors, str) else vendors)])
        if project is not None:
            self._mount(Path(project).resolve())

    def start(self) -> Self:
        """Start it, and wait until it answers.

        Raises:
            ContainerStartException: it has ended instead, or is not ready in time; the end of its log says why. Or it
                could not be made: there is no such image, or a port is taken.
        """
        try:
            super().start()
        except APIError as error:
            raise ContainerStartException(f"{error}{self._hint()}") from error
        watch, pause, container = stopwatch(), threading.Event(), self.get_wrapped_container()
        while True:
            container.reload()  # first, because the port of one that has ended is waited for
            if container.status in ("exited", "dead"):
                raise ContainerStartException(f"Sandbooks has ended:\n{self._last_lines()}")
            if self._is_ready():
                return self
            if stopwatch() - watch > self.ready_s:
                raise ContainerStartException(f"Sandbooks is not ready after {self.ready_s} s:\n{self._last_lines()}")
            pause.wait(POLL_S)

    def get_url(self) -> str:
        """Where the server is reached from here, without a slash at the end."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    @property
    def admin_headers(self) -> dict[str, str]:
        """What the control API wants."""
        return {"Authorization": f"Bearer {self.admin_token}"}

    def sandbox(self, name: str) -> World:
        """A world of its own: `[a-z0-9][a-z0-9._-]{0,62}`."""
        return World(self, name)

    def url(self, vendor: str) -> str:
        """As `World.url`."""
        return self.sandbox(DEFAULT).url(vendor)

    def headers(self, vendor: str, credential: str = "") -> dict[str, str]:
        """As `World.headers`."""
        return self.sandbox(DEFAULT).headers(vendor, credential)

    def credential(self, vendor: str, name: str = "") -> dict[str, Json]:
        """As `World.credential`."""
        return self.sandbox(DEFAULT).credential(vendor, name)

    def credentials(self, vendor: str) -> list[dict[str, Json]]:
        """As `World.credentials`."""
        return self.sandbox(DEFAULT).credentials(vendor)

    def control(self, method: str, path: str, body: Json = None) -> Json:
        """As `World.control`."""
        return self.sandbox(DEFAULT).control(method, path, body)

    def _hint(self) -> str:
        """What to do where there is no image to start."""
        try:
            self.get_docker_client().client.images.get(self.image)
        except APIError:
            return f"\nThere is no image {self.image!r}: docker build --tag {self.image} . in a checkout makes it."
        return ""

    def _mount(self, folder: Path) -> None:
        if not folder.is_dir():  # Docker would make it
            raise FileNotFoundError(f"{folder}: no such folder; `project` is one with specs/, or with descriptions")
        self.with_volume_mapping(str(folder), PROJECT, "ro")
        if (folder / "specs").is_dir():
            self.with_env("SANDBOOKS_PROJECT", PROJECT)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.get_url()}/_sandbox/health", timeout=CALL_S).is_success
        except (httpx.TransportError, TimeoutError, ConnectionError):
            return False

    def _last_lines(self) -> str:
        lines = b"\n".join(self.get_logs()).decode(errors="replace").splitlines()
        return "\n".join(line for line in lines[-SHOWN_LINES:] if line)


def _found(listed: Mapping[str, Value], name: str, what: str) -> Value:
    """
    Raises:
        Refused: there is none of that name.
    """
    if name not in listed:
        raise Refused(f"{name!r} is not {what}; there are: {', '.join(listed) or 'none'}")
    return listed[name]
