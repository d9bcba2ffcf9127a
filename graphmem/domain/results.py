"""What the public methods return: plain objects that print well and turn into JSON with `model_dump(mode="json")`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, computed_field

from graphmem.domain.change import ChangeSet
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.ingest import Ingest, IngestState
from graphmem.domain.memory import Event, MemoryRecord
from graphmem.domain.sameness import SameStatus
from graphmem.domain.triple import Dropped
from graphmem.domain.usage import Usage

Item = TypeVar("Item")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Decision(_Value):
    """What was done with one statement, and by which rule.

    `action`: ADD for a fact that is new (or new again), UPDATE where it closed others, NOOP where it was known and gained
    support, DELETE where a correction took `fact` back as never having been so. `fact`: the one that the statement says (for
    DELETE, the one taken back), as it was decided on; `closed`: the facts that it closed or took back, as they were before.
    """

    fact: Fact
    action: Event
    rule: str
    closed: tuple[Fact, ...] = ()


class AddedMemory(_Value):
    """What one message or passage became.

    `event`: ADD for new words, NOOP for words already remembered in this scope, UPDATE where what it says closed an
    older fact (listed in `superseded`). `facts`: those that it supports. `reason`: the rule that decided. `decisions`: what
    was done with each statement that was read from it, in order; a correction is told in two.
    """

    id: str
    memory: str
    event: Event
    facts: tuple[Fact, ...] = ()
    superseded: tuple[Fact, ...] = ()
    reason: str = ""
    decisions: tuple[Decision, ...] = ()


class AddReceipt(_Value):
    """What the commit of an `add` wrote. `version` counts the commits to this owner's graph; `seconds` is wall time by stage.

    `usage`: what models behind an address cost for this commit, which in `add_many` is that of a batch. `dropped`: what was
    stated of this item's texts and not kept, since the texts do not vouch for it, or of a statement of this item by the adviser.
    `adviser`: who was asked what this commit's statements do to known facts, or ``failed: …``: then the rules alone decided;
    empty where there was nothing to ask.
    `ingest_id`: under which an add with a key, or one that was put off, is followed up, and its `state`; `repeated`: it was added
    before under this key, and nothing was read or written now.
    """

    episode_ids: tuple[str, ...]
    version: int
    written: dict[str, int] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)
    usage: Usage = Usage()
    dropped: tuple[Dropped, ...] = ()
    adviser: str = ""
    ingest_id: str | None = None
    state: IngestState = "done"
    repeated: bool = False


class Failure(_Value):
    """Why an item of an `add_many` was not added: the error's `code` and `message`; `retryable`: the same item may be added later."""

    code: str
    message: str
    retryable: bool = False


class AddResult(_Value):
    """The outcome of an `add`, a result for each memory in the order given. `changes`: what a dry run would have written,
    without vectors; its text is a summary. Ids in it are those of this run: the add itself makes others. `error`: why an item
    was not added, in an `add_many` that collects errors."""

    results: tuple[AddedMemory, ...]
    receipt: AddReceipt
    changes: ChangeSet | None = None
    error: Failure | None = None

    def __iter__(self) -> Iterator[AddedMemory]:  # type: ignore[override]
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)


class Source(_Value):
    """Where something stands: characters `span_start:span_end` of memory `memory_id`, quoted, and the episode it came in."""

    memory_id: str
    episode_id: str
    quote: str
    span_start: int
    span_end: int


class Step(_Value):
    """One step of a path from memory to memory.

    `kind`: ``about`` (the first names `entity`, the second is about it), ``shared`` (both name it), ``fact`` (a fact that the
    first says leads to `entity`, and one of the second on from it), ``next`` (neighbours in one conversation). `sentence` is the
    text that names the entity; `fact` a fact read from it, where there is one.
    """

    kind: str
    source_id: str
    target_id: str
    entity: str = ""
    sentence: str = ""
    fact: Fact | None = None

    def __str__(self) -> str:
        via = str(self.fact) if self.fact else f"“{self.sentence}”" if self.sentence else "next in the conversation"
        return f"{via}  ⟶  {self.entity}" if self.entity else via


