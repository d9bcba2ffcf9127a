"""Any text may be asked of the full-text index: signs of Lucene's language, long questions, stop words, every script."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from graphmem.domain.query import TextProbe
from graphmem.domain.scope import Scope
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import GraphBuilder
from graphmem.testing.scenario import VIEW
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, opened

TEXTS = {
    "mem_cat": "The cat sat on the mat.",
    "mem_not": "To be or not to be, that is the question.",
    "mem_zh": "我住在里斯本",
    "mem_ja": "私はリスボンに住んでいます",
    "mem_ko": "저는 리스본에 살아요",
    "mem_ru": "Я живу в Лиссабоне",
    "mem_ar": "أعيش في لشبونة",
    "mem_he": "אני גר בליסבון",
    "mem_hi": "नमस्ते दुनिया",
    "mem_th": "สวัสดีชาวโลก",
    "mem_el": "Ζω στη Λισαβόνα",
    "mem_am": "ሰላም ልዑል",
    "mem_gothic": "𐌲𐌿𐍄𐌰𐍂𐌰𐌶𐌳𐌰",
}
SIGNS = [
    "+",
    "-",
    "&&",
    "||",
    "!",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "^",
    '"',
    "~",
    "*",
    "?",
    ":",
    "\\",
    "/",
    "=",
    "<",
    ">",
]
HOSTILE = [
    *(f"{sign}cat" for sign in SIGNS),
    *(f"cat{sign}" for sign in SIGNS),
    *(f"{sign} cat {sign}" for sign in SIGNS),
    "cat AND NOT (cat OR mat)",
    "words:cat",
    "*:* cat",
    "cat~2 cat^1000000",
    "cat TO [a TO z] {a TO *}",
    "/c.t/ cat",
    'cat" OR words:"',
    "cat\u0000cat",
    "cat \ud800",
    "cat\u202e\u200b mat",
    "cat') RETURN 1 //",
    "`cat` $owner {owner: 1} cat",
    "\\u0022 cat",
    "cat\n\r\t" * 50,
]


@pytest.fixture(scope="module")
def server(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    """A server that knows a sentence in each of many languages."""
    emptied(neo4j_server)
    graph = GraphBuilder(ANA)
    for id_, text in TEXTS.items():
        graph.memory(id_, text)
    other = GraphBuilder(Scope("eve"), episode="epi_eve")
    other.memory("mem_eve", "The cat sat on the mat. " + " ".join(TEXTS.values()))

    async def told(store: Neo4jStore) -> None:
        await store.commit(graph.changes())
        await store.commit(other.changes())

    _with_store(neo4j_server, told)
    yield neo4j_server
    emptied(neo4j_server)


def _with_store(server: Neo4jServer, work: Callable[[Neo4jStore], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(server) as store:
            await work(store)

    asyncio.run(run())


async def found(store: Neo4jStore, text: str, *, phrase: bool = False) -> list[str]:
    probe = TextProbe(scope=ANA, text=text, limit=20, view=VIEW, phrase=phrase)
    return [row.id for row in await store.matching(probe)]


def test_signs_of_the_query_language_are_no_signs(server: Neo4jServer) -> None:
    async def ask(store: Neo4jStore) -> None:
        for text in HOSTILE:
            assert "mem_cat" in await found(store, text), text
            assert "mem_eve" not in await found(store, text, phrase=True), text

    _with_store(server, ask)


def test_signs_alone_match_nothing(server: Neo4jServer) -> None:
    async def ask(store: Neo4jStore) -> None:
        for text in (*SIGNS, " ".join(SIGNS), "".join(SIGNS), "", "\u0000", "🤖", "\ud800"):
            assert await found(store, text) == [], text
            assert await found(store, text, phrase=True) == [], text

    _with_store(server, ask)


def test_every_script_is_found_by_its_own_words(server: Neo4jServer) -> None:
    async def ask(store: Neo4jStore) -> None:
        for id_, text in TEXTS.items():
            assert (await found(store, text))[0] == id_
            assert await found(store, text, phrase=True) == [id_]
        assert await found(store, "里斯本") == ["mem_zh"]
        assert await found(store, "ЛИССАБОНЕ") == ["mem_ru"]
        assert await found(store, "λισαβονα") == ["mem_el"]

    _with_store(server, ask)


def test_a_question_of_nothing_but_stop_words_is_taken_as_it_stands(server: Neo4jServer) -> None:
    async def ask(store: Neo4jStore) -> None:
        assert (await found(store, "to be or not to be"))[0] == "mem_not"
        assert await found(store, "or not to", phrase=True) == ["mem_not"]
        assert await found(store, "not or to", phrase=True) == []

    _with_store(server, ask)


def test_a_question_of_a_thousand_words(server: Neo4jServer) -> None:
    """Lucene takes 1,024 parts at most; words that the owner does not have are no parts."""

    async def ask(store: Neo4jStore) -> None:
        strangers = " ".join(f"stranger{number}" for number in range(1_000))
        assert await found(store, f"{strangers} mat") == ["mem_cat"]
        assert await found(store, "cat mat sat " * 1_000) == ["mem_cat"]
        assert await found(store, "cat " * 5_000, phrase=True) == []

    _with_store(server, ask)


def test_a_thousand_words_that_are_all_there(server: Neo4jServer) -> None:
    scope = Scope("wordy")
    graph = GraphBuilder(scope, episode="epi_wordy")
    for number in range(100):
        words = " ".join(f"word{number * 20 + place}" for place in range(20))
        graph.memory(f"mem_wordy_{number}", words + (" rare" if number == 42 else ""))

    async def ask(store: Neo4jStore) -> None:
        await store.commit(graph.changes())
        text = " ".join(f"word{number}" for number in range(2_000)) + " rare"
        probe = TextProbe(scope=scope, text=text, limit=5, view=VIEW)
        rows = await store.matching(probe)
        assert len(rows) == 5
        assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)

    _with_store(server, ask)
