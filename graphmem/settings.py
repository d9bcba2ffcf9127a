"""Everything that can be set, in one frozen value. `Settings.from_env` is the only reader of the environment."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from graphmem.errors import SettingsError, quoted

ENVIRONMENT = {
    "url": "GRAPHMEM_URL",
    "durability": "GRAPHMEM_DURABILITY",
    "busy_timeout": "GRAPHMEM_BUSY_TIMEOUT",
    "pipeline": "GRAPHMEM_PIPELINE",
    "extractor": "GRAPHMEM_EXTRACTOR",
    "ontology": "GRAPHMEM_ONTOLOGY",
    "llm_model": "GRAPHMEM_LLM_MODEL",
    "llm_prompt": "GRAPHMEM_LLM_PROMPT",
    "llm_temperature": "GRAPHMEM_LLM_TEMPERATURE",
    "llm_form": "GRAPHMEM_LLM_FORM",
    "reconciler": "GRAPHMEM_RECONCILER",
    "embedder": "GRAPHMEM_EMBEDDER",
    "embedding_model": "GRAPHMEM_EMBEDDING_MODEL",
    "embedding_dimension": "GRAPHMEM_EMBEDDING_DIMENSION",
    "openai_base_url": "OPENAI_BASE_URL",
    "openai_api_key": "OPENAI_API_KEY",
    "limits.seconds": "GRAPHMEM_MODEL_TIMEOUT",
    "limits.attempts": "GRAPHMEM_MODEL_ATTEMPTS",
    "limits.at_once": "GRAPHMEM_MODEL_CONCURRENCY",
    "limits.request_calls": "GRAPHMEM_REQUEST_CALLS",
    "limits.request_tokens": "GRAPHMEM_REQUEST_TOKENS",
    "limits.process_calls": "GRAPHMEM_PROCESS_CALLS",
    "limits.process_tokens": "GRAPHMEM_PROCESS_TOKENS",
    "rerank_url": "GRAPHMEM_RERANK_URL",
    "rerank_model": "GRAPHMEM_RERANK_MODEL",
    "rerank_key": "GRAPHMEM_RERANK_KEY",
    "rerank_timeout": "GRAPHMEM_RERANK_TIMEOUT",
    "neo4j_username": "NEO4J_USERNAME",
    "neo4j_password": "NEO4J_PASSWORD",
    "neo4j_database": "NEO4J_DATABASE",
}
"""Which variable sets which field; ``limits.seconds`` is `seconds` of `limits`."""
SERVER = "NEO4J_URI"
"""The variable that says where the graph lives when GRAPHMEM_URL does not: what Neo4j's own tools and Aura write."""
SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""The kinds of addresses of a Neo4j server; `+s` is encrypted, `+ssc` too with a certificate that nobody has signed."""
_MISTYPED = re.compile(
    r"(?P<scheme>(?:neo4j|bolt)(?:\+s|\+ssc)?)(?::|//|/(?=[^/]*:\d+/?$))/*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_HOST_AND_PORT = re.compile(r"(?:\[[0-9a-f:.]+\]|[\w.-]{2,}):\d{1,5}/?", re.IGNORECASE)
"""Two letters at least, for `C:` is a drive."""


def default_url() -> str:
    """The embedded store in the user's data folder, where the platform keeps such files."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return f"sqlite:///{folder / 'graphmem' / 'default.db'}"


class RecallWeights(BaseModel):
    """How much each kind of evidence counts in a search (docs/adr/0008-measures-of-a-hop.md has what was measured).

    * `semantic`, `keyword`: how well a memory answers by itself, by cosine and by BM25, each brought to 0…1.
    * `window`: the part of both that a memory with neighbours in a conversation gives up for BM25 over the turns around it.
    * `named`: being the only memory about an entity that the question names; of n such memories each has 1/n of it.
    * `speaker`, `topic`: being said by, or about, the one whom the question names, in a conversation.
    * `about`, `shared`, `next`: the part of its source's score that a link of this kind hands on at best.
    * `sharpness`: how fast that part falls with the cosine of the naming sentence to the question.
    * `coverage`: how much more a link hands on to a memory that says all of the question that its source does not.
    * `onward`: the part of that which each hop after the first still hands on.
    * `chain`: ending a chain of facts that accounts for all that the question says, from a name in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    semantic: float = Field(0.5, ge=0)
    keyword: float = Field(0.3, ge=0)
    named: float = Field(1.0, ge=0)
    about: float = Field(0.5, ge=0)
    shared: float = Field(0.65, ge=0)
    next: float = Field(0.1, ge=0)
    sharpness: float = Field(10.0, ge=0)
    coverage: float = Field(2.0, ge=0)
    onward: float = Field(0.7, ge=0, le=1)
    window: float = Field(0.5, ge=0, le=1)
    speaker: float = Field(0.3, ge=0)
    topic: float = Field(0.1, ge=0)
    chain: float = Field(6.0, ge=0)


class RankingFactors(BaseModel):
    """What counts besides the question: each a figure from 0 to 1 (feedback: −1 to 1), times its weight, added to the score.

    * `recency`: how new a memory is by what it tells of (`valid_from`): 1 for now, half for each `half_life` in days before.
    * `confidence`: how surely its facts were read, on average; a memory without current facts has none of it.
    * `feedback`: what people said of it (`Memory.feedback`); nothing where nobody did.
    * `rerank`: what the reranker says of it, if there is one, for the `rerank_depth` best memories.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    recency: float = Field(0.0, ge=0)
    half_life: float = Field(30.0, gt=0)
    confidence: float = Field(0.0, ge=0)
    feedback: float = Field(0.2, ge=0)
    rerank: float = Field(1.0, ge=0)
    rerank_depth: int = Field(30, ge=1, le=1_000)


