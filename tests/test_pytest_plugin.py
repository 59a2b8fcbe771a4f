"""The pytest plugin, in the hands of somebody who has a project of their own."""

from __future__ import annotations

import pytest

from tests.plugging import project, run

TWO = """
    import httpx

    REX = {"name": "Rex", "price": 1234.56}

    def test_first(sandbooks):
        headers = sandbooks.headers("shop")
        made = httpx.post(sandbooks.url("shop") + "/pets", json=REX, headers=headers)
        assert made.status_code == 201
        assert sandbooks.state("shop") == {"pets": 1}

    def test_second(sandbooks):
        assert httpx.get(sandbooks.url("shop") + "/pets", headers=sandbooks.headers("shop")).json() == []
"""


def test_each_test_has_a_fresh_sandbox(pytester: pytest.Pytester) -> None:
    """What one test stores over the wire the next one does not find."""
    project(pytester)

    result = run(pytester, TWO)

    result.assert_outcomes(passed=2)


def test_workers_of_xdist_have_sandboxes_of_their_own(pytester: pytest.Pytester) -> None:
    """Two workers run the same tests at once, each against a server of its own."""
    project(pytester)

    result = run(pytester, TWO, "-n", "2", "--dist", "each", process=True)

    result.assert_outcomes(passed=4)


def test_failed_test_shows_the_last_calls(pytester: pytest.Pytester) -> None:
    """Method, path, status and why of the calls in its sandbox, without credentials; a passing test shows none."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_fails(sandbooks):
            with sandbooks.client("shop") as shop:
                shop.get("/pets/7")
                shop.post("/pets", json={"name": "Rex"})
            assert False

        def test_passes(sandbooks):
            sandbooks.client("shop").get("/pets/8")
        """,
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- Sandbooks: calls in test_fails-* -*",
            "GET /shop/pets/7 -> 404 (* ms)",
            "    NotFound: *",
            "POST /shop/pets -> 4* (* ms)",
            '    sent {"name": "Rex"}',
        ]
    )
    result.stdout.no_fnmatch_line("*/pets/8*")
    result.stdout.no_fnmatch_line("*Bearer *")


def test_error_inside_the_server_fails_the_test(pytester: pytest.Pytester) -> None:
    """What a handler raises is the cause of the failure, though the client took the 500 for an answer."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_swallows(sandbooks):
            with sandbooks.client("shop") as shop:
                shop.post("/pets", json={"name": "Rex", "price": 13})

        def test_after(sandbooks):
            pass
        """,
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            '*raise ZeroDivisionError("thirteen of them")*',
            "*The above exception was the direct cause of the following exception:*",
            "*ServerError: raised inside the server, and not expected*",
            "*POST /@test_swallows-*/shop/pets: ZeroDivisionError: thirteen of them",
        ]
    )


