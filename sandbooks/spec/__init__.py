"""Descriptions: load, lint, normalise and compile OpenAPI files of any version.

Knows schemas and their libraries, which nothing else imports; must not know handlers, HTTP frameworks or vendors.
"""

from sandbooks.spec.cache import Cache
from sandbooks.spec.description import read_description
from sandbooks.spec.expressions import Expression, Template
from sandbooks.spec.load import load_document
from sandbooks.spec.model import (
    URLENCODED,
    Body,
    Fault,
    Finding,
    Json,
    Link,
    Location,
    MediaType,
    Notification,
    Parameter,
    Requirement,
    Response,
    Schema,
    SecurityScheme,
    bare_type,
    is_form,
    is_json,
    is_xml,
)
from sandbooks.spec.operation import Description, Operation
from sandbooks.spec.parameters import Values

__all__ = [
    "URLENCODED",
    "Body",
    "Cache",
    "Description",
    "Expression",
    "Fault",
    "Finding",
    "Json",
    "Link",
    "Location",
    "MediaType",
    "Notification",
    "Operation",
    "Parameter",
    "Requirement",
    "Response",
    "Schema",
    "SecurityScheme",
    "Template",
    "Values",
    "bare_type",
    "is_form",
    "is_json",
    "is_xml",
    "load_document",
    "read_description",
]
