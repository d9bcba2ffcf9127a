"""What went wrong with a model's server, in graphmem's own errors; the key stands in none of them."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from graphmem.errors import ModelAccessDenied, ModelError, ModelRefused, ModelUnavailable, RateLimited

MOST_WORDS = 200
"""Characters of what a server says that are told."""
_PASSING = frozenset({408, 409, 425})
_OF_FORM = frozenset({400, 415, 422, 501})
_REPEATED = frozenset({"input", "ctx", "request"})
_FORM = re.compile(
    r"response[ _]?format|json[ _]?(?:schema|object|mode)|structured[ _]?(?:output|decoding|generation)|"
    r"guided[ _]?(?:json|decoding)|grammar|\btools?\b|tool_choice|function[ _]call",
    re.IGNORECASE,
)
"""How servers speak of the form of an answer that they do not give."""
_TOO_LONG = re.compile(r"context[ _](?:length|window|size)|too long|too many tokens|maximum[^.]* tokens", re.IGNORECASE)
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


def status_fault(
    where: str, code: int, headers: Mapping[str, str], body: object, secret: str, now: float | None = None
) -> ModelError:
    """The error that an answer with another status than success means. `body`: its JSON, as far as it is any."""
    told = _inner(body)
    words = told.get("message")
    message = f"{where} answered with status {code}"
    if isinstance(words, str) and words.strip():
        message += f": {shown(words, secret)}"
    kind = told.get("code") or told.get("type")
    if code in (401, 403) or (isinstance(kind, str) and kind in _NO_CREDIT):
        return ModelAccessDenied(f"{message}. Check OPENAI_API_KEY, what it may do, and the account's credit.")
    wait = retry_after(headers, time.time() if now is None else now)
    if code == 429:
        return RateLimited(message, retry_after=wait)
    if code in _PASSING or (code >= 500 and code != 501):
        return ModelUnavailable(message, retry_after=wait)
    return ModelRefused(message, of_form=code in _OF_FORM and _speaks_of_form(body))


def _speaks_of_form(body: object) -> bool:
    """Whether a refusal is about the form in which the answer is wanted. A request that is too long can name it too, when it
    counts what it is made of."""
    words = "\n".join(_words_in(body))
    return bool(_FORM.search(words)) and not _TOO_LONG.search(words)


def _words_in(body: object) -> Iterator[str]:
    """What a server says, wherever it says it, but for what it only repeats of the request."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            if key not in _REPEATED:
                yield from _words_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from _words_in(value)


def _inner(body: object) -> Mapping[str, Any]:
    """The fields that tell of the error: most servers have them in `error`, some at the top, or one string."""
    if not isinstance(body, Mapping):
        return {"message": body}
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else {"message": inner}


def shown(words: str, secret: str) -> str:
    """Words of a server as they may be shown: one line, short, printable, without the key."""
    if secret:
        words = words.replace(secret, "…")
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= MOST_WORDS else line[:MOST_WORDS] + "…"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that the server asks to be left alone: `Retry-After-Ms`, or `Retry-After` in seconds or as a date
    (RFC 9110, section 10.2.3). None where it asks nothing that can be read; never negative."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / unit
        except ValueError:
            seconds = _until(value, now)
        if not math.isnan(seconds):
            return max(seconds, 0.0)
    return None


def _until(date: str, now: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return math.nan
