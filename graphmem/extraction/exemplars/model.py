"""The trained weights: a hidden layer over the signs, and over that two answers: which relation, and how it is told.

`training/exemplars.py` says how they were made; the file is a zlib stream of one JSON line (names and sizes) and half-precision
arrays.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from graphmem.extraction.exemplars.pairs import Pair
from graphmem.extraction.exemplars.signs import SLOTS, hashed, masked, value_text
from graphmem.extraction.tree import Tree
from graphmem.ports.embedder import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FILE = "model.bin"
NOTHING = "nothing"
"""The status of what is told of and not stated."""
NOW = frozenset({"holds", "new", "fix"})
"""Statuses that all say that it is so now."""
SENTENCE_WEIGHT, VALUE_WEIGHT, SIGN_WEIGHT = 3.0, 2.0, 2.0
"""How much the vector of the masked sentence, that of the value and the words count beside each other."""
GATE = -2.35
"""The logarithm of the odds above which the words of a pair are looked at closer."""


@dataclass(frozen=True)
class Model:
    """`relations` and `statuses` name the columns of the answers, in this order. `hidden` [signs + 1, units] and `answers`
    [units + 1, relations + statuses] hold the weights, the last row of each the bias. `gate` [SLOTS + 1] weighs the words alone:
    whether a pair may be told of at all, before anything is embedded for it."""

    relations: tuple[str, ...]
    statuses: tuple[str, ...]
    hidden: Floats
    answers: Floats
    gate: Floats

    def may_state(self, tree: Tree, pair: Pair) -> bool:
        """Whether the words around a pair are such as state something; of what does, one in twenty is lost here."""
        places = hashed(tree, pair)
        score = self.gate[places].sum() * SIGN_WEIGHT / len(places) ** 0.5 + self.gate[-1]
        return bool(score >= GATE)

    def weigh(self, signs: Floats) -> tuple[Floats, Floats]:
        """The probabilities of the relations and of the statuses for rows of signs."""
        import numpy as np

        units = np.maximum(signs @ self.hidden[:-1] + self.hidden[-1], 0)
        scores = units @ self.answers[:-1] + self.answers[-1]
        return softmax(scores[:, : len(self.relations)]), softmax(scores[:, len(self.relations) :])

    def read(self, signs: Floats) -> list[tuple[str, str, float] | None]:
        """For each row the relation, the status, and the probability of both together, that of the statuses which say the same
        counted as one; None for what is like nothing or states nothing."""
        relations, statuses = self.weigh(signs)
        return [self._told(*row) for row in zip(relations, statuses, strict=True)]

    def _told(self, relations: Floats, statuses: Floats) -> tuple[str, str, float] | None:
        relation, status = self.relations[int(relations.argmax())], self.statuses[int(statuses.argmax())]
        if not relation or status == NOTHING:
            return None
        same = NOW if status in NOW else {status}
        share = sum(weight for weight, name in zip(statuses, self.statuses, strict=True) if name in same)
        return relation, status, float(relations.max() * share)

    def packed(self) -> bytes:
        """The model as the bytes of its file."""
        import numpy as np

        head = {"relations": self.relations, "statuses": self.statuses, "units": self.hidden.shape[1]}
        parts = [json.dumps(head).encode() + b"\n"]
        parts += [weights.astype(np.float16).tobytes() for weights in (self.hidden, self.answers, self.gate)]
        return zlib.compress(b"".join(parts), 9)


def unpacked(packed: bytes) -> Model:
    """The model that the bytes of a file hold."""
    import numpy as np

    line, _, rest = zlib.decompress(packed).partition(b"\n")
    head = json.loads(line)
    numbers = np.frombuffer(rest, np.float16).astype(np.float32)
    units, columns = head["units"], len(head["relations"]) + len(head["statuses"])
    answers, gate = len(numbers) - SLOTS - 1 - (units + 1) * columns, len(numbers) - SLOTS - 1
    return Model(
        tuple(head["relations"]), tuple(head["statuses"]),
        numbers[:answers].reshape(-1, units), numbers[answers:gate].reshape(-1, columns), numbers[gate:],
    )  # fmt: skip


@functools.cache
def load() -> Model:
    """The model in the package, loaded once a process."""
    return unpacked(resources.files("graphmem.extraction.exemplars").joinpath(FILE).read_bytes())


def signs_of(pairs: Sequence[tuple[Tree, Pair]], embedder: Embedder) -> Floats:
    """The signs of pairs as rows: the vector of the masked sentence, that of the value, and the words by their hashes."""
    import numpy as np

    sentences = embedder.embed([masked(tree, pair) for tree, pair in pairs])
    values = embedder.embed([value_text(tree, pair.object) for tree, pair in pairs])
    spelt = np.zeros((len(pairs), SLOTS), np.float32)
    for row, (tree, pair) in enumerate(pairs):
        places = hashed(tree, pair)
        spelt[row, places] = SIGN_WEIGHT / np.sqrt(len(places))
    signs: Floats = np.concatenate([sentences * SENTENCE_WEIGHT, values * VALUE_WEIGHT, spelt], axis=1)
    return signs


def softmax(scores: Floats) -> Floats:
    """Probabilities by row."""
    import numpy as np

    grown: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    grown /= grown.sum(axis=1, keepdims=True)
    return grown
