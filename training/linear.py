"""Fits a linear softmax model by L-BFGS, in numpy alone: small enough that nothing more is worth installing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_REMEMBERED = 8
_LEAST_STEP = 1e-4


def fitted(signs: Floats, labels: NDArray[np.int64], columns: int, decay: float, steps: int = 80) -> Floats:
    """Weights [signs + 1, columns], the last row the bias, that make the labels likely; `decay` holds them small."""
    size = signs.shape[1] * columns

    def loss(weights: Floats) -> tuple[float, Floats]:
        matrix, bias = weights[:size].reshape(-1, columns), weights[size:]
        scores = signs @ matrix + bias
        scores -= scores.max(axis=1, keepdims=True)
        grown = np.exp(scores)
        total = grown.sum(axis=1, keepdims=True)
        likely = np.take_along_axis(scores, labels[:, None], 1) - np.log(total)
        error = grown / total
        error[np.arange(len(labels)), labels] -= 1
        error /= len(labels)
        slope = np.concatenate([(signs.T @ error + decay * matrix).ravel(), error.sum(axis=0)])
        return float(-likely.mean() + 0.5 * decay * float(weights[:size] @ weights[:size])), slope

    weights = _descended(loss, np.zeros(size + columns, np.float32), steps)
    return weights.reshape(-1, columns)


def _descended(loss: Callable[[Floats], tuple[float, Floats]], at: Floats, steps: int) -> Floats:
    value, slope = loss(at)
    moves: list[Floats] = []
    turns: list[Floats] = []
    for _ in range(steps):
        way = _direction(slope, moves, turns)
        step, gain = 1.0, -float(slope @ way)
        after, next_value, next_slope = at, value, slope
        while step > _LEAST_STEP:
            after = at - step * way
            next_value, next_slope = loss(after)
            if next_value <= value + 1e-4 * step * gain:
                break
            step /= 2
        moved, turned = after - at, next_slope - slope
        if float(moved @ turned) > 1e-12:
            moves, turns = [*moves, moved][-_REMEMBERED:], [*turns, turned][-_REMEMBERED:]
        done = abs(value - next_value) < 1e-5
        at, value, slope = after, next_value, next_slope
        if done:
            break
    return at


def _direction(slope: Floats, moves: list[Floats], turns: list[Floats]) -> Floats:
    way: Floats = slope.copy()
    shares = []
    for moved, turned in zip(reversed(moves), reversed(turns), strict=True):
        share = (moved @ way) / (moved @ turned)
        shares.append(share)
        way -= share * turned
    way *= (moves[-1] @ turns[-1]) / (turns[-1] @ turns[-1]) if moves else 1 / np.linalg.norm(slope)
    for moved, turned, share in zip(moves, turns, reversed(shares), strict=True):
        way += moved * (share - (turned @ way) / (moved @ turned))
    return way
