"""What time it is: a port, so that tests can say."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the present."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...
