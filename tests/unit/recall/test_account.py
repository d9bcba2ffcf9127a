"""How a search is held to its budget, and what is told of it."""

from __future__ import annotations

from graphmem.domain.subgraph import Link
from graphmem.recall.account import Account
from graphmem.settings import RecallBudget


def links(*cosines: float) -> list[Link]:
    return [Link("shared", "s", f"t{number}", "e", target_cosine=cosine) for number, cosine in enumerate(cosines)]


def test_the_nearest_links_are_kept_in_the_order_given() -> None:
    account = Account(RecallBudget(edges=3))
    assert [link.target for link in account.within(links(0.1, 0.9, 0.5, 0.7))] == ["t1", "t2", "t3"]
    assert account.within(links(0.9)) == ()
    told = account.closed(7, False)
    assert told["left_out"] == {"links": 2}
    assert told["exhausted"] == ("edges",)
    assert told["counts"] == {"candidates": 7, "hops": 0, "calls": 0}


def test_what_fits_is_left_alone() -> None:
    account = Account(RecallBudget())
    given = links(0.2, 0.4)
    assert account.within(given) == tuple(given)
    told = account.closed(0, False)
    assert (told["left_out"], told["exhausted"], told["reranker"]) == ({}, (), "")


def test_hops_end_where_they_are_wanted_no_more_or_allowed_no_more() -> None:
    wanted = Account(RecallBudget())
    assert [wanted.may_hop(2) for _ in range(4)] == [True, True, False, False]
    assert wanted.closed(0, False)["exhausted"] == ()
    allowed = Account(RecallBudget(hops=1))
    assert [allowed.may_hop(2) for _ in range(3)] == [True, False, False]
    assert (allowed.closed(0, False)["exhausted"], allowed.closed(0, False)["counts"]["hops"]) == (("hops",), 1)


def test_no_hop_begins_when_the_time_or_the_edges_are_used_up() -> None:
    late = Account(RecallBudget(seconds=0))
    assert not late.may_hop(2)
    assert late.closed(0, False)["exhausted"] == ("seconds",)
    full = Account(RecallBudget(edges=2))
    full.within(links(0.1, 0.2))
    assert not full.may_hop(2)
    assert full.closed(0, True)["exhausted"] == ("edges", "fanout")


def test_stages_of_one_name_are_added_up() -> None:
    account = Account(RecallBudget())
    for name in ("assemble", "rerank", "assemble"):
        account.stage(name)
    seconds = account.closed(0, False)["seconds"]
    assert list(seconds) == ["assemble", "rerank"]
    assert all(spent >= 0 for spent in seconds.values())
