"""Cuts a text that is too long for one memory, where a reader would."""

from __future__ import annotations

import re

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?。！？])\s+"), re.compile(r"\s+"))

_HEADING = re.compile(r"[^\n]{0,119}[^\s.!?:;,…]\n\s*")


def pieces(text: str, limit: int) -> list[str]:
    """`text` in consecutive pieces of at most `limit` characters, cut between paragraphs, lines, sentences or words,
    in this order of preference, and within a word only where a word is longer than that. Nothing but white space is lost.
    A heading stays with what follows it."""
    text = text.strip()
    heading = _HEADING.match(text) if len(text) > limit else None
    if heading is None or heading.end() * 2 > limit:
        return _cut(text, limit)
    first, *rest = _cut(text[heading.end() :], limit - heading.end())
    return (
        [heading.group() + first, *_cut(text[text.index(first, heading.end()) + len(first) :], limit)]
        if rest
        else [text]
    )


def _cut(text: str, limit: int) -> list[str]:
    parts = [text.strip()]
    for pattern in _BREAKS:
        parts = [small for part in parts for small in _regroup(part, pattern, limit)]
    return [part[i : i + limit] for part in parts for i in range(0, len(part), limit) if part[i : i + limit].strip()]


def _regroup(text: str, pattern: re.Pattern[str], limit: int) -> list[str]:
    """Cut at every match of `pattern`, then join neighbours again as long as they fit."""
    if len(text) <= limit:
        return [text] if text.strip() else []
    groups: list[tuple[int, int]] = []
    start = 0
    for end, following in [*((m.start(), m.end()) for m in pattern.finditer(text)), (len(text), len(text))]:
        if groups and end - groups[-1][0] <= limit:
            groups[-1] = (groups[-1][0], end)
        elif end > start:
            groups.append((start, end))
        start = following
    return [text[a:b] for a, b in groups if text[a:b].strip()]
