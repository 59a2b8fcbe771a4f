"""Clients that behave badly against a real server: headers without end, leaving before the answer."""

from __future__ import annotations

import json
import socket
import urllib.request
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.running import running

FULL = {"Authorization": "Bearer shelf-full", "Content-Type": "application/json"}
MUCH = 16 * 1024 * 1024
SHELF = "tests/specs/shelf.yaml"
TRAILERS = b"POST /shelf/books HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
LONG_LINE = b"GET /shelf/books HTTP/1.1\r\nHost: localhost\r\nX-Long: "


def ask(port: int, method: str, path: str, body: object = None) -> tuple[int, Any]:  # JSON
    """One call on a connection of its own."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, FULL, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.loads(answer.read())


def flood(port: int, beginning: bytes, piece: bytes) -> tuple[int, bytes]:
    """Send a piece again and again until the server hangs up; how many bytes it took, and what it said."""
    sent, said = 0, b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(beginning)
            while sent < MUCH:
                connection.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it hung up
        try:
            while data := connection.recv(65536):
                said += data
        except OSError:
            pass  # it hung up with some of the flood unread
    return sent, said


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        pytest.param(b"GET /shelf/books HTTP/1.1\r\n", b"X-Filler: 0123456789\r\n" * 500, id="lines"),
        pytest.param(LONG_LINE, b"a" * 10_000, id="one line"),
        pytest.param(b"GET /shelf/books?", b"a" * 10_000, id="address"),
        pytest.param(TRAILERS, b"X-Filler: 0123456789\r\n" * 500, id="trailers"),
    ],
)
def test_headers_without_end_are_cut_off(beginning: bytes, piece: bytes) -> None:
    """The server hangs up long before a flood of headers or trailers is over, and others are served on."""
    with running(SHELF) as (port, _):
        other = HTTPConnection("127.0.0.1", port, timeout=30)
        other.request("GET", "/shelf/books", headers=FULL)
        assert len(json.loads(other.getresponse().read())) == 3

        sent, _said = flood(port, beginning, piece)

        assert sent < MUCH
        other.request("GET", "/shelf/books", headers=FULL)
        assert len(json.loads(other.getresponse().read())) == 3
        other.close()


def test_client_with_too_many_headers_is_told() -> None:
    """Headers that grow past the limit get a 431 in problem+json, on a connection that is closed then."""
    with running(SHELF) as (port, _), socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /shelf/books HTTP/1.1\r\nHost: localhost\r\n")
        connection.settimeout(0.05)
        said = b""
        while not said:  # what is sent is read before more is sent: nothing is left unread when the server hangs up
            connection.sendall(b"X-Filler: 0123456789\r\n" * 1000)
            try:
                said = connection.recv(65536)
            except TimeoutError:
                continue
        connection.settimeout(30)
        while data := connection.recv(65536):
            said += data

    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert b"Content-Type: application/problem+json" in head
    assert b"Connection: close" in head
    assert json.loads(body)["status"] == 431


def test_long_bodies_and_pipelines_are_no_headers() -> None:
    """A body of 9 MB and two hundred calls sent at once, on one connection, are answered one by one."""
    call = b"GET /shelf/books/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer shelf-full\r\n"
    filler = b"X-Filler: " + b"a" * 2000 + b"\r\n\r\n"
    with running(SHELF) as (port, _):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/shelf/books", json.dumps({"title": "a" * 9_000_000}), FULL)
        answer = connection.getresponse()
        answer.read()
        status = answer.status
        assert connection.sock is not None
        connection.sock.sendall((call + filler) * 199 + call + b"Connection: close\r\n\r\n")
        said = b""
        while data := connection.sock.recv(65536):
            said += data
        connection.close()

    assert status in (201, 400)  # a title may have a longest length
    assert said.count(b"HTTP/1.1 200 OK") == 200


def struck(port: int) -> int:
    """How often the scripted fault has struck."""
    used: int = ask(port, "GET", "/_sandbox/faults")[1][0]["used"]
    return used


def test_call_of_a_client_that_left_is_not_carried_out() -> None:
    """A client that leaves during a delay leaves nothing behind; a later call with the same delay is stored."""
    fault = {"match": {"vendor": "shelf", "method": "POST"}, "effect": {"delay_ms": 500}}
    with running(SHELF, "--profile", "empty") as (port, _):
        assert ask(port, "POST", "/_sandbox/faults", fault)[0] == 201
        leaver = HTTPConnection("127.0.0.1", port, timeout=30)
        leaver.request("POST", "/shelf/books", json.dumps({"title": "left"}), FULL)
        while not struck(port):  # the call must have arrived before its client leaves
            pass
        leaver.close()

        status, _ = ask(port, "POST", "/shelf/books", {"title": "stayed"})  # its delay ends after the other's

        assert status == 201
        assert [book["title"] for book in ask(port, "GET", "/shelf/books")[1]] == ["stayed"]


def test_head_and_body_of_an_answer_leave_together() -> None:
    """One packet holds the whole of a small answer; a client that reads once has all of it."""
    call = b"GET /shelf/books/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer shelf-full\r\n\r\n"
    with running(SHELF) as (port, _), socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        answers = []
        for _ in range(3):
            connection.sendall(call)
            answers.append(connection.recv(65536))

    heads, bodies = zip(*(answer.split(b"\r\n\r\n") for answer in answers), strict=True)
    assert all(head.startswith(b"HTTP/1.1 200 OK") for head in heads)
    assert [json.loads(body)["id"] for body in bodies] == [1, 1, 1]


def test_client_that_waits_for_leave_to_send_gets_it() -> None:
    """`Expect: 100-continue` is answered before any of the body was sent."""
    body = b'{"title": "waited"}'
    head = (
        b"POST /shelf/books HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer shelf-full\r\n"
        b"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 19\r\n\r\n"
    )
    with running(SHELF) as (port, _), socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head)
        leave = connection.recv(65536)
        connection.sendall(body)
        answer = connection.recv(65536)

    assert leave == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 201 Created")


def test_proxy_on_this_machine_says_how_it_was_called() -> None:
    """Links carry the scheme that a local proxy tells of, and plain HTTP where none does."""
    with running(SHELF) as (port, _):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/_sandbox/sandboxes", headers={"X-Forwarded-Proto": "https"})
        behind = json.loads(connection.getresponse().read())
        connection.request("GET", "/_sandbox/sandboxes")
        direct = json.loads(connection.getresponse().read())
        connection.close()

    assert behind[0]["base_urls"]["shelf"] == f"https://127.0.0.1:{port}/shelf"
    assert direct[0]["base_urls"]["shelf"] == f"http://127.0.0.1:{port}/shelf"
