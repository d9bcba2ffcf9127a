"""The offline extractor: one spaCy parse, then rules, no model call over a network.

Texts are parsed in windows and read sentence by sentence as the parses arrive, so memory stays bounded however long a
text is. The rules are in the modules beside this one: `sentences` cuts, `names` and `dates` find, `clauses` and
`nominals` read the tree, `coreference` and `naming` say who is meant, `triples` turns clauses into statements,
`polarity` weighs them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphmem.domain.triple import Reading
from graphmem.errors import ExtractionFailed, GraphmemError, InputError
from graphmem.extraction.coreference import Discourse
from graphmem.extraction.joining import joined
from graphmem.extraction.listing import listed
from graphmem.extraction.parser import load_pipeline
from graphmem.extraction.reading import PassageReader
from graphmem.extraction.repair import mend
from graphmem.extraction.sentences import Chunk, Heading, chunks, find_heading, prepare
from graphmem.extraction.tree import tree_of
from graphmem.extraction.verbs import find_verb
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Passage

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_BATCH = 64
"""Windows that are parsed together."""

_parsing = threading.Lock()
"""Held while a pipeline is in use: extractors share it, and its memory zone, which frees the words of a text that has
been read, is open once at a time."""


class RuleExtractor:
    """Reads English passages by rules over a Universal Dependencies parse.

    `pipeline` names an installed spaCy pipeline; None takes the bundled one. It is loaded on first use. With an `embedder`, which
    has to be the bundled one, everyday statements in speech that no rule knows are read by their likeness to exemplars, too.
    Calls from several threads are served one after another.
    """

    def __init__(self, pipeline: str | None = None, embedder: Embedder | None = None) -> None:
        self._pipeline, self._embedder = pipeline, embedder

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in order; spans are characters of that passage's text.

        A pronoun may refer back to an earlier passage of the same `conversation` among those given. Raises
        ExtractionFailed when the parser fails, MissingExtra or SettingsError when there is none to load, InputError for a
        passage with a prompt.
        """
        if any(passage.prompt for passage in passages):
            raise InputError("prompt= is for a language model, and none reads here: name one in GRAPHMEM_LLM_MODEL.")
        with _parsing:
            try:
                nlp = load_pipeline(self._pipeline)
                with nlp.memory_zone():
                    return list(_read(nlp, passages, self._embedder))
            except GraphmemError:
                raise
            except Exception as error:
                raise ExtractionFailed(f"the text could not be read: {error}") from error


def _read(nlp: Language, passages: Sequence[Passage], embedder: Embedder | None) -> Iterator[Reading]:
    headings = [find_heading(passage.text) for passage in passages]
    parsed = nlp.pipe(_windows(nlp, passages, headings), as_tuples=True, batch_size=_BATCH)
    waiting = next(parsed, None)
    discourses: dict[str, Discourse] = {}
    for number, passage in enumerate(passages):
        key = passage.conversation
        discourse = Discourse() if key is None else discourses.setdefault(key, Discourse())
        reader = PassageReader(passage, headings[number], discourse, embedder)
        while waiting is not None and waiting[1][0] == number:
            doc, (_, chunk) = waiting
            for sentence in doc.sents:
                tree = find_verb(joined(tree_of(sentence, chunk.start, chunk.omitted)))
                reader.take(mend(listed(tree)))
            waiting = next(parsed, None)
        yield reader.finish()


def _windows(
    nlp: Language, passages: Sequence[Passage], headings: Sequence[Heading | None]
) -> Iterator[tuple[Doc, tuple[int, Chunk]]]:
    """The windows of all passages as token sequences, each with its passage's number and its place there."""
    for number, (passage, heading) in enumerate(zip(passages, headings, strict=True)):
        for chunk in chunks(passage.text, start=heading.end if heading else 0):
            yield prepare(nlp, chunk.text), (number, chunk)
