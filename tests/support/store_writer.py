"""A process that writes to a store, to be killed, counted or raced: python -m tests.support.store_writer FILE OWNER FIRST COUNT.

It prints a line when the store is open, and the id of a memory after each commit has returned. Each write is a memory
of two sentences with three facts, one of which (that the owner knows Hub) every write repeats. With COUNT 0 it goes on
for ever; every fifth write then also removes an earlier memory, and is acknowledged as ``-id``.
"""

from __future__ import annotations

import asyncio
import os
import sys

from graphmem.domain.scope import Scope
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing import GraphBuilder

DIMENSION = 32
MODEL = "numbers"


def statement(owner: str, number: int) -> GraphBuilder:
    """What write `number` of an owner adds."""
    graph = GraphBuilder(Scope(owner), episode=f"epi_{owner}_{number}", dimension=DIMENSION)
    id_ = memory_id(owner, number)
    person, drink = f"Person {number}", f"Drink {number % 7}"
    graph.memory(id_, f"{person} likes {drink}.", about=person, names=[person, drink], metadata={"number": number})
    graph.sentence(id_, 1, f"{owner} knows Hub and {person}.")
    graph.mention(id_, "Hub", 1)
    for place, (subject, predicate, object_) in enumerate(
        [(person, "likes", drink), (owner, "knows", person), (owner, "knows", "Hub")]
    ):
        graph.fact(f"fact_{owner}_{number}_{place}", subject, predicate, object_, by=[id_])
    graph.revision(f"rev_{owner}_{number}", id_, new_text="…")
    return graph


def memory_id(owner: str, number: int) -> str:
    """The id of what write `number` adds."""
    return f"mem_{owner}_{number:08}"


def say(*words: str) -> None:
    """A line in a single write, so that being killed cannot cut it in two."""
    os.write(1, f"{' '.join(words)}\n".encode())


async def write(path: str, owner: str, first: int, count: int, durability: str) -> None:
    """Commit and acknowledge."""
    store = SqliteStore(path, dimension=DIMENSION, model=MODEL, durability="fast" if durability == "fast" else "full")
    await store.open()
    say("open")
    number = first
    while not count or number < first + count:
        removed = (memory_id(owner, number - 2),) if not count and number % 5 == 4 else ()
        await store.commit(statement(owner, number).changes(removed=removed))
        say(*(f"-{id_}" for id_ in removed), memory_id(owner, number))
        number += 1
    await store.close()


def main(given: list[str]) -> None:
    """Run with the arguments of the command line."""
    durability = given[4] if len(given) > 4 else "full"
    asyncio.run(write(given[0], given[1], int(given[2]), int(given[3]), durability))


if __name__ == "__main__":
    main(sys.argv[1:])
