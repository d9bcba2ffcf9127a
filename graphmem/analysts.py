"""What an analyst's query is given before a store sees it: checked parameters, the scope's names, and limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from graphmem.arguments import MOST_ROWS, between, optional_scope
from graphmem.domain.analysis import AnalystQuery, CypherResult
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, SettingsError, quoted
from graphmem.ports.analyst import Analysed
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings

MOST_SECONDS = 120.0
MOST_PARAMETER_CHARACTERS = 1_000_000
"""Of all parameters together; a number counts as eight."""

DEEPEST = 20
SCOPE_NAMES = ("owner", "user_id", "agent_id", "run_id")


class Asked(Protocol):
    """What a memory has to have so that it can be asked in Cypher."""

    settings: Settings
    _store: GraphStore

    async def _ready(self) -> None: ...


async def cypher(
    self: Asked,
    query: str,
    params: Mapping[str, Any] | None = None,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    timeout: float = 10.0,  # noqa: ASYNC109 (the server's limit, told to it)
    limit: int = 1000,
) -> CypherResult:
    """Ask the graph in Cypher, read only. For analysts with the rights of an administrator, never for tenants.

    **The whole database is seen, every owner's memories**: Neo4j Community has no rights on rows, and the scope given here
    restricts nothing. It only binds ``$user_id``, ``$agent_id``, ``$run_id`` and ``$owner``, which the query may use. Tenants get
    `search`, `facts` and `paths`.

    A query that could do more than read, or whose work cannot be bounded from its text, raises QueryRefused, which says what to
    write instead, before anything has run. It stops after `timeout` seconds (up to 120) with QueryTimeout, and gives at
    most `limit` rows (up to 10,000) and 8 MB; `truncated` says that there was more. `params` are values as in JSON, and
    datetimes. Needs a Neo4j store: SettingsError on the embedded one.
    """
    scope = optional_scope(user_id, agent_id, run_id)
    asked = AnalystQuery(
        text=query if isinstance(query, str) else "",
        parameters=_parameters(params, scope),
        timeout=_seconds(timeout),
        limit=between("limit", limit, 1, MOST_ROWS),
    )
    if not isinstance(self._store, Analysed):
        raise SettingsError(
            "Cypher needs a Neo4j server, and this memory lives in an embedded file: open Memory('neo4j://host:7687') "
            "(`graphmem neo4j start` runs one here, `graphmem copy` moves a file there), or use search, facts and paths."
        )
    await self._ready()
    return await self._store.ask(asked)


def _seconds(timeout: object) -> float:
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= MOST_SECONDS:
        raise InputError(f"timeout={quoted(timeout)}: give seconds, more than 0 and at most {MOST_SECONDS:g}.")
    return float(timeout)


def _parameters(params: Mapping[str, Any] | None, scope: Scope | None) -> dict[str, Any]:
    """The parameters, those of the scope among them. Raises InputError."""
    if params is not None and not isinstance(params, Mapping):
        raise InputError(f"params must be a mapping of names to values, not {type(params).__name__}.")
    given = dict(params or {})
    size = sum(_size(name, value, 1) for name, value in given.items() if _check_name(name))
    if size > MOST_PARAMETER_CHARACTERS:
        raise InputError(f"params hold {size:,} characters; at most {MOST_PARAMETER_CHARACTERS:,} are taken.")
    if scope is None:
        return given
    if taken := sorted(set(SCOPE_NAMES) & set(given)):
        raise InputError(f"params has {', '.join(taken)}, and the scope gives it too: leave it out of one of them.")
    return {
        **given,
        "owner": scope.owner,
        "user_id": scope.user_id,
        "agent_id": scope.agent_id,
        "run_id": scope.run_id,
    }


def _check_name(name: object) -> bool:
    if not isinstance(name, str) or not name.isidentifier():
        raise InputError(f"params: {quoted(name)} is no name of a parameter: use letters, digits and underscores.")
    return True


def _size(name: str, value: object, depth: int) -> int:
    """Characters of a value that is as in JSON. Raises InputError for any other."""
    if depth > DEEPEST:
        raise InputError(f"params[{quoted(name)}] is nested more than {DEEPEST} deep.")
    if value is None or isinstance(value, bool | date | datetime):
        return 8
    if isinstance(value, str):
        _check_text(name, value)
        return len(value) + 2
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return 8
    if isinstance(value, float) and math.isfinite(value):
        return 8
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise InputError(f"params[{quoted(name)}] has a key that is no string: {quoted(key)}.")
        return sum(len(key) + _size(name, part, depth + 1) for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return sum(_size(name, part, depth + 1) for part in value)
    raise InputError(
        f"params[{quoted(name)}] holds {value!r:.60}: give null, true, numbers up to 64 bits, text, lists and maps."
    )


def _check_text(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"params[{quoted(name)}] holds a lone surrogate: take it out.") from error
