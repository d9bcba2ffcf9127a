"""A correction that is added by itself means the same on a Neo4j server: the tests of the embedded store, run there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphmem import Memory, Settings
from graphmem.testing import FixedClock
from tests.integration.test_corrections_by_turns import (
    NOON,
    test_a_correction_among_many_scopes_is_of_its_own,
    test_a_correction_is_corrected,
    test_a_correction_reaches_into_no_other_scope,
    test_a_worker_reads_it_the_same_way,
    test_of_many_items_each_corrects_the_one_before_it,
    test_what_is_named_is_found_behind_what_was_said_since,
    test_what_was_wrong_never_held,
    test_words_from_which_nothing_was_read_are_not_corrected,
)
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_graph import faults_in
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of

__all__ = [
    "test_a_correction_among_many_scopes_is_of_its_own",
    "test_a_correction_is_corrected",
    "test_a_correction_reaches_into_no_other_scope",
    "test_a_worker_reads_it_the_same_way",
    "test_of_many_items_each_corrects_the_one_before_it",
    "test_what_is_named_is_found_behind_what_was_said_since",
    "test_what_was_wrong_never_held",
    "test_words_from_which_nothing_was_read_are_not_corrected",
]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(neo4j_server: Neo4jServer, clock: FixedClock) -> Iterator[Memory]:
    emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
    with Memory(Settings.of(**place_of(neo4j_server)), embedder=HashingEmbedder(), clock=clock) as made:
        yield made
    assert faults_in(neo4j_server) == []
