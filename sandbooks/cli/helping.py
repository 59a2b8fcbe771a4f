"""What `--help` shows: one screen, options in groups, examples with a vendor that is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from sandbooks.cli.saying import paint
from sandbooks.places import bundled_folder, vendor_names

WIDTH = 80
FEW = 6
"""So many options need no headings."""
LAST = "Where it listens, what it tells"
"""The heading of whatever has none of its own."""
Examples = Sequence[tuple[str, str]]
"""Command lines and what they do; `{vendor}` stands for a vendor that comes along."""


class GroupedOption(click.Option):
    """An option that is listed under a heading of its own."""

    def __init__(self, *names: Any, heading: str = "", **settings: Any) -> None:  # as click.Option
        super().__init__(*names, **settings)
        self.heading = heading


class ShownCommand(click.Command):
    """A command whose help has examples, and its options below their headings."""

    def __init__(self, *names: Any, examples: Examples = (), **settings: Any) -> None:  # as click.Command
        settings["context_settings"] = {"max_content_width": WIDTH, **settings.get("context_settings", {})}
        super().__init__(*names, **settings)
        self.examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # an option without its value does not know whose it is
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(formatter, self.examples)
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        headings: dict[str, list[tuple[str, str]]] = {}
        for each in options:
            heading = getattr(each, "heading", "") or LAST
            headings.setdefault(heading, []).append(_shown(each, ctx))
        headings[LAST] = headings.pop(LAST)
        if len(options) <= FEW:
            headings = {"Options": [row for rows in headings.values() for row in rows]}
        width = max(len(names) for rows in headings.values() for names, _ in rows)
        for heading, rows in headings.items():
            _write_rows(formatter, heading, [(f"{names:<{width}}", text) for names, text in rows])
        formatter.write_paragraph()
        if named := [each for each in options if isinstance(each.envvar, str)]:
            formatter.write_text(f"Each option is a variable too: {named[-1].opts[-1]} is {named[-1].envvar}.")


def write_examples(formatter: click.HelpFormatter, examples: Examples) -> None:
    """Command lines with what they do, aligned."""
    if examples:
        name = next(iter(vendor_names(bundled_folder())), "acme")
        rows = [(line.replace("{vendor}", name), text) for line, text in examples]
        _write_rows(formatter, "Examples", rows)


def _write_rows(formatter: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    formatter.write_paragraph()
    formatter.write(f"{paint(title, bold=True)}:\n")
    with formatter.indentation():
        formatter.write_dl(rows, col_max=50)


def _shown(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    """Its names, and what it does; the default without the word."""
    names, text = option.get_help_record(ctx) or ("", "")
    return names, text.replace("[default: ", "[")
