"""What all tests may ask for: the Neo4j servers, the marker on every test that uses one, and who runs beside whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.neo4j_server import fresh_neo4j, neo4j_pool, neo4j_server
from tests.support.neo4j_store import empty_neo4j

__all__ = ["empty_neo4j", "fresh_neo4j", "neo4j_pool", "neo4j_server"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that `-m "not neo4j"` leaves it out."""
    for item in items:
        if "neo4j_pool" in getattr(item, "fixturenames", ()):
            item.add_marker("neo4j")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How pytest-xdist shares the tests out. Without it, or without `-n`, nobody asks."""
    from tests.support.side_by_side import SideBySide

    return SideBySide(config, log)
