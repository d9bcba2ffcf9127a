"""Turns what the driver gives into plain values, counting what they hold, so that an answer cannot outgrow its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from graphmem.stores.neo4j.placing import VECTORS


@dataclass(slots=True)
class Weight:
    """What has been taken so far."""

    cells: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        """Count one value."""
        self.cells += 1
        self.bytes += size


def plain(value: Any, weight: Weight) -> Any:
    """`value` as plain Python; `weight` grows by what it holds."""
    if value is None or isinstance(value, bool | int | float):
        weight.add(8)
        return value
    if isinstance(value, str):
        weight.add(len(value.encode("utf-8", "replace")) + 8)
        return value
    if isinstance(value, bytes | bytearray):
        weight.add(2 * len(value))
        return bytes(value).hex()
    if hasattr(value, "iso_format") and not hasattr(value, "to_native"):
        weight.add(32)
        return value.iso_format()
    if isinstance(value, list | tuple):
        return _listed(value, weight)
    if isinstance(value, Mapping) and not hasattr(value, "element_id"):
        return {_named(key, weight): plain(item, weight) for key, item in value.items()}
    weight.add(32)
    return _of_driver(value, weight)


def _listed(value: list[Any] | tuple[Any, ...], weight: Weight) -> Any:
    if hasattr(value, "srid"):
        weight.add(32)
        return {"srid": value.srid, "coordinates": [float(part) for part in value]}
    return [plain(item, weight) for item in value]


def _of_driver(value: Any, weight: Weight) -> Any:
    """A node, relationship, path or moment."""
    if hasattr(value, "labels"):
        return {"labels": sorted(value.labels), "properties": _properties(value, weight)}
    if hasattr(value, "nodes") and hasattr(value, "relationships"):
        return {
            "nodes": [plain(node, weight) for node in value.nodes],
            "relationships": [plain(link, weight) for link in value.relationships],
        }
    if hasattr(value, "type") and hasattr(value, "element_id"):
        return {"type": value.type, "properties": _properties(value, weight)}
    native = value.to_native() if hasattr(value, "to_native") else value
    if isinstance(native, datetime):
        return native if native.tzinfo is None else native.astimezone(UTC)
    return native if isinstance(native, date | time) else str(native)


def _properties(value: Any, weight: Weight) -> dict[str, Any]:
    """All but vectors: hundreds of numbers that no one reads."""
    return {_named(key, weight): plain(item, weight) for key, item in value.items() if key not in VECTORS}


def _named(key: str, weight: Weight) -> str:
    """The name, which is sent and held anew in each row."""
    weight.bytes += len(key)
    return key
