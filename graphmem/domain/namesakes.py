"""How people of one name are called whom only a role tells apart: "Anna (colleague)", beside an Anna who was there before.

Such a one is known by her bare name and by the role before it as well ("colleague Anna"), which tells her from a title with a
bracket, "Belle (Disney song)". A name that was said without a role, and that more than one bears, is "Anna (unclear)".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_key
from graphmem.domain.roles import role_called
from graphmem.domain.scope import Scope

UNCLEAR = "unclear"
"""In the place of a role: nobody knows which of them is meant."""
_HOLDS_ROLE = re.compile(r"(?P<name>.+) \((?P<role>[^()]+)\)")


def keys_of_user(scope: Scope) -> frozenset[str]:
    """The keys of the names that a scope's user may go by in statements."""
    return frozenset(("user", "i", "me", *((entity_key(scope.user_id),) if scope.user_id else ())))


def full_name(name: str, role: str, of: str = "") -> str:
    """The name that holds a role: "Anna (colleague)", "Anna (sister of Bob)"."""
    return f"{name} ({role} of {of})" if of else f"{name} ({role})"


def role_in(name: str) -> tuple[str, str]:
    """The role that a name holds, and whose: ("sister", "Bob"); both empty where it holds none, the second for the user's."""
    match = _HOLDS_ROLE.fullmatch(name)
    role, _, of = match["role"].partition(" of ") if match else ("", "", "")
    return (role, of) if role == UNCLEAR or role_called(role.replace(" ", "_")) else ("", "")


def short_forms(name: str) -> tuple[str, ...]:
    """What else somebody is called whose name holds a role: the bare name, and with the role before it."""
    match, (role, of) = _HOLDS_ROLE.fullmatch(name), role_in(name)
    if match is None or not role:
        return ()
    return match["name"], f"{of}'s {role} {match['name']}" if of else f"{role} {match['name']}"


def is_namesake(entity: Entity) -> bool:
    """Whether it was made to be told from others of its name."""
    forms = short_forms(entity.name)
    return bool(forms) and {*forms} <= {*entity.aliases}


def told_by_role(entities: Sequence[Entity], keys: Collection[str]) -> list[Entity]:
    """The entities that are meant by names with these keys: where one of them says a role with the name ("colleague Anna"), not
    the others of that name."""
    namesakes = {one.id: short_forms(one.name) for one in entities if is_namesake(one)}
    said = {one.id for one in entities if one.id in namesakes and entity_key(namesakes[one.id][1]) in keys}
    said |= {one.id for one in entities if one.id in namesakes and one.key in keys}
    bare = {entity_key(namesakes[id_][0]) for id_ in said}
    return [
        one
        for one in entities
        if one.id in said or (one.key not in bare and entity_key(namesakes.get(one.id, ("",))[0]) not in bare)
    ]
