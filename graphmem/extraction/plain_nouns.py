"""Noun phrases of a plain sentence: names, nouns with what is before them, owners, and an "of" behind.

Part of `plain`: the cursor over the words, and what can be told from a word without knowing the sentence.
"""

from __future__ import annotations

from graphmem.extraction.everyday import (
    BE,
    CLITICS,
    CLOSERS,
    DETERMINERS,
    DO,
    HAVE,
    MIDDLE,
    MODALS,
    NEGATIONS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    VERB_FORMS,
)
from graphmem.extraction.lexicon import TITLES, words
from graphmem.extraction.tree import Tree

LONGEST = 18
"""Tokens above which a sentence is not plain."""
LOOSE = "discourse"
"""The relation of what hangs loosely on the clause."""
CONTRASTED = "dislocated"
"""The relation of what is set against the object: "…, not Paris"."""
TIMES = words("last next this every each")
_ROLES = words("ceo cto cfo coo vp md gp mp")
"""Nouns that are written in capitals."""
_NOT_PLURAL = words("headquarters series species news mathematics physics gymnastics")
_ADVERBS = words("only even seldom often sometimes soon later indeed")
_FIRST = words(
    "sure far away home inside outside upstairs downstairs maybe almost nearly rather quite pretty first next last"
)
_HARDLY_DONE = words("almost nearly")
_KIN = words("sir dame aunt auntie uncle cousin grandma grandpa granny grandmother grandfather")
_OWN = words("mine yours hers ours theirs")
UNITS = words("month year week day hour")
_PAST_UNITS = words("minute hour day week weekend fortnight month year decade")
_COUNTS = words("a an one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty several few")
_NAMES_TOO = words(
    "will rose faith grant hope joy grace mark sue drew bill rob pat jack penny ruby iris ivy lily daisy violet heather "
    "olive hazel pearl amber dawn eve june may april summer autumn sky star chase hunter mason carter miles frank ernest "
    "dean earl duke rex art gene guy norm ray rich rod rusty sonny wade ward woody angel charity chance cliff dale dean "
    "glen heath jade jewel brook brooke clay colt dash reed robin sage sandy skip sterling stone tiger basil bob don max"
)
"""Given names that are words as well."""
_COMMON = frozenset({"NOUN", "VERB", "AUX", "INTJ"})
"""Parts of speech that the parse gives to a sentence's first word where it is no name; it takes unknown names for anything else."""
_NO_NOUN = words(
    "and or but because that who which what when where why how if than so while although though whose whom me him us them "
    "nor yet there here everyone everybody someone nobody something nothing myself himself herself themselves been being be"
)
_FUNCTION = frozenset(
    {*BE, *HAVE, *DO, *MODALS, *MIDDLE, *NEGATIONS, *CLOSERS, *PREPOSITIONS, *DETERMINERS, *PRONOUNS, *_NO_NOUN}
)
_BEGINNING = _FUNCTION | _ADVERBS | _FIRST
"""Words that begin a sentence and are no names."""
_NO_NAMES = PRONOUNS | _ROLES
_LEADING = DETERMINERS | POSSESSIVES | PREPOSITIONS | MIDDLE
_AFTER_VERBS = PRONOUNS | POSSESSIVES | DETERMINERS


class NotPlain(Exception):
    """A word has no place in the frame."""


