"""Rerankers behind an address, against a server on this machine that answers as it was told, well or badly."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from graphmem import Memory, Settings
from graphmem.errors import RerankingFailed, SettingsError
from graphmem.ports.reranker import Reranker
from graphmem.providers.rerank.chat import ChatReranker
from graphmem.providers.rerank.cross_encoder import CrossEncoder
from graphmem.wiring import make_reranker
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

KEY = "not-for-anybody"
TEXTS = ["It is cold.", "Bo sings.", "Cy sings."]
Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Server(ThreadingHTTPServer):
    """Answers each request by `answer`; `asked` are the documents that came, `headers` what came with them."""

    daemon_threads = True
    answer: Answer

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def url(self, path: str = "/rerank") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(document)
        self.server.headers.append(dict(self.headers))
        self.server.answer(self, document)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def given(content: object, status: int = 200) -> Answer:
    """The same body whatever was asked: bytes as they are, anything else as JSON."""

    def answer(handler: BaseHTTPRequestHandler, document: dict[str, Any]) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def results(*pairs: tuple[int, object], name: str = "relevance_score") -> dict[str, Any]:
    return {"results": [{"index": index, name: score} for index, score in pairs]}


def said(text: str) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def reranker(url: str, seconds: float = 5.0) -> Reranker:
    made = make_reranker(Settings.of(rerank_url=url, rerank_model="small", rerank_key=KEY, rerank_timeout=seconds))
    assert made is not None
    return made


def test_a_cross_encoder_is_asked_and_read(server: Server) -> None:
    server.answer = given(results((1, 0.75), (0, 0), (2, 1)))
    one = reranker(server.url())
    assert isinstance(one, CrossEncoder)
    scores = one.rerank("Who sings?", TEXTS)
    assert (scores.dtype, scores.tolist()) == (np.float32, [0.0, 0.75, 1.0])
    asked = {"query": "Who sings?", "documents": TEXTS, "top_n": 3, "return_documents": False, "model": "small"}
    assert server.asked == [asked]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert one.name == "small"


def test_a_list_alone_with_scores_is_read_too(server: Server) -> None:
    server.answer = given(results((0, 0.5), (2, 0.25), (1, 0.125), name="score")["results"])
    assert reranker(server.url()).rerank("Who?", TEXTS).tolist() == [0.5, 0.125, 0.25]


@pytest.mark.parametrize("text", ['{"scores": [0, 10, 5]}', '```json\n{"scores": [0, 10, 5]}\n```'])
def test_a_language_model_is_asked_and_read(server: Server, text: str) -> None:
    server.answer = given(said(text))
    one = reranker(server.url("/v1/chat/completions"))
    assert isinstance(one, ChatReranker)
    assert one.rerank("Who sings?", TEXTS).tolist() == [0.0, 1.0, 0.5]
    messages = server.asked[0]["messages"]
    assert [message["role"] for message in messages] == ["system", "user"]
    assert json.loads(messages[1]["content"]) == {"question": "Who sings?", "passages": TEXTS}
    assert (server.asked[0]["model"], server.asked[0]["temperature"]) == ("small", 0)


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/rerank", given({"error": "no"}, 500), "answered with status 500"),
        ("/rerank", given(b"", 302), "answered with status 302"),
        ("/rerank", given(b"{oops"), "answered with what is no JSON"),
        ("/rerank", given(b"[" * 100_000), "answered with what is no JSON"),
        ("/rerank", given(b" " * 4_000_001), "answered with more than 4,000,000 bytes"),
        ("/rerank", given({"hello": 1}), "answered in another form (no list of results)"),
        ("/rerank", given(results((0, 0.5), (1, 0.5))), "scored 2 texts, 2 of the 3 that were sent"),
        ("/rerank", given(results((0, 0.5), (1, 0.5), (1, 0.5))), "scored 3 texts, 2 of the 3 that were sent"),
        ("/rerank", given(results((0, 0.5), (1, 0.5), (3, 0.5))), "answered in another form (index 3)"),
        ("/rerank", given(results((0, 0.5), (1, 7.5), (2, 0.5))), "a score that is not from 0 to 1: 7.5"),
        ("/rerank", given(b'{"results": [{"index": 0, "score": NaN}]}'), "a score that is not from 0 to 1: nan"),
        ("/rerank", given(results((0, "high"))), "a score that is not from 0 to 1: 'high'"),
        ("/rerank", given({"results": [1, 2, 3]}), "answered in another form"),
        ("/chat/completions", given(said("I cannot.")), "answered in another form (ValueError)"),
        ("/chat/completions", given(said('{"scores": [1, 2]}')), "scored 2 texts, 2 of the 3 that were sent"),
        ("/chat/completions", given(said('{"scores": [1, 2, 30]}')), "a score that is not from 0 to 1: 3.0"),
        ("/chat/completions", given(said('{"scores": ["a", "b", "c"]}')), "answered in another form (TypeError)"),
        ("/chat/completions", given({"choices": []}), "answered in another form (IndexError)"),
    ],
)
def test_a_wrong_answer_is_a_failure_that_says_what(server: Server, path: str, answer: Answer, why: str) -> None:
    server.answer = answer
    with pytest.raises(RerankingFailed) as raised:
        reranker(server.url(path)).rerank("Who sings?", TEXTS)
    assert why in str(raised.value)
    assert KEY not in str(raised.value)


def silent(handler: BaseHTTPRequestHandler, document: dict[str, Any]) -> None:
    time.sleep(3.0)


def trickling(handler: BaseHTTPRequestHandler, document: dict[str, Any]) -> None:
    """Never silent for long, never done."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(300):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.01)
    except OSError:
        return


