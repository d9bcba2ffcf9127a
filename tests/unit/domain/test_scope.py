"""Scopes decide who sees what; everything else leans on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.scope import Scope
from graphmem.errors import InvalidScope, ScopeRequired

ids = st.none() | st.sampled_from(["a", "b", "a%", "A", "a_", "aa"])
scopes = st.tuples(ids, ids, ids).filter(any).map(lambda parts: Scope(*parts))


def test_a_scope_needs_an_id() -> None:
    with pytest.raises(ScopeRequired, match="user_id"):
        Scope()


@pytest.mark.parametrize("bad", ["", "  ", "a\nb", "a\0b", "\ud800", "x" * 257, 7, b"ana", ["ana"]])
def test_ids_that_are_refused(bad: object) -> None:
    with pytest.raises(InvalidScope, match="agent_id"):
        Scope(user_id="ana", agent_id=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("fine", ["ana@example.org", "a:b/c", "%", "_", "名前", "x" * 256, " padded "])
def test_ids_that_are_taken_as_they_are(fine: str) -> None:
    assert Scope(user_id=fine).user_id == fine


@pytest.mark.parametrize(
    ("scope", "owner"),
    [
        (Scope(user_id="x", agent_id="y", run_id="z"), "user:x"),
        (Scope(agent_id="y", run_id="z"), "agent:y"),
        (Scope(run_id="z"), "run:z"),
    ],
)
def test_the_owner_is_the_user_else_the_agent_else_the_run(scope: Scope, owner: str) -> None:
    assert scope.owner == owner


@given(scopes, scopes)
def test_covering_never_crosses_owners_or_differing_ids(reader: Scope, written: Scope) -> None:
    expected = reader.owner == written.owner and all(
        asked in (None, had)
        for asked, had in zip(
            (reader.user_id, reader.agent_id, reader.run_id),
            (written.user_id, written.agent_id, written.run_id),
            strict=True,
        )
    )
    assert reader.covers(written) == expected


@given(scopes)
def test_a_scope_covers_itself(scope: Scope) -> None:
    assert scope.covers(scope)
