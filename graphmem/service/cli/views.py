"""What a person sees of each answer. Most read the JSON document, so that both always say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphmem.service.cli import explain as explaining
from graphmem.service.cli.screen import Screen, note, write_json

if TYPE_CHECKING:
    from graphmem.domain.results import AddResult, Hit, SearchResult, Step

Document = dict[str, Any]

ARROW = "⟶"
EXCERPT_LINES = 3
MOST_DROPPED = 20
"""Statements that were not kept and are shown."""
INDENT = 11
"""Columns before what stands under a hit's heading."""
LONGEST_HEADING = 120
SENTENCE = 160
"""A sentence on a path is cut around its entity to about so many characters."""
PASSAGE = 280
"""The text of a hit is cut to about so many, unless all is asked for."""


def give(document: Document, as_json: bool, view: Callable[[Screen, Document], None] | None = None) -> None:
    """Print the document as JSON, or through its view."""
    if as_json or view is None:
        write_json(document)
    else:
        view(Screen(), document)


def added_document(results: Sequence[AddResult]) -> Document:
    """All that one `add` did: its memories in order, how many met which event, what a model stated that was not kept, and
    what models cost."""
    from graphmem.domain.usage import Usage

    rows = [one.model_dump(mode="json") for result in results for one in result.results]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["event"]] = counts.get(row["event"], 0) + 1
    dropped = [one.model_dump() for result in results for one in result.receipt.dropped]
    batches = {id(result.receipt.usage): result.receipt.usage for result in results}  # the items of a batch share one
    usage = sum(batches.values(), Usage()).model_dump()
    return {"results": rows, "counts": counts, "dropped": dropped, "usage": usage}


def added(screen: Screen, document: Document) -> None:
    """Each memory with its facts, only the counts when there are many; then what was not kept."""
    rows = document["results"]
    if len(rows) > 20:
        facts = sum(len(row["facts"]) for row in rows)
        told = ", ".join(f"{count} {event}" for event, count in sorted(document["counts"].items()))
        screen.line(f"{len(rows)} memories ({told}), {facts} facts")
    else:
        for row in rows:
            _added_row(screen, row)
    for one in document["dropped"][:MOST_DROPPED]:
        screen.line(("dropped", "yellow"), f": {one['fact']} ({one['reason']})")
    if len(document["dropped"]) > MOST_DROPPED:
        screen.line(f"{len(document['dropped'])} statements dropped in all")


def _added_row(screen: Screen, row: Document) -> None:
    screen.line((row["event"], "bold green" if row["event"] != "NOOP" else "dim"), "  ", (row["id"], "dim"))
    screen.line(row["memory"], indent=2, most=EXCERPT_LINES)
    for fact in row["facts"]:
        screen.line(*_fact_words(fact), indent=4)
    for fact in row["superseded"]:
        screen.line("no longer: ", *_fact_words(fact), indent=4)


def updated(screen: Screen, document: Document) -> None:
    """One changed memory with its facts."""
    _added_row(screen, document)


def deleted(screen: Screen, document: Document) -> None:
    """What went, by kind."""
    gone = ", ".join(f"{kind} {count}" for kind, count in document["removed"].items() if count)
    screen.line(f"Deleted: {gone or 'nothing'}")


def found(result: SearchResult, explain: bool) -> None:
    """The hits, best first, each with its path; with `explain` also why it stands where it does, and its whole text."""
    screen = Screen()
    explaining.notes(result.trace)
    if not result.hits:
        below = result.trace.left_out.get("below_threshold", 0)
        kept_out = f"Nothing found: the scores of all {below} are below the threshold."
        note(kept_out if below else "Nothing found. See what there is with: graphmem list, graphmem entities.")
    largest = explaining.largest_part(result.hits)
    places = {hit.memory.id: place for place, hit in enumerate(result.hits, 1)}
    for place, hit in enumerate(result.hits, 1):
        _heading(screen, place, hit, "")
        _words(screen, hit, " ".join(_body(hit).split()) if explain else excerpt(_body(hit), "", PASSAGE))
        _path(screen, hit, explaining.origin(hit, places) if explain else "")
        if explain:
            explaining.parts(screen, hit, largest, INDENT)
            for fact in hit.facts:
                screen.line(("fact ", "dim"), str(fact), indent=INDENT)
            screen.line(("id ", "dim"), hit.memory.id, indent=INDENT)
        screen.gap()
    if explain:
        explaining.summary(screen, result)


def hit_lines(screen: Screen, place: int, hit: Hit, mark: str = "") -> None:
    """One hit: place, score, the words (a heading apart), and the path that led to it, a line a step.

    The words are cut, around those of `mark` where they stand in them.
    """
    _heading(screen, place, hit, mark)
    _words(screen, hit, excerpt(_body(hit), mark, PASSAGE))
    _path(screen, hit, "")
    screen.gap()


def _heading(screen: Screen, place: int, hit: Hit, mark: str) -> None:
    heading = hit.memory.text.removesuffix(_body(hit)).strip()
    name = (heading, "bold cyan") if heading else (f"{hit.memory.valid_from:%Y-%m-%d}  {hit.memory.id}", "dim")
    screen.line((f"{place:>2}", "bold"), f"  {hit.score:.3f}  ", name, (f"  ✓ {mark}" if mark else "", "bold green"))


def _body(hit: Hit) -> str:
    """The words of a hit without the heading that they begin with, if they do."""
    heading, _, body = hit.memory.text.partition("\n")
    return body if body and len(heading) <= LONGEST_HEADING else hit.memory.text


def _words(screen: Screen, hit: Hit, words: str) -> None:
    screen.line((f"{hit.memory.actor_id}: " if hit.memory.actor_id else "", "bold"), words, indent=INDENT)


