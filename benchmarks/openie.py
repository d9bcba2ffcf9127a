"""The offline extractor against CaRB: how much of what a sentence states is found, and how much of what is found is
right.

CaRB gives sentences as tokens, so they are parsed as given, each as one sentence. The n-ary view is the one that the
reference is written in; the binary view has one tuple for each argument, as the memory graph has edges.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.carb import Score, read_gold, score
from benchmarks.errors import BenchmarkError
from benchmarks.nary import binary, nary
from graphmem.extraction.repair import mend
from graphmem.extraction.tree import Tree, tree_of

PARTS = ("dev", "test")
_PLAIN = {
    "``": '"',
    "''": '"',
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "\\/": "/",
}


def main(argv: Sequence[str]) -> int:
    """Score the extractor: 0 when measured, 2 with one line on stderr when the arguments or the data cannot be used."""
    arguments = _parser().parse_args(argv)
    try:
        document = measure(arguments.data / "carb" / f"{arguments.part}.tsv", arguments.part, arguments.pipeline)
        if arguments.out:
            arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except (BenchmarkError, OSError) as error:
        print(f"python -m benchmarks openie: {error}", file=sys.stderr)
        return 2
    _show(document)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks openie")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds carb/PART.tsv")
    parser.add_argument("--part", choices=PARTS, default="dev", help="which part to score (default: dev)")
    parser.add_argument("--pipeline", metavar="NAME", help="an installed spaCy pipeline (default: the bundled one)")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures there")
    return parser


def measure(path: Path, part: str, pipeline: str | None = None) -> dict[str, Any]:
    """Extract from the sentences of the reference file `path` and score both views; a document of JSON values."""
    gold = read_gold(path)
    started = time.process_time()
    trees = parse(list(gold), pipeline)
    parsed = time.process_time()
    views = {
        "n-ary": {sentence: nary(tree, sentence.split()) for sentence, tree in trees.items()},
        "binary": {sentence: binary(tree, sentence.split()) for sentence, tree in trees.items()},
    }
    done = time.process_time()
    words = sum(len(sentence.split()) for sentence in gold)
    return {
        "benchmark": "openie",
        "dataset": f"carb/{part}",
        "sentences": len(gold),
        "gold_tuples": sum(map(len, gold.values())),
        **machine.commit(),
        "machine": machine.describe(),
        "settings": {"pipeline": pipeline or "bundled", "tokens": "as given", "threads": 1},
        "words_per_cpu_second": {
            "parse": words / max(parsed - started, 1e-9),
            "rules": words / max(done - parsed, 1e-9),
        },
        "systems": {f"graphmem {view}": _figures(score(gold, found)) for view, found in views.items()},
    }


def parse(sentences: Sequence[str], pipeline: str | None) -> Mapping[str, Tree]:
    """The trees of tokenised sentences, each parsed as one sentence; Penn Treebank brackets and quotes read as
    plain."""
    from spacy.tokens import Doc

    from graphmem.extraction.parser import load_pipeline

    nlp = load_pipeline(pipeline)
    docs = []
    for sentence in sentences:
        words = [_PLAIN.get(word, word.replace("\\/", "/")) for word in sentence.split()]
        docs.append(Doc(nlp.vocab, words=words, sent_starts=[i == 0 for i in range(len(words))]))
    return {sentence: mend(tree_of(doc[:])) for sentence, doc in zip(sentences, nlp.pipe(docs), strict=True)}


def _figures(result: Score) -> dict[str, float]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in result._asdict().items()}


def _show(document: Mapping[str, Any]) -> None:
    print(f"{document['dataset']}: {document['sentences']} sentences, {document['gold_tuples']} reference tuples")
    print(f"{'view':18} {'P':>6} {'R':>6} {'F1':>6} {'AUC':>6}")
    for name, row in document["systems"].items():
        print(f"{name:18} {row['precision']:6.3f} {row['recall']:6.3f} {row['f1']:6.3f} {row['auc']:6.3f}")
    speed = document["words_per_cpu_second"]
    print(f"words per CPU second: parse {speed['parse']:,.0f}, rules of both views {speed['rules']:,.0f}")
