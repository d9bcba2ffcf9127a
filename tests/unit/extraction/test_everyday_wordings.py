"""How people say things: around a fact, by stressing a part of it, and by what has changed."""

from __future__ import annotations

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage


def _told(text: str) -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=None, role="user")])[0].triples)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Fun fact, Anna lives in Lyon.", ("Anna", "live_in", "Lyon")),
        ("Anna lives in Lyon, as far as I know.", ("Anna", "live_in", "Lyon")),
        ("The car Igor drives is a Mazda.", ("Igor", "drive", "Mazda")),
        ("The city that Anna lives in is Lyon.", ("Anna", "live_in", "Lyon")),
        ("The doctor Igor sees is Eva.", ("Eva", "doctor_of", "Igor")),
        ("It's Rolf who owns Riverside Books.", ("Rolf", "own", "Riverside Books")),
        ("My number has changed to 555-0104.", ("user", "phone_number", "555-0104")),
        ("Eva switched banks and is with Monzo now.", ("Eva", "bank_with", "Monzo")),
        ("Eva just had her birthday: she's 77 now.", ("Eva", "age", "77")),
        ("Eva doesn't live in Cairo, she lives in Denver.", ("Eva", "live_in", "Denver")),
        ("Australia moved its capital to Naples.", ("Naples", "capital_of", "Australia")),
        ("Boris was elected mayor of Krakow.", ("Boris", "mayor_of", "Krakow")),
        ("My major is biology.", ("user", "major", "biology")),
        ("Anna earns $70,000 a year.", ("Anna", "salary", "$70,000 a year")),
        ("Otto'll be moving to Bern soon.", ("Otto", "move_to", "Bern")),
        ("I just got a puppy called momo.", ("momo", "puppy_of", "user")),
    ],
)
def test_what_is_said_in_other_words_is_read(text: str, stated: tuple[str, str, str]) -> None:
    assert stated in {(one.subject.name, one.predicate, one.object.name) for one in _told(text)}


@pytest.mark.parametrize("text", ["Stefan sold his car.", "Stefan got rid of his car."])
def test_what_is_given_up_is_had_no_longer(text: str) -> None:
    assert any(one.negated and (one.predicate, one.object.name) == ("have", "car") for one in _told(text))


def test_a_new_clause_is_not_of_the_past() -> None:
    told = {one.object.name: one.tense for one in _told("I used to work at Zed but now I work at Acme.")}
    assert told == {"Zed": "past", "Acme": "present"}


@pytest.mark.parametrize(
    ("text", "wanted"), [("Correction: Ana likes tea.", True), ("Actually, Ana also likes tea.", False)]
)
def test_only_who_admits_a_mistake_takes_back_one_of_many(text: str, wanted: bool) -> None:
    assert [one.corrects for one in _told(text) if one.predicate == "like"] == [wanted]
