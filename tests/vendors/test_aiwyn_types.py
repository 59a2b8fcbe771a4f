"""Aiwyn: record types, their fields, and the life of custom types."""

from __future__ import annotations

import pytest

from tests.vendors.aiwyn import CUSTOM, RECORDS, Aiwyn, Json

STANDARD = [
    "Client",
    "Contact",
    "Staff",
    "Payment",
    "Invoice",
    "Job",
    "Wip",
    "Engagement",
    "ClientBusinessEntity",
    "ContactClient",
    "ContactInfo",
    "Department",
    "Industry",
    "JobTemplate",
    "Office",
    "ServiceLine",
]
ASSET = {
    "name": "asset_tag",
    "displayName": "Asset tag",
    "fields": [
        {"name": "tag", "type": "string", "required": True, "nullable": False, "rank": 30},
        {"name": "owner", "type": "reference", "referencedEntityType": "client", "rank": 10},
        {"name": "bought", "type": "date", "displayName": "Bought on", "description": "As on the receipt."},
    ],
}
DEFAULTS = {
    "displayName": None,
    "required": False,
    "nullable": True,
    "description": None,
    "referencedEntityType": None,
}


def test_types_are_listed_with_their_addresses(aiwyn: Aiwyn) -> None:
    """Standard types first, then the tenant's own, inactive ones too
    (Records, List record types, read 2026-11; shape assumed)."""
    answer = aiwyn.get(f"{RECORDS}/types")

    assert 200 == answer.status_code
    types = answer.json()["data"]["entityTypes"]
    assert [*STANDARD, "client_survey", "engagement_letter"] == [each["name"] for each in types]
    assert [True] * 16 == [each["active"] for each in types[:16]]
    assert {
        "name": "client_survey",
        "displayName": "Client survey",
        "description": "Answers to the yearly survey. Given up in 2024.",
        "isCustom": True,
        "active": False,
        "recordsUrl": "/api/v1/records",
        "schemaUrl": "/api/v1/records/schema/client_survey",
    } == types[16]


def test_schema_of_a_standard_type_says_what_can_be_sent(aiwyn: Aiwyn) -> None:
    """Fields with type, need and target; nothing that the server makes
    (Records, Get record schema, read 2026-11; shape assumed)."""
    data = aiwyn.get(f"{RECORDS}/schema/payment").json()["data"]

    assert "Payment" == data["entityType"]
    fields = {field["name"]: field for field in data["fields"]}
    assert {
        "name": "clientId",
        "displayName": "Client id",
        "type": "reference",
        "required": True,
        "nullable": False,
        "description": None,
        "referencedEntityType": "Client",
        "rank": fields["clientId"]["rank"],
    } == fields["clientId"]
    assert ("number", True) == (fields["amount"]["type"], fields["amount"]["required"])
    assert ("datetime", False, True) == tuple(
        fields["confirmationDate"][name] for name in ("type", "required", "nullable")
    )
    assert list(range(len(fields))) == [field["rank"] for field in data["fields"]]
    assert {"id", "systemRef", "createdAt", "updatedAt"}.isdisjoint(fields)


@pytest.mark.parametrize("name", STANDARD)
def test_required_fields_are_enough(aiwyn: Aiwyn, name: str) -> None:
    """What the schema requires suffices for a record, and what it lists is known
    (Records, Get record schema; assumed)."""
    fields = aiwyn.get(f"{RECORDS}/schema/{name}").json()["data"]["fields"]
    values: Json = {"string": "X", "number": 1.5, "reference": {"Client": 789, "Contact": 23456}}
    required = {
        field["name"]: values["reference"][field["referencedEntityType"]]
        if field["type"] == "reference"
        else values[field["type"]]
        for field in fields
        if field["required"]
    }

    assert "CREATED" == aiwyn.upsert(name, **required)["status"]
    for missing in required:
        partial = {each: value for each, value in required.items() if each != missing}
        assert missing == aiwyn.upsert(name, **partial)["error"]["field"]
    nulls = {field["name"]: None for field in fields if field["nullable"]}
    assert "CREATED" == aiwyn.upsert(name, **{**nulls, **required})["status"]


