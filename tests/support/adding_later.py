"""What every store promises of adds that are put off; derive from it with a fixture `place` (fields of Settings)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory, Settings
from graphmem.domain.change import ChangeSet
from graphmem.domain.results import Worked
from graphmem.domain.triple import Reading
from graphmem.errors import (
    BudgetExhausted,
    ExtractionFailed,
    GraphmemError,
    InputError,
    ModelUnavailable,
    NotFound,
)
from graphmem.ports.extractor import Passage
from graphmem.testing import FixedClock
from tests.support.adding_once import NOON, Place, ids
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


class MoodyExtractor(PlainExtractor):
    """Counts what it reads. `raises`: what it does instead, by a word in the text; `before`: called with each text first."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.prompts: list[str | None] = []
        self.raises: dict[str, GraphmemError] = {}
        self.before: Any = None

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        for passage in passages:
            if self.before is not None:
                self.before(passage.text)
            self.texts.append(passage.text)
            self.prompts.append(passage.prompt)
            for word, error in self.raises.items():
                if word in passage.text:
                    raise error
        return super().read(passages)


def states(memory: Memory, **scope: str) -> list[str]:
    return [one.state for one in memory.ingests(**scope)]


def statements(memory: Memory, **scope: str) -> list[tuple[Any, ...]]:
    """What is known, without ids and times of recording."""
    facts = memory.facts(**scope, include_retired=True, limit=1_000)
    return sorted(
        (one.subject, one.predicate, one.object, str(one.valid_from), str(one.valid_to), one.retired_at is None)
        for one in facts
    )


