"""Each rule on a parse checked by hand: who does what to whom, under which canonical predicate."""

from __future__ import annotations

import pytest

from graphmem.extraction.confidence import clause_confidence
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import StatementReader

FOUND = {
    "active": {("Ana", "direct", "film")},
    "passive_agent": {("Ana", "direct", "film"), ("film", "directed_in", "Rome")},
    "passive_alone": {("church", "built_in", "Bergen")},
    "particle": {("Bob", "give_up_on", "project")},
    "conjoined_objects": {("Eva", "visit", "Oslo"), ("Eva", "visit", "Bergen"), ("Eva", "visit", "Rome")},
    "conjoined_subjects": {("Eva", "live_in", "Rome"), ("Bob", "live_in", "Rome")},
    "conjoined_verbs": {("Ana", "move_to", "Rome"), ("Ana", "found", "school")},
    "shared_object": {("Bob", "write", "play"), ("Bob", "direct", "play")},
    "relative_subject": {("nurse", "work_in", "Bergen")},
    "relative_object": {("Bob", "write", "song"), ("song", "please", "Ana")},
    "relative_gap": {("Ana", "design", "bridge"), ("bridge", "cross", "river")},
    "relative_where": {("Eva", "live_in", "town")},
    "relative_whose": {("daughter", "teach", "Latin")},
    "participle": {("Eva", "write", "novel"), ("novel", "inspire", "song")},
    "subject_control": {("Eva", "visit", "Oslo")},
    "control_conjoined": {("Eva", "sing_in", "Rome")},
    "object_control": {("Ana", "ask", "Bob"), ("Bob", "sell", "boat")},
    "raising": {("Bob", "like", "opera")},
    "adverbial": {("Ana", "leave", "Rome"), ("Ana", "sell", "house")},
    "copula_kind": {("Ana", "is_a", "painter")},
    "copula_kind_participle": {("Zed", "is_a", "film"), ("Ana", "direct", "Zed")},
    "copula_relation": {("Bob", "director_of", "museum")},
    "copula_possessive": {("Eva", "sister_of", "Bob")},
    "copula_place": {("castle", "is_in", "Scotland")},
    "copula_name": {("Paris", "capital_of", "France")},
    "copula_adjective": {("Ana", "proud_of", "garden")},
    "copula_conjoined": {("Ana", "is_a", "painter"), ("Ana", "is_a", "poet")},
    "become": {("Bob", "mayor_of", "Bergen")},
    "named": {("Bob", "chairman_of", "council")},
    "as_role": {("Eva", "director_of", "zoo"), ("Eva", "work_as", "director")},
    "recipient": {("Ana", "give", "book"), ("Ana", "give_to", "Bob")},
    "light_verb": {("Eva", "make_debut_in", "London")},
    "apposition_relation": {("Ana", "director_of", "museum"), ("Ana", "meet", "Bob")},
    "apposition_kind": {("Bob", "is_a", "baker"), ("Bob", "live_in", "Rome")},
    "title": {("Mia", "is_a", "actress"), ("Mia", "move_to", "Paris")},
    "kin": {("sister", "work_at", "Acme"), ("sister", "sister_of", "My")},
    "kin_named": {("Eva", "sister_of", "His")},
    "abbreviation": {("Programme", "also_known_as", "WFP")},
    "existential": {("parks", "is_in", "Rome")},
    "love": {("Ana", "love", "playing"), ("Ana", "play", "piano")},
    "one_of": {("Tana", "tributary_of", "Glomma"), ("Tana", "located_in", "Norway")},
    "university": {("Ana", "study", "physics"), ("Ana", "study_at", "University")},
}
ABSENT = {
    "passive_agent": {("film", "direct", "Ana"), ("film", "directed_by", "Ana")},
    "subject_control": {("Eva", "want", "Oslo")},
    "object_control": {("Ana", "sell", "boat")},
    "copula_name": {("capital", "is", "Paris")},
    "become": {("Bob", "become", "mayor")},
    "order": {("Visit", "visit", "Rome")},
}


def _edges(tree: Tree) -> list[tuple[str, str, str]]:
    return [
        (tree.words[s.subject] if s.subject >= 0 else "", s.predicate, tree.words[s.object])
        for s in StatementReader(tree, []).statements()
    ]


@pytest.mark.parametrize("sentence", FOUND)
def test_a_rule_finds_its_edges(trees: dict[str, Tree], sentence: str) -> None:
    assert set(_edges(trees[sentence])) >= FOUND[sentence]


@pytest.mark.parametrize("sentence", ABSENT)
def test_a_rule_makes_no_second_edge_of_the_same_relation(trees: dict[str, Tree], sentence: str) -> None:
    assert not set(_edges(trees[sentence])) & ABSENT[sentence]


def test_active_and_passive_give_the_same_edge(trees: dict[str, Tree]) -> None:
    shared = ("Ana", "direct", "film")
    assert shared in _edges(trees["active"])
    assert shared in _edges(trees["passive_agent"])


def test_an_order_states_nothing(trees: dict[str, Tree]) -> None:
    assert _edges(trees["order"]) == []


def test_a_dropped_subject_is_left_for_the_speaker(trees: dict[str, Tree]) -> None:
    assert ("", "visit", "Rome") in _edges(trees["dropped_subject"])


def test_no_edge_is_made_with_a_relative_pronoun(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        assert not {"who", "which", "that", "there"} & {subject.lower() for subject, _, _ in _edges(tree)}


def test_main_clauses_are_surer_than_those_below_them(trees: dict[str, Tree]) -> None:
    tree = trees["relative_subject"]
    reader = StatementReader(tree, []).reader
    main, relative = reader.clauses()
    assert (main.origin, relative.origin) == ("ROOT", "acl:relcl")
    assert 0 < clause_confidence(tree, relative) < clause_confidence(tree, main) <= 1
