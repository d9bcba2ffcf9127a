"""What is refused is refused with a typed error that says what to do; what is taken is taken whole."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.episode import Message
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, InvalidMessage, InvalidMetadata, InvalidText, InvalidTime, InvalidTriple
from graphmem.remember.items import intake_of, items_of
from graphmem.remember.normalise import check_metadata, check_text, messages_of, moment

ANA = Scope(user_id="ana")


@pytest.mark.parametrize("bad", ["", " \n\t", "a\0b", "\ud800", "x\udfff", None, 3, b"bytes"])
def test_text_that_is_refused(bad: object) -> None:
    with pytest.raises(InvalidText):
        check_text(bad)


@pytest.mark.parametrize("fine", ["👩‍👩‍👧", "שלום עולם", "e\u0301", "a\u202eb", "x" * 1_000_000])
def test_text_that_is_kept_as_it_is(fine: str) -> None:
    assert check_text(fine) == fine


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([], "empty list"),
        ([{"role": "user"}], "content"),
        ([{"role": "user", "content": None}], "content"),
        ([{"role": "robot", "content": "hi"}], "robot"),
        ([{"content": 3}], "string"),
        ([{"content": "hi", "text": "hi"}], "unknown keys"),
        ([3], r"messages\[0\]"),
        ([{"content": []}], "no text"),
        ([{"content": [{"type": "image_url", "image_url": {"url": "https://x"}}]}], "no text: images"),
        ([{"content": [3]}], r"'content'\]\[0\] must be a part"),
        ([{"content": [{"type": "text"}]}], r"'content'\]\[0\] has no 'text'"),
        ([{"content": [{"type": "text", "text": 3}]}], r"'content'\]\[0\] has no 'text'"),
        ([{"content": [{"type": "text", "text": " "}]}], "no text"),
        (3, "messages must be"),
        ({1, 2}, "messages must be"),
    ],
)
def test_messages_that_are_refused(bad: Any, says: str) -> None:
    with pytest.raises(InvalidMessage, match=says):
        messages_of(bad, None)


@pytest.mark.parametrize("role", ["assistant", "tool", "system"])
@pytest.mark.parametrize("make", [dict, Message])
def test_the_actor_is_the_user_only(role: Any, make: Any) -> None:
    given_as = [make(role=role, content="mine"), make(role=role, content="named", name="Helper"), make(content="his")]
    assert [one.name for one in messages_of(given_as, "Kim")] == [None, "Helper", "Kim"]


def test_messages_in_every_form() -> None:
    given_as = ["plain", {"content": "mapped", "role": "assistant"}, Message(content="made", name="Bo")]
    assert messages_of(given_as, "ana") == (
        Message(content="plain", name="ana"),
        Message(role="assistant", content="mapped"),
        Message(content="made", name="Bo"),
    )


def test_of_content_in_parts_the_words_are_taken() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    parts = [
        {"type": "text", "text": "This is my dog Rex."},
        image,
        {"type": "input_text", "text": "He lives in Oslo."},
        "Bye.",
    ]
    given_as = [
        {"role": "user", "content": [image]},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Lovely."}, {"type": "tool_use", "id": "1"}]},
    ]
    assert messages_of(given_as, "Kim") == (
        Message(content="This is my dog Rex.\nHe lives in Oslo.\nBye.", name="Kim"),
        Message(role="assistant", content="Lovely."),
    )
    with pytest.raises(InvalidText, match="NUL"):
        messages_of([{"content": [{"type": "text", "text": "a\0"}]}], None)


def test_only_system_messages_are_refused() -> None:
    with pytest.raises(InvalidMessage, match="system"):
        intake_of(ANA, [{"role": "system", "content": "Be kind."}])


def deep(depth: int) -> dict[str, Any]:
    root: dict[str, Any] = {}
    inner = root
    for _ in range(depth):
        inner["a"] = {}
        inner = inner["a"]
    return root


@pytest.mark.parametrize(
    "bad",
    [
        {"x": math.nan},
        {"x": math.inf},
        {"x": {1, 2}},
        {"x": datetime.now(UTC)},
        {1: "x"},
        {"x": 2**63},
        {"x": "\ud800"},
        {"x": "a\0"},
        {"user_id": "bob"},
        {"owner": "bob"},
        deep(5_000),
        {str(i): i for i in range(300)},
        {"x": "y" * 70_000},
        ["not a mapping"],
    ],
)
def test_metadata_that_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidMetadata):
        check_metadata(bad)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["city", "n", "tags"]), json_values, max_size=3))
def test_metadata_that_is_json_is_kept(metadata: dict[str, Any]) -> None:
    assert check_metadata(metadata) == metadata


@pytest.mark.parametrize("bad", ["yesterday", "2026-13-01", 17, "", "9999-12-31T23:59:59-14:00"])
def test_times_that_are_refused(bad: Any) -> None:
    with pytest.raises(InvalidTime, match="occurred_at"):
        moment(bad, "occurred_at")


def test_times_become_utc() -> None:
    assert moment("2026-03-01", "t") == datetime(2026, 3, 1, tzinfo=UTC)
    assert moment(date(2026, 3, 1), "t") == datetime(2026, 3, 1, tzinfo=UTC)
    assert moment(datetime(2026, 3, 1, 12), "t") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    there = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert moment(there, "t") == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "bad", [("a", "b"), "abc", ("a", "", "c"), ("a", "!!", "c"), (1, "b", "c"), {"subject": "a"}, ("a", "b", "\ud800x")]
)
def test_triples_that_are_refused(bad: Any) -> None:
    with pytest.raises((InvalidTriple, InvalidText)):
        intake_of(ANA, "text", triples=[bad])


def test_memory_types() -> None:
    with pytest.raises(InputError, match="unknown"):
        intake_of(ANA, "text", memory_type="vague")
    with pytest.raises(InputError, match="agent_id"):
        intake_of(ANA, "text", memory_type="procedural")
    assert intake_of(Scope(agent_id="bot"), "text", memory_type="procedural").memory_type == "procedural"


def test_what_is_wrong_with_an_item_names_the_item() -> None:
    fine, wrong, last = items_of(["fine", "", "fine too"], ANA, True)
    assert isinstance(wrong, InvalidText)
    assert str(wrong).startswith("items[1]: ")
    assert not isinstance(fine, InputError)
    assert not isinstance(last, InputError)
    (unknown,) = items_of([{"messages": "x", "user_id": "bob"}], ANA, True)
    assert isinstance(unknown, InvalidMessage)
    assert str(unknown).startswith("items[0]: unknown keys")
    with pytest.raises(InputError, match="items must be a list"):
        list(items_of("text", ANA, True))
