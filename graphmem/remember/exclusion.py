"""Which claims cannot hold at the same time. Pure, and alike from both sides."""

from __future__ import annotations

from graphmem.remember.claim import Claim

_VALUE = ("new value of ", "new holder of ")
_CONTRADICTS = "contradicts what was said"
_STATUS = "it is over for "
_PLACES = frozenset({"live_in", "headquartered_in"})


def why_exclusive(one: Claim, other: Claim) -> str:
    """The rule by which two claims exclude each other, in words; empty where they do not.

    Only claims of one agent (or of none) exclude each other, and only such as are asserted.
    """
    if one.party != other.party or not (one.asserted and other.asserted):
        return ""
    if one.thing in other.ended or other.thing in one.ended:
        return "it is over" if one.kind == other.kind == "so" else ""
    if _is_closed(one, other) or _is_closed(other, one):
        return f"{_STATUS}one who is so"
    if one.thing == other.thing:
        return _contradiction(one, other)
    if one.kind == other.kind == "so" and one.thing[1:] == other.thing[1:]:
        opposite = one.relation.name in other.relation.opposites or other.relation.name in one.relation.opposites
        return _CONTRADICTS if opposite else ""
    return _rivalry(one, other)


def ends(later: Claim, earlier: Claim, why: str) -> bool:
    """Whether what excludes an earlier claim by the rule `why` ends it, too: in doubt both stay.

    A denial of a part denies the part; what began did so wherever and whenever it was. What is told beside others takes the place
    of none, nor does a region that of a town in it; and of some relations only what is told as new takes the place of the old."""
    if why.startswith(_STATUS):
        undone = later.kind == "so" and not earlier.relation.once
        partial = later.words.partial and not later.begins
        return not partial and (_is_closed(earlier, later) or undone)
    if not why.startswith(_VALUE):
        return not (later.words.partial and (later.kind == "not" or why == _CONTRADICTS))
    if later.words.adds:
        return False
    renews = later.begins or later.words.renews
    if later.relation.if_new and not renews and not later.by_noun:
        return False
    return renews or later.words.extent == earlier.words.extent or later.relation.name not in _PLACES


def _is_closed(claim: Claim, status: Claim) -> bool:
    """Whether a claim does not hold beside what somebody is said to be: who is divorced is married to nobody."""
    if claim.kind != "so":
        return False
    ends = {claim.subject, claim.object} if claim.relation.symmetric else {claim.subject}
    return claim.relation.name in status.closed and status.closed_of in ends


def _contradiction(one: Claim, other: Claim) -> str:
    """The same thing is said to be so, and not to be so or to be over. That it did not begin only denies the beginning."""
    kinds = {one.kind, other.kind}
    if "so" not in kinds or len(kinds) == 1:
        return ""
    against = one if one.kind != "so" else other
    claimed = other if against is one else one
    if against.begins and not claimed.begins:
        return ""
    return _CONTRADICTS if against.kind == "not" else "it is over"


def _rivalry(one: Claim, other: Claim) -> str:
    """Two values of a relation that has one at a time."""
    relation = one.relation
    if relation.name != other.relation.name or "not" in (one.kind, other.kind):
        return ""
    (object_fits, subject_fits), (other_object_fits, other_subject_fits) = one.may_fill, other.may_fill
    ends, others = {one.subject, one.object}, {other.subject, other.object}
    if relation.symmetric and relation.one_object:
        shared = len(ends & others) == 1
        fits = object_fits and subject_fits and other_object_fits and other_subject_fits
        return f"new value of {relation.name}" if shared and fits else ""
    if relation.one_object and one.subject == other.subject and object_fits and other_object_fits:
        return f"new value of {relation.name}"
    both_fit = object_fits and subject_fits and other_object_fits and other_subject_fits
    if relation.one_subject and one.object == other.object and both_fit:
        return f"new holder of {relation.name}"
    return ""
