"""What `sandbooks new` writes: a description, a pack and fixtures that are served at once and are easy to change.

Knows what a description comes to; must not know servers or the command line.
"""

from sandbooks.drafting.draft import Draft, check_name, draft_vendor

__all__ = ["Draft", "check_name", "draft_vendor"]
