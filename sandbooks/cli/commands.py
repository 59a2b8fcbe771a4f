"""The command that all others belong to."""

from __future__ import annotations

import warnings

import click

from sandbooks import __version__
from sandbooks.cli.new import new
from sandbooks.cli.reports import check, health, routes
from sandbooks.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sandbooks")
def main() -> None:
    """A sandbox server for bookkeeping APIs, with memory."""
    # Connexion imports a test client that we never use, and that client warns about its own dependency.
    warnings.filterwarnings("ignore", message="Using `httpx` with")


for command in (serve, routes, check, new, health):
    main.add_command(command)
