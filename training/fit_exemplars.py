"""`python -m training.fit_exemplars [--measure]`: fits the model of everyday wordings and writes it into the package.

With --measure nothing is written: every wording is read by a model that was fitted without it (three folds by wording), and what
would be stated is counted, by the least probability that is asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graphmem.extraction.exemplars import model as shipped
from graphmem.extraction.exemplars.model import NOW, Model, signs_of
from graphmem.extraction.exemplars.signs import SLOTS
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from training.exemplars import Example, examples, wordings
from training.layered import Floats, layered
from training.linear import fitted

FILLED = 2
GATE_DECAY = 1e-4
FOLDS = 3
AT_ONCE = 1000
STATUSES = ("holds", "new", "fix", "over", "past", "nothing")


def main(argv: Sequence[str]) -> int:
    """Fit and write, or measure."""
    parser = argparse.ArgumentParser(prog="python -m training.fit_exemplars")
    parser.add_argument("--measure", action="store_true", help="fit without each fold, and count; nothing is written")
    parser.add_argument("--keep", type=Path, metavar="FILE.npy", help="keep the signs there, and take them from there")
    arguments = parser.parse_args(argv)
    told = list(examples(FILLED))
    signs = _signs(told, arguments.keep)
    if arguments.measure:
        _measure(told, signs)
        return 0
    packed = _fitted(told, signs).packed()
    (Path(shipped.__file__).parent / shipped.FILE).write_bytes(packed)
    print(f"{len(told)} pairs, {len(packed)} bytes")
    return 0


def _signs(told: Sequence[Example], kept: Path | None) -> Floats:
    if kept is not None and kept.exists():
        known: Floats = np.load(kept).astype(np.float32)
        return known
    embedder = MiniLmEmbedder()
    parts = [told[at : at + AT_ONCE] for at in range(0, len(told), AT_ONCE)]
    signs = np.concatenate([signs_of([(one.tree, one.pair) for one in part], embedder) for part in parts])
    if kept is not None:
        np.save(kept, signs.astype(np.float16))
    return signs


def _fitted(told: Sequence[Example], signs: Floats) -> Model:
    relations = tuple(sorted({one.relation for one in wordings()}))
    of_relation = np.array([relations.index(one.relation) for one in told])
    valued = np.array([one.is_value for one in told])
    of_status = np.array([STATUSES.index(one.status) for one in told])
    stating = np.array([int(one.relation != "" and one.status != "nothing") for one in told])
    gate = fitted(np.ascontiguousarray(signs[:, -SLOTS:]), stating, 2, GATE_DECAY)
    hidden, answers = layered(signs, of_relation, of_status, valued, (len(relations), len(STATUSES)))
    return Model(relations, STATUSES, hidden, answers, gate[:, 1] - gate[:, 0])


def _measure(told: Sequence[Example], signs: Floats) -> None:
    of_wording = np.random.default_rng(1).integers(0, FOLDS, len(wordings()))
    fold = np.array([of_wording[one.wording] for one in told])
    found: list[tuple[float, bool]] = []
    for number in range(FOLDS):
        own = fold == number
        others = _fitted([one for one, in_it in zip(told, own, strict=True) if not in_it], signs[~own])
        found += _read(others, [one for one, in_it in zip(told, own, strict=True) if in_it], signs[own])
    wanted = sum(one.is_value and one.status != "nothing" for one in told)
    for least in (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        right = sum(ok for sure, ok in found if sure >= least)
        stated = sum(sure >= least for sure, _ in found)
        print(
            f"at {least:.1f}: {right / wanted:.1%} of {wanted} read right, {right / max(stated, 1):.1%} of what is stated"
        )


def _read(model: Model, told: Sequence[Example], signs: Floats) -> list[tuple[float, bool]]:
    """For each sentence what the reader would state, the surest pair: how sure it is, and whether that is right."""
    best: dict[int, tuple[float, bool]] = {}
    for one, said in zip(told, model.read(signs), strict=True):
        if said is not None:
            relation, status, sure = said
            right = one.relation == relation and (one.status == status or {one.status, status} <= NOW)
            best[id(one.tree)] = max(best.get(id(one.tree), (0.0, False)), (sure, right))
    return list(best.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
