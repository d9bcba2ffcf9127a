"""A clock that tests set."""

from __future__ import annotations

from datetime import datetime, timedelta


class FixedClock:
    """Shows `moment` (aware) until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment that was set."""
        return self.moment

    def advance(self, **by: float) -> datetime:
        """Move on by so many days, hours, minutes … (the arguments of timedelta); the new moment."""
        self.moment += timedelta(**by)
        return self.moment
