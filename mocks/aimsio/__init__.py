"""Aimsio."""

from sandbooks import Collection, Pack, Queue

from . import imports, reads
from .auth import UserScheme, authorise
from .errors import AimsioErrors
from .nrbs import NRB

COLLECTIONS = (
    Collection("nrbs", "StoredNonrecurringBillableItem", id="nrbGuid", ids="string",
               unique=(("nrbExternalId",), ("nrbOriginReference",)),
               indexes=("nrbJobOrderNumber", "nrbVendorCode", "nrbParentGuid")),
)

pack = Pack(
    "aimsio",
    auth=UserScheme(),
    errors=AimsioErrors(),
    authorise=authorise,
    collections=COLLECTIONS,
    limits=[Queue(10, 1.0, parallel=10, max_wait_s=5.0, by="account", sequential_free=True, least_s=0.05)],
)

for entity, imported, listed, got in ((NRB, "importNRBs", "listNRBs", "getNRB"),):
    if imported:
        pack.handles(imported, collection=entity.collection)(imports.importer(entity))
    pack.handles(listed, collection=entity.collection)(reads.lister(entity))
    pack.handles(got, collection=entity.collection)(reads.getter(entity))
