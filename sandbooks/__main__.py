"""`python -m sandbooks`, and the command `sandbooks`: the command line."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def run() -> None:
    """Run the command line; whoever interrupts it while it is still being loaded sees no traceback."""
    try:
        from sandbooks.cli import main
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    main()


if __name__ == "__main__":
    run()
