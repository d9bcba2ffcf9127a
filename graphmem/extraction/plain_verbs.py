"""The verb of a plain sentence with its auxiliaries, and what it says: an action, a state, or what somebody is.

Part of `plain`, which reads what stands before and behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.extraction.everyday import (
    BE,
    CLITICS,
    DO,
    HAVE,
    MIDDLE,
    MODALS,
    NEGATIONS,
    PARTICLES,
    PREPOSITIONS,
    VERB_FORMS,
)
from graphmem.extraction.lexicon import words

if TYPE_CHECKING:
    from graphmem.extraction.plain import Frame

_GOVERNORS = words(
    "want plan hope need try intend expect start stop begin quit like love enjoy hate dislike prefer continue agree decide "
    "wish dream go happen manage learn promise train apply aim prepare decide consider keep"
)
"""Verbs that another one follows: "wants to move", "stopped playing"."""
_PONDERING = words("think dream talk plan look")
"""Verbs by which something is only thought of: "is thinking about moving"."""
_PLURAL_SUBJECTS = words("i we you they")
ADJECTIVES = words(
    "allergic fluent fond good bad interested afraid proud divorced single engaged vegetarian vegan happy sad"
)
_MOVING = words("move go come return arrive travel retire graduate become")
_INTO_OFFICE = words("elected appointed named made crowned chosen voted promoted")
_NO_PASSIVE = words("become be have get")


class VerbGroup:
    """Reads from the first auxiliary to the end of the clause's core; `read` gives the token that heads the clause."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.auxiliaries: list[int] = []
        self.loose: list[int] = []
        self.adverbs: list[int] = []
        self.longer: list[int] = []
        self.be = -1
        self.perfect = False
        self.bare = False
        """Whether what comes next is a base form: after a modal, "do" or "used to"."""

    def read(self, subject: int) -> int:
        frame = self.frame
        while self._auxiliary():
            pass
        root = self._main(subject)
        passive = frame.tags[root] == "VBN" and self.be >= 0 and frame.pos[root] == "VERB"
        if subject >= 0:
            frame.put(subject, root, "nsubj:pass" if passive else "nsubj")
        for at in self.auxiliaries:
            frame.put(at, root, "aux", "AUX")
        if self.be >= 0:
            verbal = frame.pos[root] == "VERB"
            frame.put(self.be, root, ("aux:pass" if passive else "aux") if verbal else "cop", "AUX", lemma="be")
        for at in self.adverbs:
            frame.put(at, root, "advmod", "ADV" if frame.lower[at] not in NEGATIONS else "PART", "RB")
        for at in self.longer:
            frame.put(at, root, "advmod", "ADV", "RBR")
            frame.put(at - 1, at, "advmod", "ADV", "RB")
        return root

    def _auxiliary(self) -> bool:
        """Take one auxiliary or adverb; False where the main verb or the complement begins."""
        frame, word = self.frame, self.frame.word()
        at = frame.at
        if frame.is_sentence_adverb(at) or word in NEGATIONS:
            self.adverbs.append(at)
        elif word == "no" and frame.word(1) == "longer":
            self.longer.append(at + 1)
            frame.at += 1
        elif self.be < 0 and word in MODALS:
            self.auxiliaries.append(at)
            self.bare = True
        elif self.be < 0 and not self.perfect and word == "used" and frame.word(1) == "to":
            self.loose += [at, at + 1]
            frame.at += 1
            self.bare = True
        elif self.be < 0 and word in DO and not self.bare and self._verb_follows(("VB",)):
            self.auxiliaries.append(at)
            self.bare = True
        elif self.be >= 0 and word == "getting" and self._verb_follows(("VBN",)):
            self.auxiliaries.append(at)
        elif self.be < 0 and word in ("got", "gets", "get") and not self.perfect and self._verb_follows(("VBN",)):
            self.be = at
            frame.put(at, -1, "cop", "AUX", "VBD" if word == "got" else "VBZ")
        elif self.be < 0 and self._has(word):
            self.auxiliaries.append(at)
            frame.put(at, -1, "aux", "AUX", lemma="have")
            self.perfect = True
        elif self.be < 0 and self._is(word):
            self.be = at
            frame.put(at, -1, "cop", "AUX", BE.get(word, "VBZ"))
        else:
            return False
        frame.at += 1
        return True

    def _is(self, word: str) -> bool:
        if word in ("be", "been"):
            return self.bare if word == "be" else self.perfect
        return not self.bare and not self.perfect and (word in BE or word in CLITICS)

    def _has(self, word: str) -> bool:
        """Whether a form of "have" (or "'s") is an auxiliary here: a participle follows."""
        if self.perfect or (word not in HAVE and word not in CLITICS):
            return False
        if word in HAVE and not self.bare:
            return self._verb_follows(("VBN",))
        after = self._past_adverbs()
        form = self.frame.word(after)
        if word not in CLITICS or not any(tag == "VBN" for _, tag in VERB_FORMS.get(form, ())):
            return word in CLITICS and form == "been"
        following = self.frame.word(after + 1)
        lemmas = {lemma for lemma, tag in VERB_FORMS[form] if tag == "VBN"}
        return bool(lemmas & (_MOVING | {"have", "get"})) or bool(following and following not in PREPOSITIONS)

    def _past_adverbs(self) -> int:
        ahead = 1
        while self.frame.word(ahead) in MIDDLE | NEGATIONS or self.frame.word(ahead) in ("no", "longer"):
            ahead += 1
        return ahead

    def _verb_follows(self, tags: tuple[str, ...]) -> bool:
        word = self.frame.word(self._past_adverbs())
        return (word == "been" and "VBN" in tags) or (word == "be" and "VB" in tags) or any(
            tag in tags for _, tag in VERB_FORMS.get(word, ())
        )  # fmt: skip

    def _main(self, subject: int) -> int:
        if self.be >= 0:
            return self._after_be()
        tags = ("VBN",) if self.perfect else ("VB",) if self.bare else self._finite(subject)
        lemma, tag = self._form(tags)
        return self._verb(("have" if self.perfect and lemma == "get" else lemma, tag))

    def _finite(self, subject: int) -> tuple[str, ...]:
        if subject < 0:
            return ("VBZ", "VBD", "VB")
        plural = self.frame.lower[subject] in _PLURAL_SUBJECTS or self.frame.tags[subject] == "NNS"
        plural = plural or self.frame.index_of_conjunct(subject) >= 0
        return ("VB", "VBD") if plural else ("VBZ", "VBD")

    def _form(self, tags: tuple[str, ...]) -> tuple[str, str]:
        """The lemma and tag of the verb at the cursor, which has to have one of `tags`."""
        frame = self.frame
        lemma, tag = next((form for form in self._forms() if form[1] in tags), ("", ""))
        if not lemma:
            frame.refuse()
        return lemma, "VBP" if tag == "VB" and not self.bare and tags[0] == "VB" and "VBD" in tags else tag

    def _forms(self) -> list[tuple[str, str]]:
        """Which verbs the word at the cursor may be of; of one that is not listed, as the parser has it."""
        frame, word = self.frame, self.frame.word()
        if word in VERB_FORMS or frame.at >= frame.end or frame.pos[frame.at] != "VERB":
            return VERB_FORMS.get(word, [])
        tag = frame.tags[frame.at]
        return [(frame.lemmas[frame.at].lower(), "VB" if tag == "VBP" else tag)]

    def _verb(self, form: tuple[str, str], direct: bool = True) -> int:
        """The verb at the cursor, what follows it, and where it governs another one that one, too."""
        frame, verb = self.frame, self.frame.at
        frame.put(verb, -1, "", "VERB", form[1], form[0])
        frame.last = verb
        frame.at += 1
        if form[0] in _GOVERNORS and self._governed(verb):
            return verb
        if form[0] in _PONDERING and frame.word() in PREPOSITIONS and self._pondered(verb):
            return verb
        if frame.word() in PARTICLES and (
            frame.word() not in PREPOSITIONS or frame.word(1) in PREPOSITIONS or not frame.word(1)
        ):
            frame.put(frame.at, verb, "compound:prt", "ADP", "RP")
            frame.at += 1
        frame.objects(verb, direct)
        return verb

    def participle(self) -> int:
        """A participle at the cursor with what follows it."""
        return self._verb(self._form(("VBG",)))

    def _governed(self, verb: int) -> bool:
        frame, to = self.frame, self.frame.word() == "to"
        word = frame.word(1) if to else frame.word()
        wanted = "VB" if to else "VBG"
        if to and word == "be":
            return self._to_be(verb)
        if not any(tag == wanted for _, tag in VERB_FORMS.get(word, ())):
            return False
        if to:
            frame.at += 1
        inner_group = VerbGroup(frame)
        inner_group.bare = True
        inner = inner_group._verb(inner_group._form((wanted,)))
        frame.put(inner, verb, "xcomp")
        if to:
            frame.put(frame.index_before(inner), inner, "mark", "PART", "TO")
        return True

    def _pondered(self, verb: int) -> bool:
        """ "Is thinking about moving to Bath"."""
        frame = self.frame
        if frame.word(1) != "being" and not any(tag == "VBG" for _, tag in VERB_FORMS.get(frame.word(1), ())):
            return False
        mark = frame.at
        frame.at += 1
        if frame.word() == "being":
            frame.at -= 1
            return self._to_be(verb)
        group = VerbGroup(frame)
        inner = group._verb(group._form(("VBG",)))
        frame.put(mark, inner, "mark", "SCONJ", "IN")
        frame.put(inner, verb, "xcomp")
        return True

    def _to_be(self, verb: int) -> bool:
        """ "wants to be a nurse", "is going to be the mayor"."""
        frame = self.frame
        to, be = frame.at, frame.at + 1
        frame.at += 2
        inner = VerbGroup(frame)._complement()
        frame.put(to, inner, "mark", "PART", "TO")
        frame.put(be, inner, "cop", "AUX", "VB", "be")
        frame.put(inner, verb, "xcomp")
        return True

    def _after_be(self) -> int:
        """A participle, or what somebody is."""
        frame, word = self.frame, self.frame.word()
        if word in ("called", "named") and frame.is_name(frame.at + 1):
            frame.at += 1
            return self._complement()
        if word in _INTO_OFFICE and not frame.is_name(frame.at + 1) and frame.word(1) not in PREPOSITIONS - {"as"}:
            frame.at += 1  # "was elected mayor of Bern", "has been named as the head of Zed"
            frame.at += 1 if frame.word() == "as" else 2 if (frame.word(), frame.word(1)) == ("to", "be") else 0
            return self._complement()
        for lemma, tag in self._forms():
            if tag == "VBG":
                return self._verb((lemma, tag))
            after = frame.word(1)
            if tag == "VBN" and lemma not in _NO_PASSIVE and (not after or after in PREPOSITIONS):
                return self._verb((lemma, tag), direct=False)
        if word == "about" and frame.word(1) == "to":
            return self._verb(("go", "VBG"))
        return self._complement()

    def _complement(self) -> int:
        frame, word = self.frame, self.frame.word()
        if word in PREPOSITIONS:
            case = frame.at
            frame.at += 1
            head = frame.noun_phrase()
            frame.put(case, head, "case", "ADP", "IN")
            return head
        if self._is_old():
            return self._old()
        after = frame.word(1)
        adjective = word in ADJECTIVES or (frame.pos[frame.at] == "ADJ" and not frame.can_be_noun(frame.at + 1, False))
        adjective = adjective and not frame.is_name(frame.at)
        if adjective and (not after or after in PREPOSITIONS or not after.isalnum() or frame.closes(1)):
            head = frame.at
            frame.put(head, -1, "", "ADJ", "JJ", word)
            frame.at += 1
            frame.objects(head, direct=False)
            return head
        head = frame.noun_phrase()
        while frame.word() in PREPOSITIONS and not frame.closes(0):
            frame.prepositional(head, "nmod" if frame.pos[head] == "NOUN" else "obl")
        return head

    def _is_old(self) -> bool:
        return (
            self.frame.word()[:1].isdigit()
            and self.frame.word(1) in ("years", "year")
            and self.frame.word(2) in ("old", "of")
        )

    def _old(self) -> int:
        """ "31 years old", "31 years of age": the number hangs on the years."""
        frame = self.frame
        number, years = frame.at, frame.at + 1
        frame.put(number, years, "nummod", "NUM", "CD")
        frame.put(years, -1, "", "NOUN", "NNS", "year")
        old = frame.at + (2 if frame.word(2) == "old" else 3)
        frame.at = old + 1
        frame.put(old, -1, "", "ADJ", "JJ", "old")
        frame.put(years, old, "obl:unmarked")
        return old
