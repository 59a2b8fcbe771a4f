"""Aiwyn: keys, tokens, roles and tenants."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from mocks.aiwyn.auth import SIGNING_KEY
from tests.vendors.aiwyn import CUSTOM, READ, RECORDS, SUBSCRIPTIONS, Aiwyn, Json

EXCHANGE = "/v1/auth/token"
ISSUED = 1738575687


def claims_of(token: str) -> Json:
    """The payload of a JWT, not verified."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_key_is_exchanged_for_a_token(aiwyn: Aiwyn) -> None:
    """A key gives a token of 3600 seconds with the documented claims (Authentication, read 2026-11)."""
    key = aiwyn.credential("admin")["values"]["jwtApiKey"]

    answer = aiwyn.post(EXCHANGE, {"jwtApiKey": key}, who="")

    assert 200 == answer.status_code
    assert ("Bearer", 3600) == (answer.json()["tokenType"], answer.json()["expiresIn"])
    claims = claims_of(answer.json()["token"])
    assert (ISSUED, ISSUED, ISSUED + 3600) == (claims["iat"], claims["auth_time"], claims["exp"])
    assert ["SUPER_ADMIN", "aiwynsb_API_ADMIN"] == claims["roles"]
    assert {
        "x-hasura-allowed-roles": ["aiwynsb_SUPER_ADMIN", "aiwynsb_API_ADMIN"],
        "x-hasura-default-role": "aiwynsb_API_ADMIN",
    } == claims["https://hasura.io/jwt/claims"]
    assert ("aiwynsb", 420, 11) == (claims["tenant"], claims["staffId"], claims["authKeyId"])
    assert ("user@aiwyn.ai", True) == (claims["email"], claims["email_verified"])
    assert ("https://securetoken.google.com/an-staging-302521", "an-staging-302521") == (claims["iss"], claims["aud"])
    assert claims["sub"] == claims["user_id"]
    assert 28 == len(claims["sub"])


def test_exchanged_token_opens_the_door(aiwyn: Aiwyn) -> None:
    """What the exchange gives works as a bearer token, the scheme's word in either case
    (Authentication, read 2026-11)."""
    key = aiwyn.credential("admin")["values"]["jwtApiKey"]
    token = aiwyn.post(EXCHANGE, {"jwtApiKey": key}, who="").json()["token"]

    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = aiwyn.door.get(
            f"/@{aiwyn.sandbox}/aiwyn{READ}/client/789", headers={"Authorization": f"{scheme} {token}"}
        )
        assert 200 == answer.status_code


@pytest.mark.parametrize(
    "key", ["aiwyn-nobody-key", "aiwyn-admin-key~", "aiwyn-admin-key~UPPER", "admin", "aiwyn-expired-key", " "]
)
def test_unknown_key_is_refused(aiwyn: Aiwyn, key: str) -> None:
    """A key that does not exist, or has expired, gives 401 (Authentication, read 2026-11)."""
    answer = aiwyn.post(EXCHANGE, {"jwtApiKey": key}, who="")

    assert 401 == answer.status_code
    assert "UNAUTHORIZED" == answer.json()["error"]["code"]


@pytest.mark.parametrize("body", [{}, {"jwtApiKey": ""}, {"jwtApiKey": 7}, [], None])
def test_exchange_needs_a_key(aiwyn: Aiwyn, body: Json) -> None:
    """A body without a key is 400, not 401 (assumed: Authentication names the member alone)."""
    answer = aiwyn.post(EXCHANGE, body, who="")

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]


def test_key_of_a_sandbox_gives_a_token_of_it(aiwyn: Aiwyn) -> None:
    """At the plain address a key leads to its own sandbox, and so does its token (the sandbox's own rule)."""
    key = aiwyn.credential("admin")["values"]["jwtApiKey"]
    assert f"aiwyn-admin-key~{aiwyn.sandbox}" == key
    created = aiwyn.upsert("Office", {"code": "LSE"}, name="La Crosse")

    answer = aiwyn.door.post(f"/aiwyn{EXCHANGE}", json={"jwtApiKey": key})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    assert 200 == aiwyn.door.get(f"/aiwyn{READ}/office/{created['id']}", headers=headers).status_code
    plain = aiwyn.door.headers("aiwyn", "admin")
    assert 404 == aiwyn.door.get(f"/aiwyn{READ}/office/{created['id']}", headers=plain).status_code


