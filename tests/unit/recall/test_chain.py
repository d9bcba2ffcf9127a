"""Chains of facts: which of them the words of a question mean."""

from __future__ import annotations

import pytest

from graphmem.domain.subgraph import Told
from graphmem.recall.chain import BEAM, MOST_SUBJECTS, Chains
from graphmem.recall.reading import Reading


def told(number: int, subject: str, predicate: str, object_: str, **more: object) -> Told:
    text = f"{subject} {predicate.replace('_', ' ')} {object_}."
    row = Told(f"fact_{number}", subject, subject, predicate, object_, object_, text, False, f"mem_{number}", 0)
    return row._replace(**more)


FAMILY = (
    told(1, "Dan", "father_of", "Emil"),
    told(2, "Ana", "wife_of", "Dan"),
    told(3, "Ana", "work_for", "Acme"),
    told(4, "Emil", "live_in", "Porto"),
    told(5, "Emil", "father_of", "Finn"),
    told(6, "Dan", "work_for", "Bolt"),
    told(7, "Eva", "wife_of", "Emil"),
    told(8, "Gus", "father_of", "Eva"),
    told(9, "Gus", "work_for", "Core"),
)


def walked(*words: str, steps: int = 4, facts: tuple[Told, ...] = FAMILY) -> Chains:
    chains = Chains.of({"Emil": Reading(words)})
    for _ in range(steps):
        ends = chains.ends
        chains.cross(one for one in facts if one.subject_id in ends or one.object_id in ends)
    return chains


def answer(chains: Chains) -> str:
    credits = chains.credits()
    return max(credits, key=lambda memory: credits[memory])


def test_a_chain_takes_every_word_in_its_turn() -> None:
    assert answer(walked("father", "wife", "work")) == "mem_3"
    assert answer(walked("wife", "father", "work")) == "mem_9"
    assert answer(walked("father", "work")) == "mem_6"
    assert answer(walked("live")) == "mem_4"


def test_the_way_counts_less_than_its_end_and_other_chains_less_than_the_best() -> None:
    credits = walked("father", "wife", "work").credits()
    assert credits["mem_3"] > credits["mem_2"] == credits["mem_1"] > credits.get("mem_9", 0.0)
    assert credits["mem_3"] == pytest.approx((1 - 0.5**3) ** 2)


def test_a_chain_that_says_half_of_what_is_asked_counts_for_nothing() -> None:
    credits = walked("father", "invented", "painted", "wrote").credits()
    assert credits == {}


def test_nothing_is_walked_twice_and_nothing_denied_is_walked() -> None:
    back = walked("father", "son", "live")
    assert all(len({*chain.passed, chain.end}) == len(chain.passed) + 1 for chain in back.best.values())
    denied = walked("live", facts=(told(4, "Emil", "live_in", "Porto", negated=True),))
    assert denied.credits() == {}


def test_links_lead_along_the_chain() -> None:
    links = walked("father", "wife", "work").links()
    assert (links["mem_3"].source, links["mem_3"].entity_id) == ("mem_2", "Ana")
    assert (links["mem_2"].source, links["mem_2"].entity_id) == ("mem_1", "Dan")
    assert "mem_1" not in links


def test_of_two_who_say_the_same_the_later_comes_first() -> None:
    homes = (told(4, "Emil", "live_in", "Porto"), told(5, "Emil", "move_to", "Delft"))
    assert [chain.end for chain in walked("live", steps=1, facts=homes).front] == ["Delft", "Porto"]


def test_a_crowd_is_cut_to_the_beam() -> None:
    crowd = tuple(told(number, "Emil", "friend_of", f"Guest {number}") for number in range(3 * BEAM))
    chains = walked("friend", "live", steps=1, facts=crowd)
    assert len(chains.front) == BEAM
    assert len(chains.ends) == MOST_SUBJECTS


def test_without_a_name_there_is_no_chain() -> None:
    chains = Chains.of({})
    chains.cross(FAMILY)
    assert (chains.ends, chains.credits(), chains.links()) == ((), {}, {})
