"""Aiwyn, practice automation for accounting firms: reads under `/gql/v1`, writes through the Records API.

The vendor's documentation (https://api.doc.aiwyn.ai, read 2026-11) leaves much open. What was assumed bears a number
(A2 to A40) and is kept in one place:

- A2 `/v1/X` is `/gql/v1/X`: `entities.ALIAS`. A4, A5 the exchange of keys: `auth.exchange_token`. A6 which role may do
  what: `x-roles` of the description. A7, A10, A11 statuses, shape and codes of refusals: `errors`.
- A8 names of rows, A15 orders, A16, A18, A22 filters and reference tags: `entities`. A9, A40 envelopes: `views`.
- A12, A13, A21 paging: `reads`. A14 the language of searches: `where`, `operators`.
- A20, A25, A26 records of standard types feed the reads, are found by systemRef and merge: `kinds`. A24, A27 results
  and revival: `records`. A23 amounts that nobody sent: `amounts`. A28 to A33 types: `types`, the description.
- A17, A34 to A37 subscriptions: `subscriptions`. A19 files: `files`. A38 tenants: the engine. A39 no status machine.

Where the documentation contradicts itself:

- `page` is the index of a page, not a count of rows to skip. `limit` and `pageSize` are one thing in searches;
  without either a search gives one row, a list fifty.
- Conditions know camel case and snake case; rows of engagements are in snake case, other rows in camel case, but for
  `pms_invoice_number`.
- An entity has two faces, a row and a single object, made from one stored document. The type of a WIP row (TIME) is
  `type`, that of the single object (BILLABLE) is kept as `billingType`.
- `error` is null on success. An invoice may be SENT, though lists cannot be filtered by that. A project may name an
  engagement while another one lists it.
- Changes are PUT, also where an example prints none. Credentials are exchanged for tokens; there is no OAuth.

Where it is silent and the sandbox had to choose:

- Dates of records may come without a time (then it is the first of the day) or a zone (then it is UTC).
- A record that the control API puts or deletes is announced as one of a batch is; what is gone is told as inactive.
- A comparison with null is false, so `_not` of it is true. Date filters of lists look at the date that a caller can
  set (confirmation, issue, logging, start), else at `createdAt`; an `endDate` without a time means the whole day.
- Of two items with one type and systemRef in a batch the second fails, whatever became of the first.
- Ranks of fields count from 0. A custom type cannot refer to itself when it is made.
- A key that names no sandbox gives a token for the sandbox in which it is exchanged; one that names another, exchanged
  at the plain address, is exchanged in that one, by its clock.
- `_regex` is RE2's: linear in time, whatever the pattern. Amounts of 2^53 and more are refused.
"""

from sandbooks import Pack

from . import files, reads, records, seeds, subscriptions, types
from .auth import TokenScheme, authorise, exchange_token, sandbox_in_exchange
from .entities import ALIAS, COLLECTIONS, ENTITIES
from .errors import AiwynErrors

pack = Pack(
    "aiwyn",
    auth=TokenScheme(),
    errors=AiwynErrors(),
    collections=COLLECTIONS,
    authorise=authorise,
    sandbox_in_body=sandbox_in_exchange,
    webhooks=subscriptions.WEBHOOKS,
)

pack.handles("exchangeToken")(exchange_token)

for entity in ENTITIES:
    for handler, operation in (
        (reads.list_rows, entity.listed),
        (reads.search_rows, entity.searched),
        (reads.get_one, entity.got),
    ):
        if operation:
            pack.handles(operation, operation + ALIAS, collection=entity.collection)(handler)

pack.handles("createOrUpdateRecords", collection="records")(records.upsert_records)
pack.handles("updateRecords", collection="records")(records.update_records)
pack.handles("deactivateRecords", collection="records")(records.deactivate_records)

pack.handles("getRecordTypes", collection="custom")(types.get_record_types)
pack.handles("getRecordSchema", collection="custom")(types.get_record_schema)
pack.handles("getCustomRecordTypes", collection="custom")(types.get_custom_types)
pack.handles("createCustomRecordType", collection="custom")(types.create_custom_type)
pack.handles("getCustomRecordType", collection="custom")(types.get_custom_type)
pack.handles("updateCustomRecordType", collection="custom")(types.update_custom_type)
pack.handles("deactivateCustomRecordType", collection="custom")(types.deactivate_custom_type)

pack.handles("getEventSubscriptionCatalog", collection="event-subscriptions")(subscriptions.get_catalog)
pack.handles("getEventSubscriptions", collection="event-subscriptions")(subscriptions.list_subscriptions)
pack.handles("createEventSubscription", collection="event-subscriptions")(subscriptions.create_subscription)
pack.handles("getEventSubscription", collection="event-subscriptions")(subscriptions.get_subscription)
pack.handles("updateEventSubscription", collection="event-subscriptions")(subscriptions.update_subscription)
pack.handles("deactivateEventSubscription", collection="event-subscriptions")(subscriptions.deactivate_subscription)
pack.handles("getSubscriptionSecret", collection="event-subscriptions")(subscriptions.get_secret)

pack.handles("getFile", collection="files")(files.get_file)

for kept in COLLECTIONS:
    pack.seeds(kept.name)(seeds.Seeder(kept.name, kept.schema))
