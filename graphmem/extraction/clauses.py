"""Clauses: who does what, to whom, where and when, read off the dependency tree once for every view of it.

A `Clause` keeps token numbers only. The binary triples of the graph (`triples`) and the n-ary rendering that open
information extraction is scored on (in the benchmarks) both come from it. Relations are those of Universal
Dependencies 2.15 as used in UD_English-EWT.

What a clause inherits: a conjoined verb takes the first one's subject and, side by side with it, its objects; the verb
of an infinitive or participle takes the subject of the verb above it, or its object where that one is told to act
(control and raising); a relative clause puts its antecedent where the relative pronoun, or the gap, stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphmem.extraction.arguments import Argument, Role, case_tokens
from graphmem.extraction.lexicon import words
from graphmem.extraction.tree import Tree

IMPLIED = -1
"""The subject of a finite verb that stands without one ("Just got back"): in speech, whoever speaks."""

_SUBJECTS = ("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "csubj:outer")
_OBLIQUES = frozenset({"obl", "obl:unmarked", "obl:tmod", "obl:npmod", "obl:agent"})
_NEVER = words(
    "aux aux:pass cop amod compound case mark fixed flat goeswith det discourse compound:prt advmod nummod "
    "reparandum cc punct vocative expl"
)
_SUBJECT_CONTROL = frozenset({"promise", "threaten", "vow", "swear"})
_OBJECT_CONTROL = words(
    "advise allow appoint ask assign authorize beg bring cause challenge command compel convince direct elect enable encourage "
    "enlist force get help hire inspire instruct invite lead motivate oblige order permit persuade pressure prompt push recruit "
    "remind require teach tell tempt train urge warn"
)
"""Verbs whose object is told to act: "inspired Eva to write"."""
_SAYING = words(
    "say add tell note claim report announce explain argue state insist believe think suggest warn write ask reply"
)
_RELATIVE_TAGS = frozenset({"WDT", "WP", "WP$", "WRB"})
_AUXILIARY = ("aux", "aux:pass", "cop")


@dataclass(slots=True)
class Clause:
    """One predication. `head` carries the content; `chain` are the verbs above it that share its subject, outermost
    first, ending with `head` ("wants to try to sing": want, try, sing). `subject` is a token, IMPLIED, or None.
    `origin` is the relation by which the clause hangs in the sentence."""

    kind: Literal["verb", "copula", "existential"]
    head: int
    chain: tuple[int, ...]
    subject: int | None
    passive: bool
    origin: str
    arguments: list[Argument]

    def of_role(self, *roles: Role) -> list[Argument]:
        """The arguments of these roles, in the order of the text."""
        return [argument for argument in self.arguments if argument.role in roles]


def is_verbal(tree: Tree, i: int) -> bool:
    """Whether token `i` is a verb that heads a clause (not an auxiliary, not a modifier such as "growing fear")."""
    if tree.deps[i] in _NEVER:
        return False
    return tree.pos[i] == "VERB" or (tree.pos[i] == "AUX" and tree.kid(i, *_SUBJECTS, "obj", "expl") is not None)


def is_copular(tree: Tree, i: int) -> bool:
    """Whether token `i` is a noun, adjective or the like that is predicated through a form of "be"."""
    return tree.kid(i, "cop") is not None and tree.deps[i] not in ("cop", "aux")


def is_passive(tree: Tree, i: int) -> bool:
    """Whether verb `i` is passive, by its auxiliary, its subject, or by being a bare past participle after a noun."""
    if tree.kid(i, "aux:pass", "nsubj:pass") is not None:
        return True
    if tree.tags[i] != "VBN" or tree.kid(i, "nsubj", "aux") is not None:
        return False
    above = tree.heads[i]
    if tree.deps[i] == "conj" and is_verbal(tree, above):
        return is_passive(tree, above)
    return tree.kid(i, "obj") is None or tree.deps[i] == "acl"


def relative_pronoun(tree: Tree, i: int) -> int | None:
    """The relative word of the clause headed by `i`: who, which, that, whose, where …, if it is not left out."""
    for child in tree.children[i]:
        if child > i or tree.deps[child] not in (*_SUBJECTS, "obj", "iobj", *_OBLIQUES, "advmod", "mark"):
            continue
        for token in (child, *tree.kids(child, "nmod:poss", "nmod")):
            if tree.tags[token] in _RELATIVE_TAGS or "PronType=Rel" in tree.morphs[token]:
                return token
    return None


class ClauseReader:
    """Reads the clauses of one sentence. Subjects are remembered, since clauses ask for each other's."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._subjects: dict[int, int | None] = {}

    def clauses(self) -> list[Clause]:
        """Every clause of the sentence, in the order of their heads; those without a subject too (`subject` None)."""
        found = []
        for i in range(len(self.tree)):
            if is_copular(self.tree, i):
                found.append(self._copula(i))
            elif is_verbal(self.tree, i) and self._continuation(i) is None:
                found.append(self._verb(i))
        return found

    def referent(self, i: int) -> int:
        """The token that stands for the same thing as noun `i`: the subject that `i` is predicated of ("is a film
        directed by …"), or the noun that `i` is set beside ("Ana, a nurse who …")."""
        tree, seen = self.tree, {i}
        while True:
            if is_copular(tree, i) and tree.pos[i] in ("NOUN", "PROPN", "PRON", "NUM"):
                above = self.subject(i)
            elif tree.deps[i] == "appos" and tree.pos[i] != "PROPN" and i > tree.heads[i]:
                above = tree.heads[i]
            elif tree.deps[i] == "nmod" and tree.lower[tree.heads[i]] == "one" and is_copular(tree, tree.heads[i]):
                above = self.subject(tree.heads[i])
            elif tree.deps[i] == "conj" and tree.pos[i] == "NOUN" and self._predicated(tree.heads[i]):
                above = tree.heads[i]
            else:
                return i
            if above is None or above == IMPLIED or above in seen:
                return i
            seen.add(above)
            i = above

    def _predicated(self, i: int) -> bool:
        return self.tree.pos[i] == "NOUN" and (is_copular(self.tree, i) or self.tree.deps[i] == "appos")

    def subject(self, i: int) -> int | None:
        """The token that is the subject of the clause headed by `i`, inherited where it is not said."""
        if i not in self._subjects:
            self._subjects[i] = None
            self._subjects[i] = self._find_subject(i)
        return self._subjects[i]

    def _find_subject(self, i: int) -> int | None:
        tree = self.tree
        own = tree.kid(i, *_SUBJECTS)
        if own is not None:
            return self._antecedent(i, own) if self._is_relative(own) else own
        if tree.kid(i, "expl") is not None:
            return None
        head, dep = tree.heads[i], tree.deps[i]
        if dep == "conj":
            return self.subject(head) if self._heads_clause(head) else None
        if dep == "xcomp":
            return self._controller(head)
        if dep == "parataxis" and self._goes_on(i, head):
            return self.subject(head)
        if dep == "advcl":
            told = self._told(i, head)
            if told is not None:
                return told
            participle = tree.tags[i] in ("VBG", "VBN") and not tree.kids(i, "aux")
            return self.subject(head) if participle or self._infinitive(i) else None
        if dep == "acl":
            return None if tree.kid(i, "mark") is not None or self._infinitive(i) else head
        if dep == "acl:relcl":
            return self._relative_subject(i, head)
        return IMPLIED if self._drops_subject(i) else None

    def _told(self, i: int, governor: int) -> int | None:
        """Who is told or waited for to act in the infinitive `i`: the object of a verb that tells somebody to, or what stands
        after "for" right before it ("calls for Zed to issue shares")."""
        tree = self.tree
        if not self._infinitive(i):
            return None
        told = tree.kid(governor, "obj", "iobj")
        if told is not None and governor < told < i and tree.lemmas[governor].lower() in _OBJECT_CONTROL:
            return told
        start = min(tree.subtree(i))
        for phrase in tree.kids(governor, "obl"):
            cases = [tree.lower[case] for case in case_tokens(tree, phrase)]
            if cases == ["for"] and max(tree.subtree(phrase)) == start - 1:
                return phrase
        return None

    def _goes_on(self, i: int, head: int) -> bool:
        """Whether a verb without a subject goes on with the clause before it ("hears her out, asks a few questions")."""
        tree = self.tree
        start = min(tree.subtree(i))
        finite = tree.tags[i] in ("VBD", "VBZ", "VBP")
        return finite and head < i and self._heads_clause(head) and start < i and tree.words[start] == ","

    def _heads_clause(self, i: int) -> bool:
        return is_verbal(self.tree, i) or is_copular(self.tree, i)

    def _is_relative(self, i: int) -> bool:
        return self.tree.tags[i] in ("WDT", "WP") or "PronType=Rel" in self.tree.morphs[i]

    def _infinitive(self, i: int) -> bool:
        return any(self.tree.lower[mark] == "to" for mark in self.tree.kids(i, "mark"))

    def _drops_subject(self, i: int) -> bool:
        """A finite or participial main verb without a subject; a base form there is an order, not a statement. A participle that
        does not open its sentence says something of what stands before it: "Wang Yi (born 1990)", "… – also known as …"."""
        tree = self.tree
        if tree.deps[i] not in ("ROOT", "parataxis") or tree.pos[i] != "VERB" or tree.kid(i, "mark") is not None:
            return False
        auxiliary = tree.kid(i, "aux")
        if auxiliary is not None:
            return tree.lower[auxiliary] not in ("must", "do", "does", "did", "let")
        return tree.tags[i] in ("VBD", "VBG") or (tree.tags[i] == "VBN" and i == 0)

    def _controller(self, governor: int) -> int | None:
        """Who acts in the infinitive or participle under `governor`: its object if it has one, else its subject."""
        told = self.tree.kid(governor, "obj", "iobj")
        if told is not None and self.tree.lemmas[governor] not in _SUBJECT_CONTROL:
            return told
        return self.subject(governor)

    def _antecedent(self, clause: int, pronoun: int) -> int | None:
        """What a relative pronoun refers to: the noun that its clause hangs on; where the parser hung the clause
        elsewhere, the noun right before the pronoun."""
        tree = self.tree
        if tree.deps[clause] in ("acl:relcl", "acl"):
            return tree.heads[clause]
        for before in range(pronoun - 1, max(-1, pronoun - 4), -1):
            if tree.pos[before] in ("NOUN", "PROPN"):
                return before
        return None

    def _relative_subject(self, i: int, antecedent: int) -> int | None:
        """The subject of a relative clause that has none of its own: the antecedent, unless its gap is elsewhere."""
        pronoun = relative_pronoun(self.tree, i)
        if pronoun is not None and self.tree.deps[pronoun] not in ("nsubj", "nsubj:pass", "mark"):
            return None
        return antecedent

    def _continuation(self, i: int) -> int | None:
        """The verb above `i` whose clause goes on in `i` with the same subject ("wants to sing"), if there is one."""
        tree = self.tree
        above = tree.heads[i]
        if tree.deps[i] == "conj" and tree.deps[above] == "xcomp" and tree.kid(i, *_SUBJECTS) is None:
            return None
        if tree.deps[i] != "xcomp" or above == i:
            return None
        if not (is_verbal(tree, above) or is_copular(tree, above)) or tree.kid(i, *_SUBJECTS) is not None:
            return None
        return None if tree.kid(above, "obj", "iobj") is not None else above

    def _verb(self, i: int) -> Clause:
        tree = self.tree
        chain = [*self._shared_chain(i), i]
        going_on = self._next_verb(chain[-1])
        while going_on is not None and going_on not in chain:
            chain.append(going_on)
            going_on = self._next_verb(going_on)
        head = chain[-1]
        arguments = [argument for verb in chain for argument in self._arguments(verb, chain)]
        arguments += self._borrowed(i, arguments)
        arguments += self._quoted(i, arguments)
        existential = tree.kid(i, "expl") is not None and tree.lower[tree.kid(i, "expl") or 0] == "there"
        return Clause(
            kind="existential" if existential else "verb",
            head=head,
            chain=tuple(chain),
            subject=self.subject(i),
            passive=is_passive(tree, head),
            origin=tree.deps[i],
            arguments=arguments,
        )

    def _quoted(self, i: int, own: list[Argument]) -> list[Argument]:
        """What is said, where "he said" stands beside it: the clause that it hangs on."""
        tree = self.tree
        beside = (
            tree.deps[i] == "parataxis" and tree.lemmas[i].lower() in _SAYING and tree.kid(i, *_SUBJECTS) is not None
        )
        if not beside or any(argument.role in ("object", "clause", "complement") for argument in own):
            return []
        return [Argument(tree.heads[i], "clause")] if self._heads_clause(tree.heads[i]) else []

    def _shared_chain(self, i: int) -> list[int]:
        """The verbs above a conjoined infinitive ("wants to sing and dance": want, for dance)."""
        tree, above = self.tree, self.tree.heads[i]
        shared: list[int] = []
        if tree.deps[i] != "conj" or tree.kid(i, *_SUBJECTS) is not None:
            return shared
        while tree.deps[above] == "xcomp" and self._continuation(above) is not None:
            above = tree.heads[above]
            shared.insert(0, above)
        return shared

    def _next_verb(self, i: int) -> int | None:
        for child in self.tree.kids(i, "xcomp"):
            if is_verbal(self.tree, child) and self._continuation(child) == i:
                return child
        return None

    def _copula(self, i: int) -> Clause:
        going_on = self._next_verb(i) if self.tree.pos[i] == "ADJ" else None
        if going_on is not None:
            clause = self._verb(i)
            clause.chain = tuple(dict.fromkeys((i, *clause.chain)))
            return clause
        # "in", "from" lead a predicate that is a place ("is from Oslo").
        complement = Argument(i, "complement", case_tokens(self.tree, i))
        return Clause(
            kind="copula",
            head=i,
            chain=(i,),
            subject=self.subject(i),
            passive=False,
            origin=self.tree.deps[i],
            arguments=[complement, *self._arguments(i, [i])],
        )

    def _arguments(self, verb: int, chain: list[int]) -> list[Argument]:
        tree = self.tree
        found = []
        for child in tree.children[verb]:
            role = self._role(verb, child)
            if role is None or child in chain:
                continue
            if tree.tags[child] in ("WDT", "WP") and tree.deps[verb] not in ("acl:relcl", "acl"):
                continue
            head = tree.heads[verb] if self._is_relative(child) and tree.deps[verb] == "acl:relcl" else child
            found.append(Argument(head, role, case_tokens(tree, child)))
        if tree.deps[verb] == "acl:relcl":
            found += self._gap(verb, found)
        return found

    def _role(self, verb: int, child: int) -> Role | None:
        tree, dep = self.tree, self.tree.deps[child]
        if dep == "obj":
            return "object"
        if dep == "iobj":
            return "recipient"
        if dep in _OBLIQUES:
            by = [tree.lower[case] for case in case_tokens(tree, child)] == ["by"]
            return "agent" if by and (dep == "obl:agent" or is_passive(tree, verb)) else "oblique"
        if dep == "xcomp" and not is_verbal(tree, child):
            return "complement"
        if dep in ("ccomp", "advcl", "xcomp"):
            return "clause"
        if dep == "nsubj" and tree.kid(verb, "expl") is not None:
            return "object"
        return None

    def _gap(self, verb: int, found: list[Argument]) -> list[Argument]:
        """The antecedent in the place that a relative clause leaves empty."""
        tree, antecedent = self.tree, self.tree.heads[verb]
        if any(argument.head == antecedent for argument in found) or self.subject(verb) == antecedent:
            return []
        where = next((c for c in tree.kids(verb, "advmod") if tree.lower[c] in ("where", "when")), None)
        if where is not None:
            return [Argument(antecedent, "oblique", (where,))]
        if relative_pronoun(tree, verb) is not None and tree.kid(verb, "obj") is not None:
            return []
        stranded = [c for c in tree.kids(verb, "obl", "advmod", "compound:prt") if tree.pos[c] == "ADP" and c > verb]
        if stranded:
            return [Argument(antecedent, "oblique", (stranded[-1],))]
        free = tree.kid(verb, "obj", "xcomp", "ccomp") is None and not is_passive(tree, verb)
        if free and tree.pos[verb] == "VERB" and tree.kid(verb, *_SUBJECTS) is not None and not is_copular(tree, verb):
            return [Argument(antecedent, "object")]
        return []

    def _borrowed(self, i: int, own: list[Argument]) -> list[Argument]:
        """Objects shared by verbs side by side ("wrote and directed the film"): from the one that has them."""
        tree = self.tree
        if any(argument.role in ("object", "complement", "clause", "agent") for argument in own):
            return []
        if (
            tree.deps[i] == "conj"
            and is_verbal(tree, tree.heads[i])
            and is_passive(tree, i) == is_passive(tree, tree.heads[i])
        ):
            lender = tree.heads[i]
            return [a for a in self._arguments(lender, [lender]) if a.head > i and a.role in ("object", "agent")]
        for partner in tree.kids(i, "conj"):
            between = range(i + 1, partner)
            adjacent = all(tree.deps[t] in ("cc", "punct", "advmod", "aux", "aux:pass") for t in between)
            if not own and adjacent and is_verbal(tree, partner) and is_passive(tree, i) == is_passive(tree, partner):
                return [a for a in self._arguments(partner, [partner]) if a.role in ("object", "agent", "oblique")]
        return []


def verb_group(tree: Tree, clause: Clause) -> list[int]:
    """The tokens of the predicate as it stands: auxiliaries, negation, the verbs of the chain, particles, copula."""
    tokens: set[int] = set()
    for verb in clause.chain:
        if clause.kind != "copula" or verb != clause.head:
            tokens.add(verb)
        tokens.update(tree.kids(verb, *_AUXILIARY, "compound:prt"))
        first = tree.heads[verb] if tree.deps[verb] == "conj" else verb
        marks = tree.kids(verb, "mark") or tree.kids(first, "mark")
        tokens.update(t for t in marks if tree.lower[t] == "to" and verb != clause.chain[0])
        tokens.update(t for t in tree.kids(verb, "advmod") if tree.lower[t] in ("not", "n't", "n’t", "never"))
    return sorted(tokens)
