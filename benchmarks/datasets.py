"""The question sets as plain values, read from a folder that the user names.

Every system gets the same words: a passage is its title on the first line and its text after it; a turn of a
conversation is what was said, with the caption of a shared picture after it in brackets.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.errors import BenchmarkError

MULTIHOP = ("musique", "2wikimultihopqa", "hotpotqa")
OPENIE = "musique-openie"
EVIDENCE = ("locomo",)
ONE_CORPUS = "benchmark"
CATEGORIES = {1: "1 multi-hop", 2: "2 temporal", 3: "3 open-domain", 4: "4 single-hop", 5: "5 adversarial"}
ADVERSARIAL = CATEGORIES[5]
SESSION = re.compile(r"session_(\d+)")
EVIDENCE_ID = re.compile(r"D:?(\d+):(\d+)")
SESSION_DATE = "%I:%M %p on %d %B, %Y"


@dataclass(frozen=True, slots=True)
class Passage:
    """Something to be found. `scope`: the corpus it belongs to; only questions of that scope search it.

    A turn of a conversation also has its `speaker`, its `session` and when it was said (`occurred_at`, aware, UTC).
    """

    id: str
    text: str
    scope: str = ONE_CORPUS
    speaker: str | None = None
    session: str | None = None
    occurred_at: datetime | None = None

    @property
    def spoken(self) -> str:
        """The text with its speaker in front, for systems that have no other place for a speaker."""
        return f"{self.speaker}: {self.text}" if self.speaker else self.text


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the kind it is counted under, and the ids of the passages that answer it together.

    `answer`: the one of these that states the answer, where that is known; `outdated`: a passage that the answer replaced.
    """

    id: str
    text: str
    kind: str
    gold: tuple[str, ...]
    scope: str = ONE_CORPUS
    answer: str = ""
    outdated: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus and its questions. `apart`: kinds left out of the headline figures; `left_out`: questions without gold;
    `files`: the sha256 of what was read, by file name."""

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]
    files: Mapping[str, str]
    apart: frozenset[str] = frozenset()
    left_out: int = 0

    def sample(self, limit: int | None, seed: int) -> Dataset:
        """The same corpus with `limit` of its questions, drawn by `seed`; all of them if there are no more."""
        if limit is None or limit >= len(self.questions):
            return self
        chosen = sorted(Random(seed).sample(range(len(self.questions)), limit))
        return replace(self, questions=tuple(self.questions[place] for place in chosen))


def load(name: str, folder: Path) -> Dataset:
    """The set `name` from `folder`. Raises BenchmarkError naming the file, and the line where there is one."""
    if not folder.is_dir():
        raise BenchmarkError(f"{folder} is not a folder: --data names the one that holds {name}/.")
    if name == OPENIE:
        return _openie(folder / "musique")
    return _locomo(folder / name) if name in EVIDENCE else _multihop(name, folder / name)


def _multihop(name: str, folder: Path) -> Dataset:
    corpus_file = find(folder, "corpus.jsonl.gz")
    questions_file = find(folder, "questions_*.jsonl", preferred="questions_dev.jsonl")
    passages = tuple(
        Passage(text_of(row, "id", place), f"{text_of(row, 'title', place)}\n{text_of(row, 'text', place)}")
        for place, row in rows(corpus_file)
    )
    kind = "hops" if name == "musique" else "type"
    questions = tuple(_question(row, place, kind) for place, row in rows(questions_file))
    _check(questions_file, passages, questions)
    return Dataset(name, passages, questions, digests(corpus_file, questions_file))


def _openie(folder: Path) -> Dataset:
    """The passages of MuSiQue that ready triples exist for, and the questions whose gold passages are all among them."""
    triples_file = find(folder, "openie*.jsonl.gz")
    covered = {text_of(row, "passage_id", place) for place, row in rows(triples_file)}
    whole = _multihop("musique", folder)
    return replace(
        whole,
        name=OPENIE,
        passages=tuple(passage for passage in whole.passages if passage.id in covered),
        questions=tuple(question for question in whole.questions if covered.issuperset(question.gold)),
        files={**whole.files, **digests(triples_file)},
    )


def _question(row: Mapping[str, Any], place: str, kind: str) -> Question:
    value = row.get(kind)
    gold = row.get("gold")
    if not isinstance(gold, list) or not gold or not all(isinstance(item, str) for item in gold):
        raise BenchmarkError(f"{place}: gold is not a list of passage ids.")
    if value is None:
        raise BenchmarkError(f"{place}: the field {kind!r} is missing.")
    label = f"{value}-hop" if kind == "hops" else str(value)
    return Question(text_of(row, "id", place), text_of(row, "question", place), label, tuple(dict.fromkeys(gold)))


def _locomo(folder: Path) -> Dataset:
    file = find(folder, "locomo*.json.gz", preferred="locomo*_dev.json.gz")
    samples = json_of(decoded(file), str(file))
    if not isinstance(samples, list):
        raise BenchmarkError(f"{file}: expected a list of conversations.")
    passages: list[Passage] = []
    questions: list[Question] = []
    asked = 0
    for number, sample in enumerate(samples):
        place = f"{file}, conversation {number + 1}"
        turns = list(_turns(field(sample, "conversation", dict, place), text_of(sample, "sample_id", place), place))
        qa = field(sample, "qa", list, place)
        asked += len(qa)
        passages += turns
        questions += _answerable(qa, {turn.id for turn in turns}, sample["sample_id"], place)
    _check(file, passages, questions)
    apart, left_out = frozenset({ADVERSARIAL}), asked - len(questions)
    return Dataset("locomo", tuple(passages), tuple(questions), digests(file), apart, left_out)


def _turns(conversation: Mapping[str, Any], scope: str, place: str) -> Iterator[Passage]:
    """The turns in the order they were said; a turn with neither words nor a caption holds nothing to find."""
    names = sorted((name for name in conversation if SESSION.fullmatch(name)), key=lambda name: int(name[8:]))
    for session in names:
        said_at = _date(conversation.get(f"{session}_date_time"), f"{place}, {session}")
        for number, turn in enumerate(field(conversation, session, list, place)):
            here = f"{place}, {session}, turn {number + 1}"
            words = text_of(turn, "text", here).strip()
            caption = turn.get("blip_caption")
            text = " ".join(part for part in (words, f"[shares: {caption}]" if caption else "") if part)
            turn_id = f"{scope}/{text_of(turn, 'dia_id', here)}"
            if text:
                yield Passage(turn_id, text, scope, text_of(turn, "speaker", here), f"{scope}/{session}", said_at)


def _answerable(qa: Sequence[Any], turns: set[str], scope: str, place: str) -> Iterator[Question]:
    """The questions that have evidence among `turns`; evidence that names no turn is dropped."""
    for number, row in enumerate(qa):
        here = f"{place}, question {number + 1}"
        category = field(row, "category", int, here)
        if category not in CATEGORIES:
            raise BenchmarkError(f"{here}: category {category} is not one of 1 to 5.")
        named = EVIDENCE_ID.findall(" ".join(map(str, row.get("evidence") or [])))
        ids = dict.fromkeys(f"{scope}/D{int(session)}:{int(turn)}" for session, turn in named)
        gold = tuple(turn_id for turn_id in ids if turn_id in turns)
        if gold:
            yield Question(f"{scope}/q{number}", text_of(row, "question", here), CATEGORIES[category], gold, scope)


def _date(value: object, place: str) -> datetime:
    try:
        return datetime.strptime(str(value), SESSION_DATE).replace(tzinfo=UTC)
    except ValueError as error:
        raise BenchmarkError(f"{place}: the date is missing or not like '4:04 pm on 20 January, 2023'.") from error


def find(folder: Path, pattern: str, preferred: str | None = None) -> Path:
    """The first file of `folder` like `preferred`, else like `pattern`. Raises BenchmarkError if there is none."""
    for wanted in (preferred, pattern):
        found = sorted(folder.glob(wanted)) if wanted else []
        if found:
            return found[0]
    raise BenchmarkError(f"{folder}: no file {pattern} there.")


def decoded(file: Path) -> str:
    try:
        raw = file.read_bytes()
        return (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise BenchmarkError(f"{file}: cannot be read ({error}).") from error


def rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each line's place, for messages, and its JSON object. Raises BenchmarkError naming the line."""
    for number, line in enumerate(decoded(file).split("\n")):
        if line.strip():
            place = f"{file}, line {number + 1}"
            row = json_of(line, place)
            if not isinstance(row, dict):
                raise BenchmarkError(f"{place}: expected a JSON object.")
            yield place, row


