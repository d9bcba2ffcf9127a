"""What is refused of an analyst's query before any server sees it, and what is not."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.errors import InputError, QueryRefused
from graphmem.stores.neo4j.analysis.guard import judge
from graphmem.stores.neo4j.analysis.lexer import plain_text, tokens
from graphmem.stores.neo4j.analysis.plan import check_plan
from graphmem.stores.neo4j.analysis.questions import QUESTIONS, parameters_of
from tests.support.cypher_corpus import Attack, Question, attacks, questions

LIMIT = 1001
PARAMETERS: dict[str, object] = {
    "owner": "user:ana", "other": "user:bob", "user_id": "ana", "agent_id": None, "run_id": None, "names": ["Ana", "Leo"],
    "vector": [1.0, 0.1, 0.0], "v": [1.0, 0.1, 0.0], "predicate": "work_at", "label": "Entity", "labels": ["Entity"],
    "type": "KNOWS", "key": "x", "n": 1_000_000_000, "regex": "(a+)+$", "url": "http://127.0.0.1:1/",
}  # fmt: skip
REFUSED = [attack for attack in attacks() if attack.refused]


def spoken(attack: Attack) -> str:
    return attack.text("http://127.0.0.1:1", "secret.csv")


def test_the_corpora_are_large_enough() -> None:
    assert len(REFUSED) >= 250
    assert len({attack.template for attack in attacks()}) == len(attacks())
    assert len(questions()) >= 50


@pytest.mark.parametrize("attack", REFUSED, ids=str)
@pytest.mark.parametrize("prefix", ["", "CYPHER 5 ", "CYPHER 25\n"])
def test_no_attack_passes(attack: Attack, prefix: str) -> None:
    with pytest.raises(QueryRefused):
        judge(prefix + spoken(attack), PARAMETERS, LIMIT)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.text[:50])
def test_every_question_passes(question: Question) -> None:
    judged = judge(question.text, PARAMETERS, LIMIT)
    assert judged.query.endswith(judged.text)
    assert judged.explained == f"{judged.version} EXPLAIN {judged.text}".strip()


def test_the_text_that_is_judged_is_the_text_that_is_run() -> None:
    judged = judge("cypher 25\n// a word\nMATCH (n) /* and another */ RETURN n.name AS `a b`;\n", {}, 11)
    assert judged.version == "CYPHER 25"
    assert judged.query == "CYPHER 25 MATCH (n)   RETURN n.name AS `a b` LIMIT 11"


@pytest.mark.parametrize(
    ("query", "ends"),
    [
        ("MATCH (n) RETURN n.name ORDER BY n.name", " LIMIT 11"),
        ("MATCH (n) RETURN n.limit AS limit", " LIMIT 11"),
        ("MATCH (n) RETURN n.name LIMIT 5", " LIMIT 5"),
        ("MATCH (n) RETURN n.name AS x UNION MATCH (n) RETURN n.text AS x", " AS x"),
        ("CALL db.labels()", "()"),
    ],
)
def test_an_open_end_is_closed(query: str, ends: str) -> None:
    assert judge(query, {}, 11).query.endswith(ends)


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("MATCH (n)-[*]-(m) RETURN n", "-[:KNOWS*1..4]-"),
        ("RETURN range(0, toInteger('9')) AS x", "range(0, 99)"),
        ("MATCH (n) WHERE n.name =~ '(a+)+' RETURN n", "CONTAINS"),
        ("MATCH (n) WITH n ORDER BY n.name RETURN n", "LIMIT"),
        ("MATCH (n:$($x)) RETURN n", "labels(n)"),
        ("SHOW INDEXES", "graphmem doctor"),
        ("RETURN 'a\\u0041' AS x", "as a parameter"),
        ("MATCH (n) RETURN n.name + $missing AS x", "$missing"),
        ("MATCH (n) WHERE n.owner = $owner RETURN n", "user_id"),
        ("MATCH (n) RETURN m", "not known"),
        ("MATCH (n) WITH collect(n) AS xs RETURN [a IN xs | [b IN xs | b]] AS x", "[..1000]"),
    ],
)
def test_a_refusal_says_what_to_write(query: str, advice: str) -> None:
    with pytest.raises(QueryRefused, match=re.escape(advice)):
        judge(query, {}, LIMIT)


def test_what_a_string_or_name_says_is_no_command() -> None:
    judged = judge(
        "MATCH (`CREATE`:`LOAD CSV` {x: 'DELETE // n'}) RETURN `CREATE`.`SET` AS `DROP`, \"/* USE\" AS x", {}, LIMIT
    )
    assert "'DELETE // n'" in judged.query


def test_words_and_strings_are_cut_as_the_server_does() -> None:
    text = plain_text("RETURN 'it\\'s // no comment', \"/*\" /* one */ + `a``b`.c, $p, 1.5e3, 1..2 // end")
    assert [(one.kind, one.value) for one in tokens(text)] == [
        ("word", "RETURN"), ("string", "it's // no comment"), ("sign", ","), ("string", "/*"), ("sign", "+"),
        ("quoted", "a`b"), ("sign", "."), ("quoted", "c"), ("sign", ","), ("param", "p"), ("sign", ","),
        ("number", "1.5e3"), ("sign", ","), ("number", "1"), ("sign", ".."), ("number", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["reduce(a = 0, x IN [1] | {})", "range(0, size({}))"])
def test_a_verdict_does_not_take_long(query: str) -> None:
    text = "[1]" if "size" in query else "1"
    for _ in range(18):
        text = query.replace("{}", text)
    began = time.process_time()
    with pytest.raises(QueryRefused, match="split the query"):
        judge(f"RETURN {text} AS x", {}, LIMIT)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "after",
    ["", " AND n.x = 1", " OR true", " RETURN n.x =~ 'a' AS a, n.x =~ 'b' AS b ORDER BY n.x =~ 'c' DESC LIMIT 3 //"],
)
def test_a_regular_expression_may_be_followed(after: str) -> None:
    judge(f"MATCH (n) WHERE n.name =~ '(?i).*acme.*'{after} RETURN n", {}, LIMIT)


@pytest.mark.parametrize("before", ["", "WHERE n.owner = $owner "])
@pytest.mark.parametrize("after", ["", " SCORE AS s WHERE s > 0.5 AND n.retired_at IS NULL"])
def test_a_condition_may_stand_on_either_side_of_a_search(before: str, after: str) -> None:
    search = f"SEARCH n IN (VECTOR INDEX memory_embedding FOR $v WHERE n.owner = $owner LIMIT 5){after}"
    judge(f"MATCH (n:Memory) {before}{search} RETURN n.id AS id", PARAMETERS, LIMIT)


@pytest.mark.parametrize("query", [None, 5, "", "  ", "// only words", "x" * 30_000, "RETURN " + "1 + " * 5_000 + "1"])
def test_what_is_no_query(query: object) -> None:
    with pytest.raises(QueryRefused):
        judge(query, {}, LIMIT)


def plan_of(operator: str, details: str = "", *children: dict[str, object]) -> dict[str, object]:
    return {"operatorType": operator, "args": {"Details": details}, "children": list(children)}


def test_a_plan_that_reads_passes() -> None:
    leaf = plan_of("NodeIndexSeekByRange@neo4j", "'LOAD CSV'")
    procedure = plan_of("ProcedureCall@neo4j", "db.labels() :: (label :: STRING)", leaf)
    check_plan(plan_of("ProduceResults@neo4j", "x", plan_of("Expand(All)@neo4j", "", procedure)), "r")


@pytest.mark.parametrize(
    ("plan", "query_type"),
    [
        (plan_of("ProduceResults@neo4j"), "rw"),
        (plan_of("ProduceResults@neo4j"), "s"),
        (plan_of("ProduceResults@neo4j"), None),
        (None, "r"),
        (plan_of("ProduceResults@neo4j", "", plan_of("Filter@neo4j", "", plan_of("LoadCSV@neo4j"))), "r"),
        (plan_of("ShowSettings@system"), "r"),
        (plan_of("TerminateTransactions@neo4j"), "r"),
        (plan_of("TransactionForeach@neo4j"), "r"),
        (plan_of("RunQueryAt@neo4j"), "r"),
        (plan_of("SomethingNew@neo4j"), "r"),
        (plan_of("NodeUniqueIndexSeek@neo4j", "", plan_of("Create@neo4j")), "r"),
        (plan_of("ProcedureCall@neo4j", "dbms.components() :: (name :: STRING)"), "r"),
        (plan_of("ProcedureCall@neo4j", ""), "r"),
        (plan_of("Projection@neo4j", '[x IN $list | COUNT { LOAD CSV FROM "x" AS `l` }] AS c'), "r"),
        (plan_of("Projection@neo4j", "[x IN $list | COUNT { CALL dbms.info() }] AS c"), "r"),
    ],
)
def test_a_plan_that_does_more_is_refused(plan: dict[str, object] | None, query_type: str | None) -> None:
    with pytest.raises(QueryRefused):
        check_plan(plan, query_type)


WRAPPED = ("{}", "CALL {{ {} }} RETURN 1 AS x", "RETURN COUNT {{ {} }} AS x", "RETURN [x IN [1] | COLLECT {{ {} }}] AS y",
           "RETURN 1 AS x UNION {}", "MATCH (n) WHERE EXISTS {{ {} }} RETURN n", "CYPHER 25 {}", "MATCH (n) WITH n {}",
           "UNWIND [1] AS x CALL (x) {{ {} }} RETURN x", "RETURN CASE WHEN true THEN COUNT {{ {} }} END AS x")  # fmt: skip
GAPS = (" ", "\n", "\t", " /* a */ ", " // b\n", "/**/", "  \r\n ")


def mutated(query: str, seed: int) -> str:
    """The query in another spelling: case, gaps, comments, escapes, and inside of another query."""
    choose = random.Random(seed)
    pieces = re.findall(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|`[^`]*`|//[^\n]*|/\*.*?\*/|\w+|\s+|.", query, re.DOTALL)
    out = []
    for piece in pieces:
        if piece.isspace():
            out.append(choose.choice(GAPS))
        elif piece.isalpha() and choose.random() < 0.5 and piece.isupper():
            out.append("".join(choose.choice((letter.lower(), letter)) for letter in piece))
        elif piece.isalpha() and choose.random() < 0.03:
            out.append("".join(f"\\u{ord(letter):04x}" if choose.random() < 0.3 else letter for letter in piece))
        elif piece in "(){}[],." and choose.random() < 0.2:
            out.append(choose.choice(GAPS) + piece + choose.choice(GAPS))
        else:
            out.append(piece)
    return choose.choice(WRAPPED).format("".join(out))


@settings(max_examples=1000, deadline=None)
@given(attack=st.sampled_from(REFUSED), seed=st.integers(0, 2**32))
def test_no_spelling_of_an_attack_passes(attack: Attack, seed: int) -> None:
    query = mutated(spoken(attack), seed)
    with pytest.raises(InputError):
        judge(query, PARAMETERS, LIMIT)


@settings(max_examples=300, deadline=None)
@given(query=st.text(st.characters(codec="utf-8"), max_size=200))
def test_whatever_is_written_ends_in_a_verdict(query: str) -> None:
    try:
        judge(query, PARAMETERS, LIMIT)
    except QueryRefused as refusal:
        assert str(refusal)  # noqa: PT017 (either end is right; another error is not)


WORDS = ["MATCH", "(n)", "(", ")", "[", "]", "{", "}", "RETURN", "WITH", "AS", "x", "n", ",", "1", "range", "-", "->", "*", "|",
         "WHERE", "EXISTS", "COUNT", "CALL", "db.labels", "CASE", "WHEN", "END", "reduce", "=", ":", "$owner", "'s'", ".", "..", "IN",
         "UNWIND", "UNION", "OPTIONAL", "LET", "FILTER", "SEARCH", "YIELD", "ORDER", "BY", "LIMIT", "+", "!", "%", "IS"]  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=25))
def test_no_heap_of_words_breaks_the_reader(words: list[str]) -> None:
    try:
        judge(" ".join(words), PARAMETERS, LIMIT)
    except QueryRefused as refusal:
        assert str(refusal)  # noqa: PT017


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_the_shipped_questions_pass(name: str) -> None:
    given = {key: 50 if kind == "int" else "user:ana" for key, kind in parameters_of(name).items()}
    assert judge(QUESTIONS[name].text(), given, LIMIT).text
