"""Which files are found below a folder, and which of them have changed."""

from __future__ import annotations

import os
from pathlib import Path

from sandbooks.files import Files, files_below


def test_links_that_lead_back_or_nowhere_hold_nothing_up(tmp_path: Path) -> None:
    """A link to a folder above is not followed, one to itself is a file that cannot be read, others are followed."""
    (tmp_path / "top/inner").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for name in ("top/a.py", "top/inner/b.py", "other/c.py"):
        (tmp_path / name).write_text("x")
    (tmp_path / "top/inner/up").symlink_to("..")
    (tmp_path / "top/again").symlink_to("again")
    (tmp_path / "top/beside").symlink_to("../other")

    found = sorted(str(path.relative_to(tmp_path / "top")) for path in files_below(tmp_path / "top"))

    assert ["a.py", "again", "beside/c.py", "inner/b.py"] == found
    assert {} == Files().changes([tmp_path / "top/again"])


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It is there, yet holds nothing; nor does a folder in the place of a file."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "file.yaml").write_text("a")
    files = Files([tmp_path / "pipe", tmp_path / "folder.yaml", tmp_path / "file.yaml"])

    (tmp_path / "file.yaml").unlink()
    (tmp_path / "file.yaml").mkdir()

    paths = [tmp_path / "pipe", tmp_path / "folder.yaml", tmp_path / "file.yaml"]
    assert {tmp_path / "file.yaml": None} == files.changes(paths)
