"""What each of those who say a thing says of which moments, and from these the times at which it held. Pure.

A statement speaks for the moment from which it says that something is so and, if it is said of the present, for that of saying. A
thing holds from such a moment until what excludes it has one, or until the end that was stated. So when it held is a function of
what was said of which time, whatever the order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from graphmem.domain.fact import FOREVER, Fact, Support
from graphmem.remember.claim import Claim

BEFORE, ENDS, AT = 0, 1, 2
"""At one moment, first what held just before it, then what ends there by itself, then what is so from it on."""
Order: TypeAlias = tuple[int, str, int, str]
"""Which of two came first: the stored before those of this write, then by memory, sentence and fact."""


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """Says at `at` that a claim holds since `since`, and until `until` if that is stated.

    `counts`: it ends what it excludes. `supports`: where it is stored, else `statement` is its number in this write, and `fact` what
    it would add. `silent`: from when on it says nothing any more, since that was taken back. `episode`: what it has in common
    with those of the same add.
    """

    claim: Claim
    at: datetime
    since: datetime
    until: datetime | None = None
    counts: bool = True
    order: Order = (0, "", 0, "")
    place: tuple[str, int] | None = None
    supports: tuple[Support, ...] = ()
    statement: int = -1
    fact: Fact | None = None
    silent: datetime = FOREVER
    episode: str | None = None

    @property
    def support(self) -> Support | None:
        """One of those under which it is stored."""
        return self.supports[0] if self.supports else None

    @property
    def again(self) -> datetime | None:
        """The moment of saying, if it says that something is so then, too."""
        claim = self.claim
        if not self.counts or claim.begins or claim.ended or self.at < self.since:
            return None
        return self.at if self.until is None or self.at < self.until else None


class Moment(NamedTuple):
    """At `at` a claim is so, by what `witness` says. `rank`: BEFORE, ENDS or AT."""

    at: datetime
    rank: int
    order: tuple[object, ...]
    witness: Witness


class Against(NamedTuple):
    """What ends a claim at `at`: the moment of another one, or a fact of which no more is known than its id. `parts`: it does not end
    it, since it was said of another time or was over by then, but who says the claim after that says it anew."""

    at: datetime
    order: tuple[object, ...]
    by: Moment | str
    rank: int = AT
    parts: bool = False


@dataclass(slots=True)
class Span:
    """A time at which a claim held without a break: who says so, and what ended it, if anything but itself did."""

    start: datetime
    moments: list[Moment]
    end: datetime = FOREVER
    by: Moment | str | None = None
    parted: bool = False

    @property
    def witnesses(self) -> list[Witness]:
        """Those who say so, each once."""
        return list(dict.fromkeys(one.witness for one in self.moments))

    @property
    def places(self) -> set[tuple[str, int]]:
        """The sentences that say so."""
        return {one.witness.place for one in self.moments if one.witness.place is not None}


def moments_of(witnesses: Sequence[Witness], changed: Mapping[Witness, datetime]) -> list[Moment]:
    """All moments of what one claim's witnesses say. `changed`: when it had changed before some of them said it, as was told
    later. Who says again what an earlier add has of the very same moment comes no later than that."""
    found = [one for witness in witnesses for one in _moments(witness, changed) if one.at < witness.silent]
    first: dict[tuple[datetime, int], Moment] = {}
    for one in sorted(found, key=lambda one: (one.rank, one.order)):
        there = first.setdefault((one.at, one.rank), one)
        if there.witness.episode == one.witness.episode:
            first[one.at, one.rank] = one
    return [_no_later(one, first[one.at, one.rank]) for one in found]


def _no_later(one: Moment, than: Moment) -> Moment:
    return one if one.witness.episode == than.witness.episode else one._replace(order=than.order)


def _moments(witness: Witness, changed: Mapping[Witness, datetime]) -> Iterator[Moment]:
    again, order = witness.again, witness.order
    if witness.claim.kind == "over":
        yield Moment(witness.until or witness.since, AT, order, witness)
        return
    change = changed.get(witness)
    if change is None or witness.since < witness.at:
        yield Moment(witness.since, AT, order, witness)
    if change is not None:
        yield Moment(change, BEFORE, (witness.at, *order), witness)
    elif again is not None and again > witness.since:
        yield Moment(again, AT, order, witness)
    if witness.until is not None and witness.until > witness.since:
        yield Moment(witness.until, ENDS, order, witness)


def spans_of(moments: Iterable[Moment], against: Iterable[Against], *, lasts: bool = True) -> list[Span]:
    """The times at which a claim held, in order. What one sentence says stands side by side. `lasts`: it goes on from each moment
    until something ends it; what is over does not, and is over once more if it was so again in between."""
    events: list[tuple[datetime, int, tuple[object, ...], Moment | Against]]
    events = [(one.at, one.rank, one.order, one) for one in moments]
    events += [(one.at, one.rank, one.order, one) for one in against]
    spans: list[Span] = []
    run: Span | None = None
    for at, rank, _, one in sorted(events, key=lambda event: event[:3]):
        if isinstance(one, Against):
            if run is None or _side_by_side(run, one):
                continue
            if one.parts and lasts:
                run.parted = True
            else:
                run.end, run.by, run = at if lasts else run.start, one.by if lasts else None, None
        elif rank == ENDS:
            if run is not None and any(known.witness is one.witness for known in run.moments):
                run.end, run = at, None
        elif run is None or run.parted:
            if run is not None:
                run.end, run.by = at, one
            run = Span(at, [one], FOREVER if lasts else at)
            spans.append(run)
        else:
            run.moments.append(one)
    return spans


def _side_by_side(run: Span, against: Against) -> bool:
    by = against.by
    return not isinstance(by, str) and by.witness.place is not None and by.witness.place in run.places
