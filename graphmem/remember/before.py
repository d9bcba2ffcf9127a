"""Corrections in an `add` of their own: "No, I meant Leiria." names nothing but the right value, and an application that adds turn
by turn has said what was wrong in an `add` before.

Only a text that looks like such a correction, and took nothing back in its own conversation, costs a question: what the same
speaker said last in the very same scope. It is then read once more, offline, with those words as the turn before it. What
does not come of words that a stored fact stands on is not kept, and the memory stays without a fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from graphmem.domain.memory import MemoryRecord
from graphmem.domain.query import Selection, View
from graphmem.domain.triple import NameSpan, Reading, Triple
from graphmem.ports.extractor import Passage
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.draft import Draft, passage_of

REACH = timedelta(hours=1)
"""How long before a correction that may have been said which it corrects: as long as a conversation may pause."""
LAST_TURNS = 20
"""Memories of the scope that are looked through, whoever spoke: others answer in between."""
MOST_TURNS = 5
"""Turns of the speaker that stated something, and may be meant."""
LONGEST = 100
_LEADS = r"(?:(?:no|oops|sorry|wait|actually|well|correction|my mistake|ah|oh|hm+|um|er)\b[\s,:.–-]*)"
_IT = r"(?:it['’]?s|it is|it was)"
_SAYS = r"(?:i mean(?:t)?|it should be|that should be|make that|rather)"
_CORRECTION = re.compile(
    rf"^\W*(?:{_LEADS}*{_SAYS}\b.|{_LEADS}+{_IT}\b.|{_LEADS}*{_IT}\b.+\bnot\b.|{_LEADS}+\S.*?, (?:and )?not\b.|{_LEADS}*not\b.+\bbut\b.)"
    rf"|, (?:i mean(?:t)?|rather)\W*$",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"(?:my|our|your|his|her|their)\s", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]*?[.!?](?=\s|$)|[^\n]+")


class Said(NamedTuple):
    """An earlier turn. `words`: those of it that facts stand on, folded."""

    record: MemoryRecord
    words: tuple[str, ...]


def looks_like_correction(text: str) -> bool:
    """Whether a text opens with what may be nothing but a correction; whether it is one, the extractor says."""
    opening = _opening(text)
    return len(opening) <= LONGEST and not opening.endswith("?") and _CORRECTION.search(opening) is not None


def is_alone(text: str) -> bool:
    """Whether nothing stands behind the first sentence."""
    return _opening(text) == text.strip()


def _opening(text: str) -> str:
    match = _SENTENCE.search(text.strip())
    return match.group().strip() if match else ""


def unsettled(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts that look like corrections, were read, and correct nothing that they were read with."""
    return [
        one
        for one in drafts
        if one.passage is not None
        and not one.is_procedure
        and one.triples is None
        and looks_like_correction(one.record.text)
        and not any(triple.corrects for triple in one.reading.triples)
    ]


async def said_before(store: GraphStore, one: Draft, drafts: Sequence[Draft], now: datetime) -> list[Said]:
    """What its speaker stated last in the very same scope, of the store and of the same write, oldest first: at most MOST_TURNS,
    said at most REACH before."""
    scope, view = one.record.scope, View(now=now, include_retired=True)
    latest = Selection(
        scope=scope, kind="memory", view=view, limit=LAST_TURNS, after=one.record.id, descending=True, exactly=True
    )
    page = await store.memories(latest)
    written = {draft.record.id for draft in drafts}
    stored = [record for record in page.items if record.id not in written and _may_be_meant(record, one.record)]
    found = await _stated(store, stored, view) if stored else []
    for draft in drafts[: drafts.index(one)]:
        words = _words_of(draft.record, draft.reading.triples)
        if words and _may_be_meant(draft.record, one.record):
            found.append(Said(draft.record, words))
    return sorted(found, key=lambda said: (said.record.valid_from, said.record.id))[-MOST_TURNS:]


def _may_be_meant(record: MemoryRecord, by: MemoryRecord) -> bool:
    same_speaker = (record.role, record.actor_id, record.scope) == (by.role, by.actor_id, by.scope)
    return same_speaker and timedelta() <= by.valid_from - record.valid_from <= REACH


async def _stated(store: GraphStore, records: Sequence[MemoryRecord], view: View) -> list[Said]:
    """Those of the memories that say facts."""
    there = await store.fetch(records[0].scope, [record.id for record in records], view, brief=True)
    found = []
    for record in records:
        words = []
        for support in there.supports:
            if support.memory_id == record.id and support.fact_id in there.facts:
                fact = there.facts[support.fact_id]
                said = record.text[support.span_start : support.span_end]
                words += [
                    fact.subject,
                    fact.object,
                    *([said] if said != record.text else []),
                ]  # all of it: it was given
        if words:
            found.append(Said(record, tuple(word.casefold() for word in words)))
    return found


def _words_of(record: MemoryRecord, triples: Sequence[Triple]) -> tuple[str, ...]:
    words = [word for one in triples for word in (one.subject.name, one.object.name)]
    words += [record.text[one.span.start : one.span.end] for one in triples]
    return tuple(word.casefold() for word in words)


def conversations(one: Draft, before: Sequence[Said]) -> list[list[Passage]]:
    """For each turn that may be meant, the last first: it and the correction as one conversation. Before a turn that is itself a
    correction stands what it corrects."""
    assert one.passage is not None
    found = []
    for last in range(len(before), 0, -1):
        first = last - 1
        while first > 0 and looks_like_correction(before[first].record.text):
            first -= 1
        together = f"{one.record.id} {last}"
        turns = [passage_of(said.record) for said in before[first:last]]
        found.append([turn._replace(conversation=together) for turn in (*turns, one.passage._replace(prompt=None))])
    return found


def corrected(one: Draft, before: Sequence[Said], readings: Sequence[Reading]) -> Reading | None:
    """The reading that takes back what was said last; what was said before that only where it is named. `readings`: of the draft in
    each of its conversations."""
    for reading, said in zip(readings, reversed(before), strict=True):
        if said.record.hash == one.record.hash:
            return None  # sent twice: what it corrects is corrected
        taken = [triple for triple in reading.triples if triple.corrects and _stands_on(triple.instead_of, said)]
        if any(_is_somebodys(triple) for triple in taken):
            return None  # "I meant my cousin" tells who, and is no value
        if taken and (said is before[-1] or all(_is_named(triple.instead_of, one) for triple in taken)):
            return reading
    return None


def _stands_on(name: NameSpan | None, said: Said) -> bool:
    return name is not None and any(name.name.casefold() in words for words in said.words)


def _is_somebodys(triple: Triple) -> bool:
    return any(_SOMEBODYS.match(end.name) is not None for end in (triple.subject, triple.object))


def _is_named(name: NameSpan | None, one: Draft) -> bool:
    return name is not None and name.name.casefold() in one.record.text.casefold()
