"""The socket that a server listens on, and in words of a person why there is none."""

from __future__ import annotations

import errno
import json
import re
import socket
import urllib.request
from contextlib import suppress
from pathlib import Path

from sandbooks.cli.stopping import stop

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Hosts that are every address of the machine, and the one that is called from here."""
PRIVILEGED = 1024
PATIENCE_S = 1.0
LISTENING = "0A"
"""The state of a socket in the tables below `/proc/net`."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on which callers wait from now on; else the command stops, and says why."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)  # from here on the kernel keeps callers waiting until the loop takes them
    except (OSError, UnicodeError) as error:
        stop(f"cannot listen on {address_of(host, port)}: {_explained(error, host, port)}")
    return listener


def address_of(host: str, port: int) -> str:
    """Host and port as an address has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _explained(error: OSError | UnicodeError, host: str, port: int) -> str:
    """What is wrong, and the next step."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"{_holder(host, port)}; stop that, or choose another port: --port {_next(port)}, or 0 for any"
    if number in (errno.EACCES, errno.EPERM) and port < PRIVILEGED:
        return f"ports below {PRIVILEGED} are not for everybody; choose one from there on: --port {port + 8000}"
    if number == errno.EADDRNOTAVAIL:
        return "that is no address of this machine; --host 127.0.0.1 is this machine alone, 0.0.0.0 all its addresses"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "nobody knows that name; --host 127.0.0.1 is this machine alone, 0.0.0.0 all its addresses"
    return f"{error.strerror if isinstance(error, OSError) else error}; choose another with --host and --port"


def _next(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def _holder(host: str, port: int) -> str:
    """Who has a port that is taken, as far as it can be told from here."""
    process = _process_on(port)
    vendors = _vendors_on(host, port)
    if vendors is not None:
        return f"another Sandbooks is there already, with {', '.join(vendors)}{f', in {process}' if process else ''}"
    return f"{process} is there already" if process else "another program is there already"


def _vendors_on(host: str, port: int) -> list[str] | None:
    """What the Sandbooks on a port of this machine serves; None where it is none."""
    url = f"http://{address_of(EVERYWHERE.get(host, host), port)}/_sandbox/health"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError, ValueError, KeyError, TypeError), direct.open(url, timeout=PATIENCE_S) as answer:
        return [str(name) for name in json.loads(answer.read(65_536))["vendors"]]
    return None


def _process_on(port: int) -> str:
    """The process that listens on a port, with its number; empty where the system does not tell."""
    with suppress(OSError):
        sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):  # it ended meanwhile, or is somebody else's
                if str(link.readlink()) in sockets:
                    number = link.parts[2]
                    return f"{Path('/proc', number, 'comm').read_text().strip()} (process {number})"
    return ""


def _inodes(port: int) -> set[str]:
    """The sockets of Linux that listen on a port."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in _lines(Path("/proc/net", name))]
    own = re.compile(rf":{port:04X}\Z")
    return {row[9] for row in rows if len(row) > 9 and own.search(row[1]) and row[3] == LISTENING}


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.is_file() else []
