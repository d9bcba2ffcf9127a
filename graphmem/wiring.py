"""Builds the parts that settings name. The only place that knows which class stands behind which port."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

from graphmem.domain.finding import Finding
from graphmem.domain.ontology import Ontology
from graphmem.errors import InvalidOntology, SettingsError, StoreMisplaced
from graphmem.ports.adviser import Adviser
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Extractor
from graphmem.ports.graph_store import GraphStore
from graphmem.ports.reranker import Reranker
from graphmem.recall.pipeline import Recall
from graphmem.recall.reranking import LastLook
from graphmem.settings import SERVER_SCHEMES, Settings, default_url, meant_server

if TYPE_CHECKING:
    from graphmem.providers.minilm.embedder import MiniLmEmbedder
    from graphmem.providers.openai.chat import ChatModel
    from graphmem.providers.openai.server import ModelServer
    from graphmem.stores.neo4j.connection import Login


MEMORY = ":memory:"
"""The path of a database that is in memory only."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def make_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name: the bundled one, or a model behind an address. Raises SettingsError, MissingExtra."""
    if settings.embedder != "openai":
        return _bundled(settings.embedder)
    if not settings.embedding_model or settings.embedding_dimension is None:
        raise SettingsError(
            "Setting embedder (environment: GRAPHMEM_EMBEDDER) is openai: name the model in GRAPHMEM_EMBEDDING_MODEL and the "
            "length of its vectors in GRAPHMEM_EMBEDDING_DIMENSION."
        )
    from graphmem.providers.openai.embedder import OpenAIEmbedder

    return OpenAIEmbedder(_model_server(settings), settings.embedding_model, settings.embedding_dimension)


@functools.cache
def _bundled(backend: Literal["numpy", "onnx"]) -> MiniLmEmbedder:
    """The bundled embedder, whose weights (about 100 MB) are in memory once a process."""
    from graphmem.providers.minilm.embedder import MiniLmEmbedder

    return MiniLmEmbedder(backend=backend)


def make_ontology(settings: Settings, given: Ontology | Mapping[str, Any] | None) -> Ontology | None:
    """The ontology that is given, else the one in the file that the settings name; None without either. Raises
    InvalidOntology, also for a file that cannot be read."""
    if given is not None:
        return given if isinstance(given, Ontology) else Ontology.model_validate(given)
    if not settings.ontology:
        return None
    try:
        text = Path(settings.ontology).expanduser().read_text(encoding="utf-8")
        return Ontology.model_validate_json(text)
    except (OSError, UnicodeError) as error:
        raise InvalidOntology(
            f"The ontology {settings.ontology} cannot be read ({error}): give a JSON file."
        ) from error
    except InvalidOntology as error:
        raise InvalidOntology(f"The ontology {settings.ontology}: {error}") from error


def make_extractor(settings: Settings, ontology: Ontology | None = None) -> Extractor:
    """The extractor that the settings name: rules over a parse, whose pipeline is loaded when it first reads, or a language
    model, which is told of the ontology. Nothing is sent yet. Raises SettingsError, MissingExtra."""
    from graphmem.extraction.extractor import RuleExtractor

    backend = "numpy" if settings.embedder == "openai" else settings.embedder
    rules = RuleExtractor(
        settings.pipeline, _bundled(backend) if settings.pipeline is None and ontology is None else None
    )
    if not settings.asks_model:
        return rules
    if not settings.llm_model:
        raise SettingsError(
            "Setting extractor (environment: GRAPHMEM_EXTRACTOR) is llm: name the model in GRAPHMEM_LLM_MODEL."
        )
    from graphmem.extraction.llm.extractor import LlmExtractor

    limits = settings.limits
    return LlmExtractor(
        _chat_model(settings),
        rules,
        wishes=settings.llm_prompt,
        ontology=ontology.describe() if ontology else "",
        window=limits.window,
        most_windows=limits.request_calls,
        at_once=limits.at_once,
    )


def make_adviser(settings: Settings) -> Adviser | None:
    """Who is asked where the rules of reconciliation are not certain; None where they decide alone. Nothing is sent yet. Raises
    SettingsError, MissingExtra."""
    if settings.reconciler != "llm":
        return None
    if not settings.llm_model:
        raise SettingsError(
            "Setting reconciler (environment: GRAPHMEM_RECONCILER) is llm: name the model in GRAPHMEM_LLM_MODEL."
        )
    from graphmem.extraction.llm.adviser import LlmAdviser

    return LlmAdviser(_chat_model(settings))


def _chat_model(settings: Settings) -> ChatModel:
    """The language model that the settings name. Raises SettingsError, MissingExtra."""
    from graphmem.providers.openai.chat import ChatModel

    return ChatModel(_model_server(settings), settings.llm_model, settings.llm_temperature, settings.llm_form)


def _model_server(settings: Settings) -> ModelServer:
    """The server that the settings name, as this process shares it. Raises SettingsError, and MissingExtra at once rather than
    when the first text is there."""
    from graphmem.providers.openai.connection import must_be_installed
    from graphmem.providers.openai.server import shared_server

    must_be_installed()
    return shared_server(settings.openai_base_url, settings.openai_api_key, settings.limits)


