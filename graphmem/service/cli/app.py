"""The commands in one place, and `main`, which parses with typer and ends in our exit codes and error lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from graphmem import __version__
from graphmem.service.cli import cypher, doctor, models, moving, neo4j, read, show, work, write
from graphmem.service.cli.faults import USAGE, say, tell
from graphmem.service.cli.screen import PipeClosedError, note

INTERRUPTED = 130

app = typer.Typer(
    name="graphmem",
    help="A memory for AI agents whose memory is a graph: text goes in, facts with their sources lie in one file or on a "
    "Neo4j server, and a question that needs several facts is answered with the path that joins them.",
    epilog="The database: --db FILE, sqlite:///FILE or neo4j://HOST:7687, else $GRAPHMEM_URL, else $NEO4J_URI, else a file in "
    "the user's data folder. Exit codes: 0 done, 1 unexpected, 2 usage or input, 3 not found, 4 database, 5 model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: tuple[Callable[..., None], ...] = (
    write.add,
    read.search,
    read.get,
    read.list_,
    write.update,
    write.revert,
    write.feedback,
    write.delete,
    read.facts,
    read.entities,
    read.paths,
    read.timeline,
    read.history,
    read.stats,
    show.demo,
    moving.copy,
    moving.backup,
    moving.restore,
    moving.check,
    work.work,
    work.ingests,
    models.reembed,
    doctor.doctor,
)
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
"""For a command that takes a number: `-0.5` is one, not an option."""
for command in COMMANDS:
    context = NEGATIVE_NUMBERS if command is write.feedback else None
    app.command(name=command.__name__.rstrip("_"), context_settings=context)(command)
app.add_typer(neo4j.app)
app.add_typer(cypher.app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graphmem {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands before a command's name."""


options.__doc__ = None
"""The group's help is the app's own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Errors end in one line on standard error, never in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in (given[: given.index("--")] if "--" in given else given)
    try:
        code = app(args=given, prog_name="graphmem", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except PipeClosedError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        note("Stopped.")
        return INTERRUPTED
    except TyperException as error:
        say("usage", error.format_message(), False, as_json)
        return USAGE
    except Exception as error:  # noqa: BLE001 (whatever it is, the shell gets a line and a code, not a traceback)
        return tell(error, as_json)
