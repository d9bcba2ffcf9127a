"""Whether a clause is denied, and whether it is told as a fact: its polarity and modality.

A denied clause keeps the predicate it denies, so that it is never stored as its opposite. The modalities are those of
`domain.fact.Modality`; where several apply, the one farthest from an asserted fact is taken.
"""

from __future__ import annotations

import re

from graphmem.domain.fact import Modality
from graphmem.extraction.clauses import Clause
from graphmem.extraction.hedges import ADVERBS, CONDITIONS, GUESSING, SUPPOSING, any_of
from graphmem.extraction.lexicon import words
from graphmem.extraction.tree import Tree

_DENIALS = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "hardly", "nt"})
_DENYING_VERBS = frozenset({"stop", "quit", "cease", "fail", "refuse", "decline", "forget", "avoid", "neglect"})
_INTENT = words(
    "want plan hope intend decide agree try need aim expect wish promise prepare offer attempt consider seek "
    "aspire train ask tell order invite urge encourage dream go ready willing eager excited determined have"
)
_DOUBT = GUESSING | words("seem appear feel likely unlikely able possible suggest miss")
_REPORT = words(
    "say tell report claim announce state allege argue insist deny add note explain suggest contend write mention "
    "declare rumor consider"
)
_MAYBE = ADVERBS | SUPPOSING | words("almost nearly")
_TRUE, _UNTRUE = words("true correct right"), words("untrue false incorrect")
_INVENTED = re.compile(
    rf"^\W*(?:(?:please|just|now|let ?['’]?s|let us)\W+)*(?:{any_of(SUPPOSING)}|supposing|assuming)\b|"
    r"^\W*in (?:the|a|an|my|this|that|his|her) (?:\w+ )?(?:novel|story|film|movie|play|game|dream|comic|sitcom|fairy tale)\b|"
    r"\bin (?:my|his|her|their|our|the|a|an) (?:\w+ )?(?:dreams?|nightmares?|imagination)\b(?! (?!last|and|but|i|the)\w)|"
    r"\W(?:just|only|i ?['’]?m|am) (?:kidding|joking)\W*$|\Wjk\W*$",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    rf"^\W*(?:(?:well|so|um+|hm+)\W+)?(?:i|we) (?:{any_of(GUESSING)})\s*[,:]|,\s*(?:i|we) (?:{any_of(GUESSING)})\W*$",
    re.IGNORECASE,
)
_RUMOURED = re.compile(
    r"^\W*(?:(?:they|people|some|folks|others) (?:all )?(?:say|claim|tell me)|rumou?r has it|word is|i['’]?ve? heard|as they say)\s*[,:]|"
    r",\s*(?:they|people|some|folks) say\W*$",
    re.IGNORECASE,
)
"""What stands beside a sentence, and makes of it a guess or hearsay: "I guess, Ana …", "They say: …"."""
_AUXILIARIES: dict[str, Modality] = {
    "may": "possible",
    "might": "possible",
    "could": "possible",
    "would": "conditional",
    "'d": "conditional",
    "will": "intended",
    "'ll": "intended",
    "’ll": "intended",
    "wo": "intended",
    "shall": "intended",
    "should": "intended",
    "gon": "intended",
    "getting": "intended",
}
_ORDER: tuple[Modality, ...] = ("asserted", "reported", "intended", "possible", "conditional")


def is_denied(tree: Tree, clause: Clause) -> bool:
    """Whether the clause is denied: by a word, by a verb above it ("stopped smoking"), or by "no" before its object.

    Two denials of a chain cancel ("did not fail to win")."""
    if _cannot_wait(tree, clause):
        return False
    denials = 0
    for verb in clause.chain:
        denials += sum(tree.lower[t] in _DENIALS for t in tree.kids(verb, "advmod", "cc:preconj", "det", "cc"))
        denials += _no_longer(tree, verb)
        denials += verb != clause.head and tree.lemmas[verb].lower() in _DENYING_VERBS
    if clause.kind != "copula" and any(
        _denying_determiner(tree, a.head) for a in clause.of_role("object", "complement")
    ):
        denials += 1
    if clause.subject is not None and clause.subject >= 0 and _denying_determiner(tree, clause.subject):
        denials += 1
    denials += _said_untrue(tree, clause.chain[0]) + _forbidden(tree, clause.chain[0])
    return denials % 2 == 1


def _cannot_wait(tree: Tree, clause: Clause) -> bool:
    """ "Can't wait to go" looks forward; it denies nothing."""
    first = clause.chain[0]
    return tree.lemmas[first].lower() == "wait" and any(
        tree.lower[t] in ("ca", "can", "could") for t in tree.kids(first, "aux")
    )


def _no_longer(tree: Tree, verb: int) -> bool:
    return any(
        tree.lower[t] in ("longer", "more") and any(tree.lower[k] == "no" for k in tree.children[t])
        for t in tree.kids(verb, "advmod")
    )


def _denying_determiner(tree: Tree, noun: int) -> bool:
    return any(
        tree.lower[t] in ("no", "neither") for t in tree.kids(noun, "det", "cc:preconj", "advmod", "cc", "discourse")
    )


