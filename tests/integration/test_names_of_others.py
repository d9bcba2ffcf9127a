"""What one agent alone called somebody changes nothing that another agent of the same user reads."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.domain.triple import NameSpan, Reading, Span
from graphmem.errors import GraphmemError
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

RUNS = int(os.environ.get("GRAPHMEM_ISOLATION_RUNS", "30"))
MINE = ("Bob Lane", "Michael Jordan", "Belle")
"""What the maid says; each is one that the cook says otherwise, too."""
THEIRS = {
    "Bob Lane": ("Robert Lane", "Bobby Lane", "B. Lane"),
    "Michael Jordan": ("Micheal Jordan", "Dr. Michael Jordan"),
    "Belle": ("Belle (song)", "Belle Lane"),
}
PLACES = ("Porto", "Lisbon", "Faro")
USERS = ("ana", "ben")
COOK, MAID = "cook", "maid"

people = st.sampled_from(MINE)
spoken = st.tuples(
    st.just("add"), people, st.integers(0, 3), st.sampled_from(PLACES), st.sampled_from(("visits", "live_in"))
)
joined = st.tuples(st.just("merge"), people, st.integers(1, 3), st.booleans())
agents = st.sampled_from((COOK, COOK, MAID))
cast = [("ana", COOK, ("add", person, which, "Porto", "visits")) for person in MINE for which in range(4)]
"""The cook has said all of them, in some order, before or after the rest."""
histories = st.builds(
    lambda said, steps, before: [*said, *steps] if before else [*steps, *said],
    st.permutations(cast),
    st.lists(st.tuples(st.sampled_from(USERS), agents, st.one_of(spoken, joined)), min_size=8, max_size=20),
    st.sampled_from((True, True, False)),
)


class Titles(PlainExtractor):
    """Reads of "Belle (song): …" that it is about the song."""

    def _read(self, text: str) -> Reading:
        reading = super()._read(text)
        title = re.match(r"([^:]+):", text)
        about = title and NameSpan(name=title[1], span=Span(start=0, end=title.end(1)))
        return reading.model_copy(update={"about": about or reading.about})


def memory() -> Memory:
    return Memory(":memory:", embedder=HashingEmbedder(), extractor=Titles())


def named(person: str, which: int) -> str:
    """The person by the maid's name (0), or by one of the cook's."""
    return (person, *THEIRS[person])[which % (len(THEIRS[person]) + 1)]


def take(one: Memory, number: int, step: Any) -> Any:
    """One step of a history; what the maid is told of hers."""
    user, agent, (kind, person, which, *rest) = step
    scope = {"user_id": user, "agent_id": agent}
    name = person if agent == MAID else named(person, which)
    if kind == "add":
        place, verb = rest[:2]
        text = f"{name}: {verb} {place}." if agent == COOK else f"{name} {verb} {place}."
        told = one.add(text, **scope, triples=[(name, verb, place)])
        return [(r.event, r.memory, r.reason, [str(f) for f in r.facts]) for r in told.results]
    if agent == COOK:
        with suppress(GraphmemError):
            ends = (person, named(person, which)) if rest[0] else (named(person, which), person)
            one.merge(*ends, **scope)
    return None


def read(one: Memory, user: str) -> list[Any]:
    """All that the maid can read of a user, by the names that she and the cook say."""
    scope: dict[str, Any] = {"user_id": user, "agent_id": MAID}
    told: list[Any] = [sorted((e.name, e.aliases) for e in one.entities(**scope))]
    told.append([(p.entity.name, p.other.name, p.status) for p in one.same_as(**scope, status="all")])
    told.append([str(f) for f in one.facts(**scope, include_retired=True)])
    for name in (*MINE, *(other for others in THEIRS.values() for other in others)):
        told.append([str(f) for f in one.facts(**scope, subject=name)])
        told.append([str(entry.fact) for entry in one.timeline(name, **scope)])
        told.append([path.entities for path in one.paths(name, "Porto", **scope)])
        found = one.search(f"Where does {name} live?", **scope, limit=50)
        told.append(sorted((hit.memory.text, sorted(map(str, hit.facts))) for hit in found))
        told.append([sorted((e.name, e.aliases) for e in found.entities), found.trace.named])
    return told


@settings(max_examples=max(RUNS // 3, 8), deadline=None, suppress_health_check=list(HealthCheck))
@given(histories)
def test_what_the_cook_calls_people_is_nothing_to_the_maid(history: list[Any]) -> None:
    with memory() as both, memory() as alone:
        for number, step in enumerate(history):
            told = take(both, number, step)
            if step[1] == MAID:
                assert told == take(alone, number, step)
        for user in USERS:
            assert read(both, user) == read(alone, user)


def test_a_name_that_was_joined_elsewhere_is_shown_as_it_is_said_here() -> None:
    with memory() as one:
        for agent, name in ((COOK, "Robert Lane"), (COOK, "Bob Lane"), (MAID, "Bob Lane")):
            one.add(f"{name} visits Porto", user_id="ana", agent_id=agent, triples=[(name, "visits", "Porto")])
        one.merge("Robert Lane", "Bob Lane", user_id="ana", agent_id=COOK)
        assert [str(f) for f in one.facts(user_id="ana", agent_id=MAID)] == ["Bob Lane — visits → Porto"]
        assert {e.name: e.aliases for e in one.entities(user_id="ana", agent_id=MAID)} == {"Bob Lane": (), "Porto": ()}
        assert one.facts(user_id="ana", agent_id=MAID, subject="Robert Lane").total == 0
        scopes: tuple[dict[str, Any], ...] = ({"user_id": "ana"}, {"user_id": "ana", "agent_id": COOK})
        for scope in scopes:
            assert {f.subject for f in one.facts(**scope)} == {"Robert Lane"}
            assert {e.name: e.aliases for e in one.entities(**scope)} == {"Robert Lane": ("Bob Lane",), "Porto": ()}


def test_a_title_that_another_agent_gave_in_full_is_nobody_s_here() -> None:
    with memory() as one:
        one.add("Belle (song): it is sung in Porto.", user_id="ana", agent_id=COOK)
        one.add("Belle (film): it is shown in Faro.", user_id="ben", agent_id=COOK)
        one.add("Belle visits Faro.", user_id="ana", agent_id=MAID, triples=[("Belle", "visits", "Faro")])
        assert {e.name for e in one.entities(user_id="ana", agent_id=MAID)} == {"Belle", "Faro"}