def test_unexpected_error_is_the_cause_of_a_failed_assertion(pytester: pytest.Pytester) -> None:
    """A test that fails by itself keeps its own failure, with the server's error before it."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_asserts(sandbooks):
            with sandbooks.client("shop") as shop:
                answer = shop.post("/pets", json={"name": "Rex", "price": 17})
            assert answer.status_code == 201
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Internal: The answer does not fit the description: *",
            "*The above exception was the direct cause of the following exception:*",
            "E*assert 500 == 201",
        ]
    )


def test_expected_errors_fail_nothing(pytester: pytest.Pytester) -> None:
    """A block that expects errors lets them pass and shows them; one in which nothing was raised fails."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_block(sandbooks):
            with sandbooks.client("shop") as shop, sandbooks.expect_errors() as expected:
                answer = shop.post("/pets", json={"name": "Rex", "price": 13})
            assert answer.status_code == 500
            assert [str(error) for error in expected.errors] == ["thirteen of them"]
            assert sandbooks.state("shop") == {"pets": 0}

        def test_all_of_it(sandbooks):
            sandbooks.expect_errors()
            sandbooks.client("shop").post("/pets", json={"name": "Rex", "price": 13})

        def test_none(sandbooks):
            with sandbooks.expect_errors():
                pass

        def test_block_is_over(sandbooks):
            with sandbooks.client("shop") as shop:
                with sandbooks.expect_errors():
                    shop.post("/pets", json={"name": "Rex", "price": 13})
                shop.post("/pets", json={"name": "Rex", "price": 13})
        """,
    )

    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: expected an error inside the server; there was none",
            "FAILED test_shop.py::test_block_is_over - sandbooks.testing.errors.ServerErr*",
        ]
    )


def test_names_of_sandboxes_follow_from_the_tests(pytester: pytest.Pytester) -> None:
    """Parameters of any text give names that fit, and no two tests have one name."""
    project(pytester)

    result = run(
        pytester,
        """
        import re
        import pytest

        names = []

        @pytest.mark.parametrize("text", ["ä/ö::ü", "", "A", "a", "x" * 200, "[", "INV 1", 7])
        def test_named(sandbooks, text):
            assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,62}", sandbooks.name)
            assert sandbooks.name.startswith("test_named")
            names.append(sandbooks.name)

        def test_all_of_them():
            assert len(set(names)) == 8
        """,
    )

    result.assert_outcomes(passed=9)


def test_asynchronous_tests(pytester: pytest.Pytester) -> None:
    """Fifty calls at once from the loop of a test, over the wire and without a port."""
    project(pytester)

    result = run(
        pytester,
        """
        import asyncio, httpx, pytest

        pytestmark = [pytest.mark.anyio, pytest.mark.sandbooks(limits=False)]

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.fixture(params=["wire", "process"])
        async def shop(request, sandbooks):
            if request.param == "wire":
                client = httpx.AsyncClient(base_url=sandbooks.url("shop"), headers=sandbooks.headers("shop"))
            else:
                client = sandbooks.async_client("shop")
            async with client:
                yield client

        async def test_many(shop, sandbooks):
            pets = [{"name": f"Rex {number}", "price": 1.5} for number in range(50)]
            answers = await asyncio.gather(*[shop.post("/pets", json=pet) for pet in pets])
            assert {answer.status_code for answer in answers} == {201}
            assert sandbooks.state("shop") == {"pets": 50}

        async def test_swallowed(shop, sandbooks):
            with sandbooks.expect_errors() as expected:
                await shop.post("/pets", json={"name": "Rex", "price": 13})
            assert len(expected.errors) == 1
        """,
    )

    result.assert_outcomes(passed=4)


def test_nothing_of_a_test_is_kept(pytester: pytest.Pytester) -> None:
    """pytest keeps every test until the run ends; the calls and bodies of its sandbox are gone before."""
    project(pytester)

    result = run(
        pytester,
        """
        import gc, weakref

        import pytest

        known = weakref.WeakSet()

        @pytest.mark.parametrize("number", [1, 2])
        def test_kept(sandbooks, number):
            known.add(sandbooks)
            gc.collect()
            assert list(known) == [sandbooks]
        """,
    )

    result.assert_outcomes(passed=2)


def test_test_cases_of_unittest(pytester: pytest.Pytester) -> None:
    """A TestCase that pytest runs takes the fixture; an error inside the server fails it."""
    project(pytester)

    result = run(
        pytester,
        """
        import unittest
        import pytest

        class Pets(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def take(self, sandbooks):
                self.shop = sandbooks.client("shop")

            def test_fine(self):
                self.assertEqual([], self.shop.get("/pets").json())

            def test_swallows(self):
                self.shop.post("/pets", json={"name": "Rex", "price": 13})
        """,
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*ServerError: raised inside the server*"])


def test_two_test_runs_in_one_process(pytester: pytest.Pytester) -> None:
    """A second run beside the first has a server of its own, and leaves that of the first alone."""
    project(pytester)

    result = run(
        pytester,
        """
        import pytest
        from sandbooks.testing import Server

        @pytest.fixture(scope="module")
        def second():
            with Server("shop", project=".", profile="empty") as server:
                yield server

        def test_apart(sandbooks, second):
            other = second.sandbox(sandbooks.name)
            other.client("shop").post("/pets", json={"name": "Rex", "price": 1})
            assert other.state("shop") == {"pets": 1}
            assert sandbooks.state("shop") == {"pets": 0}
            assert second.url != sandbooks.server.url
        """,
    )

    result.assert_outcomes(passed=1)