def _path(screen: Screen, hit: Hit, origin: str) -> None:
    """How a hit was reached, a line a step; `origin` says what the first step starts from."""
    if origin and hit.path:
        screen.line(("from ", "dim"), origin, indent=INDENT)
    for depth, step in enumerate(hit.path, 1 if origin else 0):
        screen.line(("└ " if depth else "via ", "dim"), *_step_words(step), indent=INDENT + 2 * depth)


def _step_words(step: Step) -> list[str | tuple[str, str]]:
    """How one memory leads to the next: what the first says, and what the second has to do with it."""
    if step.kind == "next":
        return ["its neighbour in the same conversation or text"]
    says = str(step.fact) if step.fact else f"“{excerpt(step.sentence, step.entity)}”"
    joins = "about" if step.kind == "about" else "also names"
    return [says, (f"  {ARROW} {joins} ", "dim"), (step.entity, "bold")]


def excerpt(text: str, around: str, length: int = SENTENCE) -> str:
    """At most about `length` characters of a text, with the words `around` in them where they occur, else its beginning."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    middle = max(text.find(around), 0) + len(around) // 2
    start = max(0, min(middle - length // 2, len(text) - length))
    end = start + length
    start = text.find(" ", start) + 1 if start else 0
    end = len(text) if end >= len(text) else max(text.rfind(" ", start, end), start + 1)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def memory(screen: Screen, document: Document) -> None:
    """One memory with all that is known about the record itself."""
    screen.line(document["text"])
    screen.gap()
    scope = ", ".join(f"{kind}={one}" for kind, one in document["scope"].items() if one)
    rows = {
        "id": document["id"],
        "scope": scope,
        "speaker": document["actor_id"],
        "said": document["valid_from"],
        "until": document["valid_to"],
        "stored": document["created_at"],
        "expires": document["expires_at"],
        "feedback": document["feedback"],
        "categories": ", ".join(document["categories"]),
        "metadata": ", ".join(f"{key}={value!r}" for key, value in document["metadata"].items()),
    }
    for name, value in rows.items():
        if value:
            screen.line((f"{name:<11}", "dim"), str(value))


def memories(screen: Screen, document: Document) -> None:
    """A page of memories, an excerpt each."""
    for row in document["items"]:
        screen.line((row["id"], "dim"), "  ", row["valid_from"][:10])
        speaker = f"{row['actor_id']}: " if row["actor_id"] else ""
        screen.line((speaker, "bold"), row["text"].replace("\n", " — ", 1), indent=2, most=2)
    page_end(document, "memories")


def facts(screen: Screen, document: Document) -> None:
    """A page of facts, a line each, with the time they held."""
    for row in document["items"]:
        screen.line(*_fact_words(row))
    page_end(document, "facts")


def _fact_words(row: Document) -> list[str | tuple[str, str]]:
    verb = ("not " if row["negated"] else "") + row["predicate"].replace("_", " ")
    ends = [(row["valid_from"] or "")[:10], (row["valid_to"] or "")[:10]]
    times = f"  {ends[0]} to {ends[1]}" if ends[1] else f"  since {ends[0]}" if ends[0] else ""
    manner = "" if row["modality"] == "asserted" else f"  ({row['modality']})"
    return [(row["subject"], "bold"), f" — {verb} → ", (row["object"], "bold"), (manner + times, "dim")]


def entities(screen: Screen, document: Document) -> None:
    """A page of entities with their types and other names."""
    for row in document["items"]:
        others = f"  also {', '.join(row['aliases'])}" if row["aliases"] else ""
        screen.line((row["name"], "bold"), (f"  {row['type']}{others}", "dim"))
    page_end(document, "entities")


def paths(screen: Screen, document: Document) -> None:
    """Chains of facts, a fact a line."""
    if not document["paths"]:
        note("No chain of facts joins these two. Look at the names with: graphmem entities.")
    for chain in document["paths"]:
        screen.line((f" {ARROW} ".join(chain["entities"]), "bold"))
        for fact in chain["facts"]:
            screen.line(*_fact_words(fact), indent=2)


def timeline(screen: Screen, document: Document) -> None:
    """The life of an entity, a fact a line; below it what ended it, and who says so."""
    for row in document["items"]:
        state = "" if row["state"] == "current" else f"  {row['state']}"
        screen.line(f"{row['since'][:10]}  ", *_fact_words(row["fact"]), (state, "yellow"))
        if row["superseded_by"]:
            screen.line(("then ", "dim"), *_fact_words(row["superseded_by"]), indent=12)
        for source in row["sources"]:
            screen.line(("said ", "dim"), f"“{excerpt(source['quote'], '')}”", indent=12)
    if not document["items"]:
        note("Nothing is known by that name. See what there is with: graphmem entities.")
    else:
        page_end(document, "facts")


def history(screen: Screen, document: Document) -> None:
    """What happened to a memory, oldest first, each step with the id that `graphmem revert --revision` takes."""
    for row in document["revisions"]:
        screen.line((row["event"], "bold"), f"  {row['at'][:19]}  ", (f"{row['id']}  {row['reason']}", "dim"))
        for sign, text in (("- ", row["old_text"]), ("+ ", row["new_text"])):
            if text:
                screen.line((sign, "dim"), text, indent=2, most=EXCERPT_LINES)


def stats(screen: Screen, document: Document) -> None:
    """Counts, a line each."""
    for name, value in document.items():
        screen.line((f"{name:<10}", "dim"), f" {value:,}" if isinstance(value, int) else f" {value}")


def page_end(document: Document, what: str) -> None:
    shown = len(document["items"])
    more = f"; go on with --cursor {document['next_cursor']}" if document["next_cursor"] else ""
    note(f"{shown} of {document['total']:,} {what}{more}")
