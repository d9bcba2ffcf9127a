"""`graphmem reembed` as a shell sees it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from graphmem.service.cli import main
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database of another model than the bundled one."""
    with Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo. Bo likes Tea. Bo owns Boats.", user_id="ana")
        memory.add("Cy likes Rain.", user_id="cy")
    return tmp_path / "m.db"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    return code, *capsys.readouterr()


def test_what_cannot_be_opened_names_the_command_that_helps(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search = ("search", "who likes rain", "-u", "cy", "--db", db)
    code, out, err = run(capsys, *search)
    assert (code, out) == (4, "")
    assert "holds vectors of hashing with 48 dimensions" in err
    assert "`graphmem reembed`" in err
    code, out, err = run(capsys, "reembed", "--db", db)
    name = MiniLmEmbedder().name
    assert (code, out) == (0, f"Moved from hashing (48 dimensions) to {name} (384 dimensions): 16 vectors made.\n")
    assert "embedding: 16 of 16" in err
    code, out, _ = run(capsys, *search, "--json")
    assert (code, json.loads(out)["hits"][0]["memory"]["text"]) == (0, "Cy likes Rain.")
    code, out, _ = run(capsys, "reembed", "--db", db)
    assert (code, out) == (0, f"The vectors are those of {name} (384 dimensions) already: nothing to do.\n")


def test_the_document(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "reembed", "--db", db, "--json")
    document = json.loads(out)
    assert (code, document["before"], document["made"]) == (0, {"name": "hashing", "dimension": 48}, 16)
    assert document["after"]["dimension"] == 384
    connection = sqlite3.connect(db)
    with connection:
        connection.execute("DELETE FROM entity_vector")
    connection.close()
    code, out, _ = run(capsys, "reembed", "--db", db)
    assert (code, out.endswith("already: 6 vectors made.\n")) == (0, True)


def test_mistakes_make_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "reembed", "--db", tmp_path / "missing.db")
    assert (code, out) == (2, "")
    assert "There is no database" in err
    assert list(tmp_path.iterdir()) == []
