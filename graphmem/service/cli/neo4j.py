"""`graphmem neo4j start | stop | status`: a Neo4j server of one's own on this machine, without Docker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from graphmem.service.cli.options import AsJson

if TYPE_CHECKING:
    from graphmem.service.local_neo4j import LocalServer

Folder: TypeAlias = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="The server's folder. Default: neo4j in the user's data folder."),
]

app = typer.Typer(
    name="neo4j",
    help="A Neo4j server of one's own on this machine, without Docker: it takes Java and, the first time, Maven.",
    no_args_is_help=True,
)


@app.command()
def start(
    folder: Folder = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Bolt's port. Default: the last one, 7687, or any that is free."),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option("--neo4j-version", metavar="VERSION", help="Default: the folder's, else the newest tested."),
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="Java's heap, such as 2g; half of it more is cache.")
    ] = None,
    jars: Annotated[
        Path | None,
        typer.Option("--jars", metavar="DIR", help="Where jars are kept. Default: in the user's data folder."),
    ] = None,
    java_home: Annotated[
        Path | None, typer.Option("--java-home", envvar="JAVA_HOME", metavar="DIR", help="A Java to try first.")
    ] = None,
    env: Annotated[
        bool, typer.Option("--env", help='Print export lines: eval "$(graphmem neo4j start --env)".')
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start the server and wait till it answers; if it runs already, say where. Its data stays in its folder.

    The server listens on this machine only and asks for a password, which is drawn at random the first time.
    """
    from graphmem.service import local_neo4j
    from graphmem.service.cli.screen import note

    wish = local_neo4j.Wish(version=version, port=port, memory=memory, java_home=java_home, jars=jars)
    server = local_neo4j.start(folder, wish, note)
    if env and not as_json:
        _print_env(server)
    else:
        _print(server, folder, as_json)


@app.command()
def stop(folder: Folder = None, as_json: AsJson = False) -> None:
    """Stop the server in good order. Nothing of its data is lost; it is no error when none runs."""
    from graphmem.service import local_neo4j
    from graphmem.service.cli import screen

    server = local_neo4j.stop(folder)
    if as_json:
        screen.write_json({"stopped": server is not None, "pid": server.pid if server else None})
    elif server:
        screen.Screen().line(
            f"Stopped Neo4j {server.version} (process {server.pid}); its data stays in {server.folder}."
        )
    else:
        screen.Screen().line("No Neo4j server is running there.")


@app.command()
def status(folder: Folder = None, as_json: AsJson = False) -> None:
    """Say whether the server runs, and where. Exit code 3 when it does not."""
    from graphmem.service import local_neo4j
    from graphmem.service.cli import screen
    from graphmem.service.cli.faults import MISSING

    server = local_neo4j.status(folder)
    if server is not None:
        _print(server, folder, as_json)
        return
    if as_json:
        screen.write_json({"running": False})
    else:
        screen.Screen().line(f"No Neo4j server is running there. To start it: {_start_command(folder)}")
    raise typer.Exit(MISSING)


def _start_command(folder: Path | None, *options: str) -> str:
    """The command that starts the server of this folder, fit to be pasted into a shell."""
    from shlex import join

    return join(["graphmem", "neo4j", "start", *options, *(("--folder", str(folder)) if folder else ())])


def _print(server: LocalServer, folder: Path | None, as_json: bool) -> None:
    from graphmem.service.cli import screen

    if as_json:
        screen.write_json(_document(server))
        return
    lines = screen.Screen()
    lines.line(
        f"Neo4j {server.version} runs on ", (server.uri, "bold"), f" (process {server.pid}, folder {server.folder})."
    )
    lines.line(f"User {server.username}; the password is in {server.folder / 'password'}.")
    lines.line("To use it from this shell: ", (f'eval "$({_start_command(folder, "--env")})"', "cyan"))


def _document(server: LocalServer) -> dict[str, Any]:
    return {
        "running": True,
        "uri": server.uri,
        "username": server.username,
        "password": server.password,
        "database": server.database,
        "version": server.version,
        "pid": server.pid,
        "port": server.port,
        "folder": str(server.folder),
    }


def _print_env(server: LocalServer) -> None:
    from shlex import quote

    values = {
        "NEO4J_URI": server.uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database,
    }
    for name, value in values.items():
        typer.echo(f"export {name}={quote(value)}")
