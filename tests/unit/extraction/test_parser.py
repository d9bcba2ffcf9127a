"""The bundled pipeline: loads offline from one small file, and reads plain English right."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spacy.scorer import Scorer
from spacy.training import Example

from graphmem.errors import MissingExtra, SettingsError
from graphmem.extraction.parser import PACKED_FILE, load_pipeline, unpack
from training.corpora import grouped, parsed_document
from training.sources import read_conllu

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

TREES = Path(__file__).parent / "trees" / "hand_made.conllu"
LARGEST_PACKED_BYTES = 15_000_000

# Run in a fresh interpreter: neither sockets nor the lookups package nor a temporary file may be needed.
LOAD_ALONE = """
import socket, sys, tempfile

class Barred:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "spacy_lookups_data":
            raise ImportError("barred: " + name)

def refuse(*args, **kwargs):
    raise AssertionError("the loader may not do this")

sys.meta_path.insert(0, Barred())
import spacy
socket.socket.connect = refuse
tempfile.mkdtemp = tempfile.mkstemp = refuse
from graphmem.extraction.parser import load_pipeline
print([token.lemma_ for token in load_pipeline()("She sang two old songs.")])
"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def packed_bytes() -> bytes:
    return resources.files("graphmem.extraction").joinpath("english", PACKED_FILE).read_bytes()


def relation(document: Doc, word: str) -> tuple[str, str]:
    """Return the relation of the first such word and the form of its head."""
    token = next(token for token in document if token.text == word)
    return token.dep_, token.head.text


def test_the_packed_file_fits_the_package() -> None:
    assert 1_000_000 < len(packed_bytes()) <= LARGEST_PACKED_BYTES


def test_loads_without_network_lookups_package_or_temporary_files() -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", LOAD_ALONE], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "['she', 'sing', 'two', 'old', 'song', '.']"


def test_one_pipeline_a_process(nlp: Language) -> None:
    assert load_pipeline() is nlp


def test_two_unpackings_parse_alike(nlp: Language) -> None:
    text = "Ada Lovelace wrote the first program in 1843, and her friend Charles Babbage built the machine."
    other = unpack(packed_bytes())(text)
    assert other.to_json() == nlp(text).to_json()


def test_subject_verb_and_object(nlp: Language) -> None:
    document = nlp("Alice married Bob in 2015.")
    assert relation(document, "Alice") == ("nsubj", "married")
    assert relation(document, "Bob") == ("obj", "married")
    assert relation(document, "2015") == ("obl", "married")
    assert relation(document, "married")[0] == "ROOT"


def test_passive_copula_and_relative_clause(nlp: Language) -> None:
    document = nlp("The tower was built by a French engineer. My mother is a doctor. The man who lives here sings.")
    assert relation(document, "tower") == ("nsubj:pass", "built")
    assert relation(document, "engineer") == ("obl:agent", "built")
    assert relation(document, "mother") == ("nsubj", "doctor")
    assert relation(document, "is") == ("cop", "doctor")
    assert relation(document, "lives") == ("acl:relcl", "man")
    assert [sentence.text.split()[0] for sentence in document.sents] == ["The", "My", "The"]


def test_negation_and_control(nlp: Language) -> None:
    document = nlp("I do not want to move to Paris.")
    assert relation(document, "not") == ("advmod", "want")
    assert relation(document, "move") == ("xcomp", "want")
    assert document[2].morph.get("Polarity") == ["Neg"]


def test_attachment_on_hand_made_trees(nlp: Language) -> None:
    gold = [parsed_document(nlp.vocab, group) for group in grouped(read_conllu(TREES), size=1)]
    examples = [Example(nlp(document.text), document) for document in gold]
    scores = Scorer().score_deps(
        examples, "dep", getter=_universal, head_attr="head", labels=nlp.get_pipe("parser").labels
    )
    assert len(examples) == 12
    assert scores["dep_uas"] >= 0.9
    assert scores["dep_las"] >= 0.85


def _universal(token: object, attribute: str) -> object:
    return getattr(token, attribute)


