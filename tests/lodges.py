"""A description with OAuth of a test's own: a lodge, whose pack gives out tokens and asks for consent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbooks import Pack
from sandbooks.spec import read_description
from sandbooks.vendor import Vendor
from tests.serving import Door, serve

DESCRIPTION = """
openapi: 3.0.3
info: {title: "Lodge <b>", version: "1"}
security:
  - token: []
  - oauth: [rooms.read]
paths:
  /authorize:
    get:
      operationId: authorize
      security: []
      parameters:
        - {name: scope, in: query, required: true, schema: {type: string, enum: [rooms.read]}}
      responses:
        "200": {description: A page.}
        "302": {description: Back.}
  /houses/{house}/authorize:
    get:
      operationId: authorizeHouse
      security: []
      parameters:
        - {name: house, in: path, required: true, schema: {type: string}}
      responses:
        "302": {description: Back.}
  /token:
    post:
      operationId: getToken
      security: []
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, required: [code], properties: {code: {type: string, minLength: 40}}}
      responses:
        "200": {description: A token.}
  /rooms:
    get:
      operationId: listRooms
      responses:
        "200": {description: Rooms., content: {application/json: {schema: {type: object}}}}
    post:
      operationId: createRoom
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [name], properties: {name: {type: string}}}
      responses:
        "201": {description: A room., content: {application/json: {schema: {type: object}}}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    oauth:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: /authorize
          tokenUrl: /token
          scopes:
            rooms.read: See the rooms.
            rooms.write: Change <i>rooms</i>.
"""
FULL = {"Authorization": "Bearer lodge-full"}
OTHER = {"Authorization": "Bearer lodge-other-tenant"}


def lodge(pack: Pack, folder: Path, *, description: str = DESCRIPTION, **settings: Any) -> Door:  # as `Settings`
    """A lodge that starts empty, whose pack is the test's own."""
    file = folder / "lodge.yaml"
    file.write_text(description)
    chosen = {"profile": "empty", **settings}
    return serve(Vendor(pack, read_description(file, id="lodge")), **chosen)
