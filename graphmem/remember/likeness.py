"""Says how surely two names are one thing's, by the names alone. Pure.

A false join is much worse than a missed one, so that very little is sure: the same words in another dress (accents, hyphens,
a title before a name, what the law adds to a company's), and letters that changed places. What is only likely is told with
its reason, for somebody to look at. What holds a digit, a number of a king or a single letter names one of a row, "GPT-4",
"Henry IV", "Vitamin A", and is never like another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from graphmem.domain.query import NameProbe
from graphmem.remember.nicknames import forms_of

_TITLE_WORDS = "dr doctor prof professor mr mrs ms miss mx sir dame lord lady rev reverend capt captain"
_TITLES = frozenset(_TITLE_WORDS.split())
_USUAL_TITLES = ("dr", "dr.", "doctor", "prof", "prof.", "professor", "sir")
_WEAK_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lord", "lady"})
"""Titles that tell two people of one name apart: Mr Smith is not Mrs Smith."""
_LEGAL = {
    **dict.fromkeys(("inc", "incorporated", "corp", "corporation"), "inc"),
    **dict.fromkeys(("ltd", "limited", "plc"), "ltd"),
    **{name: name for name in ("llc", "gmbh", "ag", "bv", "nv", "ab", "oy", "sa", "spa", "srl", "kk", "co", "company")},
}
_ORDINAL_WORDS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx jr sr junior senior"
_ORDINALS = frozenset(_ORDINAL_WORDS.split())
_CALENDAR_WORDS = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
november december
"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_POINT_WORDS = "north south east west northern southern eastern western new old upper lower"
_POINTS = frozenset(_POINT_WORDS.split())
_WRITTEN_OUT = {"&": "and", "st": "saint", "mt": "mount", "ft": "fort"}
_APART = re.compile(r"[\s\-‐‑–_/,]+")
_BRACKET = re.compile(r"\([^()]*\)")
_LOOSE = frozenset({"entity", "misc", ""})
"""Types that exclude no other: they say little."""
_LONG_ENOUGH, _LONG_ALONE = 5, 8
"""Letters of a word in which two that changed places are a slip: among other words that are the same, and alone."""


class Likeness(NamedTuple):
    """How much speaks for two names being one thing's, 0…1, and what. `sure`: the names alone say it; `likely`: they do
    where both are known to have to do with the same things."""

    score: float
    reason: str
    sure: bool = False
    likely: bool = False


class Name(NamedTuple):
    """A name taken apart. `words`: folded, without title and legal form."""

    words: tuple[str, ...]
    titles: frozenset[str] = frozenset()
    legal: str = ""
    codes: tuple[str, ...] = ()
    bracket: str = ""


def excluded(kind: str, other: str) -> bool:
    """Whether nothing can be of both types."""
    return kind != other and kind not in _LOOSE and other not in _LOOSE


@lru_cache(maxsize=4096)
def taken_apart(name: str) -> Name:
    """The parts of a name that count when it is compared."""
    bracket = " ".join(_BRACKET.findall(name))
    text = unicodedata.normalize("NFKD", _BRACKET.sub(" ", name).casefold().replace("’", "'"))
    text = "".join(char for char in text if not unicodedata.combining(char)).replace("&", " & ")
    if text.count(",") == 1 and len(text.split()) == 2:  # "Dahl, Freja"
        text = " ".join(reversed(text.split(",")))
    words = [word.replace(".", "").replace("'", "") for word in _APART.split(_initials(text))]
    words = [_WRITTEN_OUT.get(word, word) for word in words if word]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    titles = []
    while len(words) > 1 and words[0] in _TITLES:
        titles.append(words.pop(0))
    legal = ""
    while len(words) > 1 and words[-1] in _LEGAL:
        legal = _LEGAL[words.pop()]
    codes = tuple(word for word in words if word in _ORDINALS or any(char.isdigit() or char == "@" for char in word))
    return Name(tuple(words), frozenset(titles), legal, codes, bracket)


def _initials(text: str) -> str:
    """ "j.r.r. tolkien" as "j r r tolkien", while "u.s.a." stays one word."""
    first, *rest = text.split() or [""]
    if rest and re.fullmatch(r"(?:\w\.){2,}", first):
        first = first.replace(".", " ")
    return " ".join([first, *rest])


def likeness(name: str, kind: str, other: str, other_kind: str) -> Likeness | None:
    """How much speaks for an entity with this name and type being the other one; None where nothing does."""
    one, two = taken_apart(name), taken_apart(other)
    if excluded(kind, other_kind) or one.bracket != two.bracket or not one.words or not two.words:
        return None
    if one.codes or two.codes or _in_a_row(one.words) or _in_a_row(two.words):
        return None
    if one.titles & _WEAK_TITLES and two.titles & _WEAK_TITLES and one.titles != two.titles:
        return None
    if one.words == two.words or "".join(one.words) == "".join(two.words):
        return _dressed(one, two, kind, other_kind)
    person = kind == other_kind == "person"
    if {kind, other_kind} <= {"person", *_LOOSE} and not one.legal and not two.legal:
        found = _people(one.words, two.words, known="person" in (kind, other_kind))
        if found is not None or (person and _other_gender(one.words[0], two.words[0])):
            return found
    return _misspelt(one, two) or _shortened(one.words, two.words, name, other, person)


def _in_a_row(words: Sequence[str]) -> bool:
    """Whether a name is one of a row (Vitamin A, Plan B), or a day or month."""
    return (len(words) > 1 and len(words[-1]) == 1) or any(word in _CALENDAR for word in words)


def _dressed(one: Name, two: Name, kind: str, other_kind: str) -> Likeness | None:
    """The same words, or the same letters."""
    letters = len("".join(one.words))
    if one.legal != two.legal:
        company = kind == other_kind == "organization"
        only_one = not (one.legal and two.legal)
        return Likeness(0.95 if only_one else 0.6, "the same company but for its legal form", sure=company and only_one)
    if one.titles != two.titles:
        return Likeness(0.95, "the same name but for a title", sure=len(one.words) > 1, likely=True)
    if one.words == two.words and letters >= _LONG_ENOUGH:
        return Likeness(0.98, "the same words, written otherwise", sure=True)
    return Likeness(0.9, "the same letters", sure=letters >= _LONG_ALONE, likely=True)


def _people(one: Sequence[str], two: Sequence[str], *, known: bool) -> Likeness | None:
    """Parts of names and familiar forms, as people have them. `known`: that one of the two is somebody
    is known, and not only that they may be."""
    if len(one) > len(two):
        one, two = two, one
    if len(one) == 1 < len(two):
        if one[0] == two[0] and known:
            return Likeness(0.7, "a first name and a full one", likely=True)
        if one[0] == two[-1] and known:
            return Likeness(0.6, "a surname and a full name", likely=True)
        return Likeness(0.5, "a familiar form of a first name") if known and two[0] in forms_of(one[0]) else None
    if len(one) == 1:
        return Likeness(0.6, "a familiar form of the name", likely=known) if two[0] in forms_of(one[0]) else None
    if one[-1] != two[-1]:
        return None
    if len(one) == len(two) and all(map(_initial, one, two)):
        return Likeness(0.8, "the same name with an initial", likely=True)
    if len(one) < len(two) and _initial(one[0], two[0]) and not any(len(word) == 1 for word in one[1:-1]):
        return Likeness(0.75, "the same name without a middle one", likely=known and one[0] == two[0])
    if one[1:] == two[1:] and two[0] in forms_of(one[0]):
        return Likeness(0.8, "the same name with a familiar form of the first", likely=True)
    return None


def _initial(one: str, two: str) -> bool:
    return one == two or (min(len(one), len(two)) == 1 and one[0] == two[0])


def _other_gender(one: str, two: str) -> bool:
    """Mario and Maria, Daniel and Daniela: a slip of one letter that is none."""
    return one != two and one.rstrip("aeo") == two.rstrip("aeo")


def _misspelt(one: Name, two: Name) -> Likeness | None:
    """One word with a letter too much, too few or another, or with two that changed places."""
    if len(one.words) != len(two.words) or one.legal != two.legal or one.titles != two.titles:
        return None
    different = [(a, b) for a, b in zip(one.words, two.words, strict=True) if a != b]
    if len(different) != 1 or {*different[0]} & _POINTS:
        return None
    a, b = different[0]
    if min(len(a), len(b)) < _LONG_ENOUGH or a[0] != b[0] or OSA.distance(a, b, score_cutoff=1) > 1:
        return None
    if a.rstrip("s") == b.rstrip("s") and len(one.words) == 1:
        return None
    swapped = sorted(a) == sorted(b) and a[-1] == b[-1]
    long_enough = len(a) >= (_LONG_ENOUGH if len(one.words) > 1 else _LONG_ALONE)
    if swapped:
        sure = long_enough and (bool(forms_of(a)) != bool(forms_of(b)) or different[0][0] == one.words[-1])
        return Likeness(0.95, "two letters changed places", sure=sure, likely=True)
    return Likeness(0.7, "one letter is different")


def _shortened(one: Sequence[str], two: Sequence[str], name: str, other: str, person: bool) -> Likeness | None:
    """The first letters of a longer name, or its words in another order."""
    if person:
        return None
    for short, long, written in ((one, two, name), (two, one, other)):
        weighty = [word for word in long if word not in ("of", "and", "for", "the", "de")]
        initials = "".join(word[0] for word in weighty)
        if len(short) == 1 and len(weighty) > 2 and written.replace(".", "").isupper() and short[0] == initials:
            return Likeness(0.75, "the first letters of its words", likely=True)
    loose = [sorted(word for word in words if word not in ("of", "the")) for words in (one, two)]
    return Likeness(0.7, "the same words in another order") if len(one) > 1 and loose[0] == loose[1] else None


def probe_of(key: str, name: str, kind: str) -> NameProbe | None:
    """Where names like this one may be; None for a name that is like no other."""
    parts = taken_apart(name)
    words = parts.words
    if not words or parts.codes or parts.bracket or _in_a_row(words) or len(words) > MOST_WORDS:
        return None
    plain, first, last = " ".join(words), words[0], key.rpartition(" ")[2]
    exact = {plain, plain.replace(" ", ""), plain.replace(" ", "-")}
    exact |= {f"{title} {plain}" for title in _USUAL_TITLES} if kind == "person" and len(words) > 1 else set()
    if kind == "person" or kind in _LOOSE:
        exact |= {" ".join((form, *words[1:])) for form in forms_of(first)}
        exact |= {first, last} if len(words) > 1 and kind == "person" else set()
    if len(words) > 2:
        exact.add("".join(word[0] for word in words if word not in ("of", "and", "for", "the", "de")))
    heads = {f"{plain} "} if kind != "location" else set()
    if len(words) > 1:
        heads.add(f"{' '.join(words[:-1])} {words[-1][0]}")
    elif len(plain) >= _LONG_ENOUGH:
        heads.add(plain[:4])
    letters = {first[0], *(form[0] for form in forms_of(first))} if len(words) > 1 else set()
    wanted = last if len(words) > 1 or kind == "person" else ""
    return NameProbe(
        key=key,
        exact=tuple(sorted(exact - {key})),
        heads=tuple(sorted(heads)),
        last=wanted,
        letters=tuple(sorted(letters)),
    )


MOST_WORDS = 6
"""Names of more words are titles and sentences: they are not compared."""
