"""What the pytest plugin tells of a test that failed, in whichever phase, and whom it blames."""

from __future__ import annotations

import pytest

from tests.plugging import INI, project, run

THIRTEEN = 'post("/pets", json={"name": "Rex", "price": 13})'


def test_setup_and_teardown_that_fail_show_the_calls(pytester: pytest.Pytester) -> None:
    """A fixture that fails before or after the test shows what was asked, as the test itself would."""
    project(pytester)

    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def before(sandbooks):
            sandbooks.client("shop").get("/pets/701")
            raise LookupError("no pet")

        @pytest.fixture
        def after(sandbooks):
            yield
            sandbooks.client("shop").get("/pets/702")
            raise LookupError("still no pet")

        def test_before(before):
            pass

        def test_after(after):
            pass
        """,
    )

    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_before*",
            "*- Sandbooks: calls in test_before-* -*",
            "GET /shop/pets/701 -> 404 (* ms)",
            "*ERROR at teardown of test_after*",
            "*- Sandbooks: calls in test_after-* -*",
            "GET /shop/pets/702 -> 404 (* ms)",
        ]
    )


def test_error_inside_the_server_during_setup_and_teardown(pytester: pytest.Pytester) -> None:
    """Swallowed in a setup it fails the test, in a teardown the teardown; a setup that fails by itself names it."""
    project(pytester)

    result = run(
        pytester,
        f"""
        import pytest

        @pytest.fixture
        def before(sandbooks):
            sandbooks.client("shop").{THIRTEEN}

        @pytest.fixture
        def broken(sandbooks):
            sandbooks.client("shop").{THIRTEEN}.raise_for_status()

        @pytest.fixture
        def after(sandbooks):
            yield
            sandbooks.client("shop").{THIRTEEN}

        def test_before(before):
            pass

        def test_broken(broken):
            pass

        def test_after(after):
            pass

        def test_innocent(sandbooks):
            pass
        """,
    )

    result.assert_outcomes(passed=2, failed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_broken*",
            "E*ZeroDivisionError: thirteen of them",
            "E*httpx.HTTPStatusError: *",
            "*ERROR at teardown of test_after*",
            "E*ServerError: raised inside the server*",
            "*_ test_before _*",
            "E*ServerError: raised inside the server*",
        ]
    )


def test_several_errors_are_a_group(pytester: pytest.Pytester) -> None:
    """Each keeps its own traceback, and the failure names all of them."""
    project(pytester)

    result = run(
        pytester,
        f"""
        def test_two(sandbooks):
            with sandbooks.client("shop") as shop:
                shop.{THIRTEEN}
                shop.post("/pets", json={{"name": "Rex", "price": 17}})
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*ExceptionGroup: 2 errors inside the server*",
            "*ZeroDivisionError: thirteen of them",
            "*Internal: The answer does not fit*",
            "*ServerError: raised inside the server, and not expected*",
            "*/shop/pets: ZeroDivisionError: thirteen of them",
            "*/shop/pets: Internal: The answer does not fit the description: *",
        ]
    )


def test_handler_that_ends_the_process_ends_nothing(pytester: pytest.Pytester) -> None:
    """SystemExit in a handler fails its test over either way, with nothing stored; the next test finds the server."""
    project(pytester)

    result = run(
        pytester,
        """
        import httpx, pytest

        NINETEEN = {"name": "Rex", "price": 19}

        @pytest.mark.parametrize("way", ["wire", "process"])
        def test_leaves(sandbooks, way):
            if way == "wire":
                client = httpx.Client(base_url=sandbooks.url("shop"), headers=sandbooks.headers("shop"))
            else:
                client = sandbooks.client("shop")
            with client, sandbooks.expect_errors() as expected:
                assert client.post("/pets", json=NINETEEN).status_code == 500
            assert sandbooks.state("shop") == {"pets": 0}
            assert [str(error.__cause__) for error in expected.errors] == ["nineteen of them"]

        def test_unexpected(sandbooks):
            sandbooks.client("shop").post("/pets", json=NINETEEN)

        def test_next(sandbooks):
            assert sandbooks.client("shop").get("/pets").json() == []
        """,
    )

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ["E*SystemExit: nineteen of them", "*/shop/pets: Internal: SystemExit: nineteen of them"]
    )


def test_late_error_is_nobody_elses(pytester: pytest.Pytester) -> None:
    """A call that a test leaves behind raises while the next test runs: that one passes."""
    project(pytester)

    result = run(
        pytester,
        f"""
        import httpx

        left = {{}}

        def test_leaves_an_address_behind(sandbooks):
            left.update(base_url=sandbooks.url("shop"), headers=sandbooks.headers("shop"))

        def test_next(sandbooks):
            with httpx.Client(**left) as client:
                assert client.{THIRTEEN}.status_code == 500
        """,
    )

    result.assert_outcomes(passed=2)


