"""Tokens stand in for a filter without ever leaving out what it takes."""

from __future__ import annotations

import pytest

from graphmem.domain.filter import matches, parse_filter
from graphmem.domain.memory import MemoryRecord
from graphmem.stores.neo4j.filtering import LONGEST, required, tokens_of
from graphmem.testing.commits import ANA
from graphmem.testing.graph import GraphBuilder
from graphmem.testing.pages import odd_memories, random_filters


def passed(memory: MemoryRecord, groups: tuple[tuple[str, ...], ...]) -> bool:
    """What the query asks of a memory's tokens."""
    tokens = set(tokens_of(memory))
    return all(any(token in tokens for token in group) for group in groups)


@pytest.mark.parametrize("seed", range(20))
def test_no_memory_that_a_filter_takes_is_passed_over(seed: int) -> None:
    memories = list(odd_memories().memories.values())
    for chosen in random_filters(seed, 60):
        asked = required(chosen)
        for memory in memories:
            taken = matches(chosen, memory)
            assert passed(memory, asked.groups) or not taken, chosen
            assert not asked.exact or passed(memory, asked.groups) == taken, chosen


@pytest.mark.parametrize(
    ("raw", "exact"),
    [
        ({"city": "Lisbon"}, True),
        ({"city": {"in": ["Lisbon", "Porto"]}, "role": "user"}, True),
        ({"categories": {"contains": "work"}}, True),
        ({"tags": {"contains": 3}}, True),
        ({"tags": {"contains": "a"}}, False),
        ({"city": None}, False),
        ({"n": {"gt": 3}}, False),
        ({"NOT": {"city": "Lisbon"}}, False),
        ({"OR": [{"city": "Lisbon"}, {"city": "Porto"}]}, False),
        ({"city": "Lisbon", "n": {"gt": 3}}, False),
        ({"created_at": {"gt": "2020-01-01"}}, False),
        ({"id": "mem_1"}, False),
    ],
)
def test_what_tokens_can_tell(raw: dict[str, object], exact: bool) -> None:
    assert required(parse_filter(raw)).exact is exact


def test_half_a_filter_still_narrows() -> None:
    asked = required(parse_filter({"city": "Lisbon", "n": {"gt": 3}}))
    assert asked.groups == (('metadata.city="Lisbon"',),)


def test_tokens_can_be_read() -> None:
    memory = GraphBuilder(ANA).memory(
        "mem_1",
        role="user",
        categories=("work",),
        metadata={"city": "Lisbon", "n": 1.0, "tags": ["a"], "deep": {"a.b": True}},
    )
    assert tokens_of(memory) == [
        'categories[]="work"',
        'memory_type="semantic"',
        'metadata.city="Lisbon"',
        'metadata.deep."a.b"=true',
        "metadata.n=1",
        'metadata.tags[]="a"',
        'role="user"',
    ]


def test_a_long_value_has_a_short_token_of_its_own() -> None:
    graph = GraphBuilder(ANA)
    one, other = (graph.memory(f"mem_{end}", metadata={"text": "x" * 50_000 + end}) for end in "ab")
    assert all(len(token) <= LONGEST for token in tokens_of(one))
    assert tokens_of(one) != tokens_of(other)
    asked = required(parse_filter({"text": "x" * 50_000 + "a"}))
    assert asked.exact
    assert (passed(one, asked.groups), passed(other, asked.groups)) == (True, False)
