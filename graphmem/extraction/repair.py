"""Mends a few attachments that a small parser gets wrong in ways that can be seen without parsing again.

* A participle coordinated with a name ("directed by Ana Bond and starring Eva Wood", where "starring" hangs on
  "Ana Bond"): verbs are coordinated with verbs, so it goes to the verb above.
* A name set beside a predicate noun, right behind another name and a comma ("a film starring Ana Bond, Eva Wood and
  Mia Lee", where "Eva Wood" hangs on "film"): it goes on with the list that it stands in.
* A second parent ("son of Ana of Oslo and Bob Lee", "… and his wife Eva", where "Bob Lee" and "wife" hang on "son" or on
  "Oslo"): it is coordinated with the first one.
* A finite verb without a subject, right behind a noun phrase that the parser hung elsewhere ("…, Ana Bond said that …", where
  "Ana Bond" is set beside the name before it): the phrase is its subject.
* A finite verb beside a bare noun phrase at the start ("Ana Bond, who lives in Rome, admits it", where "Ana Bond" is the root):
  the phrase is its subject, the verb the root.
* A name taken for a part of the day behind it ("I leave Porto tomorrow", where "Porto" hangs on "tomorrow"): the day says when.
* A clause taken for one about the name before it ("Tell Ana that I moved"): it is what that one is told.
* An owner taken for a subject ("I'm Tom, Maya's husband", where "Maya" is said to be "husband"): without an article a relative is
  somebody's, and set beside the name before it.
"""

from __future__ import annotations

from graphmem.extraction.lexicon import KIN
from graphmem.extraction.tree import Tree

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_SUBJECTS = ("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "expl")
_DAYS = frozenset({"today", "tomorrow", "tonight", "yesterday"})
_NOUNS = frozenset({"NOUN", "PROPN", "PRON"})
_TELLING = frozenset({"tell", "inform", "remind", "notify", "assure", "warn"})
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
        elif dep == "compound" and tree.pos[i] == "PROPN" and tree.lower[tree.heads[i]] in _DAYS:
            day = tree.heads[i]
            if tree.kid(day, "case", "det") is None and tree.heads[day] != day:
                moves |= {i: (tree.heads[day], tree.deps[day]), day: (tree.heads[day], "obl:unmarked")}
        elif dep == "acl:relcl":
            moves |= _told_to_a_name(tree, i)
    for owner in range(2, len(tree) - 2):
        moves.update(_owned_beside(tree, owner))
    for verb in range(1, len(tree)):
        if _lacks_subject(tree, verb):
            moves.update(_given_subject(tree, verb))
    return _moved(tree, moves) if moves else tree


def _told_to_a_name(tree: Tree, i: int) -> dict[int, tuple[int, str]]:
    """The moves that make of a clause behind a bare name what that name is told: no name has a "that" which tells which."""
    name = tree.heads[i]
    verb, that = tree.heads[name], name + 1
    told = tree.pos[name] == "PROPN" and tree.deps[name] in ("obj", "iobj") and tree.lemmas[verb].lower() in _TELLING
    if not told or tree.lower[that] != "that" or tree.heads[that] != i or tree.kid(i, "nsubj", "nsubj:pass") is None:
        return {}
    return {name: (verb, "iobj"), i: (verb, "ccomp"), that: (i, "mark")}


def _owned_beside(tree: Tree, owner: int) -> dict[int, tuple[int, str]]:
    """The moves that set "Maya's husband" beside a name right before it and a comma; none where it does not stand so at the end."""
    name, mark, noun = owner - 2, owner + 1, owner + 2
    names = tree.pos[name] == tree.pos[owner] == "PROPN" and tree.words[owner - 1] == ","
    ends = all(word in ".!" for word in tree.words[noun + 1 :])
    owned = tree.lower[mark] in ("'s", "’s") and tree.heads[mark] == noun and tree.lemmas[noun].lower() in KIN
    if not (names and ends and owned and tree.heads[owner] == noun) or tree.below(name, noun):
        return {}
    return {noun: (name, "appos"), owner: (noun, "nmod:poss"), mark: (owner, "case")}


def _lacks_subject(tree: Tree, i: int) -> bool:
    """Whether token `i` heads a finite clause of its own, with neither a subject nor a verb to share one with."""
    if tree.deps[i] not in ("ROOT", "ccomp", "parataxis", "advcl") or tree.kid(i, *_SUBJECTS) is not None:
        return False
    auxiliaries = tree.kids(i, "aux", "aux:pass", "cop")
    if not ((tree.pos[i] == "VERB" and tree.tags[i] in _FINITE) or any(tree.tags[a] in _FINITE for a in auxiliaries)):
        return False
    return min([i, *auxiliaries]) > 0


def _given_subject(tree: Tree, verb: int) -> dict[int, tuple[int, str]]:
    """The moves that give a verb the noun phrase before it for a subject; none where there is none to give."""
    auxiliaries = tree.kids(verb, "aux", "aux:pass", "cop")
    label = "nsubj:pass" if tree.kid(verb, "aux:pass") is not None else "nsubj"
    above = tree.heads[verb]
    if tree.deps[verb] == "parataxis" and above < verb and tree.heads[above] == above and _bare_phrase(tree, above):
        return {above: (verb, label), verb: (verb, "ROOT")}
    at = min([verb, *auxiliaries]) - 1
    while at > 0 and tree.pos[at] == "ADV" and tree.heads[at] in (verb, *auxiliaries):
        at -= 1
    noun = tree.pos[at] in _NOUNS or (tree.deps[at] == "compound" and tree.heads[at] == verb)
    if not noun or tree.tags[at] in ("WDT", "WP", "POS"):
        return {}
    head = _phrase_head(tree, at, verb)
    return {} if head is None else {head: (verb, label)}


def _bare_phrase(tree: Tree, i: int) -> bool:
    """Whether a root is a noun phrase and nothing else."""
    noun = tree.pos[i] in _NOUNS or (tree.pos[i] in ("ADJ", "NUM") and tree.kid(i, "det") is not None)
    return noun and tree.kid(i, "cop", "case", "mark", *_SUBJECTS) is None


def _phrase_head(tree: Tree, last: int, verb: int) -> int | None:
    """The head of the noun phrase that ends at token `last`, as far as no comma is in between; None where it is what another
    verb acts on, or already has `verb` below it."""
    head = last
    while tree.deps[head] in ("flat", "compound", "nmod", "conj", "goeswith") and tree.heads[head] != verb:
        above = tree.heads[head]
        if above > last or tree.pos[above] not in _NOUNS or "," in tree.words[above:last]:
            break
        head = above
    if tree.below(verb, head) or tree.deps[head] in _SUBJECTS:
        return None
    return head


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
