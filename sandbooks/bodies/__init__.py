"""From the bytes of a request body to the value that a handler reads.

Knows the description's media types; knows no handler and no server.
"""

from sandbooks.bodies.encodings import expand
from sandbooks.bodies.reading import Content, check_value, detail_of, read_body, read_unchecked

__all__ = ["Content", "check_value", "detail_of", "expand", "read_body", "read_unchecked"]
