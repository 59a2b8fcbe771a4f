"""From method and path to an operation."""

from __future__ import annotations

import pytest

from sandbooks.errors import NotAllowed, NotFound
from sandbooks.router import Router


@pytest.fixture
def router() -> Router[str]:
    router: Router[str] = Router()
    for method, template in (
        ("GET", "/pets"),
        ("POST", "/pets"),
        ("GET", "/pets/{petId}"),
        ("DELETE", "/pets/{petId}"),
        ("GET", "/pets/search"),
        ("GET", "/pets/{petId}/toys/{toyId}"),
        ("GET", "/files/{name}.{ending}"),
        ("GET", "/files/{id}"),
        ("POST", "/things/{id}:approve"),
        ("GET", "/things/{id}"),
        ("POST", "/files/{id}"),
        ("GET", "/"),
        ("GET", "/slash/"),
    ):
        router.add(method, template, f"{method} {template}")
    return router


@pytest.mark.parametrize(
    ("method", "path", "target", "values"),
    [
        ("GET", "/pets", "GET /pets", {}),
        ("GET", "/pets/41", "GET /pets/{petId}", {"petId": "41"}),
        ("GET", "/pets/search", "GET /pets/search", {}),
        ("HEAD", "/pets/search", "GET /pets/search", {}),
        ("GET", "/pets/search/toys/5", "GET /pets/{petId}/toys/{toyId}", {"petId": "search", "toyId": "5"}),
        ("GET", "/pets/4/toys/5", "GET /pets/{petId}/toys/{toyId}", {"petId": "4", "toyId": "5"}),
        ("GET", "/files/report.pdf", "GET /files/{name}.{ending}", {"name": "report", "ending": "pdf"}),
        ("GET", "/files/report", "GET /files/{id}", {"id": "report"}),
        ("POST", "/things/7:approve", "POST /things/{id}:approve", {"id": "7"}),
        ("POST", "/files/report.pdf", "POST /files/{id}", {"id": "report.pdf"}),
        ("GET", "/pets/a%2Fb", "GET /pets/{petId}", {"petId": "a%2Fb"}),
        ("GET", "/p%65ts", "GET /pets", {}),
        ("HEAD", "/pets", "GET /pets", {}),
        ("GET", "/", "GET /", {}),
        ("GET", "/slash/", "GET /slash/", {}),
    ],
)
def test_path_leads_to_its_operation(
    router: Router[str], method: str, path: str, target: str, values: dict[str, str]
) -> None:
    """Literal segments win over parameters, and a parameter takes over where they lead to no path."""
    assert router.find(method, path) == (target, values)


@pytest.mark.parametrize("path", ["/cats", "/pets/", "/pets/1/toys", "/pets//toys/1", "/slash", "//pets"])
def test_unknown_path_is_not_found(router: Router[str], path: str) -> None:
    """A path that no template fits is not found; a slash more or less is another path."""
    with pytest.raises(NotFound):
        router.find("GET", path)


def test_known_path_under_another_method_names_those_that_it_offers(router: Router[str]) -> None:
    """The refusal lists every method of the path."""
    with pytest.raises(NotAllowed) as refusal:
        router.find("PATCH", "/pets/41")

    assert refusal.value.allowed == ("GET", "DELETE")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/pets/search", ("GET",)), ("GET", "/things/7:approve", ("POST",))],
)
def test_template_that_spells_out_the_end_stands_for_the_path(
    router: Router[str], method: str, path: str, allowed: tuple[str, ...]
) -> None:
    """One that would fit as well lends it none of its methods."""
    with pytest.raises(NotAllowed) as refusal:
        router.find(method, path)

    assert refusal.value.allowed == allowed


def test_templates_that_differ_in_names_only_share_the_values() -> None:
    """The first that admits them serves, the first of all where none does; one template twice counts once."""
    router: Router[str] = Router()
    router.add("GET", "/pets/{petId}", "by id", lambda values: values["petId"].isdecimal())
    router.add("GET", "/pets/{name}", "by name", lambda values: values["name"].isalpha())
    router.add("GET", "/pets/{name}", "again")

    assert router.find("GET", "/pets/7") == ("by id", {"petId": "7"})
    assert router.find("GET", "/pets/rex") == ("by name", {"name": "rex"})
    assert router.find("GET", "/pets/rex-7") == ("by id", {"petId": "rex-7"})
