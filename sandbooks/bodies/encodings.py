"""What stands between a body and its text: compression and charsets.

Knows the headers that name them; must not know content types.
"""

from __future__ import annotations

import zlib
from email.message import Message
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final

from sandbooks.errors import Malformed, TooLarge, UnsupportedMedia
from sandbooks.request import Request

ENCODINGS = ("gzip", "deflate")
UTF_8 = "utf-8"

_CHARSETS: Final = frozenset(
    {
        *("ascii", "latin_1", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "tis_620"),
        *("utf_8", "utf_8_sig", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"),
        *("big5", "big5hkscs", "gb2312", "gbk", "gb18030", "euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
        *(f"iso8859_{part}" for part in range(2, 17) if part != 12),
        *(f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259))),
    }
)
"""The charsets of the web by Python's names. Not any codec: some are no charsets, some need quadratic time."""

_FOREIGN_NAMES: Final = {"windows_874": "cp874", "windows_31j": "cp932", "x_sjis": "shift_jis"}
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
    return _charset_in(request.headers.get("content-type", ""))


@lru_cache(maxsize=256)
def _charset_in(written: str) -> str:
    if "charset" not in written.lower():
        return UTF_8
    declared = Message()
    declared["content-type"] = written
    return declared.get_content_charset(UTF_8)


def decode_text(data: bytes, charset: str) -> str:
    """The text of some bytes.

    Raises:
        UnsupportedMedia: it is no charset of the web.
        Malformed: the bytes are no text in it.
    """
    spelled = normalize_encoding(charset).lower()
    name = _FOREIGN_NAMES.get(spelled) or aliases.get(spelled, spelled)
    if name not in _CHARSETS:
        raise UnsupportedMedia(f"The charset {charset!r} is not read here; send UTF-8.")
    try:
        return data.decode(name)
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
