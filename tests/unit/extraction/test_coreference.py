"""Who is meant: the discourse by itself, step by step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.extraction.coreference import Discourse, Referent
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2023, 5, 10, 12, tzinfo=UTC)


def _name(found: Referent | None) -> str | None:
    return found.name if found is not None else None


def _discourse(topic: str | None = None, speaker: str | None = None, listener: str | None = None) -> Discourse:
    discourse = Discourse()
    people = [Referent(name, "person") if name else None for name in (speaker, listener)]
    discourse.begin_passage(*people, Referent(topic, "entity") if topic else None)
    discourse.begin_sentence()
    return discourse


def test_a_pronoun_goes_to_the_last_person_who_was_subject() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=True)
    discourse.note("Bob", "person", [], subject=False)
    discourse.begin_sentence()
    assert _name(discourse.pronoun("she")) == "Ana"


def test_gender_learnt_from_a_pronoun_or_a_title_holds() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", ["sister"], subject=True)
    discourse.note("Bob", "person", ["mr"], subject=False)
    discourse.begin_sentence()
    assert _name(discourse.pronoun("he")) == "Bob"
    assert _name(discourse.pronoun("her")) == "Ana"


def test_it_is_no_person_and_she_is_no_thing() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=True)
    discourse.note("Acme", "organization", [], subject=False)
    discourse.begin_sentence()
    assert _name(discourse.pronoun("it")) == "Acme"
    assert _name(discourse.pronoun("she")) == "Ana"


def test_a_text_keeps_speaking_of_its_topic() -> None:
    discourse = _discourse(topic="Ana Lopez")
    discourse.begin_sentence()
    discourse.note("Bob Wood", "person", [], subject=False)
    discourse.begin_sentence()
    assert _name(discourse.pronoun("she")) == "Ana Lopez"


def test_first_and_second_person_are_speaker_and_listener() -> None:
    discourse = _discourse(speaker="Ana", listener="Bob")
    assert [_name(discourse.pronoun(word)) for word in ("i", "my", "we", "you", "your")] == [
        "Ana", "Ana", "Ana", "Bob", "Bob"
    ]  # fmt: skip


def test_speakers_are_not_he_or_she() -> None:
    discourse = _discourse(speaker="Ana", listener="Bob")
    assert discourse.pronoun("she") is None


def test_a_definite_noun_goes_to_what_was_said_to_be_one() -> None:
    discourse = _discourse()
    discourse.note("Red Sky", "misc", [], subject=True).kinds.add("film")
    assert _name(discourse.definite("film")) == "Red Sky"
    assert discourse.definite("song") is None


def test_a_surname_goes_to_the_full_name_before_it() -> None:
    discourse = _discourse()
    discourse.note("Ana Lopez", "person", [], subject=True)
    assert _name(discourse.full_name("Lopez")) == "Ana Lopez"
    assert _name(discourse.full_name("Ana")) == "Ana Lopez"
    assert discourse.full_name("Wood") is None


def test_a_place_in_a_name_is_not_its_bearer() -> None:
    discourse = _discourse()
    discourse.note("Feodora of Leiningen", "person", [], subject=True)
    assert discourse.full_name("Leiningen") is None


def test_what_is_long_past_is_not_meant() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=True)
    for _ in range(20):
        discourse.begin_sentence()
    assert discourse.pronoun("she") is None


def test_an_alias_names_the_same_thing() -> None:
    discourse = _discourse(topic="Ted Wood")
    assert discourse.topic is not None
    discourse.alias("Theodore Wood", discourse.topic)
    assert _name(discourse.full_name("Theodore Wood")) == "Ted Wood"


def test_who_has_spoken_in_a_conversation_is_not_he_or_she_later() -> None:
    discourse = _discourse(speaker="Ana")
    discourse.note("Eva", "person", [], subject=True)
    discourse.begin_passage(Referent("Bob", "person"), None, None)
    discourse.begin_sentence()
    assert _name(discourse.pronoun("she")) == "Eva"
    discourse.begin_passage(Referent("Ana", "person"), None, None)
    discourse.begin_sentence()
    discourse.note("Ana", "person", [], subject=True)
    assert _name(discourse.pronoun("her")) == "Eva"


def test_two_that_agree_are_nobody() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=True)
    discourse.note("Eva", "person", [], subject=True)
    assert discourse.pronoun("she") is None, "both are named in this sentence"
    discourse.begin_sentence()
    assert discourse.pronoun("she") is None, "both were its subject"


def test_a_known_gender_tells_two_apart() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", ["mrs"], subject=True)
    discourse.note("Bob", "person", ["mr"], subject=True)
    assert _name(discourse.pronoun("she")) == "Ana"
    assert _name(discourse.pronoun("him")) == "Bob"


def test_of_several_the_one_whose_gender_is_known_is_meant() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=True)
    discourse.note("Bob", "person", ["mr"], subject=False)
    assert _name(discourse.pronoun("he")) == "Bob"


def test_what_has_no_name_is_not_stored_for_a_pronoun_and_nothing_else_is() -> None:
    discourse = _discourse()
    discourse.note("Ana", "person", [], subject=False)
    discourse.note_vague("nurse", person=True, subject=True)
    discourse.begin_sentence()
    assert discourse.pronoun("she") is None
    discourse.note("Oslo", "location", [], subject=False)
    discourse.note_vague("house", person=False, subject=False)
    discourse.begin_sentence()
    assert discourse.pronoun("it") is None


def test_the_company_is_the_only_organization_of_late() -> None:
    discourse = _discourse()
    discourse.note("Acme", "organization", [], subject=True)
    discourse.begin_sentence()
    assert _name(discourse.definite("firm")) == "Acme"
    assert discourse.definite("village") is None
    discourse.note("Zed", "organization", [], subject=False)
    assert discourse.definite("firm") is None
    for _ in range(4):
        discourse.begin_sentence()
    discourse.note("Zed", "organization", [], subject=False)
    assert _name(discourse.definite("company")) == "Zed"


Turn = tuple[str, str]


def _facts(*turns: Turn | str) -> set[tuple[str, str, str]]:
    """What is read from texts each by itself, or from the turns (speaker, words) of one conversation."""
    passages = [
        Passage(turn, SAID_AT)
        if isinstance(turn, str)
        else Passage(turn[1], SAID_AT, "user", turn[0], conversation="talk")
        for turn in turns
    ]
    readings = RuleExtractor().read(passages)
    return {(t.subject.name, t.predicate, t.object.name) for reading in readings for t in reading.triples}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Ana Lopez founded Acme in 1999. She sold it in 2005.", ("Ana Lopez", "sell", "Acme")),
        ("Bob works at Acme. He joined it in 2010.", ("Bob", "join", "Acme")),
        ("The Beatles were a band. They recorded Help.", ("Beatles", "record", "Help")),
        ("Ana visited Rome. It is in Italy.", ("Rome", "is_in", "Italy")),
        ("Ana gave her book to Bob.", ("Ana", "give", "Ana's book")),
        ("Mr. Wood met Ana. He praised her.", ("Wood", "praise", "Ana")),
        ("Mary Jones is a nurse. Jones lives in Bergen.", ("Mary Jones", "live_in", "Bergen")),
        ("Eva's mother is a doctor. She lives in Rome.", ("Eva's mother", "live_in", "Rome")),
    ],
)
def test_a_memory_says_of_whom_it_speaks(text: str, stated: tuple[str, str, str]) -> None:
    assert stated in _facts(text)


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("Ana told Eva that she had won the prize.", "win"),
        ("Ana met Eva. Tom met Jim. They like Rome.", "like"),
        ("Ana and Eva live in Oslo. She works at Acme.", "work_at"),
        ("A nurse met Ana. She works at Acme.", "work_at"),
    ],
)
def test_what_could_mean_two_is_not_stored(text: str, predicate: str) -> None:
    assert predicate not in {fact[1] for fact in _facts(text)}


def test_a_pronoun_goes_back_over_the_turns_of_its_conversation_only() -> None:
    told: list[Turn] = [("Ana", "My brother Tom moved to Rome."), ("Bob", "Great!"), ("Ana", "He works at Acme.")]
    assert ("Tom", "work_at", "Acme") in _facts(*told)
    assert not {fact for fact in _facts(*(words for _, words in told)) if fact[1] == "work_at"}


def test_the_one_who_speaks_and_the_one_who_has_spoken_are_not_she() -> None:
    told: list[Turn] = [("Ana", "I have a friend."), ("Bob", "Where does she live?"), ("Ana", "She lives in Oslo.")]
    assert not {fact for fact in _facts(*told) if fact[1] == "live_in"}
