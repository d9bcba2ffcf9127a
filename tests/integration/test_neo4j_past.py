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
from tests.integration.test_ontology_memory import made as made_with_ontology
from tests.integration.test_ontology_memory import (
    test_an_update_and_a_restore_are_held_to_it_too,
    test_facts_are_named_typed_and_closed_as_the_ontology_says,
    test_the_callers_triples_are_one_with_what_was_read,
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
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_graph import faults_in
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of

__all__ = [
    "test_a_deleted_memory_comes_back_as_it_was",
    "test_a_long_one_is_cut_between_its_steps_in_order",
    "test_a_procedure_names_things_and_states_nothing",
    "test_a_revision_says_which_words",
    "test_all_that_was_is_told_in_order_with_what_ended_it",
    "test_an_update_and_a_restore_are_held_to_it_too",
    "test_each_kind_is_recalled_by_filter",
    "test_earlier_words_of_a_deleted_memory",
    "test_facts_are_named_typed_and_closed_as_the_ontology_says",
    "test_other_scopes_and_expired_memories_are_not_told",
    "test_pages_go_on_where_the_last_one_ended",
    "test_the_callers_triples_are_one_with_what_was_read",
    "test_the_same_procedure_is_known_again_and_comes_back",
    "test_the_words_before_the_last_change_come_back",
    "test_what_cannot_be_restored",
    "test_what_is_brought_back_outdates_nothing_newer",
    "test_what_went_with_its_episode_comes_back_too",
    "test_without_infer_only_the_words_come_back",
]


@pytest.fixture
def empty(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    """A server without a row; at the end the graph is looked through."""
    emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
    yield neo4j_server
    assert faults_in(neo4j_server) == []


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(empty: Neo4jServer, clock: FixedClock) -> Iterator[Memory]:
    with made(Settings.of(**place_of(empty)), clock) as one:
        yield one


@pytest.fixture
def ruled(empty: Neo4jServer, clock: FixedClock) -> Iterator[Memory]:
    with made_with_ontology(Settings.of(**place_of(empty)), clock) as one:
        yield one
