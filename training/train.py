"""Trains the English pipeline from the sources to the packed file: `python -m training.train --data DIR --work DIR`.

Converts the corpora, trains the parser's half and the entity half on one thread, puts them together, packs them into
`graphmem/extraction/english/pipeline.bin`, reads that file back, scores it and writes the scores beside it.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from graphmem.extraction.parser import PACKED_FILE, unpack

if TYPE_CHECKING:
    from spacy.language import Language

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "graphmem" / "extraction" / "english"
SCORES_FILE = "scores.json"
LARGEST_PACKED_BYTES = 15_000_000


def train_half(name: str, development: str, work: Path, steps: int | None) -> Path:
    """Train by `NAME.cfg` on `NAME-train` and return the folder of the checkpoint best on the `development` set."""
    from spacy.cli.train import train

    import training.tokenizer  # noqa: F401  registers the tokenizer's callback that the configurations name

    corpora = work / "corpora"
    overrides: dict[str, object] = {
        "paths.train": str(corpora / f"{name}-train.spacy"),
        "paths.dev": str(corpora / f"{development}.spacy"),
    }
    if steps is not None:
        overrides["training.max_steps"] = steps
    train(HERE / f"{name}.cfg", work / name, overrides=overrides)
    return work / name / "model-best"


def put_together(parser: Path, entities: Path, corpora: Path) -> Language:
    """Return one pipeline of the two trained halves; the lemmatizer learns from the parser's training trees."""
    import spacy
    from spacy.tokens import DocBin

    from training.assemble import assemble

    half = spacy.load(parser)
    treebank = DocBin().from_disk(corpora / "parser-train.spacy").get_docs(half.vocab)
    return assemble(half, spacy.load(entities), treebank)


def write_packed(nlp: Language, folder: Path) -> Path:
    """Write the packed pipeline into `folder`; raise ValueError if it is larger than the package may carry."""
    from training.pack import pack

    packed = pack(nlp)
    if len(packed) > LARGEST_PACKED_BYTES:
        raise ValueError(f"the packed pipeline has {len(packed)} bytes, more than {LARGEST_PACKED_BYTES}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PACKED_FILE
    path.write_bytes(packed)
    return path


def main() -> None:
    """Convert, train, pack, score."""
    arguments = argparse.ArgumentParser(prog="training.train", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="the folder that holds ud_english_ewt/ etc.")
    arguments.add_argument("--work", type=Path, required=True, help="where corpora and checkpoints are kept")
    arguments.add_argument("--out", type=Path, default=PACKAGE, help="where the packed pipeline and its scores go")
    arguments.add_argument("--steps", type=int, help="stop each half after so many steps (for a trial)")
    options = arguments.parse_args()
    # One thread: the matrices are small, and more threads would only wait for each other.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

    import spacy

    from training.corpora import write_all
    from training.evaluate import evaluate

    corpora = options.work / "corpora"
    print("documents:", write_all(spacy.blank("en").vocab, options.data, corpora), flush=True)
    parser = train_half("parser", "ewt-dev", options.work, options.steps)
    entities = train_half("ner", "ner-dev", options.work, options.steps)
    packed = write_packed(put_together(parser, entities, corpora), options.out)
    report = {"packed_bytes": packed.stat().st_size, **evaluate(unpack(packed.read_bytes()), options.data)}
    (options.out / SCORES_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
