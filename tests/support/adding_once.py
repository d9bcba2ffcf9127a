"""What every store promises of adds under a key and of dry runs; derive from it with a fixture `place` (fields of Settings)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory, Settings
from graphmem.domain.results import AddResult
from graphmem.domain.triple import Reading
from graphmem.errors import ExtractionFailed, InputError, KeyReused
from graphmem.ports.extractor import Passage
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLIENTS = 4
Place = dict[str, Any]


class CountingExtractor(PlainExtractor):
    """Counts what it reads; texts with ``Broken`` it cannot."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        self.texts += [passage.text for passage in passages]
        if any("Broken" in passage.text for passage in passages):
            raise ExtractionFailed("Broken text: repair it.")
        return super().read(passages)


def opened(place: Place, extractor: PlainExtractor) -> Memory:
    """A memory there."""
    return Memory(Settings.of(**place), embedder=HashingEmbedder(), extractor=extractor, clock=FixedClock(NOON))


def ids(result: AddResult) -> list[str]:
    return [one.id for one in result]


def said(result: AddResult) -> list[tuple[Any, ...]]:
    """What a result says beside its ids."""
    return [
        (one.memory, one.event, one.reason, [str(f) for f in one.facts], [str(f) for f in one.superseded])
        for one in result
    ]


