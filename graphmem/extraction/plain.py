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
)
from graphmem.extraction.lexicon import words
from graphmem.extraction.plain_nouns import CONTRASTED, LONGEST, LOOSE, TIMES, UNITS, NotPlain, Words
from graphmem.extraction.plain_verbs import VerbGroup
from graphmem.extraction.tree import Tree

OPENERS = words(
    "actually correction sorry no wait oops well yes yeah ok okay hm hmm oh right update btw nope yep look listen hey"
)
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
        return Frame(tree).read()
    except (NotPlain, IndexError):
        return None


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
        self.first = self.at
        subject = self.subject()
        self.predicate(subject)
        self.tail()
        self.second()
        if self.at != self.end:
            raise NotPlain
        self.put(self.root, self.root, "ROOT")
        for at in range(len(self.tree)):
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
            size = size or self.setting()
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
        self.root = VerbGroup(self).read(subject)

    def second(self) -> None:
        """A second predicate of the same subject, or a second clause that begins with a pronoun: "… and works at Zed"."""
        at = self.at
        comma = self.word() == ","
        self.at += comma
        joint = self.at if self.word() in ("and", "but") else -1
        self.at += joint >= 0
        if self.at == at:
            return
        first = self.root
        subject = self.subject() if self.word() in PRONOUNS else -1
        if joint < 0 and subject < 0:
            self.at = at
            return
        self.root = VerbGroup(self).read(subject)
        self.put(self.root, first, "conj" if joint >= 0 else "parataxis")
        if joint >= 0:
            self.put(joint, self.root, "cc", "CCONJ", "CC")
        self.tail()
        self.root = first

    def objects(self, verb: int, direct: bool = True) -> None:
        """A direct object and prepositional phrases, in this order."""
        if direct and self.can_be_object():
            thing = self.noun_phrase()
            self.put(thing, verb, "obj")
            self.apposed(thing)
        for _ in range(3):
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
        if (self.word() in ("named", "called") and self.is_name(self.at + 1)) or (
            self.word() == "," and self.is_name(self.at + 1)
        ):
            self.put(self.at, thing, "punct", "PUNCT", ",")
            self.at += 1
            name = self.nominal(False, False)
            self.put(name, thing, "appos")

    def can_be_object(self) -> bool:
        word = self.word()
        if not word or word in CLOSERS or word in TIMES or (word == "any" and self.word(1) in ("more", "longer")):
            return False
        if word in DETERMINERS and self.word(1) in UNITS:
            return False
        return word in DETERMINERS or word in POSSESSIVES or self.can_be_noun(self.at, False)

    def tail(self) -> None:
        """Closing adverbs, and ", not Paris"."""
        while size := self.closes():
            for at in range(self.at, self.at + size):
                timed = size == 2 and self.lower[self.at] in TIMES
                self.put(at, self.root, LOOSE) if not timed else None
            if size == 2 and self.lower[self.at] in TIMES:
                self.put(self.at, self.at + 1, "det", "DET", "DT")
                self.put(self.at + 1, self.last if self.last >= 0 else self.root, "obl:unmarked", "NOUN", "NN")
            self.at += size
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
