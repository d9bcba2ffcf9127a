"""Each query in cypher/read/ can be read, and pasted, by itself; what several of them say alike must not drift apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

READ = Path(__file__).resolve().parents[3] / "cypher" / "read"
FILES = sorted(READ.rglob("*.cypher"))
TIMELESS = {"bearers", "entities", "faces", "revisions", "same", "version"}
"""Queries that ask nothing of a row's time."""
OWNERLESS = {"version"}
VIEW = (
    "coalesce(ROW.expires_at > $now, true) AND CASE WHEN $all_times THEN true WHEN $as_of IS NULL THEN "
    "ROW.retired_at IS NULL AND coalesce(ROW.valid_to > $now, true) ELSE coalesce(ROW.valid_from <= $as_of, true) AND "
    "coalesce(ROW.valid_to > $as_of, ROW.retired_at IS NULL) END"
)
SCOPE = "AND ($agent_id IS NULL OR ROW.agent_id = $agent_id) AND ($run_id IS NULL OR ROW.run_id = $run_id)"


def flat(text: str) -> str:
    """The text without comments, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"//[^\n]*", "", text)).strip()


def ids(path: Path) -> str:
    return path.relative_to(READ).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_view_says_the_same_everywhere(path: Path) -> None:
    text = flat(path.read_text(encoding="utf-8"))
    for row in re.findall(r"(\w+)\.expires_at > \$now", text):
        view = VIEW.replace("ROW", row)
        current = f"coalesce({row}.expires_at > $now, true)"
        assert text.count(current) == text.count(f"{row}.expires_at > $now")
        if path.stem != "consult":
            assert text.count(view) == text.count(current)
    if path.stem not in TIMELESS:
        assert "expires_at > $now" in text


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_scope_says_the_same_everywhere(path: Path) -> None:
    text = flat(path.read_text(encoding="utf-8"))
    assert "owner" in text
    if path.stem in {"version", "consult"}:
        return
    rows = re.findall(r"\(\$agent_id IS NULL OR (\w+)\.agent_id", text)
    assert rows
    for row in rows:
        owner = rf"(\(\$owner IS NULL OR {row}\.owner = \$owner\)|{row}\.owner = \$owner) "
        assert len(re.findall(owner + re.escape(SCOPE.replace("ROW", row)), text)) == rows.count(row)


@pytest.mark.parametrize("name", [path.stem for path in sorted((READ / "filtered").glob("*.cypher"))])
def test_both_kinds_of_index_are_asked_the_same(name: str) -> None:
    """But for where the index is searched, the two texts are one."""
    filtered, plain = (
        flat((READ / kind / f"{name}.cypher").read_text(encoding="utf-8")) for kind in ("filtered", "plain")
    )
    marks = {"expand": "WITH $memory_ids", "seeds": "AS near_complete"}
    mark = marks.get(name, "AS complete")
    rest = [
        re.sub(r"CALL \(hubs\) \{.*?RETURN collect\(m\) AS around \}", "", text.partition(mark)[2])
        for text in (filtered, plain)
    ]
    assert rest[0] == rest[1] != ""


def test_each_search_inside_an_index_names_the_owner() -> None:
    for path in (READ / "filtered").glob("*.cypher"):
        text = flat(path.read_text(encoding="utf-8"))
        assert "SEARCH" in text
        assert len(
            re.findall(r"SEARCH (\w+) IN \( VECTOR INDEX \w+ FOR \$vector WHERE \1\.owner = \$owner LIMIT", text)
        ) == (text.count("SEARCH"))
