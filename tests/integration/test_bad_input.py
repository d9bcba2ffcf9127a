"""Bad input gets a typed error that says what to do, and nothing is written; odd input is kept as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphmem import Memory
from graphmem.domain.vector import Matrix
from graphmem.errors import DimensionMismatch, GraphmemError, InputError, InvalidVector, SettingsError, StoreError
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=PlainExtractor()) as made:
        yield made


@pytest.mark.parametrize(
    "call",
    [
        {"messages": ""},
        {"messages": "  \n"},
        {"messages": "a\0b"},
        {"messages": "\ud800"},
        {"messages": []},
        {"messages": [{"role": "user"}]},
        {"messages": [{"role": "alien", "content": "x"}]},
        {"messages": "x", "user_id": ""},
        {"messages": "x", "user_id": 7},
        {"messages": "x", "user_id": "a\nb"},
        {"messages": "x", "metadata": {"a": float("nan")}},
        {"messages": "x", "metadata": {"user_id": "bob"}},
        {"messages": "x", "occurred_at": "soon"},
        {"messages": "x", "memory_type": "odd"},
        {"messages": "x", "triples": [("a", "b")]},
        {"messages": "x", "categories": "one"},
    ],
)
def test_refused_and_nothing_written(memory: Memory, call: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        memory.add(**{"user_id": "u", **call})
    assert len(str(caught.value)) > 20
    assert memory.stats().memories == 0
    assert memory.stats().episodes == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda memory: memory.search("x", user_id="u", threshold="0.5"),
        lambda memory: memory.search("x", user_id="u", threshold=float("nan")),
        lambda memory: memory.facts(user_id="u", subject=5),
        lambda memory: memory.facts(user_id="u", subject=""),
        lambda memory: memory.get_all(user_id="u", cursor=3),
        lambda memory: memory.get_all(user_id="u", cursor="garbage"),
        lambda memory: memory.get(b"x"),
        lambda memory: memory.add("x", user_id="u", categories=5),
        lambda memory: memory.add("x", user_id="u", triples=5),
        lambda memory: memory.add_many(5, user_id="u"),
        lambda memory: memory.add_many(["x"], user_id="u", batch_size="x"),
        lambda memory: memory.add("\u200b", user_id="u"),
        lambda memory: memory.add({"content": "x", "name": ""}, user_id="u"),
    ],
)
def test_wrong_types_are_typed_errors(memory: Memory, call: Callable[[Memory], object]) -> None:
    with pytest.raises(InputError):
        call(memory)
    assert memory.stats().memories == 0


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 emoji",
        "שלום עולם",
        "العربية",
        "日本語のテキスト。",
        "e\u0301\u0301\u0301",
        "a\u202eb\u2066c",
        "\ufeffbom",
        "'; DROP TABLE memory; --",
        "\u2028" + "x",
    ],
)
def test_odd_text_comes_back_as_it_was(memory: Memory, text: str) -> None:
    one = memory.add(text, user_id="u").results[0]
    assert memory.get(one.id).text == text.strip()
    assert memory.search(text, user_id="u").hits[0].memory.id == one.id


@pytest.mark.parametrize(
    "query", ["AND", "NEAR(", '"', "-x", "col:x", "*", "^a", "(", "x OR", "{a b}: c", "'", "\\", "a*"]
)
def test_search_takes_any_text(memory: Memory, query: str) -> None:
    memory.add("Ana knows Bo.", user_id="u")
    assert len(memory.search(query, user_id="u")) == 1


def test_a_megabyte_is_windowed_and_found_to_its_end(memory: Memory) -> None:
    text = "The fox jumps over the dog again. " * 31_000 + "Zanzibar hides Treasure."
    added = memory.add(text, user_id="u")
    assert len(text) > 1_000_000
    assert sum(len(one.memory) for one in added) > 0.99 * len(text.strip()) - 2 * len(added)
    assert "Zanzibar" in memory.search("Zanzibar Treasure", user_id="u", limit=1).hits[0].memory.text


class Broken(HashingEmbedder):
    """An embedder that fails in a chosen way on texts that hold "bad"."""

    def __init__(self, how: str) -> None:
        self.how = how

    def embed(self, texts: Any) -> Matrix:
        rows = super().embed(texts)
        if any("bad" in text for text in texts):
            if self.how == "nan":
                rows[:] = np.nan
            elif self.how == "zero":
                rows[:] = 0
            elif self.how == "short":
                rows = rows[:, :-1]
            else:
                raise RuntimeError("the model fell over")
        return rows


@pytest.mark.parametrize("how", ["nan", "zero", "short", "raise"])
def test_vectors_that_cannot_be_used_write_nothing(tmp_path: Path, how: str) -> None:
    with Memory(str(tmp_path / "v.db"), embedder=Broken(how), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo.", user_id="u")
        with pytest.raises((InvalidVector, DimensionMismatch, GraphmemError)):
            memory.add("bad words", user_id="u")
        assert memory.stats().memories == 1


def test_a_file_of_another_model_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "m.db")
    with Memory(path, embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo.", user_id="u")
    other = HashingEmbedder()
    other.name = "other"
    with (
        pytest.raises(DimensionMismatch, match=r"hashing.*other|other.*hashing"),
        Memory(path, embedder=other, extractor=PlainExtractor()),
    ):
        pass


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 500)
    before = path.read_bytes()
    with (
        pytest.raises(StoreError, match=r"notes\.txt"),
        Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()),
    ):
        pass
    assert path.read_bytes() == before


def test_a_path_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError), Memory(str(tmp_path), embedder=HashingEmbedder(), extractor=PlainExtractor()):
        pass


@pytest.mark.parametrize("url", ["http://example.org", "postgres://x", "", "a\0b", "x" * 300, 5])
def test_addresses_that_are_refused(url: Any) -> None:
    with pytest.raises(SettingsError):
        Memory(url, embedder=HashingEmbedder(), extractor=PlainExtractor())
