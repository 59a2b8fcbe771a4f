"""Sandbooks for tests: a server in a thread of its own, and a fresh sandbox for each test.

What runs in a container stands in `sandbooks.testing.containers`.
"""

from sandbooks.testing.errors import Expected, Refused, ServerError
from sandbooks.testing.sandbox import Sandbox
from sandbooks.testing.server import Server

__all__ = ["Expected", "Refused", "Sandbox", "Server", "ServerError"]
