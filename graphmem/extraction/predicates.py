"""Canonical predicates: the same relation gets the same name whichever way it was written.

Conventions, in lower snake case:

* A verb is its lemma, with particle and preposition: "moved to" ``move_to``, "gave up on" ``give_up_on``.
* A passive with its agent is turned round: "the film was directed by Ana" is (Ana, ``direct``, film), the same as
  "Ana directed the film". A passive without agent, and what else is said beside one, keeps the participle:
  "was born in Oslo" ``born_in``, "is based on" ``based_on``, "was released in" ``released_in``; a date takes "on" for a
  day and "in" for anything longer.
* "is a nurse" is ``is_a``; "is Ana" is ``is``; "is happy" is ``is`` with a value; "is from Oslo" ``is_from``.
* A relational noun is ``<noun>_of``, from the one who bears it: "Ana is the director of Zed", "Zed's director, Ana",
  "Ana, director of Zed" are all (Ana, ``director_of``, Zed); with a quantity it is the noun alone: "Bob's salary is 70k"
  (Bob, ``salary``, 70k). Being somewhere is ``is_in``, whatever is there.
"""

from __future__ import annotations

import re

from graphmem.extraction.arguments import Argument
from graphmem.extraction.clauses import Clause
from graphmem.extraction.lexicon import words
from graphmem.extraction.tree import Tree

PLACE_PREPOSITIONS = frozenset({"in", "at", "on", "near"})
NO_PREPOSITION = frozenset(
    {"including", "such as", "like", "according to", "per", "than", "as well as", "due to", "because of"}
)
"""What leads an example, a comparison or a ground, not a thing that the verb relates to."""

_RELATIVE_PREPOSITION = {"where": "in", "when": "in"}
_ODD_LEMMAS = {
    "'s": "be",
    "’s": "be",
    "'re": "be",
    "'m": "be",
    "'ve": "have",
    "'d": "have",
    "'ll": "will",
    "bonus": "bonus",
}
_PARTICLES = words("back up down away over together home out off along around forward through on in apart abroad")
_TELLING = frozenset({"best", "favourite", "favorite", "rental", "rented", "hired", "borrowed"})
"""Adjectives that make another relation of a noun: a best friend is not any friend, nor a rental car one's own."""
_NOT_WORD = re.compile(r"\W+")


def canonical(*words: str) -> str:
    """Words joined to a lower-snake predicate; anything that is not a letter, a digit or ``_`` parts words."""
    return "_".join(part for word in words for part in _NOT_WORD.sub(" ", word.lower().replace("_", " ")).split())


def preposition(tree: Tree, argument: Argument) -> str:
    """The preposition that leads an argument, as one string ("because of"); empty if it has none."""
    words = [tree.lower[token] for token in argument.prepositions]
    return " ".join(_RELATIVE_PREPOSITION.get(word, word) for word in words)


def lemma(tree: Tree, i: int) -> str:
    """The dictionary form of a word, for names that hold no mark."""
    return _ODD_LEMMAS.get(tree.lower[i], tree.lemmas[i].lower())


def verb_name(tree: Tree, clause: Clause, voice: str) -> str:
    """The verb of a clause with its particles: the lemma in the "active" voice, the participle in the "passive"."""
    head = clause.head
    form = tree.lower[head] if voice == "passive" else lemma(tree, head)
    particles = [t for t in tree.kids(head, "compound:prt") if t > head]
    if not particles and head + 1 < len(tree) and tree.heads[head + 1] == head and tree.deps[head + 1] == "advmod":
        particles = [head + 1] if tree.lower[head + 1] in _PARTICLES else []
    return canonical(form, *(tree.lower[particle] for particle in particles))


def relational_noun(tree: Tree, noun: int) -> str:
    """A noun with its compound as a predicate's first part: "vice president" ``vice_president``."""
    parts = [child for child in tree.kids(noun, "compound") if tree.pos[child] in ("NOUN", "ADJ") and child < noun]
    parts = [child for child in tree.kids(noun, "amod") if tree.lower[child] in _TELLING] + parts
    hyphens = [tree.lower[child] for child in parts]
    return canonical(*hyphens, lemma(tree, noun), *_of_what(tree, noun))


def _of_what(tree: Tree, noun: int) -> tuple[str, ...]:
    """The rest of "Ana's date of birth", "Zed's head of marketing": a bare noun after "of" in what is somebody's."""
    if tree.kid(noun, "nmod:poss") is None:
        return ()
    for phrase in tree.kids(noun, "nmod"):
        bare = len(tree.children[phrase]) == 1 and tree.pos[phrase] == "NOUN" and tree.tags[phrase] == "NN"
        if bare and tree.lower[tree.children[phrase][0]] == "of":
            return ("of", lemma(tree, phrase))
    return ()
