"""Names in a sentence: what the entity recogniser found, united with runs of proper nouns and with quoted titles.

On text it was not trained on the recogniser finds about half of the names; together with runs of proper nouns it
touches nine in ten. So spans come first, and the type ("person", "organization", "location", "misc") is a soft hint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graphmem.extraction.lexicon import TITLES, words
from graphmem.extraction.tree import Tree

_TYPES = {"PER": "person", "PERSON": "person", "LOC": "location", "GPE": "location", "FAC": "location",
          "ORG": "organization", "MISC": "misc", "WORK_OF_ART": "misc", "EVENT": "misc", "NORP": "misc",
          "PRODUCT": "misc"}  # fmt: skip
_CONNECTORS = words(
    "of de von van der den del della di da du la le bin ibn al el ter zu af dos y mac bint ap ferch & - – the"
)
_JOINING_POS = frozenset({"ADJ", "NOUN", "X", "NUM", "SYM", "VERB", "ADV", "INTJ"})
_NO_NAMES = words(
    "hey hi hello wow yeah yes no thanks thank ok okay oh woah whoa aww haha lol congrats woohoo yay "
    "great cool nice awesome sure well hmm sorry bye sounds btw omg january february march april may june "
    "july august september october november december monday tuesday wednesday thursday friday saturday "
    "sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays "
    "nowadays formerly recently currently christian i we you he she it they mr mrs ms dr god"
)
_ADVERBS = words("nowadays formerly recently currently mondays tuesdays wednesdays thursdays fridays saturdays sundays")
"""Words that are written with a capital in front of a name and are no part of it."""
_QUOTED = re.compile(
    r"“\s?([^“”\n]{1,90}?)\s?”|\"\s?([^\"\n]{1,90}?)\s?\"|``\s?([^`\n]{1,90}?)\s?''|«\s?([^«»\n]{1,90}?)\s?»"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)|first|second|third")
_RANKS = words(
    "duke duchess earl count countess prince princess king queen lord lady baron baroness marquess marquis "
    "viscount viscountess landgrave elector emperor empress margrave baronet archduke bishop"
)
_STYLES = frozenset({"king", "queen", "sir", "dame"})
"""Words before a person's name that encyclopedias do not count as part of it; "Prince" and "Lord" they do."""
_ROMAN = re.compile(r"\b[IVX]{1,5}\b")
_LONGEST = 10
_SMALL = words("a an the of in on at to for and or with from by as is de la le der und et")


@dataclass(frozen=True, slots=True)
class Name:
    """A name at characters `start:end`, tokens `first` up to (not including) `last`."""

    start: int
    end: int
    first: int
    last: int
    name: str
    type: str


def clean(text: str) -> str:
    """A name as a node shows it: white space folded, hyphens closed up ("Saxe- Coburg"), quotes and commas stripped."""
    text = re.sub(r"(?<=\w)\s?([-–])\s(?=[^\W\d_])", r"\1", " ".join(text.split()))
    text = text.strip(" -–").replace('"', "").replace("``", "").replace("''", "").strip(" \t\"'“”‘’`«»,;:!?·•*_=~|<>")
    text = re.sub(r"\s*['’]s?$", "", text) if re.search(r"['’]s?$", text) else text
    if text.endswith(")") and "(" not in text:
        text = text[:-1].rstrip()
    return text[:-1].rstrip() if text.endswith(".") and " " in text and len(text.rsplit(" ", 1)[1]) > 4 else text


def pattern_of(name: str) -> re.Pattern[str]:
    """Where a known name stands in a text, whatever the white space in it and after its hyphens."""
    words = [re.escape(word).replace(r"\-", r"-\s?").replace("–", r"–\s?") for word in name.split()]
    return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)")


