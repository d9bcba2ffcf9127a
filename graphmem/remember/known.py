"""What is known before a write, as rows of a timeline with all who say them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.domain.fact import FOREVER, Fact, Support
from graphmem.remember.claim import Claim, Reader
from graphmem.remember.moments import Witness, moments_of
from graphmem.remember.row import Row, arrival, since


@dataclass(frozen=True, slots=True)
class Past:
    """What is known: facts whatever their time, and of those that a write can close, who says them: `supports`, `said` (when
    each of these memories was said, by its id) and `passing` (facts that nobody says of the present, or for good).
    `types`: of entities, by id. `episodes`: of memories, each that of one add."""

    facts: Sequence[Fact] = ()
    supports: Sequence[Support] = ()
    said: Mapping[str, datetime] = field(default_factory=dict)
    passing: frozenset[tuple[str, str]] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    episodes: Mapping[str, str] = field(default_factory=dict)


def stored_rows(past: Past, reader: Reader) -> Iterator[Row]:
    """The stored facts as rows, in order of arrival. Who says two of them that say the same, for one time each, says them as one.

    One that was closed by hand, by no other fact, is as good as taken back: nobody vouches for when it held.
    """
    saying: dict[str, list[Support]] = {}
    for support in past.supports:
        if support.memory_id in past.said:
            saying.setdefault(support.fact_id, []).append(support)
    rows, known, silent = [], dict[object, Witness](), dict[object, datetime]()
    for fact in sorted(past.facts, key=lambda one: one.id):
        supports = saying.get(fact.id, [])
        unsaid = _ends_unsaid(fact, supports, past)
        told = fact.model_copy(update={"valid_to": None}) if unsaid else fact
        row = _row(fact, _claim(told, supports, past, reader), unsaid=unsaid)
        row.witnesses = list(_witnesses(row, supports, past))
        rows.append(row)
        for one in row.witnesses:
            if row.taken_back:
                silent[_key(one)] = min(row.start, silent.get(_key(one), FOREVER))
            elif one.supports:
                there = known.get(_key(one), replace(one, supports=()))
                known[_key(one)] = replace(
                    there, supports=(*there.supports, *one.supports), order=min(there.order, one.order)
                )
    known = {key: replace(one, silent=silent.get(key, FOREVER)) for key, one in known.items()}
    for row in rows:
        row.witnesses = [known.get(_key(one), one) if one.supports else one for one in row.witnesses]
        yield row


def _key(one: Witness) -> object:
    return (one.place and one.place[0], one.claim.identity, one.since, one.until)


def _claim(fact: Fact, supports: Sequence[Support], past: Past, reader: Reader) -> Claim:
    """What a fact claims. It is said of the present if one of those who say it does; nobody known is taken for one who does."""
    passing = [(one.memory_id, one.fact_id) in past.passing for one in supports]
    foretold = any(one.until is not None and one.until > past.said[one.memory_id] for one in supports)
    return reader.stored(fact, lasting=not passing or not all(passing), foretold=foretold)


def _ends_unsaid(fact: Fact, supports: Sequence[Support], past: Past) -> bool:
    """Whether a fact has an end of its own that nobody states: who did was deleted, and all who are left say it of the present."""
    if fact.valid_to is None or fact.superseded_by is not None or fact.retired_at is not None:
        return False
    lasting = [
        one.since is not None and one.until is None and (one.memory_id, one.fact_id) not in past.passing
        for one in supports
    ]
    return bool(lasting) and all(lasting) and len(lasting) == fact.support_count


def _row(fact: Fact, claim: Claim, *, unsaid: bool) -> Row:
    dead = fact.retired_at is not None and (fact.superseded_by is None or fact.valid_to is None)
    end = fact.valid_to or FOREVER
    return Row(fact, claim, since(fact), end, fact.superseded_by, taken_back=dead, ends_unsaid=unsaid)


def _witnesses(row: Row, supports: Sequence[Support], past: Past) -> Iterator[Witness]:
    """Who says a row. Where it was stored before the times that each states were kept, or nobody is known to say it, its own are
    taken for stated."""
    found = []
    for one in supports:
        said = past.said[one.memory_id]
        from_, until = (one.since, one.until) if one.since is not None else _stated(row, said)
        if row.claim.kind == "over" and until is None:
            from_, until = row.start, row.end
        counts = (one.memory_id, one.fact_id) not in past.passing or _is_over_by_words(row, one)
        place = (one.memory_id, one.sentence)
        order = arrival(one.memory_id, one.sentence, one.fact_id)
        found.append(
            Witness(
                row.claim,
                said,
                from_,
                until,
                counts,
                order,
                place,
                (one,),
                episode=past.episodes.get(one.memory_id, one.memory_id),
            )
        )
    yield from found
    if all(one.supports[0].since is not None for one in found) and found:
        return
    if all(one.at != row.start for one in moments_of(found, {})):
        until = row.end if row.by is None and row.end != FOREVER else None
        until = row.end if row.claim.kind == "over" else until
        counts = row.claim.lasting
        yield Witness(row.claim, row.start, row.start, until, counts, arrival(row.fact.id), None, episode=row.fact.id)


def _stated(row: Row, said: datetime) -> tuple[datetime, datetime | None]:
    """What is taken for stated by who said a row, where that was not kept."""
    if row.claim.kind == "over":
        return (row.start, row.end) if row.start < row.end else (said, said)
    until = row.end if row.by is None and row.end != FOREVER else None
    return (row.start if row.claim.begins or row.claim.ended else said), until


def _is_over_by_words(row: Row, support: Support) -> bool:
    """Whether it is said to be over then, and not only told of that time: of that, no end is kept."""
    return row.claim.kind == "over" and support.until is not None
