"""How often the store is asked: every call is a round trip where the store is a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

import graphmem.memory
from graphmem import Memory
from graphmem.domain.triple import Reading
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Passage
from graphmem.settings import Settings
from graphmem.testing import FixedClock
from graphmem.wiring import make_store
from tests.support.counting import CountingStore
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

ONE_READ = ["consult", "commit"]


class DenyingExtractor(PlainExtractor):
    """Reads ``Ana never_likes Tea.`` as the denial of ``likes``, and a first line as what the text is about."""

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        return [
            _with_denials(_with_heading(one, passage.text))
            for one, passage in zip(super().read(passages), passages, strict=True)
        ]


def _with_denials(reading: Reading) -> Reading:
    triples = [
        one.model_copy(update={"predicate": one.predicate.removeprefix("never_"), "negated": True})
        if one.predicate.startswith("never_")
        else one
        for one in reading.triples
    ]
    return reading.model_copy(update={"triples": tuple(triples)})


def _with_heading(reading: Reading, text: str) -> Reading:
    heading, found, _ = text.partition("\n")
    if not found or reading.about is None:
        return reading
    span = reading.about.span.model_copy(update={"start": 0, "end": len(heading)})
    return reading.model_copy(update={"about": reading.about.model_copy(update={"name": heading, "span": span})})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[CountingStore]:
    """The stores behind the memories made from here on."""
    made: list[CountingStore] = []

    def counting(settings: Settings, embedder: Embedder) -> CountingStore:
        made.append(CountingStore(make_store(settings, embedder)))
        return made[-1]

    monkeypatch.setattr(graphmem.memory, "make_store", counting)
    return made


@pytest.fixture
def memory(stores: list[CountingStore], clock: FixedClock) -> Iterator[Memory]:
    with Memory(":memory:", embedder=HashingEmbedder(), extractor=DenyingExtractor(), clock=clock) as made:
        yield made


@pytest.fixture
def calls(memory: Memory, stores: list[CountingStore]) -> list[str]:
    """What the store behind `memory` was asked; to be cleared before what is counted."""
    return stores[0].calls


def chain(memory: Memory) -> None:
    """Memories that lead from one to the next."""
    memory.add_many(["Ana works_at Acme.", "Acme owned_by Bo.", "Bo born_in Porto.", "Cy likes Tea."], user_id="u")


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_a_search_asks_once_then_once_a_hop_then_for_the_rows(memory: Memory, calls: list[str], hops: int) -> None:
    chain(memory)
    memory.add_many([f"Ana saw Thing{number}." for number in range(40)], user_id="u", run_id="r")
    calls.clear()
    found = memory.search("Ana works_at what is owned_by whom", user_id="u", hops=hops)
    assert calls == ["seeds", *["expand"] * hops, "fetch"]
    assert len(found) == 10
    assert found.trace.named == ("Ana",)


def test_a_search_asks_no_more_for_a_filter_or_another_time(memory: Memory, calls: list[str]) -> None:
    chain(memory)
    memory.add_many([f"Ana saw Thing{number}." for number in range(40)], user_id="u")
    for asked in ({"include_retired": True}, {"as_of": "2026-05-02", "filters": {"created_at": {"gt": "2020-01-01"}}}):
        calls.clear()
        assert len(memory.search("Ana works_at what is owned_by whom", user_id="u", **asked)) == 10
        assert calls == ["seeds", "expand", "expand", "fetch"]


def test_a_search_stops_when_there_is_nowhere_left_to_go(memory: Memory, calls: list[str]) -> None:
    memory.add("Ana knows Bo.", user_id="u")
    calls.clear()
    memory.search("Ana", user_id="u", hops=3)
    assert calls == ["seeds", "expand", "fetch"]


def test_an_add_asks_once_and_writes_once(memory: Memory, calls: list[str]) -> None:
    for text in ("Ana knows Bo.", "Ana knows Cy. Bo likes Tea.", "nothing to read", "Ana knows Di.\n" * 400):
        calls.clear()
        memory.add(text, user_id="u", run_id="r")
        assert calls == ONE_READ, text


@pytest.mark.parametrize(
    "text", ["No, I live in Porto.", "It's late.", "Well, Ana likes Tea.", "Sorry, Bob.", "No, I meant it?"]
)
def test_an_add_asks_no_more_for_words_that_correct_nothing(memory: Memory, calls: list[str], text: str) -> None:
    memory.add("Ana live_in Leira.", user_id="u", run_id="r")
    calls.clear()
    memory.add(text, user_id="u", run_id="r")
    assert calls == ONE_READ


def test_a_bare_correction_asks_what_was_said_before(memory: Memory, calls: list[str]) -> None:
    memory.add("Ana knows Bo.", user_id="u", run_id="r")
    for run, asked in (("r", ["memories", "fetch"]), ("s", ["memories"]), (None, ["memories"])):
        calls.clear()
        memory.add("No, I meant Leiria.", user_id="u", run_id=run)
        assert calls == asked + ONE_READ
    calls.clear()
    memory.add_many(["No, I meant Leiria.", "Ana knows Cy."], user_id="v", infer=False)
    assert calls == ONE_READ


def test_a_batch_is_one_add(memory: Memory, calls: list[str]) -> None:
    memory.add_many([f"Ana knows Friend{number}." for number in range(20)], user_id="u", batch_size=10)
    assert calls == ONE_READ * 2


def test_a_repeated_add_only_asks(memory: Memory, calls: list[str]) -> None:
    memory.add("Ana knows Bo.", user_id="u")
    calls.clear()
    again = memory.add("Ana knows Bo.", user_id="u")
    assert calls == ["consult"]
    assert (again.results[0].event, again.receipt.version, again.receipt.written) == ("NOOP", 1, {})


def test_a_new_value_closes_the_old_one_and_its_memory_without_asking_again(
    memory: Memory, calls: list[str], clock: FixedClock
) -> None:
    old = memory.add("Ana live_in Paris.", user_id="u", run_id="r").results[0]
    given = memory.add("Told apart", user_id="u", triples=[("Ana", "Works at", "Acme")]).results[0]
    clock.advance(days=1)
    for text, triples, outdated in (
        ("Ana move_to Berlin.", [("Ana", "lives in", "Berlin")], old),
        ("Ana works_at Globex.", None, given),
    ):
        calls.clear()
        new = memory.add(text, user_id="u", triples=triples).results[0]
        assert calls == ONE_READ
        assert [fact.id for fact in new.superseded] == [fact.id for fact in outdated.facts]
        assert memory.get(outdated.id).superseded_by == new.facts[0].id


def test_a_new_subject_is_found_in_earlier_memories_without_asking_again(memory: Memory, calls: list[str]) -> None:
    memory.add("We saw Quasar shine there", user_id="u", run_id="r")
    calls.clear()
    memory.add("Quasar emits Light.", user_id="u")
    assert calls == ONE_READ
    found = memory.search("We saw shine", user_id="u", hops=1)
    assert [hit.path[-1].entity for hit in found if hit.memory.text == "Quasar emits Light."] == ["Quasar"]


def test_a_denial_asks_no_more_and_its_contradiction_once_more(
    memory: Memory, calls: list[str], clock: FixedClock
) -> None:
    old = memory.add("Ana likes Tea.", user_id="u").results[0]
    clock.advance(days=1)
    calls.clear()
    new = memory.add("Ana never_likes Tea.", user_id="u", run_id="r").results[0]
    assert calls == ONE_READ
    assert new.event == "UPDATE"
    assert memory.get(old.id).superseded_by == new.facts[0].id
    clock.advance(days=1)
    calls.clear()
    again = memory.add("Ana likes Tea.", user_id="u").results[0]
    assert calls == ["consult", *ONE_READ]
    assert memory.get(new.id).superseded_by == again.facts[0].id


def test_a_short_title_that_another_bears_asks_once_more(memory: Memory, calls: list[str]) -> None:
    early = memory.add("Ana praised Belle yesterday", user_id="u").results[0]
    memory.add("Cy likes Belle.", user_id="u")
    calls.clear()
    memory.add("Belle (song)\nBelle praises Villeneuve.", user_id="u")
    assert calls == ["consult", *ONE_READ]
    found = memory.search("Ana praised yesterday", user_id="u", hops=1)
    assert early.id == found.hits[0].memory.id
    assert [hit.path[-1].entity for hit in found if hit.memory.text.startswith("Belle (song)")] == ["Belle (song)"]


def test_an_update_asks_for_the_memory_and_once_more(memory: Memory, calls: list[str]) -> None:
    told = memory.add("Ana live_in Paris.", user_id="u").results[0]
    calls.clear()
    memory.update(told.id, "Ana live_in Rome.", user_id="u")
    assert calls == ["version", "fetch", *ONE_READ]
    assert [fact.object for fact in memory.facts(user_id="u", include_retired=True)] == ["Rome"]