def make_reranker(settings: Settings) -> Reranker | None:
    """The reranker at the address that the settings name; None when they name none. Nothing is sent yet. Raises SettingsError."""
    if not settings.rerank_url:
        return None
    from graphmem.providers.rerank.chat import CHAT, ChatReranker
    from graphmem.providers.rerank.cross_encoder import CrossEncoder
    from graphmem.providers.rerank.endpoint import Endpoint

    endpoint = Endpoint.of(settings.rerank_url, settings.rerank_key.get_secret_value(), settings.rerank_timeout)
    kind = ChatReranker if endpoint.path.partition("?")[0].rstrip("/").endswith(CHAT) else CrossEncoder
    return kind(endpoint, settings.rerank_model)


def make_recall(settings: Settings, store: GraphStore, embedder: Embedder, reranker: Reranker | None) -> Recall:
    """The way out, with this reranker or the one that the settings name."""
    last_look = LastLook(reranker or make_reranker(settings), settings.rerank_timeout)
    return Recall(store, embedder, settings.recall, settings.factors, settings.budget, last_look)


def make_store(settings: Settings, embedder: Embedder, *, any_model: bool = False) -> GraphStore:
    """The store that the URL names, not opened yet; with `any_model` it opens whichever model made its vectors, to be moved
    to this one. Raises SettingsError for a URL of another kind."""
    if settings.is_server:
        return _server_store(settings, embedder, any_model)
    from graphmem.stores.sqlite.store import SqliteStore

    path = sqlite_path(settings.url)
    if settings.url == default_url():
        _make_folder(Path(path).parent)
    return SqliteStore(
        path,
        dimension=embedder.dimension,
        model=embedder.name,
        timeout=settings.busy_timeout,
        durability=settings.durability,
        any_model=any_model,
    )


async def checkup(settings: Settings, embedder: Embedder) -> list[Finding]:
    """What is found of the database that the settings name, whatever state it is in; nothing is changed. Raises SettingsError
    for a URL of another kind."""
    if settings.is_server:
        from graphmem.stores.neo4j import checkup as server
        from graphmem.stores.neo4j.connection import Connection
        from graphmem.stores.neo4j.patience import Patience

        connection = Connection(_login(settings), Patience(connect=5.0, acquire=5.0, retry=5.0))
        return await server.checkup(connection, embedder.name, embedder.dimension)
    from graphmem.stores.sqlite import checkup as file

    return await asyncio.to_thread(file.checkup, sqlite_path(settings.url), embedder.name, embedder.dimension)


def _login(settings: Settings) -> Login:
    """Where the server is. Raises SettingsError for an address without a host, or with what belongs elsewhere."""
    refusal = _address_fault(settings.url)
    if refusal:
        raise SettingsError(f"{refusal}: use neo4j://host:7687, and NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE.")
    if settings.neo4j_database.lower() == "system":
        raise SettingsError("The database `system` keeps no data: set NEO4J_DATABASE to neo4j, or to one of your own.")
    from graphmem.stores.neo4j.connection import Login

    return Login(
        settings.url, settings.neo4j_username, settings.neo4j_password.get_secret_value(), settings.neo4j_database
    )


def _server_store(settings: Settings, embedder: Embedder, any_model: bool) -> GraphStore:
    """The graph on a Neo4j server. Raises SettingsError."""
    login = _login(settings)
    from graphmem.stores.neo4j.store import Neo4jStore

    return Neo4jStore(
        login,
        dimension=embedder.dimension,
        model=embedder.name,
        timeout=settings.busy_timeout,
        any_model=any_model,
    )


def _address_fault(url: str) -> str | None:
    """What is wrong with a server's address, in words that hold nothing that may be a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "The server's address cannot be read"
    if not parts.hostname or port == 0:
        return "The server's address names no host"
    if parts.path.strip("/") or parts.fragment or "@" in url:
        return "The server's address holds more than a host and port"
    if parts.query and parts.scheme.lower().startswith("bolt"):
        return "A bolt:// address leads to one server and takes no ?… behind it"
    return None


def _make_folder(folder: Path) -> None:
    """The data folder is ours to make; a folder that the caller names is his. Raises StoreMisplaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreMisplaced(f"The data folder {folder} cannot be made ({error.strerror}): give a path.") from error


def sqlite_path(url: str) -> str:
    """The file that a URL or path names, or ``:memory:``. Raises SettingsError."""
    if url in (MEMORY, "sqlite://", "sqlite:///:memory:"):
        return MEMORY
    if url.startswith("sqlite:///"):
        url = unquote(url.removeprefix("sqlite:///"))
    elif "://" in url:
        scheme = url.split("://", 1)[0]
        raise SettingsError(
            f"Cannot open {scheme}:// addresses: use sqlite:///file.db, a file's path, :memory:, or a server "
            f"({', '.join(f'{known}://' for known in SERVER_SCHEMES)})."
        )
    elif meant := meant_server(url):
        raise SettingsError(f"This is no file's name: did you mean {meant}? (A file of that name: sqlite:///….)")
    if not url.strip() or "\0" in url:
        raise SettingsError(
            "The database's path is empty or holds NUL: use sqlite:///file.db, a file's path, or :memory:."
        )
    if any(len(part.encode(errors="replace")) > 255 for part in Path(url).parts):
        raise SettingsError("A part of the database's path is longer than 255 bytes: give a shorter one.")
    return str(Path(url).expanduser())
