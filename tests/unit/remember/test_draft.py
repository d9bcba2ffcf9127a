"""Long texts are cut where a reader would cut them, and nothing but white space is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.episode import Message
from graphmem.domain.scope import Scope
from graphmem.remember.draft import Intake, draft
from graphmem.remember.pieces import pieces

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANA = Scope(user_id="ana", agent_id="helper")


@given(st.text(st.sampled_from("ab. \n\u3002é"), min_size=1, max_size=400).filter(str.strip), st.integers(1, 50))
def test_pieces_keep_every_visible_character_in_order(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_pieces_prefer_paragraphs_then_sentences() -> None:
    text = "One two.\n\nThree four. Five six."
    assert pieces(text, 24) == ["One two.", "Three four. Five six."]
    assert pieces(text, 12) == ["One two.", "Three four.", "Five six."]


def test_a_heading_stays_with_what_follows_it() -> None:
    text = "Aram\n" + "He wrote ballets. " * 10
    cut = pieces(text, 60)
    assert cut[0].startswith("Aram\nHe wrote ballets.")
    assert all(len(piece) <= 60 for piece in cut)


def test_a_megabyte_is_windowed() -> None:
    text = "The quick brown fox jumps over the lazy dog. " * 24_000
    cut = pieces(text, 2_000)
    assert len(text) > 1_000_000
    assert all(len(piece) <= 2_000 for piece in cut)
    assert sum(piece.count("fox") for piece in cut) == 24_000


def test_each_message_is_a_memory_and_system_messages_are_not() -> None:
    messages = (
        Message(role="system", content="Be kind."),
        Message(content="Hello."),
        Message(role="tool", content="42"),
    )
    episodes, drafts = draft([Intake(ANA, messages, is_text=False)], NOW, 2_000)
    assert [one.record.text for one in drafts] == ["Hello.", "42"]
    assert [one.record.position for one in drafts] == [0, 1]
    assert {one.record.episode_id for one in drafts} == {episodes[0].id}
    assert drafts[0].passage is not None
    assert drafts[1].passage is None, "facts are not read from a tool's output"


def test_who_speaks_to_whom() -> None:
    messages = (Message(content="I moved."), Message(role="assistant", content="You moved!"))
    _, drafts = draft([Intake(ANA, messages, is_text=False)], NOW, 2_000)
    first, second = (one.passage for one in drafts)
    assert first is not None
    assert second is not None
    assert (first.speaker, first.listener) == ("ana", "helper")
    assert (second.speaker, second.listener) == ("helper", "ana")


def test_two_named_speakers_address_each_other() -> None:
    messages = (Message(content="Hi.", name="Caro"), Message(content="Hey.", name="Mel"))
    _, drafts = draft([Intake(ANA, messages, is_text=False)], NOW, 2_000)
    assert [(one.passage.speaker, one.passage.listener) for one in drafts if one.passage] == [
        ("Caro", "Mel"),
        ("Mel", "Caro"),
    ]
