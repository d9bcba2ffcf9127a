"""The words of a question in the order in which a walk from a name in it comes to them. Pure.

"Where does the wife of Emil's father work?" goes from Emil to his father, to the father's wife, to where she works: what
the name possesses first, then what stands before it, the nearest first, then the rest. In a clause ("the office of the
company that Emil works for") the rest of the clause comes before what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_key
from graphmem.domain.names import spoken_names
from graphmem.recall.relations import Relation, is_known, is_role, signs_of

SKIPPED = 0.3
"""What a word that was passed over takes from a chain, as a part of a word that was taken."""
_WORD = re.compile(r"\w+(?:-\w+)*")
_POSSESSIVE = ("'s", "’s")
_OF_KIND = frozenset({"which", "what"})
_RELATIVE = frozenset({"that", "who", "whom", "which"})
_ASKING_WORDS = """
a an and any are as at be been being by can could did do does for from had has have he her hers him his how i in into is it
its me more most my of on or our s she some than that the their them there these they this those to was we were what when
where which who whom whose why will with would you your now
"""
_ASKING = frozenset(_ASKING_WORDS.split())
"""Words that say no relation by themselves."""
_ASKER = re.compile(r"\b(?:I|i|me|myself|we|us|mine|ours|(my|our))\b(?!\.\w)|^(?:We|(My|Our))\b")
_NUMBERED = re.compile(
    r"(?:\b[A-Z]\w*|\b(?:war|type|part|phase|stage|volume|book|act|class|grade|level|section|chapter))\s+$"
)
"""What the "I" of World War I or of Albert I stands behind."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_TELLING_WORDS = "again currently know mention mentioned nowadays remember remind said say still tell today told"
_TELLING = frozenset(_TELLING_WORDS.split())
"""Words of a question about oneself that are addressed to whoever answers."""


def asks_of_self(question: str) -> bool:
    """Whether a question names the one who asks it: by "I" or "my", but not in a title or as a number ("World War I")."""
    return _asker(question) is not None


def _asker(question: str) -> re.Match[str] | None:
    """The first word for whoever asks, one that owns something before any other: "Do I know where my aunt lives?" is of the aunt."""
    text = _QUOTED.sub(lambda quoted: "." * len(quoted.group()), question)
    found = [match for match in _ASKER.finditer(text) if not _is_number(text, match)]
    return next((match for match in found if _owns(match)), found[0] if found else None)


def _is_number(text: str, match: re.Match[str]) -> bool:
    before = _NUMBERED.search(text, 0, match.start())
    return match.group() in ("I", "i") and before is not None and before.start() > 0


def _owns(match: re.Match[str]) -> bool:
    return any(match.groups())


