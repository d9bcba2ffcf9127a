"""A Neo4j server of one's own without Docker: Java from the machine, jars through Maven, data in a folder.

`start`, `stop` and `status` are all there is to it; `graphmem neo4j` calls them.
"""

from __future__ import annotations

from graphmem.service.local_neo4j.places import default_folder, default_jars
from graphmem.service.local_neo4j.releases import CURRENT, LONG_TERM
from graphmem.service.local_neo4j.server import LocalServer, Wish, reap, start, status, stop

__all__ = [
    "CURRENT",
    "LONG_TERM",
    "LocalServer",
    "Wish",
    "default_folder",
    "default_jars",
    "reap",
    "start",
    "status",
    "stop",
]
