"""Reads a caller's triple as if it had been found in the text: with the places where its names stand. Pure."""

from __future__ import annotations

from graphmem.domain.namesakes import short_forms
from graphmem.domain.triple import NameSpan, Span, Triple
from graphmem.remember.draft import Draft, GivenTriple, canonical_predicate


def as_read(given: GivenTriple, one: Draft) -> Triple:
    """A caller's triple, with the places where its names stand in the text, or the whole text where they do not."""
    text = one.record.text
    ends = []
    for name, kind in ((given.subject, given.subject_type), (given.object, given.object_type)):
        written = next((form for form in (name, *short_forms(name)) if form.casefold() in text.casefold()), name)
        start = text.casefold().find(written.casefold())
        end = start + len(written) if start >= 0 else len(text)
        ends.append(NameSpan(name=name, type=kind, span=Span(start=max(start, 0), end=min(end, len(text)))))
    covering = Span(start=min(end.span.start for end in ends), end=max(end.span.end for end in ends))
    return Triple(
        subject=ends[0],
        predicate=canonical_predicate(given.predicate),
        object=ends[1],
        sentence=len(one.reading.sentences),
        span=covering,
        tense="past" if given.past else "present",
    )