def _said_untrue(tree: Tree, verb: int) -> bool:
    """Whether the clause of `verb` stands under "it is not true that" or "it is false that"."""
    above = tree.heads[verb]
    if tree.deps[verb] not in ("ccomp", "csubj", "advcl", "acl") or above == verb:
        return False
    denied = any(tree.lower[t] in _DENIALS for t in tree.children[above])
    return tree.lower[above] in (_TRUE if denied else _UNTRUE)


def _forbidden(tree: Tree, verb: int) -> bool:
    """Whether an order forbids what is told: "Don't let me forget …"."""
    above = tree.heads[verb]
    denied = any(tree.lower[t] in _DENIALS for t in tree.children[above])
    return tree.deps[verb] == "xcomp" and denied and _is_order(tree, above)


def _asked_for(tree: Tree, verb: int) -> bool:
    """Whether somebody is asked or reminded to do it, so that it is not done yet: "Remind me to buy milk"."""
    while tree.deps[verb] == "conj" and tree.tags[verb] == "VB" and tree.heads[verb] < verb:
        verb = tree.heads[verb]
    above = tree.heads[verb]
    return tree.deps[verb] == "xcomp" and (_is_order(tree, above) or tree.lemmas[above].lower() == "remind")


def _is_order(tree: Tree, verb: int) -> bool:
    """Whether a verb without a subject asks for something: "Remind me …", "Please help Tom …", "Don't let me …"."""
    if (
        tree.deps[verb] != "ROOT"
        or tree.tags[verb] != "VB"
        or tree.kid(verb, "nsubj", "nsubj:pass", "expl") is not None
    ):
        return False
    return all(tree.lower[t] == "do" for t in tree.kids(verb, "aux"))


def modality(tree: Tree, clause: Clause) -> Modality:
    """How far the clause is told as a fact, by its own words and by the clauses that it stands under."""
    found: set[Modality] = {"intended" if _cannot_wait(tree, clause) else "asserted"}
    found.update(_of_words(tree, clause))
    said = " ".join(tree.words)
    if _INVENTED.search(said) or _HEDGED.search(said):
        found.add("possible")
    if _RUMOURED.search(said):
        found.add("reported")
    found.update(_of_chain(tree, clause))
    found.update(_of_clauses_above(tree, clause.chain[0]))
    if _asked_for(tree, clause.chain[0]):
        found.add("intended")
    return max(found, key=_ORDER.index)


def _of_words(tree: Tree, clause: Clause) -> set[Modality]:
    found: set[Modality] = set()
    verbs = list(clause.chain)
    first = clause.chain[0]
    if tree.deps[first] == "conj" and tree.tags[first] == "VB" and tree.kid(first, "aux") is None:
        verbs.append(tree.heads[first])
    for verb in verbs:
        found.update(_AUXILIARIES.get(tree.lower[aux], "asserted") for aux in tree.kids(verb, "aux"))
        if any(tree.lower[t] in _MAYBE for t in tree.kids(verb, "advmod", "obl")):
            found.add("possible")
        for adverbial in tree.kids(verb, "advcl"):
            if any(tree.lower[mark] in CONDITIONS for mark in tree.kids(adverbial, "mark")):
                found.add("conditional")
        if any(tree.lower[case] == "according" for o in tree.kids(verb, "obl") for case in tree.children[o]):
            found.add("reported")
    return found


def _of_chain(tree: Tree, clause: Clause) -> set[Modality]:
    """What the verbs above the one that carries the content make of it."""
    found: set[Modality] = set()
    for verb in clause.chain[:-1]:
        word = tree.lemmas[verb].lower()
        if word in _DOUBT:
            found.add("possible")
        elif word in _REPORT:
            found.add("reported")
        elif word in _INTENT | {"remind"} and not (word == "go" and tree.tags[verb] != "VBG"):
            found.add("intended")
    return found


def _of_clauses_above(tree: Tree, i: int) -> set[Modality]:
    found: set[Modality] = set()
    for _ in range(len(tree)):
        if any(tree.lower[mark] in CONDITIONS for mark in tree.kids(i, "mark")):
            found.add("conditional")
        above, dep = tree.heads[i], tree.deps[i]
        if above == i or dep not in ("ccomp", "conj", "advcl", "xcomp", "csubj", "acl"):
            break
        if dep in ("ccomp", "xcomp"):
            found.update(set() if _of_oneself(tree, i, above) else _of_governor(tree, above))
        elif dep in ("advcl", "acl") and any(tree.lower[mark] == "to" for mark in tree.kids(i, "mark")):
            found.add("intended")
        i = above
    return found


def _of_oneself(tree: Tree, i: int, verb: int) -> bool:
    """Whether somebody says something of themselves: "Ana told me she lives in Bern", "Ana says her favourite band is Zed"."""
    who, said = tree.kid(verb, "nsubj"), tree.kid(i, "nsubj", "nsubj:pass")
    if who is None or said is None or tree.lemmas[verb].lower() not in ("say", "tell", "mention", "announce"):
        return False
    own = [said, *tree.kids(said, "nmod:poss")]
    return tree.pos[who] == "PROPN" and any(tree.lower[t] in ("she", "he", "her", "his") for t in own)


def _of_governor(tree: Tree, verb: int) -> set[Modality]:
    word = tree.lemmas[verb].lower()
    if word in _REPORT:
        return {"reported"}
    if word in _DOUBT:
        return {"possible"}
    return {"intended"} if word in _INTENT else set()
