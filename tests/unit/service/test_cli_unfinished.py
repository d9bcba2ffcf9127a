"""Whoever stops a copy is told what it leaves behind."""

from __future__ import annotations

import pytest

from graphmem.service.cli.moving import _unfinished
from graphmem.settings import Settings


def test_a_copy_that_is_stopped_says_how_to_complete_it(capsys: pytest.CaptureFixture[str]) -> None:
    target = Settings(url="bolt://neo4j:secret@127.0.0.1:7687")
    with pytest.raises(KeyboardInterrupt), _unfinished(target):
        raise KeyboardInterrupt
    said = capsys.readouterr().err
    assert "bolt://127.0.0.1:7687" in said
    assert "same command again" in said
    assert "secret" not in said


def test_nothing_is_said_when_all_went_well(capsys: pytest.CaptureFixture[str]) -> None:
    with _unfinished(Settings(url="x.db")):
        pass
    assert capsys.readouterr().err == ""
