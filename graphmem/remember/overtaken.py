"""What was said of the present, and was no longer so by a change that was told soon after.

"I live in Paris" says nothing of since when; "I moved to Rome last week", told later, says that it was over by then. So the first
holds until the change, though it was said after it. Only a change of late is taken so: who tells of a move years ago tells a story.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from graphmem.remember.claim import Claim
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.moments import Witness

RECENT = timedelta(days=31)
"""A change that is told within so long of when it was."""


def is_plain(claim: Claim) -> bool:
    """Whether it says what is so, and not that it became so."""
    return claim.kind == "so" and claim.asserted and not claim.begins


def may_overtake(change: Claim, plain: Claim) -> bool:
    """Whether a change such as this ends what is plainly said, of which there is one at a time."""
    if not change.begins or change.kind != "so" or not change.asserted or not is_plain(plain):
        return False
    why = why_exclusive(change, plain)
    return why.startswith("new value") and ends(change, plain, why)


def overtaken(plain: Witness, changes: Iterable[Witness]) -> datetime | None:
    """When what is said of the moment of saying was over, by the earliest change told after it. What is said with a beginning of its
    own holds from that on, unless it lies before the change."""
    again = plain.again
    if again is None or plain.until is not None:
        return None
    told = (one for one in changes if one.until is None and one.since < again <= one.at <= one.since + RECENT)
    return min(
        (
            one.since
            for one in told
            if (plain.since >= again or plain.since <= one.since) and (one.place is None or one.place != plain.place)
        ),
        default=None,
    )