class RecallBudget(BaseModel):
    """How much one search may look at. What a budget kept out is told in `SearchResult.trace`.

    * `hops`: at most so many, whatever the search asks for.
    * `beam`, `later_beam`: memories that the first hop, and each after it, starts from: few rather than many, since every one
      brings strangers along.
    * `fanout`: memories that a hop reaches through one entity; `named`: memories about one entity of the question;
      `facts`: facts of one entity that a chain of facts may cross.
    * `edges`: links looked at in all; the nearest to the question are kept.
    * `seconds`: no hop begins later than this after the search began; it answers with what there is then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    hops: int = Field(3, ge=0, le=3)
    beam: int = Field(5, ge=1, le=100)
    later_beam: int = Field(3, ge=1, le=100)
    fanout: int = Field(30, ge=1, le=10_000)
    named: int = Field(500, ge=1, le=10_000)
    facts: int = Field(50, ge=0, le=2_000)
    edges: int = Field(20_000, ge=0)
    seconds: float = Field(10.0, ge=0)


class ModelLimits(BaseModel):
    """How a model behind an address is asked, and how much it may cost (docs/models.md).

    * `seconds`: until one call is given up. `attempts`: calls for one answer, when the server is busy, breaks off or is silent;
      between them is a pause that doubles, drawn at random, or the one that the server asks for; if it asks for more than
      `longest_wait` seconds, none.
    * `at_once`: calls under way together; others wait for their turn, for `seconds`.
    * After `failures` calls in a row that failed, none is sent for `rest` seconds; then one is tried.
    * `answer_bytes`: an answer that is longer is given up.
    * `window`: characters of text that a language model reads in one call. `batch`: texts that are embedded in one call.
    * `request_calls`, `request_tokens`: of all kinds, in one `add`, or one batch of `add_many`.
      `process_calls`, `process_tokens`: the same of all that this process does with these settings. None is no limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seconds: float = Field(60.0, gt=0, le=3_600)
    attempts: int = Field(3, ge=1, le=10)
    longest_wait: float = Field(20.0, ge=0, le=600)
    at_once: int = Field(4, ge=1, le=100)
    failures: int = Field(5, ge=1)
    rest: float = Field(30.0, ge=0)
    answer_bytes: int = Field(4_000_000, ge=1_000)
    window: int = Field(24_000, ge=200)
    batch: int = Field(256, ge=1, le=2_048)
    request_calls: int | None = Field(200, ge=0)
    request_tokens: int | None = Field(2_000_000, ge=0)
    process_calls: int | None = Field(None, ge=0)
    process_tokens: int | None = Field(None, ge=0)


