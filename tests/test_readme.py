"""README is true: each command block that is followed by its output is run, in order, against a real server."""

from __future__ import annotations

import re
import subprocess

from tests.running import ROOT, running

EXAMPLE = re.compile(r"```sh\n((?:(?!```).)*?)```\n(?:[^`]{0,200}?```(json|text)\n(.*?)```)?", re.DOTALL)


def test_readme_commands_print_what_the_readme_says() -> None:
    """Every curl line of the first conversation works as printed."""
    text = (ROOT / "README.md").read_text()
    examples = [(code, output) for code, _, output in EXAMPLE.findall(text) if "curl" in code and "..." not in code]
    with running() as (port, _), running("--project", "examples/pets") as (example_port, _):
        script = "\n".join(f"{code}\necho\necho ----" for code, _ in examples)
        script = script.replace("4010", str(port)).replace("4011", str(example_port))
        done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    printed = [part.strip() for part in done.stdout.split("----\n")]
    assert [output.strip() for _, output in examples] == printed[: len(examples)]
    assert len(examples) >= 10
