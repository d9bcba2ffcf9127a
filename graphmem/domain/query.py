"""Questions to a store, as data. Every one carries its scope, so that a store cannot be asked without one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from graphmem.domain.filter import Filter
from graphmem.domain.sameness import SameStatus
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Vector

NodeKind: TypeAlias = Literal["memory", "fact", "entity"]
LinkKind: TypeAlias = Literal["about", "shared", "next"]
MOST_ENDS = 2_000
"""An entity at the end of more facts than this is a hub: what is told of everything says little."""
MOST_NEIGHBOURS = 25
"""So many neighbours of an entity are told to whoever has to know what it is."""
MOST_TELLERS = 3
"""So many memories are named for a fact, however many say it."""


class View(BaseModel):
    """Which of the rows in scope count, by time.

    By default what is current at `now`: not retired, not expired, and with `valid_to` absent or after `now`.
    `as_of` asks what held in the world at that moment, as far as is known today: `valid_from` absent or not after it,
    `valid_to` absent or after it; a row that was retired without a `valid_to` (taken back, not outdated) does not count.
    `include_retired` drops all of these conditions but expiry: a row whose `expires_at` is `now` or earlier is never
    returned. A fact expires when the last of the memories that support it does.
    """

    model_config = ConfigDict(frozen=True)

    now: datetime
    as_of: datetime | None = None
    include_retired: bool = False


class VectorProbe(BaseModel):
    """The `limit` rows of `kind` nearest to `vector` (float32 [dimension], unit length) by cosine; ties by id.

    `filter` applies to memories only. Entities count when something visible in the scope names them.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    scope: Scope
    kind: NodeKind
    vector: Vector
    limit: int
    view: View
    filter: Filter | None = None


class TextProbe(BaseModel):
    """The `limit` memories that match `text` best by BM25, any of its words; ties by id. A memory's speaker (`actor_id`) is
    part of its words.

    The statistics behind the score (document frequency, mean length, count) are those of the scope's owner alone:
    another owner's rows never move a score. With `phrase`, only memories that hold the words of `text` side by side.
    """

    model_config = ConfigDict(frozen=True)

    scope: Scope
    text: str
    limit: int
    view: View
    filter: Filter | None = None
    phrase: bool = False


class Frontier(BaseModel):
    """Take one step in the graph from these memories and entities; see `subgraph.Subgraph` for what comes back.

    `vector`: the question; cosines to it are computed beside the data. `fanout`: at most so many memories for one
    entity, kind of link and source, the nearest to the question first, ties by id; what is left out is counted in
    `Subgraph.suppressed`. `entities`: ``shared`` links lead through at most so many of the entities that a memory names,
    those in the sentences nearest to the question, ties by id: the rest would join everything with everything, and are not
    counted. `filter` restricts the memories that links lead to and that tell facts, not those that links start from.
    `subjects`: entity ids; the facts that have one of these at either end are wanted, at most `facts` for each entity, the
    nearest to the question first, ties by id, and each with the latest MOST_TELLERS of the memories that say it. An entity
    with more than MOST_ENDS facts, seen or not, is not asked for its own, and is told in `Subgraph.crowded`.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    scope: Scope
    view: View
    vector: Vector
    memory_ids: tuple[str, ...] = ()
    entity_ids: tuple[str, ...] = ()
    fanout: int = 60
    entities: int = 8
    kinds: frozenset[LinkKind] = frozenset({"about", "shared", "next"})
    filter: Filter | None = None
    subjects: tuple[str, ...] = ()
    facts: int = 50


class SeedProbe(BaseModel):
    """All that a search asks first, in one call, so that a server is asked once: see `subgraph.Seeds` for the answers.

    * `vector`, `text`: the question, for a VectorProbe and a TextProbe over memories with the same scope, view, filter and
      `limit`.
    * `keys`: normalised names in the question; the entities that bear them are returned, as `GraphStore.entities` gives
      them for the same scope, and the ``about`` links out of each that is not of type ``value``: a Frontier of these
      entities, with the same scope, view, filter and `fanout`.
    * `facts`: with more than 0, also at most so many facts of each of these, as that Frontier's `subjects`.

    The ``next`` links out of every memory that either probe found, or such an ``about`` link leads to, come with them.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    scope: Scope
    view: View
    vector: Vector
    text: str
    limit: int
    filter: Filter | None = None
    keys: tuple[str, ...] = ()
    fanout: int = 500
    facts: int = 0


