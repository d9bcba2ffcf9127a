"""A model's server as this process sees it: asked with patience, not too often, not by too many, within a budget.

All memories of a process with equal settings share one, so that its limits hold for the process.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, LifoQueue
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from graphmem.domain.usage import Usage
from graphmem.errors import ModelUnavailable, SettingsError
from graphmem.providers.openai.breaker import Breaker
from graphmem.providers.openai.budget import Budget
from graphmem.providers.openai.connection import Connection
from graphmem.settings import ModelLimits

Path = Literal["chat", "embeddings"]
OWN_URL = "https://api.openai.com/v1"
"""Where the models of OpenAI itself are."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds between attempts, at most: the first, and however many there were."""
_PLAIN = re.compile(r"[!-~]+")


@dataclass(slots=True)
class Time:
    """The clock, the pauses and the dice, so that a test can hold them."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    drawn: Callable[[], float] = random.random


class ModelServer:
    """Sends requests to one server with one key. `forms`: what is known of the answers' forms that it takes, by model.

    Attempts are spaced by exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), or by what
    the server asks for in Retry-After.
    """

    def __init__(self, base_url: str, key: str, limits: ModelLimits, time: Time | None = None) -> None:
        self.base_url = checked(base_url or OWN_URL, key)
        self.where = urlsplit(self.base_url).netloc
        self.budget = Budget(limits)
        self.limits = limits
        self.forms: dict[str, int] = {}
        self._time = time or Time()
        self._guard = threading.Lock()
        self._breakers: dict[tuple[Path, str], Breaker] = {}
        self._lines: LifoQueue[Connection] = LifoQueue()
        for _ in range(limits.at_once):
            self._lines.put(Connection(self.where, self.base_url, key, limits.seconds, limits.answer_bytes))

    def ask(self, path: Path, document: dict[str, Any], tokens: int) -> Any:
        """The JSON that the server gives for this JSON, which will take about so many tokens.

        Each attempt counts as a call. Raises what `Connection.ask` raises, ModelUnavailable without a call while the server is
        left alone or all lines are taken for too long, and BudgetExhausted.
        """
        breaker = self._breaker(path, str(document.get("model")))
        call = Usage(calls=1) if path == "chat" else Usage(embedding_calls=1)
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(breaker, path, document, call, tokens)
            except ModelUnavailable as error:
                pause = self._pause(error, attempt)
                if pause is None:
                    raise
                self._time.sleep(pause)
                if breaker.resting:
                    raise

    def _attempt(self, breaker: Breaker, path: Path, document: dict[str, Any], call: Usage, tokens: int) -> Any:
        with self._line() as line, breaker.watching(), self.budget.call(call, tokens):
            return line.ask(path, document)

    def _pause(self, error: ModelUnavailable, attempt: int) -> float | None:
        """Seconds until the next attempt; None when there is none: they are used up, or the server asks for too long a pause."""
        if attempt >= self.limits.attempts:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.limits.longest_wait else None
        most = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE, self.limits.longest_wait)
        pause: float = most * self._time.drawn()
        return pause

    @contextmanager
    def _line(self) -> Iterator[Connection]:
        """One of the lines, when it is free. Raises ModelUnavailable when none is for the time of a call."""
        try:
            line = self._lines.get(timeout=self.limits.seconds)
        except Empty as error:
            raise ModelUnavailable(
                f"No line to {self.where} was free within {self.limits.seconds:g} s: calls under way are limited to "
                f"{self.limits.at_once}"
            ) from error
        try:
            yield line
        finally:
            self._lines.put(line)

    def _breaker(self, path: Path, model: str) -> Breaker:
        with self._guard:
            found = self._breakers.get((path, model))
            if found is None:
                limits = self.limits
                found = Breaker(f"{model} at {self.where}", limits.failures, limits.rest, self._time.clock)
                self._breakers[path, model] = found
            return found


def checked(url: str, key: str) -> str:
    """The address, if it can be one. Raises SettingsError, also for a key that cannot be one, and for OpenAI's own without."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, usable = urlsplit(""), False
    if not usable or "@" in parts.netloc or parts.query or parts.fragment or not _PLAIN.fullmatch(url):
        raise SettingsError(
            "Setting openai_base_url (environment: OPENAI_BASE_URL): give http://host/v1 or https://host/v1, and the key, if it "
            "wants one, in OPENAI_API_KEY."
        )
    if key and not _PLAIN.fullmatch(key):
        raise SettingsError(
            "Setting openai_api_key (environment: OPENAI_API_KEY): the key holds white space, a line end or other characters that "
            "cannot be sent."
        )
    if url == OWN_URL and not key:
        raise SettingsError(
            "Setting openai_api_key (environment: OPENAI_API_KEY): OpenAI's models want a key; for another server, say where it "
            "is in OPENAI_BASE_URL."
        )
    return url


@lru_cache(maxsize=64)
def shared_server(base_url: str, key: SecretStr, limits: ModelLimits) -> ModelServer:
    """The server of these settings in this process. Raises SettingsError."""
    return ModelServer(base_url, key.get_secret_value(), limits)


if hasattr(os, "register_at_fork"):  # a child has neither its parent's threads nor the right to its connections
    os.register_at_fork(after_in_child=shared_server.cache_clear)
