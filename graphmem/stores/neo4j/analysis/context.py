"""What a part of a query is read against: the names it may use and how large their values can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.brackets import Items
from graphmem.stores.neo4j.analysis.lexer import Token
from graphmem.stores.neo4j.analysis.shape import Amount, Shape


@dataclass(frozen=True, slots=True)
class Readers:
    """The three readers, which know each other only through here: expressions hold patterns and queries, and these hold
    expressions."""

    expression: Callable[[Items, Context], Amount]
    pattern: Callable[[Items, Context], Mapping[str, Shape]]
    query: Callable[[Items, Context], Mapping[str, Amount]]


@dataclass(frozen=True, slots=True)
class Context:
    """The names in reach. Reading raises QueryRefused for what cannot be bounded or is not known."""

    variables: Mapping[str, Shape]
    parameters: Mapping[str, object]
    readers: Readers
    outermost: bool = True
    """Whether what is returned goes to the caller."""
    single: bool = True
    """Whether there is but one row so far."""

    def binding(self, names: Mapping[str, Shape]) -> Context:
        """The same, with more names."""
        return replace(self, variables={**self.variables, **names})

    def multiplied(self) -> Context:
        """The same after a clause that makes many rows of one."""
        return replace(self, variables={name: shape.settled for name, shape in self.variables.items()}, single=False)

    def only(self, names: Mapping[str, Shape]) -> Context:
        """The same, with these names and no other."""
        return replace(self, variables=dict(names))

    def variable(self, token: Token) -> Shape:
        """What a name stands for."""
        if token.value not in self.variables:
            raise QueryRefused(
                f"The name {token.text} at character {token.start + 1} is not known there: bind it before, and "
                "put a name that is also a keyword in backticks."
            )
        return self.variables[token.value]

    def parameter(self, token: Token) -> object:
        """A parameter's value."""
        if token.value not in self.parameters:
            raise QueryRefused(
                f"The query uses ${token.value} and it is not given: pass it in params"
                + (", or give user_id, agent_id or run_id." if token.value in SCOPE_PARAMETERS else ".")
            )
        return self.parameters[token.value]

    def weigh(self, items: Items) -> Amount:
        """An expression's bounds."""
        return self.readers.expression(items, self)

    def pattern(self, items: Items) -> Mapping[str, Shape]:
        """The names that a pattern binds, its parts read too."""
        return self.readers.pattern(items, self)

    def query(self, items: Items) -> Mapping[str, Amount]:
        """The columns of a query in braces."""
        inside = replace(self.multiplied(), outermost=False)
        return {
            name: Amount(amount.shape.settled, amount.steps)
            for name, amount in self.readers.query(items, inside).items()
        }


SCOPE_PARAMETERS = ("owner", "user_id", "agent_id", "run_id")
"""Parameters that the scope of the call gives."""
