"""An analyst's question to the graph in its own language, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class AnalystQuery(BaseModel):
    """A query and what limits it. `timeout` in seconds; at most `limit` rows come back."""

    model_config = ConfigDict(frozen=True)

    text: str
    parameters: Mapping[str, Any]
    timeout: float
    limit: int


class CypherResult(BaseModel):
    """What a query gave: `rows` of as many values as there are `columns`.

    Values are plain Python: None, bool, int, float, str, datetime, date, time, lists and dictionaries. A duration is ISO 8601
    text; a node ``{"labels", "properties"}``, a relationship ``{"type", "properties"}`` and a path ``{"nodes", "relationships"}``,
    all without the property `embedding`, which can be asked for by name. `truncated` says that there was more than
    was taken, and `stopped_by` what stopped it: the limit of rows, of bytes, or of cells (values inside values).
    """

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False
    stopped_by: Literal["rows", "bytes", "cells"] | None = None
    seconds: float = 0.0

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
