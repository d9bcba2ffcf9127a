"""The names with which an application writes down its ontology (docs/ontology.md)."""

from graphmem.domain.entity_types import Date, EntityKind, EntityType, Location, Organization, Person, Value
from graphmem.domain.ontology import Ontology, RelationType

__all__ = [
    "Date",
    "EntityKind",
    "EntityType",
    "Location",
    "Ontology",
    "Organization",
    "Person",
    "RelationType",
    "Value",
]