@dataclass(frozen=True, slots=True)
class Reading:
    """The words that may say relations, in lower case, outward from a name; `others`: the further entities that the question
    names, which an answer has to do with as well; `kind`: the word for what kind of thing is asked for ("which town"), which
    may say a relation and need not; `asker`: whoever asks, where the question is read from there."""

    words: tuple[str, ...]
    others: frozenset[str] = frozenset()
    kind: str = ""
    asker: str = ""
    signs: frozenset[str] = field(init=False, compare=False, repr=False)
    """What a text has to hold to say a relation for one of the words."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "signs", signs_of(self.words))

    def share(self, taken: Collection[int], skipped: int, passed: Collection[str]) -> float:
        """What part of the question the words at these places and the entities `passed` are, 0…1, when so many other words
        were passed over."""
        met = len(self.others.intersection(passed))
        need = sum(word != self.kind or place in taken for place, word in enumerate(self.words))
        return max(len(taken) + met - SKIPPED * skipped, 0.0) / max(need + len(self.others), 1)

    def take(self, taken: frozenset[int], relation: Relation) -> tuple[frozenset[int], frozenset[int]]:
        """The places of the words that say the relation, beyond those `taken`, and those of others that they pass over. A word that
        comes twice is taken once; of words for somebody's role, one: "the wife of her husband's father" are two marriages. Asked
        of oneself, the kind of thing that is asked for need not be said ("In which city do I live?")."""
        found: dict[str, int] = {}
        for place, word in enumerate(self.words):
            if place not in taken and word not in found and relation.says(word):
                if is_role(word) and any(map(is_role, found)):
                    continue
                found[word] = place
                if relation.nouns:
                    break
        places = frozenset(found.values())
        first = min(places, default=0)
        unsaid = self.kind if self.asker else ""
        return places, frozenset(place for place in range(first) if self.words[place] != unsaid) - taken


def readings(question: str, named: Iterable[Entity], asker: Entity | None = None) -> dict[str, Reading]:
    """How the question is read from each of these entities, and from whoever asks it where it says "I" or "my", by id. The words
    of other names in it do not count unless they overlap: "the mother of Emil" may be somebody already, and is asked for as
    Emil's mother too. An answer has to do with all that are named; with the asker only as far as it is read from there."""
    bearers: dict[str, list[str]] = {}
    for one in named:
        for key in {one.key, *map(entity_key, one.aliases)}:
            bearers.setdefault(key, []).append(one.id)
    places = _places(question, bearers)
    words = [(found.start(), found.end(), found.group().lower()) for found in _WORD.finditer(question)]
    relevant = [word for word, following in pairwise([*words, (0, 0, "")]) if not _is_modifier(word[2], following[2])]
    kind = _kind([word for *_, word in words])
    read = {}
    for entity, (start, end) in places.items():
        apart = {other: span for other, span in places.items() if span[1] <= start or end <= span[0]}
        spans = [(start, end), *apart.values()]
        said = [word for word in relevant if not any(first <= word[0] < last for first, last in spans)]
        read[entity] = Reading(_outward(question, said, start, end), frozenset(apart), kind)
    own = _asker(question) if asker is not None and asker.id not in places else None
    if asker is not None and own is not None:
        spans = [own.span(), *places.values()]
        said = [word for word in relevant if not any(first <= word[0] < last for first, last in spans)]
        said = [word for word in said if word[2] not in _TELLING]
        outward = _outward(question, said, *own.span(), owns=_owns(own))
        read[asker.id] = Reading(outward, frozenset(places), kind, asker.id)
    return read


def _is_modifier(word: str, following: str) -> bool:
    """Whether a word only says more of somebody's role: "best friend", "older sister"."""
    return is_role(following) and not is_known(word) and word not in _ASKING and word != "s"


def _kind(words: Sequence[str]) -> str:
    """The word after the first "which" or "what", empty where there is none or it says nothing."""
    place = next((place for place, word in enumerate(words) if word in _OF_KIND), len(words))
    return next((word for word in words[place + 1 : place + 2] if word not in _ASKING), "")


def _places(question: str, entities: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Where the question names each entity, the longest of its names there."""
    found: dict[str, tuple[int, int]] = {}
    for key, start, end in spoken_names(question):
        for entity in entities.get(key, ()):
            if entity not in found or end - start > found[entity][1] - found[entity][0]:
                found[entity] = (start, end)
    return found


def _outward(
    question: str, words: list[tuple[int, int, str]], start: int, end: int, *, owns: bool = False
) -> tuple[str, ...]:
    """The words in their order from the name at `start` to `end`; `owns`: the name says whose the next word is, as "my" does."""
    before = [word for _, to, word in words if to <= start]
    after = [(to, word) for at, to, word in words if at >= end and word != "s"]
    owned: list[str] = []
    place = end - 2 if question[end - 2 : end] in _POSSESSIVE else end
    if owns and after:
        place, word = after.pop(0)
        owned.append(word)
    while after and question[place : place + 2] in _POSSESSIVE:
        place, word = after.pop(0)
        owned.append(word)
    rest = [word for _, word in after]
    clause = next(
        (
            place
            for place in range(len(before) - 1, 0, -1)
            if before[place] in _RELATIVE and before[place - 1] not in _ASKING
        ),
        None,
    )
    inside = before if clause is None else before[clause + 1 :]
    outside = [] if clause is None else before[:clause]
    order = [*owned, *reversed(inside), *rest, *reversed(outside)]
    return tuple(word for word in order if word not in _ASKING)
