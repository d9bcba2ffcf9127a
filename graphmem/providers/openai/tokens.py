"""What is read from a server's answer besides the answer: how many tokens it cost."""

from __future__ import annotations

from typing import Any

LETTERS = 4
"""Characters in a token, about: what is counted on before a call, and after it where the server says nothing."""


def estimated(*texts: str) -> int:
    """About how many tokens these texts have."""
    return sum(len(text) for text in texts) // LETTERS + 1


def reported(answer: Any, name: str) -> int | None:
    """The number of tokens that an answer reports under this name; None where it reports none that can be."""
    usage = answer.get("usage") if isinstance(answer, dict) else None
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else None
