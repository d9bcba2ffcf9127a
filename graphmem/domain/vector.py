"""One name for an embedding, without importing numpy: the public package has to import fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]
    Matrix: TypeAlias = NDArray[np.float32]
else:
    Vector = Any
    """float32 [dimension], unit length."""
    Matrix = Any
    """float32 [n, dimension], each row of unit length."""
