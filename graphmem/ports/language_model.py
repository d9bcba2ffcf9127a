"""What answers in words: a language model, asked with messages, that may be held to a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol


class ModelMessage(NamedTuple):
    """One message to a model. What is to be done stands in `system`; what it is to be done with, in `user`."""

    role: Literal["system", "user", "assistant"]
    content: str


class Completion(NamedTuple):
    """What the model said. `cut_off`: it stopped because it may not say more."""

    text: str
    cut_off: bool = False


class LanguageModel(Protocol):
    """One model."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Completion:
        """The model's answer. `schema`: the JSON schema that it is to keep to, where the server can hold it to one; the answer
        has to be checked all the same.

        Counts what it costs in `current_meter()`. Raises ModelUnavailable, RateLimited, ModelRefused, ModelAccessDenied,
        BudgetExhausted, AnswerDeclined, or AnswerMalformed for an answer without words.
        """
        ...