class AddingLater:
    """The promises of `defer`, `work`, `ingest`, `ingests` and `retry_ingest`."""

    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(NOON)

    @pytest.fixture
    def extractor(self) -> MoodyExtractor:
        return MoodyExtractor()

    @pytest.fixture
    def memory(self, place: Place, extractor: MoodyExtractor, clock: FixedClock) -> Iterator[Memory]:
        settings = Settings.of(**place)
        with Memory(settings, embedder=HashingEmbedder(), extractor=extractor, clock=clock) as made:
            yield made

    def test_words_come_first_and_facts_later(self, memory: Memory, extractor: MoodyExtractor) -> None:
        told = [{"role": "user", "content": "Ana knows Bo."}, {"role": "tool", "content": "Bo likes Tea."}]
        added = memory.add(told, user_id="ana", defer=True, prompt="Read well.")
        assert (extractor.texts, [one.event for one in added]) == ([], ["ADD", "ADD"])
        assert added.receipt.state == "pending"
        assert memory.search("Ana knows", user_id="ana").hits[0].memory.id == ids(added)[0]
        assert memory.facts(user_id="ana").total == 0
        waiting = memory.ingest(str(added.receipt.ingest_id), user_id="ana")
        assert (waiting.state, waiting.attempts, waiting.memory_ids) == ("pending", 0, tuple(ids(added)))
        assert waiting.unread == (ids(added)[0],), "a tool's output is kept word for word"
        worked = memory.work()
        assert [(one.id, one.state, one.attempts, one.note) for one in worked] == [(waiting.id, "done", 1, "")]
        assert (extractor.texts, extractor.prompts) == (["Ana knows Bo."], ["Read well."])
        assert [(fact.subject, fact.object) for fact in memory.facts(user_id="ana")] == [("Ana", "Bo")]
        assert memory.ingest(waiting.id).state == "done"
        assert [one.event for one in memory.history(ids(added)[0], user_id="ana")] == ["ADD"]
        assert len(memory.work()) == 0
        assert memory.stats().memories == 2

    def test_what_is_read_later_is_what_is_read_at_once(self, memory: Memory) -> None:
        told = [
            ("Ana live_in Paris. Ana likes Tea.", "2020-01-01"),
            ("Bo knows Ana.\n" + "Bo likes Rain. " * 300, "2020-01-02"),
            ("Ana live_in Rome.", "2021-01-01"),
            ("Ana works_at Acme. Acme owned_by Bo.", "2019-01-01"),
            ("Ana likes Tea.", "2022-01-01"),
            ("Ana live_in Oslo.", "2020-06-01"),
        ]
        for text, when in told:
            memory.add(text, user_id="now", occurred_at=when)
            memory.add(text, user_id="later", occurred_at=when, defer=True)
            memory.add(text, user_id="mixed", occurred_at=when, defer="Rome" in text or "knows" in text)
        assert {one.state for one in memory.work()} == {"done"}
        assert statements(memory, user_id="later") == statements(memory, user_id="now")
        assert {row for row in statements(memory, user_id="mixed") if row[-1]} == {
            row for row in statements(memory, user_id="now") if row[-1]
        }

        def found(user: str) -> list[tuple[str, bool, str | None]]:
            rows = memory.get_all(user_id=user, include_retired=True, limit=1_000)
            return sorted((one.text, one.retired_at is None, one.heading) for one in rows)

        assert found("later") == found("now")

    def test_what_was_put_off_is_older_than_what_was_said_since(self, memory: Memory, clock: FixedClock) -> None:
        memory.add("Ana live_in Paris.", user_id="ana", defer=True)
        clock.advance(days=1)
        memory.add("Ana live_in Rome.", user_id="ana")
        clock.advance(days=1)
        memory.work()
        assert [fact.object for fact in memory.facts(user_id="ana")] == ["Rome"]

    def test_those_of_one_owner_come_in_their_order(self, memory: Memory, extractor: MoodyExtractor) -> None:
        for number in range(4):
            for user in ("ana", "ben"):
                memory.add(f"{user} saw Thing{number}.", user_id=user, defer=True)
        assert len(memory.work(limit=3)) == 3
        assert len(memory.work(user_id="ben")) in (2, 3)
        memory.work()
        for user in ("ana", "ben"):
            assert [text for text in extractor.texts if user in text] == [f"{user} saw Thing{n}." for n in range(4)]

    def test_a_repeated_key_tells_how_it_stands(self, memory: Memory, extractor: MoodyExtractor) -> None:
        first = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k", defer=True)
        again = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k", defer=True)
        assert (ids(again), again.receipt.repeated, again.receipt.state) == (ids(first), True, "pending")
        memory.work()
        done = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        assert (done.receipt.state, [fact.object for fact in done.results[0].facts]) == ("done", ["Bo"])
        assert extractor.texts == ["Ana knows Bo."]

    def test_what_needs_no_reading_is_done_at_once(self, memory: Memory) -> None:
        memory.add("Ana knows Bo.", user_id="ana")
        again = memory.add("Ana knows Bo.", user_id="ana", defer=True)
        tool = memory.add([{"role": "tool", "content": "Four."}], user_id="ana", defer=True)
        assert (again.receipt.state, tool.receipt.state, states(memory, user_id="ana")) == (
            "done",
            "done",
            ["done"] * 2,
        )
        for given in ({"infer": False}, {"triples": [("Ana", "knows", "Bo")]}):
            with pytest.raises(InputError, match="leave out defer"):
                memory.add("Ana knows Cy.", user_id="ana", defer=True, **given)
        items = ["Ana knows Di.", {"messages": "Told apart", "triples": [("Ana", "knows", "Ed")]}]
        results = memory.add_many(items, user_id="ana", defer=True)
        assert [one.receipt.state for one in results] == ["pending", "done"]
        assert [fact.object for fact in results[1].results[0].facts] == ["Ed"]

    def test_a_failure_that_may_pass_is_tried_again_later(
        self, memory: Memory, extractor: MoodyExtractor, clock: FixedClock
    ) -> None:
        added = memory.add("Ana knows Bo.", user_id="ana", defer=True)
        memory.add("Ana knows Cy.", user_id="ana", defer=True)
        extractor.raises = {"Bo": ModelUnavailable("The server is away.", retry_after=60.0)}
        (left,) = memory.work(attempts=3)
        assert (left.state, left.attempts, left.error) == ("pending", 1, "model_unavailable: The server is away.")
        assert len(memory.work(attempts=3)) == 0, "it is not due yet, and what comes after it waits"
        clock.advance(seconds=61)
        (left,) = memory.work(attempts=3)
        assert left.attempts == 2
        clock.advance(seconds=61)
        extractor.raises = {}
        assert [one.state for one in memory.work(attempts=3)] == ["done", "done"]
        done = memory.ingest(str(added.receipt.ingest_id))
        assert (done.state, done.attempts, done.error, done.due_at) == ("done", 3, "", None)

    def test_a_failure_that_stays_ends_and_can_be_tried_again(
        self, memory: Memory, extractor: MoodyExtractor, clock: FixedClock
    ) -> None:
        bad = memory.add("Broken knows Bo.", user_id="ana", defer=True)
        memory.add("Ana knows Cy.", user_id="ana", defer=True)
        away = memory.add("Away knows Cy.", user_id="ben", defer=True)
        extractor.raises = {"Broken": ExtractionFailed("Not readable."), "Away": ModelUnavailable("Away.")}
        for _ in range(2):
            memory.work(attempts=2)
            clock.advance(hours=1)
        failed = memory.ingests(user_id="ana", state="failed")
        assert [(one.id, one.error) for one in failed] == [(bad.receipt.ingest_id, "extraction_failed: Not readable.")]
        assert states(memory, user_id="ana") == ["failed", "done"]
        assert memory.ingest(str(away.receipt.ingest_id)).attempts == 2
        assert states(memory, user_id="ben") == ["failed"]
        extractor.raises = {}
        again = memory.retry_ingest(str(bad.receipt.ingest_id), user_id="ana")
        assert (again.state, again.attempts) == ("pending", 0)
        memory.work()
        assert states(memory, user_id="ana") == ["done", "done"]
        with pytest.raises(InputError, match="only one that failed"):
            memory.retry_ingest(again.id)
        with pytest.raises(NotFound):
            memory.retry_ingest(str(away.receipt.ingest_id), user_id="ana")
        with pytest.raises(NotFound):
            memory.ingest(str(away.receipt.ingest_id), user_id="an%")

    def test_what_is_wrong_for_all_stops_the_worker_and_costs_no_attempt(
        self, memory: Memory, extractor: MoodyExtractor
    ) -> None:
        memory.add("Ana knows Bo.", user_id="ana", defer=True)
        extractor.raises = {"Bo": BudgetExhausted("Spent.")}
        with pytest.raises(BudgetExhausted):
            memory.work()
        (left,) = memory.ingests(user_id="ana")
        assert (left.state, left.attempts, left.error) == ("pending", 0, "budget_exhausted: Spent.")
        extractor.raises = {}
        assert [one.state for one in memory.work()] == ["done"]

    def test_what_was_deleted_before_is_passed_over(self, memory: Memory, extractor: MoodyExtractor) -> None:
        two = memory.add(["Ana knows Bo.", "Ana knows Cy."], user_id="ana", defer=True)
        gone = memory.add("Ana knows Di.", user_id="ana", defer=True)
        memory.delete(ids(two)[0], user_id="ana")
        memory.delete(ids(gone)[0], user_id="ana")
        (done,) = memory.work()
        assert (done.state, done.note) == ("done", "1 of 2 memories were deleted or had expired before they were read")
        assert extractor.texts == ["Ana knows Cy."]
        with pytest.raises(NotFound):
            memory.ingest(str(gone.receipt.ingest_id))

    def test_what_was_rewritten_before_is_read_as_it_is(self, memory: Memory, extractor: MoodyExtractor) -> None:
        added = memory.add("Ana knows Bo.", user_id="ana", defer=True)
        memory.update(ids(added)[0], "Ana knows Cy.", user_id="ana", metadata={"a": 1})
        memory.work()
        assert extractor.texts == ["Ana knows Cy."]
        assert [fact.object for fact in memory.facts(user_id="ana")] == ["Cy"]
        assert memory.get(ids(added)[0]).metadata == {"a": 1}

    @pytest.mark.parametrize("change", ["rewrite", "delete", "add"])
    def test_what_changes_while_it_is_read(
        self, place: Place, memory: Memory, extractor: MoodyExtractor, change: str
    ) -> None:
        added = memory.add("Ana knows Bo.", user_id="ana", defer=True)
        settings = Settings.of(**place)
        if settings.url == ":memory:":
            pytest.skip("nobody else can change it")

        def meanwhile(_: str) -> None:
            extractor.before = None
            with Memory(
                settings, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=FixedClock(NOON)
            ) as other:
                if change == "rewrite":
                    other.update(ids(added)[0], "Ana knows Cy.", user_id="ana")
                elif change == "delete":
                    other.delete(ids(added)[0], user_id="ana")
                else:
                    other.add("Ana knows Di.", user_id="ana")

        extractor.before = meanwhile
        worked = memory.work()
        objects = {fact.object for fact in memory.facts(user_id="ana")}
        assert objects == {"rewrite": {"Cy"}, "delete": set(), "add": {"Bo", "Di"}}[change]
        assert [one.state for one in worked] == ([] if change == "delete" else ["done"])
        assert states(memory, user_id="ana") == ([] if change == "delete" else ["done"])

    def test_a_worker_that_was_too_slow_writes_nothing(
        self, place: Place, memory: Memory, extractor: MoodyExtractor, clock: FixedClock
    ) -> None:
        memory.add("Ana knows Bo.", user_id="ana", defer=True)

        def meanwhile(_: str) -> None:
            extractor.before = None
            clock.advance(seconds=301)
            settings = Settings.of(**place)
            with Memory(settings, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock) as other:
                assert [one.state for one in other.work(lease=300)] == ["done"]

        extractor.before = meanwhile
        assert len(memory.work(lease=300)) == 0
        (done,) = memory.ingests(user_id="ana")
        assert (done.state, done.attempts) == ("done", 2)
        assert [(fact.object, fact.support_count) for fact in memory.facts(user_id="ana")] == [("Bo", 1)]

    def test_what_kills_its_workers_is_given_up(self, memory: Memory, clock: FixedClock) -> None:
        bad = memory.add("Broken knows Bo.", user_id="ana", defer=True)
        memory.add("Ana knows Cy.", user_id="ana", defer=True)
        store, owner = memory._memory._store, "user:ana"
        for _ in range(2):
            (waiting, _) = memory.ingests(user_id="ana")
            dying = waiting.claimed("dead", clock.now(), clock.now())
            memory._portal.run(store.commit(ChangeSet(owner=owner, ingests=(dying,))))
            clock.advance(seconds=1)
        done = memory.work(attempts=2)
        assert [(one.state, one.attempts) for one in done] == [("failed", 2), ("done", 1)]
        assert memory.ingest(str(bad.receipt.ingest_id)).error == (
            "worker_lost: It was begun 2 times, and no worker came to its end."
        )
        memory.retry_ingest(str(bad.receipt.ingest_id))
        memory.work(attempts=2)
        assert states(memory, user_id="ana") == ["done", "done"]

    def test_several_workers_do_each_once(self, place: Place, memory: Memory) -> None:
        for number in range(6):
            for user in ("ana", "ben", "cy"):
                memory.add(f"{user} saw Thing{number}.", user_id=user, defer=True)
        extractors = [MoodyExtractor() for _ in range(3)]

        async def client(extractor: MoodyExtractor) -> list[Worked]:
            async with AsyncMemory(
                Settings.of(**place), embedder=HashingEmbedder(), extractor=extractor, clock=FixedClock(NOON)
            ) as made:
                done = []
                while (await made.ingests(user_id="ana", state=("pending", "working"), limit=1)).total:
                    done.append(await made.work(limit=2))
                    await asyncio.sleep(0.001)
                return [*done, await made.work()]

        async def together() -> list[list[Worked]]:
            return await asyncio.gather(*(client(one) for one in extractors))

        done = [one for some in asyncio.run(together()) for worked in some for one in worked]
        memory.work()
        read = [text for one in extractors for text in one.texts]
        assert len(read) == len(set(read))
        assert len({one.id for one in done}) == len(done) == len(read)
        assert {one.attempts for one in done} == {1}
        for user in ("ana", "ben", "cy"):
            assert set(states(memory, user_id=user)) == {"done"}
            assert memory.facts(user_id=user).total == 6

    def test_a_scope_sees_its_own_only(self, memory: Memory) -> None:
        scopes: list[dict[str, str]] = [{"user_id": "ana"}, {"user_id": "an%"}, {"agent_id": "ana"}]
        scopes += [{"user_id": "ana", "run_id": "1"}]
        made = [memory.add(f"Secret{n} knows Bo.", **scope, defer=True) for n, scope in enumerate(scopes)]
        listed = [{one.id for one in memory.ingests(**scope)} for scope in scopes]
        mine = [str(one.receipt.ingest_id) for one in made]
        assert listed == [{mine[0], mine[3]}, {mine[1]}, {mine[2]}, {mine[3]}]
        assert [one.scope.user_id for one in memory.work(user_id="an%")] == ["an%"]
        assert memory.facts(user_id="ana").total == 0
        memory.work()
        for number, scope in enumerate(scopes):
            assert f"Secret{number}" in {fact.subject for fact in memory.facts(**scope)}

    @pytest.mark.parametrize(
        ("call", "given"),
        [
            ("work", {"limit": 0}),
            ("work", {"lease": 0}),
            ("work", {"lease": float("nan")}),
            ("work", {"attempts": 0}),
            ("ingests", {"user_id": "ana", "state": "lost"}),
            ("ingests", {"user_id": "ana", "cursor": "x"}),
            ("ingests", {}),
            ("ingest", {"ingest_id": ""}),
        ],
    )
    def test_bad_arguments(self, memory: Memory, call: str, given: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            getattr(memory, call)(**given)

    def test_one_bad_item_costs_no_other(self, memory: Memory, extractor: MoodyExtractor) -> None:
        extractor.raises = {"Broken": ExtractionFailed("Not readable.")}
        items: list[Any] = [f"Ana saw Thing{n}." for n in range(20)]
        items[3], items[8], items[11] = "Broken saw Bo.", "", {"messages": "Ana saw Bo.", "colour": "red"}
        items[12] = {"messages": "Ana saw Bo.", "idempotency_key": "k"}
        items[17] = {"messages": "Ana saw Cy.", "idempotency_key": "k"}
        seen: list[int] = []
        with pytest.raises(InputError, match=r"items\[8\]"):
            memory.add_many(items, user_id="ana", batch_size=64)
        assert memory.stats().memories == 0
        results = memory.add_many(items, user_id="ana", batch_size=8, on_error="collect", on_progress=seen.append)
        told = {place: one.error.code for place, one in enumerate(results) if one.error}
        assert told == {3: "extraction_failed", 8: "invalid_text", 11: "invalid_message", 17: "key_reused"}
        assert results[8].error is not None
        assert results[8].error.message.startswith("items[8]: ")
        assert all(len(one) == 1 and one.receipt.episode_ids for one in results if one.error is None)
        assert memory.stats().memories == 16
        assert seen == [8, 16, 20]

    def test_what_is_wrong_for_all_is_told_of_all_that_are_left(
        self, memory: Memory, extractor: MoodyExtractor
    ) -> None:
        extractor.raises = {"Thing5": ModelUnavailable("Away.")}
        items = [f"Ana saw Thing{n}." for n in range(9)]
        results = memory.add_many(items, user_id="ana", batch_size=2, on_error="collect")
        assert [one.error is None for one in results] == [True] * 4 + [False] * 5
        assert results[8].error is not None
        assert (results[8].error.code, results[8].error.retryable) == ("model_unavailable", True)
        assert len(extractor.texts) == 6
        with pytest.raises(InputError, match="on_error"):
            memory.add_many(items, user_id="ana", on_error="ignore")  # type: ignore[arg-type]
