"""`graphmem demo`: the whole way from text to answers, on texts that come with the package."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.service.cli.options import AsJson, Db, opened

if TYPE_CHECKING:
    from graphmem.domain.results import SearchResult
    from graphmem.service.demo import Question
    from graphmem.sync import Memory

SCOPES: dict[str, dict[str, Any]] = {"library": {"user_id": "library"}, "friends": {"user_id": "friends"}}
FIRST_HITS = 5


def demo(
    db: Db = None,
    hits: Annotated[
        int, typer.Option("--hits", min=1, max=FIRST_HITS, help="How many hits to print for each question.")
    ] = 2,
    as_json: AsJson = False,
) -> None:
    """Take in some passages and a conversation, then ask questions that need several of them.

    The database is demo.db in this folder if --db says nothing else; running it again asks the questions again.
    """
    from graphmem.service import demo as texts
    from graphmem.service.cli import screen, views

    db = db or "sqlite:///demo.db"
    began = time.monotonic()
    with opened(db, new=True) as memory:
        taken_in = _take_in(memory, screen.progress)
        ready = time.monotonic()
        answers = [(one, memory.search(one.question, **SCOPES[one.of], limit=FIRST_HITS)) for one in texts.questions()]
        asked = time.monotonic()
        counts = memory.stats()
    document = {
        "db": db,
        "taken_in": taken_in,
        "seconds": {"taking_in": round(ready - began, 3), "asking": round(asked - ready, 3)},
        "counts": counts.model_dump(mode="json"),
        "answers": [_answer_document(question, found) for question, found in answers],
    }
    if as_json:
        views.give(document, True)
    else:
        _print(document, answers, hits)


def _take_in(memory: Memory, progress: Any) -> int:
    """Add the texts that are not there yet; how many items that were."""
    from graphmem.service import demo as texts
    from graphmem.service.cli.reading import headed

    added = 0
    passages = [headed(title, text) for title, text in texts.passages().items()]
    if memory.stats(**SCOPES["library"]).memories < len(passages):
        with progress("reading passages", len(passages)) as show:
            memory.add_many(passages, **SCOPES["library"], on_progress=show, batch_size=20)
        added += len(passages)
    sessions = texts.sessions()
    if memory.stats(**SCOPES["friends"]).memories < sum(len(session.turns) for session in sessions):
        with progress("reading a conversation", len(sessions)) as show:
            for number, session in enumerate(sessions, 1):
                turns = [{"role": "user", "name": turn.speaker, "content": turn.text} for turn in session.turns]
                memory.add(turns, **SCOPES["friends"], run_id=session.id, occurred_at=session.occurred_at)
                show(number)
        added += len(sessions)
    return added


def found_at(question: Question, found: SearchResult) -> int | None:
    """The place, from 1, of the first hit that holds one of the expected answers; None when none of them does."""
    for place, hit in enumerate(found.hits, 1):
        if any(answer.casefold() in hit.memory.text.casefold() for answer in question.answers):
            return place
    return None


def _answer_document(question: Question, found: SearchResult) -> dict[str, Any]:
    return {
        "of": question.of,
        "question": question.question,
        "expected": list(question.answers),
        "found_at": found_at(question, found),
        "hits": [hit.model_dump(mode="json") for hit in found.hits],
    }


def _print(document: dict[str, Any], answers: list[tuple[Question, SearchResult]], hits: int) -> None:
    from graphmem.service.cli.screen import Screen
    from graphmem.service.cli.views import hit_lines

    screen = Screen()
    for question, found in answers:
        place = found_at(question, found)
        screen.line((f"? {question.question}", "bold yellow"))
        for number, hit in enumerate(found.hits, 1):
            if number <= hits or number == place:
                hit_lines(screen, number, hit, mark=question.answers[0] if number == place else "")
    right = sum(answer["found_at"] is not None for answer in document["answers"])
    counts, seconds = document["counts"], document["seconds"]
    reading = f"Reading took {seconds['taking_in']:.1f} s" if document["taken_in"] else "The texts were there already"
    screen.line(
        (f"{right} of {len(answers)} answers", "bold"),
        f" stand in the first {FIRST_HITS} hits. {reading}, asking {seconds['asking']:.1f} s.",
    )
    size = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("memories", "facts", "entities"))
    screen.line(f"{size} lie in {document['db']}. Go on:")
    for command in next_commands(document["db"]):
        screen.line((command, "cyan"), indent=2)


def next_commands(db: str) -> list[str]:
    """What to try on the demo's database, with this program called as it was."""
    from shlex import quote
    from shutil import which

    program = "graphmem" if which("graphmem") or not sys.argv[0].endswith("graphmem") else quote(sys.argv[0])
    place = f"--db {quote(db)}"
    return [
        f'{program} search "Who painted, and married into a royal family?" -u library --explain {place}',
        f"{program} facts -u friends --subject Maya --include-retired {place}",
        f'{program} paths Lena "Saxon Chamber Orchestra" -u friends {place}',
        f"{program} entities -u friends {place}",
        f"{program} stats {place}",
    ]
