"""What people say in plain words never retires what is true: two statements, and what is still held afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.extraction.extractor import RuleExtractor
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder

DAYS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
NOW = datetime(2025, 7, 1, tzinfo=UTC)
EXTRACTOR = RuleExtractor(embedder=MiniLmEmbedder(threads=1))
"""As a memory has it that nobody gave another: with the reader by likeness."""

Hold = Callable[..., set[tuple[str, str]]]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    embedder = HashingEmbedder()
    with Memory(str(tmp_path / "m.db"), embedder=embedder, extractor=EXTRACTOR, clock=FixedClock(NOW)) as made:
        yield made


@pytest.fixture
def hold(memory: Memory) -> Hold:
    """Say things one after the other; the open facts, as predicate and object."""

    def say(*texts: str, days: tuple[datetime, ...] = DAYS) -> set[tuple[str, str]]:
        for text, at in zip(texts, days, strict=True):
            memory.add(text, user_id="u", occurred_at=at)
        facts = memory.facts(user_id="u").items
        return {(one.predicate, one.object) for one in facts if one.valid_to is None and not one.negated}

    return say


@pytest.mark.parametrize(
    ("now", "then", "held", "over"),
    [
        ("I drive a Volvo.", "I drove a Fiat in 2019.", ("drive", "Volvo"), ("drive", "Fiat")),
        ("I study at MIT.", "I studied at Oxford in 2010.", ("study_at", "MIT"), ("study_at", "Oxford")),
        ("I report to Sue.", "I reported to Tom in 2019.", ("report_to", "Sue"), ("report_to", "Tom")),
        ("Ana leads Apollo.", "Ben led Apollo in 2019.", ("lead", "Apollo"), ("lead", "none")),
        ("I love tea.", "I hated tea in 2010.", ("love", "tea"), ("hate", "tea")),
        ("Ana works at Acme.", "Ana worked at Globex in 2012.", ("work_at", "Acme"), ("work_at", "Globex")),
    ],
)
def test_a_dated_past_tells_of_its_own_time_only(
    hold: Hold, now: str, then: str, held: tuple[str, str], over: tuple[str, str]
) -> None:
    open_facts = hold(now, then)
    assert held in open_facts
    assert over not in open_facts


def test_who_held_an_office_then_does_not_hold_it_now(memory: Memory, hold: Hold) -> None:
    hold("Sue is CEO of Zed.", "Tom was CEO of Zed in 1999.")
    facts = memory.facts(user_id="u", predicate="ceo_of", include_retired=True).items
    assert {one.subject: one.valid_to for one in facts} == {"Sue": None, "Tom": datetime(2000, 1, 1, tzinfo=UTC)}


def test_what_was_so_in_a_year_may_be_so_still(hold: Hold) -> None:
    days = (datetime(2018, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
    assert ("drive", "Fiat") in hold("I drive a Fiat.", "I drove a Fiat in 2019.", days=days)


def test_a_past_without_a_date_closes_nothing(hold: Hold) -> None:
    assert ("bank_with", "Lloyds") in hold(
        "I bank with Lloyds.", "I banked with Barclays when I was a student in 2010."
    )


@pytest.mark.parametrize(
    ("first", "then", "held"),
    [
        ("My dentist is Tom.", "My doctor is Sue.", ("dentist_of", "user")),
        ("Ana studies at MIT.", "Ana attends PyCon.", ("study_at", "MIT")),
        ("Ronaldo plays for Al Nassr.", "Ronaldo plays for Portugal.", ("play_for", "Al Nassr")),
        ("I bank with Lloyds.", "I bank with Barclays.", ("bank_with", "Lloyds")),
        ("I drive a Volvo.", "I drive a Fiat.", ("drive", "Volvo")),
    ],
)
def test_of_what_people_have_several_a_plain_other_ends_none(
    hold: Hold, first: str, then: str, held: tuple[str, str]
) -> None:
    kept = hold(first, then)
    assert held[0] in {predicate for predicate, _ in kept}
    assert held[1] == "user" or held in kept


@pytest.mark.parametrize("verb", ["leads", "owns", "coaches"])
def test_two_may_lead_own_or_coach_the_same(memory: Memory, hold: Hold, verb: str) -> None:
    hold(f"Ana {verb} Apollo.", f"Ben {verb} Apollo.")
    assert {"Ana", "Ben"} <= {one.subject for one in memory.facts(user_id="u").items}


def test_what_is_told_as_new_takes_the_place_of_the_old(hold: Hold) -> None:
    kept = hold("I bank with Lloyds.", "I now bank with Barclays.")
    assert ("bank_with", "Lloyds") not in kept
    assert ("bank_with", "Barclays") in kept


@pytest.mark.parametrize(
    "then", ["Ana also works at Globex.", "Ana works at Globex too.", "Ana works at Globex as well."]
)
def test_what_is_told_beside_others_ends_none(hold: Hold, then: str) -> None:
    assert ("work_at", "Acme") in hold("Ana works at Acme.", then)


@pytest.mark.parametrize(
    ("then", "held"),
    [("My other best friend is Lia.", True), ("My best friend is Lia.", False)],
)
def test_another_one_beside_the_first_ends_it_not(memory: Memory, hold: Hold, then: str, held: bool) -> None:
    hold("My best friend is Ana.", then)
    assert ("Ana" in {one.subject for one in memory.facts(user_id="u").items}) == held


@pytest.mark.parametrize(
    "then", ["I'm staying in Bristol this week.", "I leave Porto tomorrow.", "I'm on holiday in Rome."]
)
def test_who_is_away_lives_where_they_live(hold: Hold, then: str) -> None:
    assert ("live_in", "Porto") in hold("I live in Porto.", then)


@pytest.mark.parametrize(
    ("first", "then", "held"),
    [
        ("Ana works at Acme.", "Ana doesn't work at Acme on weekends.", ("work_at", "Acme")),
        ("Ana works at Acme.", "Ana no longer works at Acme on Fridays.", ("work_at", "Acme")),
        ("I like coffee.", "I don't like coffee in the evening.", ("like", "coffee")),
        ("I love jazz.", "I hate jazz on Mondays.", ("love", "jazz")),
        ("I love sushi.", "I hate sushi from the supermarket.", ("love", "sushi")),
    ],
)
def test_a_denial_of_a_part_denies_the_part(hold: Hold, first: str, then: str, held: tuple[str, str]) -> None:
    assert held in hold(first, then)


@pytest.mark.parametrize(
    "then", ["Ana no longer works at Acme.", "Ana doesn't work at Acme any more.", "Ana left Acme."]
)
def test_a_plain_denial_ends_it(hold: Hold, then: str) -> None:
    assert ("work_at", "Acme") not in hold("Ana works at Acme.", then)


@pytest.mark.parametrize("then", ["Ana lives in Portugal.", "Ana is based in the Alfama district."])
def test_a_wider_or_narrower_place_ends_none(hold: Hold, then: str) -> None:
    assert ("live_in", "Lisbon") in hold("Ana lives in Lisbon.", then)


def test_another_town_ends_it(hold: Hold) -> None:
    assert ("live_in", "Lisbon") not in hold("Ana lives in Lisbon.", "Ana lives in Porto.")


@pytest.mark.parametrize("then", ["Ana left Acme at 5 pm.", "Ana left Acme early.", "Ana left Acme for lunch."])
def test_who_goes_out_for_now_has_not_quit(hold: Hold, then: str) -> None:
    assert ("work_at", "Acme") in hold("Ana works at Acme.", then)


@pytest.mark.parametrize(
    ("first", "then", "still"),
    [
        ("Ana goes out with Ben.", "Ana went out with Cy for dinner.", ("go_out_with", "Ben")),
        ("Ana is a partner of Acme.", "Ana is a partner of Zed.", ("partner_of", "Acme")),
        ("Ana is a coach of Zed.", "Ben is a coach of Zed.", ("coach_of", "Zed")),
        ("Ana weighs 60 kilos.", "Ana weighs 2 options.", ("weigh", "60 kilos")),
    ],
)
def test_one_of_several_takes_the_place_of_none(hold: Hold, first: str, then: str, still: tuple[str, str]) -> None:
    assert still in hold(first, then)


@pytest.mark.parametrize(
    ("first", "then", "over"),
    [
        ("Ana is dating Ben.", "Ana is now dating Cy.", ("date", "Ben")),
        ("Ana weighs 60 kilos.", "Ana weighs 64 kg.", ("weigh", "60 kilos")),
    ],
)
def test_what_is_new_or_measured_anew_takes_the_place_of_the_old(
    hold: Hold, first: str, then: str, over: tuple[str, str]
) -> None:
    assert over not in hold(first, then)


@pytest.mark.parametrize(
    ("first", "then", "still"),
    [
        ("I am married to Tom.", "My divorce lawyer is Ann.", ("married_to", "Tom")),
        ("I weigh 80 kg.", "I can lift 100 kg.", ("weigh", "80 kg")),
        ("I work at Acme.", "I volunteer at Globex.", ("work_at", "Acme")),
        ("My salary is 50,000 dollars.", "My bonus is 5,000 dollars.", ("salary", "50,000 dollars")),
    ],
)
def test_what_is_only_like_it_takes_nobodys_place(hold: Hold, first: str, then: str, still: tuple[str, str]) -> None:
    assert still in hold(first, then)


def test_a_move_of_somebodys_sister_in_law_is_her_own(memory: Memory, hold: Hold) -> None:
    hold("My brother's wife Ana lives in Porto.", "My sister-in-law Ana moved to Rome.")
    told = memory.facts(user_id="u", include_retired=True).items
    homes = {(one.subject, one.object): one.valid_to for one in told if one.predicate in ("live_in", "move_to")}
    assert homes == {("Ana", "Porto"): DAYS[1], ("Ana", "Rome"): None}
    assert ("Ana", "sister_of") not in {(one.subject, one.predicate) for one in told}


@pytest.mark.parametrize("then", ["Please help me to move to Rome.", "Remind me to move to Rome."])
def test_what_is_asked_for_ends_nothing(hold: Hold, then: str) -> None:
    assert ("live_in", "Porto") in hold("I live in Porto.", then)


def test_a_reminder_is_a_plan(memory: Memory, hold: Hold) -> None:
    hold("Please remind me to buy milk.", days=DAYS[:1])
    assert {(one.predicate, one.modality) for one in memory.facts(user_id="u").items} <= {("buy", "intended")}


def test_a_list_of_pets_ends_none_of_them(memory: Memory, hold: Hold) -> None:
    hold("I have a dog called Rex.", "I have two dogs, Fido and Bo.")
    assert {one.subject for one in memory.facts(user_id="u").items} >= {"Rex", "Fido", "Bo"}


@pytest.mark.parametrize(
    "then",
    [
        "Paraphrase the sentence I moved to Rome.",
        "Can you translate this? I live in Rome now.",
        "Tell Tom that I moved to Rome.",
    ],
)
def test_words_to_be_worked_on_or_passed_on_end_nothing(hold: Hold, then: str) -> None:
    assert ("live_in", "Porto") in hold("I live in Porto.", then)


def test_who_broke_up_in_a_month_are_no_partners(memory: Memory, hold: Hold) -> None:
    hold("Tom is my boyfriend.", "Tom and I broke up in March.")
    partners = memory.facts(user_id="u", include_retired=True).items
    assert [one.valid_to for one in partners if one.predicate in ("boyfriend_of", "partner_of")] == [
        datetime(2025, 3, 1, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    ("first", "then", "still"),
    [
        ("I am unemployed.", "I work out at the gym.", ("employment_status", "unemployed")),
        ("I live in Porto.", "I moved to Rome in my dream.", ("live_in", "Porto")),
        ("I live in Porto.", "I'm based in Rome this week.", ("live_in", "Porto")),
        ("I live in Porto.", "I left Porto this morning for a meeting.", ("live_in", "Porto")),
        ("I work at Acme.", "I joined the Globex meeting.", ("work_at", "Acme")),
        ("My phone number is 555-0142.", "My office phone number is 555-0199.", ("phone_number", "555-0142")),
    ],
)
def test_what_is_for_now_or_of_another_thing_ends_none(
    hold: Hold, first: str, then: str, still: tuple[str, str]
) -> None:
    assert still in hold(first, then)


@pytest.mark.parametrize(
    ("first", "then", "over"),
    [
        ("I am unemployed.", "I work at the gym.", ("employment_status", "unemployed")),
        ("I live in Porto.", "I moved to Leiria.", ("live_in", "Porto")),
        ("I live in Porto.", "I'm based in Rome.", ("live_in", "Porto")),
        ("I live in Porto.", "I left Porto.", ("live_in", "Porto")),
        ("I work at Acme.", "I joined Globex.", ("work_at", "Acme")),
        ("My phone number is 555-0142.", "My new phone number is 555-0199.", ("phone_number", "555-0142")),
    ],
)
def test_what_takes_its_place_ends_it_still(hold: Hold, first: str, then: str, over: tuple[str, str]) -> None:
    assert over not in hold(first, then)


def test_a_rental_car_is_beside_ones_own(memory: Memory, hold: Hold) -> None:
    hold("My car is a Honda.", "My rental car is a Ford.")
    cars = {(one.subject, one.predicate, one.valid_to) for one in memory.facts(user_id="u").items}
    assert cars == {("Honda", "car_of", None), ("Ford", "rental_car_of", None)}


def test_how_long_somebody_works_is_no_employer(hold: Hold) -> None:
    kept = hold("I work for Bosch.", "I've worked at Bosch for three years.")
    assert not {one for one in kept if "years" in one[1]}
    assert {one[1] for one in kept} == {"Bosch"}
