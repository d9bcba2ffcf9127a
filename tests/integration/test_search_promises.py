"""What a search promises whatever it finds: paths that do not turn back, scores that do not hang on how many hits are asked for,
a question of any length answered in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import groupby

import pytest

from benchmarks.datasets import Dataset
from benchmarks.kinship import kinship
from graphmem import Memory
from graphmem.recall.pipeline import MOST_ASKED


@pytest.fixture(scope="module")
def world() -> Dataset:
    return kinship(3, seed=11, of_a_kind=8)[0]


@pytest.fixture(scope="module")
def memory(world: Dataset) -> Iterator[Memory]:
    with Memory(":memory:") as memory:
        for session, group in groupby(world.passages, key=lambda passage: passage.session):
            memory.add([passage.text for passage in group], user_id="u", run_id=session)
        yield memory


def test_no_path_comes_to_a_memory_twice(world: Dataset, memory: Memory) -> None:
    steps = 0
    for question in world.questions:
        for hit in memory.search(question.text, user_id="u", limit=30):
            places = [step.source_id for step in hit.path] + [hit.memory.id]
            assert len(places) == len(set(places)), question.text
            steps += len(hit.path)
    assert steps > 100


def test_scores_do_not_hang_on_the_limit(world: Dataset, memory: Memory) -> None:
    for question in world.questions[::4]:
        few, many = (memory.search(question.text, user_id="u", limit=limit) for limit in (5, 60))
        first = [(hit.memory.id, hit.score) for hit in few]
        assert [(hit.memory.id, hit.score) for hit in many][:5] == first


def test_turns_are_read_with_those_around_them_without_hops_too(world: Dataset, memory: Memory) -> None:
    found = memory.search(world.questions[0].text, user_id="u", hops=0)
    kinds = {kind for hit in found for kind in hit.score_parts}
    assert "window" in kinds
    assert not kinds & {"next", "about", "shared", "chain"}
    assert all(hit.path == () for hit in found)


def test_a_document_for_a_question_is_read_as_far_as_a_question_goes(world: Dataset, memory: Memory) -> None:
    document = " ".join(passage.text for passage in world.passages) * 10
    began = time.perf_counter()
    found = memory.search(document, user_id="u")
    assert time.perf_counter() - began < 20
    assert found.trace.left_out["characters"] == len(document) - MOST_ASKED
    assert [hit.score for hit in found] == [hit.score for hit in memory.search(document[:MOST_ASKED], user_id="u")]
