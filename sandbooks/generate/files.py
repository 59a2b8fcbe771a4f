"""What stands for a file that no schema describes: the smallest that a viewer opens.

Knows content types alone.
"""

from __future__ import annotations

_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def sample_file(media_type: str) -> bytes:
    """A picture of one pixel for pictures, an empty document for everything else."""
    return _PNG if media_type.startswith("image/") else _PDF
