"""Which tests run beside which when several processes share them (`pytest -n 3`, pytest-xdist), and which begin.

The tests of one Neo4j server are one piece of work, so that each server is started once and warms up once. All others go by
files, whose fixtures are then set up once. The servers' pieces are by far the longest and begin; then come the folders
whose tests take longest, so that no long file is left for the end, when a single core would be busy.

xdist has groups of its own (`--dist loadgroup`), but it writes them into the tests' names, which pytest 9.2 ignores.
"""

from __future__ import annotations

import re
from typing import Any

from xdist.scheduler import LoadScopeScheduling

SERVER = re.compile(r"\[(?:.*-)?(neo4j-(?:given|[\d.]+))(?=[]-])")
"""How the name of a test says which server it runs on: the parameter of the fixture `neo4j_server`."""
FIRST = ("neo4j-", "tests/acceptance", "tests/integration", "tests/docs", "tests/contract", "tests/architecture")
"""What pieces begin with, in the order in which they are handed out; all others follow."""


class SideBySide(LoadScopeScheduling):
    """Gives each process that has nothing left to do the next piece."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)


def piece_of(nodeid: str) -> str:
    """The server that a test runs on, or else its file."""
    file, _, test = nodeid.partition("::")
    server = SERVER.search(test)
    return server[1] if server else file


def rank(piece: str) -> int:
    """How early a piece is handed out, 0 first."""
    return next((place for place, start in enumerate(FIRST) if piece.startswith(start)), len(FIRST))
