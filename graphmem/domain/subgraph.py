"""What a store gives back: rows and scores, no judgement."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.ingest import Ingest
from graphmem.domain.memory import MemoryRecord, Sentence
from graphmem.domain.sameness import SameAs

Row = TypeVar("Row", MemoryRecord, Fact, Entity, Ingest)


class Scored(NamedTuple):
    """A row's id and its score: cosine for vector probes, BM25 for text probes."""

    id: str
    score: float


class Link(NamedTuple):
    """One way from memory `source` to memory `target` in one step.

    * kind ``about``: `source` names entity `entity_id` in its sentence number `sentence`, and `target` is about it. Where
      several sentences name it, the one nearest to the question counts, the first of equals.
    * kind ``shared``: both name `entity_id`.
    * `source` is empty where the entity was itself in the frontier: kind ``about`` for the memories that are about it,
      kind ``mentions`` for those that name it.
    * kind ``next``: `target` came right before or after `source` in the same run, or where there is no run in the same
      episode (`entity_id` is empty).

    A search makes links of kind ``fact`` itself, along the chains of facts that it walks.

    `link_cosine`: the question to the sentence of `source` that names the entity (to `source` itself for ``next``, 0
    where the source is empty); `target_cosine`: the question to the target; `entity_target_cosine` and `entity_cosine`: the
    entity's vector to the target and to the question, from which the cosine of question + entity to the target
    follows without another model call. `entity_degree`, of ``shared`` and ``mentions``: how many visible memories name the
    entity. A cosine to a row without a vector is 0.
    """

    kind: str
    source: str
    target: str
    entity_id: str = ""
    sentence: int = -1
    link_cosine: float = 0.0
    target_cosine: float = 0.0
    entity_cosine: float = 0.0
    entity_target_cosine: float = 0.0
    entity_degree: int = 0


class Told(NamedTuple):
    """A fact that joins `subject_id` and `object_id`, and one of the memories that say it: `memory_id`, in its sentence number
    `sentence`."""

    fact_id: str
    subject_id: str
    subject: str
    predicate: str
    object_id: str
    object: str
    text: str
    negated: bool
    memory_id: str
    sentence: int


class Subgraph(BaseModel):
    """One step's worth of graph: the ways out of a frontier, and what is told of its `subjects`, by fact and memory.
    `suppressed`: memories left out by fan-out, by entity id (the most that any source of that entity lost, the kinds of link
    added up). `crowded`: those of the subjects that have too many facts to be asked for their own, by id."""

    model_config = ConfigDict(frozen=True)

    links: tuple[Link, ...] = ()
    told: tuple[Told, ...] = ()
    suppressed: dict[str, int] = Field(default_factory=dict)
    crowded: tuple[str, ...] = ()


class Gathered(BaseModel):
    """Whole rows by id, with what ties them together."""

    model_config = ConfigDict(frozen=True)

    memories: dict[str, MemoryRecord] = Field(default_factory=dict)
    facts: dict[str, Fact] = Field(default_factory=dict)
    entities: dict[str, Entity] = Field(default_factory=dict)
    episodes: dict[str, Episode] = Field(default_factory=dict)
    sentences: tuple[Sentence, ...] = ()
    supports: tuple[Support, ...] = ()
    mentions: tuple[Mention, ...] = ()


class WordCount(NamedTuple):
    """How long a memory is, in words, and how often each stem of the question stands in it."""

    length: int
    counts: tuple[int, ...]


class WordCounts(BaseModel):
    """What the BM25 of a text probe was computed from, so that it can be computed for several memories together.

    `idf`: of each stem of the question that the owner's memories hold, highest first, equals by stem; `mean_length`: words
    of a memory of the owner on average; `rows`: the memories that the probe found, `counts` in the order of `idf`.
    """

    model_config = ConfigDict(frozen=True)

    idf: tuple[float, ...] = ()
    mean_length: float = 0.0
    rows: dict[str, WordCount] = Field(default_factory=dict)


class Seeds(BaseModel):
    """What a SeedProbe finds: the entities that bear the names, by id; the rows of either probe, best first; the links out
    of those entities (``about``, the source empty) and then those out of the memories found (``next``), each as
    `GraphStore.expand` gives them. `words`: how the question's words stand in the rows that the text probe found. `actors`:
    who said each memory found or led to, by memory id, where somebody did. `told`: what is told of these entities, by fact
    and memory. `suppressed`, `crowded`: as in a Subgraph, of these entities."""

    model_config = ConfigDict(frozen=True)

    named: tuple[Entity, ...] = ()
    nearest: tuple[Scored, ...] = ()
    matching: tuple[Scored, ...] = ()
    words: WordCounts = WordCounts()
    actors: dict[str, str] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
    told: tuple[Told, ...] = ()
    suppressed: dict[str, int] = Field(default_factory=dict)
    crowded: tuple[str, ...] = ()


class Standing(BaseModel):
    """How things stand where a write is to go, read at one moment; `version` is the owner's then.

    `entities` bear one of the keys themselves (`Entity.same_as` is who stands for it by now); `facts` have one of them, or who
    stands for it, as subject and one of the predicates, or as object and one of the turned predicates, or join two of them as
    `between` wants it, or are asked for by id, or were superseded by one of these last two, all that there are, retired or not;
    both come by id. `near` are the entities that the names led to, `beside` by their ids some of the entities
    that facts in the write's scope join them with, `crowded` the keys of names that led to more than were wanted, `theirs` the
    ids of those near, or joined with one, that no words of exactly the write's agent and run name; none of them is a literal
    value. `unheard`: the ids of those entities that bear a key only as an alias, and that no words in the write's scope name.
    `twins` are the memories that the write would repeat and `supporters` those that say closable facts, each gathered as
    `GraphStore.fetch` does for the owner with retired rows included; `holders` are those that hold the phrases, gathered as it
    does without.
    """

    model_config = ConfigDict(frozen=True)

    version: int = 0
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    unheard: tuple[str, ...] = ()
    twins: Gathered = Gathered()
    supporters: Gathered = Gathered()
    holders: Gathered = Gathered()
    near: tuple[Entity, ...] = ()
    beside: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    crowded: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


class Pairs(BaseModel):
    """A page of what is said of pairs of entities, with both entities of each, by id: each by itself, with its own names and
    who stands for it. How many pairs there are in all, and the id to go on after (None at the end)."""

    model_config = ConfigDict(frozen=True)

    items: tuple[SameAs, ...] = ()
    entities: dict[str, Entity] = Field(default_factory=dict)
    total: int = 0
    next_after: str | None = None


class Rows(BaseModel, Generic[Row]):
    """A page of rows, how many there are in all, and the id to go on after (None at the end)."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Row, ...]
    total: int
    next_after: str | None = None
