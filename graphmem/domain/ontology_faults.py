"""What is wrong with an ontology, in words that say what would be right: apart from what an ontology is, since it only tells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from graphmem.domain.entity_types import EntityKind
from graphmem.domain.identity import entity_key
from graphmem.errors import InvalidOntology, quoted

_TYPES = "give a type, by class or name, or a list of types"
_WORDS = "give words, or a list of them"
_RIGHT = {
    "entities": "give a list of types: classes that are an EntityType, or EntityKind values",
    "relations": "give a list of RelationType values, or of mappings with their arguments",
    "subject": _TYPES,
    "object": _TYPES,
    **dict.fromkeys(("aliases", "inverse", "begins", "ends", "members", "seen_as"), _WORDS),
}
_WHOLE = "Give an Ontology, or a mapping with entities and relations"
_OF_SHAPE = frozenset({"tuple_type", "model_type", "model_attributes_type", "dict_type"})


def check_printable(words: str) -> None:
    """Raises ValueError for words with a control character or a lone surrogate."""
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise ValueError(f"{quoted(words)} holds a control character or a lone surrogate: take it out")


def check_members(kinds: Mapping[str, EntityKind]) -> None:
    """A name is a member of one type, and of what that is a kind of. Raises ValueError."""
    holders: dict[str, str] = {}
    for kind in kinds.values():
        for name in kind.members:
            other = holders.setdefault(entity_key(name), kind.name)
            if other not in _lineage(kinds, kind.name) and kind.name not in _lineage(kinds, other):
                raise ValueError(f"{quoted(name)} is a member of two types, {other} and {kind.name}: leave one out")


def _lineage(kinds: Mapping[str, EntityKind], name: str) -> Iterator[str]:
    at: str | None = name
    while at is not None:
        yield at
        at = kinds[at].parent


def with_error(make: Any) -> Any:
    """What `make` gives; pydantic's errors as InvalidOntology, in one line that says where, and what would be right."""
    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        if first["type"] in _OF_SHAPE:
            at = next((part for part in reversed(first["loc"]) if part in _RIGHT), None)
            told = (_WHOLE if at is None else _RIGHT[str(at)]) + f", not {quoted(first['input'])}"
        raise InvalidOntology(f"{where}: {told.rstrip('.')}." if where else f"{told.rstrip('.')}.") from error
