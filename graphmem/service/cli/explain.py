"""Why a search ranked as it did: the parts of each score as bars, what was left out, and what it took."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from graphmem.service.cli.screen import Screen, note

if TYPE_CHECKING:
    from graphmem.domain.results import Hit, SearchResult, Trace

LONGEST_BAR = 24
LABEL = 16
"""Columns before what a line of the summary says."""
MOST_NAMED = 5
"""Crowded entities that are told by name."""
LEFT_OUT = {
    "outdated": "memories put further down, as they say what is out of date",
    "retired_facts": "facts that no longer hold",
    "below_threshold": "memories below the threshold",
    "links": "links beyond the budget",
    "chains": "chains of facts beyond the best",
    "crowded": "names with too many facts for a chain to go through",
    "characters": "characters of the question beyond those that are read",
    "values": "numbers and dates in the question, which lead nowhere",
}


def notes(trace: Trace) -> None:
    """What a person should know of a search whether or not it is explained: that it is not what it could have been."""
    if trace.reranker.startswith("failed: "):
        note(f"The reranker {trace.reranker}. The order is the one without it.")
    if "seconds" in trace.exhausted:
        note("The search stopped early, for its time was used up: there may be more to find.")


def origin(hit: Hit, places: Mapping[str, int]) -> str:
    """Where a hit's path starts: the place of that memory among the hits, else its id."""
    place = places.get(hit.seed)
    return f"hit {place}" if place else hit.seed


def parts(screen: Screen, hit: Hit, largest: float, indent: int) -> None:
    """A line for each part of a score, its bar in proportion to the `largest` part of all hits, and their sum."""
    rows = [(name, part) for name, part in hit.score_parts.items() if part]
    names = max((len(name) for name, _ in rows), default=0)
    room = min(screen.width - indent - names - 11, LONGEST_BAR)
    for name, part in rows:
        length = max(round(room * abs(part) / largest), 1) if largest and room > 0 else 0
        style = "red" if part < 0 else "cyan"
        screen.line((f"{name:<{names}}", "dim"), f"  {part:+7.3f}  ", (_bar(length, part < 0), style), indent=indent)
    screen.line((f"{'score':<{names}}", "bold"), (f"  {hit.score:+7.3f}", "bold"), indent=indent)


def _bar(length: int, taken: bool) -> str:
    drawn = (sys.stdout.encoding or "").lower().startswith("utf")
    return ("▒" if taken else "█") * length if drawn else ("-" if taken else "#") * length


def largest_part(hits: Sequence[Hit]) -> float:
    """The largest part of any score, whatever its sign."""
    return max((abs(part) for hit in hits for part in hit.score_parts.values()), default=0.0)


def summary(screen: Screen, result: SearchResult) -> None:
    """What the question named, how far the search went, what it left out, and the time of each stage."""
    trace = result.trace
    _told(screen, "question names", ", ".join(trace.named) or "nothing that is known")
    if result.hits:
        _told(screen, "nearness", f"{trace.nearness:.3f}, the cosine of the nearest memory")
    _told(screen, "looked at", _looked_at(trace))
    _told(screen, "links", _counted(trace.links) or "none")
    for what in _left_out(trace):
        _told(screen, "left out", what)
    if trace.exhausted:
        _told(screen, "budget used up", ", ".join(trace.exhausted))
    if trace.reranker:
        _told(screen, "reranker", trace.reranker)
    spent = sum(trace.seconds.values())
    stages = "  ".join(f"{stage} {seconds:.3f} s" for stage, seconds in trace.seconds.items())
    _told(screen, "time", f"{spent:.3f} s: {stages}")


def _told(screen: Screen, label: str, words: str) -> None:
    screen.line((f"{label:<{LABEL}}", "dim"), words)


def _looked_at(trace: Trace) -> str:
    counts = {"candidates": "memories", "hops": "hops", "calls": "calls to the store"}
    told = [f"{trace.counts.get(key, 0):,} {words}" for key, words in counts.items()]
    return f"{len(trace.seeds)} seeds, {', '.join(told)}"


def _counted(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{count:,} {kind}" for kind, count in counts.items())


def _left_out(trace: Trace) -> list[str]:
    """A sentence for each kind of thing that was passed over; the most crowded entities by name."""
    hubs = sorted(trace.suppressed.items(), key=lambda one: (-one[1], one[0]))
    told = [f"memories through {trace.names.get(id_, id_)}: {count:,}" for id_, count in hubs[:MOST_NAMED]]
    if rest := hubs[MOST_NAMED:]:
        told.append(f"memories through {len(rest):,} other crowded entities: {sum(count for _, count in rest):,}")
    return told + [f"{LEFT_OUT.get(what, what)}: {count:,}" for what, count in trace.left_out.items()]