def test_exchange_at_the_plain_address_goes_by_the_clock_of_the_key(aiwyn: Aiwyn) -> None:
    """A key that names a sandbox gives a token dated by that sandbox's clock, wherever it is exchanged
    (the sandbox's own rule)."""
    key = aiwyn.credential("admin")["values"]["jwtApiKey"]
    aiwyn.advance(86_400 * 3 + 7200)

    answer = aiwyn.door.post(f"/aiwyn{EXCHANGE}", json={"jwtApiKey": key})

    claims = claims_of(answer.json()["token"])
    assert (ISSUED + 86_400 * 3 + 7200, aiwyn.sandbox) == (claims["iat"], claims["firebase"]["sandbox"])
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert 200 == aiwyn.door.get(f"/aiwyn{READ}/client/789", headers=headers).status_code
    aiwyn.advance(3600)
    assert 401 == aiwyn.door.get(f"/aiwyn{READ}/client/789", headers=headers).status_code


def test_key_without_a_sandbox_goes_by_the_clock_of_the_default(aiwyn: Aiwyn) -> None:
    """The documented key at the plain address gives a token of the default sandbox (the sandbox's own rule)."""
    answer = aiwyn.door.post(f"/aiwyn{EXCHANGE}", json={"jwtApiKey": "aiwyn-admin-key"})

    claims = claims_of(answer.json()["token"])
    assert (ISSUED, "default") == (claims["iat"], claims["firebase"]["sandbox"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'"aiwyn-admin-key~team-a"', 400),
        (b'{"jwtApiKey": 7}', 400),
        (b'{"jwtApiKey": "aiwyn-nobody-key~nowhere"}', 401),
        (b'{"jwtApiKey": "aiwyn-admin-key~NOWHERE"}', 401),
        (b'{"jwtApiKey": "\xff"}', 400),
    ],
)
def test_exchange_of_what_is_no_key_is_refused_in_words(aiwyn: Aiwyn, body: bytes, status: int) -> None:
    """Whatever is sent instead of a key, the refusal is the vendor's, and no sandbox comes of it
    (Authentication, read 2026-11)."""
    headers = {"Content-Type": "application/json"}
    before = aiwyn.door.get("/_sandbox/sandboxes").json()

    answer = aiwyn.door.post(f"/aiwyn{EXCHANGE}", content=body, headers=headers)

    assert status == answer.status_code
    assert {400: "VALIDATION_ERROR", 401: "UNAUTHORIZED"}[status] == answer.json()["error"]["code"]
    assert before == aiwyn.door.get("/_sandbox/sandboxes").json()


def test_key_without_a_sandbox_takes_that_of_the_address(aiwyn: Aiwyn) -> None:
    """The documented key, exchanged in a sandbox, gives a token of that sandbox (the sandbox's own rule)."""
    answer = aiwyn.post(EXCHANGE, {"jwtApiKey": "aiwyn-admin-key"}, who="")

    assert aiwyn.sandbox == claims_of(answer.json()["token"])["firebase"]["sandbox"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer",
        "Bearer garbled",
        "Bearer eyJhbGciOiJub25lIn0.eyJhdXRoS2V5SWQiOjExfQ.",
        "Basic YWl3eW46YWRtaW4=",
    ],
)
def test_no_or_garbled_token_is_refused(aiwyn: Aiwyn, header: str | None) -> None:
    """Without a token that was signed here every call is 401 and changes nothing (Authentication, read 2026-11)."""
    before = aiwyn.state()
    headers = {"Authorization": header} if header else {}
    body = {"records": [{"type": "Office", "attributes": {"name": "Nowhere"}}]}

    for method, path, json_ in (("POST", RECORDS, body), ("GET", f"{READ}/client/789", None), ("GET", CUSTOM, None)):
        answer = aiwyn.door.call(method, f"/@{aiwyn.sandbox}/aiwyn{path}", json=json_, headers=headers)
        assert 401 == answer.status_code
        assert "UNAUTHORIZED" == answer.json()["error"]["code"]

    assert before == aiwyn.state()


