"""Who a memory belongs to. Isolation between users is decided here and nowhere else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from graphmem.errors import InvalidScope, ScopeRequired

MAX_ID_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Scope:
    """The user, agent and run that a memory is written under or read for; at least one is given.

    Raises ScopeRequired when all are None, InvalidScope for an id that is not a string, is empty or blank,
    is longer than 256 characters, or holds control characters or lone surrogates. Ids are compared exactly:
    nothing is trimmed, folded or matched by prefix.
    """

    user_id: str | None = None
    agent_id: str | None = None
    run_id: str | None = None

    def __post_init__(self) -> None:
        ids = {"user_id": self.user_id, "agent_id": self.agent_id, "run_id": self.run_id}
        if all(value is None for value in ids.values()):
            raise ScopeRequired("Give at least one of user_id, agent_id and run_id, for example user_id='ana'.")
        for name, value in ids.items():
            if value is not None:
                check_id(name, value)

    @property
    def owner(self) -> str:
        """The isolation unit: the user if one is given, else the agent, else the run. No path crosses owners."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        if self.agent_id is not None:
            return f"agent:{self.agent_id}"
        return f"run:{self.run_id}"

    @property
    def widest(self) -> Scope:
        """The scope that covers everything of the same owner, whatever the agent or run."""
        if self.user_id is not None:
            return Scope(user_id=self.user_id)
        return Scope(agent_id=self.agent_id) if self.agent_id is not None else Scope(run_id=self.run_id)

    def covers(self, other: Scope) -> bool:
        """Whether a read in this scope may see what was written in `other`: the same owner, and every id given here equal."""
        return (
            self.owner == other.owner
            and self.user_id in (None, other.user_id)
            and self.agent_id in (None, other.agent_id)
            and self.run_id in (None, other.run_id)
        )


def check_id(name: str, value: object) -> str:
    """Return `value` if it may serve as an identifier; raise InvalidScope saying what is wrong with it otherwise."""
    if not isinstance(value, str):
        raise InvalidScope(f"{name} must be a string, not {type(value).__name__}: pass str({name}).")
    if not value.strip():
        raise InvalidScope(f"{name} is empty: leave it out, or give an id.")
    if len(value) > MAX_ID_LENGTH:
        raise InvalidScope(f"{name} has {len(value)} characters; at most {MAX_ID_LENGTH} are allowed.")
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cs"):
            raise InvalidScope(f"{name} holds a control character or a lone surrogate (U+{ord(char):04X}): remove it.")
    return value
