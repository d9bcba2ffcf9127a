"""What new statements do to old ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.domain.scope import Scope
from graphmem.remember.advice import Advice
from graphmem.remember.claim import Statement, is_past
from graphmem.remember.reconcile import predicates_to_ask, reconcile

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANA = Scope(user_id="ana")


def fact(
    predicate: str, object_: str, *, days: int = 0, scope: Scope = ANA, negated: bool = False, subject: str = "Ana"
) -> Fact:
    return Fact(
        id=new_id("fact"),
        scope=scope,
        subject_id=f"ent_{subject}",
        subject=subject,
        predicate=predicate,
        object_id=f"ent_{object_}",
        object=object_,
        text=f"{subject} {predicate} {object_}",
        negated=negated,
        valid_from=NOW + timedelta(days=days),
        recorded_at=NOW,
    )


def said(one: Fact, kind: str = "location", *, place: int = 0, lasting: bool = True) -> Statement:
    """Each in a sentence of its own, unless `place` says which."""
    return Statement(one, (f"mem_{one.id}" if not place else "mem", place), kind, lasting)


def test_a_new_statement_is_added() -> None:
    new = fact("like", "tea")
    verdict = reconcile([said(new)], [], NOW)
    assert verdict.added == {new.id: new}
    assert not verdict.retired


def test_an_equal_statement_adds_support() -> None:
    old = fact("like", "tea")
    verdict = reconcile([said(fact("like", "tea"))], [old], NOW)
    assert verdict.supported == {0: old.id}
    assert not verdict.added


def test_an_equal_statement_of_another_run_is_a_fact_of_its_own() -> None:
    old = fact("like", "tea", scope=Scope(user_id="ana", run_id="1"))
    new = fact("like", "tea", scope=Scope(user_id="ana", run_id="2"))
    assert reconcile([said(new)], [old], NOW).added == {new.id: new}


def test_a_new_value_of_a_single_valued_predicate_closes_the_old_one() -> None:
    old, new = fact("live_in", "Paris"), fact("move_to", "Berlin", days=3)
    verdict = reconcile([said(new)], [old], NOW)
    assert verdict.superseded == {0: [old]}
    closed = verdict.retired[old.id]
    assert (closed.superseded_by, closed.valid_to) == (new.id, new.valid_from)


def test_an_older_value_that_arrives_late_does_not_close_the_newer_one() -> None:
    newer, late = fact("live_in", "Berlin", days=3), fact("live_in", "Paris")
    verdict = reconcile([said(late)], [newer], NOW)
    assert not verdict.retired
    assert verdict.added[late.id].valid_to == newer.valid_from
    assert verdict.added[late.id].superseded_by == newer.id


def test_a_late_value_finds_its_place_between_two_others() -> None:
    porto, rome = fact("live_in", "Porto"), fact("live_in", "Rome", days=10)
    first = reconcile([said(porto), said(rome)], [], NOW)
    lisbon = fact("live_in", "Lisbon", days=5)
    verdict = reconcile([said(lisbon)], list(first.added.values()), NOW)
    assert verdict.retired[porto.id].valid_to == lisbon.valid_from
    assert verdict.added[lisbon.id].valid_to == rome.valid_from
    assert rome.id not in verdict.retired


def test_values_of_one_sentence_stand_side_by_side() -> None:
    both = [said(fact("work_at", name), place=1) for name in ("Acme", "Tidewater")]
    assert not any(one.retired_at for one in reconcile(both, [], NOW).added.values())


def test_what_was_said_of_the_past_or_expires_closes_nothing() -> None:
    lisbon = fact("live_in", "Lisbon")
    assert not reconcile([said(fact("live_in", "Braga", days=1), lasting=False)], [lisbon], NOW).retired
    assert is_past("used to live in Braga")
    assert is_past("lived in Braga as a child")
    assert is_past("was a baker")
    assert not is_past("was laid off from Zed")
    assert not is_past("live in Braga")


def test_one_moves_to_places_only() -> None:
    lisbon = fact("live_in", "Lisbon")
    assert not reconcile([said(fact("move_to", "Kubernetes", days=1), "misc")], [lisbon], NOW).retired


def test_a_contradiction_and_a_new_value_at_once() -> None:
    lisbon, not_porto = fact("live_in", "Lisbon"), fact("live_in", "Porto", days=1, negated=True)
    porto = fact("live_in", "Porto", days=2)
    assert set(reconcile([said(porto)], [lisbon, not_porto], NOW).retired) == {lisbon.id, not_porto.id}


def test_a_late_negation_leaves_the_newer_statement() -> None:
    newer = fact("like", "tea", days=5)
    verdict = reconcile([said(fact("like", "tea", negated=True))], [newer], NOW)
    assert not verdict.retired
    assert next(iter(verdict.added.values())).valid_to == newer.valid_from


def test_many_valued_predicates_add() -> None:
    verdict = reconcile([said(fact("like", "coffee"))], [fact("like", "tea")], NOW)
    assert len(verdict.added) == 1
    assert not verdict.retired


def test_a_flat_is_no_city() -> None:
    verdict = reconcile([said(fact("live_in", "small flat", days=1))], [fact("live_in", "Lisbon")], NOW)
    assert not verdict.retired


def test_another_subject_or_agent_is_left_alone() -> None:
    other = fact("live_in", "Paris", subject="Bo")
    agents = fact("live_in", "Rome", scope=Scope(user_id="ana", agent_id="other"))
    assert not reconcile([said(fact("live_in", "Berlin", days=1))], [other, agents], NOW).retired


def test_a_negation_closes_the_statement_and_is_kept_as_negated() -> None:
    old, no = fact("like", "tea"), fact("like", "tea", days=1, negated=True)
    verdict = reconcile([said(no)], [old], NOW)
    assert set(verdict.retired) == {old.id}
    assert verdict.added[no.id].negated


def test_there_and_back_again_in_one_write() -> None:
    paris, berlin, again = fact("live_in", "Paris"), fact("live_in", "Berlin", days=1), fact("live_in", "Paris", days=2)
    verdict = reconcile([said(paris), said(berlin), said(again)], [], NOW)
    current = [one for one in verdict.added.values() if one.retired_at is None]
    assert [one.id for one in current] == [again.id]
    assert verdict.added[paris.id].superseded_by == berlin.id
    assert not verdict.retired, "what this write adds is added as closed"


def test_all_predicates_of_a_slot_are_asked_for() -> None:
    assert {"live_in", "move_to"} <= set(predicates_to_ask(["live_in"]))
    assert predicates_to_ask(["polish"]) == ("polish",)


def test_advice_never_ends_another_known_relation() -> None:
    lisbon, polished = fact("live_in", "Lisbon"), fact("polish", "shoes")
    advice = {0: Advice("outdates", (lisbon.id, polished.id))}
    assert not reconcile([said(fact("work_at", "Acme", days=1), "organization")], [lisbon], NOW, advice=advice).retired
    assert set(reconcile([said(fact("wax", "boots", days=1))], [polished], NOW, advice=advice).retired) == {polished.id}
