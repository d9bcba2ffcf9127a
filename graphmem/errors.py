"""Every error that graphmem raises, so that a caller can catch by kind and read what to do.

::

    GraphmemError
    ├── SettingsError (ValueError)          a setting is missing, unknown or of the wrong form
    │   ├── MissingExtra                    an optional package is not installed
    │   ├── MissingProgram                  a program that it takes, such as Java, is not on this machine
    │   └── InvalidOntology                 types or relations that contradict each other, or cannot be read
    ├── InputError (ValueError)             what the caller gave cannot be taken
    │   ├── ScopeRequired                   no user_id, agent_id or run_id
    │   ├── InvalidScope                    an id that is empty, not a string, or holds control characters
    │   ├── InvalidMessage                  no content, unknown role, wrong shape
    │   ├── InvalidText                     empty, NUL, lone surrogates, too long
    │   ├── InvalidMetadata                 not JSON, too deep, too large, a reserved key
    │   ├── KeyReused                       an idempotency key that was given before with another content
    │   ├── InvalidTriple                   a caller's triple lacks a part
    │   ├── InvalidFilter                   unknown operator, wrong field or type
    │   ├── InvalidTime                     a date that cannot be read or is out of range
    │   ├── InvalidVector                   NaN, infinite, zero or of the wrong length
    │   ├── QueryRefused                    an analyst's query that could write, read files, or run for ever
    │   └── ArchiveDamaged                  a backup that is cut off, changed, or none at all
    ├── NotFound (LookupError)              no such memory in this scope
    ├── Conflict *                          other writers kept changing the same memories
    │   └── TargetDiffers                   a copy or restore into a database that holds something else
    ├── StoreError                          the database
    │   ├── StoreUnavailable *              it cannot be opened or reached
    │   │   └── StoreMisplaced              not there: its folder is missing or closed, or its path is a folder's
    │   ├── StoreRefused                    the username, password or rights are not enough
    │   ├── StoreBusy *                     another writer held it for longer than the timeout
    │   ├── StoreFull                       no room left to write
    │   ├── StoreReadOnly                   it can be read and not written
    │   ├── StoreCorrupt                    not a graphmem database, or a damaged one
    │   ├── SchemaOutdated                  made by an older graphmem that cannot be brought up to date
    │   ├── SchemaTooNew                    made by a newer graphmem
    │   ├── SchemaDrift                     an applied migration is not the one in this release
    │   ├── QueryTimeout                    an analyst's query that was stopped at its limit of time or memory
    │   └── DimensionMismatch               the vectors inside come from another embedding model
    ├── ModelError                          an extractor, embedder or reranker
    │   ├── ExtractionFailed
    │   │   ├── AnswerMalformed *           a language model's answer could not be read, also when asked again
    │   │   └── AnswerDeclined              a language model would not answer
    │   ├── EmbeddingFailed
    │   ├── RerankingFailed                 told in a search's trace, never raised by it
    │   ├── ModelUnavailable *              its server cannot be reached, is silent, or cannot answer now
    │   │   └── RateLimited *               it was asked too often
    │   ├── ModelRefused                    its server does not take the request: no such model, too long
    │   │   └── ModelAccessDenied           the key, its rights or the account's credit are not enough
    │   └── BudgetExhausted                 no more calls or tokens for this request, or for this process
    └── ClosedError                         used after close()

``*`` marks the errors whose ``retryable`` is true: the same call may succeed later.
"""

from __future__ import annotations

import reprlib
from typing import ClassVar

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80


def quoted(given: object) -> str:
    """What a caller gave, as a message shows it: cut short, and a value that cannot be shown by its type."""
    try:
        return _SHORT.repr(given)
    except Exception:  # noqa: BLE001 - a message must not fail on what it complains of
        return f"<{type(given).__name__}>"


class GraphmemError(Exception):
    """The root of all errors here. ``retryable``: the same call may succeed later; ``code``: a stable name."""

    retryable: ClassVar[bool] = False

    @property
    def code(self) -> str:
        """A stable lower-snake name of the error, for logs and for the CLI's JSON."""
        name = type(self).__name__
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class SettingsError(GraphmemError, ValueError):
    """A setting is missing, unknown or of the wrong form."""


class MissingExtra(SettingsError):
    """An optional package is not installed; the message names the extra to install."""


class MissingProgram(SettingsError):
    """A program that it takes, such as Java or Maven, is not on this machine; the message says how to get it."""


class InvalidOntology(SettingsError):
    """An ontology names an unknown type, claims a predicate twice, or has a cardinality that cannot be."""


