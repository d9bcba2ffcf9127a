"""Brings a file's schema up to date: numbered files, each applied once, its checksum kept in the file."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from graphmem.errors import DimensionMismatch, SchemaDrift, SchemaOutdated, SchemaTooNew, StoreCorrupt
from graphmem.stores.sqlite.rows import written
from graphmem.stores.sqlite.statements import statement

APPLICATION_ID = 0x67726D6D
"""'grmm' in the file's header says whose it is."""
_NAME = re.compile(r"V(\d{3})__(\w+)\.sql")


class Migration(NamedTuple):
    """One step of the schema."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, whatever the line ends."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


@cache
def migrations() -> tuple[Migration, ...]:
    """The steps that this release carries, in order."""
    named = [(file, _NAME.fullmatch(file.name)) for file in files(__package__).joinpath("schema").iterdir()]
    return tuple(
        sorted(Migration(int(name[1]), name[2], file.read_text(encoding="utf-8")) for file, name in named if name)
    )


def pending(connection: sqlite3.Connection, where: str) -> list[Migration]:
    """The steps that the file still lacks. Raises StoreCorrupt, SchemaTooNew or SchemaDrift."""
    tables = {name for (name,) in connection.execute(statement("tables"))}
    if not tables:
        return list(migrations())
    (mark,) = connection.execute(statement("application_id")).fetchone()
    if mark != APPLICATION_ID or "schema_migration" not in tables:
        raise StoreCorrupt(
            f"{where} is a database of another program: give the path of a graphmem file, or of a new one."
        )
    carried = {step.version: step for step in migrations()}
    applied = connection.execute(statement("migrations")).fetchall()
    newest = max((version for version, _, _ in applied), default=0)
    if newest > max(carried):
        raise SchemaTooNew(
            f"{where} has schema version {newest}, and this graphmem knows up to {max(carried)}: upgrade graphmem."
        )
    for version, name, checksum in applied:
        if version not in carried or carried[version].checksum != checksum:
            raise SchemaDrift(
                f"{where} was made with another text of migration V{version:03d}__{name}: use the release that made it."
            )
    done = {version for version, _, _ in applied}
    return [step for step in migrations() if step.version not in done]


def migrate(connection: sqlite3.Connection, where: str, model: str, dimension: int) -> None:
    """Apply what is pending and record the embedding model, in the transaction that the caller opened."""
    steps = pending(connection, where)
    now = written(datetime.now(UTC))
    if steps and steps[0].version == migrations()[0].version:
        connection.execute(statement("set_application_id"))
        connection.execute(statement("create_migration_table"))
    for step in steps:
        for command in commands(step.text):
            connection.execute(command)
        record = {"version": step.version, "name": step.name, "checksum": step.checksum, "applied_at": now}
        connection.execute(statement("record_migration"), record)
    if connection.execute(statement("embedding_model")).fetchone() is None:
        values = {"model": model, "dimension": dimension, "created_at": now}
        connection.execute(statement("set_embedding_model"), values)


def commands(text: str) -> Iterator[str]:
    """The statements of a script, one at a time: `executescript` would commit what is open."""
    command = ""
    for line in text.splitlines(keepends=True):
        command += line
        if sqlite3.complete_statement(command):
            yield command
            command = ""


def check(connection: sqlite3.Connection, where: str, *, writable: bool) -> bool:
    """Whether the file is ready for this release; False when it has to be migrated first.

    Raises SchemaOutdated when that cannot be done for want of the right to write.
    """
    steps = pending(connection, where)
    if steps and not writable:
        raise SchemaOutdated(
            f"{where} lacks migration V{steps[0].version:03d}__{steps[0].name} and cannot be written: open it once "
            "with the right to write."
        )
    return not steps


def check_model(connection: sqlite3.Connection, where: str, model: str, dimension: int) -> None:
    """Raises DimensionMismatch when the vectors in the file are not this model's."""
    recorded = connection.execute(statement("embedding_model")).fetchone()
    if recorded != (model, dimension):
        raise DimensionMismatch(
            f"{where} holds vectors of {recorded[0]} with {recorded[1]} dimensions, and this memory embeds with {model}, "
            f"{dimension} dimensions: use the same model, or move the database to this one with `graphmem reembed` (for "
            "an embedder of your own: graphmem.upkeep.reembed)."
        )
