"""One sandbox of Aiwyn, called by name of credential: what the tests of this vendor are written with."""

from __future__ import annotations

from typing import Any

import httpx

from tests.serving import Door

READ = "/gql/v1"
RECORDS = "/api/v1/records"
CUSTOM = "/api/v1/records/custom"
SUBSCRIPTIONS = "/api/v1/event-subscriptions"

Json = Any  # a JSON value


class Aiwyn:
    """A fresh sandbox with the demo firm. Calls are the admin's unless `who` names another credential."""

    def __init__(self, door: Door, sandbox: str) -> None:
        self.door = door
        self.sandbox = sandbox
        self._listed: dict[str, Json] = {}

    def close(self) -> None:
        """Remove the sandbox, if a call made it: with each that is left every call takes a little longer."""
        assert self.door.delete(f"/_sandbox/sandboxes/{self.sandbox}").status_code in (204, 404)

    def credential(self, name: str) -> Json:
        """A credential as the control API lists it: headers and values."""
        if not self._listed:
            listed = self.door.get(f"/@{self.sandbox}/_sandbox/credentials").json()["aiwyn"]
            self._listed = {each["name"]: each for each in listed}
        return self._listed[name]

    def call(self, method: str, path: str, json: Json = None, *, who: str = "admin") -> httpx.Response:
        headers = self.credential(who)["headers"] if who else {}
        return self.door.call(method, f"/@{self.sandbox}/aiwyn{path}", json=json, headers=headers)

    def get(self, path: str, *, who: str = "admin") -> httpx.Response:
        return self.call("GET", path, who=who)

    def post(self, path: str, json: Json = None, *, who: str = "admin") -> httpx.Response:
        return self.call("POST", path, json, who=who)

    def put(self, path: str, json: Json = None, *, who: str = "admin") -> httpx.Response:
        return self.call("PUT", path, json, who=who)

    def delete(self, path: str, json: Json = None, *, who: str = "admin") -> httpx.Response:
        return self.call("DELETE", path, json, who=who)

    def rows(self, path: str, **body: Json) -> list[Json]:
        """The rows that a list or search answers."""
        answer = self.post(f"{READ}/{path}", body)
        assert 200 == answer.status_code, answer.text
        return next(value for value in answer.json().values() if isinstance(value, list))

    def ids(self, path: str, **body: Json) -> list[int]:
        return [row["id"] for row in self.rows(path, **body)]

    def search_ids(self, plural: str, where: Json, **body: Json) -> list[int]:
        """The ids of all rows that meet a condition, in the order of the answer."""
        return self.ids(f"{plural}/search", where=where, **{"pageSize": 1000, **body})

    def one(self, path: str) -> Json:
        answer = self.get(f"{READ}/{path}")
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def write(self, method: str, *records: Json, who: str = "admin") -> Json:
        """`data` of the answer to a batch."""
        answer = self.call(method, RECORDS, {"records": list(records)}, who=who)
        assert 200 == answer.status_code, answer.text
        return answer.json()["data"]

    def upsert(self, record_type: str, ref: Json = None, /, **attributes: Json) -> Json:
        """The result of one record."""
        item = {"type": record_type, "systemRef": ref, "attributes": attributes}
        result: Json = self.write("POST", item)["records"][0]
        return result

    def advance(self, seconds: float) -> None:
        answer = self.door.patch(f"/@{self.sandbox}/_sandbox/clock", json={"advance_s": seconds})
        assert answer.is_success, answer.text

    def state(self) -> Json:
        """How many documents each collection holds."""
        return self.door.get(f"/@{self.sandbox}/_sandbox/state/aiwyn").json()