def test_unknown_type_has_no_schema(aiwyn: Aiwyn) -> None:
    """404 for a type that does not exist (Records, Get record schema; assumed)."""
    answer = aiwyn.get(f"{RECORDS}/schema/Customer")

    assert 404 == answer.status_code
    assert "NOT_FOUND" == answer.json()["error"]["code"]


def test_new_custom_type_is_there_at_once(aiwyn: Aiwyn) -> None:
    """201, listed, described in the order of ranks, and legal for records
    (Records, Create custom record type, read 2026-11)."""
    answer = aiwyn.post(CUSTOM, ASSET)

    assert 201 == answer.status_code
    created = answer.json()["data"]
    assert {
        "id": 3,
        "name": "asset_tag",
        "displayName": "Asset tag",
        "description": None,
        "isCustom": True,
        "active": True,
        "recordsUrl": "/api/v1/records",
        "schemaUrl": "/api/v1/records/schema/asset_tag",
        "fields": [
            {**DEFAULTS, "name": "tag", "type": "string", "required": True, "nullable": False, "rank": 30},
            {**DEFAULTS, "name": "owner", "type": "reference", "referencedEntityType": "Client", "rank": 10},
            {
                **DEFAULTS,
                "name": "bought",
                "type": "date",
                "displayName": "Bought on",
                "description": "As on the receipt.",
                "rank": 2,
            },
        ],
    } == created
    assert "asset_tag" in [each["name"] for each in aiwyn.get(f"{RECORDS}/types").json()["data"]["entityTypes"]]
    schema = aiwyn.get(created["schemaUrl"]).json()["data"]
    assert ("asset_tag", ["bought", "owner", "tag"]) == (
        schema["entityType"],
        [field["name"] for field in schema["fields"]],
    )
    assert "CREATED" == aiwyn.upsert("asset_tag", {"n": 1}, tag="A-1", owner=789, bought="2025-01-31")["status"]
    assert created == aiwyn.get(f"{CUSTOM}/asset_tag").json()["data"]


def test_custom_types_are_listed(aiwyn: Aiwyn) -> None:
    """Every custom type as a single one shows it, inactive ones too
    (Records, List custom record types; shape assumed)."""
    listed = aiwyn.get(CUSTOM).json()["data"]["customTypes"]

    assert ["client_survey", "engagement_letter"] == [each["name"] for each in listed]
    assert listed == [aiwyn.get(f"{CUSTOM}/{each['name']}").json()["data"] for each in listed]


@pytest.mark.parametrize("name", ["engagement_letter", "client_survey", "client", "wip"])
def test_taken_name_is_refused(aiwyn: Aiwyn, name: str) -> None:
    """A name is taken by any other type, standard or custom, active or not
    (Records, Create custom record type; code assumed)."""
    before = aiwyn.state()

    answer = aiwyn.post(CUSTOM, {**ASSET, "name": name})

    assert 400 == answer.status_code
    assert "DUPLICATE_NAME" == answer.json()["error"]["code"]
    assert before == aiwyn.state()


BAD_TYPES: list[tuple[Json, str]] = [
    ({"name": None}, "name"),
    ({"name": "Asset"}, "name"),
    ({"name": "1asset"}, "name"),
    ({"name": "a"}, "name"),
    ({"name": "asset-tag"}, "name"),
    ({"name": "a" * 64}, "name"),
    ({"fields": None}, "fields"),
    ({"fields": []}, "fields"),
    ({"fields": [{"type": "string"}]}, "fields.0.name"),
    ({"fields": [{"name": "x"}]}, "fields.0.type"),
    ({"fields": [{"name": "x", "type": "text"}]}, "fields.0.type"),
    ({"fields": [{"name": "x", "type": "string"}, {"name": "x", "type": "date"}]}, "fields.1.name"),
    ({"fields": [{"name": "x", "type": "reference"}]}, "fields.0.referencedEntityType"),
    (
        {"fields": [{"name": "x", "type": "reference", "referencedEntityType": "Customer"}]},
        "fields.0.referencedEntityType",
    ),
]


