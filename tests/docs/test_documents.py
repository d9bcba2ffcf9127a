"""What the documents point to is there, and what they list is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphmem.domain.episode import ROLES
from graphmem.service.cli.app import COMMANDS
from graphmem.settings import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_readme_names_every_setting_of_the_environment() -> None:
    assert [variable for variable in ENVIRONMENT.values() if f"`{variable}`" not in _text("README.md")] == []


def test_the_changelog_names_every_command() -> None:
    listed = re.search(r"`graphmem (add .*?)`", _text("CHANGELOG.md"), re.DOTALL)
    assert listed
    assert sorted(re.findall(r"\w+", listed[1])) == sorted(command.__name__.rstrip("_") for command in COMMANDS)


def test_every_module_that_the_map_names_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.(?:py|md)|\w+\.py)`", _text("ARCHITECTURE.md"))
    assert named
    assert [one for one in named if not (ROOT / "graphmem" / one).exists() and not (ROOT / one).exists()] == []


def test_the_glossary_is_sorted_and_says_each_word_once() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", _text("docs/glossary.md"), re.MULTILINE)
    folded = [word.casefold() for word in words]
    assert folded == sorted(set(folded))
    assert len(words) > 40


def test_decisions_are_listed_and_numbered() -> None:
    pages = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    assert [page[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    assert [page for page in pages if page not in _text("docs/adr/README.md")] == []


def test_roles_are_those_the_readme_may_show() -> None:
    used = set(re.findall(r'"role": "(\w+)"', _text("README.md")))
    assert used <= set(ROLES)
    assert used
