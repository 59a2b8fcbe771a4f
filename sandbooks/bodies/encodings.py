"""What stands between a body and its text: compression and charsets.

Knows the headers that name them; must not know content types.
"""

from __future__ import annotations

import zlib
from email.message import Message

from sandbooks.errors import Malformed, TooLarge, UnsupportedMedia
from sandbooks.request import Request

ENCODINGS = ("gzip", "deflate")
UTF_8 = "utf-8"

_GZIP = 16 + zlib.MAX_WBITS
_ZLIB, _RAW = zlib.MAX_WBITS, -zlib.MAX_WBITS


def expand(request: Request, limit: int) -> None:
    """Undo the compression that `Content-Encoding` names, in place.

    Raises:
        UnsupportedMedia: an encoding that is not read.
        Malformed: bytes that are not compressed so.
        TooLarge: more than `limit` bytes come out.
    """
    named = [name.strip().lower() for name in request.headers["content-encoding"].split(",")]
    for name in reversed([name for name in named if name not in ("", "identity")]):
        if name.removeprefix("x-") not in ENCODINGS:
            known = " or ".join(ENCODINGS)
            raise UnsupportedMedia(f"Content-Encoding {name!r} is not read here; send {known}.", encodings=ENCODINGS)
        try:
            request.body = _expanded(request.body, name.removeprefix("x-"), limit)
        except zlib.error as error:
            raise Malformed(f"The body is not compressed as {name}: {error}.") from None


def charset_of(request: Request) -> str:
    """The charset that `Content-Type` names, else UTF-8."""
    written = request.headers.get("content-type", "")
    if "charset" not in written.lower():
        return UTF_8
    declared = Message()
    declared["content-type"] = written
    return declared.get_content_charset(UTF_8)


def decode_text(data: bytes, charset: str) -> str:
    """The text of some bytes.

    Raises:
        UnsupportedMedia: there is no such charset.
        Malformed: the bytes are no text in it.
    """
    try:
        return data.decode(charset)
    except LookupError:
        raise UnsupportedMedia(f"The charset {charset!r} is not read here; send UTF-8.") from None
    except UnicodeError as error:
        name = "UTF-8" if charset == UTF_8 else charset
        raise Malformed(f"The body is not {name}: {_cause(error)}.") from None


def _cause(error: UnicodeError) -> str:
    return f"{error.reason} at byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)


def _expanded(data: bytes, name: str, limit: int) -> bytes:
    whole = bytearray()
    while data:
        unpacker = zlib.decompressobj(_GZIP if name == "gzip" else _window(data))
        whole += unpacker.decompress(data, limit + 1 - len(whole))
        if len(whole) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes when it is expanded.")
        if not unpacker.eof:
            raise zlib.error("it ends too early")
        data = unpacker.unused_data if name == "gzip" else b""
    return bytes(whole)


def _window(data: bytes) -> int:
    """`deflate` means zlib's form; some clients send it without its header."""
    return _ZLIB if data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0 else _RAW
