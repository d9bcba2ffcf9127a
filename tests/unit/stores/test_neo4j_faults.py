"""What is said of a server that is away or lets nobody in: sockets of this test answer the real driver."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from graphmem.errors import GraphmemError, StoreRefused, StoreUnavailable
from graphmem.stores.neo4j.connection import Connection, Login
from graphmem.stores.neo4j.patience import Patience

BOLT_5_4 = b"\x00\x00\x04\x05"
SUCCESS, FAILURE = b"\x70", b"\x7f"


def refusal(login: Login) -> GraphmemError:
    """What opening raises."""

    async def opened() -> GraphmemError:
        with pytest.raises(GraphmemError) as caught:
            await Connection(login, Patience(connect=2.0, acquire=2.0, retry=2.0)).open()
        return caught.value

    return asyncio.run(opened())


def message(kind: bytes, **texts: str) -> bytes:
    """One of Bolt's answers, a structure with a map of strings, in one chunk."""
    packed = b"".join(b"\xd0" + bytes([len(text)]) + text.encode() for pair in texts.items() for text in pair)
    body = b"\xb1" + kind + bytes([0xA0 + len(texts)]) + packed
    return len(body).to_bytes(2, "big") + body + b"\0\0"


@contextmanager
def gatekeeper(code: str) -> Iterator[int]:
    """The port of something that agrees to Bolt 5.4 and lets nobody log on."""

    def refuse() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(20)
            connection.sendall(BOLT_5_4)
            connection.recv(4096)
            connection.sendall(message(SUCCESS, server="Neo4j/5.26.0", connection_id="bolt-1"))
            connection.sendall(message(FAILURE, code=code, message="The client is unauthorized."))
            connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    ("password", "said"), [("", "NEO4J_PASSWORD is not set"), ("sesame-4711", "username or password is wrong")]
)
def test_a_password_that_is_missing_is_not_called_wrong(password: str, said: str) -> None:
    with gatekeeper("Neo.ClientError.Security.Unauthorized") as port:
        error = refusal(Login(f"bolt://127.0.0.1:{port}", password=password))
    assert isinstance(error, StoreRefused)
    assert said in str(error)
    assert "sesame" not in str(error)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_is_away_is_told_once_with_what_to_do(scheme: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = refusal(Login(f"{scheme}://127.0.0.1:{port}"))
    assert isinstance(error, StoreUnavailable)
    assert str(error) == (
        f"The Neo4j server at {scheme}://127.0.0.1:{port} cannot be reached (Connection refused): "
        "see `graphmem neo4j status`, or check NEO4J_URI."
    )