def test_token_of_another_signer_is_refused(aiwyn: Aiwyn) -> None:
    """A token whose payload was changed is 401 (Authentication, read 2026-11)."""
    head, payload, signature = aiwyn.credential("user")["values"]["token"].split(".")
    claims = claims_of(f".{payload}.")
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "authKeyId": 11}).encode()).rstrip(b"=").decode()

    answer = aiwyn.door.get(
        f"/@{aiwyn.sandbox}/aiwyn{CUSTOM}", headers={"Authorization": f"Bearer {head}.{forged}.{signature}"}
    )

    assert 401 == answer.status_code


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"firebase": {"sandbox": "default"}, "authKeyId": 99, "exp": 1},
        {"firebase": {"sandbox": "default"}, "authKeyId": -1, "exp": 1, "iat": 1},
        {"firebase": {"sandbox": "default"}, "authKeyId": "11"},
        {"firebase": {"sandbox": 5}},
        {"firebase": {"sandbox": ["default"]}, "authKeyId": 11, "iat": 1},
        {"firebase": "default"},
        {"firebase": None, "authKeyId": None, "exp": None},
    ],
)
def test_signed_token_with_other_claims_is_refused(aiwyn: Aiwyn, claims: Json) -> None:
    """A token is good when all its claims are; a signature alone opens nothing (Authentication, read 2026-11)."""
    assert 401 == presented(aiwyn, jwt.encode(claims, SIGNING_KEY, algorithm="HS256"))


@pytest.mark.parametrize(
    "changed",
    [
        {"authKeyId": 12},
        {"authKeyId": 10},
        {"authKeyId": -3},
        {"authKeyId": 11.0},
        {"authKeyId": 19},
        {"tenant": "harborsb"},
        {"roles": []},
        {"exp": ISSUED + 7200},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": 10**30, "auth_time": 10**30, "exp": 10**30 + 3600},
        {"iat": -(10**30), "auth_time": -(10**30), "exp": 3600 - 10**30},
        {"iat": ISSUED + 0.5},
        {"firebase": {"identities": {}, "sign_in_provider": "custom", "sandbox": "No such name"}},
        {"firebase": {"identities": {}, "sign_in_provider": "custom", "sandbox": "../x"}},
        {"firebase": {"identities": {}, "sign_in_provider": "custom", "sandbox": None}},
        {"sub": 7},
        {"extra": True},
    ],
)
def test_token_with_one_claim_changed_is_refused(aiwyn: Aiwyn, changed: Json) -> None:
    """None of the documented claims can be another one, however well signed (Authentication, read 2026-11)."""
    claims = claims_of(aiwyn.credential("admin")["values"]["token"])
    assert 200 == presented(aiwyn, jwt.encode(claims, SIGNING_KEY, algorithm="HS256"))

    assert 401 == presented(aiwyn, jwt.encode({**claims, **changed}, SIGNING_KEY, algorithm="HS256"))


@pytest.mark.parametrize(
    "token",
    [
        "..",
        "a.b.c",
        "\xe4\xf6\xfc.\xe4.\xe4",
        base64.urlsafe_b64encode(b"[" * 40_000).decode().rstrip("=") + ".e30.e30",
        base64.urlsafe_b64encode(b'{"alg":' * 5_000).decode().rstrip("=") + ".e30.e30",
        base64.urlsafe_b64encode(b'{"alg":["HS256"]}').decode().rstrip("=") + ".e30.e30",
        base64.urlsafe_b64encode(b'{"alg":"HS256","b64":false,"crit":["b64"]}').decode().rstrip("=") + ".e30.e30",
        base64.urlsafe_b64encode(b'{"alg":"HS256","kid":{}}').decode().rstrip("=") + ".e30.e30",
        jwt.api_jws.encode(b"7", SIGNING_KEY, algorithm="HS256"),
        jwt.api_jws.encode(b"[" * 30_000, SIGNING_KEY, algorithm="HS256"),
        jwt.api_jws.encode(b"\xff", SIGNING_KEY, algorithm="HS256"),
    ],
    ids=range(11),
)
def test_token_that_cannot_be_read_is_refused(aiwyn: Aiwyn, token: str) -> None:
    """Whatever stands after `Bearer`, the answer is 401 (Authentication, read 2026-11)."""
    assert 401 == presented(aiwyn, token)


