"""The n-ary view of the extractor's clauses, which open information extraction is scored on.

The memory graph takes binary edges; reference tuples here are n-ary, with long arguments. Both views come from the same
`Clause` values (`graphmem.extraction.clauses`): this one renders a clause as (subject, relation, all its arguments) in the
words of the sentence, moving the preposition of the first argument into the relation where the verb has no object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.carb import Extraction
from graphmem.extraction.arguments import Argument, full_phrase
from graphmem.extraction.clauses import IMPLIED, Clause, ClauseReader, verb_group
from graphmem.extraction.tree import Tree

_CONFIDENCE = {"ROOT": 0.9, "conj": 0.75, "acl:relcl": 0.8, "acl": 0.7, "ccomp": 0.65, "parataxis": 0.6, "advcl": 0.6}


def nary(tree: Tree, words: Sequence[str]) -> list[Extraction]:
    """The n-ary tuples of a sentence whose tokens are `words` (as they are to be printed)."""
    found = [extraction for clause in _clauses(tree) for extraction in _render(tree, words, clause)]
    return list(dict.fromkeys([*found, *_appositions(tree, words)]))


def binary(tree: Tree, words: Sequence[str]) -> list[Extraction]:
    """The same with one tuple for each argument of a clause."""
    found = []
    for clause in _clauses(tree):
        for argument in clause.arguments:
            found.extend(_render(tree, words, replace(clause, arguments=[argument])))
    return list(dict.fromkeys([*found, *_appositions(tree, words)]))


def _clauses(tree: Tree) -> list[Clause]:
    return [clause for clause in ClauseReader(tree).clauses() if clause.subject not in (None, IMPLIED)]


def _render(tree: Tree, words: Sequence[str], clause: Clause) -> Iterator[Extraction]:
    subject = full_phrase(tree, clause.subject or 0, without=tuple(_below(tree, clause)))
    relation = verb_group(tree, clause)
    relation += [
        t for verb in clause.chain for t in tree.kids(verb, "advmod") if relation and relation[0] < t < relation[-1]
    ]
    relation = sorted(set(relation))
    arguments = [a for a in clause.arguments if a.role != "clause"]
    clausal = [a for a in clause.arguments if a.role == "clause"]
    arguments.sort(key=lambda a: (a.head < clause.head and a.head != clause.head, a.head))
    pieces: list[list[int]] = []
    for i, argument in enumerate([*arguments, *clausal]):
        lead, phrase = _argument(tree, clause, argument)
        if i == 0 and (argument.head > clause.head or argument.head == clause.head):
            relation = [*relation, *lead]
            lead = []
        pieces.append([*lead, *phrase])
    pieces = [piece for piece in pieces if piece]
    if not subject or not relation or not pieces:
        return
    said = " ".join(words[t] for t in relation)
    if clause.passive and not tree.kids(clause.head, "aux:pass") and not tree.kids(clause.chain[0], "aux:pass"):
        said = f"be {said}"
    rest = " ".join(" ".join(words[t] for t in piece) for piece in pieces)
    yield Extraction(_confidence(tree, clause, len(pieces)), " ".join(words[t] for t in subject), said, rest)


def _below(tree: Tree, clause: Clause) -> list[int]:
    """The clause itself, where it hangs inside its own subject ("the man seen there")."""
    first = clause.chain[0]
    subject = clause.subject or 0
    return tree.subtree(first) if first != subject and tree.below(first, subject) else []


def _argument(tree: Tree, clause: Clause, argument: Argument) -> tuple[list[int], list[int]]:
    if argument.role == "clause":
        tokens = full_phrase(tree, argument.head)
        lead = [t for t in tokens[:1] if tree.lower[t] == "that"]
        return lead, [t for t in tokens if t not in lead]
    if argument.head == clause.head:
        return list(argument.prepositions), _complement(tree, clause)
    inside = tree.subtree(clause.chain[0]) if tree.below(clause.chain[0], argument.head) else []
    return list(argument.prepositions), full_phrase(tree, argument.head, without=tuple(inside))


def _complement(tree: Tree, clause: Clause) -> list[int]:
    """The predicate noun or adjective of a copula without its subject, auxiliaries and clause-level phrases."""
    outside: list[int] = []
    for child in tree.children[clause.head]:
        if tree.deps[child] in (
            "nsubj", "nsubj:pass", "nsubj:outer", "csubj", "aux", "cop", "mark", "obl", "obl:unmarked", "advcl", "conj", "cc", "ccomp",
            "expl", "punct", "parataxis",
        ) and not (tree.deps[child] in ("conj", "cc", "punct") and not _own_clause(tree, clause.head)):  # fmt: skip
            outside.extend(tree.subtree(child))
    adverbs = [t for t in tree.kids(clause.head, "advmod") if tree.lower[t] in ("not", "n't", "never")]
    return full_phrase(tree, clause.head, without=(*outside, *adverbs))


def _own_clause(tree: Tree, head: int) -> bool:
    return any(tree.kid(c, "nsubj", "cop", "aux") is not None or tree.pos[c] == "VERB" for c in tree.kids(head, "conj"))


def _confidence(tree: Tree, clause: Clause, pieces: int) -> float:
    value = _CONFIDENCE.get(clause.origin, 0.5)
    if clause.subject is not None and clause.subject >= 0 and tree.deps[clause.subject] in ("nsubj", "nsubj:pass"):
        value += 0.05
    return round(value - 0.01 * min(len(tree.subtree(clause.head)), 40) / 10, 3)


def _appositions(tree: Tree, words: Sequence[str]) -> Iterator[Extraction]:
    for i, dep in enumerate(tree.deps):
        if dep == "appos":
            subject = full_phrase(tree, tree.heads[i], without=tuple(tree.subtree(i)))
            beside = full_phrase(tree, i)
            if subject and beside:
                yield Extraction(0.5, " ".join(words[t] for t in subject), "be", " ".join(words[t] for t in beside))
