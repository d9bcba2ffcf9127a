"""How a fact is written down: what is not simply asserted does not read as if it were."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from graphmem.domain.fact import Fact, Modality
from graphmem.domain.scope import Scope


def fact(modality: Modality, negated: bool = False) -> Fact:
    ends = {"subject_id": "e1", "subject": "Ana", "object_id": "e2", "object": "Oslo"}
    told = {"predicate": "move_to", "modality": modality, "negated": negated, "text": "…"}
    return Fact(id="f", scope=Scope("u"), recorded_at=datetime(2026, 5, 1, tzinfo=UTC), **ends, **told)


@pytest.mark.parametrize(
    ("modality", "negated", "written"),
    [
        ("asserted", False, "Ana — move to → Oslo"),
        ("asserted", True, "Ana — not move to → Oslo"),
        ("possible", False, "Ana — possibly move to → Oslo"),
        ("possible", True, "Ana — possibly not move to → Oslo"),
        ("intended", False, "Ana — intends to move to → Oslo"),
        ("reported", False, "Ana — reportedly move to → Oslo"),
        ("conditional", False, "Ana — conditionally move to → Oslo"),
    ],
)
def test_a_fact_tells_how_it_is_said(modality: Modality, negated: bool, written: str) -> None:
    assert str(fact(modality, negated)) == written


def test_no_two_ways_of_saying_it_read_alike() -> None:
    ways = [str(fact(one)) for one in get_args(Modality)]
    assert len(set(ways)) == len(ways)
