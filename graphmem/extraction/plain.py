"""Reads a short plain sentence by the order of its words, where a small parser often fails.

"Ivan no longer lives in Kyoto", "I like curry", "My phone number is 555-0142", "Maria coaches Real Madrid": one subject in front,
a verb that everybody uses, an object or what somebody is said to be, a place or two, little words around them. Where every
word of a sentence has its place in that frame, the tree is made of the frame and not of the parse; where one has not, the parse
stays as it is. What stands before the clause ("Actually, …", "Correction: …") and what is set against its object at the end
("…, not Paris") hang loosely on the verb, and other modules read them.
"""

from __future__ import annotations

from dataclasses import replace

from graphmem.extraction.everyday import (
    CLOSERS,
    DETERMINERS,
    MIDDLE,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    VERB_FORMS,
)
from graphmem.extraction.lexicon import words
from graphmem.extraction.plain_asides import closing, opening, stressed
from graphmem.extraction.plain_leads import DOUBTING, PASSING, SAID_OR_THOUGHT, left_to_the_parse, passing
from graphmem.extraction.plain_nouns import CONTRASTED, LONGEST, LOOSE, TIMES, UNITS, NotPlain, Words
from graphmem.extraction.plain_verbs import VerbGroup
from graphmem.extraction.tree import Tree

OPENERS = words(
    "actually correction sorry no wait oops well yes yeah ok okay hm hmm oh right update btw nope yep look listen hey"
)
_MAKING = words("make name appoint elect choose crown call")
TIMES_OF_WEEK = words("mondays tuesdays wednesdays thursdays fridays saturdays sundays")
_PHRASES = (
    ("my", "mistake"),
    ("these", "days"),
    ("i", "mean"),
    ("by", "the", "way"),
    ("at", "the", "moment"),
    ("right", "now"),
)
_MONTHS_AND_DAYS = words(
    "January February March April May June July August September October November December Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays Christmas Easter"
)


def plain(tree: Tree) -> Tree | None:
    """The tree that the frame gives, or None where the sentence does not fit it."""
    if not 3 <= len(tree) <= LONGEST or tree.words[-1] == "?":
        return None
    if tree.words[-1] not in (".", "!") and not any(word in PRONOUNS | POSSESSIVES for word in tree.lower[:4]):
        return None  # a headline: "Shakespeare plays in print"
    try:
        return _reordered(tree) or Frame(tree).read()
    except (NotPlain, IndexError):
        return None


def closing_at(frame: Frame, at: int) -> bool:
    """Whether an aside begins at a token."""
    here, frame.at = frame.at, at
    size = closing(frame)
    frame.at = here
    return size > 0 and not any(frame.lower[i] in PRONOUNS for i in range(at + 1, min(at + 3, frame.end)))


def _reordered(tree: Tree) -> Tree | None:
    """The tree of a sentence that stresses a part of itself, read in its plain order; None where it does not."""
    frame = Frame(tree)
    if tree.lower[0] not in ("the", "it"):
        return None
    order = stressed(frame)
    if order is None:
        return None
    order = [*order, *range(frame.end, len(tree))]
    try:
        read = Frame(_taken(tree, order)).read()
    except (NotPlain, IndexError):
        return None
    root = order[next(i for i in range(len(read)) if read.heads[i] == i)]
    heads, deps = [root] * len(tree), [LOOSE] * len(tree)
    pos, tags, lemmas, morphs = list(tree.pos), list(tree.tags), list(tree.lemmas), list(tree.morphs)
    for i, at in enumerate(order):
        heads[at], deps[at] = order[read.heads[i]], read.deps[i]
        pos[at], tags[at], lemmas[at], morphs[at] = read.pos[i], read.tags[i], read.lemmas[i], read.morphs[i]
    return replace(tree, heads=heads, deps=deps, pos=pos, tags=tags, lemmas=lemmas, morphs=morphs)


def _taken(tree: Tree, order: list[int]) -> Tree:
    """The tokens of a tree in another order, each a tree of its own: a frame does not ask for more."""
    size = list(range(len(order)))
    return Tree(
        words=[tree.words[i] for i in order], lemmas=[tree.lemmas[i] for i in order], pos=[tree.pos[i] for i in order],
        tags=[tree.tags[i] for i in order], deps=["" for _ in order], heads=size, morphs=[tree.morphs[i] for i in order],
        starts=[tree.starts[i] for i in order], ends=[tree.ends[i] for i in order], entities=[],
    )  # fmt: skip


