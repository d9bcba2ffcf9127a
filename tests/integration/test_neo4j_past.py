"""What was can be asked for and brought back on a Neo4j server too: the tests of the embedded store, run there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphmem import Memory, Settings
from graphmem.testing import FixedClock
from tests.integration.test_kinds import (
    test_a_long_one_is_cut_between_its_steps_in_order,
    test_a_procedure_names_things_and_states_nothing,
    test_each_kind_is_recalled_by_filter,
    test_the_same_procedure_is_known_again_and_comes_back,
)
from tests.integration.test_restore import (
    NOON,
    made,
    test_a_deleted_memory_comes_back_as_it_was,
    test_a_revision_says_which_words,
    test_earlier_words_of_a_deleted_memory,
    test_the_words_before_the_last_change_come_back,
    test_what_cannot_be_restored,
    test_what_is_brought_back_outdates_nothing_newer,
    test_what_went_with_its_episode_comes_back_too,
    test_without_infer_only_the_words_come_back,
)
from tests.integration.test_timeline import (
    test_all_that_was_is_told_in_order_with_what_ended_it,
    test_other_scopes_and_expired_memories_are_not_told,
    test_pages_go_on_where_the_last_one_ended,
)
from tests.support.neo4j_graph import faults_in
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import place_of

__all__ = [
    "test_a_deleted_memory_comes_back_as_it_was",
    "test_a_long_one_is_cut_between_its_steps_in_order",
    "test_a_procedure_names_things_and_states_nothing",
    "test_a_revision_says_which_words",
    "test_all_that_was_is_told_in_order_with_what_ended_it",
    "test_each_kind_is_recalled_by_filter",
    "test_earlier_words_of_a_deleted_memory",
    "test_other_scopes_and_expired_memories_are_not_told",
    "test_pages_go_on_where_the_last_one_ended",
    "test_the_same_procedure_is_known_again_and_comes_back",
    "test_the_words_before_the_last_change_come_back",
    "test_what_cannot_be_restored",
    "test_what_is_brought_back_outdates_nothing_newer",
    "test_what_went_with_its_episode_comes_back_too",
    "test_without_infer_only_the_words_come_back",
]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(fresh_neo4j: Neo4jServer, clock: FixedClock) -> Iterator[Memory]:
    with made(Settings.of(**place_of(fresh_neo4j)), clock) as one:
        yield one
    assert faults_in(fresh_neo4j) == []
