"""What the specifications allow where: the objects of Swagger 2.0, OpenAPI 3.0 and 3.1, their fields and kinds.

Knows the words of the formats; must not know how a description is read or served.

A line of a table is the name of an object and its fields, `name:kind`, `name!:kind` where it is required. Kinds:
`any`, `text`, `word` (a text that is a number where somebody forgot its quotes), `flag`, `number`, `count` (a whole
number from 0), `[kind]` a list, `{kind}` a mapping of names, `=a,b` one of these texts, `thing` an object of this
table, `&thing` the same or a reference to one, `kind/kind` either. `*:kind` stands for the fields that have no name of
their own, `...` for fields that nobody minds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, TypeAlias

from sandbooks.spec.model import SHARED_METHODS

Version: TypeAlias = Literal["2.0", "3.0", "3.1"]
Form: TypeAlias = Literal["any", "text", "word", "flag", "number", "count", "choice", "list", "map", "object", "either"]

_BOUNDS: Final = """multipleOf:number maximum:number minimum:number maxLength:count minLength:count pattern:text
    maxItems:count minItems:count uniqueItems:flag enum:[any] default:any format:text"""
_SHARED: Final = """
contact         name:text url:text email:text
docs            description:text url!:text
tag             name!:text description:text externalDocs:docs
requirement     *:[text]
xml             name:text namespace:text prefix:text attribute:flag wrapped:flag
"""
_SCHEMA: Final = f"""{_BOUNDS} title:text description:text maxProperties:count minProperties:count required:[text]
    allOf:[&schema] properties:{{&schema}} additionalProperties:&schema/flag readOnly:flag xml:xml externalDocs:docs
    example:any"""
_SCHEMA_3: Final = f"""{_SCHEMA} writeOnly:flag nullable:flag deprecated:flag discriminator:discriminator
    oneOf:[&schema] anyOf:[&schema] not:&schema items:&schema"""
_METHODS: Final = " ".join(f"{name}:operation" for name in SHARED_METHODS)

_SWAGGER_20: Final = f"""{_SHARED}
root            swagger!:word info!:info host:text basePath:text schemes:[=http,https,ws,wss] consumes:[text]
                produces:[text] paths!:paths definitions:{{&schema}} parameters:{{&parameter}}
                responses:{{&response}} securityDefinitions:{{scheme}} security:[requirement] tags:[tag]
                externalDocs:docs
info            title!:text description:text termsOfService:text contact:contact license:license version!:word
license         name!:text url:text
paths           *:item
item            $ref:text {_METHODS} parameters:[&parameter]
operation       tags:[text] summary:text description:text externalDocs:docs operationId:text consumes:[text]
                produces:[text] parameters:[&parameter] responses!:responses schemes:[=http,https,ws,wss]
                deprecated:flag security:[requirement]
responses       *:&response
response        description!:text schema:&schema headers:{{header}} examples:{{any}}
parameter       name!:text in!:=path,query,header,formData,body description:text required:flag allowEmptyValue:flag
                type:=string,number,integer,boolean,array,file items:items schema:&schema exclusiveMaximum:flag
                exclusiveMinimum:flag collectionFormat:=csv,ssv,tsv,pipes,multi {_BOUNDS}
items           type!:=string,number,integer,boolean,array items:items exclusiveMaximum:flag exclusiveMinimum:flag
                collectionFormat:=csv,ssv,tsv,pipes {_BOUNDS}
header          type!:=string,number,integer,boolean,array items:items exclusiveMaximum:flag exclusiveMinimum:flag
                collectionFormat:=csv,ssv,tsv,pipes description:text {_BOUNDS}
schema          {_SCHEMA} exclusiveMaximum:flag exclusiveMinimum:flag items:&schema/[&schema] discriminator:text
                type:=array,boolean,file,integer,null,number,object,string/[=array,boolean,integer,null,number,object,string]
scheme          type!:=basic,apiKey,oauth2 description:text name:text in:=query,header
                flow:=implicit,password,application,accessCode authorizationUrl:text tokenUrl:text scopes:scopes
scopes          *:text
"""

_OPENAPI_3: Final = f"""{_SHARED}
server          url!:text description:text variables:{{variable}}
variable        enum:[text] default!:text description:text
paths           *:item
responses       *:&response
parameter       name!:text in!:=path,query,header,cookie description:text required:flag deprecated:flag
                allowEmptyValue:flag style:text explode:flag allowReserved:flag schema:&schema content:{{media}}
                example:any examples:{{&example}}
body            description:text content!:{{media}} required:flag
media           schema:&schema example:any examples:{{&example}} encoding:{{encoding}}
response        description!:text headers:{{&header}} content:{{media}} links:links
links           *:&link
example         summary:text description:text value:any externalValue:text
link            operationRef:text operationId:text parameters:{{any}} requestBody:any description:text server:server
discriminator   propertyName!:text mapping:{{text}}
implicit        authorizationUrl!:text refreshUrl:text scopes!:scopes
password        tokenUrl!:text refreshUrl:text scopes!:scopes
code            authorizationUrl!:text tokenUrl!:text refreshUrl:text scopes!:scopes
flows           implicit:implicit password:password clientCredentials:password authorizationCode:code
scopes          *:text
"""
_OPERATION_3: Final = """tags:[text] summary:text description:text externalDocs:docs operationId:text
    parameters:[&parameter] requestBody:&body callbacks:{&callback} deprecated:flag security:[requirement]
    servers:[server]"""
_COMPONENTS_3: Final = """schemas:{&schema} responses:{&response} parameters:{&parameter} examples:{&example}
    requestBodies:{&body} headers:{&header} securitySchemes:{&scheme} links:{&link} callbacks:{&callback}"""
_HEADER_3: Final = """description:text required:flag deprecated:flag style:=simple explode:flag schema:&schema
    content:{media} example:any examples:{&example}"""
_SCHEME_3: Final = """description:text name:text in:=query,header,cookie scheme:text bearerFormat:text flows:flows
    openIdConnectUrl:text"""
_ENCODING_3: Final = """contentType:text headers:{&header} style:=form,spaceDelimited,pipeDelimited,deepObject
    explode:flag allowReserved:flag"""

_OPENAPI_30: Final = f"""{_OPENAPI_3}
root            openapi!:word info!:info servers:[server] paths!:paths components:components security:[requirement]
                tags:[tag] externalDocs:docs