class Hit(_Value):
    """One memory found.

    `score_parts` add up to `score`; `path` leads here from a memory that answers better than this one does alone (empty
    where there is none), and `seed` is the id of the memory that it starts from, else of this one; `sources` quotes
    the sentences on that path and the memory itself; `facts` are the facts that it supports, the current ones unless the
    search asked for others.
    """

    memory: MemoryRecord
    score: float
    score_parts: dict[str, float]
    path: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()
    facts: tuple[Fact, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def seed(self) -> str:
        """The id of the memory that the path starts from; this one's own where there is no path."""
        return self.path[0].source_id if self.path else self.memory.id


class Trace(_Value):
    """How a search went.

    * `seeds`: ids of the memories that the first hop started from; `named`: the entities that the question names.
    * `nearness`: cosine of the memory nearest to the question, which all parts of the scores but the ranking factors are times.
    * `links`: ways looked at, by kind; `counts`: `candidates` in the running, `hops` made, `calls` to the store.
    * `suppressed`: memories that a crowded entity would have led to besides, by its id; `names`: the names of those
      entities, of the most crowded ones if there are many.
    * `left_out`: what else was passed over, where there is any: `outdated` memories put further down, their `retired_facts`,
      hits `below_threshold`, `links` beyond the budget, `chains` of facts beyond the best, `crowded` entities that chains do
      not go through for their facts are too many, `characters` of a question beyond the first 2,000, `values` (numbers,
      dates) that the question names.
    * `exhausted`: budgets that were used up (``hops``, ``fanout``, ``edges``, ``seconds``): more would have been looked at.
    * `reranker`: its name, or ``failed: …``, then the order is the one without it; empty where there is none.
    * `seconds`: wall time by stage.
    """

    seeds: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    nearness: float = 1.0
    links: dict[str, int] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)
    suppressed: dict[str, int] = Field(default_factory=dict)
    names: dict[str, str] = Field(default_factory=dict)
    left_out: dict[str, int] = Field(default_factory=dict)
    exhausted: tuple[str, ...] = ()
    reranker: str = ""
    seconds: dict[str, float] = Field(default_factory=dict)


class SearchResult(_Value):
    """Hits, best first; `facts` and `entities` are those of the hits, each once; iterating gives the hits."""

    hits: tuple[Hit, ...]
    facts: tuple[Fact, ...] = ()
    entities: tuple[Entity, ...] = ()
    trace: Trace = Trace()

    def __iter__(self) -> Iterator[Hit]:  # type: ignore[override]
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


class Page(_Value, Generic[Item]):
    """Some of many. `total` counts all; give `next_cursor` to the next call to go on (None at the end)."""

    items: tuple[Item, ...]
    total: int
    next_cursor: str | None = None

    def __iter__(self) -> Iterator[Item]:  # type: ignore[override]
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class SamePair(_Value):
    """Two entities that may be one thing, are, or are not. Where they are, `entity` gives the name that stands for both, as long
    as it is not itself joined to another (`Entity.same_as`). `score`, 0 to 1, and `reason`: how much spoke for it and what, or
    why it was decided so; `decided_by`: who decided, None where a rule did or nobody was named."""

    id: str
    entity: Entity
    other: Entity
    status: SameStatus
    score: float
    reason: str
    decided_by: str | None = None
    decided_at: datetime


class FactPath(_Value):
    """A chain of facts from one entity to another, each sharing an entity with the next."""

    entities: tuple[str, ...]
    facts: tuple[Fact, ...]

    def __str__(self) -> str:
        return "  ·  ".join(str(fact) for fact in self.facts)


class TimelineEntry(_Value):
    """A fact in the life of an entity.

    `since` and `until` are when it held in the world: `until` is None while it does, and for a fact that was taken back.
    `state`: ``current``, ``ended`` (its time is over), ``superseded`` (`superseded_by` closed it) or ``retracted`` (taken back).
    `supersedes`: facts of the same entity that it closed. `sources`: the words that say it.
    """

    fact: Fact
    since: datetime
    until: datetime | None = None
    state: Literal["current", "ended", "superseded", "retracted"]
    superseded_by: Fact | None = None
    supersedes: tuple[Fact, ...] = ()
    sources: tuple[Source, ...] = ()

    def __str__(self) -> str:
        until = f" to {self.until:%Y-%m-%d}" if self.until else ""
        return f"{self.since:%Y-%m-%d}{until}  {self.fact}"


class Deleted(_Value):
    """What a delete took away, counted by kind (memories, facts, entities, episodes …)."""

    removed: dict[str, int]


class Worked(_Value):
    """What a worker did: the ingests that it began, as it left them, and what models cost. Where there were none:
    how many wait (`waiting`), and how many another worker has begun (`working`), which others may take over after `until`."""

    ingests: tuple[Ingest, ...] = ()
    usage: Usage = Usage()
    waiting: int = 0
    working: int = 0
    until: datetime | None = None

    def __iter__(self) -> Iterator[Ingest]:  # type: ignore[override]
        return iter(self.ingests)

    def __len__(self) -> int:
        return len(self.ingests)


class Stats(_Value):
    """How much there is. With a scope, what it sees; without one, the whole store."""

    memories: int
    facts: int
    entities: int
    episodes: int
    store: str
    embedder: str
    dimension: int
