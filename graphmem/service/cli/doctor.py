"""`graphmem doctor`: whether the database and what it lives on are as they should be, and what to do where they are not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer

from graphmem.service.cli.options import AsJson, Db

if TYPE_CHECKING:
    from graphmem.service.cli.screen import Screen

STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red"}


def doctor(db: Db = None, as_json: AsJson = False) -> None:
    """Look at the database, its server or file, and its settings. Changes nothing. Exit code 4 when something fails."""
    from graphmem import upkeep
    from graphmem.service.cli import views
    from graphmem.service.cli.faults import STORE
    from graphmem.service.cli.moving import settings_of

    findings = asyncio.run(upkeep.checkup(settings_of(db)))
    counts = {verdict: sum(one.verdict == verdict for one in findings) for verdict in STYLES}
    views.give({"findings": [one.model_dump() for one in findings], "counts": counts}, as_json, _findings)
    if counts["fail"]:
        raise typer.Exit(STORE)


def _findings(screen: Screen, document: dict[str, Any]) -> None:
    for row in document["findings"]:
        screen.line((row["verdict"], STYLES[row["verdict"]]), f"  {row['name']}: {row['told']}")
        if row["advice"]:
            screen.line(row["advice"], indent=6)
