"""Finds in a text the names that could be entities already known, whatever an extractor made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from graphmem.domain.identity import entity_key

LONGEST_NAME = 8
"""Words in the longest name that is looked for."""

_WORD = re.compile(r"\w+(?:['’.&/-]\w+)*\.?")


def spelled_names(text: str) -> Iterator[tuple[str, int, int]]:
    """(key, start, end) of every run of up to 8 words that begins and ends with a capital or a digit.

    Gives many that are no names: what counts is which of the keys are known.
    """
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    proper = [word[0].isupper() or word[0].isdigit() for word, _, _ in words]
    for first, (_, start, _) in enumerate(words):
        if not proper[first]:
            continue
        for last in range(first, min(first + LONGEST_NAME, len(words))):
            if proper[last]:
                end = words[last][2]
                yield entity_key(text[start:end]), start, end


def spoken_names(text: str) -> Iterator[tuple[str, int, int]]:
    """(key, start, end) of every run of up to 8 words, in any case: people ask in lower case too."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    for first, (start, _) in enumerate(words):
        for last in range(first, min(first + LONGEST_NAME, len(words))):
            yield entity_key(text[start : words[last][1]]), start, words[last][1]


_ASKING_WORDS = """
a an and any are at by can could did do does for from had has have he her his how i in is it its me more most my of on
or she that the their they to was we were what when where which who whom whose why will with you your
"""
_ASKING = frozenset(_ASKING_WORDS.split())
"""Words that begin a question and are no name there, whatever is called so."""


@lru_cache(maxsize=32)
def asked_names(question: str) -> frozenset[str]:
    """Keys of what a question may name: runs written like names, and runs of several words in any case. Where nothing
    but its first word is written like a name (people ask in lower case too), single words as well."""
    spelled = {key for key, start, _ in spelled_names(question) if start > 0 or " " in key or key not in _ASKING}
    spoken = {key for key, _, _ in spoken_names(question)}
    shouted = any(char.isupper() for char in question.strip()[1:])
    lowered = {key for key in spoken if " " in key or not shouted}
    return frozenset(key for key in spelled | lowered if key not in _ASKING)


def is_proper(name: str) -> bool:
    """Whether a name is written like one: some word of it begins with a capital or a digit."""
    return any(word[0].isupper() or word[0].isdigit() for word in re.findall(r"\w+", name))


def title_aliases(name: str) -> tuple[str, ...]:
    """Other ways to write a title: without what stands in brackets at its end, as in "Belle (Disney song)"."""
    short = re.sub(r"\s*\([^()]*\)\s*$", "", name).strip()
    return (short,) if short and short != name else ()
