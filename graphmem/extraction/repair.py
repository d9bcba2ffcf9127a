"""Mends a few attachments that a small parser gets wrong in ways that can be seen without parsing again.

* A participle coordinated with a name ("directed by Ana Bond and starring Eva Wood", where "starring" hangs on
  "Ana Bond"): verbs are coordinated with verbs, so it goes to the verb above.
* A name set beside a predicate noun, right behind another name and a comma ("a film starring Ana Bond, Eva Wood and
  Mia Lee", where "Eva Wood" hangs on "film"): it goes on with the list that it stands in.
* A second parent ("son of Ana of Oslo and Bob Lee", "… and his wife Eva", where "Bob Lee" and "wife" hang on "son" or on
  "Oslo"): it is coordinated with the first one.
"""

from __future__ import annotations

from graphmem.extraction.lexicon import KIN
from graphmem.extraction.tree import Tree

_NAME_PARTS = frozenset({"flat", "compound", "appos", "conj", "goeswith"})


def mend(tree: Tree) -> Tree:
    """The tree itself, or one with the attachments mended."""
    moves: dict[int, tuple[int, str]] = {}
    for i, dep in enumerate(tree.deps):
        if dep == "conj" and tree.tags[i] in ("VBG", "VBN") and tree.pos[i] == "VERB":
            target = _verb_above(tree, i)
            if target is not None:
                moves[i] = (target, "conj")
        elif dep == "conj" and (tree.pos[i] == "PROPN" or _owned_kin(tree, i)):
            target = _first_parent(tree, i)
            if target is not None:
                moves[i] = (target, "conj")
        elif dep == "appos" and tree.pos[i] == "PROPN" and tree.kid(tree.heads[i], "cop") is not None:
            before = _name_before(tree, i)
            if before is not None:
                moves[i] = (before, "conj")
    return _moved(tree, moves) if moves else tree


def _verb_above(tree: Tree, i: int) -> int | None:
    """The verb that a name, with which a participle is coordinated, depends on; None if the conjunct is no name."""
    at = tree.heads[i]
    if tree.pos[at] != "PROPN":
        return None
    while tree.heads[at] != at and tree.deps[at] in ("conj", "obl", "obl:agent", "obj", "flat", "appos", "nmod"):
        at = tree.heads[at]
        if tree.pos[at] == "VERB" and tree.tags[at] in ("VBG", "VBN"):
            return at if not tree.below(at, i) else None
    return None


def _owned_kin(tree: Tree, i: int) -> bool:
    """Whether token `i` is a relative told by a pronoun ("his wife")."""
    return tree.lemmas[i].lower() in KIN and any(tree.tags[k] == "PRP$" for k in tree.kids(i, "nmod:poss"))


def _first_parent(tree: Tree, i: int) -> int | None:
    """The name after "son of" with which name `i` belongs, where `i` hangs on "son" or on a place in that name."""
    at = tree.heads[i]
    if tree.pos[at] == "NOUN" and tree.lemmas[at].lower() in KIN and not _owned_kin(tree, at):
        named = [k for k in tree.kids(at, "nmod") if tree.pos[k] == "PROPN" and at < k < i]
        return named[-1] if named and tree.lower[named[-1] - 1] != "in" else None
    above = tree.heads[at]
    inside = tree.pos[at] == tree.pos[above] == "PROPN" and tree.deps[at] == "nmod" and above != at
    kin = tree.lemmas[tree.heads[above]].lower() in KIN and tree.deps[above] == "nmod"
    return above if inside and kin and _owned_kin(tree, i) else None


def _name_before(tree: Tree, i: int) -> int | None:
    """The head of the name that ends right before the comma in front of name `i`, if it is below the same noun."""
    comma = min(t for t in tree.subtree(i) if tree.pos[t] != "PUNCT") - 1
    if comma < 1 or tree.words[comma] != "," or tree.pos[comma - 1] != "PROPN":
        return None
    head = comma - 1
    while tree.deps[head] in _NAME_PARTS and tree.pos[tree.heads[head]] == "PROPN" and tree.heads[head] != head:
        head = tree.heads[head]
    if tree.below(head, i) or tree.deps[head] not in ("obj", "obl", "obl:agent", "nmod"):
        return None
    return head


def _moved(tree: Tree, moves: dict[int, tuple[int, str]]) -> Tree:
    heads, deps = list(tree.heads), list(tree.deps)
    for i, (head, dep) in moves.items():
        heads[i], deps[i] = head, dep
    return Tree(
        words=tree.words, lemmas=tree.lemmas, pos=tree.pos, tags=tree.tags, deps=deps, heads=heads,
        morphs=tree.morphs, starts=tree.starts, ends=tree.ends, entities=tree.entities,
    )  # fmt: skip
