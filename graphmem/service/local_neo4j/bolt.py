"""Asks a server over Bolt whether it takes a user and answers a query: the few messages that this needs, on a socket.

A port that is open says little: Neo4j listens before its database is there. The driver would do, but starting a server
is no reason to load it. Messages: the Bolt specification, version 5; values: PackStream.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

Value: TypeAlias = "str | int | Mapping[str, Value]"

PREAMBLE = bytes.fromhex("6060b017")
VERSIONS = bytes.fromhex("00030405" + "00000000" * 3)
"""We speak Bolt 5.4 down to 5.1; the three other offers are empty. Servers from 5.26 on speak these."""

HELLO, LOGON, RUN, PULL = 0x01, 0x6A, 0x10, 0x3F
SUCCESS, FAILURE = 0x70, 0x7F
UNAUTHORISED = b"Neo.ClientError.Security."


class Answer(Enum):
    """What a server says: it works, it takes no such password, or it does not answer (yet)."""

    READY = "ready"
    UNAUTHORISED = "unauthorised"
    SILENT = "silent"


def ask(host: str, port: int, username: str, password: str, timeout: float = 5.0) -> Answer:
    """Open a connection, log on, run a query and take its row."""
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            connection.sendall(PREAMBLE + VERSIONS)
            if _exactly(connection, 4) == bytes(4):
                return Answer.SILENT
            for tag, fields in _conversation(username, password):
                connection.sendall(_chunked(_message(tag, fields)))
                if (refused := _refusal(connection)) is not None:
                    return Answer.UNAUTHORISED if UNAUTHORISED in refused else Answer.SILENT
    except (OSError, EOFError):
        return Answer.SILENT
    return Answer.READY


def _conversation(username: str, password: str) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Each message: what it is, then what it carries."""
    yield HELLO, ({"user_agent": "graphmem/start", "bolt_agent": {"product": "graphmem"}},)
    yield LOGON, ({"scheme": "basic", "principal": username, "credentials": password},)
    yield RUN, ("RETURN 1", {}, {})
    yield PULL, ({"n": -1},)


def _refusal(connection: socket.socket) -> bytes | None:
    """Read to the end of one answer, rows passed over; None for success, else what was said."""
    while True:
        message = _whole(connection)
        if message[1] == SUCCESS:
            return None
        if message[1] == FAILURE:
            return message


def _whole(connection: socket.socket) -> bytes:
    """One message, put together from its chunks; empty ones before it only keep the connection alive."""
    message = b""
    while True:
        (length,) = struct.unpack(">H", _exactly(connection, 2))
        if length:
            message += _exactly(connection, length)
        elif len(message) > 1:
            return message


def _exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = connection.recv(count - len(got))
        if not part:
            raise EOFError
        got += part
    return got


def _chunked(message: bytes) -> bytes:
    return struct.pack(">H", len(message)) + message + bytes(2)


def _message(tag: int, fields: Sequence[Value]) -> bytes:
    return bytes([0xB0 + len(fields), tag]) + b"".join(_packed(field) for field in fields)


def _packed(value: Value) -> bytes:
    """A value in PackStream, as far as the messages above need it: small integers, maps below 16 items."""
    if isinstance(value, str):
        encoded = value.encode()
        return struct.pack(">BI", 0xD2, len(encoded)) + encoded
    if isinstance(value, int):
        return struct.pack(">b", value)
    return bytes([0xA0 + len(value)]) + b"".join(_packed(key) + _packed(item) for key, item in value.items())
