"""Who may control: hosts, origins and the admin token."""

from __future__ import annotations

import pytest

from sandbooks.errors import StartupError
from sandbooks.pack import PROBLEM_MEDIA
from tests.serving import SPECS, Door, serve

PETSHOP = SPECS / "petshop.yaml"
TOKEN = "s3cret-token"
ABROAD = "http://books.example:4010"


def guarded() -> Door:
    return serve(PETSHOP, admin_token=TOKEN, loopback=False, address=ABROAD)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:4010", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:4010"])
def test_loopback_answers_to_its_own_names(host: str) -> None:
    """Any port will do, for ports are forwarded."""
    assert 200 == serve(PETSHOP).get("/_sandbox/vendors", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4010",
        "localhost.evil.example",
        "localhost@evil.example",
        "10.0.0.7",
        "[::2]",
        "a b",
    ],
)
@pytest.mark.parametrize("path", ["/_sandbox/vendors", "/_sandbox/health", "/@team-a/_sandbox/vendors"])
def test_loopback_refuses_a_foreign_host(path: str, host: str) -> None:
    """A name that was made to point here is refused, in every control path."""
    answer = serve(PETSHOP).get(path, headers={"Host": host})

    assert (403, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert f"The host {host!r} is not this machine; use localhost or 127.0.0.1." == answer.json()["detail"]


@pytest.mark.parametrize("origin", ["http://localhost:4010", "http://127.0.0.1:4010", "http://[::1]:4010"])
def test_loopback_serves_its_own_pages(origin: str) -> None:
    """The origin is this server under any of its names."""
    assert 204 == serve(PETSHOP).post("/_sandbox/reset", headers={"Origin": origin}).status_code


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost:3000",
        "http://localhost",
        "file://",
        "http://evil.example:4010",
    ],
)
def test_loopback_refuses_a_foreign_origin(origin: str) -> None:
    """A page of another server cannot reset a sandbox: 403, and the documents stay."""
    door = serve(PETSHOP)
    door.delete("/_sandbox/state/petshop/pets/1")

    answer = door.post("/_sandbox/reset", headers={"Origin": origin})

    assert 403 == answer.status_code
    assert {"pets": 2} == door.get("/_sandbox/state/petshop").json()


def test_a_foreign_page_cannot_ask_for_permission() -> None:
    """A preflight is refused like any other call."""
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}

    answer = serve(PETSHOP).call("OPTIONS", "/_sandbox/sandboxes/team-a", headers=headers)

    assert 403 == answer.status_code
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer("wrong"),
        bearer(TOKEN + "x"),
        bearer(TOKEN.upper()),
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        bearer("ü"),
    ],
    ids=str,
)
def test_off_the_loopback_the_token_is_needed(headers: dict[str, str]) -> None:
    """Missing or wrong: 401, with what to present, and nothing is done."""
    door = guarded()

    answer = door.post("/_sandbox/sandboxes", json={"name": "team-a"}, headers=headers)

    assert (401, PROBLEM_MEDIA) == (answer.status_code, answer.headers["content-type"])
    assert 'Bearer realm="sandbox control"' == answer.headers["www-authenticate"]
    assert ["default"] == list(door.server.sandboxes)


def test_off_the_loopback_the_token_opens() -> None:
    """Under any host, for the token decides."""
    assert 200 == guarded().get("/_sandbox/vendors", headers=bearer(TOKEN)).status_code


@pytest.mark.parametrize("path", ["/_sandbox/health", "/@team-a/_sandbox/health"])
def test_health_needs_no_token(path: str) -> None:
    """A container's health check holds no secret."""
    assert 200 == guarded().get(path).status_code


@pytest.mark.parametrize("path", ["/_sandbox/nothing", "/_sandbox/health/", "/_sandbox", "/_sandbox/%68ealth"])
def test_other_paths_need_the_token(path: str) -> None:
    """Also those that do not exist: a stranger learns nothing from the answer."""
    assert 401 == guarded().get(path).status_code


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://books.example:4010", 200),
        ("http://BOOKS.example:4010", 200),
        ("http://books.example", 403),
        ("http://localhost:4010", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_off_the_loopback_the_origin_is_the_host(origin: str, status: int) -> None:
    """A page of another server is refused even with the token."""
    answer = guarded().get("/_sandbox/vendors", headers={**bearer(TOKEN), "Origin": origin})

    assert status == answer.status_code


def test_default_ports_need_not_be_written() -> None:
    """Behind a proxy that speaks HTTPS, host and origin leave their port out."""
    door = serve(PETSHOP, admin_token=TOKEN, loopback=False, address="http://books.example")

    answer = door.get("/_sandbox/vendors", headers={**bearer(TOKEN), "Origin": "https://books.example"})

    assert 200 == answer.status_code


@pytest.mark.parametrize("token", [None, ""])
def test_off_the_loopback_without_a_token_does_not_start(token: str | None) -> None:
    """Nobody could control it, or everybody could."""
    with pytest.raises(StartupError, match="control off the loopback needs a token"):
        serve(PETSHOP, admin_token=token, loopback=False)


def test_vendors_need_no_admin_token() -> None:
    """The guard stands before control alone."""
    assert 200 == guarded().get("/petshop/api/v3/opening-hours").status_code
