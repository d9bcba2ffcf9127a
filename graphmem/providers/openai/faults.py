"""What went wrong with a model's server, in graphmem's own errors; the key stands in none of them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from graphmem.errors import ModelAccessDenied, ModelError, ModelRefused, ModelUnavailable, RateLimited

MOST_WORDS = 200
"""Characters of what a server says that are told."""
_PASSING = frozenset({408, 409, 425})
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
    return ModelRefused(message)


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
