"""What models cost: calls and tokens, as they are counted for a request."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Usage(BaseModel):
    """Calls and tokens, of a language model and of an embedder behind an address.

    A call is one request that was sent, whatever came of it. Tokens are those that the server reports, else estimated as a
    quarter of the characters.
    """

    model_config = ConfigDict(frozen=True)

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_calls: int = 0
    embedding_tokens: int = 0

    @property
    def all_calls(self) -> int:
        """Requests of both kinds."""
        return self.calls + self.embedding_calls

    @property
    def all_tokens(self) -> int:
        """Tokens of all kinds."""
        return self.prompt_tokens + self.completion_tokens + self.embedding_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            embedding_calls=self.embedding_calls + other.embedding_calls,
            embedding_tokens=self.embedding_tokens + other.embedding_tokens,
        )
