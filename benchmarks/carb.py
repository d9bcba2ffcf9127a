"""The CaRB score of open information extraction: precision and recall of extracted tuples against crowdsourced ones.

A re-implementation of CaRB's default matcher (binary lenient tuple match) and of its optimised one-to-one match
(Bhardwaj, Aggarwal and Mausam, 2019: "CaRB: A Crowdsourced Benchmark for Open IE"; MIT licence, 2021 DAIR IIT Delhi).
On the outputs published with CaRB it agrees with the published curves to three digits.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.errors import BenchmarkError

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
_ESCAPES = (("-LRB-", "("), ("-RRB-", ")"), ("-LSB-", "["), ("-RSB-", "]"), ("-LCB-", "{"), ("-RCB-", "}"))
_BE = ("be", "is", "am", "are", "was", "were", "been", "being")
_SAYING = ("said", "told", "added", "adds", "says")


class Extraction(NamedTuple):
    """A tuple of a system. `rest` are all arguments after the first, joined."""

    confidence: float
    subject: str
    relation: str
    rest: str


class Gold(NamedTuple):
    """A tuple of the reference; `arguments` as they were annotated."""

    relation: str
    arguments: tuple[str, ...]


class Score(NamedTuple):
    """Precision, recall and F1 at the confidence threshold of the best F1, those of all extractions, and the area
    under the curve; fractions."""

    precision: float
    recall: float
    f1: float
    threshold: float
    auc: float
    all_precision: float
    all_recall: float
    all_f1: float
    extractions: int


def read_gold(path: Path) -> dict[str, list[Gold]]:
    """Reference tuples by sentence, in the order of the file (sentence, relation, arguments; tab-separated)."""
    found: dict[str, list[Gold]] = defaultdict(list)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BenchmarkError(f"cannot read {path}: {error}") from error
    for line in lines:
        cells = line.strip().split("\t")
        if len(cells) < 2:
            raise BenchmarkError(f"{path}: a line holds no relation")
        arguments = tuple(cell.strip() for cell in cells[2:] if "C: " not in cell)
        found[cells[0]].append(Gold(cells[1].strip(), arguments))
    return dict(found)


def _key(sentence: str) -> str:
    """What two spellings of one sentence have in common: no spaces, brackets unescaped, no punctuation."""
    sentence = sentence.replace(" ", "")
    for escaped, plain in _ESCAPES:
        sentence = sentence.replace(escaped, plain)
    return _PUNCTUATION.sub("", sentence)


def _common(gold: Sequence[str], predicted: Counter[str]) -> int:
    """How many words of `gold` are in `predicted`, each used once; they are taken out of it."""
    shared = 0
    for word in gold:
        if predicted[word]:
            predicted[word] -= 1
            shared += 1
    return shared


def _lenient(gold: Gold, relation: str, arguments: Sequence[str]) -> tuple[float, float]:
    """Precision and recall of the words of a tuple; zero where no word of the relation, or a whole argument, is
    missing."""
    predicted, reference = relation.split(), gold.relation.split()
    rest = Counter(predicted)
    matched = _common(reference, rest)
    if rest["be"] and any(form in reference for form in _BE):
        matched += 1
    if not matched:
        return 0.0, 0.0
    size_predicted, size_gold = len(predicted), len(reference)
    for place, argument in enumerate(gold.arguments):
        words = argument.split()
        size_gold += len(words)
        if len(arguments) <= place:
            if place < 2:
                return 0.0, 0.0
            continue
        given = arguments[place].split()
        size_predicted += len(given)
        matched += _common(words, Counter(given))
    return (matched / size_predicted if size_predicted else 0.0), (matched / size_gold if size_gold else 0.0)


def match(gold: Gold, extraction: Extraction) -> tuple[float, float]:
    """Precision and recall of the words of one extraction against one reference tuple."""
    joined = gold
    if len(gold.arguments) >= 2:
        joined = Gold(gold.relation, (gold.arguments[0], " ".join(gold.arguments[1:])))
    found = _lenient(joined, extraction.relation, (extraction.subject, extraction.rest))
    if any(verb in gold.relation for verb in _SAYING):
        found = max(found, _lenient(joined, extraction.relation, (extraction.rest, extraction.subject)))
    return found


def _paired(table: Sequence[Sequence[tuple[float, float]]], columns: Sequence[int]) -> float:
    """The precision of the one-to-one match, taken greedily from the best pair down, summed."""
    pairs = sorted(
        ((table[row][column][0], -row, -column) for row in range(len(table)) for column in columns), reverse=True
    )
    rows: set[int] = set()
    used: set[int] = set()
    total = 0.0
    for value, row, column in pairs:
        if row not in rows and column not in used:
            rows.add(row)
            used.add(column)
            total += value
    return total


def score(gold: Mapping[str, Sequence[Gold]], extractions: Mapping[str, Sequence[Extraction]]) -> Score:
    """The score of `extractions` (by sentence) against `gold` (by sentence). Raises BenchmarkError if there are
    none."""
    by_key = {_key(sentence): found for sentence, found in extractions.items()}
    references: dict[str, list[Gold]] = defaultdict(list)
    for sentence, tuples in gold.items():
        references[_key(sentence)].extend(tuples)
    thresholds = sorted({extraction.confidence for found in by_key.values() for extraction in found})
    size = len(thresholds)
    if not size:
        raise BenchmarkError("nothing was extracted, so there is nothing to score")
    matched, given = [0.0] * size, [0] * size
    recalled = [0.0] * size
    for key, reference in references.items():
        found = by_key.get(key, ())
        table = [[match(tuple_, extraction) for extraction in found] for tuple_ in reference]
        previous = 0
        for confidence in sorted({extraction.confidence for extraction in found}):
            at = bisect_left(thresholds, confidence)
            kept = [i for i, extraction in enumerate(found) if extraction.confidence >= confidence]
            recall = sum(max((row[i][1] for i in kept), default=0.0) for row in table)
            paired = _paired(table, kept)
            for k in range(previous, at + 1):
                matched[k] += paired
                given[k] += len(kept)
                recalled[k] += recall
            previous = at + 1
    total = sum(map(len, references.values()))
    return _summary(thresholds, matched, given, [value / total for value in recalled])


def _summary(thresholds: list[float], matched: list[float], given: list[int], recall: list[float]) -> Score:
    precision = [hit / count if count else 1.0 for hit, count in zip(matched, given, strict=True)]
    f1 = [2 * p * r / (p + r) if p + r else 0.0 for p, r in zip(precision, recall, strict=True)]
    best = max(range(len(thresholds)), key=f1.__getitem__)
    curve = [*zip(recall, precision, strict=True), (0.0, 1.0)]
    area = sum((a[0] - b[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curve))
    return Score(precision[best], recall[best], f1[best], thresholds[best], abs(area),
                 precision[0], recall[0], f1[0], given[0])  # fmt: skip
