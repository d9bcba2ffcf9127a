"""What a store finds wrong with itself."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

EXAMPLES = 5
"""Ids that are named for each kind of flaw."""


class Flaw(BaseModel):
    """One kind of flaw: how often it was found, the first ids, how many were repaired, and what else can be done."""

    model_config = ConfigDict(frozen=True)

    kind: str
    count: int
    examples: tuple[str, ...] = ()
    repaired: int = 0
    remedy: str = ""
