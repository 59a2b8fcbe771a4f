"""The command that all others belong to."""

from __future__ import annotations

import click

from sandbooks import __version__
from sandbooks.cli.group import Commands
from sandbooks.cli.new import new
from sandbooks.cli.reports import check, health, routes
from sandbooks.cli.serve import serve


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=[
        ("sandbooks serve", "every bundled vendor"),
        ("sandbooks serve petstore.yaml", "a description of your own"),
        ("sandbooks serve --help", "what else it can do"),
    ],
)
@click.version_option(__version__, prog_name="sandbooks", message="%(prog)s %(version)s")
def main() -> None:
    """A sandbox server for bookkeeping APIs, with memory.

    It reads a vendor's OpenAPI description and answers as the vendor would, on this machine: with no account and no
    network.
    """


for each in (serve, routes, check, new, health):
    main.add_command(each)
