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
    BE,
    CLITICS,
    CLOSERS,
    DETERMINERS,
    DO,
    HAVE,
    MIDDLE,
    MODALS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    VERB_FORMS,
)
from graphmem.extraction.lexicon import words
from graphmem.extraction.plain_verbs import VerbGroup
from graphmem.extraction.tree import Tree

LONGEST = 18
"""Tokens above which a sentence is not plain."""
LOOSE = "discourse"
"""The relation of what hangs loosely on the clause."""
CONTRASTED = "dislocated"
"""The relation of what is set against the object: "…, not Paris"."""
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
_TIMES = words("last next this every each")
_ROLES = words("ceo cto cfo coo vp md gp mp")
"""Nouns that are written in capitals."""
_NOT_PLURAL = words("headquarters series species news mathematics physics gymnastics")
_MONTHS_AND_DAYS = words(
    "January February March April May June July August September October November December Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays Christmas Easter"
)
_UNITS = words("month year week day hour")
_NO_NOUN = words(
    "and or but because that who which what when where why how if than so while although though whose whom me him us them "
    "nor yet there here everyone everybody someone nobody something nothing myself himself herself themselves been being be"
)
_ADJECTIVES = words(
    "allergic fluent fond good bad interested afraid proud married divorced single engaged vegetarian vegan happy sad"
)


class _NotPlain(Exception):
    """A word has no place in the frame."""


def plain(tree: Tree) -> Tree | None:
    """The tree that the frame gives, or None where the sentence does not fit it."""
    if not 3 <= len(tree) <= LONGEST or tree.words[-1] == "?":
        return None
    if tree.words[-1] not in (".", "!") and not any(word in PRONOUNS | POSSESSIVES for word in tree.lower[:4]):
        return None  # a headline: "Shakespeare plays in print"
    try:
        return Frame(tree).read()
    except (_NotPlain, IndexError):
        return None


