"""What of a server outlives its process: a write log and a compacted state in one folder, and the way back from them.

Knows sandboxes and their stores; must not know the server, HTTP or how a call is answered.
"""

from sandbooks.chronicle.chronicle import Chronicle

__all__ = ["Chronicle"]
