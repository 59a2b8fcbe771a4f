"""LedgerLou: how long sessions and mailed tokens are good, and what is kept of them."""

from __future__ import annotations

import pytest

from tests.vendors.ledgerlou import LedgerLou, failure

UNAUTHORIZED = (401, "UNAUTHORIZED")
INVALID = (400, "INVALID_INPUT")
OLGA = "olga@example.com"
SESSION_S = 12 * 3600


def sign_in(lou: LedgerLou, email: str = OLGA, password: str = "sandbox") -> dict[str, str]:
    """The headers of a session."""
    answer = lou.post("/auth/login", {"email": email, "password": password}, who="")
    return {"Authorization": f"Bearer {answer['token']}"}


def sign_in_name(lou: LedgerLou, password: str) -> str:
    """Whom the password of Olga lets in."""
    return str(lou.post("/auth/login", {"email": OLGA, "password": password}, who="")["user"]["name"])


def mailed(lou: LedgerLou, email: str) -> str:
    """The token that a mail would bring."""
    assert {"ok": True} == lou.post("/auth/forgot-password", {"email": email}, who="")
    return str(lou.all("password-tokens")[-1]["id"])


def test_scope_is_looked_at_before_the_body_and_the_id(lou: LedgerLou) -> None:
    """401, then 403, then 400, then 404 (API introduction, read 2026-11; 1.4, A6)."""
    lou.refuse(UNAUTHORIZED, "POST", "/accounts", {"number": "12A"}, who="revoked")
    lou.refuse((403, "INSUFFICIENT_SCOPE"), "POST", "/accounts", {"number": "12A"}, who="read")
    lou.refuse(INVALID, "POST", "/accounts", {"number": "12A"})


@pytest.mark.parametrize("who", ["admin", "member", "other"])
def test_credentials_say_how_their_user_signs_in(lou: LedgerLou, who: str) -> None:
    """Beside the key; either works for the same user and tenant (Auth, read 2026-11; 1.2, section 8, A2, A68)."""
    values = lou.credentials[who]["values"]

    user = lou.post("/auth/login", {name: values[name] for name in ("email", "password")}, who="")["user"]

    assert (values["user_id"], values["email"]) == (user["id"], user["email"])


def test_session_ends_after_its_time(lou: LedgerLou) -> None:
    """By the sandbox's clock (API introduction, auth, read 2026-11; 1.2, A2)."""
    headers = sign_in(lou)
    lou.advance(seconds=SESSION_S - 1)
    assert 200 == lou.call("GET", "/accounts", who="", headers=headers).status_code

    lou.advance(seconds=1)

    failure(lou.call("GET", "/accounts", who="", headers=headers), *UNAUTHORIZED)
    assert 200 == lou.call("GET", "/accounts", who="", headers=sign_in(lou)).status_code


def test_tokens_of_a_session_are_not_kept(lou: LedgerLou) -> None:
    """Only their digests are, and two sign-ins give two (Start, auth-scopes, read 2026-11; 1.2)."""
    tokens = [sign_in(lou)["Authorization"].removeprefix("Bearer ") for _ in range(2)]

    assert tokens[0] != tokens[1]
    kept = lou.all("sessions")
    assert 2 == len(kept)
    assert not any(token in str(kept) for token in tokens)


def test_user_who_is_gone_has_no_token_left(lou: LedgerLou) -> None:
    """Neither a session nor a key (API introduction, auth, read 2026-11; 1.2, A1)."""
    headers = sign_in(lou, "max@example.com")

    lou.control("DELETE", "/state/ledgerlou/users/2a7d9e14-5c3b-4f60-8e92-6b1c4d5f0a02")

    failure(lou.call("GET", "/accounts", who="", headers=headers), *UNAUTHORIZED)
    lou.refuse(UNAUTHORIZED, "GET", "/accounts", who="member")


def test_token_of_a_mail_is_good_for_a_day(lou: LedgerLou) -> None:
    """The password stays (API introduction, auth, read 2026-11; 4.10, A2)."""
    token = mailed(lou, OLGA)

    lou.advance(hours=24)

    lou.refuse(INVALID, "POST", "/auth/setup-password", {"token": token, "password": "zu spät"}, who="")
    assert "Olga Owner" == sign_in_name(lou, "sandbox")


def test_forgotten_password_does_not_tell_who_is_known(lou: LedgerLou) -> None:
    """The answer is the same, and no mail is kept (API introduction, auth, read 2026-11; 4.10, A2)."""
    assert {"ok": True} == lou.post("/auth/forgot-password", {"email": "nobody@example.com"}, who="")

    assert [] == lou.all("password-tokens")
    lou.refuse(INVALID, "POST", "/auth/forgot-password", {"email": "nobody"}, who="")


def test_token_of_a_mail_names_its_sandbox(lou: LedgerLou) -> None:
    """Without a sandbox in the address or a header (API introduction, auth, read 2026-11; 4.10, A2)."""
    token = mailed(lou, OLGA)

    answer = lou.door.post("/ledgerlou/v1/auth/setup-password", json={"token": token, "password": "anderswo"})

    assert 200 == answer.status_code, answer.text
    assert "Olga Owner" == sign_in_name(lou, "anderswo")
