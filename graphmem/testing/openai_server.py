"""A server on this machine that speaks the OpenAI protocol over real sockets, and answers as it was told, well or badly.

::

    with OpenAIServer(said({"facts": []}), status(429, retry_after=1), hung_up()) as server:
        settings = Settings(llm_model="any", openai_base_url=server.url)

The answers are given in order; when they are used up, `otherwise` answers: from a rule of the test's own, or by default with
no facts and with vectors made from the words. What was asked is kept in `requests`.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from graphmem.testing.openai_answers import Answer, embedded, said

CHAT, EMBEDDINGS = "/v1/chat/completions", "/v1/embeddings"
DIMENSION = 16
"""Of the vectors that are given when nothing else was said."""
MOST_BYTES = 64_000_000
"""Of a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: where to, with which headers (names in lower case), and the JSON that was sent."""

    path: str
    headers: dict[str, str] = field(repr=False)
    document: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        """The contents of its messages, or the texts to embed."""
        given = self.document.get("input", [message["content"] for message in self.document.get("messages", ())])
        return [given] if isinstance(given, str) else list(given)


def ordinary(asked: Asked) -> Answer:
    """What a server says that finds nothing: no facts, and for each text a vector made from its words."""
    return embedded(DIMENSION) if asked.path == EMBEDDINGS else said({"facts": []})


class OpenAIServer:
    """Listens on a free port of the loopback address while it is entered; several threads may ask at once.

    `answers` are given in order, to whatever is asked; each is a function of the handler and what was asked
    (`graphmem.testing.openai_answers` has the usual ones). An answer that raises ends the connection.
    """

    def __init__(self, *answers: Answer) -> None:
        self._guard = threading.Lock()
        self._answers = list(answers)
        self._thread: threading.Thread | None = None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self.closing = threading.Event()
        self.requests: list[Asked] = []

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="openai-server", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, let those go who are kept waiting, and end the thread. Idempotent."""
        self.closing.set()
        if self._thread is not None:
            self._server.shutdown()
            self._server.hang_up()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base URL, as clients want it: ``http://127.0.0.1:PORT/v1``."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def chats(self) -> list[Asked]:
        """The requests to the language model, in order."""
        return [asked for asked in self.requests if asked.path == CHAT]

    @property
    def embeddings(self) -> list[Asked]:
        """The requests to the embedder, in order."""
        return [asked for asked in self.requests if asked.path == EMBEDDINGS]

    def then(self, *answers: Answer) -> Self:
        """Add answers to the end of the script."""
        with self._guard:
            self._answers.extend(answers)
        return self

    def forget(self) -> None:
        """Drop what is left of the script, and what was asked."""
        with self._guard:
            self._answers.clear()
            self.requests.clear()

    def otherwise(self, asked: Asked) -> Answer:
        """What is answered when the script is used up; may be replaced by a rule of the test's own."""
        return ordinary(asked)

    def answer_to(self, asked: Asked) -> Answer:
        """Keep the request and take the answer whose turn it is."""
        with self._guard:
            self.requests.append(asked)
            if self._answers:
                return self._answers.pop(0)
        return self.otherwise(asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    script: OpenAIServer

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection, those too that a client keeps open for its next request."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or an answer that breaks off, is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        document = json.loads(self.rfile.read(min(length, MOST_BYTES)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, document)
        self.server.script.answer_to(asked)(self, asked)

    def wait(self, seconds: float) -> bool:
        """Be silent, at most until the server is closed; whether it was."""
        return self.server.script.closing.wait(seconds)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Tests print nothing."""


def texts_in(asked: Sequence[Asked]) -> list[str]:
    """All that was said or given to embed, in order."""
    return [text for one in asked for text in one.texts]
