"""The command that all others belong to: how it runs one of them, and how it says what was wrong with the words.

Whatever is wrong is one line with the offending value and the next step; a traceback is shown under `debug` alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import click
from click.core import ParameterSource

from sandbooks.cli.helping import WIDTH, Examples, write_examples
from sandbooks.cli.logs import logging_to_stderr
from sandbooks.cli.saying import spare_streams, wants_colour
from sandbooks.cli.stopping import DEBUG_HINT, INTERRUPTED, UNUSABLE, complain, is_debugging
from sandbooks.errors import StartupError
from sandbooks.places import FILE_ENDINGS, bundled_folder, vendor_names

PROGRAM = "sandbooks"


class Commands(click.Group):
    """The commands in the order in which they were added; without one, their help."""

    def __init__(self, *names: Any, examples: Examples = (), **settings: Any) -> None:  # as click.Group
        settings["context_settings"] = {"max_content_width": WIDTH, **settings.get("context_settings", {})}
        super().__init__(*names, **settings)
        self.examples = examples

    def main(self, *args: Any, **settings: Any) -> Any:  # as click.Group
        """Run a command, and end the process with its exit code."""
        run: Any = super().main
        if not settings.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **settings)
        spare_streams()
        given = settings.pop("args", args[0] if args else None)
        words = list(sys.argv[1:] if given is None else given) or ["--help"]
        settings["prog_name"] = PROGRAM
        with logging_to_stderr(words):
            sys.exit(_code_of(lambda: run(words, standalone_mode=False, color=wants_colour(sys.stdout), **settings)))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(formatter, self.examples)
        super().format_options(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = str(args[0])
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing and name[:1] != "-":
            raise click.UsageError(f"{name!r} is no command; {self._meant(name)}", ctx)
        return super().resolve_command(ctx, args)

    def _meant(self, name: str) -> str:
        """What somebody may have wanted who wrote a word that is no command."""
        vendors = vendor_names(bundled_folder())
        if name.endswith(FILE_ENDINGS) or name.lower() in vendors:
            return f"did you mean `{PROGRAM} serve {name.lower() if name.lower() in vendors else name}`?"
        if name == "help":
            return f"did you mean `{PROGRAM} --help`?"
        near = get_close_matches(name.lower(), self.commands, 1)
        if near:
            return f"did you mean `{PROGRAM} {near[0]}`?"
        return f"there are {', '.join(self.commands)}; `{PROGRAM} --help` says what they do"


def worded(error: click.ClickException) -> str:
    """A usage error as one sentence."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else PROGRAM
    if isinstance(error, click.NoSuchOption):
        near = [f"`{name}`" for name in error.possibilities or ()]
        cure = f"did you mean {either(near)}?" if near else f"`{path} --help` lists them"
        return f"{error.option_name} is no option of `{path}`; {cure}"
    if isinstance(error, click.MissingParameter):
        wanted = error.param.make_metavar(ctx) if error.param is not None and ctx is not None else "something"
        return f"`{path}` wants {wanted}; `{path} --help` shows how"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_source_of(error.param, ctx)}: {_told(error)}"
    message = error.format_message()
    return (
        message
        if ";" in message
        else f"{path}: {message[:1].lower()}{message[1:].rstrip('.')}; `{path} --help` shows how"
    )


def either(names: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _source_of(parameter: click.Parameter, ctx: click.Context | None) -> str:
    """Where a value came from: the variable, the option, or the place on the line."""
    source = ctx.get_parameter_source(parameter.name or "") if ctx is not None else None
    if source is ParameterSource.ENVIRONMENT and isinstance(parameter.envvar, str):
        return parameter.envvar
    long = [name for name in parameter.opts if name.startswith("--")]
    return (long or parameter.opts)[0]


def _told(error: click.BadParameter) -> str:
    if (
        error.param is not None
        and isinstance(error.param.type, click.types.BoolParamType)
        and isinstance(error.param.envvar, str)
    ):
        return f"{os.environ.get(error.param.envvar, '')!r} is neither yes nor no; write 1 or 0"
    return error.message.rstrip(".")


def _code_of(run: Callable[[], Any]) -> int:
    """The exit code of a command; what stopped it is told."""
    try:
        code = run()
        return code if isinstance(code, int) else 0
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        complain(worded(error))
    except StartupError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
    except Exception as error:  # a fault of ours
        hint = "" if is_debugging() else f"; {DEBUG_HINT}"
        complain(f"this should not have happened: {type(error).__name__}: {error}{hint}")
    return UNUSABLE
