"""A sentence that reads alone: its pronouns give way to the names they stand for.

The vector of a fact is the vector of this text, so it has to say of whom it speaks. The first pronoun for each thing is
replaced, no more, so that the sentence stays readable; first person verbs are brought into agreement ("I am" becomes
"Ana is"). A sentence of a text with a heading that does not name the heading's subject at all is led by it.
"""

from __future__ import annotations

from graphmem.extraction.coreference import FIRST_PERSON, SECOND_PERSON, Referent
from graphmem.extraction.tree import Tree

_POSSESSIVES = frozenset({"my", "your", "his", "its", "our", "their", "mine", "yours", "hers", "ours", "theirs"})
_THIRD_PERSON = {"am": "is", "'m": " is", "’m": " is", "are": "is", "'re": " is", "’re": " is", "have": "has", "'ve": " has",
                 "’ve": " has", "do": "does", "were": "was", "'ll": " will", "’ll": " will", "'d": " would", "’d": " would"}  # fmt: skip


def standalone(tree: Tree, text: str, referents: dict[int, Referent], topic: str | None) -> str:
    """The sentence of `tree` with its subject named. `topic` is the heading's subject, None in speech."""
    start, end = tree.starts[0], tree.ends[-1]
    edits: list[tuple[int, int, str]] = []
    named: set[str] = set()
    for token, referent in sorted(referents.items()):
        if referent.name in named or tree.pos[token] == "NOUN":
            continue
        named.add(referent.name)
        edits.extend(_replace(tree, token, referent))
    rewritten = _apply(text, start, end, edits)
    if topic is not None and not _names_topic(rewritten, topic):
        return f"{topic}: {rewritten}"
    return rewritten


def _names_topic(sentence: str, topic: str) -> bool:
    """Whether the sentence holds the topic, or the longest word of it (its surname, as a rule)."""
    lowered = sentence.lower()
    return topic.lower() in lowered or max(topic.lower().split(), key=len, default="") in lowered


def _replace(tree: Tree, token: int, referent: Referent) -> list[tuple[int, int, str]]:
    word = tree.lower[token]
    possessive = word in _POSSESSIVES or (word == "her" and tree.deps[token] == "nmod:poss")
    edits = [(tree.starts[token], tree.ends[token], f"{referent.name}'s" if possessive else referent.name)]
    if not possessive and tree.deps[token] in ("nsubj", "nsubj:pass") and word in FIRST_PERSON | SECOND_PERSON | {"they"}:
        edits.extend(_agree(tree, token))
    return edits


def _agree(tree: Tree, subject: int) -> list[tuple[int, int, str]]:
    """The finite verb of the subject in the third person singular; a past or a modal needs no change."""
    verb = tree.heads[subject]
    finite = next(iter(tree.kids(verb, "aux", "aux:pass", "cop")), verb)
    word, tag = tree.lower[finite], tree.tags[finite]
    if word in _THIRD_PERSON and not (word == "'d" and tag == "VBD"):
        return [(tree.starts[finite], tree.ends[finite], _THIRD_PERSON[word])]
    if finite == verb and tag == "VBP" and word.isalpha():
        return [(tree.starts[finite], tree.ends[finite], _with_s(tree.words[finite]))]
    return []


def _with_s(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _apply(text: str, start: int, end: int, edits: list[tuple[int, int, str]]) -> str:
    parts, at = [], start
    for first, last, replacement in sorted(edits):
        if first >= at:
            parts.extend((text[at:first], replacement))
            at = last
    parts.append(text[at:end])
    return " ".join("".join(parts).split())
