"""What an attribute is called by the noun that tells it: one name for each, however it is spelt."""

from __future__ import annotations

from graphmem.extraction.lexicon import words
from graphmem.extraction.predicates import relational_noun
from graphmem.extraction.tree import Tree

_SAME = {"favorite": "favourite", "color": "colour", "dish": "food", "meal": "food", "movie": "film"}
_FEWEST_DIGITS = 6
_OF_PHONE = words("number phone telephone mobile cell cellphone contact personal private main new current")


def attribute(tree: Tree, noun: int) -> str:
    """The name of an attribute: "new phone number" ``phone_number``, "favorite color" ``favourite_colour``."""
    name = relational_noun(tree, noun)
    parts = [_SAME.get(part, part) for part in name.split("_")] if "avo" in name else name.split("_")
    return "_".join(parts[:-1] if parts[-1] == "address" and len(parts) > 1 and parts[0] != "home" else parts)


def is_phone_number(word: str) -> bool:
    """Whether it has so many digits that it is no other number of somebody's."""
    return sum(char.isdigit() for char in word) >= _FEWEST_DIGITS


def is_of_phone(name: str) -> bool:
    """Whether an attribute of so many digits is how somebody is called; of another number, or at work, it is told by its own name."""
    return name.endswith("number") and _OF_PHONE.issuperset(name.split("_"))