class Taken(Protocol):
    """Characters `start:end`, which are a date or a quantity."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def names_of(
    tree: Tree, text: str, literals: Sequence[Taken], known: tuple[str, re.Pattern[str]] | None = None
) -> list[Name]:
    """The names of a sentence in order; one may lie inside another ("University of Oslo", "Oslo"), none shares words with one
    of the `literals`. `known` is a name that is looked for as it stands, with its pattern."""
    taken = [(literal.start, literal.end) for literal in literals]
    quoted = [*_known(tree, text, known), *_titles(tree, text)]
    spans: dict[tuple[int, int], str] = {}
    for first, last, label in tree.entities:
        first, last = _shrink(tree, first, last)
        if first < last and _plausible(tree, first, last):
            spans[first, last] = _TYPES.get(label, "entity")
    runs = _runs(tree)
    begun = {last: first for first, last in runs}
    for first, last in runs:
        _unite(spans, first, last)
        whole = _with_rank(tree, first, last, begun)
        if whole is not None:
            spans[whole] = "person"
        for part in _parts(tree, first, last):
            spans.setdefault(part, "entity")
    found = list(quoted)
    for (first, last), kind in spans.items():
        start, end = tree.starts[first], tree.ends[last - 1]
        if any(start < q.end and q.start < end for q in quoted):
            continue
        name = _named(tree, text, first, last, kind)
        if name is not None and not any(start < b and a < end for a, b in taken):
            found.append(name)
    return sorted(dict.fromkeys(found), key=lambda n: (n.start, -n.end))


def _known(tree: Tree, text: str, known: tuple[str, re.Pattern[str]] | None) -> list[Name]:
    found = []
    for match in known[1].finditer(text, tree.starts[0], tree.ends[-1]) if known else ():
        first, last = _tokens_between(tree, match.start(), match.end())
        if known and first < last:
            found.append(Name(tree.starts[first], tree.ends[last - 1], first, last, known[0], "entity"))
    return found


def _named(tree: Tree, text: str, first: int, last: int, kind: str) -> Name | None:
    name = clean(text[tree.starts[first] : tree.ends[last - 1]])
    if last - first == 1 and tree.pos[first] == "ADJ":
        return None
    while last - first > 2 and tree.lower[first] in _STYLES and (kind == "person" or _ROMAN.search(name)):
        first += 1
        name = clean(text[tree.starts[first] : tree.ends[last - 1]])
    if not any(c.isalnum() for c in name) or name.lower() in _NO_NAMES or (len(name) < 2 and kind == "entity"):
        return None
    if not any(c.isupper() or c.isdigit() or ord(c) > 0x24F for c in name) and kind == "entity":
        return None
    return Name(tree.starts[first], tree.ends[last - 1], first, last, name, kind)


def _shrink(tree: Tree, first: int, last: int) -> tuple[int, int]:
    """A span without articles, titles of address and punctuation at its ends."""
    while first < last and (tree.pos[first] in ("DET", "PUNCT", "ADP") or tree.lower[first] in TITLES | _ADVERBS):
        first += 1
    while first < last and (tree.pos[last - 1] in ("PUNCT", "ADP", "CCONJ") or tree.tags[last - 1] == "POS"):
        last -= 1
    return first, last


def _plausible(tree: Tree, first: int, last: int) -> bool:
    """Whether an entity that the recogniser found can be a name: short, with a capital, without lower-case verbs."""
    inside = range(first, last)
    if last - first > _LONGEST or not any(tree.words[i][0].isupper() or tree.words[i][0].isdigit() for i in inside):
        return False
    return not any(tree.pos[i] in ("VERB", "AUX", "PRON") and tree.words[i][0].islower() for i in inside)


def _unite(spans: dict[tuple[int, int], str], first: int, last: int) -> None:
    """Add a run of proper nouns: it takes the type of the entity it covers, and gives way to one that covers it."""
    kind = "entity"
    for (a, b), label in list(spans.items()):
        if a <= first and last <= b:
            return
        if first <= a and b <= last:
            shares_head = b == last or a == first
            kind = label if shares_head and kind == "entity" else kind
            if label == "person" or a == first:
                del spans[a, b]
        elif a < last and first < b:
            kind = label if kind == "entity" else kind
            del spans[a, b]
    spans[first, last] = kind


def _in_name(tree: Tree, i: int) -> bool:
    return (
        tree.pos[i] == "PROPN"
        and tree.lower[i] not in TITLES | _ADVERBS
        and (tree.words[i][0].isalnum() or len(tree.words[i]) > 1)
    )


def _joins(tree: Tree, i: int, previous: bool) -> bool:
    """Whether a token that is no proper noun still belongs to the run beside it: capitalised words, a number after
    it."""
    word = tree.words[i]
    if tree.pos[i] not in _JOINING_POS or not (word[0].isupper() or (previous and word.isdigit() and len(word) < 4)):
        return False
    return i > 0 and tree.lower[i] not in _NO_NAMES


def _runs(tree: Tree) -> list[tuple[int, int]]:
    """Maximal stretches of proper nouns with what joins them: "of", "de", hyphens, capitalised words beside them."""
    found: list[tuple[int, int]] = []
    i, size = 0, len(tree)
    while i < size:
        if not _in_name(tree, i):
            i += 1
            continue
        first, last = i, i + 1
        while first > 0 and (not found or first > found[-1][1]) and _joins(tree, first - 1, False):
            first -= 1
        if first > 1 and tree.words[first - 1] == "The":
            first -= 1
        while last < size:
            step = _next_in_run(tree, last)
            if step is None:
                break
            last = step
        found.append((first, last))
        i = last
    return found


def _next_in_run(tree: Tree, at: int) -> int | None:
    """One past the token that continues a run which ends before `at`; connectors count only with a name after them."""
    if _in_name(tree, at) or _joins(tree, at, True):
        return at + 1
    after = at
    while after < len(tree) and after - at < 3 and tree.lower[after] in _CONNECTORS:
        after += 1
    if (
        after == at
        or after >= len(tree)
        or not (_in_name(tree, after) or _joins(tree, after, False))
        or tree.lower[at] == "the"
    ):
        return None
    return after + 1


def _with_rank(tree: Tree, first: int, last: int, begun: dict[int, int]) -> tuple[int, int] | None:
    """A name with the rank behind it: the run `first:last` is the rank in "Ana Wood, 1st Duchess of York"; None if it is
    not. `begun` tells where the run that ends at a token has begun."""
    comma = first - 1
    if comma > 0 and _ORDINAL.fullmatch(tree.lower[comma]):
        comma -= 1
    if (
        tree.lower[first] not in _RANKS
        or "of" not in tree.lower[first : first + 3]
        or comma < 1
        or tree.words[comma] != ","
        or comma not in begun
    ):
        return None
    return begun[comma], last


def _parts(tree: Tree, first: int, last: int) -> list[tuple[int, int]]:
    """The names that stand after an "of" inside a run: "University of Oslo" holds "Oslo"."""
    inner = [
        at + 1 for at in range(first + 1, last - 1) if tree.lower[at] in ("of", "the") and tree.lower[at + 1] != "the"
    ]
    return [(at, last) for at in inner]


def _titles(tree: Tree, text: str) -> list[Name]:
    """Quoted titles ("The House of Blue Leaves"): at most ten words, most of them capitalised."""
    start, end = tree.starts[0], tree.ends[-1]
    found = []
    for match in _QUOTED.finditer(text, start, end):
        group = next(g for g in range(1, 5) if match[g] is not None)
        words = [word for word in match[group].split() if word.lower() not in _SMALL]
        capital = sum(word[0].isupper() or word[0].isdigit() for word in words)
        if not words or len(words) > 9 or capital * 3 < len(words) * 2 or match[group].endswith((",", ";")):
            continue
        first, last = _tokens_between(tree, match.start(group), match.end(group))
        name = clean(match[group])
        if first < last and len(name) > 1:
            found.append(Name(tree.starts[first], tree.ends[last - 1], first, last, name, "misc"))
    return found


def _tokens_between(tree: Tree, start: int, end: int) -> tuple[int, int]:
    inside = [i for i in range(len(tree)) if tree.starts[i] >= start and tree.ends[i] <= end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
