"""What somebody sees who waits for long work: one line that is written over on a terminal, few lines elsewhere."""

from __future__ import annotations

import sys

from sandbooks.cli.logs import logs_json, tell
from sandbooks.cli.saying import is_terminal, rewrite, say
from sandbooks.clock import stopwatch
from sandbooks.progress import Progress

TENTHS = 10
LEAST_STEP = 10_000
"""Where nothing is written over, so many documents lie between two lines at the least."""
WIDTH = 79


class Waiting:
    """Hears of progress, and shows it. `end` leaves nothing of it on a terminal."""

    def __init__(self) -> None:
        self._began = stopwatch()
        self._line = ""

    def __call__(self, progress: Progress) -> None:
        if not progress.done:
            self._began = stopwatch()
        if logs_json():
            if _is_due(progress):
                tell(str(progress), {"subject": progress.subject, "done": progress.done, "total": progress.total})
        elif is_terminal(sys.stderr):
            self._line = self._worded(progress)
            rewrite(self._line)
            if progress.done == progress.total > 0:
                self.end()
        elif _is_due(progress):
            say(str(progress), err=True)

    def end(self) -> None:
        """Take away what was written over."""
        if self._line:
            rewrite("")
            self._line = ""

    def _worded(self, progress: Progress) -> str:
        line = f"{progress.subject}: {progress.doing}"
        if not progress.total:
            return f"{line} ..."[:WIDTH]
        percent = 100 * progress.done // progress.total
        left = ""
        if progress.done:
            seconds = (stopwatch() - self._began) * (progress.total - progress.done) / progress.done
            left = f", about {seconds:.0f} s left"
        return f"{line}: {percent} %{left}"[:WIDTH]


def _is_due(progress: Progress) -> bool:
    step = max(progress.total // TENTHS, LEAST_STEP)
    return not progress.done or progress.done % step == 0