class Frame:
    """Walks the words from left to right, giving each its place; raises _NotPlain when one has none."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.lower, self.words = tree, tree.lower, tree.words
        self.end = len(tree)
        while self.end and self.words[self.end - 1] in (".", "!"):
            self.end -= 1
        self.at = 0
        size = len(tree)
        self.heads, self.deps = [-1] * size, [""] * size
        self.pos, self.tags, self.lemmas = list(tree.pos), list(tree.tags), list(tree.lemmas)
        self.root = self.last = -1
        self.loose: list[int] = []
        """Tokens that will hang on the root."""

    # what is at the cursor

    def word(self, ahead: int = 0) -> str:
        return self.lower[self.at + ahead] if self.at + ahead < self.end else ""

    def is_name(self, at: int) -> bool:
        word = self.words[at] if at < self.end else ""
        if not word[:1].isupper() or self.lower[at] in PRONOUNS | _ROLES:
            return False
        if at == self.first and (self.lower[at] in DETERMINERS | POSSESSIVES | PREPOSITIONS | MIDDLE):
            return False
        return word[0].isalpha()

    def put(self, at: int, head: int, dep: str, pos: str = "", tag: str = "", lemma: str = "") -> None:
        self.heads[at], self.deps[at] = head, dep
        if pos:
            self.pos[at] = pos
        if tag:
            self.tags[at] = tag
        if lemma:
            self.lemmas[at] = lemma

    def index_of_conjunct(self, head: int) -> int:
        """The token coordinated with `head`, -1 where there is none."""
        return next((at for at in range(len(self.heads)) if self.heads[at] == head and self.deps[at] == "conj"), -1)

    def index_before(self, at: int) -> int:
        """The place of the word before."""
        return at - 1

    # the frame

    def read(self) -> Tree:
        self.first = 0
        self.opener()
        self.first = self.at
        subject = self.subject()
        self.predicate(subject)
        self.tail()
        self.second()
        if self.at != self.end:
            raise _NotPlain
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
        if word not in PREPOSITIONS and word not in _TIMES | {"these", "this"}:
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

    def noun_phrase(self, before_verb: bool = False) -> int:
        """Read a noun phrase, with an owner in front and an "of" behind; its head."""
        owner, lead = -1, []
        if self.word() in POSSESSIVES:
            owner = self.at
            self.put(owner, -1, "nmod:poss", "PRON", "PRP$")
            self.at += 1
        elif self.word() in DETERMINERS:
            lead.append(self.at)
            self.put(self.at, -1, "det", "DET", "DT")
            self.at += 1
        head = self.nominal(before_verb, bool(lead) or owner >= 0)
        for at in lead:
            self.heads[at] = head
        if owner >= 0:
            self.heads[owner] = head
        if self.word() in CLITICS and self.is_possessive(before_verb):
            self.put(self.at, head, "case", "PART", "POS")
            self.at += 1
            self.put(head, -1, "nmod:poss")
            thing = self.nominal(before_verb, True)
            self.heads[head] = thing
            return self.with_of(thing, before_verb)
        return self.with_of(head, before_verb)

    def with_of(self, head: int, before_verb: bool) -> int:
        if self.word() == "of" and self.deps[head] != "nmod:poss":
            case = self.at
            self.at += 1
            inner = self.noun_phrase(before_verb)
            self.put(case, inner, "case", "ADP", "IN")
            self.put(inner, head, "nmod")
        return head

    def is_possessive(self, before_verb: bool) -> bool:
        """Whether "'s" is the possessive: a noun follows and, in a subject, a verb after that."""
        if not before_verb:
            return True
        ahead = 1
        while self.word(ahead) and self.can_be_noun(self.at + ahead, ahead > 1):
            ahead += 1
        return ahead > 1 and (self.is_finite(self.word(ahead)) or self.word(ahead) == "of")

    def is_finite(self, word: str) -> bool:
        return word in BE or word in HAVE or word in DO or word in MODALS or word in CLITICS or word in MIDDLE or any(
            tag in ("VBZ", "VBD") for _, tag in VERB_FORMS.get(word, ())
        ) or word in ("no", "'s")  # fmt: skip

    def can_be_noun(self, at: int, after: bool) -> bool:
        """Whether a word may be of a noun phrase; `after` another noun of it a finite verb is not."""
        if at >= self.end:
            return False
        word = self.lower[at]
        if self.is_name(at):
            return True
        if (
            not (word[0].isalnum() or word[0] in "+$€£#@")
            or word in _NO_NOUN
            or word in PREPOSITIONS
            or word in PRONOUNS
        ):
            return False
        if word in DETERMINERS or word in POSSESSIVES or word in CLOSERS or (after and word in MIDDLE):
            return False
        if self.pos[at] == "VERB" and self.tags[at] in ("VBN", "VBD", "VBG", "VBZ"):
            return False
        return not (after and (self.is_finite(word) or word in _TIMES))

    def nominal(self, before_verb: bool, led: bool) -> int:
        """Names, or nouns with what is before them; "sister Ana" is Ana. The head."""
        start = self.at
        while self.can_be_noun(self.at, before_verb and (self.at > start or not led)):
            if self.at > start and self.closes():
                break
            self.at += 1
        if self.at == start:
            raise _NotPlain
        inside = range(start, self.at)
        named = [
            at
            for at in inside
            if self.is_name(at) or (self.words[at][0].isdigit() and self.is_name(at + 1) and at + 1 < self.at)
        ]
        if named and named[-1] == self.at - 1:
            return self.named(start, named)
        return self.common(inside)

    def named(self, start: int, named: list[int]) -> int:
        if named != list(range(named[0], self.at)):
            raise _NotPlain
        head = named[0]
        for at in named:
            self.put(at, -1 if at == head else head, "" if at == head else "flat", "PROPN", "NNP", self.words[at])
        for at in range(start, head):
            noun = at == head - 1
            self.put(at, head, "nmod:desc" if noun else "amod", "NOUN" if noun else "ADJ", "NN" if noun else "JJ")
        return head

    def common(self, inside: range) -> int:
        head = inside[-1]
        number = self.words[head][0].isdigit()
        word = self.lower[head]
        plural = word.endswith("s") and not word.endswith("ss") and word not in _NOT_PLURAL
        kept = self.pos[head] if self.pos[head] in ("NUM", "SYM", "X") and number else "NUM" if number else "NOUN"
        self.put(
            head,
            -1,
            "",
            kept,
            "CD" if number else "NNS" if plural else "NN",
            _singular(self.lower[head]) if plural else self.lower[head],
        )
        for at in inside[:-1]:
            if self.words[at][0].isdigit():
                self.put(at, head, "nummod", "NUM", "CD")
            elif self.pos[at] == "ADJ" or self.lower[at] in (
                "favourite",
                "favorite",
                "new",
                "old",
                "best",
                "former",
                "current",
            ):
                self.put(at, head, "amod", "ADJ", "JJ")
            else:
                self.put(at, head, "compound", "PROPN" if self.is_name(at) else "NOUN", "NN")
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

    def refuse(self) -> None:
        """The sentence is not plain."""
        raise _NotPlain

    # what follows the verb

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
        if not word or word in CLOSERS or word in _TIMES or (word == "any" and self.word(1) in ("more", "longer")):
            return False
        if word in DETERMINERS and self.word(1) in _UNITS:
            return False
        return word in DETERMINERS or word in POSSESSIVES or self.can_be_noun(self.at, False)

    def closes(self, ahead: int = 0) -> int:
        """How many words from the cursor on close the clause: "too", "any more", "last summer", "a month"; 0 for none."""
        word, after = self.word(ahead), self.word(ahead + 1)
        pairs = {
            ("any", "more"),
            ("any", "longer"),
            ("as", "well"),
            ("these", "days"),
            ("at", "all"),
            ("right", "now"),
            ("a", "lot"),
            ("for", "good"),
        }
        if (
            (word, after) in pairs
            or (word in _TIMES and after and after[0].isalpha())
            or (word in ("a", "an", "per") and after in _UNITS)
        ):
            return 2
        return int(word in CLOSERS)

    def tail(self) -> None:
        """Closing adverbs, and ", not Paris"."""
        while size := self.closes():
            for at in range(self.at, self.at + size):
                timed = size == 2 and self.lower[self.at] in _TIMES
                self.put(at, self.root, LOOSE) if not timed else None
            if size == 2 and self.lower[self.at] in _TIMES:
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


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]
