"""What is out of date goes further down, by how much of what a memory says was replaced or taken back."""

from __future__ import annotations

import pytest

from graphmem.domain.fact import Fact, Support
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.query import View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.recall.assemble import DOUBTFUL, OUTDATED, is_held, mark_outdated
from graphmem.recall.seed import Candidate
from graphmem.testing.graph import later

NOW = later(days=10)


def gathered(*sentences: str) -> Gathered:
    """Memory m, a sentence a word: ``x`` for each of its facts that was replaced, ``e`` for one that has ended since it was told,
    ``o`` for one that was over by then, ``.`` for one that holds."""
    ends = {"x": later(days=5), "e": later(days=5), "o": later(days=1), ".": None}
    facts, supports = {}, []
    for place, marks in enumerate(sentences):
        for mark in marks:
            id_ = f"f{len(facts)}"
            facts[id_] = Fact(
                id=id_,
                scope=Scope("u"),
                subject_id="a",
                subject="Ana",
                predicate="like",
                object_id="b",
                object="Bo",
                text="Ana likes Bo.",
                recorded_at=later(),
                valid_to=ends[mark],
                retired_at=later(days=5) if mark == "x" else None,
                superseded_by="newer" if mark == "x" else None,
            )
            supports.append(Support(memory_id="m", fact_id=id_, sentence=place, span_start=0, span_end=1))
    told = {"created_at": later(days=2), "updated_at": later(days=2), "valid_from": later(days=2)}
    said = MemoryRecord(id="m", scope=Scope("u"), text="Ana likes Bo.", episode_id="e", **told)
    return Gathered(memories={"m": said}, facts=facts, supports=tuple(supports))


@pytest.mark.parametrize(
    ("sentences", "share"),
    [
        (("x",), 1.0),
        (("e",), 1.0),
        (("xx", "x"), 1.0),
        (("x", "."), 0.5),
        (("x.",), (1 + DOUBTFUL) / 2),
        (("x.", "..", "...."), (1 + DOUBTFUL) / 8),
    ],
)
def test_a_memory_loses_by_the_share_of_its_facts_that_were_replaced(sentences: tuple[str, ...], share: float) -> None:
    one = Candidate("m", parts={"semantic": 0.6, "about": 0.2})
    assert mark_outdated([one], gathered(*sentences), View(now=NOW)) == 1
    assert one.parts["outdated"] == pytest.approx(-OUTDATED * 0.8 * share)


def test_what_holds_loses_nothing() -> None:
    one, other = Candidate("m", parts={"semantic": 0.6}), Candidate("n", parts={"semantic": 0.6})
    assert mark_outdated([one, other], gathered("..", ".", "o"), View(now=NOW)) == 0
    assert "outdated" not in one.parts
    assert mark_outdated([other], gathered("x"), View(now=NOW)) == 0


def test_asked_of_a_moment_what_was_so_then_counts() -> None:
    before, after = (View(now=NOW, as_of=later(days=days)) for days in (4, 6))
    for marks, lost in (("x", 1), ("e", 1), ("o", 0), (".", 0)):
        assert mark_outdated([Candidate("m", parts={"semantic": 0.6})], gathered(marks), before) == 0
        assert mark_outdated([Candidate("m", parts={"semantic": 0.6})], gathered(marks), after) == lost
    (fact,) = gathered("x").facts.values()
    assert is_held(fact, before)
    assert not is_held(fact, after)
    assert not is_held(fact, View(now=NOW))
    assert is_held(fact, View(now=NOW, include_retired=True))
    taken_back = fact.model_copy(update={"valid_to": None})
    assert not is_held(taken_back, before)