class Frame(Words):
    """Walks the words from left to right, giving each its place; raises NotPlain when one has none."""

    def index_of_conjunct(self, head: int) -> int:
        """The token coordinated with `head`, -1 where there is none."""
        return next((at for at in range(len(self.heads)) if self.heads[at] == head and self.deps[at] == "conj"), -1)

    def index_before(self, at: int) -> int:
        """The place of the word before."""
        return at - 1

    def read(self) -> Tree:
        self.first = 0
        self.opener()
        if left_to_the_parse(self):
            raise NotPlain
        self.first = self.at
        subject = self.subject()
        self.predicate(subject)
        self.tail()
        for _ in range(2):
            self.second()
        self.at += closing(self)
        if self.at != self.end:
            raise NotPlain
        self.put(self.root, self.root, "ROOT")
        for at in range(len(self.tree)):
            if at == 0 < self.first and self.lower[at] in DOUBTING:
                self.put(at, self.root, "advmod", "ADV", "RB")
            if at < self.first and self.lower[at] in MIDDLE | CLOSERS | TIMES_OF_WEEK | PASSING:
                self.pos[at] = "ADV"
            if self.heads[at] < 0:
                self.put(at, self.root, "punct" if at >= self.end or not self.words[at][0].isalnum() else LOOSE)
        return replace(
            self.tree, heads=self.heads, deps=self.deps, pos=self.pos, tags=self.tags, lemmas=self.lemmas,
            morphs=["" if self.pos[i] != self.tree.pos[i] else m for i, m in enumerate(self.tree.morphs)],
        )  # fmt: skip

    def opener(self) -> None:
        """ "Actually,", "Correction:", "My mistake,", "These days"."""
        while self.at < self.end:
            size = next((len(p) for p in _PHRASES if tuple(self.word(i) for i in range(len(p))) == p), 0)
            size = size or (self.word() in OPENERS | MIDDLE and self.word(1) in (",", ":", "-", "–"))
            size = size or passing(self) or self.setting() or opening(self)
            if not size:
                return
            self.at += size
            while self.word() in (",", ":", "-", "–"):
                self.at += 1

    def setting(self) -> int:
        """How many words from the cursor on say when or as what: "In 2010", "These days", "Last week,", "As a child", up to who
        does it; 0 where the sentence does not begin so."""
        word = self.word()
        begins_subject = self.is_name(self.at + 1) or self.word(1) in PRONOUNS | POSSESSIVES
        if word in ("now", "today", "nowadays", "once", "recently", "currently") and begins_subject:
            return 1
        if size := self.ago():
            return size if self.word(size) in PRONOUNS | POSSESSIVES | {","} or self.is_name(self.at + size) else 0
        if word not in PREPOSITIONS and word not in TIMES | {"these", "this"}:
            return 0
        for size in range(1, 8):
            at = self.at + size
            month = self.words[at] in _MONTHS_AND_DAYS if at < self.end else False
            if size > 1 and (self.word(size) == "," or self.word(size) in PRONOUNS or (self.is_name(at) and not month)):
                return size
            if self.is_name(at) and not month:
                return 0
            if not (self.word(size)[:1].isalnum()) or self.is_finite(self.word(size)):
                return 0
        return 0

    def subject(self) -> int:
        if self.word() in PRONOUNS:
            self.at += 1
            self.put(self.at - 1, -1, "nsubj", "PRON", "PRP")
            return self.at - 1
        head = self.noun_phrase(before_verb=True)
        if self.word() == "and" and (self.is_name(self.at + 1) or self.word(1) in ("i", *POSSESSIVES)):
            conjunction = self.at
            self.at += 1
            other = self.subject()
            self.put(conjunction, other, "cc", "CCONJ", "CC")
            self.put(other, head, "conj")
        return head

    def predicate(self, subject: int) -> None:
        """Everything from the first auxiliary on."""
        if self.word() == ":" and self.pos[subject] == "NOUN":
            self.at += 1  # "Ana's number: 555-0142"
            self.root = self.noun_phrase()
            self.put(subject, self.root, "nsubj")
            self.put(subject + 1, self.root, "cop", "AUX", "VBZ", "be")
            return
        self.root = VerbGroup(self).read(subject)

    def second(self) -> None:
        """A second predicate of the same subject ("… and works at Zed"), or a second clause ("…: she's 52 now")."""
        at, first = self.at, self.root
        parted = self.word() in (",", ":", ";", "-", "–")
        self.at += parted
        joint = self.at if self.word() in ("and", "but", "so") else -1
        self.at += joint >= 0
        if self.at == at or closing_at(self, at):
            self.at = at
            return
        subject = self.second_subject()
        if joint < 0 and subject < 0:
            self.at = at
            return
        self.root = VerbGroup(self).read(subject)
        if joint < 0 and {self.lemmas[self.root], self.lemmas[first]} & SAID_OR_THOUGHT:
            raise NotPlain  # "Ana lives in Paris, I think"
        self.put(self.root, first, "conj" if joint >= 0 else "parataxis")
        if joint >= 0:
            self.put(joint, self.root, "cc", "CCONJ", "CC")
        self.tail()
        self.root = first

    def second_subject(self) -> int:
        """The subject of a clause that begins at the cursor; -1 where it has none of its own."""
        if self.word() not in PRONOUNS | POSSESSIVES and not self.is_name(self.at):
            return -1
        return self.subject()

    def objects(self, verb: int, direct: bool = True) -> None:
        """A direct object and prepositional phrases, in this order."""
        if direct and self.can_be_object():
            thing = self.noun_phrase()
            self.put(thing, verb, "obj")
            self.apposed(thing)
            if self.lemmas[verb] in _MAKING and not self.closes() and self.can_be_object():
                self.put(self.noun_phrase(), verb, "xcomp")
        for _ in range(3):
            if self.word() == "," and self.word(1) == "from":
                self.at += 1  # "moved house, from Rome to Oslo"
            if self.closes() or self.word() not in PREPOSITIONS:
                break
            self.prepositional(verb)

    def prepositional(self, verb: int, dep: str = "obl") -> None:
        cases = [self.at]
        self.at += 1
        while self.word() in PREPOSITIONS and len(cases) < 2:
            cases.append(self.at)
            self.at += 1
        thing = self.noun_phrase()
        for case in cases:
            self.put(case, thing, "case", "ADP", "IN")
        self.put(thing, verb, dep)

    def apposed(self, thing: int) -> None:
        """ "a dog named Rex", "a daughter, Greta": the name beside the noun."""
        if self.pos[thing] != "NOUN":
            return
        after = self.words[self.at + 1] if self.at + 1 < self.end else ""
        valued = self.is_name(self.at + 1) or after[:1].isdigit() or after[:1] == "+" or "@" in after
        if (
            self.word() in ("named", "called")
            and after.isalpha()
            and after.islower()
            and self.pos[self.at + 1] != "VERB"
        ):
            self.put(self.at, thing, "punct", "PUNCT", ",")
            self.put(self.at + 1, thing, "appos", "PROPN", "NNP")
            self.at += 2
            return
        if (self.word() in ("named", "called") and self.is_name(self.at + 1)) or (self.word() in (",", ":") and valued):
            self.put(self.at, thing, "punct", "PUNCT", ",")
            self.at += 1
            name = self.nominal(False, False)
            self.put(name, thing, "appos")

    def can_be_object(self) -> bool:
        word = self.word()
        if (
            not word
            or word in CLOSERS
            or word in TIMES
            or self.ago()
            or (word == "any" and self.word(1) in ("more", "longer"))
        ):
            return False
        if word in DETERMINERS and self.word(1) in UNITS:
            return False
        return word in DETERMINERS or word in POSSESSIVES or self.can_be_noun(self.at, False)

    def tail(self) -> None:
        """Closing adverbs, and ", not Paris"."""
        while size := self.closes():
            for at in range(self.at, self.at + size):
                timed = size == 2 and self.lower[self.at] in TIMES
                host = self.last if size > 2 and self.last >= 0 else self.root
                self.put(at, host, LOOSE) if not timed else None
            if size == 2 and self.lower[self.at] in TIMES:
                self.put(self.at, self.at + 1, "det", "DET", "DT")
                self.put(self.at + 1, self.last if self.last >= 0 else self.root, "obl:unmarked", "NOUN", "NN")
            self.at += size
        if self.word() == "," and any(tag == "VBG" for _, tag in VERB_FORMS.get(self.word(1), ())):
            self.at += 1  # "is at Duke, studying law"
            doing = VerbGroup(self)
            self.put(doing.participle(), self.root, "advcl")
        if self.word() == "," and self.word(1) == "not":
            self.at += 2
            cases = []
            while self.word() in PREPOSITIONS:
                cases.append(self.at)
                self.at += 1
            thing = self.noun_phrase()
            for case in cases:
                self.put(case, thing, "case", "ADP", "IN")
            self.put(thing, self.root, CONTRASTED)
