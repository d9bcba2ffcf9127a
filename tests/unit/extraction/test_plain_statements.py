"""What people say in plain words: read by the frame of the sentence, told of the thing it is about, with its standing in time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.domain.triple import Reading, Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2024, 8, 10, 12, tzinfo=UTC)
EXTRACTOR = RuleExtractor()


def read(*texts: str) -> list[Reading]:
    """Turns of the user in one conversation."""
    return EXTRACTOR.read([Passage(text, SAID_AT, role="user", conversation="c") for text in texts])


def stated(text: str) -> dict[tuple[str, str, str], Triple]:
    return {(one.subject.name, one.predicate, one.object.name): one for one in read(text)[0].triples}


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Knut no longer lives in Kyoto.", ("Knut", "live_in", "Kyoto")),
        ("Maria coaches Real Madrid.", ("Maria", "coach", "Real Madrid")),
        ("I like curry", ("user", "like", "curry")),
        ("My sister Sue has just moved to Bath.", ("Sue", "move_to", "Bath")),
        ("In spring Tom went to Bath.", ("Tom", "go_to", "Bath")),
        ("Sue and Tom are neighbours.", ("Sue", "neighbour_of", "Tom")),
        ("Tom left Nike and works at Puma now.", ("Tom", "work_at", "Puma")),
        ("Sue got married to Tom.", ("Sue", "married_to", "Tom")),
        ("I've got a dog.", ("user", "have", "dog")),
        ("Sue loves playing bingo.", ("Sue", "play", "bingo")),
    ],
)
def test_short_sentences_are_read_by_their_frame(text: str, statement: tuple[str, str, str]) -> None:
    assert statement in stated(text)


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Her favourite colour is teal.", None),
        ("Sue's favorite color is now teal.", ("Sue", "favourite_colour", "teal")),
        ("My phone number is 555-0142.", ("user", "phone_number", "555-0142")),
        ("You can reach Sue on 555-0142.", ("Sue", "phone_number", "555-0142")),
        ("Sue is 45 years old.", ("Sue", "age", "45")),
        ("Sue lives at 12 Elm Street.", ("Sue", "address", "12 Elm Street")),
        ("The headquarters of Vestas are in Aarhus.", ("Vestas", "headquarters_in", "Aarhus")),
        ("Sue's new job is at Vestas.", ("Sue", "work_at", "Vestas")),
        ("Sue earns her living as a baker.", ("Sue", "work_as", "baker")),
        ("Sue is a baker.", ("Sue", "work_as", "baker")),
        ("Knud Dahl's daughter is Signe Dahl.", ("Signe Dahl", "daughter_of", "Knud Dahl")),
        ("Sue has a daughter, Eva.", ("Eva", "daughter_of", "Sue")),
        ("Emil's best friend is Tomas.", ("Tomas", "best_friend_of", "Emil")),
        ("My landlord is called Rob.", ("Rob", "landlord_of", "user")),
        ("Zed has appointed Sue as CEO.", ("Sue", "ceo_of", "Zed")),
        ("Tampere is Osterland's capital.", ("Tampere", "capital_of", "Osterland")),
        ("Sue belongs to the Green Party.", ("Sue", "member_of", "Green Party")),
    ],
)
def test_what_is_stated_is_told_of_whom_it_is_about(text: str, statement: tuple[str, str, str] | None) -> None:
    found = stated(text)
    assert statement in found if statement else not found


@pytest.mark.parametrize(
    "text",
    ["Sue no longer works at Zed.", "Sue doesn't work at Zed any more.", "Sue isn't working at Zed any longer."],
)
def test_what_is_over_is_denied(text: str) -> None:
    assert stated(text)["Sue", "work_at", "Zed"].negated


@pytest.mark.parametrize(
    "text",
    [
        "Sue used to work at Zed.",
        "Sue once worked at Zed.",
        "Years ago Sue worked at Zed.",
        "Sue worked at Zed before.",
    ],
)
def test_what_was_is_in_the_past(text: str) -> None:
    told = stated(text)["Sue", "work_at", "Zed"]
    assert (told.tense, told.negated) == ("past", False)


@pytest.mark.parametrize("text", ["Sue worked at Zed.", "Sue works at Zed.", "Sue has worked at Zed."])
def test_a_bare_past_is_not_said_to_be_over(text: str) -> None:
    assert stated(text)["Sue", "work_at", "Zed"].tense == "present"


@pytest.mark.parametrize(
    "text",
    ["Sue is going to work at Zed.", "Sue is thinking about working at Zed.", "Sue would like to work at Zed."],
)
def test_what_is_only_wanted_is_not_asserted(text: str) -> None:
    assert stated(text)["Sue", "work_at", "Zed"].modality != "asserted"


@pytest.mark.parametrize("text", ["Sue lives in Lyon, not in Paris.", "Actually, Sue lives in Lyon, not Paris."])
def test_a_correction_names_what_it_takes_back(text: str) -> None:
    found = stated(text)
    told = found["Sue", "live_in", "Lyon"]
    assert told.corrects
    assert told.instead_of is not None
    assert told.instead_of.name == "Paris"
    assert not any("Paris" in statement for statement in found)


@pytest.mark.parametrize("text", ["No, I meant Lyon.", "Actually it's Lyon, not Paris.", "Not Paris but Lyon, sorry."])
def test_a_value_alone_corrects_what_was_said_last(text: str) -> None:
    _, correction = read("Sue lives in Paris.", text)
    told = correction.triples[0]
    assert (told.subject.name, told.predicate, told.object.name, told.corrects) == ("Sue", "live_in", "Lyon", True)
    assert told.instead_of is not None
    assert told.instead_of.name == "Paris"
    assert text[told.object.span.start : told.object.span.end] == "Lyon"


@pytest.mark.parametrize("text", ["No, I meant it.", "It's late.", "Sorry, Bob.", "No, it was fun."])
def test_other_short_remarks_correct_nothing(text: str) -> None:
    assert not any(
        told.object.name == "Paris" or told.corrects for told in read("Sue lives in Paris.", text)[1].triples
    )


@pytest.mark.parametrize(
    "text", ["Shakespeare plays in print", "Where does Sue live?", "Sales of cars rose because prices fell."]
)
def test_what_is_not_plain_is_left_to_the_parser(text: str) -> None:
    from graphmem.extraction.parser import load_pipeline
    from graphmem.extraction.plain import plain
    from graphmem.extraction.tree import tree_of

    assert plain(tree_of(load_pipeline()(text)[:])) is None


@pytest.mark.parametrize(
    ("text", "statement", "modality"),
    [
        ("Although Eva lives in Bath, she works in Bern.", ("Eva", "work_in", "Bern"), "asserted"),
        ("If Eva gets the flat, she moves to Bath.", ("Eva", "move_to", "Bath"), "conditional"),
        ("Unless Eva pays rent, she loses the flat.", ("Eva", "lose", "flat"), "conditional"),
        ("When Eva moved to Bath, she bought a bike.", ("Eva", "move_to", "Bath"), "asserted"),
        ("Imagine Tom owns Nike.", ("Tom", "own", "Nike"), "possible"),
        ("Suppose Eva lives in Bath.", ("Eva", "live_in", "Bath"), "possible"),
        ("Allegedly Eva works at Nike.", ("Eva", "work_at", "Nike"), "possible"),
        ("Eva apparently works at Nike.", ("Eva", "work_at", "Nike"), "possible"),
        ("Eva lives in Bath, I think.", ("Eva", "live_in", "Bath"), "possible"),
        ("Tom claims: Eva lives in Bath.", ("Eva", "live_in", "Bath"), "reported"),
        ("Then Eva moved to Bath.", ("Eva", "move_to", "Bath"), "asserted"),
        ("Unfortunately Eva left Nike.", ("Eva", "leave", "Nike"), "asserted"),
        ("Even Tom likes curry.", ("Tom", "like", "curry"), "asserted"),
        ("Hi Eva lives in Bath.", ("Eva", "live_in", "Bath"), "asserted"),
        ("Yesterday Eva met Tom.", ("Eva", "meet", "Tom"), "asserted"),
        ("Aunt Eva lives in Bath.", ("Eva", "live_in", "Bath"), "asserted"),
    ],
)
def test_a_first_word_is_no_part_of_the_name_and_keeps_its_doubt(
    text: str, statement: tuple[str, str, str], modality: str
) -> None:
    told = stated(text)
    assert statement in told
    assert told[statement].modality == modality
    assert not [one for one in told if " " in one[0]]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Will Young lives in Bath.", "Will Young"),
        ("May lives in Bath.", "May"),
        ("Red Bull sponsors Max.", "Red Bull"),
        ("South Korea exports cars.", "South Korea"),
        ("The Beatles played in Hamburg.", "Beatles"),
        ("Jony Ive is a designer at Apple.", "Jony Ive"),
        ("Ive is a designer at Apple.", "Ive"),
    ],
)
def test_a_first_word_of_a_name_stays_with_it(text: str, subject: str) -> None:
    assert {one[0] for one in stated(text)} == {subject}


def test_a_contraction_without_its_apostrophe_is_still_one() -> None:
    assert ("user", "is_from", "Bern") in stated("Im from Bern.") or ("user", "from", "Bern") in stated("Im from Bern.")
    assert ("user", "move_to", "Bern") in stated("So Ive moved to Bern.")


def test_a_list_behind_a_comma_is_no_aside() -> None:
    assert {one[2] for one in stated("Eva likes tea, coffee and cake.")} == {"tea", "coffee", "cake"}


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("Eva doesn't like coffee in the evening.", ("Eva", "like_in", "evening")),
        ("Eva doesn't work at Nike on weekends.", ("Eva", "work_on", "weekends")),
        ("Eva never eats meat on Fridays.", ("Eva", "eat_on", "Fridays")),
        ("Eva doesn't drink tea at work.", ("Eva", "drink_at", "work")),
    ],
)
def test_what_limits_a_denial_is_stated(text: str, limit: tuple[str, str, str]) -> None:
    told = stated(text)
    assert any(one == limit or limit[2] in one[2].split() for one in told)
    assert all(one.negated for one in told.values())


@pytest.mark.parametrize("text", ["My sister moved to Bath.", "My friend went to Bath.", "My company moved to Bath."])
def test_who_moves_is_not_what_becomes_another(text: str) -> None:
    assert "Bath" not in {one[0] for one in stated(text)}
    assert ("user", "work_at", "Bath") not in stated(text)


@pytest.mark.parametrize(
    "text",
    [
        "Let's get to work!",
        "Here's a painting of mine.",
        "There are challenges.",
        "Must have been magical.",
        "Winning feels good.",
        "Balance is key.",
        "She's SO cute!",
        "Hope you like it.",
        "Things have been great.",
    ],
)
def test_a_word_that_only_begins_the_sentence_is_no_name(text: str) -> None:
    reading = read(text)[0]
    assert reading.mentions == ()
    assert {one.subject.type for one in reading.triples} <= {"user", "entity"}


@pytest.mark.parametrize("name", ["Rita", "Rose", "Will", "Tampere", "Oluwaseun", "Bo"])
def test_a_name_that_begins_the_sentence_is_one(name: str) -> None:
    assert any(span.name == name for _, span in read(f"{name} likes jazz.")[0].mentions)


@pytest.mark.parametrize("text", ["I was in Rome in May.", "I stayed in Rome in May."])
def test_who_was_somewhere_is_there_no_longer(text: str) -> None:
    (told,) = [one for one in read(text)[0].triples if one.object.name == "Rome"]
    assert told.valid_from == datetime(2024, 5, 1, tzinfo=UTC)
    assert told.valid_to is not None
    assert told.valid_to < SAID_AT
