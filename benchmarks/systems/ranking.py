"""From scores to an order, the same way for every baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def best_first(scores: NDArray[np.floating[Any]], k: int) -> list[int]:
    """The places of the k highest scores, highest first; the earlier place first where they are equal."""
    return [int(place) for place in np.argsort(-scores, kind="stable")[:k]]
