"""`graphmem cypher list | show | run`: the analysts' questions that are shipped, and Cypher of one's own, read only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.service.cli.options import Agent, AsJson, Db, Run, User, opened, scope_of

if TYPE_CHECKING:
    from graphmem.service.cli.screen import Screen

Name = Annotated[str, typer.Argument(metavar="NAME", help="A question of `graphmem cypher list`.")]
What = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE|-", help="A shipped question, a file with a query, or '-' for standard input."),
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="A parameter; may be repeated. JSON is read as JSON, else as text; dates as 2024-03-01.",
    ),
]

app = typer.Typer(
    name="cypher",
    help="Ask a graph on Neo4j in Cypher, read only: for analysts who may see the memories of everybody in the database.",
    no_args_is_help=True,
)


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """The questions that are shipped, and what each answers."""
    from graphmem.service.cli import views
    from graphmem.stores.neo4j.analysis.questions import QUESTIONS, meaning

    document = {"questions": [{"name": name, "meaning": meaning(name), **_signature(name)} for name in QUESTIONS]}
    views.give(document, as_json, _listed)


def _listed(screen: Screen, document: dict[str, Any]) -> None:
    for row in document["questions"]:
        screen.line((row["name"], "bold"), "  ", " ".join(f"${one}" for one in row["parameters"]))
        screen.line(row["meaning"], indent=2)


def _signature(name: str) -> dict[str, Any]:
    from graphmem.stores.neo4j.analysis.questions import columns_of, parameters_of

    return {"parameters": parameters_of(name), "columns": columns_of(name)}


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """The text of a question, to be read, changed, or pasted into Neo4j Browser. Exit code 3 when there is no such question."""
    from graphmem.service.cli import screen
    from graphmem.stores.neo4j.analysis.questions import QUESTIONS, meaning

    _known(name)
    text = QUESTIONS[name].text()
    if as_json:
        screen.write_json({"name": name, "meaning": meaning(name), **_signature(name), "text": text})
        return
    lines = screen.Screen()
    for line in text.rstrip("\n").split("\n"):
        lines.line(line)


@app.command()
def run(
    what: What,
    param: Given = None,
    user: User = None,
    agent: Agent = None,
    run_id: Run = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds after which the server stops.")] = 10.0,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many rows.")] = 1000,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Ask, and print the rows. -u, -a and -r bind $user_id, $agent_id, $run_id and $owner; they restrict nothing by themselves.

    A query that could write, read files, or run for ever is refused, exit code 2, and nothing is run.
    """
    from graphmem.service.cli.screen import Screen, note, write_json

    scope = scope_of(user, agent, run_id)
    text, values = _asked(what, _values(param), scope, limit)
    with opened(db) as memory:
        result = memory.cypher(text, values, **scope, timeout=timeout, limit=limit)
    if as_json:
        write_json(result.model_dump(mode="json"))
        return
    Screen().table(result.columns, [[_cell(value) for value in row] for row in result.rows])
    if result.truncated:
        note(f"There is more: the limit of {result.stopped_by} was reached (--limit, or a narrower query).")


def _known(name: str) -> None:
    from graphmem.errors import NotFound
    from graphmem.stores.neo4j.analysis.questions import QUESTIONS

    if name not in QUESTIONS:
        raise NotFound(f"There is no question {name!r}: `graphmem cypher list` shows what there is.")


def _asked(what: str, values: dict[str, Any], scope: dict[str, Any], limit: int) -> tuple[str, dict[str, Any]]:
    """The text to run and its parameters."""
    from graphmem.service.cli.reading import stdin_text
    from graphmem.stores.neo4j.analysis.questions import QUESTIONS, filled

    if what in QUESTIONS:
        return QUESTIONS[what].text(), filled(what, {"limit": limit, **values}, scoped=any(scope.values()))
    if what == "-":
        return stdin_text(), values
    path = Path(what)
    if not path.is_file():
        _known(what)
    from graphmem.errors import InputError

    try:
        return path.read_text(encoding="utf-8"), values
    except (OSError, UnicodeError) as error:
        raise InputError(f"{what} cannot be read: {error}.") from error


def _values(pairs: list[str] | None) -> dict[str, Any]:
    """`--param` pairs as values. Raises InputError for one without an equals sign."""
    from graphmem.errors import InputError

    values: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError(f"--param {pair!r}: write NAME=VALUE.")
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values


def _cell(value: Any) -> str:
    """A value as one line of text."""
    if isinstance(value, str):
        return " ".join(value.split("\n"))
    if value is None:
        return ""
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
