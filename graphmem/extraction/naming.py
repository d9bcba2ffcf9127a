"""What the tokens of a statement are called: names, pronouns' referents, "Ana's sister", dates and values.

One `Namer` serves one sentence; `topic_at` is a token known to be the text's topic. It first walks the sentence once,
telling the discourse what is named and asking it what each pronoun means at that point; after that any token can be
named. A token that cannot be named well (an unclear pronoun, "something", a whole clause) has no name, and no
statement is made with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphmem.domain.triple import NameSpan, Span
from graphmem.extraction.arguments import characters, full_phrase, name_phrase
from graphmem.extraction.coreference import PRONOUNS, Discourse, Referent
from graphmem.extraction.dates import DateSpan, date_name
from graphmem.extraction.lexicon import EMPTY_NOUNS, KIN, TITLES, is_human
from graphmem.extraction.names import Name, clean
from graphmem.extraction.quantities import Quantity
from graphmem.extraction.tree import Tree

_POSSESSIVE = frozenset({"my", "your", "his", "her", "its", "our", "their"})
_PARTS = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent"})
_SUBJECT_DEPS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer"})
_FINITE = frozenset({"VBZ", "VBD", "VBP", "VB", "MD"})
_HE_OR_SHE = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}
_SHORT = 18
"""Tokens above which a pronoun that could mean several names of its own sentence means none."""
_LONGEST = 12
_VALUE = re.compile(
    r"^[~<>]?[$€£¥]?\s?\d[\d.,/:%–-]*"
    r"(?:\s?(?:%|percent|million|billion|thousand|dollars|euros|pounds|km|kg|m|cm|years?))?$"
)


def dated(date: DateSpan) -> NameSpan:
    """A date as an entity, under its ISO name."""
    return NameSpan(name=date_name(date), type="date", span=Span(start=date.start, end=date.end))


class Namer:
    """Names the tokens of one sentence. `text` is the whole passage's, `names` and `dates` those of the sentence."""

    def __init__(
        self,
        tree: Tree,
        text: str,
        names: list[Name],
        dates: list[DateSpan],
        discourse: Discourse,
        topic_at: int | None = None,
        quantities: Sequence[Quantity] = (),
    ) -> None:
        self._tree, self._text, self._names, self._dates, self._discourse = tree, text, names, dates, discourse
        self._quantities = quantities
        self.referents: dict[int, Referent] = {}
        self.named: dict[str, int] = {}
        """Where each thing is first named in the sentence by a name, not a pronoun (token)."""
        self._full: dict[Name, Referent] = {}
        self._widest: dict[int, Name] = {}
        for name in names:
            for token in range(name.first, name.last):
                self._widest.setdefault(token, name)
            if name.first and tree.lower[name.first - 1] in TITLES:
                self._widest.setdefault(name.first - 1, name)
        discourse.begin_sentence()
        if topic_at is not None and discourse.topic is not None:
            self.referents[topic_at] = discourse.topic
            self.named[discourse.topic.name] = topic_at
        for token in range(len(tree)):
            self._meet(token)

    def _meet(self, token: int) -> None:
        tree = self._tree
        name = self._widest.get(token)
        if name is not None and name.first == token:
            self._note(name)
        elif (
            name is None
            and tree.lower[token] in PRONOUNS
            and (tree.pos[token] in ("PRON", "DET") or tree.lower[token] in ("ya", "u"))
        ):
            found = self._discourse.pronoun(tree.lower[token]) if tree.deps[token] != "expl" else None
            if found is None and tree.lower[token] in _HE_OR_SHE and len(tree) <= _SHORT:
                found = self._subject_before(token)
            if found is None and tree.lower[token] == "its" and len(tree) <= _SHORT:
                found = self._only_thing_before(token)
            if found is not None:
                self.referents[token] = found
                if tree.deps[token] in _SUBJECT_DEPS:
                    self._discourse.note(found.name, found.type, [], True, found.plural)
        elif name is None and tree.pos[token] == "NOUN" and self._definite(token):
            found = self._discourse.definite(tree.lemmas[token].lower())
            if found is not None:
                self.referents[token] = found
        if name is None and tree.pos[token] == "NOUN" and token not in self.referents:
            self._note_noun(token)

    def _subject_before(self, pronoun: int) -> Referent | None:
        """The subject of the clause before the pronoun's own in a short sentence: "Ana does not live in Bern, she lives in Rome"."""
        tree = self._tree
        for token in range(pronoun):
            name = self._widest.get(token)
            own = tree.below(pronoun, tree.heads[token]) and tree.kid(tree.heads[token], "conj", "parataxis") is None
            if tree.deps[token] in _SUBJECT_DEPS and name is not None and not own:
                found = self._discourse.known(name.name)
                sex = _HE_OR_SHE[tree.lower[pronoun]]
                return (
                    found if found is not None and found.type != "organization" and found.gender in ("", sex) else None
                )
        return None

    def _only_thing_before(self, pronoun: int) -> Referent | None:
        """What "its" means in a short sentence: the subject, or the only name before it that is nobody's."""
        names = [name for name in dict.fromkeys(self._widest.values()) if name.last <= pronoun]
        things = [self._discourse.known(name.name) for name in names]
        found = [thing for thing in things if thing is not None and thing.personal is not True]
        subjects = [thing for thing in found if thing.subject_at == thing.named_at]
        return found[0] if len(found) == 1 else subjects[0] if len(subjects) == 1 else None

    def _note_noun(self, token: int) -> None:
        """A single thing spoken of by a common noun: somebody's relative by what they are called ("Ana's brother"), anything else
        as something without a name."""
        tree, dep = self._tree, self._tree.deps[token]
        if dep not in _PARTS or "Number=Plur" in tree.morphs[token] or self._apposed_name(token) is not None:
            return
        noun, subject = tree.lemmas[token].lower(), dep in _SUBJECT_DEPS
        owned = self.entity(token) if tree.kid(token, "nmod:poss") is not None and noun in KIN else None
        if owned is not None:
            self._discourse.note(owned.name, "person", [noun], subject)
        elif tree.kid(token, "det", "nmod:poss") is not None:
            self._discourse.note_vague(noun, is_human(noun), subject)

    def _note(self, name: Name) -> None:
        tree, head = self._tree, self.head_of(name)
        longer = self._discourse.full_name(name.name)
        if longer is not None:
            self._full[name] = longer
        told = [
            tree.lower[t] for t in (*range(name.first, name.last), *tree.kids(head, "compound", "nmod:desc", "appos"))
        ]
        told += [tree.lower[name.first - 1]] if name.first else []
        parts = [tree.heads[t] if tree.deps[t] == "conj" else t for t in range(self._led(name), name.last)]
        subject = any(tree.deps[t] in _SUBJECT_DEPS for t in parts)
        thing = self._discourse.note(longer.name if longer else name.name, name.type, told, subject)
        self.named.setdefault(thing.name, name.first)

    def _led(self, name: Name) -> int:
        """Where a name begins with the title before it ("Mr.")."""
        return name.first - 1 if self._widest.get(name.first - 1) is name else name.first

    def _definite(self, token: int) -> bool:
        """Whether a noun stands as "the film" or "this film", with nothing that would tell it from another one."""
        tree = self._tree
        others = [
            c for c in tree.children[token] if tree.deps[c] not in ("det", "case", "punct", "conj", "cc", "appos")
        ]
        return not others and any(tree.lower[c] in ("the", "this", "that") for c in tree.kids(token, "det"))

    def head_of(self, name: Name) -> int:
        """The token of a name on which the rest of it hangs."""
        inside = range(name.first, name.last)
        return next((t for t in inside if self._tree.heads[t] not in inside or self._tree.heads[t] == t), name.first)

    def mention(self, name: Name) -> NameSpan:
        """A name as an entity: under its full form if the text has given it before."""
        full = self._full.get(name)
        kind = full.type if full is not None and full.type != "entity" else name.type
        return NameSpan(name=full.name if full else name.name, type=kind, span=Span(start=name.start, end=name.end))

    def entity(self, token: int, bare: bool = False) -> NameSpan | None:
        """What `token` heads, as a node of a graph; None where it cannot stand alone. `bare`: as a kind, without the
        phrases behind it."""
        tree = self._tree
        beside = self._apposed_name(token)
        if beside is not None:
            return self.mention(beside)
        if token in self.referents and not bare:
            found = self.referents[token]
            name = self._widest.get(token)
            span = self._span([token]) if name is None else Span(start=name.start, end=name.end)
            return NameSpan(name=found.name, type=found.type, span=span)
        if tree.pos[token] in ("PRON", "VERB", "AUX", "DET", "PUNCT", "ADV") or (
            tree.lower[token] in EMPTY_NOUNS and tree.kid(token, "nmod", "amod") is None
        ):
            return None
        name = self._widest.get(token)
        if name is not None and not bare:
            return self.mention(name)
        literal = self._literal(token)
        if literal is not None:
            return literal
        date = next((d for d in self._dates if d.start <= tree.starts[token] < d.end), None)
        if date is not None:
            return dated(date)
        return self._phrase(token, bare)

    def _literal(self, token: int) -> NameSpan | None:
        """The quantity that a token belongs to, as a value with its unit; with what it is of ("12 kg of rice")."""
        start = self._tree.starts[token]
        found = next((q for q in self._quantities if q.start <= start < q.end), None)
        if found is None:
            return None
        end = found.end
        for phrase in self._tree.kids(token, "nmod"):
            tokens = self._tree.subtree(phrase)
            if self._tree.lower[tokens[0]] == "of" and self._tree.starts[tokens[0]] - end <= 1:
                end = self._tree.ends[tokens[-1]]
        return NameSpan(
            name=" ".join(self._text[found.start : end].split()), type="value", span=Span(start=found.start, end=end)
        )

    def _apposed_name(self, token: int) -> Name | None:
        """The name beside a common noun: "his sister Eva" is Eva."""
        tree = self._tree
        if tree.pos[token] != "NOUN" or token in self._widest:
            return None
        for beside in tree.kids(token, "appos", "flat", "nmod:desc"):
            if beside > token and beside in self._widest and self._widest[beside].first - token <= 3:
                return self._widest[beside]
        return None

    def _phrase(self, token: int, bare: bool) -> NameSpan | None:
        tree = self._tree
        tokens = name_phrase(tree, token)
        if bare:
            owners = [t for t in tokens if tree.lower[t] in _POSSESSIVE]
            tokens = [t for t in tokens if max(owners, default=-1) < t <= token]
        if any(tree.tags[t] in _FINITE for t in tokens) or tree.pos[token] in ("CCONJ", "SCONJ", "ADP", "PART", "INTJ"):
            return None
        tokens = self._undated(tokens, token)
        if not tokens or len(tokens) > _LONGEST:
            return None
        name = self._spelt(tokens, token)
        if name is None or not any(c.isalnum() for c in name) or name.lower() in EMPTY_NOUNS:
            return None
        literal = (
            tree.pos[token] in ("NUM", "SYM", "ADJ", "ADV") or _VALUE.match(name) or self._counted(tokens[0], token)
        )
        kind = "value" if literal else "entity"
        return NameSpan(name=name, type=kind, span=self._span(tokens))

    def _counted(self, first: int, head: int) -> bool:
        """Whether a phrase begins with a figure, and no year, that counts its head ("3.5 million inhabitants")."""
        tree = self._tree
        figure = tree.words[first][0].isdigit() and not any(d.start == tree.starts[first] for d in self._dates)
        return figure and any(first in tree.subtree(count) for count in tree.kids(head, "nummod"))

    def _undated(self, tokens: list[int], head: int) -> list[int]:
        """The tokens up to the first date behind the head: "chairman of Zed on 5 June" is the chairman of Zed."""
        starts = self._tree.starts
        for t in tokens:
            if t > head and any(d.start <= starts[t] < d.end for d in self._dates):
                kept = [k for k in tokens if k < t]
                while kept and kept[-1] > head and self._tree.pos[kept[-1]] in ("ADP", "PUNCT", "DET"):
                    kept.pop()
                return kept
        return tokens

    def _readable(self, tokens: list[int]) -> str:
        return clean(self._text[self._tree.starts[tokens[0]] : self._tree.ends[tokens[-1]]])

    def _spelt(self, tokens: list[int], head: int) -> str | None:
        """The words of a phrase, with "the film" and "whose" in it said outright; None where an owner is unclear."""
        tree = self._tree
        for t in tokens:
            if tree.lower[t] in _POSSESSIVE and tree.pos[t] in ("PRON", "DET"):
                return self._owned(tokens, t, self.referents.get(t))
            if tree.lower[t] == "whose":
                return self._owned(tokens, t, self._antecedent(t))
            if t in self.referents and t != head and tree.pos[t] == "NOUN":
                return self._substituted(tokens, t)
        return self._readable(tokens)

    def _substituted(self, tokens: list[int], inner: int) -> str:
        """ "screenplay of the film" with the film's name in place of "the film"."""
        determiners = [k for k in self._tree.kids(inner, "det") if k in tokens]
        before = [t for t in tokens if t < min([inner, *determiners])]
        after = [t for t in tokens if t > inner]
        name = self.referents[inner].name
        if after and self._tree.tags[after[0]] == "POS":
            name, after = f"{name}'s", after[1:]
        parts = [self._readable(part) for part in (before, after) if part]
        parts.insert(1 if before else 0, name)
        return " ".join(parts)

    def _antecedent(self, relative: int) -> Referent | None:
        """What "whose" refers to: the noun that its clause hangs on."""
        tree, at = self._tree, relative
        while tree.heads[at] != at and tree.deps[at] != "acl:relcl":
            at = tree.heads[at]
        found = self.entity(tree.heads[at]) if tree.deps[at] == "acl:relcl" else None
        return Referent(found.name, found.type) if found is not None else None

    def _owned(self, tokens: list[int], owner: int, referent: Referent | None) -> str | None:
        """ "my older sister" as "Ana's older sister"; None where the owner is unclear."""
        if referent is None:
            return None
        rest = [t for t in tokens if t > owner]
        before = [t for t in tokens if t < owner]
        if not rest or before:
            return None
        return f"{referent.name}'s {self._readable(rest)}"

    def phrase(self, token: int) -> NameSpan | None:
        """A whole verb phrase as an object ("playing the piano"), if it is short."""
        tree = self._tree
        tokens = full_phrase(tree, token)
        tokens = [t for t in tokens if not (tree.lower[t] == "to" and tree.heads[t] == token)]
        if not tokens or tokens[-1] - tokens[0] > 6 or any(tree.lower[t] in PRONOUNS for t in tokens):
            return None
        return NameSpan(name=self._readable(tokens), type="entity", span=self._span(tokens))

    def _span(self, tokens: list[int]) -> Span:
        start, end = characters(self._tree, tokens)
        return Span(start=start, end=end)
