"""The rooms of the house: which module may import which. The contracts stand in `.importlinter`."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "graphmem"


def _rooms() -> set[str]:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = config["importlinter:contract:rooms"]["layers"].replace("|", "\n").split("\n")
    return {name.strip().strip("()").removeprefix("graphmem.") for name in layers if name.strip()}


def test_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True, no_logo=True) == 0


def test_every_room_has_its_place_in_the_contract() -> None:
    found = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    found |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found - _rooms() == set()
