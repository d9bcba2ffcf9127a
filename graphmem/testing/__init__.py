"""What proves that a store, or whatever else stands behind a port, keeps its promises. Needs pytest.

Derive from `GraphStoreContract`, say how to make your store, and pytest runs every promise against it.
"""

from __future__ import annotations

from graphmem.testing.clock import FixedClock
from graphmem.testing.contract import GraphStoreContract
from graphmem.testing.graph import NOW, GraphBuilder, direction, later, vector_of

__all__ = ["NOW", "FixedClock", "GraphBuilder", "GraphStoreContract", "direction", "later", "vector_of"]
