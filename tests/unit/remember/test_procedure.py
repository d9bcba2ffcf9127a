"""A trajectory is one memory, its steps in order and word for word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.episode import Message
from graphmem.domain.memory import MemoryType
from graphmem.domain.procedure import numbered, steps_of
from graphmem.domain.scope import Scope
from graphmem.errors import InputError
from graphmem.remember.draft import Intake, draft
from graphmem.remember.items import intake_of
from graphmem.remember.procedure import procedure_of, procedure_pieces

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BOT = Scope(agent_id="bot")
STEP = st.text(st.sampled_from("ab. \n1)2-"), min_size=1, max_size=60).map(str.strip).filter(bool)
TRAJECTORY = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Refund order 88."},
    {"role": "assistant", "content": "Plan:\n1. look it up\n2. refund it"},
    {"role": "tool", "content": '{"status": "paid"}'},
]


@given(st.lists(STEP, min_size=1, max_size=12))
def test_steps_can_be_had_back_word_for_word(steps: list[str]) -> None:
    assert list(steps_of(numbered(steps))) == steps


@given(st.lists(STEP, min_size=1, max_size=12), st.integers(10, 120))
def test_a_long_procedure_is_cut_in_order_and_nothing_is_lost(steps: list[str], limit: int) -> None:
    text = numbered(steps)
    cut = procedure_pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
    if all(len(f"{len(steps)}. {step}") + 3 * step.count("\n") <= limit for step in steps):
        assert [step for piece in cut for step in steps_of(piece)] == steps


def test_messages_become_one_memory_with_the_tools_words_in_it() -> None:
    _, (one,) = draft([intake_of(BOT, TRAJECTORY, memory_type="procedural")], NOW, 2_000)
    assert one.record.text == (
        '1. user: Refund order 88.\n2. assistant: Plan:\n   1. look it up\n   2. refund it\n3. tool: {"status": "paid"}'
    )
    assert one.record.steps == (
        "user: Refund order 88.",
        "assistant: Plan:\n1. look it up\n2. refund it",
        'tool: {"status": "paid"}',
    )
    assert (one.record.role, one.record.actor_id, one.record.memory_type) == ("assistant", None, "procedural")


def test_a_text_is_kept_as_it_is() -> None:
    text = "To drain the tank:\n1) Close the valve.\n2) Open the tap,\n   slowly.\n\nThen wait."
    _, (one,) = draft([intake_of(BOT, text, memory_type="procedural_memory")], NOW, 2_000)
    assert (one.record.text, one.record.role) == (text, "user")
    assert one.record.steps == ("Close the valve.", "Open the tap,\nslowly.\n\nThen wait.")
    assert steps_of("Close the valve, then open the tap.") == ("Close the valve, then open the tap.",)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1. Open.\n2. Pour.\n10. Close.", ("Open.", "Pour.", "Close.")),
        ("1. Open.\n2. Pour.\n9. Wait.\n10. Close.\n11. Go.", ("Open.", "Pour.", "Wait.", "Close.", "Go.")),
        ("10. Open.\n20. Pour.\n30. Close.", ("Open.", "Pour.", "Close.")),
        (
            "1. Open it, as in\n2024. That was the year.\n2. Pour.",
            ("Open it, as in\n2024. That was the year.", "Pour."),
        ),
        ("2. Open.\n1. Not a step.\n3. Pour.", ("Open.\n1. Not a step.", "Pour.")),
    ],
)
def test_steps_keep_their_order_whatever_their_numbers(text: str, steps: tuple[str, ...]) -> None:
    assert steps_of(text) == steps
    for limit in (8, 12, 2_000):
        assert "\n".join(procedure_pieces(text, limit)).split() == text.split()


def test_one_speaker_is_the_actor_and_several_are_named_in_the_steps() -> None:
    said = [Message(content="Look.", name="Scout"), Message(role="tool", content="ok", name="Scout")]
    assert procedure_of(said).name == "Scout"
    assert procedure_of([*said, Message(content="Go.", name="Lead")]).content.endswith("3. Lead: Go.")


def test_other_kinds_have_no_steps_and_a_message_a_memory() -> None:
    _, drafts = draft([intake_of(BOT, TRAJECTORY)], NOW, 2_000)
    assert [one.record.steps for one in drafts] == [(), (), ()]


def test_what_a_model_wrote_takes_the_place_of_the_words() -> None:
    said = tuple(Message(**message) for message in TRAJECTORY)
    intake = Intake(BOT, said, is_text=False, memory_type=MemoryType.PROCEDURAL, procedure="1. Look up.\n2. Refund.")
    (episode,), (one,) = draft([intake], NOW, 2_000)
    assert one.record.steps == ("Look up.", "Refund.")
    assert episode.messages == said


@pytest.mark.parametrize("kind", ["skill", "procedural-memory", 3])
def test_unknown_kinds_are_refused(kind: object) -> None:
    with pytest.raises(InputError, match="is unknown: use semantic, episodic, procedural"):
        intake_of(BOT, "text", memory_type=kind)  # type: ignore[arg-type]