class Settings(BaseModel):
    """What a `Memory` is made of.

    * `url`: where the graph lives: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, a plain path, ``:memory:``, or a
      Neo4j server: ``neo4j://host:7687``, ``neo4j+s://…`` (encrypted, as Aura has it), ``bolt://…``. A name and password in
      it are taken out of it into the two fields below.
    * `neo4j_username`, `neo4j_password`, `neo4j_database`: how to enter that server, and which of its databases to use.
    * `durability`: ``full`` makes every acknowledged write survive a power cut; ``fast`` may lose the last ones then.
    * `busy_timeout`: seconds to wait for another writer, and for a server that answers and cannot do it yet; one that cannot
      be reached is told within 5.
    * `pipeline`: the name of an installed spaCy pipeline to extract with; None takes the bundled one.
    * `extractor`: ``rules`` reads facts offline, ``llm`` asks a language model (needs the `openai` extra); ``auto``, the default,
      takes the model if `llm_model` names one. `llm_prompt`: what it is told besides; `llm_temperature`: None leaves it to it;
      `llm_form`: the strictest form that it is asked to answer in: ``schema`` (structured output), ``json``, ``text``.
    * `reconciler`: ``rules``, or ``llm``: the model is asked besides, at most once an `add`, what new statements do to known facts
      where the rules are not certain; its word is weighed by the rules.
    * `ontology`: a JSON file with the types and relations that facts are held to (docs/ontology.md).
    * `embedder`: ``numpy`` or ``onnx`` (faster, needs the `onnx` extra), which give the same vectors, or ``openai``: a model
      behind an address, `embedding_model` with vectors of length `embedding_dimension`.
    * `openai_base_url`: the server of both, whoever it belongs to, if it speaks OpenAI's protocol; empty is OpenAI's own.
      `openai_api_key`: its key. `limits`: patience with it, and budgets.
    * `passage_length`: a longer text is remembered in pieces of at most so many characters.
    * `recall`: the weights of the kinds of evidence in a search; `factors`: those of what counts besides; `budget`: how
      much one search may look at.
    * `rerank_url`: an address that reads the best hits again and scores them: one that takes ``{query, documents}``, or, where
      it ends in ``/chat/completions``, a language model. `rerank_model`, `rerank_key`: what it wants to be told;
      `rerank_timeout`: seconds until a search answers without it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(default_factory=default_url)
    durability: Literal["full", "fast"] = "full"
    busy_timeout: float = Field(30.0, gt=0)
    pipeline: str | None = None
    extractor: Literal["auto", "rules", "llm"] = "auto"
    ontology: str = ""
    llm_model: str = ""
    llm_prompt: str = Field("", max_length=20_000)
    llm_temperature: float | None = Field(None, ge=0, le=2, allow_inf_nan=False)
    llm_form: Literal["schema", "json", "text"] = "schema"
    reconciler: Literal["rules", "llm"] = "rules"
    embedder: Literal["numpy", "onnx", "openai"] = "numpy"
    embedding_model: str = ""
    embedding_dimension: int | None = Field(None, ge=1, le=65_536)
    openai_base_url: str = ""
    openai_api_key: SecretStr = SecretStr("")
    limits: ModelLimits = ModelLimits()  # type: ignore[call-arg]
    passage_length: int = Field(2000, ge=200)
    recall: RecallWeights = RecallWeights()  # type: ignore[call-arg]
    factors: RankingFactors = RankingFactors()  # type: ignore[call-arg]
    budget: RecallBudget = RecallBudget()  # type: ignore[call-arg]
    rerank_url: str = ""
    rerank_model: str = ""
    rerank_key: SecretStr = SecretStr("")
    rerank_timeout: float = Field(5.0, gt=0, le=600)
    neo4j_username: str = Field("neo4j", min_length=1)
    neo4j_password: SecretStr = SecretStr("")
    neo4j_database: str = Field("neo4j", min_length=1)

    @model_validator(mode="after")
    def _credentials_apart(self) -> Self:
        """No password stays in the address, which is shown in statistics and in messages."""
        found = _credentials(self.url) if self.is_server else {}
        for field, value in found.items():
            object.__setattr__(self, field, value)
        self.model_fields_set.update(found)
        return self

    @property
    def asks_model(self) -> bool:
        """Whether facts are read by a language model."""
        return self.extractor == "llm" or (self.extractor == "auto" and bool(self.llm_model))

    @property
    def is_server(self) -> bool:
        """Whether the graph lives on a Neo4j server."""
        return self.url.partition("://")[0].lower() in SERVER_SCHEMES and "://" in self.url

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from the GRAPHMEM_… and NEO4J_… variables, defaults for the rest.

        Raises SettingsError for a value that does not fit.
        """
        source = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        for field, name in ENVIRONMENT.items():
            group, _, inner = field.rpartition(".")
            if source.get(name):
                (given.setdefault(group, {}) if group else given)[inner] = source[name]
        if source.get(SERVER):
            given.setdefault("url", source[SERVER])
        return cls.of(**given)

    @classmethod
    def of(cls, **values: object) -> Settings:
        """Settings from keyword values, with a SettingsError that names the field that does not fit."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            variable = f" (environment: {ENVIRONMENT[field]})" if field in ENVIRONMENT else ""
            secret = field.endswith(("password", "_key")) or first["type"] == "extra_forbidden"
            got = "" if secret else f"; got {quoted(first.get('input'))}"
            raise SettingsError(f"Setting {field}{variable}: {first['msg']}{got}.") from (None if secret else error)


def settings_of(target: str | Settings | None) -> Settings:
    """The settings that were given, or those of the environment, with this address if it is one. Raises SettingsError."""
    if target is not None and not isinstance(target, str | Settings):
        raise SettingsError(f"Give an address or Settings, not {type(target).__name__}: Memory('sqlite:///file.db').")
    base = target if isinstance(target, Settings) else Settings.from_env()
    return Settings.of(**{**base.model_dump(), "url": target}) if isinstance(target, str) else base


def meant_server(url: str) -> str | None:
    """What a server's address was meant to be that lacks its ``://``, such as ``bolt:host`` or ``host:7687``; None for all
    others, files among them. A name and password in it are left out."""
    if "://" in url:
        return None
    if found := _MISTYPED.fullmatch(url):
        return f"{found['scheme'].lower()}://{found['rest'].rpartition('@')[2] or '…'}"
    return f"bolt://{url.rstrip('/')}" if _HOST_AND_PORT.fullmatch(url) else None


def _credentials(url: str) -> dict[str, Any]:
    """The fields that an address with a name and password in it sets, the address without them among these."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}
    given, at, host = parts.netloc.rpartition("@")
    if not at:
        return {}
    name, _, password = (unquote(part) for part in given.partition(":"))
    fields: dict[str, Any] = {"url": parts._replace(netloc=host).geturl()}
    if name:
        fields["neo4j_username"] = name
    if password:
        fields["neo4j_password"] = SecretStr(password)
    return fields
