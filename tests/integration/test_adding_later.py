"""What an add puts off is done later, on one file: once, in order, whoever else writes, and whatever happens to the worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.adding_later import AddingLater
from tests.support.adding_once import Place


class TestOnOneFile(AddingLater):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return {"url": f"sqlite:///{tmp_path / 'later.db'}"}
