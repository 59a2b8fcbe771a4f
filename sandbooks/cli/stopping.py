"""How a command ends when it cannot go on."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

UNUSABLE = 2


def stop(message: str) -> NoReturn:
    """One clear line on standard error, exit code 2."""
    click.echo(message, err=True)
    sys.exit(UNUSABLE)
