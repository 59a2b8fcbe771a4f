"""Names that a caller writes in another spelling than the document shows: `FriendlyName` for `friendly_name`.

Knows schemas of documents; must not know calls.
"""

from __future__ import annotations

from sandbooks.generic.places import Json
from sandbooks.generic.shapes import Shapes
from sandbooks.resources.words import squeeze
from sandbooks.spec import Schema


def respell(sent: dict[str, Json], schema: Schema, shapes: Shapes) -> dict[str, Json]:
    """What was sent, under the names that the document shows; what it does not show keeps its name.

    A name is another's spelling when both are the same without case and separators. One that was sent in the
    document's own spelling goes first.
    """
    shown = shapes.shape(schema, sent).properties
    strange = [name for name in sent if name not in shown]
    if not strange or not shown:
        return sent
    spellings = {squeeze(name): name for name in reversed(list(shown)) if name not in sent}
    return {spellings.get(squeeze(name), name) if name not in shown else name: value for name, value in sent.items()}