@pytest.mark.parametrize(
    ("text", "word", "lemma"),
    [
        ("She hates spiders.", "hates", "hate"),
        ("He was born in Oslo.", "born", "bear"),
        ("They've bought two houses.", "bought", "buy"),
        ("They've bought two houses.", "houses", "house"),
        ("They've bought two houses.", "'ve", "have"),
        ("Thank you for the mice.", "Thank", "thank"),
        ("Thank you for the mice.", "mice", "mouse"),
        ("He didn't see them.", "n't", "not"),
        ("He didn't see them.", "them", "they"),
    ],
)
def test_lemmas(nlp: Language, text: str, word: str, lemma: str) -> None:
    assert next(token.lemma_ for token in nlp(text) if token.text == word) == lemma


def test_well_known_names_are_found_and_typed(nlp: Language) -> None:
    wanted = {
        "Barack Obama was born in Hawaii and studied at Columbia University in New York.": {
            ("Barack Obama", "PER"),
            ("Hawaii", "LOC"),
            ("Columbia University", "ORG"),
            ("New York", "LOC"),
        },
        "Angela Merkel met Emmanuel Macron in Berlin.": {
            ("Angela Merkel", "PER"),
            ("Emmanuel Macron", "PER"),
            ("Berlin", "LOC"),
        },
        "Microsoft opened an office in London.": {("Microsoft", "ORG"), ("London", "LOC")},
        "John Smith moved from Chicago to Texas.": {("John Smith", "PER"), ("Chicago", "LOC"), ("Texas", "LOC")},
        "The United Nations sent Kofi Annan to Iraq.": {
            ("United Nations", "ORG"),
            ("Kofi Annan", "PER"),
            ("Iraq", "LOC"),
        },
    }
    found = [{(entity.text, entity.label_) for entity in nlp(text).ents} for text in wanted]
    right = sum(len(names & seen) for names, seen in zip(wanted.values(), found, strict=True))
    assert sum(len(names) for names in wanted.values()) == 15
    assert right >= 13
    assert {label for seen in found for _, label in seen} <= {"PER", "LOC", "ORG", "MISC"}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Wow!!! Really?!", ["Wow", "!!!", "Really", "?!"]),
        ("==== Notes ====", ["====", "Notes", "===="]),
        ("Her co-founder, e-mail: a@b.org", ["Her", "co-founder", ",", "e-mail", ":", "a@b.org"]),
        ("a well-known AK-47", ["a", "well", "-", "known", "AK", "-", "47"]),
        ("at 7:30pm and/or 713-853-3989", ["at", "7:30", "pm", "and", "/", "or", "713-853-3989"]),
        ("I wanna go", ["I", "wan", "na", "go"]),
    ],
)
def test_tokens_are_the_treebanks(nlp: Language, text: str, tokens: list[str]) -> None:
    assert [token.text for token in nlp(text)] == tokens


@pytest.mark.parametrize("text", ["", " \n\t ", "🙂🙂", "!", "x" * 5_000, "שלום עולם", "a\n\n\nb"])
def test_odd_text_is_kept_whole(nlp: Language, text: str) -> None:
    assert nlp(text).text == text


def test_a_pipeline_that_is_not_installed() -> None:
    with pytest.raises(SettingsError, match="en_no_such_pipeline"):
        load_pipeline("en_no_such_pipeline")


def test_a_pipeline_without_a_parser(tmp_path: Path) -> None:
    import spacy

    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(SettingsError, match="no dependency parser"):
        load_pipeline(str(tmp_path / "blank"))


def test_a_pipeline_of_the_users_own(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "own")
    own = load_pipeline(str(tmp_path / "own"))
    assert own is not nlp
    assert relation(own("Alice married Bob."), "Bob") == ("obj", "married")


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtra, match=r'pip install "graphmem\[local\]"'):
        load_pipeline("en_never_loaded")


def test_a_packed_file_of_another_form() -> None:
    import zlib

    import srsly

    with pytest.raises(SettingsError, match="format 99"):
        unpack(zlib.compress(srsly.msgpack_dumps({"format": 99})))
