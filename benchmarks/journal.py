"""What an interrupted run has done so far, on disk a line at a time, so that it can go on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Journal:
    """Rows of JSON in a file that only grows. A last line that was cut off while it was written is dropped.

    `rows` are those of earlier runs and of this one, in order.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        whole, _, torn = (file.read_bytes() if file.exists() else b"").rpartition(b"\n")
        if torn:
            os.truncate(file, len(whole) + 1 if whole else 0)
        self.rows: list[Any] = [json.loads(line) for line in whole.split(b"\n") if line]

    def add(self, rows: Sequence[Any]) -> None:
        """Append rows; they outlive the end of this process."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)
        self.rows.extend(rows)


def write_json(file: Path, document: Any, indent: int | None = None) -> None:
    """Write a whole document or, should the process end in between, nothing."""
    partial = file.with_name(f"{file.name}.partial")
    partial.write_text(json.dumps(document, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, file)
