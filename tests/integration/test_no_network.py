"""Nothing here opens a socket: every operation is run with sockets forbidden, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

SCRIPT = textwrap.dedent(
    """
    import asyncio, socket, sys

    def forbidden(event, arguments):
        # A loop wakes itself through a pair of connected local sockets; nothing may connect or look a name up.
        if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
            raise AssertionError(f"network touched: {event} {arguments}")

    sys.addaudithook(forbidden)
    from graphmem import Memory

    with Memory(":memory:") as memory:
        added = memory.add("Ana works at Acme. Acme was founded by Bob Stone.", user_id="ana")
        memory.add([{"role": "user", "content": "I moved to Berlin yesterday."}], user_id="ana", occurred_at="2026-05-01")
        found = memory.search("Who founded the company where Ana works?", user_id="ana")
        assert len(found) == 2, found
        one = added.results[0].id
        memory.update(one, "Ana works at Bolt.", user_id="ana")
        memory.history(one)
        memory.facts(user_id="ana")
        memory.entities(user_id="ana")
        memory.paths("Ana", "Bolt", user_id="ana")
        memory.delete(one)
        memory.delete_all(user_id="ana")
    print("done")
    """
)


def test_no_network_is_touched() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "done"
