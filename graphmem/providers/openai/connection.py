"""One request to a model's server, through the SDK, held to a time and a size that the SDK does not keep to by itself."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from graphmem.errors import AnswerMalformed, MissingExtra, ModelError, ModelUnavailable
from graphmem.providers.openai.faults import status_fault

if TYPE_CHECKING:
    from openai import OpenAI

UNUSED_KEY = "none"
"""What is sent to a server that wants no key: the SDK wants one."""


def must_be_installed() -> None:
    """Raises MissingExtra where the package `openai` is not; it is not loaded yet."""
    if find_spec("openai") is None:
        raise MissingExtra(
            "A model behind an address is asked with the package openai, which is not installed: "
            'pip install "graphmem[openai]"'
        )


class Connection:
    """A line to the server that serves one request at a time, and is kept open for the next one."""

    def __init__(self, where: str, base_url: str, key: str, seconds: float, most_bytes: int) -> None:
        self._where, self._base_url, self._key = where, base_url, key
        self._seconds, self._most_bytes = seconds, most_bytes
        self._client: OpenAI | None = None
        self._process = 0

    def ask(self, path: str, document: dict[str, Any]) -> Any:
        """The JSON that comes back for this JSON from `path`, ``chat`` or ``embeddings``.

        Raises ModelUnavailable, RateLimited, ModelRefused, ModelAccessDenied; AnswerMalformed for what is no JSON, or too long.
        """
        import openai

        until = math.inf
        try:
            with self._line() as (client, until):
                received = self._received(client, path, document, until)
        except openai.APIStatusError as error:
            raise self._status(error) from (None if self._key and self._key in repr(error.body) else error)
        except ModelError:
            raise
        except Exception as error:  # the SDK hands on its HTTP library's own errors, whichever that is
            self.close()
            raise self._broken(error, until) from error
        try:
            return json.loads(received)
        except (ValueError, RecursionError) as error:
            raise AnswerMalformed(f"{self._where} answered with what is no JSON") from error

    def _received(self, client: OpenAI, path: str, document: dict[str, Any], until: float) -> bytes:
        room = client.embeddings if path == "embeddings" else client.chat.completions
        parts, size = [], 0
        with room.with_streaming_response.create(**document) as response:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > self._most_bytes:
                    raise AnswerMalformed(f"{self._where} answered with more than {self._most_bytes:,} bytes")
                if time.monotonic() > until:
                    raise TimeoutError
        return b"".join(parts)

    @contextmanager
    def _line(self) -> Iterator[tuple[OpenAI, float]]:
        """The client, and until when it serves: its line is closed after the time for one call, for a timeout of the SDK starts
        anew with each byte. A process that was forked off opens one of its own."""
        from openai import OpenAI

        if self._client is None or self._process != os.getpid():
            self._process = os.getpid()
            self._client = OpenAI(
                api_key=self._key or UNUSED_KEY, base_url=self._base_url, max_retries=0, timeout=self._seconds
            )
        client = self._client
        timer = threading.Timer(self._seconds, self._cut_off, [client])
        timer.daemon = True
        until = time.monotonic() + self._seconds
        timer.start()
        try:
            yield client, until
        finally:
            timer.cancel()

    def _cut_off(self, client: OpenAI) -> None:
        if self._client is client:
            self._client = None
        client.close()

    def _status(self, error: Any) -> ModelError:
        body = error.body if isinstance(error.body, Mapping | str) else None
        return status_fault(self._where, error.status_code, error.response.headers, body, self._key)

    def _broken(self, error: Exception, until: float) -> ModelError:
        if time.monotonic() >= until or "Timeout" in type(error).__name__:
            return ModelUnavailable(f"{self._where} gave no whole answer within {self._seconds:g} s")
        cause = type(error.__cause__ or error).__name__
        return ModelUnavailable(f"{self._where} cannot be reached, or broke off ({cause})")

    def close(self) -> None:
        """Let go of the line; the next request opens it again."""
        if self._client is not None:
            self._client.close()
            self._client = None
