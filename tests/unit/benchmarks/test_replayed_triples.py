"""Ready triples take the place of those that would be read, where they stand in the text; and no extraction is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.datasets import Passage, load
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.extraction import Extraction
from benchmarks.replay import Replayed, ReplayExtractor
from benchmarks.systems import Setup
from benchmarks.systems.graphmem_system import Graphmem
from graphmem.ports.extractor import Passage as Unread
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from graphmem.settings import Settings
from graphmem.wiring import SystemClock, make_extractor
from tests.unit.benchmarks.conftest import PASSAGES, write_jsonl

TRIPLES = {
    "p1": [["Tarn Bridge", "was designed by", "Ilse Morrow"], ["Tarn Bridge", "spans"], ["", "is", "x"]],
    "p2": [["Ilse Morrow", "born in", "Kelby"], ["Ilse Morrow", "is an", "inventor of note"]],
}


@pytest.fixture
def triples_file(folder: Path) -> Path:
    """Triples of all passages of the small set but the last."""
    file = folder / "musique" / "openie_made_up.jsonl.gz"
    rows = [
        {"passage_id": key, "entities": [title, "nowhere named"], "triples": TRIPLES.get(key, [])}
        for key, title, _ in PASSAGES[:-1]
    ]
    write_jsonl(file, rows)
    return file


def test_the_slice_has_the_passages_with_triples_and_what_they_answer(folder: Path, triples_file: Path) -> None:
    dataset = load("musique-openie", folder)
    assert [passage.id for passage in dataset.passages] == ["p1", "p2", "p3", "p4", "p5"]
    assert [question.id for question in dataset.questions] == ["q1", "q3"]
    assert triples_file.name in dataset.files


def test_triples_without_three_parts_are_left_out(triples_file: Path) -> None:
    replayed = Extraction.of(["replay", str(triples_file)]).replayed
    assert replayed["p1"].triples == (("Tarn Bridge", "was designed by", "Ilse Morrow"),)
    assert replayed["p3"].triples == ()


def test_a_triple_stands_in_the_sentence_that_names_its_ends() -> None:
    text = "Kelby\nKelby is a village. Its lighthouse was built by Oda Finch in May 1931."
    replayed = Replayed(
        ("Oda Finch", "Kelby"), (("lighthouse", "Built by", "Oda Finch"), ("lighthouse", "in", "May 1931"))
    )
    extractor = ReplayExtractor([Passage("p", text)], {"p": replayed}, make_extractor(Settings.of()))
    reading = extractor.read([Unread(text, SystemClock().now())])[0]
    built, dated = reading.triples
    assert (built.subject.name, built.predicate, built.object.name) == ("lighthouse", "built_by", "Oda Finch")
    sentence = reading.sentences[built.sentence].span
    assert text[sentence.start : sentence.end].startswith("Its lighthouse")
    assert text[built.object.span.start : built.object.span.end] == "Oda Finch"
    assert (built.object.type, dated.object.type) == ("entity", "date")
    assert reading.about is not None
    assert reading.about.name == "Kelby"
    assert {name.name for _, name in reading.mentions} == {"lighthouse", "Oda Finch", "May 1931", "Kelby"}


def test_a_piece_of_a_long_passage_gets_what_it_names() -> None:
    text = "Oda Finch plays the cello. Milo Brandt founded a quartet."
    replayed = Replayed(("Milo Brandt",), (("Oda Finch", "plays", "cello"), ("Milo Brandt", "founded", "quartet")))
    extractor = ReplayExtractor([Passage("p", text)], {"p": replayed}, make_extractor(Settings.of()))
    first, strange = extractor.read([Unread(one, SystemClock().now()) for one in (text[:26], "Nobody knows this.")])
    assert [triple.subject.name for triple in first.triples] == ["Oda Finch"]
    assert strange.triples == ()


def facts_of(kind: Extraction, folder: Path, tmp_path: Path) -> set[tuple[str, str, str]]:
    """What graphmem knows after taking the first two passages in."""
    system = Graphmem(Setup(CachedEmbedder(MiniLmEmbedder), kind, tmp_path))
    try:
        system.build(load("musique", folder).passages[:2], lambda done: None)
        found = system.opened(system.configuration).facts(user_id="benchmark").items
        return {(fact.subject, fact.predicate, fact.object) for fact in found}
    finally:
        system.close()


def test_graphmem_knows_the_replayed_facts_and_no_others(folder: Path, triples_file: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    replay = Extraction.of(["replay", str(triples_file)])
    assert facts_of(replay, folder, tmp_path / "store") == {
        ("Tarn Bridge", "was_designed_by", "Ilse Morrow"),
        ("Ilse Morrow", "born_in", "Kelby"),
        ("Ilse Morrow", "is_an", "inventor of note"),
    }


def test_without_extraction_there_are_no_facts(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    assert facts_of(Extraction("none"), folder, tmp_path / "store") == set()


def test_a_passage_without_triples_is_named(folder: Path, triples_file: Path) -> None:
    replay = Extraction.of(["replay", str(triples_file)])
    with pytest.raises(BenchmarkError, match="1 passages, such as p6"):
        replay.triples(load("musique", folder).passages, lambda done: None)


@pytest.mark.parametrize("words", [["replay"], ["none", "x"], ["spacy"], ["replay", "nowhere.gz"]])
def test_an_extractor_that_is_none_is_refused(words: list[str]) -> None:
    with pytest.raises(BenchmarkError, match="--extractor"):
        Extraction.of(words)


def test_a_malformed_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "triples.jsonl"
    file.write_text(json.dumps({"passage_id": "p", "triples": "none"}) + "\n")
    with pytest.raises(BenchmarkError, match="line 1: triples"):
        Extraction.of(["replay", str(file)])
