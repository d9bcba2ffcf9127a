"""Trains one hidden layer with two answers by Adam (Kingma and Ba 2015, algorithm 1), in numpy alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphmem.extraction.exemplars.model import softmax

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
UNITS, ROUNDS, AT_ONCE = 128, 20, 512
STEP, LAST_STEP, DECAY = 3e-3, 1e-5, 1e-5
LESS_SIGNS, LESS_UNITS = 0.1, 0.3
"""Parts of the signs and of the hidden units that are left out at random, a batch at a time (Srivastava et al. 2014)."""
SEED = 0


def layered(
    signs: Floats, relation: Numbers, status: Numbers, told: NDArray[np.bool_], columns: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Weights [signs + 1, UNITS] and [UNITS + 1, both columns] that make the labels likely. How something is told counts only
    where it is (`told`). The same weights every time on one machine."""
    random = np.random.default_rng(SEED)
    of_relation, of_status = columns
    hidden = random.normal(0, 30**-0.5, (signs.shape[1], UNITS)).astype(np.float32)
    answers = random.normal(0, UNITS**-0.5, (UNITS, of_relation + of_status)).astype(np.float32)
    weights = [hidden, np.zeros(UNITS, np.float32), answers, np.zeros(of_relation + of_status, np.float32)]
    pace = _Pace(weights)
    for number in range(ROUNDS):
        order = random.permutation(len(signs))
        for at in range(0, len(order), AT_ONCE):
            some = order[at : at + AT_ONCE]
            kept = _kept(random, (len(some), signs.shape[1]), LESS_SIGNS)
            slopes = _slopes(weights, signs[some] * kept, _kept(random, (len(some), UNITS), LESS_UNITS), of_relation,
                             relation[some], status[some], told[some])  # fmt: skip
            pace.step(slopes, STEP * (1 - number / ROUNDS) + LAST_STEP)
    return np.vstack([weights[0], weights[1]]), np.vstack([weights[2], weights[3]])


def _kept(random: np.random.Generator, shape: tuple[int, int], less: float) -> Floats:
    kept: Floats = (random.random(shape, dtype=np.float32) >= less).astype(np.float32) / np.float32(1 - less)
    return kept


def _slopes(
    weights: Sequence[Floats],
    signs: Floats,
    kept: Floats,
    of_relation: int,
    relation: Numbers,
    status: Numbers,
    told: NDArray[np.bool_],
) -> list[Floats]:
    """Of the mean loss of a batch, by the weights: back through both layers."""
    hidden, bias, answers, last = weights
    raised = signs @ hidden + bias
    units = np.maximum(raised, 0) * kept
    scores = units @ answers + last
    rows = np.arange(len(signs))
    first, second = softmax(scores[:, :of_relation]), softmax(scores[:, of_relation:])
    first[rows, relation] -= 1
    second[rows, status] -= 1
    error = np.hstack([first, second * told[:, None]]) / np.float32(len(signs))
    back = (error @ answers.T) * kept * (raised > 0)
    return [signs.T @ back + DECAY * hidden, back.sum(axis=0), units.T @ error + DECAY * answers, error.sum(axis=0)]


class _Pace:
    """How far each weight goes in a step, by what its slopes were so far."""

    def __init__(self, weights: Sequence[Floats]) -> None:
        self._weights = weights
        self._means = [np.zeros_like(one) for one in weights]
        self._squares = [np.zeros_like(one) for one in weights]
        self._steps = 0

    def step(self, slopes: Sequence[Floats], length: float) -> None:
        self._steps += 1
        for weight, slope, mean, square in zip(self._weights, slopes, self._means, self._squares, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            grown = np.sqrt(square / (1 - 0.999**self._steps)) + 1e-8
            weight -= length * (mean / (1 - 0.9**self._steps)) / grown
