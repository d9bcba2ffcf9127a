"""An add that is sent twice under a key happens once, on a server: several clients at once agree on whose it was."""

from __future__ import annotations

import pytest

from tests.support.adding_once import AddingOnce, Place
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of


class TestOnAServer(AddingOnce):
    @pytest.fixture
    def place(self, neo4j_server: Neo4jServer) -> Place:
        emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
        return place_of(neo4j_server)
