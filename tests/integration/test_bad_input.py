"""Bad input gets a typed error that says what to do, and nothing is written; odd input is kept as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphmem import Memory
from graphmem.domain.episode import Message
from graphmem.domain.vector import Matrix
from graphmem.errors import (
    DimensionMismatch,
    GraphmemError,
    InputError,
    InvalidVector,
    NotFound,
    SettingsError,
    StoreError,
)
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

NO_FLAGS: list[Any] = ["false", "no", None, 0, 1, float("nan"), [None], b"x"]


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
        {"messages": "x", "memory_type": b"x"},
        {"messages": "x", "actor_id": "x" * 257},
        {"messages": {"content": "x", "name": "x" * 257}},
        {"messages": Message(content="x", name="x" * 257)},
        *({"messages": "x", flag: odd} for flag in ("infer", "dry_run", "defer") for odd in NO_FLAGS),
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


@pytest.mark.parametrize("odd", NO_FLAGS)
def test_a_flag_is_true_or_false(memory: Memory, odd: Any) -> None:
    calls: list[Callable[[], object]] = [
        lambda: memory.search("x", user_id="u", include_retired=odd),
        lambda: memory.get_all(user_id="u", include_retired=odd),
        lambda: memory.facts(user_id="u", include_retired=odd),
        lambda: memory.add_many(["x"], user_id="u", infer=odd),
        lambda: memory.add_many(["x"], user_id="u", defer=odd),
        lambda: memory.add_many([{"messages": "x", "defer": odd}], user_id="u"),
        lambda: memory.add_many([{"messages": "x", "infer": odd}], user_id="u"),
    ]
    for call in calls:
        with pytest.raises(InputError, match="give True or False"):
            call()
    assert memory.stats().memories == 0


@pytest.mark.parametrize("odd", [5, "x", [None], object()])
def test_what_tells_of_progress_is_looked_at_first(memory: Memory, odd: Any) -> None:
    with pytest.raises(InputError, match="on_progress"):
        memory.add_many(["Ana knows Bo."], user_id="u", on_progress=odd)
    assert memory.stats().memories == 0


@pytest.mark.parametrize("odd", [5, True, set(), {}, [], (), object(), [None], [[]]])
def test_states_are_words(memory: Memory, odd: Any) -> None:
    with pytest.raises(InputError, match="pending"):
        memory.ingests(user_id="u", state=odd)


def test_a_reason_is_short_and_an_id_is_called_by_its_name(memory: Memory) -> None:
    memory.add("Ana knows Bo.", user_id="u")
    with pytest.raises(InputError, match="reason has 1,001 characters"):
        memory.merge("Ana", "Bo", user_id="u", reason="x" * 1_001)
    with pytest.raises(InputError, match="candidate_id"):
        memory.dismiss("", user_id="u")
    with pytest.raises(InputError, match="merge_id"):
        memory.split("", user_id="u")
    with pytest.raises(NotFound, match="history of a pair"):
        memory.history("same_x", user_id="u")


class Unshown:
    """What cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    "odd", ["x" * 1_000_000, "ø" * 5_000, b"x" * 5_000, ["x" * 5_000] * 50, 10**5_000, Unshown()], ids=range(6)
)
def test_an_error_quotes_little(memory: Memory, odd: Any) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0].id
    calls: list[Callable[[], object]] = [
        lambda: memory.get(odd),
        lambda: memory.history(odd),
        lambda: memory.ingest(odd),
        lambda: memory.retry_ingest(odd),
        lambda: memory.ingests(user_id="u", state=odd),
        lambda: memory.ingests(user_id="u", limit=odd),
        lambda: memory.get_all(user_id="u", cursor=odd),
        lambda: memory.timeline("Ana", user_id="u", cursor=odd),
        lambda: memory.same_as(user_id="u", status=odd),
        lambda: memory.work(lease=odd),
        lambda: memory.merge(odd, "Ana", user_id="u"),
        lambda: memory.split(odd, user_id="u"),
        lambda: memory.feedback(one, odd),
        lambda: memory.restore(one, revision=odd),
        lambda: memory.add("x", user_id="u", memory_type=odd),
        lambda: memory.add("x", user_id="u", triples=[("a", "b", odd), ("a", "b", "")]),
        lambda: memory.add({"role": odd, "content": "x"}, user_id="u"),
        lambda: memory.add_many(["x"], user_id="u", on_error=odd),
        lambda: memory.search("x", user_id="u", threshold=odd),
        lambda: memory.search("x", user_id="u", filters={"created_at": {"gt": odd}}),
    ]
    for call in calls:
        with pytest.raises(GraphmemError) as caught:
            call()
        assert len(str(caught.value)) < 800


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