@pytest.mark.parametrize(("changes", "field"), BAD_TYPES)
def test_bad_custom_type_is_refused(aiwyn: Aiwyn, changes: Json, field: str) -> None:
    """Names have a form, fields a name and a known type, references a target
    (Records, Create custom record type; rules assumed)."""
    before = aiwyn.state()

    answer = aiwyn.post(CUSTOM, {**ASSET, **changes})

    assert 400 == answer.status_code
    assert "VALIDATION_ERROR" == answer.json()["error"]["code"]
    assert field == answer.json()["error"]["details"][0]["field"]
    assert before == aiwyn.state()


def test_change_touches_only_what_was_sent(aiwyn: Aiwyn) -> None:
    """Only `displayName` sent: everything else stays, also where null is no value
    (Records, Update custom record type, read 2026-11)."""
    before = aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]

    answer = aiwyn.put(f"{CUSTOM}/engagement_letter", {"displayName": "Letter", "fields": None, "active": None})

    assert 200 == answer.status_code
    assert {**before, "displayName": "Letter"} == answer.json()["data"]
    assert {**before, "displayName": None} == aiwyn.put(f"{CUSTOM}/engagement_letter", {"displayName": None}).json()[
        "data"
    ]


def test_sent_fields_replace_the_whole_array(aiwyn: Aiwyn) -> None:
    """Dropped fields are hidden, their stored values kept for when they come back
    (Records, Update custom record type; assumed)."""
    fields = aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]["fields"]
    fewer = [field for field in fields if field["name"] != "fee"]

    assert fewer == aiwyn.put(f"{CUSTOM}/engagement_letter", {"fields": fewer}).json()["data"]["fields"]

    refused = aiwyn.upsert("engagement_letter", {"dms": "L-2023-118"}, fee=1)
    assert ("FAILED", "fee") == (refused["status"], refused["error"]["field"])
    assert "UPDATED" == aiwyn.upsert("engagement_letter", {"dms": "L-2023-118"}, title="Renamed")["status"]
    stored = aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/records/1").json()["attributes"]
    assert ("Renamed", 50000) == (stored["title"], stored["fee"])


def test_bad_change_leaves_the_type_as_it_was(aiwyn: Aiwyn) -> None:
    """Fields are checked as those of a new type (Records, Update custom record type; assumed)."""
    before = aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]
    twice = [{"name": "x", "type": "string"}, {"name": "x", "type": "string"}]

    assert 400 == aiwyn.put(f"{CUSTOM}/engagement_letter", {"displayName": "X", "fields": twice}).status_code
    assert 400 == aiwyn.put(f"{CUSTOM}/engagement_letter", {"displayName": "X", "fields": []}).status_code
    assert before == aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]


def test_deactivated_type_is_kept_and_can_be_revived(aiwyn: Aiwyn) -> None:
    """DELETE makes it inactive, twice if need be; PUT `active` true revives it
    (Records, Deactivate custom record type; assumed)."""
    for _ in range(2):
        answer = aiwyn.delete(f"{CUSTOM}/engagement_letter")
        assert 200 == answer.status_code
        assert (False, True) == (answer.json()["data"]["active"], answer.json()["data"]["isCustom"])
    assert "RECORD_TYPE_INACTIVE" == aiwyn.upsert("engagement_letter", title="T", client=789)["error"]["code"]
    listed = aiwyn.get(f"{RECORDS}/types").json()["data"]["entityTypes"]
    assert [False] == [each["active"] for each in listed if each["name"] == "engagement_letter"]

    assert aiwyn.put(f"{CUSTOM}/engagement_letter", {"active": True}).json()["data"]["active"]

    assert "CREATED" == aiwyn.upsert("engagement_letter", title="T", client=789)["status"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["nothing_here", "Client"])
def test_unknown_custom_type_is_not_found(aiwyn: Aiwyn, method: str, name: str) -> None:
    """404 for a name that no custom type has; standard types are not custom
    (Records, Get custom record type, read 2026-11)."""
    answer = aiwyn.call(method, f"{CUSTOM}/{name}", {} if method == "PUT" else None)

    assert 404 == answer.status_code
    assert "NOT_FOUND" == answer.json()["error"]["code"]


