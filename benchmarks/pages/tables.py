"""The results of runs as Markdown: for each set what was found, by kind of question, what it cost, and what a gain is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

DEPTHS = ("recall@2", "recall@5", "recall@10", "recall@20", "all_gold@5", "answer@5")
MOST_FAILURES = 60
"""More failures than this are not listed on the page."""


def label(document: Document) -> str:
    """The set, and where the facts came from if not from the offline extractor; a sample says so."""
    settings = document["settings"]
    kind = settings.get("extractor", "offline")
    facts = {"offline": "", "replay": ", replayed triples", "none": ", no extraction"}[kind]
    sample = f", a sample of {document['questions']}" if settings.get("limit") else ""
    return f"{document['dataset']}{facts}{sample}"


def metric_of(document: Document) -> str:
    """The metric that charts and comparisons of a set show."""
    first = next(iter(document["systems"].values()))
    if "answer@5" in first:
        return "answer@5"
    return "recall@10" if document["dataset"] == "locomo" else "recall@5"


def retrieval(document: Document) -> Iterator[str]:
    """One set: recall with intervals, recall by kind, costs, and graphmem's gains."""
    systems = document["systems"]
    yield f"### {label(document)}"
    yield f"{document['passages']:,} passages, {document['questions_in_headline']:,} questions. {provenance(document)}"
    metrics = [metric for metric in DEPTHS if metric in next(iter(systems.values()))]
    rows = [[f"`{name}`", *(_with_interval(row, metric) for metric in metrics)] for name, row in systems.items()]
    yield table(["system", *metrics], rows)
    kinds = list(next(iter(systems.values()))["by_kind"].items())
    metric = metric_of(document)
    head = [f"{metric} by kind", *(f"{kind} ({row['questions']})" for kind, row in kinds)]
    yield table(
        head,
        [
            [f"`{name}`", *(_percent(row["by_kind"][kind][metric]) for kind, _ in kinds)]
            for name, row in systems.items()
        ],
    )
    yield costs(systems)
    gains = list(_gains(systems))
    if gains:
        yield table(["gain over the best baseline", "at", "baseline", "points (95 % interval)"], gains)


def costs(systems: Mapping[str, Any]) -> str:
    """Time, memory and calls of each system."""
    head = ["system", "query p50 ms", "p95 ms", "p95 to dense's", "build s", "peak MB", "LLM calls", "LLM tokens"]
    rows = []
    for name, row in systems.items():
        ratio, peak = row.get("query_ms_p95_to_dense"), row["peak_rss_mb"]
        build = f"{row['build_seconds']:.1f}{'' if row['build_seconds_comparable'] else ' *'}"
        times = [f"{row['query_ms_p50']:.1f}", f"{row['query_ms_p95']:.1f}", "–" if ratio is None else f"{ratio:.1f}"]
        calls = [str(row["llm_calls"]), str(row["llm_tokens"])]
        rows.append([f"`{name}`", *times, build, "–" if peak is None else f"{peak:,.0f}", *calls])
    return table(head, rows)


def ablation(document: Document) -> Iterator[str]:
    """One set with one part off at a time."""
    metric = metric_of(document)
    yield f"### {label(document)}"
    yield provenance(document)
    rows = []
    for name, row in document["systems"].items():
        lost = "" if name == "graphmem" else _points(row["vs_whole"][metric])
        rows.append([f"`{name}`", *(_percent(row[one]) for one in DEPTHS if one in row), lost])
    shown = [one for one in DEPTHS if one in next(iter(document["systems"].values()))]
    yield table(["row", *shown, f"{metric} against the whole (95 % interval)"], rows)


def extraction(document: Document) -> Iterator[str]:
    """What the extractor finds of reference triples."""
    yield f"### {document['dataset']}"
    yield f"{document['sentences']:,} sentences, {document['gold_tuples']:,} reference tuples. {provenance(document)}"
    parts = ("precision", "recall", "f1", "auc")
    rows = [[name, *(_percent(row[part]) for part in parts)] for name, row in document["systems"].items()]
    yield table(["view", *parts], rows)


def updates(document: Document) -> Iterator[str]:
    """After how many updates the graph says what it should, by kind."""
    yield f"### {document['dataset']}"
    yield f"{document['cases']:,} cases over {document['relations']} relations. {provenance(document)}"
    kinds = next(iter(document["systems"].values()))["by_kind"]
    rows = [
        [name, *(_percent(row["by_kind"][kind]["right"]) for kind in kinds), _percent(row["right"])]
        for name, row in document["systems"].items()
    ]
    yield table(["row", *(f"{kind} ({figure['cases']})" for kind, figure in kinds.items()), "all"], rows)
    if document["dataset"].endswith("dev"):
        yield from _wrong(document["failures"])


def _wrong(failures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What went wrong, where it is little enough to be read; all of it is in the JSON."""
    if 0 < len(failures) <= MOST_FAILURES:
        told = [
            f"| {row['kind']} | {' · '.join(row['told'][1:])} | {wrong['step']} | {wrong['expected']} | {wrong['found']} |"
            for row in failures
            for wrong in row["wrong"][:1]
        ]
        yield "\n".join(["| kind | told | step | expected | found |", "|---|---|---|---|---|", *told])


def relations(document: Document) -> Iterator[str]:
    """Which related things of a document its facts join."""
    yield f"### {document['dataset']}"
    told = (
        f"{document['documents']:,} documents, {document['entities']:,} entities, {document['relations']:,} relations"
    )
    cost = f"{document['facts']:,} facts in {document['times']['build_cpu_seconds']:.0f} s of CPU"
    yield f"{told}; {cost}; {_percent(document['entities_found'])} of the entities are in them. {provenance(document)}"
    systems, parts = document["systems"], ("precision", "recall")
    rows = [
        [f"`{name}`", *(_with_interval(row, part) for part in parts), _percent(row["f1"])]
        for name, row in systems.items()
    ]
    yield table(["joined by", *parts, "f1"], rows)
    kinds = [(kind, row["relations"]) for kind, row in next(iter(systems.values()))["by_kind"].items()]
    by_kind = [
        [f"{kind} {document['labels'][kind]}", f"{count:,}"]
        + [_percent(row["by_kind"][kind]["recall"]) for row in systems.values()]
        for kind, count in kinds
    ]
    yield table(["recall by relation", "gold", *(f"`{name}`" for name in systems)], by_kind)


def provenance(document: Document) -> str:
    """The commit and machine of a run."""
    changed = " with changes on top" if document.get("dirty") else ""
    machine = document["machine"]
    commit = document["commit"][:10] if document["commit"] else "unknown"
    return f"Commit {commit}{changed}, {machine['cpu_count']} processors, {machine['platform']}."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are right-aligned."""
    lines = [head, ["---", *(["---:"] * (len(head) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _gains(systems: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, row in systems.items():
        for metric, gain in row.get("vs_best_baseline", {}).items():
            yield [f"`{name}`", metric, f"`{gain['baseline']}`", _points(gain)]


def _points(gain: Mapping[str, float]) -> str:
    return f"{100 * gain['difference']:+.1f} [{100 * gain['low']:+.1f}, {100 * gain['high']:+.1f}]"


def _with_interval(row: Mapping[str, Any], metric: str) -> str:
    low, high = row["intervals"][metric]
    return f"{_percent(row[metric])} [{_percent(low)}, {_percent(high)}]"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
