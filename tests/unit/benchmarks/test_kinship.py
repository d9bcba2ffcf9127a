"""The made-up families: what is told hangs together, and is read as facts that lead from question to answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

import pytest

from benchmarks.datasets import Dataset, Question
from benchmarks.errors import BenchmarkError
from benchmarks.kinship import HOPS, World, kinship
from graphmem import Memory

FAMILIES, OF_A_KIND = 2, 12


@pytest.fixture(scope="module")
def made() -> tuple[Dataset, World]:
    return kinship(FAMILIES, seed=7, of_a_kind=OF_A_KIND)


@pytest.fixture(scope="module")
def memory(made: tuple[Dataset, World]) -> Iterator[Memory]:
    """The world taken in episode by episode."""
    with Memory(":memory:") as memory:
        for session, group in groupby(made[0].passages, key=lambda passage: passage.session):
            told = list(group)
            messages = [passage.text for passage in told]
            memory.add(messages, user_id="u", run_id=session, occurred_at=told[0].occurred_at)
        yield memory


def test_the_seed_decides_the_world() -> None:
    assert kinship(3, seed=1)[0] == kinship(3, seed=1)[0]
    assert kinship(3, seed=1)[0].passages != kinship(3, seed=2)[0].passages


def test_a_small_world_has_every_kind_of_question(made: tuple[Dataset, World]) -> None:
    dataset, _ = made
    assert 60 <= len(dataset.passages) <= 100
    assert len({passage.session for passage in dataset.passages}) > 5
    kinds = {question.kind for question in dataset.questions}
    assert kinds == {f"{hops}-hop{changed}" for hops in HOPS for changed in ("", " changed")}


def test_a_chain_leads_from_a_name_in_the_question_to_the_answer(made: tuple[Dataset, World]) -> None:
    dataset, world = made
    ties = world.ties()
    texts = {passage.id: passage.text for passage in dataset.passages}
    for question in dataset.questions:
        assert len(question.gold) == int(question.kind[0])
        assert question.gold[-1] == question.answer
        assert any(name in question.text for name in ties[question.gold[0]])
        assert all(ties[one] & ties[following] for one, following in pairwise(question.gold))
        assert all(name in texts[id_] for id_ in question.gold for name in ties[id_])
        assert not any(name in question.text for name in ties[question.answer])


def test_what_was_replaced_is_told_before_and_never_gold(made: tuple[Dataset, World]) -> None:
    dataset, world = made
    order = {passage.id: passage.occurred_at for passage in dataset.passages}
    replaced = [question for question in dataset.questions if question.outdated]
    assert len(replaced) >= OF_A_KIND
    for question in replaced:
        assert order[question.outdated] < order[question.answer]  # type: ignore[operator]
    outdated = {told.replaces for told in world.told.values() if told.replaces}
    assert not any(outdated & set(question.gold) for question in dataset.questions)


def test_strangers_share_first_names_with_those_who_are_asked_for(made: tuple[Dataset, World]) -> None:
    dataset, world = made
    first_names = {person.split()[0] for person in world.people}
    names = {" ".join(passage.text.replace("'s", "").split()[:2]) for passage in dataset.passages}
    namesakes = {name for name in names if name not in world.people and name.split()[0] in first_names}
    assert len(namesakes) >= FAMILIES


def test_a_world_of_one_family_is_none() -> None:
    with pytest.raises(BenchmarkError, match="2 to 40"):
        kinship(1)


def readable(memory: Memory, made: tuple[Dataset, World]) -> list[Question]:
    """The questions whose every step is a current fact in the graph: what a walk over facts can reach."""
    joined = {frozenset((fact.subject, fact.object)) for fact in memory.facts(user_id="u", limit=1000).items}
    ties = made[1].ties()
    return [question for question in made[0].questions if all(ties[one] in joined for one in question.gold)]


def test_every_answer_that_can_be_reached_is_among_the_first_five(made: tuple[Dataset, World], memory: Memory) -> None:
    """A floor: what the facts lead to from the name in the question is found, whatever changed on the way."""
    passage_of = {memory.text: memory.id for memory in made[0].passages}
    missed = []
    for question in readable(memory, made):
        found = [passage_of[hit.memory.text] for hit in memory.search(question.text, user_id="u", limit=5)]
        if question.answer not in found:
            missed.append((question.text, question.answer, found))
    assert missed == []


def test_most_chains_can_be_reached(made: tuple[Dataset, World], memory: Memory) -> None:
    assert len(readable(memory, made)) >= 0.8 * len(made[0].questions)
