"""What an add puts off is done later, on a server: once, in order, whoever else writes."""

from __future__ import annotations

import pytest

from tests.support.adding_later import AddingLater
from tests.support.adding_once import Place
from tests.support.embedding import HashingEmbedder
from tests.support.losing import LosingAnswers
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of


class TestOnAServer(AddingLater, LosingAnswers):
    @pytest.fixture
    def place(self, neo4j_server: Neo4jServer) -> Place:
        emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
        return place_of(neo4j_server)
