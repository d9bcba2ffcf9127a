"""The fenced blocks of a document, and how they are run: what a page shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, its text, the line it starts at, and the output that is shown right after it."""

    language: str
    text: str
    line: int
    shows: str


def blocks(page: Path) -> list[Block]:
    """A page's fenced blocks, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 2, found[3] or "")
        for found in BLOCK.finditer(text)
    ]


def steady(output: str) -> list[str]:
    """Output without what differs from run to run: ids, the last digits of scores and seconds, the ends of bars."""
    output = re.sub(r"mem_[0-9a-v]{26}", "mem_…", output)
    output = re.sub(r"([█▒])+", r"\1", output)
    return [re.sub(r"\b\d+\.\d{3}\b", "#", line).rstrip() for line in output.strip().splitlines()]


def run(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block in `folder`, with a data folder of its own and no database in the environment."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"XDG_DATA_HOME": str(folder / "home"), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    environment.pop("GRAPHMEM_URL", None)
    command = [sys.executable, "-c", block.text]
    if block.language == "bash":
        command = ["bash", "-euo", "pipefail", "-c", block.text]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
