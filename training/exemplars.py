"""Fills the exemplars of `statements/` with values and reads them with the pipeline: what the model of wordings is trained on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from graphmem.extraction.dates import find_dates
from graphmem.extraction.exemplars.pairs import Mention, Pair, pairs_of
from graphmem.extraction.names import names_of
from graphmem.extraction.parser import load_pipeline
from graphmem.extraction.quantities import find_quantities, without_quantities
from graphmem.extraction.repair import mend
from graphmem.extraction.tree import Tree, tree_of
from graphmem.extraction.verbs import find_verb

FOLDER = Path(__file__).parent / "statements"
STATUSES = {"+": "new", "-": "over", "<": "past", "?": "nothing", "!": "fix"}
SAID_AT = datetime(2024, 2, 10, 9, tzinfo=UTC)
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Wording:
    relation: str
    status: str
    text: str
    value: str
    subject: str


@dataclass(frozen=True)
class Example:
    """A pair in a sentence, and what it is to be taken for: a relation ("" for none) in a status."""

    wording: int
    tree: Tree
    pair: Pair
    relation: str
    status: str
    is_value: bool


def wordings() -> list[Wording]:
    """All exemplars, in the order of the files."""
    found, head = [], ["", "", "person"]
    for path in sorted(FOLDER.glob("[alp]*.txt")):
        for line in filter(None, path.read_text(encoding="utf-8").splitlines()):
            if line.startswith("== "):
                head = [*line[3:].split(), "person"][:3]
                continue
            mark, rest = (line[0], line[2:]) if line[0] in STATUSES else ("", line)
            found.append(Wording(head[0], STATUSES.get(mark, "holds"), rest, head[1], head[2]))
    nothing = (FOLDER / "nothing.txt").read_text(encoding="utf-8").splitlines()
    return [*found, *(Wording("", "nothing", line, "", "") for line in nothing if line)]


def values() -> dict[str, list[str]]:
    rows = (line.split(" | ") for line in (FOLDER / "values.txt").read_text(encoding="utf-8").splitlines())
    return {kind: [one.strip() for one in _parts(kind, listed)] for kind, listed in rows}


def _parts(kind: str, listed: str) -> list[str]:
    return re.split(r", (?=[A-Z]|\d{1,2} [A-Z])" if kind == "day" else r", ", listed)


def filled(wording: Wording, pool: dict[str, list[str]], random: Random) -> tuple[str, dict[str, tuple[int, int]]]:
    """A sentence, and where each slot of it stands (the first time)."""
    female = random.random() < 0.5
    person = random.choice(pool["woman" if female else "man"])
    if wording.subject == "person" and random.random() < 0.2:
        person = random.choice(pool["kin"])
    people = [*pool["woman"], *pool["man"]]
    kind = pool.get(wording.value, people) if wording.value != "person" else people
    subject = person if wording.subject == "person" else random.choice(pool.get(wording.subject, [person]))
    one, old = random.sample([v for v in kind if v != subject] or ["", ""], 2)
    words = {"s": subject, "o": one, "old": old, "she": "she" if female else "he", "her": "her" if female else "his"}
    text, at = "", 0
    spans: dict[str, tuple[int, int]] = {}
    for match in _SLOT.finditer(wording.text):
        text += wording.text[at : match.start()]
        word = words[match[1]]
        if not text or text.endswith((". ", "! ", "? ")):
            word = word[:1].upper() + word[1:]
        if word[:1].lower() in "aeiou" and re.search(r"\ba $", text):
            text = text[:-1] + "n "
        spans.setdefault(match[1], (len(text), len(text) + len(word)))
        text += word
        at = match.end()
    return text + wording.text[at:], spans


def examples(times: int, seed: int = 0) -> Iterator[Example]:
    """The pairs of every exemplar, each filled `times` times."""
    random, pool = Random(seed), values()
    nlp = load_pipeline()
    listed = wordings()
    numbers = [number for number, one in enumerate(listed) for _ in range(times if one.relation else 1)]
    jobs = [(number, *filled(listed[number], pool, random)) for number in numbers]
    for doc, (number, text, spans) in nlp.pipe([(text, (n, text, spans)) for n, text, spans in jobs], as_tuples=True):
        for sentence in doc.sents:
            tree = mend(find_verb(tree_of(sentence)))
            yield from _labelled(tree, text, spans, number, listed[number])


def pairs_in(tree: Tree, text: str, said_at: datetime = SAID_AT) -> list[Pair]:
    start, end = tree.starts[0], tree.ends[-1]
    dates = find_dates(text, start, end, said_at, False, "VBD" in tree.tags)
    quantities = find_quantities(text, start, end, dates)
    dates = without_quantities(dates, quantities)
    names = names_of(tree, text, [*dates, *quantities])
    return pairs_of(tree, names, [*dates, *quantities])


def _labelled(
    tree: Tree, text: str, spans: dict[str, tuple[int, int]], number: int, wording: Wording
) -> Iterator[Example]:
    for pair in pairs_in(tree, text):
        told = _covers(tree, pair.object, spans.get("o")) and _is_subject(tree, pair.subject, spans)
        relation = wording.relation if told else ""
        yield Example(number, tree, pair, relation, wording.status if told else "nothing", told)


def _is_subject(tree: Tree, mention: Mention, spans: dict[str, tuple[int, int]]) -> bool:
    return mention.kind == "user" if "s" not in spans else _covers(tree, mention, spans["s"])


def _covers(tree: Tree, mention: Mention, span: tuple[int, int] | None) -> bool:
    if span is None:
        return False
    start, end = tree.starts[mention.first], tree.ends[mention.last - 1]
    both = min(end, span[1]) - max(start, span[0])
    if mention.kind == "kin":
        return both > 0
    return both > 0 and both / (max(end, span[1]) - min(start, span[0])) >= 0.6
