"""One request to one address, which ends in time whatever the other side does: silent, slow, endless or talking nonsense."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import urlsplit

from graphmem.errors import RerankingFailed, SettingsError

MOST_BYTES = 4_000_000
"""Of an answer."""
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked. `seconds`: how long one request may take in all."""

    secure: bool
    host: str
    port: int | None
    path: str
    key: str = field(repr=False)
    seconds: float

    @classmethod
    def of(cls, url: str, key: str, seconds: float) -> Self:
        """Raises SettingsError for what is no http:// or https:// address, or has a name and password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or "@" in parts.netloc
            or not _PLAIN.fullmatch(url)
        ):
            raise SettingsError(
                "The reranker's address cannot be used: give http://host/path or https://host/path, and its key, if it "
                "wants one, in GRAPHMEM_RERANK_KEY."
            )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme == "https", parts.hostname, port, path, key, seconds)

    def ask(self, document: dict[str, Any]) -> Any:
        """The JSON that comes back for this JSON. Raises RerankingFailed, within `seconds`; never with the key in it."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        kind = HTTPSConnection if self.secure else HTTPConnection
        connection = kind(self.host, self.port, timeout=self.seconds)
        until = time.monotonic() + self.seconds
        try:
            connection.connect()
            with _cut_off(connection.sock, until - time.monotonic()):
                connection.request("POST", self.path, json.dumps(document).encode(), headers)
                answer = connection.getresponse()
                body = answer.read(MOST_BYTES + 1)
        except (OSError, HTTPException, ValueError) as error:
            if time.monotonic() >= until:
                raise RerankingFailed(f"{self} gave no answer within {self.seconds:g} s") from error
            raise RerankingFailed(f"{self} gave no whole answer ({type(error).__name__})") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise RerankingFailed(f"{self} answered with status {answer.status}")
        if len(body) > MOST_BYTES:
            raise RerankingFailed(f"{self} answered with more than {MOST_BYTES:,} bytes")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RerankingFailed(f"{self} answered with what is no JSON") from error

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


class Served:
    """What every reranker behind an address has: where it is asked, and for which model."""

    def __init__(self, endpoint: Endpoint, model: str = "") -> None:
        self._endpoint = endpoint
        self._model = model

    @property
    def name(self) -> str:
        """The model, or where it is when it was not named."""
        return self._model or str(self._endpoint)


@contextmanager
def _cut_off(connected: socket.socket, seconds: float) -> Iterator[None]:
    """Shut the connection after so many seconds: a socket's own timeout starts anew with each byte."""
    timer = threading.Timer(seconds, _shut, [connected])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
