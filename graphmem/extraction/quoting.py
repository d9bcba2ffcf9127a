"""Words in a message that are not the speaker's own: quoted, handed in to be worked on, or made up.

"Translate 'I live in Paris' into French" and "Proofread this: I live in Paris" tell nothing of who asks, and neither does "Write a
story in which I live on Mars". "Maya said 'I live in Paris'" is reported of Maya.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphmem.domain.triple import Span
from graphmem.extraction.clauses import IMPLIED
from graphmem.extraction.coreference import FIRST_PERSON
from graphmem.extraction.hedges import SUPPOSING, any_of
from graphmem.extraction.lexicon import is_human, words
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_QUOTED = re.compile(
    r"\"[^\"\n]{1,400}\"|“[^“”\n]{1,400}”|«[^«»\n]{1,400}»|(?<!\w)‘(?=[A-Za-z])[^‘\n]{1,400}?’(?!\w)|"
    r"(?<!\w)'(?!(?:cause|til|till|em|bout|tis|twas|n)\b)(?=[A-Za-z])(?:[^'\n]|(?<=\w)'(?=\w)){1,400}?'(?!\w)"
)
_PLEASE = r"(?:please,?\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?|i\s+(?:need|want)\s+you\s+to\s+|help\s+me\s+(?:to\s+)?){0,3}"
_WORKING = (
    r"(?:translate|proof-?read|paraphrase|rephrase|reword|rewrite|summari[sz]e|correct|edit|fix|improve|shorten|polish|check|spell-?check|"
    r"reply\s+to|respond\s+to|answer|analy[sz]e|classify|repeat|read)"
)
_LANGUAGE = (
    r"(?:translate|proof-?read|paraphrase|rephrase|reword|rewrite|summari[sz]e|correct|shorten|polish|spell-?check)"
)
"""Work on words alone: who asks to have "this" fixed or answered may speak of the world."""
_WRITTEN = (
    r"(?:e-?mails?|letters?|messages?|texts?|tweets?|posts?|replies|reply|notes?|captions?|bios?|sentences?|paragraphs?|"
    r"headlines?|ads?)"
)
_ASKED = (
    rf"{_PLEASE}(?:{_WORKING}\b|(?:write|compose|draft|send|create|generate)\b[^:.!?\n\"“”]{{0,30}}\b{_WRITTEN}\b|"
    r"(?:say|put|write|post|make)\s+(?:this|that|it|the\s+following)\b)"
)
_SAMPLE = (
    r"(?:(?:here|this)\s+is\s+)?(?:an?\s+|the\s+|my\s+)?"
    rf"(?:(?:sample|example|test)(?:\s+{_WRITTEN})?|for\s+(?:example|instance)|e\.g\.)(?=\s*:)"
)
_HANDED = re.compile(
    rf"(?:^|[.!?\n])[^\w.!?\n]{{0,8}}(?:{_ASKED}|{_SAMPLE})[^:.!?\n\"“”]{{0,60}}:\s*(?=\S)", re.IGNORECASE
)
"""A request that ends in a colon: all that follows is what it is about."""
_HANDED_NEXT = re.compile(
    rf"^\W{{0,8}}{_PLEASE}{_LANGUAGE}\s+(?:this|that|these|the\s+following)(?:\s+{_WRITTEN})?"
    r"(?:\s+(?:for\s+me|please|in(?:to)?\s+\w+))*\s*[?.!]\s+(?=\S)",
    re.IGNORECASE,
)
"""A request that points at what follows, in a sentence of its own: "Can you translate this? I live in Rome now."."""
_ABOUT_WORDS = re.compile(
    rf"^\W{{0,8}}{_PLEASE}(?:{_WORKING}|say|spell|pronounce|write|type)\b|\bhow\s+(?:do|does|would|can|should|to|is)\b.{{0,80}}\b(?:say|write|spell|pronounce|"
    r"translate|said|written|spelt|spelled)\b|\bwhat\s+(?:does|do|is|would)\b.{0,80}\b(?:mean|called|subject|verb|tense)\b|"
    r"\b(?:sentence|phrase|word|words|line|text|example|translation|title|song|lyric|lyrics|book|film|movie|slogan|sign|saying|quote)\b"
    r"\W{1,6}(?:is\W{1,6}|was\W{1,6}|says?\W{1,6}|reads?\W{1,6}|like\W{1,6}|that\W{1,6}goes\W{1,6})?[\"“'‘«]",
    re.IGNORECASE,
)
"""A sentence that speaks of the words which it quotes, and not of what they say."""
_WORDED = re.compile(
    rf"^\W{{0,8}}{_PLEASE}{_LANGUAGE}\s+(?:the|this|that|these)\s+(?:following\s+)?(?:phrase|line|words|{_WRITTEN})\s+(?=(?:I|we|my|our)\b)",
    re.IGNORECASE,
)
"""A request that gives the words right behind their noun: "Paraphrase the sentence I moved to Rome."."""
_FICTION = re.compile(
    rf"^\W{{0,8}}{_PLEASE}(?:write|compose|invent|make\s+up|tell|create|draft|generate|give|sing)\b(?:\s+(?:me|us))?\s+(?:(?:a|an|another|some|the)\s+)?"
    r"(?:\w+[\s-]+){0,3}(?:stor(?:y|ies)|poems?|songs?|novels?|tales?|jokes?|scenes?|scripts?|plays?|limericks?|haikus?|raps?|sketch|"
    r"dialogues?|fables?|lyrics|sonnets?|parod(?:y|ies)|fan\s?fiction)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(rf"\b(?:{any_of(SUPPOSING)}) (?:that )?$", re.IGNORECASE)
"""What a sentence that plays with a thought may be cut off from."""
_NEAR = 20
_SAYING = words("say tell write text reply answer shout whisper add ask explain announce message")


class Quoting:
    """Which words of a passage are the speaker's own."""

    def __init__(self, text: str) -> None:
        whole = text.strip()
        self._text = text
        self._quotes = [match.span() for match in _QUOTED.finditer(text) if match[0] != whole]
        handed = _HANDED.search(text) or _HANDED_NEXT.search(text)
        self._handed = handed.end() if handed is not None else len(text)

    def of_own(self, tree: Tree, statements: Sequence[Statement]) -> list[Statement]:
        """The statements of a sentence as the speaker tells them: those in a quotation are of whoever is said to speak there, those
        behind "Let's pretend" are only played with."""
        if not statements:
            return []
        start = tree.starts[0]
        if _SUPPOSED.search(self._text, max(0, start - _NEAR), start):
            return [replace(one, modality="possible") if one.modality == "asserted" else one for one in statements]
        if _WORDED.search(self._said(tree)):
            return []
        if self._quotes or self._handed < len(self._text) or _FICTION.search(self._said(tree)):
            return list(self._kept(tree, statements))
        return list(statements)

    def is_all_of(self, span: Span, at: int) -> bool:
        """Whether a span is a whole quotation that holds the character `at`: a name that is a sentence."""
        return any(start < at < end and span.start <= start + 1 and end - 3 <= span.end for start, end in self._quotes)

    def _kept(self, tree: Tree, statements: Sequence[Statement]) -> Iterator[Statement]:
        said = self._said(tree)
        made_up, of_words = bool(_FICTION.search(said)), bool(_ABOUT_WORDS.search(said))
        for one in statements:
            if tree.starts[one.head] >= self._handed or (made_up and one.dated):
                continue
            if not self._is_quoted(tree, one.head):
                yield one
            elif not of_words and (told := self._reported(tree, one)) is not None:
                yield told

    def _said(self, tree: Tree) -> str:
        return self._text[tree.starts[0] : tree.ends[-1]]

    def _is_quoted(self, tree: Tree, at: int) -> bool:
        return any(start <= tree.starts[at] < end for start, end in self._quotes)

    def _reported(self, tree: Tree, statement: Statement) -> Statement | None:
        """A statement of a quotation, where "I" is who is quoted; None where nothing tells who that is."""
        ends = (statement.subject, statement.object)
        if statement.subject != IMPLIED and not any(_is_first_person(tree, end) for end in ends):
            return statement
        verb = next((t for t in range(len(tree)) if lemma(tree, t) in _SAYING and not self._is_quoted(tree, t)), None)
        who = tree.kid(verb, "nsubj") if verb is not None else None
        if who is None or any(_is_first_person(tree, t) for t in tree.subtree(statement.object) if t not in ends):
            return None
        if tree.lower[who] in FIRST_PERSON:
            return replace(statement, modality="reported")
        if tree.pos[who] != "PROPN" and not is_human(lemma(tree, who)):
            return None
        subject, found = (who if end == IMPLIED or tree.lower[end] in FIRST_PERSON else end for end in ends)
        return replace(statement, subject=subject, object=found, modality="reported")


def _is_first_person(tree: Tree, at: int) -> bool:
    return at == IMPLIED or any(tree.lower[t] in FIRST_PERSON for t in (at, *tree.kids(at, "nmod:poss")))