def presented(aiwyn: Aiwyn, token: str) -> int:
    """The status of a read with a token, the same at the plain address and in a sandbox; 401 in the vendor's words."""
    statuses = []
    for prefix in ("", f"/@{aiwyn.sandbox}"):
        answer = aiwyn.door.get(f"{prefix}/aiwyn{READ}/client/789", headers={"Authorization": f"Bearer {token}"})
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            assert "UNAUTHORIZED" == answer.json()["error"]["code"], answer.text
    assert statuses[0] == statuses[1]
    return statuses[0]


def test_token_works_for_an_hour(aiwyn: Aiwyn) -> None:
    """A token is good for 3600 seconds of the sandbox's clock, not one more (Authentication, read 2026-11)."""
    assert 200 == aiwyn.get(f"{READ}/client/789").status_code

    aiwyn.advance(3599)
    assert 200 == aiwyn.get(f"{READ}/client/789").status_code

    aiwyn.advance(1)
    refused = aiwyn.get(f"{READ}/client/789")
    assert 401 == refused.status_code
    assert "2025-02-03T10:41:27Z" == refused.json()["meta"]["timestamp"]


def test_expired_credential_is_refused(aiwyn: Aiwyn) -> None:
    """The expired token is well signed and 401 everywhere (Authentication, read 2026-11)."""
    assert claims_of(aiwyn.credential("expired")["values"]["token"])["exp"] < ISSUED

    assert 401 == aiwyn.get(f"{READ}/client/789", who="expired").status_code
    assert 401 == aiwyn.post(RECORDS, {"records": []}, who="expired").status_code


CALLS = {
    "read": ("POST", f"{READ}/clients", {}),
    "alias": ("GET", "/v1/client/789", None),
    "file": ("GET", "/api/v1/files/1", None),
    "types": ("GET", f"{RECORDS}/types", None),
    "schema": ("GET", f"{RECORDS}/schema/Client", None),
    "upsert": ("POST", RECORDS, {"records": [{"type": "Office", "attributes": {"name": "Waukesha"}}]}),
    "update": ("PUT", RECORDS, {"records": [{"type": "Office"}]}),
    "inactivate": ("DELETE", RECORDS, {"records": [{"type": "Office"}]}),
    "custom types": ("GET", CUSTOM, None),
    "custom type": ("GET", f"{CUSTOM}/engagement_letter", None),
    "new custom type": ("POST", CUSTOM, {"name": "asset_tag", "fields": [{"name": "tag", "type": "string"}]}),
    "changed custom type": ("PUT", f"{CUSTOM}/engagement_letter", {"description": "Signed letters."}),
    "inactive custom type": ("DELETE", f"{CUSTOM}/engagement_letter", None),
    "subscriptions": ("GET", SUBSCRIPTIONS, None),
    "catalog": ("GET", f"{SUBSCRIPTIONS}/catalog", None),
}
READS = {"read", "alias", "file"}
ALLOWED = {
    "admin": set(CALLS),
    "user": READS,
    "records-reader": {"types", "schema"},
    "records-writer": {"types", "schema", "upsert", "update", "inactivate"},
    "types-reader": {"custom types", "custom type"},
    "types-writer": {
        "custom types",
        "custom type",
        "new custom type",
        "changed custom type",
        "inactive custom type",
    },
}


@pytest.mark.parametrize("who", ALLOWED)
def test_role_allows_its_operations_and_no_others(aiwyn: Aiwyn, who: str) -> None:
    """Each role opens what its name says, a write role the reads too; all else is 403
    (Authentication; assumed in detail)."""
    for name, (method, path, body) in CALLS.items():
        answer = aiwyn.call(method, path, body, who=who)
        if name in ALLOWED[who]:
            assert answer.status_code in (200, 201), (name, answer.text)
        else:
            assert 403 == answer.status_code, name
            assert "FORBIDDEN" == answer.json()["error"]["code"]


