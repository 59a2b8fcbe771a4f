"""`sandbooks check` and `routes` tell what was understood of a description, what not, and whether answers fit."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from sandbooks.cli import main
from sandbooks.project import bundled_project
from tests.running import running
from tests.sweeping import VENDOR_NAMES
from tests.test_cli import run

SPECS = Path(__file__).parent / "specs"
HEAD = 'openapi: 3.0.3\ninfo: {title: Shop, version: "1"}\n'
SHOP = (
    HEAD
    + """
paths:
  /shops/{shop}/orders:
    parameters: [{name: shop, in: path, required: true, schema: {type: string}}]
    get:
      operationId: listOrders
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 5}}
        - {name: offset, in: query, schema: {type: integer}}
        - {name: state, in: query, schema: {type: string}}
        - {name: minPrice, in: query, schema: {type: number}}
        - {name: channel, in: query, schema: {type: string}}
      responses:
        "200":
          description: orders
          content:
            application/json:
              schema:
                type: object
                properties:
                  total: {type: integer}
                  data: {type: array, items: {$ref: '#/components/schemas/Order'}}
    post:
      operationId: createOrder
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses:
        "201":
          description: made
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
  /shops/{shop}/orders/{orderId}:
    parameters:
      - {name: shop, in: path, required: true, schema: {type: string}}
      - {name: orderId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: getOrder
      responses:
        "200": {description: order, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
  /reports/{reportId}:
    get:
      operationId: getReport
      parameters: [{name: reportId, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: r, content: {application/json: {schema: {type: object, properties: {total: {}}}}}}
components:
  schemas:
    Order:
      type: object
      required: [orderId]
      properties:
        orderId: {type: integer}
        state: {type: string, enum: [open, shipped]}
        price: {type: number}
"""
)


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def written(folder: Path, text: str, name: str = "shop.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def section(output: str, title: str) -> list[str]:
    """The lines of a section, without their indent; none where it is not there."""
    lines = output.splitlines()
    if title not in lines:
        return []
    begin = lines.index(title) + 1
    end = next(at for at in range(begin, len(lines)) if not lines[at])
    return [line.removeprefix("  ") for line in lines[begin:end]]


def test_sound_description_passes(tmp_path: Path) -> None:
    """Coverage, each collection with what was understood of it, what is answered by schema and why; exit code 0."""
    path = written(tmp_path, SHOP)

    done = check(path)

    reason = "no property of what `/reports/{reportId}` shows is `reportId` (it has total)"
    assert done.stdout.splitlines() == [
        f"{path}: Shop 1, read as OpenAPI 3.0.3",
        "",
        f"1 of 2 collections stateful, 1 by schema: reports ({reason}); 4 operations: 0 coded, 3 inferred, 1 schema",
        "",
        "Collections",
        "  orders  /shops/{shop}/orders, /shops/{shop}/orders/{orderId}",
        "    list, get, create; id `orderId` (integer); apart for each `shop`",
        "    listed in `data` beside `total`; paged by `offset`, `limit` (5 at a time);"
        " filtered by `state`, `minPrice` (`price` gte)",
        "    - listOrders: `channel` changes nothing",
        "",
        "Collections answered by schema",
        f"  reports  /reports/{{reportId}}: {reason}",
        "",
        "Operations answered by schema",
        f"  GET /reports/{{reportId}}: {reason}",
        "",
        "ok: 0 errors, 0 warnings; 4 of 4 generated answers fit",
    ]
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("reference", "cause"),
    [
        ("#/components/schemas/Nothing", "nothing stands there"),
        ("../outside.yaml", "it leaves the description's folder and is not followed"),
        ("/etc/hostname", "it leaves the description's folder and is not followed"),
        (
            "https://example.com/order.yaml",
            "it names another place than the description's folder and is not followed",
        ),
        ("missing.yaml", "the file 'missing.yaml' cannot be read"),
    ],
)
def test_reference_that_is_not_followed_fails(tmp_path: Path, reference: str, cause: str) -> None:
    """It is listed with its place and the cause, exit code 1, and the rest is looked into all the same."""
    path = written(tmp_path, SHOP.replace("price: {type: number}", f"price: {{$ref: '{reference}'}}"))

    done = check(path)

    place = "/components/schemas/Order/properties/price"
    assert f"{place}: the reference '{reference}' is left out: {cause}" in section(
        done.stdout, "Errors in the description"
    )
    assert "orders  /shops/{shop}/orders, /shops/{shop}/orders/{orderId}" in section(done.stdout, "Collections")
    assert done.exit_code == 1


def test_part_that_breaks_the_rules_fails(tmp_path: Path) -> None:
    """Place and cause of each error, many alike counted unless all are asked for; exit code 1."""
    paths = "".join(f"  /p{number}: {{get: {{operationId: o{number}}}}}\n" for number in range(5))
    path = written(tmp_path, f"{HEAD}paths:\n{paths}")
    lines = [f"/paths/~1p{number}/get/responses: an operation needs 'responses'" for number in range(5)]

    done, everything = check(path), check(path, "--all")

    assert section(done.stdout, "Errors in the description") == [
        *lines[:3],
        "... and 2 more like this; --all lists them",
    ]
    assert section(everything.stdout, "Errors in the description") == lines
    assert done.stdout.endswith("failed: 5 errors, 0 warnings; 0 of 0 generated answers fit\n")
    assert (done.exit_code, everything.exit_code) == (1, 1)


def test_warnings_alone_pass(tmp_path: Path) -> None:
    """What could be repaired without loss is listed and does not fail."""
    path = written(tmp_path, SHOP.replace("      operationId: getReport\n", ""))

    done = check(path)

    assert section(done.stdout, "Warnings") == [
        "/paths/~1reports~1{reportId}/get: GET /reports/{reportId} has no operationId:"
        " it is called 'getReportsByReportId'"
    ]
    assert done.stdout.endswith("ok: 0 errors, 1 warning; 4 of 4 generated answers fit\n")
    assert done.exit_code == 0


def test_answer_that_cannot_fit_fails(tmp_path: Path) -> None:
    """A schema that nothing fits is told of once, however many answers it spoils, errors included; exit code 1."""
    impossible = "Impossible: {type: integer, minimum: 5, maximum: 3}\n    Order:"
    answer = "{description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Impossible'}}}}"
    answers = f'"404": {answer}\n        default: {answer}'
    succeeding = '        "200": {description: order'
    text = SHOP.replace("Order:\n", f"{impossible}\n", 1).replace(succeeding, f"        {answers}\n{succeeding}")
    path = written(tmp_path, text)

    done = check(path)

    (line,) = section(done.stdout, "Generated answers that do not fit")
    assert line.startswith("GET /shops/{shop}/orders/{orderId} 404 application/json (Impossible) at /: ")
    assert line.endswith("; and 1 answer more of this schema")
    assert done.stdout.endswith("failed: 0 errors, 0 warnings; 4 of 6 generated answers fit\n")
    assert done.exit_code == 1


def test_example_that_does_not_fit_is_told_of(tmp_path: Path) -> None:
    """It is never answered, and it fails nothing."""
    example = "{schema: {$ref: '#/components/schemas/Order'}, examples: {odd: {value: {orderId: x}}}}"
    text = SHOP.replace("{schema: {$ref: '#/components/schemas/Order'}}}}\n  /reports", f"{example}}}}}\n  /reports")
    path = written(tmp_path, text)

    done = check(path)

    assert section(done.stdout, "Examples that do not fit and are not used") == [
        "GET /shops/{shop}/orders/{orderId} 200 application/json example 'odd' at /orderId: 'x' is not an integer"
    ]
    assert done.exit_code == 0


def test_operation_without_a_documented_success_is_told_of(tmp_path: Path) -> None:
    """What will be answered 501 is listed with the reason, and so is a success that nobody documents."""
    text = SHOP.replace('"200": {description: r', '"404": {description: r').replace('"201":', '"409":')
    path = written(tmp_path, text)

    done = check(path)

    assert section(done.stdout, "Operations without a documented success") == [
        "POST /shops/{shop}/orders: will answer 200: only 409 is documented",
        "GET /reports/{reportId}: will answer 501: only 404 is documented",
    ]
    assert done.exit_code == 0


def test_overlay_may_mend_what_fails(tmp_path: Path) -> None:
    """The description is checked as its overlays leave it."""
    path = written(tmp_path, SHOP.replace("price: {type: number}", "price: {type: decimal}"))
    actions = "[{target: '$.components.schemas.Order.properties.price', update: {type: number}}]"
    overlay = written(tmp_path, f"overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\nactions: {actions}\n", "fix.yaml")

    assert check(path).exit_code == 1
    assert check(path, "--overlay", overlay).exit_code == 0


@pytest.mark.parametrize("content", [None, "", "[", "title: no description\n", "openapi: 4.0.0\n"])
def test_file_that_is_no_description_is_a_usage_error(tmp_path: Path, content: str | None) -> None:
    """Exit code 2 and one line with its name, as everywhere."""
    path = tmp_path / "shop.yaml"
    if content is not None:
        path.write_text(content)

    done = check(path)

    assert done.exit_code == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert str(path) in line


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_bundled_vendor_passes(vendor: str) -> None:
    """No errors, every answer fits, and what a pack keeps by itself is named, where it does."""
    keeps = bool(bundled_project().load_vendor(vendor).pack.collections)

    done = check(vendor)

    assert done.exit_code == 0, done.stdout
    named = [
        line for line in section(done.stdout, "Collections") if line.startswith("kept by the pack's own handlers: ")
    ]
    assert len(named) == keeps


def test_routes_begins_with_the_coverage(tmp_path: Path) -> None:
    """The same line as in a check, then each operation with the reason; errors are counted on standard error."""
    path = written(tmp_path, SHOP.replace("price: {type: number}", "price: {type: decimal}"))

    done = CliRunner().invoke(main, ["routes", str(path)])

    coverage = next(line for line in check(path).stdout.splitlines() if "collections stateful" in line)
    first, *rest = done.stdout.splitlines()
    assert first == f"shop: {coverage}"
    assert [line.split()[:3] for line in rest] == [
        ["inferred", "GET", "/shops/{shop}/orders"],
        ["inferred", "POST", "/shops/{shop}/orders"],
        ["inferred", "GET", "/shops/{shop}/orders/{orderId}"],
        ["schema", "GET", "/reports/{reportId}"],
    ]
    assert done.stderr == f"  1 error in the description: `sandbooks check {path}` lists them\n"
    assert done.exit_code == 0


def test_strict_refuses_what_breaks_the_rules(tmp_path: Path) -> None:
    """`serve --strict` stops with exit code 2 and each place and cause; without it the rest is served."""
    broken = SHOP.replace("price: {type: number}", "price: {$ref: '#/nowhere'}").replace("description: r,", "")
    path = written(tmp_path, broken)

    done = run("serve", str(path), "--port", "0", "--strict")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{path}: 2 errors in the description; where the server is not strict the rest is served",
        "  /components/schemas/Order/properties/price: the reference '#/nowhere' is left out: nothing stands there",
        "  /paths/~1reports~1{reportId}/get/responses/200/description: a response needs 'description'",
    ]
    with running(str(path)) as (port, _):
        answer = httpx.get(f"http://127.0.0.1:{port}/shop/shops/a/orders")
    assert answer.status_code == 200


def test_strict_serves_a_sound_description(tmp_path: Path) -> None:
    """Warnings do not matter."""
    path = written(tmp_path, SHOP.replace("      operationId: getReport\n", ""))

    with running(str(path), "--strict") as (port, _):
        answer = httpx.get(f"http://127.0.0.1:{port}/shop/shops/a/orders")

    assert answer.status_code == 200


def test_strict_shows_the_first_of_many(tmp_path: Path) -> None:
    """Beyond twenty the rest is counted, with the way to see it."""
    paths = "".join(f"  /p{number}: {{get: {{operationId: o{number}}}}}\n" for number in range(23))
    path = written(tmp_path, f"{HEAD}paths:\n{paths}")

    done = run("serve", str(path), "--port", "0", "--strict")

    lines = done.stderr.splitlines()
    assert len(lines) == 22
    assert lines[-1] == f"  and 3 more; `sandbooks check {path}` lists them"
