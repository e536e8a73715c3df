"""The shape of what a widget may send: sessions and socket frames. Unknown fields are ignored, as clients' are."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, field_validator

Seq = Annotated[int, Field(ge=0, le=2**53, strict=True)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]


class Person(BaseModel):
    """What a page says of its user."""

    external_id: Short | None = None
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] | None = None
    name: Short | None = None
    hash: Annotated[str, StringConstraints(max_length=128)] | None = None

    @field_validator("external_id", "email", "name", "hash")
    @classmethod
    def storable(cls, value: str | None) -> str | None:
        """Refuse what no database column can hold."""
        if value is not None and ("\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)):
            raise ValueError("holds control characters")
        return value

    @field_validator("email")
    @classmethod
    def looks_like_an_email(cls, value: str | None) -> str | None:
        """Refuse what cannot be an address; whether it is theirs is another question."""
        if value and ("@" not in value or any(char.isspace() for char in value)):
            raise ValueError("is no email address")
        return value


class Page(BaseModel):
    model_config = ConfigDict(extra="ignore")
    url: str = ""
    title: str = ""
    referrer: str = ""
    language: str = ""
    timezone: str = ""


class SessionRequest(BaseModel):
    key: Short
    visitor: Annotated[str, StringConstraints(max_length=200)] | None = None
    user: Person | None = None
    page: Page | None = None


class TrackRequest(BaseModel):
    key: Short
    visitor: Annotated[str, StringConstraints(max_length=200)] | None = None
    name: Annotated[str, StringConstraints(max_length=80)]
    data: dict[str, Any] = {}


class Auth(BaseModel):
    type: Literal["auth"]
    visitor: Annotated[str, StringConstraints(max_length=200)]


class Send(BaseModel):
    type: Literal["send"]
    client_id: uuid.UUID
    text: str


class Typing(BaseModel):
    type: Literal["typing"]


class Read(BaseModel):
    type: Literal["read"]
    seq: Seq


class Resume(BaseModel):
    type: Literal["resume"]
    after: Seq


class History(BaseModel):
    type: Literal["history"]
    before: Seq


class PageSeen(BaseModel):
    type: Literal["page"]
    url: str = ""
    title: str = ""


Incoming = Auth | Send | Typing | Read | Resume | History | PageSeen
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])
