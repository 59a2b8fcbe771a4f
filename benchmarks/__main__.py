"""All measurements, one after the other: `python -m benchmarks`."""

from __future__ import annotations

from benchmarks import http, store


def main() -> None:
    """Print the store's figures beside their bounds, then requests per second beside a bare ASGI application."""
    print(store.render(store.measure()))
    print("\nRequests per second, 8 connections, one server process\n")
    print(http.table(http.measure()))


if __name__ == "__main__":
    main()
