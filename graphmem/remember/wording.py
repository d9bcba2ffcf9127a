"""What the words around a value say of it: that it is new, that it stands beside others, that only a part is meant.

The words of a fact are stored with it, so that a statement is read alike when it is told and when it is looked up later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphmem.domain.places import is_country

_NEW = re.compile(
    r"\b(?:now|newly|nowadays|these days|currently|at present|as of|since|instead|from now on|chang(?:ed|es)|"
    r"switch(?:ed|es)|became|becomes|become|started|began|took over|taken over|replac(?:ed|es)|succeed(?:ed|s)|appointed|elected|"
    r"hired|signed|moved|joined|transferred)\b",
    re.IGNORECASE,
)
_A_NEW = re.compile(r"\b[Nn]ew\s+(?![A-Z])")
_ADDS = re.compile(
    r"\b(?:also|as well|besides|additionally|in addition|on the side|another|(?:my|our|your|his|her|their) other|"
    r"(?<=['’]s )other|"
    r"second (?:job|home|house|flat|car|phone|email|number|address|school))\b|\btoo\s*(?:[.!,;]|$)",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r";|,\s+|\s+(?:and|but|while|whereas)\s+")
_PART = re.compile(
    r"^\s*,?\s*(?:only\s+|just\s+)?(?:on|in|at|from|with|during|before|after|when|while|for|if|unless|every|alone|without|by|as)"
    r"\s+(?!all\b|present\b|the moment\b|of\b|(?:19|20)\d\d\b|now\b|the least\b|good\b)\w",
    re.IGNORECASE,
)
_PART_FIRST = re.compile(r"^\s*(?:on|in|at|during|every)\s+(?!fact\b|the end\b|(?:19|20)\d\d\b)[^,]*,", re.IGNORECASE)
_BEGAN = re.compile(r"\b(?:started|began|begun)\b", re.IGNORECASE)
_AWAY = re.compile(
    r"^\s*,?\s*(?:(?:this (?:morning|afternoon|evening)|today|yesterday|last night)\s*,?\s*)?"
    r"(?:at\s+(?:about\s+|around\s+)?(?:\d|noon|midnight|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|"
    r"early\b|late\b|on (?:foot|time)\b|for (?:lunch|dinner|breakfast|coffee|the (?:day|evening|night|weekend|airport|station)|"
    r"home|a (?:walk|meeting|break|while))\b|by (?:car|bus|train|bike|taxi)\b|to (?:pick|catch|get|meet)\b)",
    re.IGNORECASE,
)
_DISTRICT = re.compile(
    r"\b(?:district|quarter|region|neighbou?rhood|county|province|borough|suburb|area|arrondissement|state of|canton|island)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """`renews`: a change is told ("now", "new", "switched"); `adds`: beside others ("also"); `partial`: some time, place or
    company is told, so that a denial denies that only ("doesn't work there on Fridays"), but not where it is told to have begun
    ("started dating him in March"); `away`: a way out, for now
    ("left at five"). `extent`: what a place is, as far as its name tells: a country, a part of a place, or neither."""

    renews: bool = False
    adds: bool = False
    partial: bool = False
    away: bool = False
    extent: str = ""


PLAIN = Wording()


def wording(text: str, subject: str, value: str) -> Wording:
    """How `text` tells of `value`; `subject` is of whom it tells it."""
    clause = _clause_of(text, value)
    at = max(_end_of(name, clause) for name in (subject, value))
    rest = clause[at:] if at else ""
    return Wording(
        renews=bool(_NEW.search(clause) or _A_NEW.search(clause)),
        adds=bool(_ADDS.search(clause)),
        partial=not _BEGAN.search(clause) and bool(_PART.match(rest) or _PART_FIRST.match(text)),
        away=bool(_AWAY.match(rest)),
        extent=_extent(value, rest),
    )


def _clause_of(text: str, value: str) -> str:
    """The part of a sentence that names the value; all of it where none does."""
    parts = [part for part in _CLAUSES.split(text) if value in part]
    return parts[-1] if parts else text


def _end_of(name: str, clause: str) -> int:
    """Behind the last place that names it as a word of its own; 0 where none does."""
    return max((found.end() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", clause)), default=0)


def _extent(value: str, rest: str) -> str:
    if _DISTRICT.search(value) or _DISTRICT.match(rest.strip()):
        return "part"
    return "country" if is_country(value) else ""
