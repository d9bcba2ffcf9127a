"""Scores a pipeline on the treebanks and entity sets, from raw text, with spaCy's own scorer.

`python -m training.evaluate --data DIR [--pipeline NAME] [--out FILE.json]`: the bundled pipeline unless one is named.
Punctuation does not count in attachment; errors of the tokenizer and the sentence splitter do.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.scorer import PRFScore
from spacy.training import Example

from graphmem.extraction.parser import load_pipeline
from training.corpora import corpora

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

TREE_SETS = ("ewt-dev", "ewt-test", "gum-test")
NAME_SETS = ("ner-ewt-dev", "ner-ewt-test", "ner-gum-test", "ner-wikigold-test", "ner-wnut17-test")
TREE_SCORES = (
    "token_p", "token_r", "token_f", "tag_acc", "pos_acc", "morph_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f",
)  # fmt: skip
# Not every set marks MISC: the types that all sets mark are scored by themselves.
COMMON_TYPES = ("PER", "LOC", "ORG")


def predicted(nlp: Language, documents: Iterable[Doc]) -> list[Example]:
    """Return each gold document beside what `nlp` makes of its raw text."""
    gold = list(documents)
    parsed = nlp.pipe(document.text for document in gold)
    return [Example(found, wanted) for found, wanted in zip(parsed, gold, strict=True)]


def tree_scores(nlp: Language, documents: Iterable[Doc]) -> dict[str, Any]:
    """Return tokenisation, tagging, lemma, attachment and sentence scores, as fractions, and F by relation."""
    scores = nlp.evaluate(predicted(nlp, documents))
    by_relation = {name: round(score["f"], 4) for name, score in sorted(scores["dep_las_per_type"].items())}
    return {**{name: round(scores[name], 4) for name in TREE_SCORES}, "las_f_by_relation": by_relation}


def name_scores(nlp: Language, documents: Iterable[Doc]) -> dict[str, Any]:
    """Return precision, recall and F of entities: of the types all sets mark, of each, and of untyped spans."""
    typed: dict[str, PRFScore] = {label: PRFScore() for label in (*COMMON_TYPES, "MISC")}
    common, spans, every_span = PRFScore(), PRFScore(), PRFScore()
    for example in predicted(nlp, documents):
        found = {(ent.start_char, ent.end_char, ent.label_) for ent in example.predicted.ents}
        wanted = {(ent.start_char, ent.end_char, ent.label_) for ent in example.reference.ents}
        for label, score in typed.items():
            score.score_set({e for e in found if e[2] == label}, {e for e in wanted if e[2] == label})
        found_common, wanted_common = ({e for e in side if e[2] in COMMON_TYPES} for side in (found, wanted))
        common.score_set(found_common, wanted_common)
        spans.score_set({e[:2] for e in found_common}, {e[:2] for e in wanted_common})
        every_span.score_set({e[:2] for e in found}, {e[:2] for e in wanted})
    rows = {"PER+LOC+ORG": common, "spans of PER, LOC, ORG": spans, "spans of all types": every_span, **typed}
    return {name: _rounded(score) for name, score in rows.items()}


def _rounded(score: PRFScore) -> dict[str, float]:
    return {"p": round(score.precision, 4), "r": round(score.recall, 4), "f": round(score.fscore, 4)}


def words_per_second(nlp: Language, documents: Iterable[Doc]) -> int:
    """Return how many words `nlp` takes a second of this process's CPU time, over texts as a passage is long."""
    texts = [document.text for document in documents]
    list(nlp.pipe(texts[:20]))
    started = time.process_time()
    words = sum(len(document) for document in nlp.pipe(texts))
    return round(words / (time.process_time() - started))


def evaluate(nlp: Language, data: Path) -> dict[str, Any]:
    """Return every score of `nlp` by set."""
    sets = corpora(nlp.vocab, data)
    report: dict[str, Any] = {name: tree_scores(nlp, sets[name]()) for name in TREE_SETS}
    report.update({name: name_scores(nlp, sets[name]()) for name in NAME_SETS})
    report["words_per_cpu_second"] = words_per_second(nlp, sets["gum-test"]())
    return report


def main() -> None:
    """Score a pipeline and print, or write, the report as JSON."""
    arguments = argparse.ArgumentParser(prog="training.evaluate", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the folder that holds ud_english_ewt/ etc.")
    arguments.add_argument("--pipeline", help="name or folder of a spaCy pipeline; the bundled one by default")
    arguments.add_argument("--out", type=Path, help="write the report here instead of printing it")
    options = arguments.parse_args()
    report = json.dumps(evaluate(load_pipeline(options.pipeline), options.data), indent=2)
    if options.out:
        options.out.write_text(report + "\n", encoding="utf8")
    else:
        print(report)


if __name__ == "__main__":
    main()
