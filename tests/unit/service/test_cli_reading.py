"""What `graphmem add` makes of words, standard input and files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from graphmem.errors import InputError, InvalidMessage, InvalidText
from graphmem.service.cli.reading import headed, items_given, items_of, lines_of, words_or_stdin


class _Stdin:
    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def _lines(*rows: object) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def test_words_of_the_command_line() -> None:
    assert items_given("Ana lives in Lisbon.", (), False, {}) == [{"messages": "Ana lives in Lisbon.", "metadata": {}}]


def test_standard_input_is_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin("Zoë\nlives here".encode()))
    assert items_given("-", (), False, {}) == [{"messages": "Zoë\nlives here", "metadata": {}}]


def test_standard_input_as_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b'"one"\n\n{"text": "two"}\r\n'))
    assert [item["messages"] for item in items_given("-", (), True, {})] == ["one", "two"]


def test_a_byte_order_mark_is_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b"\xef\xbb\xbfword"))
    assert words_or_stdin("-") == "word"


def test_files_follow_the_words_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(_lines("second", {"text": "third"}), encoding="utf-8")
    items = items_given("zeroth", (tmp_path / "a.txt", tmp_path / "b.jsonl"), False, {"actor_id": "Ana"})
    assert [item["messages"] for item in items] == ["zeroth", "first", "second", "third"]
    assert {item["actor_id"] for item in items} == {"Ana"}


def test_an_item_says_more_than_what_all_share(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    row = {"text": "x", "metadata": {"year": 2020}, "occurred_at": "2020-01-01", "triples": [["a", "b", "c"]]}
    path.write_text(_lines(row), encoding="utf-8")
    shared = {"metadata": {"year": 1999, "source": "diary"}, "occurred_at": "1999-01-01"}
    (item,) = items_given(None, (path,), False, shared)
    assert item["metadata"] == {"year": 2020, "source": "diary"}
    assert item["occurred_at"] == "2020-01-01"
    assert item["triples"] == [["a", "b", "c"]]


def test_a_title_becomes_the_heading() -> None:
    (item,) = lines_of(_lines({"title": "Lisbon", "text": "The capital of Portugal."}), "f")
    assert (
        item
        == {"messages": headed("Lisbon", "The capital of Portugal.")}
        == {"messages": "Lisbon\nThe capital of Portugal."}
    )


def test_messages_are_taken_as_they_are() -> None:
    messages = [{"role": "user", "content": "hi", "name": "Ana"}]
    assert list(lines_of(_lines({"messages": messages}), "f")) == [{"messages": messages}]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: must be a string or an object"),
        ('{"text": "a", "colour": 1}', "line 2: unknown fields colour"),
        ('{"text": "a", "messages": "b"}', "either 'text' or 'messages'"),
        ('{"metadata": {}}', "either 'text' or 'messages'"),
        ('{"text": "a", "metadata": 3}', "'metadata' must be an object"),
        ('{"title": "a", "messages": "b"}', "'title' is a heading"),
        ("[" * 100_000, "line 2: not JSON"),
    ],
)
def test_a_bad_line_is_named(row: str, says: str) -> None:
    with pytest.raises(InvalidMessage, match=says):
        list(lines_of('"fine"\n' + row, "notes.jsonl"))


def test_nothing_given() -> None:
    with pytest.raises(InputError, match="Nothing to add"):
        items_given(None, (), False, {})


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"does not end in \.txt"):
        items_of(tmp_path / "a.pdf")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt cannot be read: No such file"):
        items_of(tmp_path / "a.txt")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        items_of(tmp_path / "folder.txt")


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InvalidText, match="not UTF-8"):
        items_of(tmp_path / "a.txt")
