"""The control API: what a test or a person asks of the server itself, below `/_sandbox`.

It has a description of its own and is served by the same engine as the vendors; uses `server` and `sandbox` only.
"""

from sandbooks.control.mount import attach_control

__all__ = ["attach_control"]