class InputError(GraphmemError, ValueError):
    """What the caller gave cannot be taken; nothing was written."""


class ScopeRequired(InputError):
    """None of user_id, agent_id and run_id was given."""


class InvalidScope(InputError):
    """A scope id is empty, too long, not a string, or holds control characters."""


class InvalidMessage(InputError):
    """A message has no content, an unknown role or the wrong shape."""


class InvalidText(InputError):
    """A text is empty, holds NUL or lone surrogates, or is too long."""


class InvalidMetadata(InputError):
    """Metadata is not JSON, is too deep or too large, or uses a reserved key."""


class KeyReused(InputError):
    """An idempotency key was given before, in the same scope, with another content."""


class InvalidTriple(InputError):
    """A triple given by the caller lacks a part or has one of the wrong type."""


class InvalidFilter(InputError):
    """A filter has an unknown operator, a field that cannot be filtered, or a value of the wrong type."""


class InvalidTime(InputError):
    """A date or time that cannot be read or is out of range."""


class InvalidVector(InputError):
    """A vector holds NaN or infinity, is all zero, or has the wrong length."""


class QueryRefused(InputError):
    """A query that could do more than read, or whose work cannot be bounded; nothing was run."""


class ArchiveDamaged(InputError):
    """A backup that is cut off, changed, of another version, or no backup at all."""


class NotFound(GraphmemError, LookupError):
    """No such memory exists in the given scope (the same answer whether it is missing or another scope's)."""


class Conflict(GraphmemError):
    """Other writers kept changing the same owner's memories; nothing was written."""

    retryable = True


class TargetDiffers(Conflict):
    """The database that a copy or restore goes into holds something else of the same owner."""

    retryable = False


class StoreError(GraphmemError):
    """The database failed; the failed write left nothing behind."""


class StoreUnavailable(StoreError):
    """The database cannot be opened or reached."""

    retryable = True


class StoreMisplaced(StoreUnavailable):
    """The database cannot be where its path says: the folder is missing or closed, or the path is a folder's own."""

    retryable = False


class StoreRefused(StoreError):
    """The server does not let this user in, or does not let him do what was asked."""


class StoreBusy(StoreError):
    """Another writer held the database for longer than the timeout, or a server could not do it in time."""

    retryable = True


class StoreFull(StoreError):
    """There is no room left to write."""


class StoreReadOnly(StoreError):
    """The database can be read and not written."""


class StoreCorrupt(StoreError):
    """The file is not a graphmem database, or it is damaged."""


class SchemaOutdated(StoreError):
    """The database was made by an older graphmem and cannot be brought up to date as it stands."""


class SchemaTooNew(StoreError):
    """The database was made by a newer graphmem."""


class SchemaDrift(StoreError):
    """A migration recorded in the database is not the one that this release carries."""


class DimensionMismatch(StoreError):
    """The database holds vectors of another embedding model or dimension."""


class QueryTimeout(StoreError):
    """A query was stopped at its limit of time or memory; it read only, so nothing has changed."""


class ModelError(GraphmemError):
    """An extractor, embedder or reranker failed; nothing was written."""


class ExtractionFailed(ModelError):
    """The extractor could not read the text."""


class AnswerMalformed(ExtractionFailed):
    """A language model's answer was cut off, empty, too long or of another form, also when it was asked again."""

    retryable = True


class AnswerDeclined(ExtractionFailed):
    """A language model, or the filter before it, would not answer."""


class EmbeddingFailed(ModelError):
    """The embedder failed or gave vectors that cannot be used."""


class RerankingFailed(ModelError):
    """The reranker gave no scores, or none that can be used: the search answers without it and says so."""


class ModelUnavailable(ModelError):
    """A model's server cannot be reached, is silent, breaks off, or says that it cannot answer now.

    `retry_after`: the seconds after which it wants to be asked again, where it said so.
    """

    retryable = True

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimited(ModelUnavailable):
    """A model's server was asked more often than it lets this key ask."""


class ModelRefused(ModelError):
    """A model's server does not take the request: it has no such model, or the request is too long or of another form.

    `of_form`: what it said speaks of the form in which the answer was wanted, so that another form may do.
    """

    def __init__(self, message: str = "", *, of_form: bool = False) -> None:
        super().__init__(message)
        self.of_form = of_form


class ModelAccessDenied(ModelRefused):
    """The key for a model's server is missing or wrong, or its rights or the account's credit are not enough."""


class BudgetExhausted(ModelError):
    """The calls or tokens that a request, or this process, may spend on models are spent, or would be."""


class ClosedError(GraphmemError):
    """The memory was used after close()."""