def test_reference_between_custom_types_is_checked(aiwyn: Aiwyn) -> None:
    """A reference to a custom type means a record of that type, not of another
    (Records, Create custom record type; assumed)."""
    field = {"name": "letter", "type": "reference", "referencedEntityType": "engagement_letter"}
    assert 201 == aiwyn.post(CUSTOM, {"name": "reminder", "fields": [field]}).status_code

    assert "CREATED" == aiwyn.upsert("reminder", letter=1)["status"]
    assert "REFERENCE_NOT_FOUND" == aiwyn.upsert("reminder", letter=3)["error"]["code"]
    assert "REFERENCE_NOT_FOUND" == aiwyn.upsert("reminder", letter=99)["error"]["code"]


def test_changed_fields_meet_records_that_are_there(aiwyn: Aiwyn) -> None:
    """A field of another type leaves stored values alone until they are sent anew; one that became required has to come
    with the next change, but a record can be given up without it
    (Records, Update custom record type: a change of fields may affect stored data, read 2026-11; how is assumed)."""
    client = {"name": "who", "type": "reference", "referencedEntityType": "Client"}
    aiwyn.post(CUSTOM, {"name": "visit", "fields": [{"name": "count", "type": "string"}, client]})
    ref = {"n": 1}
    id = aiwyn.upsert("visit", ref, count="7", who=789)["id"]
    office = {**client, "referencedEntityType": "Office"}
    fields = [{"name": "count", "type": "integer"}, office, {"name": "on", "type": "date", "required": True}]
    assert 200 == aiwyn.put(f"{CUSTOM}/visit", {"fields": fields}).status_code

    refused: list[tuple[Json, str, str]] = [
        ({"count": 8}, "VALIDATION_ERROR", "on"),
        ({"on": "2025-02-03", "count": "8"}, "VALIDATION_ERROR", "count"),
        ({"on": "2025-02-03", "who": 789}, "REFERENCE_NOT_FOUND", "who"),
    ]
    for sent, code, field in refused:
        result = aiwyn.upsert("visit", ref, **sent)
        assert (id, "FAILED", code, field) == (
            result["id"],
            result["status"],
            result["error"]["code"],
            result["error"]["field"],
        )
    assert {"count": "7", "who": 789} == stored_attributes(aiwyn, id)
    assert "DELETED" == aiwyn.write("DELETE", {"type": "visit", "systemRef": ref})["records"][0]["status"]
    assert "UPDATED" == aiwyn.upsert("visit", ref, on="2025-02-03")["status"]
    assert {"count": "7", "who": 789, "on": "2025-02-03"} == stored_attributes(aiwyn, id)
    assert "UPDATED" == aiwyn.upsert("visit", ref, count=8, who=1)["status"]
    assert {"count": 8, "who": 1, "on": "2025-02-03"} == stored_attributes(aiwyn, id)


def test_type_of_one_name_belongs_to_each_tenant(aiwyn: Aiwyn) -> None:
    """Two tenants have a type of the same name with other fields, and neither sees the other's
    (Records, Create custom record type, read 2026-11; tenants assumed)."""
    theirs = {"name": "engagement_letter", "fields": [{"name": "page", "type": "integer"}]}
    ours = aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]

    assert 201 == aiwyn.post(CUSTOM, theirs, who="other-tenant").status_code
    record = {"type": "engagement_letter", "systemRef": {"dms": "L-2024-006"}, "attributes": {"page": 3}}
    assert ["CREATED"] == [result["status"] for result in aiwyn.write("POST", record, who="other-tenant")["records"]]
    assert ["FAILED"] == [result["status"] for result in aiwyn.write("POST", record)["records"]]

    assert ours == aiwyn.get(f"{CUSTOM}/engagement_letter").json()["data"]
    listed = aiwyn.get(CUSTOM, who="other-tenant").json()["data"]["customTypes"]
    assert [("engagement_letter", ["page"])] == [
        (each["name"], [field["name"] for field in each["fields"]]) for each in listed
    ]


def stored_attributes(aiwyn: Aiwyn, id: int) -> Json:
    return aiwyn.door.get(f"/@{aiwyn.sandbox}/_sandbox/state/aiwyn/records/{id}").json()["attributes"]
