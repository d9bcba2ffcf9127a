"""A sentence that reads alone: its pronouns give way to the names they stand for.

The vector of a fact is the vector of this text, so it has to say of whom it speaks. The first pronoun for each thing is
replaced, no more, so that the sentence stays readable; first person verbs are brought into agreement ("I am" becomes
"Ana is"). A sentence of a text with a heading that does not name the heading's subject at all is led by it.
"""

from __future__ import annotations

from graphmem.extraction.coreference import FIRST_PERSON, SECOND_PERSON, Referent
from graphmem.extraction.tree import Tree

_POSSESSIVES = frozenset({"my", "your", "his", "its", "our", "their", "mine", "yours", "hers", "ours", "theirs"})
_THIRD_PERSON = {
    "am": "is",
    "'m": " is",
    "’m": " is",
    "are": "is",
    "'re": " is",
    "’re": " is",
    "have": "has",
    "'ve": " has",
    "’ve": " has",
    "do": "does",
    "were": "was",
    "'ll": " will",
    "’ll": " will",
    "'d": " would",
    "’d": " would",
}


def standalone(tree: Tree, text: str, referents: dict[int, Referent], named: dict[str, int], topic: str | None) -> str:
    """The sentence of `tree` with its subject named. `named` tells at which token a thing is first named outright;
    `topic` is the heading's subject, None in speech."""
    edits: list[tuple[int, int, str]] = []
    done: set[str] = set()
    for token, referent in sorted(referents.items()):
        if referent.name in done or tree.pos[token] == "NOUN" or named.get(referent.name, len(tree)) < token:
            continue
        done.add(referent.name)
        edits.extend(_replace(tree, token, referent))
    rewritten = _apply(text, tree.starts[0], tree.ends[-1], edits)
    if topic is None or topic in done or topic in named or topic.lower() in rewritten.lower():
        return rewritten
    return f"{topic}: {rewritten}"


def _replace(tree: Tree, token: int, referent: Referent) -> list[tuple[int, int, str]]:
    word = tree.lower[token]
    possessive = word in _POSSESSIVES or (word == "her" and tree.deps[token] == "nmod:poss")
    edits = [(tree.starts[token], tree.ends[token], f"{referent.name}'s" if possessive else referent.name)]
    if (
        not possessive
        and tree.deps[token] in ("nsubj", "nsubj:pass")
        and word in FIRST_PERSON | SECOND_PERSON | {"they"}
    ):
        edits.extend(_agree(tree, token))
    return edits


def _agree(tree: Tree, subject: int) -> list[tuple[int, int, str]]:
    """The finite verb of the subject in the third person singular; a past or a modal needs no change."""
    verb = tree.heads[subject]
    finite = next(iter(tree.kids(verb, "aux", "aux:pass", "cop")), verb)
    word, tag = tree.lower[finite], tree.tags[finite]
    if word in _THIRD_PERSON and not (word == "'d" and tag == "VBD"):
        third = _THIRD_PERSON[word]
        return [
            (tree.starts[finite], tree.ends[finite], third.capitalize() if tree.words[finite][0].isupper() else third)
        ]
    if finite == verb and tag == "VBP" and word.isalpha():
        return [(tree.starts[finite], tree.ends[finite], _with_s(tree.words[finite]))]
    return []


def _with_s(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _apply(text: str, start: int, end: int, edits: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = start
    for first, last, replacement in sorted(edits):
        if first >= at:
            parts.extend((text[at:first], replacement))
            at = last
    parts.append(text[at:end])
    return " ".join("".join(parts).split())
