"""FinzBooks: tokens for partner apps: consent, code and PKCE, refresh with rotation, revocation."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.vendors.finzbooks import CHALLENGE, MAIN, OTHER, SECOND, VERIFIER, FinzBooks, Json, failure, inner

TEN_MINUTES_S = 600
HOUR_S = 3600
THIRTY_DAYS_S = 30 * 86400


def landed(answer: httpx.Response) -> dict[str, str]:
    """The query of a redirect to the registered address."""
    assert 302 == answer.status_code, answer.text
    parts = urlsplit(answer.headers["location"])
    return {name: value for name, (value,) in parse_qs(parts.query).items()}


def oauth_failure(answer: httpx.Response, error: str, status: int = 400) -> None:
    """The answer is an error in the form of RFC 6749, outside of the envelope."""
    assert (status, error) == (answer.status_code, answer.json()["error"]), answer.text
    assert set(answer.json()) <= {"error", "error_description"}


def works(books: FinzBooks, token: str) -> bool:
    return 200 == books.bearing(token, "GET", "/invoices").status_code


def refreshed(books: FinzBooks, token: str, **changes: Json) -> httpx.Response:
    return books.exchange(**{"grant_type": "refresh_token", "refresh_token": token, **changes})


def test_consent_leads_to_a_pair_of_tokens(books: FinzBooks) -> None:
    """A code and the state come back to the registered address; for the code, its verifier and the client's secret
    there is a token of an hour and one to refresh it, in no envelope (OAuth, read 2026-11; 2.3, 17.5; operations 125
    and 126)."""
    redirected = books.authorize("AIBooks.invoices.READ AIBooks.contacts.READ", organization_id=MAIN)
    query = landed(redirected)
    answer = books.redeem(query["code"])

    assert redirected.headers["location"].startswith(f"{books.value('redirect_uri')}?")
    assert {"code", "state"} == set(query)
    assert "xyz 1" == query["state"]
    assert 200 == answer.status_code, answer.text
    tokens = answer.json()
    assert {"access_token", "refresh_token", "token_type", "expires_in", "scope"} == set(tokens)
    assert tokens["access_token"].startswith("aibk_oat_")
    assert tokens["refresh_token"].startswith("aibk_ort_")
    assert ("Bearer", 3600, "AIBooks.invoices.READ AIBooks.contacts.READ") == (
        tokens["token_type"],
        tokens["expires_in"],
        tokens["scope"],
    )
    told = inner(books.bearing(tokens["access_token"], "GET", "/whoami").json())
    assert (MAIN, "usr_asha", "DEFAULT") == (told["org_id"], told["user_id"], told["tier"])
    assert ["AIBooks.contacts.READ", "AIBooks.invoices.READ"] == sorted(told["scopes"])
    assert works(books, tokens["access_token"])
    failure(books.bearing(tokens["access_token"], "POST", "/contacts", {}), 403, "auth.insufficient_scope")
    failure(books.bearing(tokens["refresh_token"], "GET", "/invoices"), 401, "auth.invalid_token")


def test_verifier_of_the_code_is_needed(books: FinzBooks) -> None:
    """Another verifier, or none, or another address, is refused and uses nothing up for the right one to fail with
    (OAuth, read 2026-11; 2.3, 17.5; operation 126; A8)."""
    for changes in (
        {"code_verifier": "e" * 43},
        {"code_verifier": CHALLENGE},
        {"redirect_uri": "https://partner.example/elsewhere"},
        {"redirect_uri": None},
        {"code": "never-issued"},
    ):
        oauth_failure(books.redeem(books.code(), **changes), "invalid_grant")
    missing = books.redeem(books.code(), code_verifier=None)
    assert missing.json()["error"] in ("invalid_grant", "invalid_request")
    assert 400 == missing.status_code
    assert 200 == books.redeem(books.code()).status_code


def test_code_is_for_one_use(books: FinzBooks) -> None:
    """Reuse is refused, and takes the tokens that the code gave (2.3; operation 126; A8)."""
    code = books.code(organization_id=MAIN)
    tokens = books.redeem(code).json()
    assert works(books, tokens["access_token"])

    oauth_failure(books.redeem(code), "invalid_grant")

    failure(books.bearing(tokens["access_token"], "GET", "/invoices"), 401, "auth.revoked_token")
    oauth_failure(refreshed(books, tokens["refresh_token"]), "invalid_grant")


def test_code_is_good_for_ten_minutes(books: FinzBooks) -> None:
    """A second before the end it is taken, at the end not (2.3; operation 126; A8)."""
    early, late = books.code(), books.code()

    books.advance(TEN_MINUTES_S - 1)
    assert 200 == books.redeem(early).status_code
    books.advance(1)
    oauth_failure(books.redeem(late), "invalid_grant")


def test_access_token_is_good_for_an_hour(books: FinzBooks) -> None:
    """A second before the end it is taken, at the end it has expired (Authentication, read 2026-11; 2.1, 2.3)."""
    token = books.granted()["access_token"]

    books.advance(HOUR_S - 1)
    assert works(books, token)
    books.advance(1)
    failure(books.bearing(token, "GET", "/invoices"), 401, "auth.expired_token")


def test_refresh_rotates(books: FinzBooks) -> None:
    """A refresh gives a new pair with the same scope; the old refresh token is spent (OAuth, read 2026-11; 2.3, 17.5;
    operation 126)."""
    old = books.granted("AIBooks.invoices.READ")
    books.advance(HOUR_S)

    answer = refreshed(books, old["refresh_token"])

    assert 200 == answer.status_code, answer.text
    new = answer.json()
    assert set(old) == set(new)
    assert not {new["access_token"], new["refresh_token"]} & {old["access_token"], old["refresh_token"]}
    assert ("AIBooks.invoices.READ", 3600) == (new["scope"], new["expires_in"])
    assert works(books, new["access_token"])


def test_replay_of_a_refresh_token_ends_its_family(books: FinzBooks) -> None:
    """A spent refresh token is refused, and every token of its consent is revoked; those of another consent are not
    (2.3, 17.5; operation 126; A8)."""
    old, other = books.granted(), books.granted()
    new = refreshed(books, old["refresh_token"]).json()
    assert works(books, new["access_token"])

    oauth_failure(refreshed(books, old["refresh_token"]), "invalid_grant")

    for token in (old["access_token"], new["access_token"]):
        failure(books.bearing(token, "GET", "/invoices"), 401, "auth.revoked_token")
    oauth_failure(refreshed(books, new["refresh_token"]), "invalid_grant")
    assert works(books, other["access_token"])
    assert 200 == refreshed(books, other["refresh_token"]).status_code


def test_refresh_token_is_good_for_thirty_days(books: FinzBooks) -> None:
    """A second before the end it is taken; each new one has thirty days of its own (2.3; operation 126; A8)."""
    first, second = books.granted(), books.granted()

    books.advance(THIRTY_DAYS_S - 1)
    third = refreshed(books, first["refresh_token"])
    books.advance(1)

    assert 200 == third.status_code, third.text
    oauth_failure(refreshed(books, second["refresh_token"]), "invalid_grant")
    assert 200 == refreshed(books, third.json()["refresh_token"]).status_code


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_id": "nobody"}, "invalid_client", 401),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"grant_type": None}, "invalid_request", 400),
        ({"code": None}, "invalid_request", 400),
    ],
)
def test_fault_in_a_request_for_tokens_is_told(
    books: FinzBooks, changes: dict[str, Any], error: str, status: int
) -> None:
    """A client that does not prove itself is a 401, anything else a 400 (2.3; operation 126; A8)."""
    oauth_failure(books.redeem(books.code(), **changes), error, status)


def test_secrets_of_an_app_are_of_no_use_to_another(books: FinzBooks) -> None:
    """It gets nothing for a code or a refresh token, and revokes nothing; both stay good for the app that they were
    given to (2.3; operations 126 and 127; A8)."""
    another = {name: books.value(name, "partner") for name in ("client_id", "client_secret")}
    code, tokens = books.code(), books.granted()

    oauth_failure(books.redeem(code, **another), "invalid_grant")
    oauth_failure(refreshed(books, tokens["refresh_token"], **another), "invalid_grant")
    for token in (tokens["access_token"], tokens["refresh_token"]):
        answer = books.door.post(books.address("/oauth/revoke"), data={**another, "token": token})
        assert (200, {}) == (answer.status_code, answer.json())

    assert 200 == books.redeem(code).status_code
    assert works(books, tokens["access_token"])
    assert 200 == refreshed(books, tokens["refresh_token"]).status_code


def test_refresh_token_belongs_to_its_client(books: FinzBooks) -> None:
    """Without the client's secret, or the token, nothing is refreshed, and the token stays good
    (2.3; operation 126; A8)."""
    tokens = books.granted()

    oauth_failure(refreshed(books, tokens["refresh_token"], client_secret="wrong"), "invalid_client", 401)
    oauth_failure(books.exchange(grant_type="refresh_token"), "invalid_request")
    oauth_failure(refreshed(books, "aibk_ort_unknown"), "invalid_grant")
    oauth_failure(refreshed(books, tokens["access_token"]), "invalid_grant")

    assert 200 == refreshed(books, tokens["refresh_token"]).status_code


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "AIBooks.everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_request"),
    ],
)
def test_fault_in_a_request_for_consent_comes_back(books: FinzBooks, changes: dict[str, Any], error: str) -> None:
    """The redirect tells the error and the state, and no code (2.3; operation 125; A8)."""
    query = landed(books.authorize(**{"scope": "AIBooks.invoices.READ", **changes}))

    assert (error, "xyz 1") == (query["error"], query["state"])
    assert "code" not in query


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": None},
    ],
)
def test_unknown_client_or_address_is_a_page(books: FinzBooks, changes: dict[str, Any]) -> None:
    """400, and nobody is sent anywhere (2.3; operation 125; A8)."""
    answer = books.authorize(**changes)

    assert 400 == answer.status_code, answer.text
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")


def test_address_must_be_as_registered(books: FinzBooks) -> None:
    """To the letter: a slash or a query more is another address (2.3; operation 125; A8)."""
    for more in ("/", "?next=1", "#x"):
        assert 400 == books.authorize(redirect_uri=books.value("redirect_uri") + more).status_code


def test_consent_without_organisation_is_for_all(books: FinzBooks) -> None:
    """Then each call names one, of those the user is a member of (OAuth; Cross-org, read 2026-11; 2.1, 2.3)."""
    token = books.redeem(books.code()).json()["access_token"]

    failure(books.bearing(token, "GET", "/invoices"), 400, "auth.missing_organization_id")
    for organisation in (MAIN, SECOND):
        assert 200 == books.bearing(token, "GET", f"/invoices?organization_id={organisation}").status_code
    assert None is inner(books.bearing(token, "GET", "/whoami").json())["org_id"]


def test_consent_for_an_organisation_is_for_it_alone(books: FinzBooks) -> None:
    """A token that is bound to one is refused for another (OAuth, read 2026-11; 2.1, 2.3)."""
    token = books.granted(organization_id=SECOND)["access_token"]

    assert SECOND == inner(books.bearing(token, "GET", "/whoami").json())["org_id"]
    assert [] == inner(books.bearing(token, "GET", "/invoices").json())
    failure(books.bearing(token, "GET", f"/invoices?organization_id={MAIN}"), 403, "auth.org_mismatch")


def test_consent_is_for_organisations_of_the_user(books: FinzBooks) -> None:
    """For one of somebody else, or one that is not there, nobody gets a code (2.1, 2.3; operation 125; A8)."""
    for organisation in (OTHER, "nowhere"):
        query = landed(books.authorize(organization_id=organisation))

        assert "invalid_request" == query["error"]
        assert "code" not in query


def test_refresh_gives_no_more_than_was_consented_to(books: FinzBooks) -> None:
    """Fewer scopes may be asked for, others are refused, and the refresh token stays good (2.3, 2.4; operation 126;
    A8)."""
    tokens = books.granted("AIBooks.invoices.READ AIBooks.contacts.READ")

    for more in ("AIBooks.fullaccess.all", "AIBooks.invoices.READ AIBooks.invoices.CREATE"):
        oauth_failure(refreshed(books, tokens["refresh_token"], scope=more), "invalid_scope")
    fewer = refreshed(books, tokens["refresh_token"], scope="AIBooks.invoices.READ").json()

    assert "AIBooks.invoices.READ" == fewer["scope"]
    assert works(books, fewer["access_token"])
    failure(books.bearing(fewer["access_token"], "GET", "/contacts"), 403, "auth.insufficient_scope")


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_revoked_consent_is_over(books: FinzBooks, name: str) -> None:
    """200 and an empty object; the token is no longer taken, a revoked refresh token takes its access token with it
    (2.3; operation 127; A8)."""
    tokens = books.granted()
    client = {name: books.value(name) for name in ("client_id", "client_secret")}

    answer = books.door.post(books.address("/oauth/revoke"), data={**client, "token": tokens[name]})

    assert (200, {}) == (answer.status_code, answer.json())
    failure(books.bearing(tokens["access_token"], "GET", "/invoices"), 401, "auth.revoked_token")
    if name == "refresh_token":
        oauth_failure(refreshed(books, tokens["refresh_token"]), "invalid_grant")


def test_revocation_of_an_unknown_token_succeeds(books: FinzBooks) -> None:
    """As RFC 7009 has it; a client that does not prove itself, or names no token, is refused
    (2.3; operation 127; A8)."""
    client = {name: books.value(name) for name in ("client_id", "client_secret")}
    place = books.address("/oauth/revoke")

    unknown = books.door.post(place, data={**client, "token": "aibk_oat_unknown"})

    assert (200, {}) == (unknown.status_code, unknown.json())
    wrong = {**client, "client_secret": "wrong", "token": "x"}
    oauth_failure(books.door.post(place, data=wrong), "invalid_client", 401)
    oauth_failure(books.door.post(place, data=client), "invalid_request")


def test_person_consents_on_a_page(books: FinzBooks) -> None:
    """With the switch of the sandbox off there is a page that names the app and its scopes; its two buttons lead to a
    code, or to the refusal (OAuth, read 2026-11; 2.3; operation 125; A8)."""
    books.switch(auto_approve=False)

    asked = books.authorize("AIBooks.invoices.READ", organization_id=MAIN)
    page = books.door.get(asked.headers["location"])

    assert (302, 200) == (asked.status_code, page.status_code), page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "AIBooks.invoices.READ" in page.text
    refused = landed(books.authorize("AIBooks.invoices.READ", organization_id=MAIN, consent="deny"))
    assert {"error": "access_denied", "state": "xyz 1"}.items() <= refused.items()
    assert "code" not in refused
    allowed = landed(books.authorize("AIBooks.invoices.READ", organization_id=MAIN, consent="allow"))
    assert works(books, books.redeem(allowed["code"]).json()["access_token"])


def test_tokens_belong_to_their_sandbox(books: FinzBooks) -> None:
    """A token reaches its sandbox at the plain address too, and no other sandbox knows it (2.3; A8)."""
    token = books.granted()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    assert 200 == books.door.get("/finzbooks/api/public/v1/invoices", headers=headers).status_code
    other = books.door.get("/@elsewhere/finzbooks/api/public/v1/invoices", headers=headers)
    assert 401 == other.status_code
    assert 43 == len(VERIFIER)
