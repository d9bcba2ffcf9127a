"""An `add` that is followed up: under a key of the caller's it happens once, and what it puts off is done later."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from graphmem.domain.scope import Scope

IngestState: TypeAlias = Literal["pending", "working", "done", "failed"]
INGEST_STATES: tuple[IngestState, ...] = get_args(IngestState)
OPEN_STATES: tuple[IngestState, ...] = ("pending", "working")
"""What still has to be done."""


class Ingest(BaseModel):
    """What became of one `add` that was given a key, or put off.

    * `key`: the caller's, None where he gave none; no two of one scope are equal. `content`: a digest of what was given, by
      which another content under the same key is told.
    * `memory_ids`: the memories that it made or repeated, in order; those that were deleted since are left out, and with the
      last of them the ingest itself goes. `episode_id`: where its messages are, None when all was remembered already.
    * `state`: ``pending`` (its facts are still to be read), ``working`` (by `claimed_by`, until `due_at`), ``done``,
      ``failed`` (`error` says why; it can be tried again). `unread`: the memories whose facts are still to be read.
    * `attempts`: how often it was begun; `due_at`: when it may be begun, or taken over; `note`: what was passed over.
    * `said_at`: when the caller says that it was said; `prompt`: what he wished of a model that reads; both
      are kept until that is done.
    * `revision` counts its changes: a store takes a change only of the one before it, so that no two workers do one ingest.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    scope: Scope
    key: str | None = None
    content: str = ""
    episode_id: str | None = None
    memory_ids: tuple[str, ...] = ()
    state: IngestState = "done"
    unread: tuple[str, ...] = ()
    said_at: datetime | None = None
    prompt: str | None = None
    attempts: int = 0
    error: str = ""
    note: str = ""
    added_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    claimed_by: str | None = None
    revision: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN_STATES

    def _next(self, now: datetime, **changed: Any) -> Ingest:
        cleared = {"error": "", "due_at": None, "updated_at": now, "revision": self.revision + 1}
        return self.model_copy(update={**cleared, **changed})

    def claimed(self, worker: str, now: datetime, until: datetime) -> Ingest:
        """As a worker begins it; after `until` another may take it over."""
        began = {"state": "working", "claimed_by": worker, "attempts": self.attempts + 1, "due_at": until}
        return self._next(now, error=self.error, **began)

    def renewed(self, now: datetime, until: datetime) -> Ingest:
        """As a worker that is still at it leaves it in between: nobody takes it over before `until`."""
        return self._next(now, error=self.error, due_at=until)

    def done(self, now: datetime, note: str = "") -> Ingest:
        """As a worker leaves it when its facts are written: what it took to read them is kept no longer."""
        return self._next(now, state="done", unread=(), said_at=None, prompt=None, note=note)

    def put_back(self, now: datetime, due_at: datetime, error: str, *, begun: bool = True) -> Ingest:
        """As a worker leaves it that could not do it now. `begun`: the attempt counts."""
        attempts = self.attempts if begun else self.attempts - 1
        return self._next(now, state="pending", due_at=due_at, error=error, attempts=attempts)

    def failed(self, now: datetime, error: str) -> Ingest:
        """As a worker leaves it that could not do it at all."""
        return self._next(now, state="failed", error=error)

    def again(self, now: datetime) -> Ingest:
        """A failed one, to be tried again from the beginning."""
        return self._next(now, state="pending", due_at=now, attempts=0, error=self.error)

    def succeeds(self, there: Ingest) -> bool:
        """Whether this is a later state of `there`, and not one that somebody else came before."""
        return self.revision > there.revision

    def is_claim_of(self, mine: Ingest) -> bool:
        """Whether this is the claim that `mine` is, of the same worker's same attempt, however often it was renewed."""
        claim = (self.id, self.state, self.claimed_by, self.attempts)
        return claim == (mine.id, "working", mine.claimed_by, mine.attempts) and self.revision >= mine.revision

    def repeats(self, there: Ingest) -> bool:
        """Whether this state is what is there already."""
        return (self.revision, self.state, self.claimed_by) == (there.revision, there.state, there.claimed_by)


class IngestSelection(BaseModel):
    """Ingests in the order of their ids, which is that of their coming, a page at a time; `after`: the id that the page before
    ended with. Without a `scope`, everybody's; `ids` and `states` restrict."""

    model_config = ConfigDict(frozen=True)

    scope: Scope | None = None
    ids: tuple[str, ...] | None = None
    states: tuple[IngestState, ...] = INGEST_STATES
    limit: int = 100
    after: str | None = None
