"""Names that a user gives himself: "I'm Maya", "My name is Maya Lindt", "Call me Maya".

Such a name, where it is new, is joined to the entity of who says it, as any sure likeness joins: with a reason, and to be split off
again. One that is known already may be somebody else's, and is left alone. What one agent of a user's is told decides nothing for
another: said to one, that the two are one is a candidate for somebody to look at. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from graphmem.domain.identity import entity_key
from graphmem.domain.names import is_proper
from graphmem.domain.namesakes import is_namesake
from graphmem.domain.subgraph import Standing
from graphmem.domain.triple import NameSpan, Span, Triple
from graphmem.remember.draft import Draft
from graphmem.remember.likeness import Likeness
from graphmem.remember.resolve import LITERAL_TYPES
from graphmem.remember.sighting import Seen, Sighting

_AM = re.compile(r"(?:^|(?<=[.!?,;–—]\s)|(?<=\n))(?P<who>I)(?:['’]m| am)\s+$")
_CALLED = re.compile(
    r"(?:^|(?<=[.!?,;–—]\s)|(?<=\n))(?:(?:please |just |you can |everyone |everybody )*calls? (?P<who>me)|"
    r"(?P<whose>my) (?:first |full )?name(?:['’]s| is))\s+$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s*(?:$|[.!?,;:–—\n]|and\b|but\b)")
_PLAYED = re.compile(r"\s*[,.;]?\s*(?:(?:and|while) )?you(?:['’]re| are)\s+(?-i:[A-Z])", re.IGNORECASE)
"""Roles that are given out: "I'm Mario, you're Luigi"."""
_NO_ONE = re.compile(r"(?:team|camp|generation|gen)\s", re.IGNORECASE)
"""What begins with such a word is a side that somebody takes."""
_HANDED_IN = re.compile(
    r"(?:^|[.!?\n])\W{0,8}(?:please,?\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?){0,2}(?:translate|proof-?read|paraphrase|"
    r"rephrase|reword|rewrite|summari[sz]e|correct|edit|fix|improve|shorten|polish|check|reply\s+to|respond\s+to|answer|analy[sz]e|"
    r"classify|repeat|read|say|write|pretend|imagine)\b[^:.!?\n]{0,60}:\s",
    re.IGNORECASE,
)
"""A request that ends in a colon: what follows is what it is about."""
LONGEST = 2_000
"""Characters: a longer text is no speech of the user's."""
REASON = "introduced by this name"
_SURE = Likeness(sure=True, likely=True, score=1.0, reason=REASON)


class Introduction(NamedTuple):
    """That who says `draft` goes by `name`; `me`: the word by which he means himself."""

    speaker: str
    name: NameSpan
    sentence: int
    me: Span


def introductions(draft: Draft) -> Iterator[Introduction]:
    """The names that a user gives himself in a text that was read, one for each."""
    record = draft.record
    speaker = record.actor_id or record.scope.user_id
    is_speech = draft.passage is not None and not draft.is_procedure and draft.heading is None
    if not is_speech or record.role != "user" or speaker is None or len(record.text) > LONGEST:
        return
    for sentence, name in draft.reading.mentions:
        if name.type in LITERAL_TYPES or not is_proper(name.name) or entity_key(name.name) == entity_key(speaker):
            continue
        if record.text[name.span.start : name.span.end] != name.name or not _BEHIND.match(record.text, name.span.end):
            continue
        before = record.text[: name.span.start]
        if _NO_ONE.match(name.name) or _PLAYED.match(record.text, name.span.end) or _is_anothers(before):
            continue
        found = (_AM.search(before) if name.type == "person" else None) or _CALLED.search(before)
        if found is not None:
            who = "who" if found["who"] else "whose"
            yield Introduction(speaker, name, sentence, Span(start=found.start(who), end=found.end(who)))


def _is_anothers(before: str) -> bool:
    """Whether what follows these words is quoted, or handed in to be worked on."""
    quoted = before.count('"') % 2 == 1 or any(before.count(one) > before.count(end) for one, end in ("“”", "«»"))
    return quoted or _HANDED_IN.search(before) is not None


def name_speakers(drafts: Sequence[Draft]) -> None:
    """Let each introduction name its speaker, whatever else was read of it."""
    for one in drafts:
        spoken = [
            (each.sentence, NameSpan(name=each.speaker, type="person", span=each.me)) for each in introductions(one)
        ]
        if spoken:
            one.reading = one.reading.model_copy(update={"mentions": (*one.reading.mentions, *spoken)})


def without_names(drafts: Sequence[Draft], sightings: Mapping[str, Sighting]) -> None:
    """Take out what introductions state of speakers and names that are one by them: "u42 is Maya" says nothing then."""
    for one in drafts:
        joined = {
            frozenset((entity_key(each.speaker), key))
            for each in introductions(one)
            if (key := entity_key(each.name.name)) in sightings and _is_introduced(sightings[key])
        }
        if joined:
            left = [triple for triple in one.reading.triples if _ends(triple) not in joined]
            one.reading = one.reading.model_copy(update={"triples": tuple(left)})


def _is_introduced(sighting: Sighting) -> bool:
    return any(seen.joined and seen.how.reason == REASON for seen in sighting.alike)


def _ends(triple: Triple) -> frozenset[str]:
    return frozenset((entity_key(triple.subject.name), entity_key(triple.object.name)))


def introduced(drafts: Sequence[Draft], standing: Standing, alike: Mapping[str, Sighting]) -> dict[str, Sighting]:
    """By key, whom the names are that their bearers gave themselves, of those that no known entity bears; `alike`: what else they
    are like. A join is the owner's, whoever reads: so what is said to one agent of a user's is a candidate only."""
    known = {one.key: one for one in standing.entities}
    others = {
        one.id for one in standing.entities if is_namesake(one)
    }  # "Maya (sister)" leaves the plain name to whose it was
    borne = {
        key
        for one in standing.entities
        for key in (one.key, *(map(entity_key, one.aliases) if one.id not in others else ()))
    }
    found: dict[str, Sighting] = {}
    for one in drafts:
        for each in introductions(one):
            key, speaker = entity_key(each.name.name), entity_key(each.speaker)
            if key not in borne:
                seen = Seen(speaker, known.get(speaker), _SURE, joined=not _is_to_one_agent(one))
                rest = () if seen.joined else alike.get(key, Sighting()).alike
                found.setdefault(key, Sighting((seen, *(other for other in rest if other.key != speaker))))
    return found


def _is_to_one_agent(one: Draft) -> bool:
    """Whether it is said to one of several that a user may have."""
    return one.record.scope.user_id is not None and one.record.scope.agent_id is not None