def test_refused_role_stores_nothing(aiwyn: Aiwyn) -> None:
    """POST /records with RECORD_R alone is 403, and nothing is written (Records, read 2026-11)."""
    before = aiwyn.state()

    answer = aiwyn.post(RECORDS, {"records": [{"type": "Client", "attributes": {"name": "X"}}]}, who="records-reader")

    assert 403 == answer.status_code
    assert before == aiwyn.state()


def test_other_tenant_sees_no_row_of_the_first(aiwyn: Aiwyn) -> None:
    """The tenant of the token scopes every row: absent in lists, 404 by id (Authentication, read 2026-11)."""
    listed = aiwyn.post(f"{READ}/clients", {}, who="other-tenant")
    assert {"clients": [], "total": {"aggregate": {"count": 0}}} == listed.json()
    assert 404 == aiwyn.get(f"{READ}/client/789", who="other-tenant").status_code
    assert 404 == aiwyn.get(f"{CUSTOM}/engagement_letter", who="other-tenant").status_code
    assert 404 == aiwyn.get("/api/v1/files/1", who="other-tenant").status_code


def test_tenants_use_the_same_system_ref_apart(aiwyn: Aiwyn) -> None:
    """A systemRef is known per tenant: each creates its own record, and neither sees the other's
    (Records, read 2026-11)."""
    item = {"type": "Client", "systemRef": {"crm": "C-77"}, "attributes": {"name": "Ours"}}
    ours = aiwyn.write("POST", item)["records"][0]
    theirs = aiwyn.write("POST", {**item, "attributes": {"name": "Theirs"}}, who="other-tenant")["records"][0]

    assert ("CREATED", "CREATED") == (ours["status"], theirs["status"])
    assert "Ours" == aiwyn.one(f"client/{ours['id']}")["name"]
    again = aiwyn.write("POST", {**item, "attributes": {"name": "Theirs still"}}, who="other-tenant")["records"][0]
    assert ("UPDATED", theirs["id"]) == (again["status"], again["id"])
    assert "Ours" == aiwyn.one(f"client/{ours['id']}")["name"]


def test_credentials_say_what_they_are_for(aiwyn: Aiwyn) -> None:
    """Full rights first, then limited ones, an expired one and one of another tenant (the sandbox's own rule)."""
    listed = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/credentials").json()["aiwyn"]

    assert "admin" == listed[0]["name"]
    told = {each["name"]: each["description"].lower() for each in listed}
    assert "limited" in told["user"]
    assert "limited" in told["records-reader"]
    assert "expired" in told["expired"]
    assert "another tenant" in told["other-tenant"]
    for each in listed:
        assert {"Authorization": f"Bearer {each['values']['token']}"} == each["headers"]


def test_token_that_expires_between_two_batches_stops_the_second(aiwyn: Aiwyn) -> None:
    """The first batch is stored, the second refused as a whole; with a new token it goes through
    (Authentication, Records, read 2026-11)."""
    token = aiwyn.credential("admin")["values"]["token"]
    batches = [
        {"records": [{"type": "Office", "systemRef": {"o": n}, "attributes": {"name": f"Branch {n}"}}]} for n in (1, 2)
    ]

    def send(batch: Json, token: str) -> int:
        headers = {"Authorization": f"bearer {token}"}
        return aiwyn.door.post(f"/@{aiwyn.sandbox}/aiwyn{RECORDS}", json=batch, headers=headers).status_code

    aiwyn.advance(3599)
    assert 200 == send(batches[0], token)
    aiwyn.advance(1)
    before = aiwyn.state()
    assert 401 == send(batches[1], token)
    assert before == aiwyn.state()
    key = aiwyn.credential("admin")["values"]["jwtApiKey"]
    renewed = aiwyn.post(EXCHANGE, {"jwtApiKey": key}, who="").json()["token"]
    assert 200 == send(batches[1], renewed)
    assert {**before, "offices": before["offices"] + 1} == aiwyn.state()
