"""Where a local server keeps what it has: the names of the files in its folder, and the folders taken by default."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphmem.errors import StoreReadOnly
from graphmem.settings import default_url

try:
    import fcntl
except ImportError:  # pragma: no cover - without record locks two starters at once are not kept apart
    fcntl = None  # type: ignore[assignment]

CONFIGURATION = "conf"
LOGS = "logs"
CONSOLE = "console.log"
PASSWORD = "password"
RECORD = "server.json"
LOCK = "lock"


def default_folder() -> Path:
    """The server's folder beside the embedded store's default file, in the user's data folder."""
    return Path(default_url().removeprefix("sqlite:///")).parent / "neo4j"


def default_jars() -> Path:
    """Where the jars of all versions are kept, for every server of this user."""
    return default_folder().with_name("neo4j-jars")


def made(folder: Path) -> Path:
    """`folder`, absolute and there; one that is new is closed to others (mode 0700). Raises StoreReadOnly when it cannot be made
    or written."""
    folder = folder.expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreReadOnly(f"The folder {folder} cannot be made ({error.strerror}): give another one.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreReadOnly(f"The folder {folder} cannot be written: give another one, or its right to this user.")
    return folder


def write_private(path: Path, text: str) -> None:
    """Put `text` into `path` whole or not at all, readable by nobody but this user (mode 0600)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file, so that of two starters the second waits and finds what the first has done."""
    with open(lock, "a", encoding="utf-8") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
