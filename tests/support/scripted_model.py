"""A language model that says what it was told to, without a server: for tests of what is made of its words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.ports.language_model import Completion, ModelMessage


class ScriptedModel:
    """`said`: texts, completions, errors to raise, or anything else as JSON, in order. `asked`: the messages that came."""

    name = "scripted"

    def __init__(self, *said: Any) -> None:
        self._said = list(said)
        self.asked: list[Sequence[ModelMessage]] = []
        self.schemas: list[Mapping[str, Any] | None] = []

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Completion:
        self.asked.append(list(messages))
        self.schemas.append(schema)
        said = self._said.pop(0)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, Completion):
            return said
        return Completion(said if isinstance(said, str) else json.dumps(said))
