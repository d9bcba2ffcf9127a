"""`python -m benchmarks.calibration --data DIR`: fits the weights of `graphmem.extraction.confidence` to CaRB's development part.

Ridge logistic regression of the share of each tuple that a reference tuple confirms, on the signs of its clause. The table that
is printed beside the weights judges each half of the sentences by weights fitted to the other half.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.carb import match, read_gold
from benchmarks.errors import BenchmarkError
from benchmarks.nary import rendered
from benchmarks.openie import parse
from graphmem.extraction.confidence import signs

Values: TypeAlias = NDArray[np.float64]

RIDGE = 10.0
_ROUNDS, _STEP = 30, 0.1


def main() -> int:
    """Print weights and table; 2 with one line on stderr when the data cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds carb/dev.tsv")
    try:
        names, values, right, halves = measured(parser.parse_args().data / "carb" / "dev.tsv")
    except BenchmarkError as error:
        print(f"python -m benchmarks.calibration: {error}", file=sys.stderr)
        return 2
    for name, weight in zip([*names, "bias"], fit(values, right), strict=True):
        print(f"{name:16} {weight:+.2f}")
    expected = np.zeros(len(right))
    for half in (False, True):
        expected[halves == half] = predict(values[halves == half], fit(values[halves != half], right[halves != half]))
    print("\nconfidence  tuples  expected  measured")
    for low in np.arange(0, 1, _STEP):
        chosen = (expected >= low) & (expected < low + _STEP)
        if chosen.any():
            print(
                f"{low:.1f} to {low + _STEP:.1f} {chosen.sum():6} {expected[chosen].mean():9.2f} {right[chosen].mean():9.2f}"
            )
    return 0


def measured(path: Path) -> tuple[list[str], Values, Values, NDArray[np.bool_]]:
    """Names of the signs; float64 [tuples, signs]; how much of each tuple is right; the half that its sentence is in."""
    gold = read_gold(path)
    rows, right, halves = [], [], []
    for sentence, tree in parse(list(gold), None).items():
        half = hashlib.sha256(sentence.encode()).digest()[-1] % 2 == 1
        for clause, extraction in rendered(tree, sentence.split()):
            rows.append(signs(tree, clause))
            right.append(max(match(reference, extraction)[0] for reference in gold[sentence]))
            halves.append(half)
    names = list(rows[0])
    return names, np.array([[float(row[name]) for name in names] for row in rows]), np.array(right), np.array(halves)


def fit(values: Values, right: Values) -> Values:
    """Weights by Newton's method, the bias, which is not held down, last: float64 [signs + 1]."""
    whole = np.column_stack([values, np.ones(len(values))])
    penalty = np.diag([RIDGE] * values.shape[1] + [1e-6])
    weights = np.zeros(whole.shape[1])
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-whole @ weights))
        slope = whole.T @ (expected - right) + penalty @ weights
        weights -= np.linalg.solve((whole * (expected * (1 - expected))[:, None]).T @ whole + penalty, slope)
    return weights


def predict(values: Values, weights: Values) -> Values:
    """What is expected of rows of signs: float64 [rows]."""
    expected: Values = 1 / (1 + np.exp(-(values @ weights[:-1] + weights[-1])))
    return expected


if __name__ == "__main__":
    sys.exit(main())