def json_of(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BenchmarkError(f"{place}: not JSON.") from error


def text_of(row: object, name: str, place: str) -> str:
    """The field `name` of a row, which is a string. Raises BenchmarkError naming the place."""
    return str(field(row, name, str, place))


def field(row: object, name: str, kind: type, place: str) -> Any:
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, kind):
        raise BenchmarkError(f"{place}: the field {name!r} is missing or not of type {kind.__name__}.")
    return value


def _check(file: Path, passages: Sequence[Passage], questions: Sequence[Question]) -> None:
    known = {passage.id for passage in passages}
    if len(known) < len(passages):
        raise BenchmarkError(f"{file.parent}: two passages have the same id.")
    if not questions:
        raise BenchmarkError(f"{file}: no question with gold passages.")
    for question in questions:
        missing = [gold for gold in question.gold if gold not in known]
        if missing:
            raise BenchmarkError(
                f"{file}: question {question.id} has the gold passage {missing[0]}, not in the corpus."
            )


def digests(*files: Path) -> dict[str, str]:
    """The sha256 of each file by its name."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def by_scope(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    """The passages of each corpus, in order."""
    scopes: dict[str, list[Passage]] = {}
    for passage in passages:
        scopes.setdefault(passage.scope, []).append(passage)
    return scopes
