"""What a description comes to before anybody calls it: its faults, what was understood of it, whether answers fit.

Knows a vendor as it is served; must not know servers, sandboxes or the command line.
"""

from sandbooks.checking.coverage import Coverage, measure_coverage
from sandbooks.checking.report import Report, check_vendor
from sandbooks.checking.soundness import refuse_unsound, told_errors
from sandbooks.checking.wording import report_lines, route_lines

__all__ = [
    "Coverage",
    "Report",
    "check_vendor",
    "measure_coverage",
    "refuse_unsound",
    "report_lines",
    "route_lines",
    "told_errors",
]
