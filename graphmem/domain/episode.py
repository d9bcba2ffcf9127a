"""What came in: the messages of one `add`, kept verbatim as the last word on where a memory came from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from graphmem.domain.scope import Scope

Role: TypeAlias = Literal["user", "assistant", "system", "tool"]
ROLES: tuple[Role, ...] = ("user", "assistant", "system", "tool")


class Message(BaseModel):
    """One utterance or text. `name` is the speaker where it is known ("Caroline")."""

    model_config = ConfigDict(frozen=True)

    role: Role = "user"
    content: str
    name: str | None = None


class Episode(BaseModel):
    """The messages of one `add`. `occurred_at`: when they were said; `recorded_at`: when they came in (both aware, UTC)."""

    model_config = ConfigDict(frozen=True)

    id: str
    scope: Scope
    messages: tuple[Message, ...]
    occurred_at: datetime
    recorded_at: datetime
