"""Files that belong to records and documents: downloads. They come from fixtures; nothing here writes.

Knows how HTTP names an attachment.
"""

from __future__ import annotations

from urllib.parse import quote

from sandbooks import Call, NotFound, Reply


def get_file(call: Call) -> Reply:
    """The bytes of a file under its own content type, as an attachment (A19).

    Raises:
        NotFound: this tenant has none of that id.
    """
    file = call.collection("files").find_one(call.path["id"])
    if file is None:
        raise NotFound(f"There is no file {call.path['id']}.")
    headers = {"Content-Disposition": attachment(file["name"])}
    return Reply(200, file["content"].encode(), headers, file["contentType"])


def attachment(name: str) -> str:
    """The header value that names an attachment; a name beyond ASCII comes a second time, in UTF-8.

    >>> attachment("letter.txt")
    'attachment; filename="letter.txt"'
    """
    plain = "".join(c if " " <= c < "\x7f" and c not in '"\\' else "_" for c in name)
    return f'attachment; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}")
