"""Errors as a shell sees them: an exit code, and one line (or JSON object) on standard error that says what to do."""

from __future__ import annotations

import json
import sys

from graphmem.errors import (
    Conflict,
    GraphmemError,
    InputError,
    ModelError,
    NotFound,
    ScopeRequired,
    SettingsError,
    StoreError,
)
from graphmem.service.cli.wording import in_options

UNEXPECTED, USAGE, MISSING, STORE, MODEL = 1, 2, 3, 4, 5
"""Exit codes; 0 is success. USAGE is also input that cannot be taken."""

CODES: tuple[tuple[type[GraphmemError], int], ...] = (
    (SettingsError, USAGE),
    (InputError, USAGE),
    (NotFound, MISSING),
    (StoreError, STORE),
    (Conflict, STORE),
    (ModelError, MODEL),
)
ISSUES = "If it happens again, report it with this text, what you ran, and `graphmem --version`."


def exit_code(error: BaseException) -> int:
    """The exit code that belongs to an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), UNEXPECTED)


def tell(error: Exception, as_json: bool) -> int:
    """Say what went wrong on standard error and return the exit code. Never a traceback."""
    if isinstance(error, GraphmemError):
        name, retryable, message = error.code, error.retryable, str(error)
        if isinstance(error, ScopeRequired):
            message = "Say whose memories are meant: -u USER, -a AGENT or -r RUN (together they mean all of them)."
        message = in_options(message)
    else:
        detail = " ".join(str(error).split())[:300]
        name, retryable, message = "unexpected", False, f"{type(error).__name__}: {detail}. {ISSUES}"
    say(name, message, retryable, as_json)
    return exit_code(error)


def say(code: str, message: str, retryable: bool, as_json: bool) -> None:
    """Print one error: ``{"error": …, "message": …, "retryable": …}``, or a line that starts with ``Error:``."""
    from graphmem.service.cli.screen import visible

    if as_json:
        text = json.dumps({"error": code, "message": message, "retryable": retryable})
    else:
        text = f"Error: {visible(message)}" + (" (The same command may succeed later.)" if retryable else "")
    sys.stderr.write(text + "\n")
