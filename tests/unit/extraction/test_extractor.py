"""The extractor as it is used: whole texts through the bundled pipeline, spans, settings, and any text at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem.domain.triple import NameSpan, Reading
from graphmem.errors import SettingsError
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2023, 5, 10, 12, tzinfo=UTC)
Read = Callable[..., Reading]


def _edges(reading: Reading) -> set[tuple[str, str, str]]:
    return {(triple.subject.name, triple.predicate, triple.object.name) for triple in reading.triples}


def _names(reading: Reading) -> set[str]:
    return {name.name for _, name in reading.mentions}


def test_a_text_with_a_heading(read: Read) -> None:
    text = (
        "Red Sky (1960 film)\n"
        "Red Sky is a 1960 drama film directed by Ana Lopez. It was released in Italy in 1961. "
        "The film was produced by Bob Wood."
    )
    reading = read(text)
    assert reading.about is not None
    assert reading.about.name == "Red Sky"
    assert text[reading.about.span.start : reading.about.span.end] == "Red Sky (1960 film)"
    assert _edges(reading) >= {
        ("Ana Lopez", "direct", "Red Sky"),
        ("Red Sky", "released_in", "Italy"),
        ("Bob Wood", "produce", "Red Sky"),
    }
    assert _names(reading) >= {"Red Sky", "Red Sky (1960 film)", "Ana Lopez", "Italy", "Bob Wood"}
    assert reading.sentences[1].text == "Red Sky was released in Italy in 1961."


def test_a_life_in_brackets(read: Read) -> None:
    reading = read("Ana Lopez\nAna Maria Lopez (7 July 1839 – 10 February 1872) was a painter. She lived in Rome.")
    assert _edges(reading) >= {
        ("Ana Lopez", "born_on", "1839-07-07"),
        ("Ana Lopez", "die_on", "1872-02-10"),
        ("Ana Lopez", "is_a", "painter"),
        ("Ana Lopez", "live_in", "Rome"),
    }
    assert reading.about is not None
    assert reading.about.type == "person"
    assert "Ana Maria Lopez" in _names(reading)


def test_a_year_range_behind_a_thing_is_no_life(read: Read) -> None:
    reading = read("The Long War\nThe Long War (1839–1872) was a war in Norway.")
    assert not {predicate for _, predicate, _ in _edges(reading)} & {"born_in", "die_in"}


def test_what_a_speaker_says_is_said_of_them(read: Read) -> None:
    reading = read("I moved to Rome in 2019. My sister works at Acme.", speaker="Ana", role="user")
    assert _edges(reading) >= {
        ("Ana", "move_to", "Rome"),
        ("Ana's sister", "work_at", "Acme"),
        ("Ana's sister", "sister_of", "Ana"),
    }
    assert reading.sentences[0].text == "Ana moved to Rome in 2019."
    assert reading.sentences[1].text == "Ana's sister works at Acme."


def test_nameless_speakers_are_user_and_agent(read: Read) -> None:
    user, agent = read("I visited Rome.", role="user"), read("I visited Rome.", role="assistant")
    assert [(t.subject.name, t.subject.type) for t in user.triples] == [("user", "user")]
    assert [(t.subject.name, t.subject.type) for t in agent.triples] == [("agent", "agent")]
    told = read("You visited Rome.", role="assistant")
    assert [(t.subject.name, t.subject.type) for t in told.triples] == [("user", "user")]


def test_without_a_speaker_first_person_is_nobody(read: Read) -> None:
    assert read("I visited Rome.").triples == ()


def test_present_tense_is_brought_into_agreement(read: Read) -> None:
    reading = read("I work at Acme. I am a painter.", speaker="Ana", role="user")
    assert [sentence.text for sentence in reading.sentences] == ["Ana works at Acme.", "Ana is a painter."]


def test_a_pronoun_reaches_back_within_a_conversation_only(extractor: RuleExtractor) -> None:
    first = Passage("Eva Wood moved to Rome.", SAID_AT, conversation="one")
    same = Passage("She visited Oslo.", SAID_AT, conversation="one")
    other = Passage("She visited Oslo.", SAID_AT, conversation="two")
    _, joined, apart = extractor.read([first, same, other])
    assert ("Eva Wood", "visit", "Oslo") in _edges(joined)
    assert apart.triples == ()


def test_dates_open_and_close_validity(read: Read) -> None:
    reading = read("Ana visited Rome yesterday. Bob worked at Acme from 1990 to 1995.")
    by_predicate = {triple.predicate: triple for triple in reading.triples}
    assert by_predicate["visit"].valid_from == datetime(2023, 5, 9, tzinfo=UTC)
    assert by_predicate["visit"].valid_to is None
    assert by_predicate["work_at"].valid_from == datetime(1990, 1, 1, tzinfo=UTC)
    assert by_predicate["work_at"].valid_to == datetime(1996, 1, 1, tzinfo=UTC)


def test_questions_state_nothing(read: Read) -> None:
    reading = read("Did Ana visit Rome?")
    assert reading.triples == ()
    assert _names(reading) == {"Ana", "Rome"}


def test_spans_are_those_of_the_words(read: Read) -> None:
    text = "  Ana Lopez directed the film.\nBob Wood visited the University of Oslo."
    reading = read(text)
    found = {
        text[name.span.start : name.span.end] for triple in reading.triples for name in (triple.subject, triple.object)
    }
    assert found == {"Ana Lopez", "film", "Bob Wood", "University of Oslo"}
    assert [text[t.span.start : t.span.end] for t in reading.triples] == [
        "Ana Lopez directed the film",
        "Bob Wood visited the University of Oslo",
    ]
    assert [text[s.span.start : s.span.end] for s in reading.sentences] == [
        "Ana Lopez directed the film.",
        "Bob Wood visited the University of Oslo.",
    ]


def test_spans_hold_where_white_space_was_put_right(read: Read) -> None:
    text = "Eva Saxe- Coburg( born in Oslo) visited Rome."
    reading = read(text)
    spans = {name.name: text[name.span.start : name.span.end] for _, name in reading.mentions}
    assert spans["Eva Saxe-Coburg"] == "Eva Saxe- Coburg"
    assert spans["Rome"] == "Rome"


def test_one_reading_a_passage_in_order(extractor: RuleExtractor) -> None:
    texts = ["", "Ana visited Rome.", "\n \n", "Bob visited Oslo.", "..."]
    readings = extractor.read([Passage(text, SAID_AT) for text in texts])
    assert [len(reading.triples) for reading in readings] == [0, 1, 0, 1, 0]
    assert readings[0] == readings[2] == readings[4] == Reading()
    assert extractor.read([]) == []


def test_the_same_text_gives_the_same_reading(extractor: RuleExtractor) -> None:
    passage = Passage("Ana moved to Rome in 2019 with Bob, a baker. She likes it.", SAID_AT)
    alone = extractor.read([passage])
    assert extractor.read([passage, passage]) == [*alone, *alone]


def test_threads_share_one_extractor(extractor: RuleExtractor) -> None:
    passage = Passage("Ana visited Rome. Bob visited Oslo.", SAID_AT)
    expected, found = extractor.read([passage]), []

    def run() -> None:
        found.append(extractor.read([passage]))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_a_pipeline_that_is_not_installed_is_a_settings_error() -> None:
    with pytest.raises(SettingsError):
        RuleExtractor("en_no_such_pipeline").read([Passage("Ana visited Rome.", SAID_AT)])


def test_a_megabyte_is_read_whole(extractor: RuleExtractor) -> None:
    line = "- " * 2_000 + "\n"
    filler = "x" * 3_000 + "\n" + line + "\n" * 50_000
    text = "Ana visited Rome.\n" + filler
    text += " " * (1_000_000 - len(text) - 20) + "\nBob visited Oslo."
    reading = extractor.read([Passage(text, SAID_AT)])[0]
    assert _edges(reading) == {("Ana", "visit", "Rome"), ("Bob", "visit", "Oslo")}
    last = reading.triples[-1]
    assert text[last.span.start : last.span.end] == "Bob visited Oslo"


def _check(text: str, reading: Reading) -> None:
    spans = [sentence.span for sentence in reading.sentences] + [triple.span for triple in reading.triples]
    names: list[NameSpan] = [name for _, name in reading.mentions]
    for triple in reading.triples:
        names += [triple.subject, triple.object]
        assert triple.span.start <= min(triple.subject.span.start, triple.object.span.start)
        assert triple.span.end >= max(triple.subject.span.end, triple.object.span.end)
        assert 0 <= triple.sentence < len(reading.sentences)
        assert triple.predicate
    for span in spans + [name.span for name in names]:
        assert 0 <= span.start < span.end <= len(text)
    assert all(name.name.strip() for name in names)
    assert all(0 <= number < len(reading.sentences) for number, _ in reading.mentions)
    edges = [(t.subject.name, t.predicate, t.object.name, t.negated) for t in reading.triples]
    assert len(edges) == len(set(edges))


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["Ana", "Bob Wood", "she", "it", "who", "was directed by", "born", "(", ")", '"', ",", ".", "\n", "and", "the film",
             "in 1965", "yesterday", "whose", "- ", "?", "of", "is a", "I", "my sister", "has been", "not", "1990–1985", "\u2028", "!"]
        ),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=_PIECES, setting=st.sampled_from([{}, {"role": "user"}, {"role": "assistant", "speaker": "Ana"}]))
def test_any_text_is_read_with_spans_inside_it(
    extractor: RuleExtractor, pieces: list[str], setting: dict[str, Any]
) -> None:
    for text in (" ".join(pieces), "".join(pieces)):
        _check(text, extractor.read([Passage(text, SAID_AT, **setting)])[0])
