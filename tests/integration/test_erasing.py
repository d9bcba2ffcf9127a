"""delete_all in portions: gone when it returns; interrupted, it shows nothing that was to go, and calling again finishes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import graphmem.memory
from graphmem import Memory
from graphmem.curate import edit
from graphmem.domain.change import ChangeSet, Receipt
from graphmem.errors import NotFound, StoreUnavailable
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings
from graphmem.testing import FixedClock
from graphmem.upkeep import check
from graphmem.wiring import make_store
from tests.integration.test_reconciliation import NOON, TellingExtractor
from tests.support.counting import CountingStore
from tests.support.embedding import HashingEmbedder

CITIES = ("Paris", "Rome", "Oslo", "Bonn", "Lima", "Quito", "Kyoto")


class Interrupted(CountingStore):
    """A store that is lost after so many commits more, if `left` is set. `meanwhile`: what somebody else does right before the next
    commit, once."""

    left: int | None = None
    meanwhile: Callable[[], None] | None = None

    async def commit(self, changes: ChangeSet) -> Receipt:
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await asyncio.to_thread(meanwhile)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailable("The store was lost here.")
        return await self._inner.commit(changes)


@contextmanager
def interruptible(where: str | Settings) -> Iterator[tuple[Memory, list[Interrupted]]]:
    """A memory, and the store behind it once it was used."""
    made: list[Interrupted] = []

    def making(chosen: Settings, embedder: Embedder) -> GraphStore:
        made.append(Interrupted(make_store(chosen, embedder)))
        return made[-1]  # type: ignore[return-value]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(graphmem.memory, "make_store", making)
        patched.setattr(edit, "PORTION", 3)
        parts: dict[str, Any] = {"embedder": HashingEmbedder(), "extractor": TellingExtractor()}
        with Memory(where, clock=FixedClock(NOON), **parts) as memory:
            yield memory, made


def tell(memory: Memory) -> dict[str, str]:
    """Ana moves from city to city, told from the last to the first, so that what came in first outdates what came later; and
    she tells her agent. Ids by text."""
    told = {}
    for number, city in reversed(list(enumerate(CITIES))):
        at = f"2020-01-{number + 1:02}"
        for user, said in (("u", f"Ana live_in {city}."), ("other", f"Bo live_in {city}.")):
            result = memory.add(said, user_id=user, occurred_at=at, metadata={"kind": "home"}).results[0]
            told[said] = result.id
    memory.add("Ana like Tea.", user_id="u", agent_id="bot")
    return told


def shown(memory: Memory, user: str = "u") -> tuple[set[str], set[str]]:
    """The texts and the objects of facts that are current."""
    return (
        {one.text for one in memory.get_all(user_id=user, limit=100)},
        {str(fact) for fact in memory.facts(user_id=user, limit=100)},
    )


@pytest.mark.parametrize("filtered", [False, True])
@pytest.mark.parametrize("commits", range(6))
def test_an_interrupted_deletion_shows_nothing_more_and_is_finished_by_the_next(
    tmp_path: Path, commits: int, filtered: bool
) -> None:
    filters = {"kind": "home"} if filtered else None
    with interruptible(str(tmp_path / "m.db")) as (memory, made):
        told = tell(memory)
        (texts, facts), other = shown(memory), shown(memory, "other")
        assert "Ana live_in Kyoto." in texts
        made[0].left = commits
        with pytest.raises(StoreUnavailable):
            memory.delete_all(user_id="u", filters=filters)
        made[0].left = None
        left_texts, left_facts = shown(memory)
        assert left_texts <= texts
        assert left_facts <= facts, "what was outdated has come back"
        if commits >= 3:
            found = memory.search("Where does Ana live_in?", user_id="u", include_retired=True)
            assert {hit.memory.text for hit in found} <= {"Ana like Tea."}, (
                "all that goes is hidden before the first is gone"
            )
        memory.delete_all(user_id="u", filters=filters)
        assert shown(memory)[0] == ({"Ana like Tea."} if filtered else set())
        assert memory.stats(user_id="u").facts == (1 if filtered else 0)
        for text, id_ in told.items():
            steps = [one.event for one in memory.history(id_)]
            assert steps.count("DELETE") == (1 if text.startswith("Ana") else 0), "deleted once"
        assert shown(memory, "other") == other
    assert asyncio.run(check(Settings.of(url=str(tmp_path / "m.db")), embedder=HashingEmbedder())) == []


def test_a_memory_that_went_in_a_portion_can_be_brought_back(tmp_path: Path) -> None:
    with interruptible(str(tmp_path / "m.db")) as (memory, _):
        told = tell(memory)
        removed = memory.delete_all(user_id="u").removed
        assert (removed["memories"], removed["facts"]) == (8, 8)
        back = memory.restore(told["Ana live_in Rome."], user_id="u")
        assert back.memory == "Ana live_in Rome."
        (there,) = memory.get_all(user_id="u")
        assert there.expires_at is None


def test_a_few_memories_go_in_one_transaction(tmp_path: Path) -> None:
    with interruptible(str(tmp_path / "m.db")) as (memory, made):
        memory.add_many(["Ana like Tea.", "Ana like Figs."], user_id="u")
        made[0].calls.clear()
        made[0].left = 1
        assert memory.delete_all(user_id="u").removed["memories"] == 2


def hidden(memory: Memory, made: list[Interrupted]) -> dict[str, str]:
    """What was told, after a deletion that came as far as to hide all of Ana's."""
    told = tell(memory)
    made[0].left = 3
    with pytest.raises(StoreUnavailable):
        memory.delete_all(user_id="u")
    made[0].left = None
    return told


