"""What of a question goes to the full-text index, and how its answers are weighed.

The index only finds candidates. The score is computed in the query, from the owner's own counts: how many memories he has,
how long they are, and in how many of them a word stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphmem.stores.stemmer import Stemmer
from graphmem.stores.words import content_words, marked, owner_mark, words_of

K1, B = 1.2, 0.75
"""The usual constants of BM25 (S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework, 2009)."""
MOST_TERMS = 512
"""Words of a question that are looked for, the rarest first: Lucene refuses queries of more than 1,024 parts."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as the index knows it: `stems`, the words that say something, each once; `phrase`, all of them in order, each
    with the owner's mark; `mark`, what stands before each stem in the index."""

    stems: list[str]
    phrase: str
    mark: str


def wording(text: str, owner: str, stemmer: Stemmer) -> Wording:
    """How a text is looked for among an owner's memories."""
    words = words_of(text)
    mark = owner_mark(owner)
    stems = list(dict.fromkeys(stemmer.stem(word) for word in content_words(words)))
    return Wording(stems, marked(mark, [stemmer.stem(word) for word in words]), marked(mark, [""]))