class Words:
    """The words of a sentence, a cursor over them, and the places in the tree that they have got so far."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.lower, self.words = tree, tree.lower, tree.words
        self.end = len(tree)
        while self.end and self.words[self.end - 1] in (".", "!"):
            self.end -= 1
        self.at = self.first = 0
        size = len(tree)
        self.heads, self.deps = [-1] * size, [""] * size
        self.pos, self.tags, self.lemmas = list(tree.pos), list(tree.tags), list(tree.lemmas)
        self.root = self.last = -1
        self.loose: list[int] = []
        """Tokens that will hang on the root."""

    def word(self, ahead: int = 0) -> str:
        return self.lower[self.at + ahead] if self.at + ahead < self.end else ""

    def is_name(self, at: int) -> bool:
        word = self.words[at] if at < self.end else ""
        if not word[:1].isupper() or self.lower[at] in _NO_NAMES:
            return False
        if len(word) > 1 and word.isupper() and self.lower[at] in _FUNCTION:
            return False  # "She is SO nice"
        if at == self.first and self.lower[at] in _LEADING:
            return False
        return word[0].isalpha() and (at > 0 or self._opens_with_name())

    def _opens_with_name(self) -> bool:
        """Whether the sentence's first word, whose capital tells nothing, is of a name: "Ana", and not "Here" or "Balance"."""
        tree, word, after = self.tree, self.lower[0], self.lower[1] if len(self.lower) > 1 else ""
        name_too = word in _NAMES_TOO and after not in _AFTER_VERBS  # not "Hope you …"
        if tree.pos[0] == "PROPN" or name_too or any(first == 0 for first, _, _ in tree.entities):
            return True
        if len(tree) > 1 and tree.words[1][:1].isupper() and tree.lower[1] not in PRONOUNS:
            return True
        return tree.pos[0] not in _COMMON and word not in _BEGINNING

    def put(self, at: int, head: int, dep: str, pos: str = "", tag: str = "", lemma: str = "") -> None:
        self.heads[at], self.deps[at] = head, dep
        if pos:
            self.pos[at] = pos
        if tag:
            self.tags[at] = tag
        if lemma:
            self.lemmas[at] = lemma

    def noun_phrase(self, before_verb: bool = False) -> int:
        """Read a noun phrase, with an owner in front and an "of" behind; its head."""
        owner, lead = -1, []
        if self.word() in _OWN:
            self.at += 1
            self.put(self.at - 1, -1, "", "PRON", "PRP")
            return self.at - 1
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
        if self.word(1) in ("getting", "going", "being", "having", "doing"):
            return False
        while self.word(ahead) and self.can_be_noun(self.at + ahead, ahead > 1):
            ahead += 1
        if self.word(ahead) in CLITICS and self.can_be_noun(self.at + ahead + 1, False):
            return False  # "Ana's Bob's manager"
        return ahead > 1 and (self.is_finite(self.word(ahead)) or self.word(ahead) in ("of", ":"))

    def is_finite(self, word: str) -> bool:
        return word in BE or word in HAVE or word in DO or word in MODALS or word in CLITICS or word in MIDDLE or any(
            tag in ("VBZ", "VBD") for _, tag in VERB_FORMS.get(word, ())
        ) or word in ("no", "'s")  # fmt: skip

    def is_sentence_adverb(self, at: int) -> bool:
        """Whether a word is an adverb that may stand before a verb: "apparently", "also"."""
        word = self.lower[at] if at < self.end else ""
        return word in MIDDLE or (
            at < self.end
            and self.pos[at] == "ADV"
            and self.words[at].islower()
            and (word.endswith("ly") or word in _ADVERBS)
            and word != "nearly"
        )

    def can_be_noun(self, at: int, after: bool) -> bool:
        """Whether a word may be of a noun phrase; `after` another noun of it a finite verb is not."""
        if at >= self.end:
            return False
        word = self.lower[at]
        if self.is_name(at):
            return True
        if (
            word in BE
            or word in HAVE
            or word in DO
            or (at and self.lower[at - 1] == "to" and self.tags[at] == "VB" and word in VERB_FORMS)
        ):
            return False
        if (
            not (word[0].isalnum() or word[0] in "+$€£#@")
            or word in _NO_NOUN
            or word in PREPOSITIONS
            or word in PRONOUNS
        ):
            return False
        if (
            word in DETERMINERS
            or word in POSSESSIVES
            or word in CLOSERS
            or word in NEGATIONS
            or (after and word in MIDDLE)
        ):
            return False
        if (self.is_sentence_adverb(at) and word not in MIDDLE) or (
            at > self.first and (self.pos[at] in ("ADP", "SCONJ", "CCONJ") or word in _HARDLY_DONE)
        ):
            return False
        if at == 0 and (self.pos[0] != "NOUN" or word in _FUNCTION):
            return False
        counted = at > 0 and (self.words[at - 1][0].isdigit() or self.lower[at - 1] in POSSESSIVES)
        verbal = word in VERB_FORMS or word.endswith(("ed", "ing", "s"))
        if not counted and verbal and self.pos[at] == "VERB" and self.tags[at] in ("VBN", "VBD", "VBG", "VBZ"):
            return False
        return not (after and (self.is_finite(word) or word in TIMES))

    def nominal(self, before_verb: bool, led: bool) -> int:
        """Names, or nouns with what is before them; "sister Ana" is Ana. The head."""
        start = self.at
        while self.can_be_noun(self.at, before_verb and (self.at > start or not led)):
            if self.at > start and (self.closes() or (self.word() == "home" and self.is_name(self.at - 1))):
                break
            self.at += 1
        if self.at == start:
            raise NotPlain
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
            raise NotPlain
        if len(named) > 1 and self.lower[named[0]] in _KIN:
            named = named[1:]  # "Aunt Ana"
        head = named[1] if len(named) > 1 and self.lower[named[0]] in TITLES else named[0]
        for at in named:
            self.put(at, -1 if at == head else head, "" if at == head else "flat", "PROPN", "NNP", self.words[at])
        for at in range(start, named[0]):
            noun = at == named[0] - 1
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

    def refuse(self) -> None:
        """The sentence is not plain."""
        raise NotPlain

    def ago(self, ahead: int = 0) -> int:
        """How many words from the cursor on say how long ago: "two years ago", "a couple of weeks ago"; 0 for none."""
        counted = 1 if self.word(ahead) in _COUNTS or self.word(ahead).isdigit() else 0
        counted += counted and self.word(ahead + 1) in ("few", "couple")
        counted += counted > 1 and self.word(ahead + 2) == "of"
        unit = self.word(ahead + counted)
        timed = counted and {unit, unit.removesuffix("s")} & _PAST_UNITS and self.word(ahead + counted + 1) == "ago"
        return counted + 2 if timed else 0

    def closes(self, ahead: int = 0) -> int:
        """How many words from the cursor on close the clause: "too", "any more", "last summer", "a month"; 0 for none."""
        word, after = self.word(ahead), self.word(ahead + 1)
        if size := self.ago(ahead):
            return size
        pairs = {
            ("any", "more"),
            ("any", "longer"),
            ("as", "well"),
            ("these", "days"),
            ("at", "all"),
            ("right", "now"),
            ("a", "lot"),
            ("for", "good"),
            ("so", "far"),
            ("years", "ago"),
            ("long", "ago"),
            ("at", "present"),
            ("or", "so"),
        }
        if (
            (word, after) in pairs
            or (word in TIMES and after and after[0].isalpha())
            or (word in ("a", "an", "per") and after in UNITS)
        ):
            return 2
        return int(word in CLOSERS)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]
