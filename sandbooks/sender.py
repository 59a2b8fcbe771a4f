"""Sends what the outboxes of a server have due, in the background; the only importer of httpx.

Knows the event loop and the network; what is due, in which order and how often is the outbox's business.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
from dataclasses import replace
from functools import partial

import httpx

from sandbooks.clock import stopwatch
from sandbooks.webhooks import Attempt, Outbox, Outcome

AT_ONCE = 64
"""How many attempts may be under way; more wait their turn."""
ANSWER_LIMIT = 16_384
"""How many bytes of a receiver's answer are read and kept."""
STOP_S = 2.0
"""How long attempts under way may still take when the server stops."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

logger = logging.getLogger("sandbooks.sender")


class Refused(Exception):
    """An address that must not be delivered to."""


class Sender:
    """Every attempt is a task of the running event loop, so that no call waits for a receiver.

    It needs no start. What falls due while no loop runs, or is broken off because the loop ends, leaves when the next
    loop looks: at the next delivery of that sandbox, or at `drain`.
    """

    def __init__(self) -> None:
        self._alarms: dict[Outbox, asyncio.TimerHandle | None] = {}
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._queueing: dict[Outbox, None] = {}  # those that found no room, in order
        self._trust: ssl.SSLContext | None = None

    def watch(self, outbox: Outbox) -> None:
        """From now on send what this outbox has due, and run its clock's timers when their time comes."""
        self._alarms[outbox] = None
        outbox.on_due = partial(self._send_due, outbox)
        outbox.clock.on_timer = partial(self._set_alarm, outbox)

    def forget(self, outbox: Outbox) -> None:
        """Send nothing more of an outbox; its sandbox is gone."""
        outbox.clear()
        self._leave_alone(outbox)
        self._queueing.pop(outbox, None)
        del self._alarms[outbox]

    async def drain(self, *outboxes: Outbox, timeout_s: float) -> bool:
        """Wait until nothing is due or under way, in these outboxes or in all; False when the time is up before.

        What is planned for later is not waited for. To be called after a clock was moved, stopped or let run, too:
        the moment at which its next timer falls due is reckoned anew.
        """
        until = stopwatch() + timeout_s
        watched = outboxes or tuple(self._alarms)
        for outbox in watched:
            outbox.clock.run_due()
            self._send_due(outbox)
            self._set_alarm(outbox)
        while any(not outbox.is_idle for outbox in watched):
            left_s = until - stopwatch()
            if left_s <= 0 or not self._tasks:
                return False
            await asyncio.wait(self._tasks, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def stop(self) -> None:
        """Start nothing more, let finish what is quick, and break off the rest: that stays pending."""
        for outbox in self._alarms:
            self._leave_alone(outbox)
        self._queueing.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in (tasks := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _leave_alone(self, outbox: Outbox) -> None:
        outbox.on_due = outbox.clock.on_timer = None
        alarm = self._alarms[outbox]
        if alarm is not None:
            alarm.cancel()

    def _send_due(self, outbox: Outbox) -> None:
        loop = _running_loop()
        if loop is None:
            return
        while len(self._tasks) < AT_ONCE:
            attempt = outbox.take()
            if attempt is None:
                return
            task = loop.create_task(self._try(attempt))
            self._tasks.add(task)
            task.add_done_callback(partial(self._conclude, outbox, attempt))
        self._queueing[outbox] = None

    def _conclude(self, outbox: Outbox, attempt: Attempt, task: asyncio.Task[Outcome]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            outbox.give_back(attempt)
            return
        error = task.exception()
        if error is not None:  # a fault of ours
            logger.error("delivery %s", attempt.turn.delivery, exc_info=error)
            if isinstance(error, Exception):
                outbox.report(f"delivery {attempt.turn.delivery}", error)
        try:
            outbox.record(attempt, task.result() if error is None else Outcome(error=_named(error)))
        except Exception:  # the log cannot be written: the delivery stays pending
            logger.exception("delivery %s", attempt.turn.delivery)
        for waiting in list(self._queueing):
            del self._queueing[waiting]
            self._send_due(waiting)

    def _set_alarm(self, outbox: Outbox) -> None:
        """Have a clock's timers run when the next falls due; where the clock stands still, if that has come already."""
        alarm, loop = self._alarms[outbox], _running_loop()
        if alarm is not None:
            alarm.cancel()
            self._alarms[outbox] = None
        due = outbox.clock.next_due()
        if loop is None or due is None:
            return
        seconds = max(0.0, (due - outbox.clock.now()).total_seconds())
        if not outbox.clock.frozen or seconds == 0:
            self._alarms[outbox] = loop.call_later(seconds, self._ring, outbox)

    def _ring(self, outbox: Outbox) -> None:
        outbox.clock.run_due()
        self._set_alarm(outbox)

    async def _try(self, attempt: Attempt) -> Outcome:
        """One attempt, whatever comes of it."""
        started = stopwatch()
        try:
            async with asyncio.timeout(attempt.timeout_s):
                outcome = await self._exchange(await _request_for(attempt))
        except TimeoutError:
            outcome = Outcome(error=f"There was no answer within {attempt.timeout_s:g} s.")
        except (Refused, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            outcome = Outcome(error=str(error), refused=True)
        except (httpx.HTTPError, OSError, ValueError) as error:  # a host may be no domain name
            outcome = Outcome(error=_named(error))
        return replace(outcome, duration_ms=(stopwatch() - started) * 1000)

    async def _exchange(self, request: httpx.Request) -> Outcome:
        """Send, and read the answer as far as it is kept.

        A bare transport: a client would follow redirects, keep cookies and use the proxies of the environment.
        """
        if self._trust is None:
            self._trust = httpx.create_ssl_context()
        async with httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            try:
                body = b""
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) >= ANSWER_LIMIT:
                        break
            finally:
                await response.aclose()
        return Outcome(response.status_code, dict(response.headers), body[:ANSWER_LIMIT].decode("utf-8", "replace"))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not of this machine, of a private network, nor reserved.

    >>> is_public("93.184.216.34"), is_public("10.0.0.7"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


async def _request_for(attempt: Attempt) -> httpx.Request:
    """The request of an attempt; under `public_only` to an address that was looked up and found to be public.

    Raises:
        Refused: the host has an address that is not.
    """
    url = httpx.URL(attempt.url)
    headers = dict(attempt.headers)
    if not attempt.public_only:
        return httpx.Request(attempt.method, url, headers=headers, content=attempt.body)
    host = url.raw_host.decode("ascii")
    address = await _public_address(host, url.port or (443 if url.scheme == "https" else 80))
    headers["Host"] = url.netloc.decode("ascii")
    pinned = url.copy_with(host=address)  # not looked up again: the second answer could be another one
    return httpx.Request(
        attempt.method, pinned, headers=headers, content=attempt.body, extensions={"sni_hostname": host}
    )


async def _public_address(host: str, port: int) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = [str(place[0]) for _, _, _, _, place in found]
    inside = [address for address in addresses if not is_public(address)]
    if inside:
        raise Refused(f"{host} is {inside[0]}, which is not a public address; the server runs with --public.")
    return addresses[0]


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