def hanging_up(handler: BaseHTTPRequestHandler, document: dict[str, Any]) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("answer", [silent, trickling, hanging_up])
def test_a_request_ends_in_time_whatever_the_server_does(server: Server, answer: Answer) -> None:
    server.answer = answer
    began = time.perf_counter()
    with pytest.raises(RerankingFailed):
        reranker(server.url(), seconds=0.3).rerank("Who sings?", TEXTS)
    assert time.perf_counter() - began < 2.0


def test_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/rerank"
        with pytest.raises(RerankingFailed, match="ConnectionRefusedError"):
            reranker(url, seconds=1.0).rerank("Who sings?", TEXTS)


@pytest.mark.parametrize(
    "url",
    ["ftp://host/x", "host:80/x", "http://", "http://a b/", "http://host:no/", "http://ana:word@host/", "http://hôte/"],
)
def test_an_address_that_cannot_be_used_is_told_at_once_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match=r"http://host/path") as raised:
        make_reranker(Settings.of(rerank_url=url))
    assert "word" not in str(raised.value)


def test_without_an_address_there_is_none() -> None:
    assert make_reranker(Settings.of()) is None


def test_a_search_ranks_with_it_and_answers_without_it(server: Server) -> None:
    configuration = Settings.of(url=":memory:", rerank_url=server.url(), rerank_timeout=2.0)
    assert KEY not in repr(Settings.of(rerank_key=KEY))
    with Memory(configuration, embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add_many(["Bo sings Songs.", "Cy sings Psalms."], user_id="u")
        server.answer = given(b"busy", 503)
        plain = memory.search("Bo sings", user_id="u")
        assert plain.trace.reranker == f"failed: 127.0.0.1:{server.server_port} answered with status 503"
        assert [hit.memory.text for hit in plain] == ["Bo sings Songs.", "Cy sings Psalms."]
        server.answer = given(results((0, 0.0), (1, 1.0)))
        again = memory.search("Bo sings", user_id="u")
        assert again.trace.reranker == f"127.0.0.1:{server.server_port}"
        assert [hit.score_parts.get("rerank") for hit in sorted(again, key=lambda hit: hit.memory.text)] == [0.0, 1.0]
        assert server.asked[-1]["documents"] == [hit.memory.text for hit in plain]