class NameProbe(BaseModel):
    """Where in an owner's entities those may be that have a name like this one, by their keys.

    * `key`: the name's own; none of the rest is looked for where an entity bears it, as its key or that of an alias.
    * `exact`: other forms, looked up as they are. `heads`: beginnings of keys.
    * `last`: the last word of keys that begin with one of `letters` (with anything, where that is empty).
    """

    model_config = ConfigDict(frozen=True)

    key: str
    exact: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    last: str = ""
    letters: tuple[str, ...] = ()


class SameSelection(BaseModel):
    """Pairs of entities of which something is said, in id order, a page at a time: those whose two entities words in the
    scope name. `id` asks for one pair; `after`: the id that the page before ended with."""

    model_config = ConfigDict(frozen=True)

    scope: Scope
    statuses: tuple[SameStatus, ...] = ("candidate",)
    id: str | None = None
    limit: int = 100
    after: str | None = None


class Between(BaseModel):
    """Facts between two things, from either side, by the keys of their names."""

    model_config = ConfigDict(frozen=True)

    one: str
    other: str
    predicates: tuple[str, ...]


class Inquiry(BaseModel):
    """All that deciding on a write has to know, asked in one call and answered from one moment: see `subgraph.Standing`.

    * `scope`: where the write goes; but for the twins, everything is asked of its owner, whatever the agent or run.
    * `now`: expired memories and facts do not count; facts are wanted whatever their time otherwise.
    * `keys`: normalised names: the entities that bear them are wanted, whatever names them, as `GraphStore.entities` says.
    * `predicates`: of the facts that are wanted with these entities as subject, all that there are.
    * `turned`: of the facts that are wanted with these entities as object, all that there are.
    * `between`: facts that are wanted where they join two of these entities, which bear the two keys (of `keys`), in either
      direction: however many others the two have, these are few.
    * `facts`: ids of facts that are wanted besides, with the memories that support them, retired or not.
    * Of the facts in `between` and `facts`, those that they superseded are wanted, too.
    * `closable`: predicates whose facts a write can close: the memories that support such facts, of those wanted, retired or
      not, are wanted too.
    * `hashes`: `MemoryRecord.hash` values; current memories of exactly `scope` that have one are twins of what is written.
    * `names`: for each, at most `near` entities of each of its ways to look, in order of their keys, are wanted too.
    * `phrases`: names that may be new: for each that none of the wanted entities bears (its `entity_key` is neither the
      entity's key nor that of one of its aliases), the `late` memories that a TextProbe with `phrase` finds now are wanted.
    """

    model_config = ConfigDict(frozen=True)

    scope: Scope
    now: datetime
    keys: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    between: tuple[Between, ...] = ()
    facts: tuple[str, ...] = ()
    closable: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    late: int = 50
    names: tuple[NameProbe, ...] = ()
    near: int = 40


class Selection(BaseModel):
    """Rows of one kind in id order, a page at a time. `after`: the id that the page before ended with.

    For facts, `subjects`, `predicates` and `objects` restrict to entity ids and predicates, and `memory_ids` to facts
    that these memories support; for entities, `memory_ids` restricts to those that these memories name.
    `filter` applies to memories only. `descending` gives the newest first. `exactly`, of memories: only those of the very same
    user, agent and run, where an id that is not given is absent in the row, too.
    """

    model_config = ConfigDict(frozen=True)

    scope: Scope
    kind: NodeKind
    view: View
    limit: int = 100
    after: str | None = None
    descending: bool = False
    exactly: bool = False
    filter: Filter | None = None
    subjects: tuple[str, ...] | None = None
    predicates: tuple[str, ...] | None = None
    objects: tuple[str, ...] | None = None
    memory_ids: tuple[str, ...] | None = None
    hashes: tuple[str, ...] | None = None
    """For memories: `MemoryRecord.hash` values."""
