"""Turns what the driver and the server raise into this package's errors, once, so that no caller meets a driver's class."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import (
    Conflict,
    DimensionMismatch,
    GraphmemError,
    SettingsError,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreRefused,
    StoreUnavailable,
)

_CLIENT, _TRANSIENT = "Neo.ClientError.", "Neo.TransientError."
_TOO_MUCH = (
    "the transaction needs more memory than the server allows: write less at once, or raise db.memory.transaction.max"
)
_READ_ONLY = "the database is read-only"
_TOO_LONG = (
    "it took longer than a transaction may, and nothing was written: try again when the server has less to do, or others hold "
    "these rows no longer; for less at once, or in a narrower scope"
)
_BY_CODE: tuple[tuple[str, type[GraphmemError], str], ...] = (
    (_CLIENT + "Security.Unauthorized", StoreRefused, "the username or password is wrong (NEO4J_USERNAME, NEO4J_PASSWORD)"),
    (_CLIENT + "Security.AuthenticationRateLimit", StoreRefused, "too many wrong passwords: wait, then give the right one"),
    (_CLIENT + "Security.CredentialsExpired", StoreRefused, "the password has expired: set a new one on the server"),
    (_CLIENT + "Security.Forbidden", StoreReadOnly, "this user may not do that: it takes the right to write, and to make indexes"),
    (_CLIENT + "Security", StoreRefused, "the server does not let this user do that"),
    (_CLIENT + "Database.DatabaseNotFound", SettingsError, "there is no such database: set NEO4J_DATABASE to one that is there"),
    (_CLIENT + "General.WriteOnReadOnlyAccessDatabase", StoreReadOnly, _READ_ONLY),
    (_CLIENT + "General.ForbiddenOnReadOnlyDatabase", StoreReadOnly, _READ_ONLY),
    (_CLIENT + "Statement.AccessMode", StoreReadOnly, "the connection may only read"),
    (_CLIENT + "Schema.ConstraintValidationFailed", Conflict, "another writer made the same row at the same moment: do it again"),
    (_CLIENT + "Transaction.TransactionTimedOut", StoreBusy, _TOO_LONG),
    (_CLIENT + "Transaction.LockClientStopped", StoreBusy, _TOO_LONG),
    (_CLIENT + "Transaction.Terminated", StoreBusy, "the transaction was ended at the server: try again"),
    (_TRANSIENT + "General.MemoryPoolOutOfMemoryError", StoreFull, _TOO_MUCH),
    (_TRANSIENT + "General.TransactionMemoryLimit", StoreFull, _TOO_MUCH),
    (_TRANSIENT + "General.TransactionOutOfMemoryError", StoreFull, _TOO_MUCH),
    (_TRANSIENT + "General.OutOfMemoryError", StoreFull, "the server is out of memory"),
    (_TRANSIENT + "General.DatabaseUnavailable", StoreUnavailable, "the database is not up (yet): try again"),
    (_TRANSIENT + "Transaction.DeadlockDetected", StoreBusy, "other writers held the same rows for longer than the retry time"),
    (_TRANSIENT, StoreBusy, "the server could not do it now: try again"),
)  # fmt: skip
"""By the beginning of the server's code, the first that fits."""
_NO_PASSWORD = "NEO4J_PASSWORD is not set, and this server asks for one"


@contextmanager
def translation(address: str, with_password: bool) -> Iterator[None]:
    """Raise what the driver raises as StoreError kinds, SettingsError or Conflict; `address` holds no password.

    `with_password`: whether one was given, so that one that is missing is not called wrong.
    """
    from neo4j import exceptions as driver

    try:
        yield
    except driver.Neo4jError as error:
        raise _of_server(error, address, with_password) from error
    except (driver.ServiceUnavailable, driver.SessionExpired, driver.IncompleteCommit) as error:
        raise StoreUnavailable(_away(error, address)) from error
    except driver.ConfigurationError as error:
        raise SettingsError(f"The Neo4j address {address} cannot be used ({_short(error)}).") from error
    except driver.DriverError as error:
        raise StoreError(f"The Neo4j driver failed at {address} ({type(error).__name__}: {_short(error)}).") from error
    except OSError as error:
        raise StoreUnavailable(_away(error, address)) from error


def _away(error: Exception, address: str) -> str:
    return f"The Neo4j server at {address} cannot be reached ({_reason(error)}): see `graphmem neo4j status`, or check NEO4J_URI."


def _reason(error: BaseException) -> str:
    """What the system says of a connection that failed; the driver wraps it in its own words, with the address in each."""
    if isinstance(error, OSError):
        # A number below zero, or of TLS, is not one of the system's.
        known = type(error).__module__ == "builtins" and error.errno in errno.errorcode
        return (
            os.strerror(error.errno) if known and error.errno else error.strerror or str(error) or "no answer in time"
        )
    causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__ or error.__context__,)
    return _reason(causes[0]) if causes[0] is not None else _short(error)


def _of_server(error: Exception, address: str, with_password: bool) -> Exception:
    code = str(getattr(error, "code", "") or "")
    message = str(getattr(error, "message", "") or error)
    if "dimension" in message.lower() and "vector" in message.lower():
        return DimensionMismatch(f"The Neo4j server at {address} holds vectors of another length ({_short(error)}).")
    for start, kind, advice in _BY_CODE:
        if code.startswith(start):
            if not with_password and start.endswith(".Unauthorized"):
                advice = _NO_PASSWORD
            return kind(f"Neo4j at {address}: {advice} ({_short(error)}).")
    return StoreError(f"Neo4j at {address} refused ({code or type(error).__name__}): {_short(error)}.")


def _short(error: BaseException) -> str:
    # A server's error says in `message` what its `str` frames with codes; in a driver's own it is one text for all.
    told = getattr(error, "message", None) if hasattr(error, "code") else None
    text = " ".join(str(told or error).split())
    return text[:297] + "…" if len(text) > 298 else text or type(error).__name__