@pytest.mark.parametrize("scoped", [False, True])
@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("update", {"text": "Ana live_in Turin."}),
        ("update", {"expires_at": None}),
        ("update", {"metadata": {}, "expires_at": "2027-01-01"}),
        ("feedback", {"value": "good"}),
        ("restore", {}),
        ("get", {}),
    ],
)
def test_what_is_being_deleted_is_not_there_for_anybody(
    tmp_path: Path, call: str, given: dict[str, Any], scoped: bool
) -> None:
    with interruptible(str(tmp_path / "m.db")) as (memory, made):
        id_ = hidden(memory, made)["Ana live_in Rome."]
        steps = memory.history(id_)
        with pytest.raises(NotFound):
            getattr(memory, call)(id_, **given, **({"user_id": "u"} if scoped else {}))
        assert memory.history(id_) == steps
        assert shown(memory) == (set(), set())
        memory.delete_all(user_id="u")
        assert memory.stats(user_id="u").memories == memory.stats(user_id="u").facts == 0
        assert memory.restore(id_, user_id="u").memory == "Ana live_in Rome.", "what is deleted can be brought back"


def test_one_that_is_being_deleted_may_be_deleted_by_itself(tmp_path: Path) -> None:
    with interruptible(str(tmp_path / "m.db")) as (memory, made):
        id_ = hidden(memory, made)["Ana live_in Rome."]
        assert memory.delete(id_, user_id="u").removed["memories"] == 1
        assert [one.event for one in memory.history(id_)].count("DELETE") == 1


MEANWHILE: dict[str, Callable[[Memory, str], Any]] = {
    "update": lambda other, id_: other.update(id_, "Ana live_in Turin.", user_id="u"),
    "tag": lambda other, id_: other.update(id_, metadata={"kind": "holiday"}, user_id="u"),
    "feedback": lambda other, id_: other.feedback(id_, "bad", user_id="u"),
    "delete": lambda other, id_: other.delete(id_, user_id="u"),
    "add": lambda other, _: other.add("Ana like Figs.", user_id="u", metadata={"kind": "taste"}),
}


@pytest.mark.parametrize("text", ["Ana live_in Paris.", "Ana live_in Kyoto."])
@pytest.mark.parametrize("does", MEANWHILE)
@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_who_changes_one_meanwhile_leaves_no_half_of_it(tmp_path: Path, does: str, after: int, text: str) -> None:
    """Somebody else is between the look at what is to go and one of the commits: what he changed is hidden and goes as he left it."""
    path = str(tmp_path / "m.db")
    with interruptible(path) as (memory, made):
        told = tell(memory)
        other = Memory(path, embedder=HashingEmbedder(), extractor=TellingExtractor(), clock=FixedClock(NOON))
        outcome: list[str] = []

        def meanwhile() -> None:
            try:
                MEANWHILE[does](other, told[text])
                outcome.append("done")
            except NotFound:
                outcome.append("not found")

        made[0].meanwhile = _after(after, made[0], meanwhile)
        memory.delete_all(user_id="u", filters={"kind": "home"})
        other.close()
        texts, facts = shown(memory)
        kept = {"tag": {text}, "add": {"Ana like Figs."}}.get(does, set()) if outcome == ["done"] else set()
        assert texts == {"Ana like Tea."} | kept
        assert memory.stats(user_id="u").memories == 1 + len(kept)
        assert len(facts) == 1 + len(kept)
        if not (does == "tag" and kept):
            steps = memory.history(told[text])
            assert [one.event for one in steps].count("DELETE") == 1
            last = "Ana live_in Turin." if does == "update" and outcome == ["done"] else text
            assert (steps[-1].event, steps[-1].old_text) == ("DELETE", last)
    assert asyncio.run(check(Settings.of(url=path), embedder=HashingEmbedder())) == []


def _after(commits: int, store: Interrupted, what: Callable[[], None]) -> Callable[[], None]:
    """`what`, so many commits later."""
    if not commits:
        return what

    def wait() -> None:
        store.meanwhile = _after(commits - 1, store, what)

    return wait
