"""How far a run has come, on standard error: bars on a terminal, a line at each tenth in a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

TENTHS = 10


class Bars:
    """A context manager that shows several tasks below each other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bars.stop()

    def track(self, label: str, total: int) -> Callable[[int], None]:
        """Show a task of `total` steps; call what is returned with the number of steps done so far."""
        bar = self._bars.add_task(label, total=total)
        told = 0

        def report(done: int) -> None:
            nonlocal told
            self._bars.update(bar, completed=done)
            tenth = TENTHS * done // max(1, total)
            if tenth > told and not self._console.is_terminal:
                self._console.print(f"{label}: {done} of {total}", highlight=False, markup=False)
            told = max(told, tenth)

        return report
