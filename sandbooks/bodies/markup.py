"""XML read without a risk: no document type, no entities of its own, nothing fetched, no nesting without end.

Knows XML; must not know schemas.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from sandbooks.bodies.encodings import UTF_8
from sandbooks.errors import Malformed, UnsupportedMedia

DEEPEST_XML = 200


def parse_xml(data: bytes, charset: str) -> Element:
    """The root of a document. Names are without their namespaces; a charset that the call names goes before the
    document's own.

    Raises:
        Malformed: no XML, a document type, more than 200 levels.
        UnsupportedMedia: there is no such charset.
    """
    try:
        parser = expat.ParserCreate(None if charset == UTF_8 else charset, namespace_separator="\n")
        builder = _Builder()
        parser.StartElementHandler = builder.start
        parser.EndElementHandler = builder.end
        parser.CharacterDataHandler = builder.tree.data
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.buffer_text = True
        parser.Parse(data, True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise UnsupportedMedia("The charset of the XML is not read here; send UTF-8.") from None
        raise Malformed(f"The body is not XML: {expat.ErrorString(error.code)} (line {error.lineno}).") from None
    except (LookupError, ValueError):
        raise UnsupportedMedia(f"The charset {charset!r} is not read here; send UTF-8.") from None
    return builder.tree.close()


class _Builder:
    """Collects what the parser calls back."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST_XML:
            raise Malformed(f"The XML is nested deeper than {DEEPEST_XML} levels.")
        self.tree.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition("\n")[2]


def _refuse_doctype(*_: object) -> None:
    raise Malformed("The XML has a document type declaration, which is not read here; leave it out.")
