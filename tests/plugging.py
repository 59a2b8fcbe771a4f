"""A project of a user in a folder of its own, and test runs in it: what tests of the plugin are written with."""

from __future__ import annotations

import shutil
from textwrap import dedent

import httpcore
import pytest
import uvloop

import sandbooks.starting
from sandbooks import listening
from tests.packed import PETSHOP

# A run within this process forgets every module that it was the first to load. One that is loaded twice is two: what
# others have kept of the first (httpx of its transport's errors, say) would not know what the second one raises.
LOADED = (httpcore, uvloop, listening, sandbooks.starting)

PACK = '''
from sandbooks import Bearer, Call, Endpoint, Event, Pack, PerMinute, Reply, Webhooks

def subscribers(call, event):
    """Whoever a pet's name points to."""
    yield Endpoint("1", event.data["name"], "")

pack = Pack("shop", limits=[PerMinute(5)], webhooks=Webhooks(subscribers))

@pack.handles("createPet", collection="pets")
def create_pet(call: Call) -> Reply:
    """Stumble over some prices, answer others wrongly, announce those that are named by an address."""
    if call.body["price"] == 13:
        raise ZeroDivisionError("thirteen of them")
    if call.body["price"] == 17:
        return Reply(201, {"name": "no price"})
    if call.body["price"] == 19:
        call.collection("pets").put(call.body)
        raise SystemExit("nineteen of them")
    pet = call.collection("pets").put(call.body)
    if pet["name"].startswith("http"):
        call.emit(Event("pet.created", pet))
    return Reply(201, pet)
'''
INI = """
[pytest]
sandbooks_project = .
sandbooks_profile = empty
"""


def project(pytester: pytest.Pytester, ini: str = INI) -> None:
    """A project with one vendor, `shop`, whose pack raises for 13 and 19 and answers wrongly for 17."""
    folder = pytester.mkdir("specs") / "shop"
    folder.mkdir()
    shutil.copy(PETSHOP, folder / "openapi.yaml")
    pack = pytester.mkdir("mocks") / "shop"
    pack.mkdir()
    (pack / "__init__.py").write_text(PACK)
    pytester.makefile(".ini", pytest=ini)


def run(pytester: pytest.Pytester, test: str, *arguments: str, process: bool = False) -> pytest.RunResult:
    """A run of one file of tests, in this process or in one of its own."""
    pytester.makepyfile(test_shop=dedent(test))
    if process:
        return pytester.runpytest_subprocess(*arguments)
    return pytester.runpytest_inprocess(*arguments)