def test_error_in_a_shared_sandbox_fails_the_test_that_runs(pytester: pytest.Pytester) -> None:
    """In a sandbox of a class, or in `default`, it is the running test that made the call, and that shows it."""
    project(pytester)

    result = run(
        pytester,
        f"""
        import httpx, pytest

        @pytest.fixture(scope="class")
        def company(sandbooks_server):
            with sandbooks_server.sandbox("company") as company:
                yield company

        class TestCompany:
            def test_fine(self, company):
                company.client("shop").get("/pets/701")

            def test_raises(self, company):
                company.client("shop").{THIRTEEN}

            def test_fine_again(self, company):
                assert company.state("shop") == {{"pets": 0}}

        def test_default(sandbooks_server):
            default = sandbooks_server.sandbox("default")
            httpx.get(sandbooks_server.url + "/shop/pets/702", headers=default.headers("shop"))
            assert False
        """,
    )

    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*TestCompany.test_raises*",
            "E*ServerError: raised inside the server*",
            "*- Sandbooks: calls in company, which several tests may use -*",
            "POST /shop/pets -> 500 (* ms)",
            "*_ test_default _*",
            "*- Sandbooks: calls in default, which several tests may use -*",
            "GET /shop/pets/702 -> 404 (* ms)",
        ]
    )
    result.stdout.no_fnmatch_line("*/pets/701*")


def test_number_of_calls_is_a_setting(pytester: pytest.Pytester) -> None:
    """Two of three are shown, and how many went before; 0 shows none."""
    test = """
        def test_fails(sandbooks):
            for number in (701, 702, 703):
                sandbooks.client("shop").get(f"/pets/{number}")
            assert False
    """
    project(pytester, f"{INI}sandbooks_journal_lines = 2\n")

    shown = run(pytester, test)
    hidden = run(pytester, test, "-o", "sandbooks_journal_lines=0")

    shown.stdout.fnmatch_lines(["(1 call before these)", "GET /shop/pets/702 -> 404*", "GET /shop/pets/703 -> 404*"])
    shown.stdout.no_fnmatch_line("*/pets/701*")
    hidden.stdout.no_fnmatch_line("*Sandbooks: calls*")


def test_long_calls_are_cut(pytester: pytest.Pytester) -> None:
    """No line about a call is long, whatever was in its path, its query, its bodies and its refusal."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_fails(sandbooks):
            with sandbooks.client("shop") as shop:
                shop.get("/pets/" + "7" * 20_000, params={"long": "y" * 20_000})
                shop.post("/pets", json={"name": ["x" * 100_000], "price": "z" * 100_000})
                sandbooks.verify(method="PUT")
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["GET /shop/pets/777*777... -> 4*", "POST /shop/pets -> 400 (* ms)"])
    assert max(map(len, result.outlines)) < 400


def test_secrets_are_not_shown(pytester: pytest.Pytester) -> None:
    """A body with a secret in it is shown without."""
    project(pytester)

    result = run(
        pytester,
        """
        def test_fails(sandbooks):
            sandbooks.client("shop").post("/pets", json={"password": "hush", "name": 7})
            assert False
        """,
    )

    result.stdout.fnmatch_lines(['    sent {"password": "*redacted*", "name": 7}'])
    shown = [line for line in result.outlines if line.startswith("    sent")]
    assert "hush" not in "".join(shown)


def test_skips_and_expected_failures_stay_what_they_are(pytester: pytest.Pytester) -> None:
    """A test that skips itself is skipped, and what was raised before is told; one is expected to fail, and does."""
    project(pytester)

    result = run(
        pytester,
        f"""
        import pytest

        def test_skipped(sandbooks):
            sandbooks.client("shop").{THIRTEEN}
            pytest.skip("enough")

        @pytest.mark.xfail
        def test_expected(sandbooks):
            sandbooks.client("shop").{THIRTEEN}
        """,
    )

    result.assert_outcomes(skipped=1, xfailed=1, errors=1)


def test_workers_show_the_calls_of_their_tests(pytester: pytest.Pytester) -> None:
    """A failure in a worker of xdist is told as any other."""
    project(pytester)

    result = run(
        pytester,
        f"""
        import pytest

        @pytest.mark.parametrize("number", [701, 702])
        def test_fails(sandbooks, number):
            sandbooks.client("shop").get(f"/pets/{{number}}")
            sandbooks.client("shop").{THIRTEEN}
        """,
        "-n",
        "2",
        process=True,
    )

    result.assert_outcomes(failed=2)
    for number in (701, 702):
        result.stdout.fnmatch_lines(
            [f"*- Sandbooks: calls in test_fails-{number}-* -*", f"GET /shop/pets/{number} ->*"]
        )
    result.stdout.fnmatch_lines(["E*ZeroDivisionError: thirteen of them"])
