"""Judges an analyst's query before the server sees it.

Neither a read session nor the type that EXPLAIN tells keeps a query from reading files, calling out or running for ever
(measured: LOAD CSV and TERMINATE pass both), and the plan does not show everything (measured: LOAD CSV in a subquery inside a list
is in no operator). So the text is read whole, by a grammar that only knows what reads; then EXPLAIN has to agree
(`graphmem.stores.neo4j.analysis.plan`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis import clause, expression, pattern
from graphmem.stores.neo4j.analysis.brackets import Items, nested
from graphmem.stores.neo4j.analysis.context import Context, Readers
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word, plain_text, tokens
from graphmem.stores.neo4j.analysis.shape import Amount, carried

MOST_RETURNED = 2_000_000
"""Parts of one row that is returned: a row travels in one piece."""

MOST_IN_EACH = 100_000
"""The same where every row may have as many."""

MOST_READINGS = 10_000
"""Expressions that are read for one verdict. What stands in reduce() and range() is read more than once, so that a few hundred
letters of them inside of each other would hold the caller's event loop for years."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query that may be explained: its version of Cypher (``CYPHER 25``, or empty for the server's own) and its text."""

    version: str
    text: str

    @property
    def query(self) -> str:
        """What is run."""
        return f"{self.version} {self.text}".strip()

    @property
    def explained(self) -> str:
        """What asks for the plan of it."""
        return f"{self.version} EXPLAIN {self.text}".strip()


class _Reader:
    """Reads expressions, so many and no more."""

    def __init__(self) -> None:
        self._left = MOST_READINGS

    def weigh(self, items: Items, context: Context) -> Amount:
        """See `expression.weigh`. Raises QueryRefused besides when there have been too many."""
        self._left -= 1
        if self._left < 0:
            raise QueryRefused(
                "Too much stands inside of reduce() and range(): split the query with WITH. Nothing was run."
            )
        return expression.weigh(items, context)


def judge(query: object, parameters: Mapping[str, object], limit: int) -> Judged:
    """The query as it may be run, for at most `limit` rows. Raises QueryRefused, which says why and what to write instead."""
    text = plain_text(query)
    words = tokens(text)
    if not words:
        raise QueryRefused("There is no query but comments.")
    version = ""
    if words and is_word(words[0], "CYPHER"):
        version, words = _version(words)
        text = text[words[0].start :]
    if any(is_sign(word, ";") for word in words):
        raise QueryRefused("One query at a time: a ; may only stand at the end.")
    if clause.is_open_ended(nested(words)):
        text = f"{text} LIMIT {limit}"
        words = tokens(text)
    readers = Readers(_Reader().weigh, pattern.read, clause.read)
    columns = clause.read(nested(words), Context({}, parameters, readers))
    for amount in columns.values():
        carried(amount.shape, MOST_IN_EACH)
    returned = sum(amount.shape.total for amount in columns.values())
    if returned > MOST_RETURNED:
        raise QueryRefused(
            f"A row may have {returned:,.0f} parts, {MOST_RETURNED:,} are returned: cut the lists, xs[..1000], or return rows."
        )
    return Judged(version, text)


def _version(words: list[Token]) -> tuple[str, list[Token]]:
    if len(words) < 3 or words[1].text not in ("5", "25") or is_sign(words[2], "="):
        raise QueryRefused("Before a query only CYPHER 5 or CYPHER 25 may stand, without options.")
    return f"CYPHER {words[1].text}", words[2:]
