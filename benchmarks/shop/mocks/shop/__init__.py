"""The shop that is measured: limits with so much room that they count every call and refuse none.

All operations are served from the description alone.
"""

from __future__ import annotations

from sandbooks import Pack, PerMinute

pack = Pack("shop", limits=[PerMinute(10**9)])