info            title!:text description:text termsOfService:text contact:contact license:license version!:word
license         name!:text url:text
components      {_COMPONENTS_3}
item            $ref:text summary:text description:text {_METHODS} trace:operation servers:[server]
                parameters:[&parameter]
operation       {_OPERATION_3} responses!:responses
callback        *:item
header          {_HEADER_3} allowEmptyValue:flag allowReserved:flag
encoding        {_ENCODING_3}
scheme          type!:=apiKey,http,oauth2,openIdConnect {_SCHEME_3}
schema          {_SCHEMA_3} exclusiveMaximum:flag exclusiveMinimum:flag
                type:=array,boolean,integer,number,object,string
"""

_OPENAPI_31: Final = f"""{_OPENAPI_3}
root            openapi!:word info!:info jsonSchemaDialect:text servers:[server] paths:paths webhooks:{{&item}}
                components:components security:[requirement] tags:[tag] externalDocs:docs
info            title!:text summary:text description:text termsOfService:text contact:contact license:license
                version!:word
license         name!:text identifier:text url:text
components      {_COMPONENTS_3} pathItems:{{&item}}
item            $ref:text summary:text description:text {_METHODS} trace:operation servers:[server]
                parameters:[&parameter]
operation       {_OPERATION_3} responses:responses
callback        *:&item
header          {_HEADER_3}
encoding        {_ENCODING_3}
scheme          type!:=apiKey,http,mutualTLS,oauth2,openIdConnect {_SCHEME_3}
schema          {_SCHEMA_3} exclusiveMaximum:number exclusiveMinimum:number
                type:=array,boolean,integer,null,number,object,string/[=array,boolean,integer,null,number,object,string]
                prefixItems:[&schema] contains:&schema unevaluatedItems:&schema unevaluatedProperties:&schema
                propertyNames:&schema patternProperties:{{&schema}} dependentSchemas:{{&schema}} $defs:{{&schema}}
                if:&schema then:&schema else:&schema examples:[any] dependentRequired:{{[text]}} ...
"""

_TABLES: Final[Mapping[Version, str]] = {"2.0": _SWAGGER_20, "3.0": _OPENAPI_30, "3.1": _OPENAPI_31}
_PLAIN: Final[Mapping[str, Form]] = {form: form for form in ("any", "text", "word", "flag", "number", "count")}
_TYPES: Final[Mapping[str, frozenset[type]]] = {
    "any": frozenset({str, bool, int, float, list, dict, type(None)}),
    "text": frozenset({str}),
    "word": frozenset({str}),
    "flag": frozenset({bool}),
    "number": frozenset({int, float}),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be. `kinds` are the alternatives of `either`, the one element of `list` and `map`.

    A value of one of the `plain` types needs no second look.
    """

    form: Form
    kinds: tuple[Kind, ...] = ()
    name: str = ""
    choices: tuple[str, ...] = ()
    may_refer: bool = False
    plain: frozenset[type] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """The fields of one object. `others` is what fields must be that are not listed: None where there may be none."""

    name: str
    fields: Mapping[str, Kind] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    others: Kind | None = None


@cache
def elements_of(version: Version) -> Mapping[str, Element]:
    """Every object of a version by its name in the tables; `root` is the whole description."""
    elements: dict[str, Element] = {}
    name, words = "", list[str]()
    for line in (*_TABLES[version].splitlines(), "end"):
        if line[:1].isalpha():
            if name:
                elements[name] = _element(name, words)
            name, *words = line.split()
        else:
            words += line.split()
    return elements


def _element(name: str, words: list[str]) -> Element:
    fields: dict[str, Kind] = {}
    required = []
    others: Kind | None = None
    for word in words:
        if word == "...":
            others = Kind("any")
            continue
        written, _, kind = word.partition(":")
        if written == "*":
            others = _kind(kind)
            continue
        key = written.removesuffix("!")
        fields[key] = _kind(kind)
        required += [key] if key != written else []
    return Element(name, fields, tuple(required), others)


def _kind(text: str) -> Kind:
    parts = text.split("/")
    if len(parts) > 1:
        return Kind("either", tuple(map(_kind, parts)))
    if text in _PLAIN:
        return Kind(_PLAIN[text], plain=_TYPES.get(text, frozenset()))
    match text[0]:
        case "[":
            return Kind("list", (_kind(text[1:-1]),))
        case "{":
            return Kind("map", (_kind(text[1:-1]),))
        case "=":
            return Kind("choice", choices=tuple(text[1:].split(",")))
    return Kind("object", name=text.removeprefix("&"), may_refer=text.startswith("&"))
