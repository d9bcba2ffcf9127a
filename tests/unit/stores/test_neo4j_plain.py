"""What an analyst is given of a node."""

from __future__ import annotations

from neo4j.graph import Graph, Node

from graphmem.stores.neo4j.analysis.plain import Weight, plain
from graphmem.stores.neo4j.placing import placed


def test_vectors_are_left_out_in_whichever_place_they_lie() -> None:
    names = [
        placed(f"n.{name}", place).removeprefix("n.") for name in ("embedding", "embedding_next") for place in "ab"
    ]  # type: ignore[arg-type]
    assert len(set(names)) == 2
    node = Node(Graph(), "4:x:1", 1, ["Memory"], {"id": "mem_1", **{name: [0.1] * 384 for name in names}})
    assert plain(node, Weight()) == {"labels": ["Memory"], "properties": {"id": "mem_1"}}


def test_the_names_in_a_map_are_counted() -> None:
    weight = Weight()
    plain({"x" * 10_000: 1}, weight)
    assert weight.bytes > 10_000
