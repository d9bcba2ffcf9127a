"""What somebody is said to be by one word that ends something: "I'm divorced", "My sister got divorced", "Bob has retired".

It is told as a status, whose relation says what is over by it (`domain.vocabulary.CLOSES`): the sentence names neither the spouse
nor the employer. What is told of whom or where ("divorced from Bob", "retired from Zed") the rules of verbs read.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphmem.extraction.clauses import ClauseReader
from graphmem.extraction.lexicon import words
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_STATES = {
    "divorced": "marital_status", "widowed": "marital_status", "single": "marital_status", "retired": "employment_status",
    "unemployed": "employment_status", "jobless": "employment_status",
}  # fmt: skip
_BEING = words("be is are am was were been 'm ’m 's ’s 're ’re get gets got gotten become became")
_BETWEEN = words("just now recently finally officially both already happily newly have has 've ’ve had long also")
_BEHIND = words(
    ". ! , ; now recently last yesterday this in a ago years year since already today after early and but so"
)
_CLOSED = words("divorced retired")
"""Which can be verbs of their own, too: "I retired"."""


def states(tree: Tree) -> Iterator[Statement]:
    """The statuses that a sentence tells of a name, of the speaker or of somebody's relative."""
    at = next((t for t, word in enumerate(tree.lower) if word in _STATES), None)
    if at is None or (at + 1 < len(tree) and tree.lower[at + 1] not in _BEHIND):
        return
    before = at - 1
    while before > 0 and tree.lower[before] in _BEING | _BETWEEN:
        before -= 1
    told = any(word in _BEING for word in tree.lower[before + 1 : at]) or tree.lower[at] in _CLOSED
    if not told or before < 0 or tree.pos[before] not in ("PRON", "PROPN", "NOUN"):
        return
    clause = next((one for one in ClauseReader(tree).clauses() if one.head == at or at in one.chain), None)
    denied, mood = (is_denied(tree, clause), modality(tree, clause)) if clause is not None else (False, "asserted")
    if mood == "asserted":
        tree.pos[at], tree.tags[at] = "ADJ", "JJ"
        yield Statement(before, _STATES[tree.lower[at]], at, at, bare=True, negated=denied, modality=mood)
