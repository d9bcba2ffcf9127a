"""Whether a server lives: its record on disk, and a check that the process of that id is really this server.

A machine that went down leaves a record behind, and the system gives process ids out again. So nothing is believed, and
above all nothing is signalled, before the process's own command line has named the server's folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from graphmem.service.local_neo4j.places import CONFIGURATION, RECORD, write_private

POLL_SECONDS = 0.1

EXEC_POLLS, EXEC_SECONDS = 10, 0.01
"""While a process turns from our program into Java its command line is empty for a moment; a zombie's is for good."""


@dataclass(frozen=True)
class Record:
    """What is written down when a server is started."""

    pid: int
    port: int
    version: str


def homes(folder: Path) -> list[str]:
    """The last two arguments of a server's command line; they say which folder is its own."""
    return [f"--home-dir={folder}", f"--config-dir={folder / CONFIGURATION}"]


def write_record(folder: Path, record: Record) -> None:
    """Keep the record in the server's folder."""
    write_private(folder / RECORD, json.dumps(asdict(record)) + "\n")


def read_record(folder: Path) -> Record | None:
    """The record of the last start in this folder; None when there was none or it cannot be read."""
    try:
        kept = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return Record(int(kept["pid"]), int(kept["port"]), str(kept["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def lives(pid: int, folder: Path) -> bool:
    """Whether process `pid` is the server whose home is `folder`. A process that ended and was not waited for is not."""
    for _ in range(EXEC_POLLS):
        if line := _command_line(pid):
            return " ".join(homes(folder)) in line
        if not os.path.exists(f"/proc/{pid}"):
            return False
        time.sleep(EXEC_SECONDS)
    return False


def ends(pid: int, folder: Path, seconds: float) -> bool:
    """Wait for that server's end; False when it is still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while lives(pid, folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _command_line(pid: int) -> str:
    """The command line of a process, its arguments with a space between: from /proc on Linux, else as `ps` shows it."""
    if pid <= 0:
        return ""
    if os.path.isdir("/proc/self"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return ""
    try:
        shown = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return shown.stdout
