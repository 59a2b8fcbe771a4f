"""The command line: `sandbooks serve`, `routes`, `check`, `new`, `health`.

Exit codes: 0 for success, 1 for a check that failed, 2 for a usage error or a file that cannot be served.
"""

from sandbooks.cli.commands import main

__all__ = ["main"]