class AddingOnce:
    """The promises of `idempotency_key` and `dry_run`."""

    @pytest.fixture
    def extractor(self) -> CountingExtractor:
        return CountingExtractor()

    @pytest.fixture
    def memory(self, place: Place, extractor: CountingExtractor) -> Iterator[Memory]:
        with opened(place, extractor) as made:
            yield made

    def test_the_second_add_is_the_first_one_again(self, memory: Memory, extractor: CountingExtractor) -> None:
        told = [{"role": "user", "content": "Ana knows Bo."}, {"role": "assistant", "content": "Bo likes Tea."}]
        first = memory.add(told, user_id="ana", idempotency_key="k")
        assert (first.receipt.repeated, first.receipt.state, len(first)) == (False, "done", 2)
        extractor.texts.clear()
        again = memory.add(told, user_id="ana", idempotency_key="k")
        assert extractor.texts == []
        assert ids(again) == ids(first)
        assert [one.event for one in again] == ["NOOP", "NOOP"]
        assert [[f.id for f in one.facts] for one in again] == [[f.id for f in one.facts] for one in first]
        receipt = again.receipt
        assert (receipt.repeated, receipt.written, receipt.version) == (True, {}, first.receipt.version)
        assert (receipt.episode_ids, receipt.ingest_id) == (first.receipt.episode_ids, first.receipt.ingest_id)

    def test_words_that_are_known_take_the_key_too(self, memory: Memory) -> None:
        first = memory.add("Ana knows Bo.", user_id="ana")
        under = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        again = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        assert ids(first) == ids(under) == ids(again)
        assert (under.receipt.repeated, again.receipt.repeated, again.receipt.episode_ids) == (False, True, ())
        with pytest.raises(KeyReused):
            memory.add("Ana knows Cy.", user_id="ana", idempotency_key="k")

    @pytest.mark.parametrize(
        "other",
        [
            {"messages": "Ana knows Cy."},
            {"metadata": {"a": 2}},
            {"occurred_at": "2020-01-02"},
            {"infer": False},
            {"triples": [("Ana", "knows", "Bo")]},
            {"messages": [{"role": "user", "content": "Ana knows Bo."}]},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_another_content_is_told_and_nothing_written(self, memory: Memory, other: dict[str, Any]) -> None:
        given: dict[str, Any] = {"messages": "Ana knows Bo.", "metadata": {"a": 1}, "occurred_at": "2020-01-01"}
        given |= {"user_id": "ana", "idempotency_key": "k"}
        first = memory.add(**given)
        with pytest.raises(KeyReused, match="idempotency_key='k' was given before with another content"):
            memory.add(**given | other)
        assert memory.stats().memories == 1
        assert ids(memory.add(**given)) == ids(first)
        assert memory.add(**given, prompt="Read well.").receipt.repeated, "a wish is no content"

    def test_a_key_is_its_scopes_own(self, memory: Memory) -> None:
        scopes = [{"user_id": "ana"}, {"user_id": "an%"}, {"agent_id": "ana"}, {"user_id": "ana", "run_id": "1"}]
        scopes += [{"user_id": "ana", "agent_id": "1"}]
        made = [memory.add(f"Secret{n} knows Bo.", **scope, idempotency_key="k") for n, scope in enumerate(scopes)]
        assert not any(one.receipt.repeated for one in made)
        for n, scope in enumerate(scopes):
            again = memory.add(f"Secret{n} knows Bo.", **scope, idempotency_key="k")
            assert ids(again) == ids(made[n])
            with pytest.raises(KeyReused) as raised:
                memory.add("Somebody else knows Bo.", **scope, idempotency_key="k")
            assert "Secret" not in str(raised.value)

    def test_a_failed_add_leaves_the_key_unused(self, memory: Memory) -> None:
        with pytest.raises(ExtractionFailed):
            memory.add("Broken knows Bo.", user_id="ana", idempotency_key="k")
        assert memory.stats().memories == 0
        assert not memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k").receipt.repeated

    @pytest.mark.parametrize("key", ["", "  ", "a\nb", "\ud800", "x" * 257, 7])
    def test_what_is_no_key_is_refused(self, memory: Memory, key: Any) -> None:
        with pytest.raises(InputError, match="idempotency_key"):
            memory.add("Ana knows Bo.", user_id="ana", idempotency_key=key)

    def test_the_key_goes_with_the_last_of_its_memories(self, memory: Memory) -> None:
        told = ["Ana knows Bo.", "Bo likes Tea."]
        first = memory.add(told, user_id="ana", idempotency_key="k")
        memory.delete(ids(first)[0], user_id="ana")
        left = memory.add(told, user_id="ana", idempotency_key="k")
        assert (ids(left), left.receipt.repeated) == (ids(first)[1:], True)
        memory.delete(ids(first)[1], user_id="ana")
        anew = memory.add(told, user_id="ana", idempotency_key="k")
        assert not anew.receipt.repeated
        assert not set(ids(anew)) & set(ids(first))
        memory.delete_all(user_id="ana")
        assert not memory.add("Ana knows Cy.", user_id="ana", idempotency_key="k").receipt.repeated

    def test_a_memory_that_was_rewritten_is_given_as_it_is(self, memory: Memory) -> None:
        first = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        memory.update(ids(first)[0], "Ana knows Cy.", user_id="ana")
        again = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        assert [(one.id, one.memory) for one in again] == [(ids(first)[0], "Ana knows Cy.")]
        assert [fact.object for fact in again.results[0].facts] == ["Cy"]

    def test_items_have_keys_of_their_own(self, memory: Memory, extractor: CountingExtractor) -> None:
        def item(number: int) -> dict[str, Any]:
            return {"messages": f"Ana saw Thing{number}.", "idempotency_key": f"k{number}"}

        first = memory.add_many([item(n) for n in range(5)], user_id="ana", batch_size=2)
        extractor.texts.clear()
        mixed = [item(3), item(5), "Ana saw Nothing.", item(5), item(0)]
        again = memory.add_many(mixed, user_id="ana", batch_size=5)
        assert [one.receipt.repeated for one in again] == [True, False, False, True, True]
        assert [ids(one) for one in again] == [
            ids(again[0]),
            ids(again[1]),
            ids(again[2]),
            ids(again[1]),
            ids(first[0]),
        ]
        assert ids(again[0]) == ids(first[3])
        assert sorted(extractor.texts) == ["Ana saw Nothing.", "Ana saw Thing5."]
        with pytest.raises(KeyReused):
            memory.add_many([item(9), {**item(9), "messages": "Ana saw Stars."}], user_id="ana")
        assert memory.stats().memories == 7

    def test_clients_at_once_with_one_key_give_one_result(self, place: Place) -> None:
        async def client(number: int) -> list[AddResult]:
            made = AsyncMemory(Settings.of(**place), embedder=HashingEmbedder(), extractor=PlainExtractor())
            async with made as memory:
                adds = [
                    memory.add(f"Ana saw Thing{n}.", user_id="ana", idempotency_key=f"k{n}") for n in range(number, 6)
                ]
                adds += [memory.add(f"Ana saw Thing{n}.", user_id="ana", idempotency_key=f"k{n}") for n in range(6)]
                return await asyncio.gather(*adds)

        async def all_at_once() -> list[list[AddResult]]:
            async with AsyncMemory(Settings.of(**place), embedder=HashingEmbedder(), extractor=PlainExtractor()):
                pass
            return await asyncio.gather(*(client(0) for _ in range(CLIENTS)))

        results = [one for some in asyncio.run(all_at_once()) for one in some]
        by_text: dict[str, list[AddResult]] = {}
        for one in results:
            by_text.setdefault(one.results[0].memory, []).append(one)
        assert len(by_text) == 6
        for same in by_text.values():
            assert len({tuple(ids(one)) for one in same}) == 1
            assert [one.receipt.repeated for one in same].count(False) == 1
        with opened(place, PlainExtractor()) as memory:
            assert memory.stats().memories == 6

    def test_a_dry_run_says_what_the_add_then_does(self, memory: Memory, extractor: CountingExtractor) -> None:
        memory.add("Ana live_in Paris.", user_id="ana", occurred_at="2020-01-01")
        before = (memory.stats(), memory.get_all(user_id="ana"), memory.facts(user_id="ana", include_retired=True))
        told: dict[str, Any] = {"messages": ["Ana live_in Rome.", "Bo likes Tea."], "user_id": "ana"}
        told |= {"occurred_at": "2021-01-01", "idempotency_key": "k"}
        extractor.texts.clear()
        dry = memory.add(**told, dry_run=True)
        assert extractor.texts == ["Ana live_in Rome.", "Bo likes Tea."]
        after = (memory.stats(), memory.get_all(user_id="ana"), memory.facts(user_id="ana", include_retired=True))
        assert after == before
        assert (dry.receipt.version, dry.receipt.written, dry.receipt.ingest_id) == (1, {}, None)
        real = memory.add(**told)
        assert (said(dry), real.receipt.repeated, real.changes) == (said(real), False, None)
        assert dry.changes is not None
        counts = {kind: len(getattr(dry.changes, kind)) for kind in ("episodes", "memories", "facts", "mentions")}
        assert counts == {kind: real.receipt.written[kind] for kind in counts}
        assert dry.changes.vectors == {}
        assert real.receipt.version == dry.receipt.version + 1
        assert "+ memory" in str(dry.changes)
        assert f"~ fact {dry.changes.retired_facts[0].id} is closed by" in str(dry.changes)
        assert dry.model_dump(mode="json")["changes"]["owner"] == "user:ana"

    def test_a_dry_run_of_what_is_there_changes_nothing(self, memory: Memory) -> None:
        memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        twin = memory.add("Ana knows Bo.", user_id="ana", dry_run=True)
        assert (twin.results[0].event, str(twin.changes)) == ("NOOP", "nothing changes")
        assert memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k", dry_run=True).receipt.repeated
        with pytest.raises(KeyReused):
            memory.add("Ana knows Cy.", user_id="ana", idempotency_key="k", dry_run=True)
        assert memory.stats().memories == 1
