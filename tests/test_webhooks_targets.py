"""Where webhooks may go: http and https alone, no redirects, and under `public` nothing on the inside."""

from __future__ import annotations

import pytest

from sandbooks.sender import is_public
from tests.receiving import advance, deliveries, receiving, sell, shop


def test_redirect_is_not_followed() -> None:
    """A 3xx is an answer that is no success: kept with its Location, tried again at the address of the subscription."""
    with receiving((302, {"Location": "/elsewhere"}), 307) as receiver:
        door = shop(f"{receiver.url}/hook")
        sell(door)
        advance(door, 305)

    (delivery,) = deliveries(door)
    assert ["/hook", "/hook", "/hook"] == receiver.paths
    assert [302, 307, 200] == [attempt["answer"]["status"] for attempt in delivery["attempts"]]
    assert "/elsewhere" == delivery["attempts"][0]["answer"]["headers"]["location"]


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/hook", "file:///etc/passwd", "javascript:alert(1)", "/hook", "", "http://", "http://h:99999/"],
)
def test_address_that_is_no_http_is_refused(url: str) -> None:
    """The delivery fails with a sentence that names the address, at once and for good; the call is answered."""
    door = shop(url)
    sell(door)
    advance(door, 100_000)

    (delivery,) = deliveries(door)
    (attempt,) = delivery["attempts"]
    assert ("failed", None, None) == (delivery["status"], delivery["next_attempt_at"], attempt["answer"])
    assert f"{url!r} is no address to deliver to" in attempt["error"]


@pytest.mark.parametrize("public", [False, True])
def test_host_that_cannot_be_looked_up_is_a_failure(public: bool) -> None:
    """A label of more than 63 characters is no domain name; the attempt says so and the next one is planned."""
    door = shop(f"http://{'x' * 64}.example/", settings={"public": public})
    sell(door)

    (delivery,) = deliveries(door)
    assert ("pending", 1, None) == (delivery["status"], len(delivery["attempts"]), delivery["attempts"][0]["answer"])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_public_server_does_not_deliver_to_the_inside(host: str) -> None:
    """Under `public` a target on the loopback is refused for good, however it is spelled; nothing arrives."""
    with receiving() as receiver:
        door = shop(receiver.url.replace("127.0.0.1", host), settings={"public": True})
        sell(door)
        advance(door, 100_000)

    (delivery,) = deliveries(door)
    (attempt,) = delivery["attempts"]
    assert ("failed", []) == (delivery["status"], receiver.received)
    assert "not a public address" in attempt["error"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.9", False),
        ("192.168.7.7", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.251", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::7", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_address_is_public_or_not(address: str, public: bool) -> None:
    """Loopback, private, link-local, shared, reserved and multicast addresses are inside, wrapped ones too."""
    assert public == is_public(address)
