"""The command that moves a database to another embedding model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from graphmem.service.cli.moving import settings_of
from graphmem.service.cli.options import AsJson, Db

if TYPE_CHECKING:
    from graphmem.service.cli.screen import Screen


def reembed(db: Db = None, as_json: AsJson = False) -> None:
    """Move a database to the bundled embedding model, while others go on searching and writing.

    Every vector is made again beside the old ones; in the end they change places, and programs that still use the old model
    are told to be started anew. Run it again when it was interrupted: it goes on where it stopped. For an embedder of
    your own: `graphmem.upkeep.reembed` in Python.
    """
    from graphmem import upkeep
    from graphmem.service.cli import views

    with _bar() as progress:
        done = asyncio.run(upkeep.reembed(settings_of(db), progress=progress))
    document = {"before": done.before._asdict(), "after": done.after._asdict(), "made": done.made}
    views.give(document, as_json, _moved)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A bar that begins when it is known how much there is to do."""
    from graphmem.service.cli import screen

    with ExitStack() as stack:
        shown: Callable[[int], None] | None = None
        total = 0

        def tell(done: int, of: int) -> None:
            nonlocal shown, total
            if shown is None:
                shown, total = stack.enter_context(screen.progress("embedding", of)), of
            shown(min(done, total))

        yield tell


def _moved(screen: Screen, document: dict[str, Any]) -> None:
    before, after = ("{name} ({dimension} dimensions)".format(**document[key]) for key in ("before", "after"))
    made = f"{document['made']:,} vectors made."
    if before != after:
        screen.line(f"Moved from {before} to {after}: {made}")
    else:
        screen.line(f"The vectors are those of {after} already: " + (made if document["made"] else "nothing to do."))
