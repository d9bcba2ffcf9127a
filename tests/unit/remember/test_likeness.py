"""Names that are alike: what is joined by itself, what is put to somebody, and what is never compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem.domain.identity import entity_key
from graphmem.remember.likeness import likeness, probe_of

PAIRS = Path(__file__).parents[2] / "fixtures" / "name_pairs.txt"
ROWS = [
    tuple(part.strip() for part in line.split("|"))
    for line in PAIRS.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def found(row: tuple[str, ...]) -> str:
    """What becomes of a pair: joined by itself, a candidate, or apart. Names with one key are one entity before any of this."""
    _, name, kind, other, other_kind = row
    if entity_key(name) == entity_key(other) and kind == other_kind:
        return "joined"
    how = likeness(name, kind, other, other_kind)
    if how is None:
        return "apart"
    return "joined" if how.sure else "candidate"


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def test_there_are_enough_pairs() -> None:
    assert len(ROWS) == len({row[1:] for row in ROWS}) >= 120
    assert {row[0] for row in ROWS} == {"same", "different", "unsure"}


def test_what_is_joined_by_itself_is_the_same() -> None:
    assert [row for row in ROWS if found(row) == "joined" and row[0] != "same"] == []


def test_more_than_half_of_what_is_the_same_is_joined_and_nearly_all_is_seen() -> None:
    same = [row for row in ROWS if row[0] == "same"]
    joined = [row for row in same if found(row) == "joined"]
    seen = [row for row in same if found(row) != "apart"]
    assert share(len(joined), len(same)) >= 0.55, [row for row in same if row not in joined]
    assert share(len(seen), len(same)) >= 0.95, [row for row in same if row not in seen]


def test_few_of_those_put_to_somebody_are_different() -> None:
    put = [row for row in ROWS if found(row) == "candidate"]
    wrong = [row for row in put if row[0] == "different"]
    assert share(len(put) - len(wrong), len(put)) >= 0.8, wrong


def test_what_is_unsure_is_put_to_somebody() -> None:
    unsure = [row for row in ROWS if row[0] == "unsure"]
    assert share(len([row for row in unsure if found(row) == "candidate"]), len(unsure)) >= 0.9


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "~".join(row[1::2]))
def test_it_is_the_same_from_both_sides(row: tuple[str, ...]) -> None:
    _, name, kind, other, other_kind = row
    assert likeness(name, kind, other, other_kind) == likeness(other, other_kind, name, kind)


@pytest.mark.parametrize("name", ["GPT-4", "12 March 2024", "+47 22 85 50 50", "ana@example.com", "v2.1.0", "Room 12B"])
def test_a_code_is_not_even_looked_for(name: str) -> None:
    assert probe_of(entity_key(name), name, "entity") is None


def test_nearly_all_that_would_be_joined_is_looked_for_where_it_is() -> None:
    """From the name that comes second, its probe leads to the one that was first, but where a word is written as two."""
    joined = [row for row in ROWS if found(row) == "joined" and entity_key(row[1]) != entity_key(row[3])]
    missed = [row for row in joined if not leads_to(row[3], row[4], entity_key(row[1]))]
    assert share(len(joined) - len(missed), len(joined)) >= 0.9, missed


def leads_to(name: str, kind: str, wanted: str) -> bool:
    probe = probe_of(entity_key(name), name, kind)
    assert probe is not None
    by_end = wanted.rpartition(" ")[2] == probe.last and wanted.startswith(probe.letters or ("",))
    return wanted in probe.exact or wanted.startswith(probe.heads) or by_end
