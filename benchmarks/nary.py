"""The n-ary view of the extractor's clauses, which open information extraction is scored on.

The memory graph takes binary edges; reference tuples here are n-ary, with long arguments. Both views come from the same
`Clause` values (`graphmem.extraction.clauses`): this one renders a clause as (subject, relation, all its arguments)
in the words of the sentence, moving the preposition of the first argument into the relation where the verb has no
object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.carb import Extraction
from graphmem.extraction.arguments import Argument, case_tokens, full_phrase, trim
from graphmem.extraction.clauses import IMPLIED, Clause, ClauseReader, is_copular, verb_group
from graphmem.extraction.confidence import NOMINAL_CONFIDENCE, clause_confidence
from graphmem.extraction.lexicon import words
from graphmem.extraction.tree import Tree

LONGEST_ADVERBIAL = 4
"""Words up to which an adverbial clause counts as an argument; a longer one is a tuple of its own."""

_BESIDE_PREDICATE = words(
    "nsubj nsubj:pass nsubj:outer csubj csubj:pass aux aux:pass cop mark obl obl:unmarked advcl ccomp expl parataxis"
)


def nary(tree: Tree, words: Sequence[str]) -> list[Extraction]:
    """The n-ary tuples of a sentence whose tokens are `words` (as they are to be printed)."""
    found = [extraction for _, extraction in rendered(tree, words)]
    return list(dict.fromkeys([*found, *_appositions(tree, words)]))


def rendered(tree: Tree, words: Sequence[str]) -> Iterator[tuple[Clause, Extraction]]:
    """Every clause that makes a tuple, with it."""
    for clause in _clauses(tree):
        for extraction in _render(tree, words, clause):
            yield clause, extraction


def binary(tree: Tree, words: Sequence[str]) -> list[Extraction]:
    """The same with one tuple for each argument of a clause."""
    found: list[Extraction] = []
    for clause in _clauses(tree):
        for argument in clause.arguments:
            found.extend(_render(tree, words, replace(clause, arguments=[argument])))
    return list(dict.fromkeys([*found, *_appositions(tree, words)]))


def _clauses(tree: Tree) -> list[Clause]:
    reader = ClauseReader(tree)
    found = [clause for clause in reader.clauses() if clause.subject not in (None, IMPLIED)]
    for clause in found:
        if clause.subject is not None and tree.heads[clause.subject] != clause.chain[0]:
            clause.subject = reader.referent(clause.subject)
    return found


def _render(tree: Tree, words: Sequence[str], clause: Clause) -> Iterator[Extraction]:
    subject = _subject(tree, clause)
    relation = _relation(tree, clause)
    pieces: list[list[int]] = []
    for i, argument in enumerate(_ordered(tree, clause)):
        lead, phrase = _argument(tree, clause, argument)
        if i == 0 and argument.head >= clause.head:
            more, phrase = _up_to_of(tree, argument, phrase) if argument.head == clause.head else ([], phrase)
            relation = [*relation, *lead, *more]
            lead = []
        pieces.append([token for token in [*lead, *phrase] if token not in relation])
    inherited = clause.subject is not None and tree.heads[clause.subject] != clause.chain[0]
    if not subject or not relation or (inherited and not any(pieces)):
        return
    said = _text(words, relation)
    if clause.passive and not any(tree.kids(verb, "aux:pass") for verb in clause.chain):
        said = f"be {said}"
    rest = " ".join(_text(words, piece) for piece in pieces if piece)
    yield Extraction(clause_confidence(tree, clause), _text(words, subject), said, rest)


def _text(words: Sequence[str], tokens: Sequence[int]) -> str:
    return " ".join(words[token] for token in tokens)


def _subject(tree: Tree, clause: Clause) -> list[int]:
    """The subject's phrase, without the clause itself where that hangs inside it ("the man seen there"), and without what is
    set beside it after a comma."""
    subject, first = clause.subject or 0, clause.chain[0]
    inside = set(tree.subtree(first)) if first != subject and tree.below(first, subject) else set()
    for beside in tree.kids(subject, "appos"):
        phrase = tree.subtree(beside)
        if "," in (tree.words[phrase[0]], tree.words[max(phrase[0] - 1, 0)]):
            inside.update(phrase)
    phrase = _predicate_noun(tree, subject) if is_copular(tree, subject) else full_phrase(tree, subject, tuple(inside))
    return trim(tree, [token for token in phrase if token not in inside])


def _relation(tree: Tree, clause: Clause) -> list[int]:
    """The verb group with the adverbs inside it and right beside it."""
    group = verb_group(tree, clause)
    if not group:
        return []
    adverbs = [
        t for verb in clause.chain for t in tree.kids(verb, "advmod") if tree.pos[t] == "ADV" and tree.tags[t] != "WRB"
    ]
    return sorted({*group, *(t for t in adverbs if group[0] - 1 <= t <= group[-1] + 1)})


def _ordered(tree: Tree, clause: Clause) -> list[Argument]:
    """Arguments behind the verb first, then those before it, then clauses; long adverbial clauses are left out."""
    phrases = [
        argument for argument in clause.arguments if argument.role != "clause" and argument.head != clause.subject
    ]
    phrases.sort(key=lambda argument: (argument.head < clause.head, argument.head))
    clausal = [
        argument
        for argument in clause.of_role("clause")
        if clause.origin == "parataxis" or not tree.below(clause.head, argument.head)
        if tree.deps[argument.head] != "advcl" or len(tree.subtree(argument.head)) <= LONGEST_ADVERBIAL
    ]
    return [*phrases, *clausal]


def _argument(tree: Tree, clause: Clause, argument: Argument) -> tuple[list[int], list[int]]:
    """The words that lead an argument (its prepositions, "that"), and its phrase."""
    if argument.role == "clause":
        tokens = full_phrase(tree, argument.head)
        lead = [token for token in tokens[:1] if tree.lower[token] == "that"]
        return lead, tokens[len(lead) :]
    if argument.head == clause.head:
        return list(argument.prepositions), _predicate_noun(tree, argument.head)
    inside = set(tree.subtree(clause.chain[0])) if tree.below(clause.chain[0], argument.head) else set()
    copular = is_copular(tree, argument.head)
    phrase = _predicate_noun(tree, argument.head) if copular else full_phrase(tree, argument.head, tuple(inside))
    return list(argument.prepositions), trim(tree, [token for token in phrase if token not in inside])


def _up_to_of(tree: Tree, argument: Argument, phrase: list[int]) -> tuple[list[int], list[int]]:
    """ "the fathers of" / "the movement": a predicate noun up to its "of" goes with the relation."""
    owned = next((n for n in tree.kids(argument.head, "nmod") if n > argument.head and case_tokens(tree, n)), None)
    if tree.pos[argument.head] != "NOUN" or owned is None:
        return [], phrase
    cases = case_tokens(tree, owned)
    if [tree.lower[token] for token in cases] != ["of"]:
        return [], phrase
    return [t for t in phrase if t <= cases[-1]], [t for t in phrase if t > cases[-1]]


def _predicate_noun(tree: Tree, head: int) -> list[int]:
    """The predicate noun or adjective of a copula without its subject, auxiliaries and clause-level phrases."""
    outside = [t for t in tree.kids(head, "advmod") if tree.lower[t] in ("not", "n't", "never")]
    coordinated = any(
        tree.pos[other] == "VERB" or tree.kid(other, "nsubj", "cop", "aux") is not None
        for other in tree.kids(head, "conj")
    )
    for child in tree.children[head]:
        if tree.deps[child] in _BESIDE_PREDICATE or (coordinated and tree.deps[child] in ("conj", "cc", "punct")):
            outside.extend(tree.subtree(child))
    return full_phrase(tree, head, tuple(outside))


def _appositions(tree: Tree, words: Sequence[str]) -> Iterator[Extraction]:
    """What is set beside a noun, parted from it by a comma, a dash or a bracket."""
    for i, dep in enumerate(tree.deps):
        head, inside = tree.heads[i], set(tree.subtree(i))
        start = next((t for t in sorted(inside) if tree.pos[t] != "PUNCT"), i)
        if dep != "appos" or i < head or tree.pos[start - 1] != "PUNCT":
            continue
        phrase = _predicate_noun(tree, head) if is_copular(tree, head) else full_phrase(tree, head)
        first, beside = trim(tree, [t for t in phrase if t not in inside and t < start]), full_phrase(tree, i)
        if first and beside:
            yield Extraction(NOMINAL_CONFIDENCE, _text(words, first), "be", _text(words, beside).strip("()[]- "))
