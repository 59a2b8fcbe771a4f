"""README is true: each command block that is followed by its output is run, in order, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT, running

EXAMPLE = re.compile(r"```sh\n((?:(?!```).)*?)```\n(?:[^`]{0,200}?```(json|text)\n(.*?)```)?", re.DOTALL)


def test_readme_commands_print_what_the_readme_says() -> None:
    """Every call, and every check, prints what stands below it."""
    text = (ROOT / "README.md").read_text()
    blocks = [(code, output) for code, _, output in EXAMPLE.findall(text) if "..." not in code]
    examples = [(code, output) for code, output in blocks if "curl" in code or (output and "sandbooks check" in code)]
    with running() as (port, _), running("--project", "examples/pets") as (example_port, _):
        script = "\n".join(f"{code}\necho\necho ----" for code, _ in examples)
        script = script.replace("4010", str(port)).replace("4011", str(example_port))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euc", script],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
            env={**os.environ, "PATH": path},
        )

    assert done.returncode == 0, done.stderr
    printed = [part.strip() for part in done.stdout.split("----\n")]
    assert [output.strip() for _, output in examples] == printed[: len(examples)]
    assert len(examples) >= 10
