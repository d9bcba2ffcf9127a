"""Who is meant: the discourse by itself, step by step."""

from __future__ import annotations

from graphmem.extraction.coreference import Discourse, Referent


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
