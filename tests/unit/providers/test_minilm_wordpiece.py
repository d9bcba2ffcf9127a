"""The tokenizer gives the ids that the published tokenizer.json gives (as stored in minilm_reference.npz)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import InvalidText
from graphmem.providers.minilm import wordpiece
from graphmem.providers.minilm.embedder import FOLDER
from graphmem.providers.minilm.wordpiece import WordPiece

HERE = Path(__file__).parent
TEXTS: list[str] = json.loads((HERE / "minilm_texts.json").read_text(encoding="utf-8"))


def _reference() -> list[list[int]]:
    with np.load(HERE / "minilm_reference.npz") as stored:
        ends = np.cumsum(stored["counts"])
        return [ids.tolist() for ids in np.split(stored["ids"], ends[:-1])]


REFERENCE = _reference()


@pytest.fixture(scope="module")
def tokenizer() -> WordPiece:
    return WordPiece.read(FOLDER / "vocab.txt")


@pytest.mark.parametrize("number", range(len(TEXTS)), ids=lambda number: ascii(TEXTS[number][:24]))
def test_ids_equal_the_published_tokenizers(tokenizer: WordPiece, number: int) -> None:
    assert tokenizer.pieces(TEXTS[number]) == REFERENCE[number]


def _written(tokenizer: WordPiece, text: str) -> list[str]:
    pieces = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [pieces[number] for number in tokenizer.pieces(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("unaffable", ["una", "##ffa", "##ble"]),
        ("Café ÉCOLE", ["cafe", "ecole"]),
        ("a_b-c", ["a", "_", "b", "-", "c"]),
        ("北京x", ["北", "京", "x"]),
        ("to\u00adgether", ["together"]),
        ("no\u00a0break", ["no", "break"]),
        ("bell\x07s", ["bells"]),
        ("[SEP][sep]", ["[SEP]", "[", "sep", "]"]),
    ],
)
def test_known_cases(tokenizer: WordPiece, text: str, pieces: list[str]) -> None:
    assert _written(tokenizer, text) == pieces


def test_a_word_of_over_a_hundred_letters_is_unknown(tokenizer: WordPiece) -> None:
    assert _written(tokenizer, "x" * 101) == ["[UNK]"]
    assert "[UNK]" not in _written(tokenizer, "x" * 100)


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\0", "\ufffd\u200b"])
def test_what_holds_no_word_gives_no_piece(tokenizer: WordPiece, text: str) -> None:
    assert tokenizer.pieces(text) == []


@pytest.mark.parametrize("text", ["\ud83d", "fine until here \udc80", "\ude00\ud83d"])
def test_a_lone_surrogate_is_refused(tokenizer: WordPiece, text: str) -> None:
    with pytest.raises(InvalidText, match="surrogate"):
        tokenizer.pieces(text)


def test_a_full_cache_changes_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpiece, "REMEMBERED", 3)
    small = WordPiece.read(FOLDER / "vocab.txt")
    assert [small.pieces(text) for text in TEXTS] == REFERENCE
