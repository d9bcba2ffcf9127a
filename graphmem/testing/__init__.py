"""What proves that a store, or whatever else stands behind a port, keeps its promises. Needs pytest.

Derive from `GraphStoreContract`, say how to make your store, and pytest runs every promise against it. `OpenAIServer` is a
server on this machine that answers as it was told, for what asks models; its answers are in `openai_answers`.
"""

from __future__ import annotations

from graphmem.testing.clock import FixedClock
from graphmem.testing.contract import GraphStoreContract
from graphmem.testing.graph import NOW, GraphBuilder, direction, later, vector_of
from graphmem.testing.openai_server import OpenAIServer

__all__ = ["NOW", "FixedClock", "GraphBuilder", "GraphStoreContract", "OpenAIServer", "direction", "later", "vector_of"]
