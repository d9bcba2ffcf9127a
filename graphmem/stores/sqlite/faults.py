"""Turns what SQLite says into the errors of graphmem, with what to do about it. The only place that knows its codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import (
    ClosedError,
    GraphmemError,
    InvalidMetadata,
    InvalidText,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)

_FULL_CODES = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"})
_CORRUPT_CODES = frozenset({"SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_DATA"})


def _name_of(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def translated(error: Exception, where: str) -> GraphmemError:
    """The error of ours that says the same. `where` names the database."""
    if isinstance(error, UnicodeEncodeError):
        return InvalidText("A text holds a lone surrogate, which cannot be stored: decode it with errors='replace'.")
    if isinstance(error, OverflowError):
        return InvalidMetadata("An integer does not fit in 64 bits: give it as a string.")
    if not isinstance(error, sqlite3.Error):
        return StoreCorrupt(f"{where} holds a row that cannot be read ({error}): restore it from a backup.")
    return _by_code(error, _name_of(error), where)


def _by_code(error: sqlite3.Error, name: str, where: str) -> GraphmemError:
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            f"{where} is held by another program for longer than the timeout: try again, or raise busy_timeout."
        )
    if name in _FULL_CODES:
        return StoreFull(
            f"{where} cannot grow ({error}): the disk is full, a quota or a limit on file size is reached, or the disk "
            "fails. Nothing of this write was kept; make room and repeat it."
        )
    if name.startswith("SQLITE_READONLY"):
        return StoreReadOnly(f"{where} can be read and not written: check the permissions of the file and its folder.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or name in _CORRUPT_CODES:
        return StoreCorrupt(f"{where} is not a graphmem database, or is damaged ({error}): restore it from a backup.")
    if name.startswith(
        ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH", "SQLITE_IOERR", "SQLITE_PROTOCOL", "SQLITE_NOLFS")
    ):
        return StoreUnavailable(
            f"{where} cannot be opened or read ({error}): check that its folder exists and is allowed."
        )
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return ClosedError("This store is closed.")
    if "decode" in str(error):
        return StoreCorrupt(f"{where} holds text that is not UTF-8 ({error}): restore it from a backup.")
    return StoreError(f"{where}: {error} ({name or type(error).__name__}).")


def damages_connection(error: BaseException) -> bool:
    """Whether the connection should be thrown away after this error: what it believes may no longer be true."""
    return isinstance(error, sqlite3.Error) and _name_of(error).startswith(
        ("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FULL", "SQLITE_CANTOPEN")
    )


@contextmanager
def translation(where: str) -> Iterator[None]:
    """Raise ours in place of SQLite's errors and of values that cannot be read back."""
    try:
        yield
    except GraphmemError:
        raise
    except (sqlite3.Error, ValueError, OverflowError, KeyError, IndexError, TypeError) as error:
        raise translated(error, where) from error
