"""A client of a sandbox in a container: waits until it is ready, makes some calls, prints what it saw.

Wants nothing but Python. `SANDBOOKS_URL` says where the sandbox is, `SANDBOOKS_ADMIN_TOKEN` opens its control API.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

URL = os.environ.get("SANDBOOKS_URL", "http://127.0.0.1:4010").rstrip("/")
TOKEN = os.environ.get("SANDBOOKS_ADMIN_TOKEN", "")
BOOKS = f"{URL}/finzbooks/api/public/v1"
CUSTOMER = {"contact_name": "Deccan Pumps", "gst_no": "27AABCD7715L1Z9"}
PATIENCE_S = 60


def main() -> None:
    wait_until_ready()
    admin = {"Authorization": f"Bearer {TOKEN}"}
    status, credentials = call("GET", f"{URL}/_sandbox/credentials", admin)
    if status != 200:
        sys.exit(f"the control API says {status}: {credentials['detail']}")
    books = credentials["finzbooks"][0]["headers"]
    print("credential:", credentials["finzbooks"][0]["name"])

    status, answer = call("POST", f"{BOOKS}/contacts", books, CUSTOMER)
    print("create a customer:", status, answer["contact"]["contact_name"], answer["contact"]["pan"])
    address = f"{BOOKS}/contacts/{answer['contact']['contact_id']}"
    status, answer = call("GET", address, books)
    print("read it back:", status, answer["contact"]["contact_name"])
    status, answer = call("GET", address, {"Authorization": "Bearer guessed"})
    print("with a guessed token:", status, answer["code"])

    _, journal = call("GET", f"{URL}/_sandbox/requests?vendor=finzbooks&limit=3", admin)
    for entry in reversed(journal):
        print("journal:", entry["method"], entry["answer"]["status"], entry["operation"])


def wait_until_ready() -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            status, health = call("GET", f"{URL}/_sandbox/health")
        except OSError as error:
            status, health = 0, str(error)
        if status == 200:
            print("ready:", ", ".join(health["vendors"]))
            return
        if time.monotonic() > deadline:
            sys.exit(f"{URL} is not ready after {PATIENCE_S} s: {health}")
        time.sleep(0.2)


def call(method: str, url: str, headers: dict[str, str] | None = None, body: object = None) -> tuple[int, Any]:
    """Status and JSON of an answer, be it a refusal."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, content, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


if __name__ == "__main__":
    main()
