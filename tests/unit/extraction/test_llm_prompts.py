"""The prompts that ship: each says its version, and other words are another version."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from graphmem.extraction.llm.answer import StatedFact
from graphmem.extraction.llm.prompts import filled, prompt

FOLDER = Path(__file__).resolve().parents[3] / "graphmem" / "extraction" / "prompts"
WORDS = {
    ("facts", 2): "8dc5aa4c68cb2988",
    ("procedure", 1): "9daf82b7d10ad29f",
    ("reconcile", 1): "0e27aa0b67e74068",
    ("repair", 1): "31866798d1bf7653",
    ("wishes", 1): "7c8e51f245ac0d82",
}
"""A digest of each prompt's words. When they change, raise the version in the file and write the new line here."""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_every_prompt_is_listed() -> None:
    assert {name for name, _ in WORDS} == {path.stem for path in FOLDER.glob("*.md")}


@pytest.mark.parametrize(("name", "version"), WORDS)
def test_other_words_are_another_version(name: str, version: int) -> None:
    assert prompt(name).version == version
    assert _digest(prompt(name).text) == WORDS[name, version]


def test_the_prompt_names_every_field_and_asks_for_json() -> None:
    text = prompt("facts").text
    assert "JSON" in text
    assert [name for name in StatedFact.model_fields if f"`{name}`" not in text] == []


def test_values_take_the_place_of_their_names() -> None:
    assert "Note boats {reason}." in filled("wishes", wishes="Note boats {reason}.")
    assert "not JSON" in filled("repair", reason="not JSON")
