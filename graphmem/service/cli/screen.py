"""How text reaches a terminal, a file or a pipe. User text is shown as it is: no markup, no control characters."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

ELLIPSIS = " …"


class PipeClosedError(Exception):
    """Who read our output has had enough."""


def visible(text: str) -> str:
    """`text` with control characters written out, so that stored words cannot move a terminal's cursor or colour it."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") else f"\\x{ord(char):02x}"
        for char in text
    )


def write_json(document: Any) -> None:
    """One JSON document on standard output; in ASCII where the output cannot take more."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    _write(json.dumps(document, ensure_ascii=not utf8, indent=2) + "\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise PipeClosedError from error


class Screen:
    """Lines on standard output: coloured and wrapped on a terminal, plain and in one piece elsewhere."""

    def __init__(self) -> None:
        from rich.console import Console

        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        self._console: Console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
        self.wraps = self._console.is_terminal

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 where there is none."""
        return self._console.width if self.wraps else 80

    def line(self, *parts: str | tuple[str, str], indent: int = 0, most: int | None = None) -> None:
        """One line of words, each plain or (words, style). On a terminal it wraps under its own indent, after at most
        `most` lines it ends in an ellipsis."""
        from rich.text import Text

        text = Text.assemble(
            *((visible(part), "") if isinstance(part, str) else (visible(part[0]), part[1]) for part in parts)
        )
        width = self._console.width - indent
        rows = list(text.wrap(self._console, max(width, 20))) if self.wraps else [text]
        if most is not None and len(rows) > most:
            rows = rows[:most]
            rows[-1].rstrip()
            rows[-1].truncate(max(width, 20) - len(ELLIPSIS))
            rows[-1].append(ELLIPSIS)
        with self._console.capture() as captured:
            for row in rows:
                row.rstrip()
                self._console.print(Text(" " * indent).append_text(row))
        _write(captured.get())

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under their columns: drawn on a terminal, elsewhere a line each with tabs between, the columns first."""
        if not self.wraps:
            for row in (columns, *rows):
                _write("\t".join(visible(cell.replace("\t", " ").replace("\n", " ")) for cell in row) + "\n")
            return
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
        for column in columns:
            drawn.add_column(Text(visible(column), "bold"))
        for row in rows:
            drawn.add_row(*(Text(visible(cell)) for cell in row))
        with self._console.capture() as captured:
            self._console.print(drawn, soft_wrap=False)
        _write(captured.get())

    def gap(self) -> None:
        """An empty line."""
        self.line("")


def note(message: str) -> None:
    """A word to the person on standard error, apart from the data."""
    sys.stderr.write(visible(message) + "\n")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with how many of `total` are done: a bar on a terminal's standard error, elsewhere a
    line each tenth. Silent for a single item."""
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False)
    if total < 2:
        yield lambda _: None
    elif console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
    else:
        told = 0

        def tell(done: int) -> None:
            nonlocal told
            if done * 10 // total > told:
                told = done * 10 // total
                note(f"{what}: {done} of {total}")

        yield tell


def _bar(console: Console) -> Any:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True)
