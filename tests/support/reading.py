"""A small real extractor for tests that are not about language: it reads ``Subject verb Object.`` and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.domain.triple import NameSpan, Reading, ReadSentence, Span, Triple
from graphmem.ports.extractor import Passage

_SENTENCE = re.compile(r"(\w+) (\w+) (\w+)\.")


class PlainExtractor:
    """Finds ``Ana knows Bo.``: one triple and two mentions a sentence."""

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        return [self._read(passage.text) for passage in passages]

    def _read(self, text: str) -> Reading:
        sentences, triples, mentions = [], [], []
        for index, match in enumerate(_SENTENCE.finditer(text)):
            subject, object_ = (
                NameSpan(name=match[group], span=Span(start=match.start(group), end=match.end(group)))
                for group in (1, 3)
            )
            span = Span(start=match.start(), end=match.end())
            sentences.append(ReadSentence(span=span, text=match.group()))
            triples.append(Triple(subject=subject, predicate=match[2], object=object_, sentence=index, span=span))
            mentions += [(index, subject), (index, object_)]
        about = triples[0].subject if triples else None
        return Reading(sentences=tuple(sentences), triples=tuple(triples), mentions=tuple(mentions), about=about)
