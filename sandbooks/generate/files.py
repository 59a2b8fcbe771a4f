"""What stands for a file that no schema describes: the smallest that a viewer opens.

Knows content types alone.
"""

from __future__ import annotations

_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_JPEG = (
    bytes.fromhex("ffd8ffdb004300")
    + b"\x01" * 64
    + bytes.fromhex("ffc0000b080001000101011100")
    + bytes.fromhex("ffc400140001")
    + bytes(16)
    + bytes.fromhex("ffc400141001")
    + bytes(16)
    + bytes.fromhex("ffda0008010100003f003fffd9")
)
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
_ZIP = b"PK\x05\x06" + bytes(18)


def sample_file(media_type: str) -> bytes:
    """A picture of one pixel for pictures, an empty archive for archives, an empty document for everything else."""
    if media_type.startswith("image/"):
        named = {"svg": _SVG, "gif": _GIF, "jpeg": _JPEG, "jpg": _JPEG}
        return next((picture for name, picture in named.items() if name in media_type), _PNG)
    return _ZIP if media_type.endswith(("/zip", "-zip-compressed", "+zip")) else _PDF
