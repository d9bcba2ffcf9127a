"""The scripted server that tests lean on: it answers in order, says what it was asked, and stops without a trace."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from typing import Any

import pytest

from graphmem.testing.openai_answers import said, silent, status
from graphmem.testing.openai_server import DIMENSION, OpenAIServer, texts_in


def ask(server: OpenAIServer, path: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    host, _, port = server.url.removeprefix("http://").removesuffix("/v1").partition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=5)
    try:
        line.request("POST", f"/v1/{path}", json.dumps(document), {"Authorization": "Bearer k"})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def kept_waiting(server: OpenAIServer) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(server, "chat/completions", CHAT)


CHAT = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


def test_answers_come_in_order_and_then_by_rule() -> None:
    with OpenAIServer(said("one"), status(503, retry_after=2)) as server:
        first, second, third = (ask(server, "chat/completions", CHAT) for _ in range(3))
        assert (first[0], first[1]["choices"][0]["message"]["content"]) == (200, "one")
        assert (second[0], second[1]["error"]["message"]) == (503, "no")
        assert json.loads(third[1]["choices"][0]["message"]["content"]) == {"facts": []}
        server.otherwise = lambda asked: said(asked.texts[0].upper())  # type: ignore[method-assign]
        assert ask(server, "chat/completions", CHAT)[1]["choices"][0]["message"]["content"] == "HELLO"
        assert texts_in(server.chats) == ["hello"] * 4
        assert server.chats[0].headers["authorization"] == "Bearer k"


def test_texts_are_embedded_when_nothing_else_was_said() -> None:
    with OpenAIServer() as server:
        code, answer = ask(server, "embeddings", {"model": "m", "input": ["a b", "a b", "c"]})
        rows = [row["embedding"] for row in answer["data"]]
    assert (code, len(rows), {len(row) for row in rows}) == (200, 3, {DIMENSION})
    assert rows[0] == rows[1] != rows[2]
    assert [len(server.embeddings), len(server.chats)] == [1, 0]


def test_it_stops_at_once_with_clients_waiting_and_connected() -> None:
    before = set(threading.enumerate())
    with OpenAIServer(silent(60)) as server:
        port = int(server.url.removesuffix("/v1").rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        waiting = threading.Thread(target=kept_waiting, args=[server])
        waiting.start()
        while not server.requests:
            time.sleep(0.01)
        began = time.perf_counter()
    server.close()
    waiting.join(5)
    assert time.perf_counter() - began < 10
    idle.settimeout(2)
    assert idle.recv(1) == b""
    idle.close()
    until = time.perf_counter() + 5
    while set(threading.enumerate()) - before and time.perf_counter() < until:
        time.sleep(0.01)
    assert set(threading.enumerate()) - before == set()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)
