"""A server that is killed over and over: `python -m tests.crashing FOLDER PORT`.

For each line on standard input another process serves the folder on that port, as a fork of this one, which has loaded
everything already; its process id is printed once it is about to serve.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import uvicorn

from sandbooks import Call, Pack, Reply
from sandbooks.control import attach_control
from sandbooks.server import Server, Settings
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.packed import PETSHOP

PADDING = "x" * 20_000
"""Makes a log of a few hundred sales long enough to be compacted, while the state stays small."""

pack = Pack("petshop")


@pack.handles("createPet")
def sell_pet(call: Call) -> Reply:
    """Two documents in one transaction: the pet, and the till with all that was paid."""
    sold = call.store.table("pets").put({"name": call.body["name"], "price": call.body["price"]})
    till = call.store.table("tills")
    paid = till.find_one("shop") or {"id": "shop", "paid": 0, "sold": 0}
    counted = {**paid, "paid": paid["paid"] + sold["price"], "sold": paid["sold"] + 1, "padding": PADDING}
    if paid["sold"]:
        till.replace("shop", counted)
    else:
        till.put(counted)
    return Reply(201, sold)


@pack.handles("listPets")
def count_pets(call: Call) -> Reply:
    """What the till says, and what the pets say."""
    till = call.store.table("tills").find_one("shop") or {"paid": 0, "sold": 0}
    sold = list(call.store.table("pets").views())
    pets = {"paid": sum(pet["price"] for pet in sold), "sold": len(sold)}
    return Reply(200, [{"paid": till["paid"], "sold": till["sold"]}, pets])


def serve(vendor: Vendor, folder: Path, listener: socket.socket) -> None:
    """Serve until killed, or told to stop."""
    server = Server([vendor], lambda vendor, profile: None, Settings(profile="empty", data=folder))
    attach_control(server, admin_token=None, loopback=True)
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    config = uvicorn.Config(server, loop="uvloop", http="httptools", lifespan="on", log_level="error")
    uvicorn.Server(config).run(sockets=[listener])


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    vendor = Vendor(pack, read_description(PETSHOP, id="petshop"))
    listener = socket.create_server(("127.0.0.1", port))
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            serve(vendor, folder, listener)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
