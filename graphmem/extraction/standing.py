"""How a statement stands to what was said before: whether it speaks of what is over, and whether it corrects something.

"Used to live", "was once", "formerly", "as a child": over. "Lyon, not Paris", "Correction: …", "My mistake, …", "Sorry, …": a
correction. "No, I meant Lyon", "Actually it's Lyon, not Paris", "Not Paris but Lyon": a correction that says nothing but the right
value, for what was said last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from graphmem.domain.relations import DEFAULT
from graphmem.domain.triple import NameSpan, Span, Tense, Triple
from graphmem.extraction import lexicon
from graphmem.extraction.dates import DateSpan
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree

_OVER = re.compile(
    r"\b(?:once|formerly|previously|before|as an? (?:child|kid|boy|girl|teenager|student)|(?:years|months|long|some time) ago|"
    r"back then|in those days|in the (?:old days|past)|back in the day|at (?:that|the) time|"
    r"for (?:\w+ )?(?:years|months|decades|ages)|until (?:\d{4}|last \w+|recently)|"
    r"growing up|at first|to begin with|when (?:i|he|she|they|we) (?:was|were) (?:an? |very |really )?(?:\w+ )?"
    r"(?:little|young|younger|small|"
    r"kids?|child(?:ren)?|boy|girl|teenager|student|old|school))\b",
    re.IGNORECASE,
)
_OTHER_CLAUSES = frozenset({"acl", "acl:relcl", "advcl", "ccomp", "conj", "csubj", "parataxis"})
"""What is told there is over by its own words: "formerly" of one clause says nothing of the next."""
_BEGINNINGS = lexicon.words(
    "move relocate settle join marry start begin become buy purchase acquire adopt found launch change switch graduate "
    "divorce leave quit resign retire fire hire visit bear"
)
"""Verbs of what happened then: what it began may last, however long ago that was."""
_GETTING = lexicon.words("get land take find accept receive win sign open secure score earn promote appoint elect name")
"""Verbs by which something is had from then on: "got a job at Zed last week"."""
_BEGUN = _BEGINNINGS | _GETTING
_OFTEN = lexicon.words("every each always usually often sometimes normally typically generally never")
_LOOKING_BACK = lexicon.words("remember recall regret forget")
_PERSONS = lexicon.words("i we he she they you")
_HAPPENED = frozenset({"born_on", "die_on"})
_LASTED = frozenset({"study_at", "play_for", "drive", "bank_with", "report_to", "work_at", "live_in"})
_BEING_THERE = frozenset({f"{verb}_{place}" for verb in ("is", "stay") for place in ("in", "at", "on", "with", "near")})
_OPENS = re.compile(
    r"^\W*(?:correction\b|(?:no|oops|sorry|wait|actually|my (?:mistake|bad)|scratch that|i was wrong)\b[\s,:;.–-]*)",
    re.IGNORECASE,
)
_ADMITS = re.compile(r"^\W*(?:correction|oops|sorry|my (?:mistake|bad)|scratch that|i was wrong)\b", re.IGNORECASE)
_MORE = lexicon.words("also too another well besides")
_VALUE = r"(?P<value>[^,.;!?]+?(?:,(?=\d)[^,.;!?]+?)*(?:\.[^\s,;!?][^,;!?\s]*)*)"
_OLD = r"(?P<old>[^,;!?]+?)"
_LEAD = r"(?:(?:no|oops|sorry|wait|actually|well|correction|my mistake|ah|oh|hm+|um|er)\b[\s,:.–-]*)*"
_MEANT = re.compile(
    rf"^\s*{_LEAD}(?:i meant(?: to say)?|i mean|it['’]?s|it is|it was|it should be|that should be|make that|rather)\s+{_VALUE}"
    rf"(?:,? (?:and )?not (?:(?:in|at|for|to|with|on|from)\s)?{_OLD})?(?:,? (?:sorry|actually|my mistake|though))?\s*[.!]*\s*$",
    re.IGNORECASE,
)
_MEANT_AFTER = re.compile(rf"^\s*{_LEAD}{_VALUE}, (?:i (?:mean|meant)|rather)\s*[.!]*\s*$", re.IGNORECASE)
_NOT_BUT = re.compile(rf"^\s*{_LEAD}not {_OLD},? but (?:rather )?{_VALUE}(?:,? sorry)?\s*[.!]*\s*$", re.IGNORECASE)
_NOT_IT = re.compile(r"\b(?:it['’]?s|it is|it was)\b", re.IGNORECASE)
_BARE = re.compile(
    rf"^\s*(?:no|oops|sorry|wait|actually|correction|my mistake)\b[\s,:.–-]*{_VALUE}, (?:and )?not {_OLD}\s*[.!]*\s*$",
    re.IGNORECASE,
)
_LEADS = re.compile(r"^\s*(?:no|oops|sorry|wait|actually|correction|my mistake)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|in|at|for|to|with|on|from)\s+", re.IGNORECASE)
_LONGEST = 60
_NO_VALUES = lexicon.words("it that this you him her them me us so what well no yes to be not really")


class Amendment(NamedTuple):
    """The right value of a correction that says nothing else, and the one taken back, at their characters; None unnamed."""

    value: tuple[str, Span]
    old: tuple[str, Span] | None


def tense(tree: Tree, head: int) -> Tense:
    """Whether the statement that hangs on `head` speaks of what is over."""
    used = next((i for i in range(len(tree) - 1) if tree.lower[i] == "used" and tree.lower[i + 1] == "to"), None)
    begun_anew = used is not None and any(tree.deps[t].startswith("nsubj") for t in range(used, head))
    if used is not None and used < head <= used + 8 and not begun_anew:
        return "past"
    past = _is_simple_past(tree, head)
    verb = lemma(tree, head)
    begun = verb in _BEGINNINGS and not (verb == "marry" and tree.kid(head, "cop", "aux:pass") is not None)
    if past and not begun and _OVER.search(" ".join(tree.lower[t] for t in tree.subtree(head, _OTHER_CLAUSES))):
        return "past"
    subjects = tree.kids(head, "nsubj", "nsubj:pass")
    told = [tree.lower[t] for thing in (head, *subjects) for t in tree.kids(thing, "amod", "compound")]
    if any(tree.lower[thing].startswith("ex-") for thing in (head, *subjects)):
        return "past"
    if any(word in ("former", "ex", "previous") or (word in ("old", "first", "earlier") and past) for word in told):
        return "past"
    return "present"


def _is_simple_past(tree: Tree, head: int) -> bool:
    """Whether it "was" or "lived", and not "has lived" or "had lived"."""
    finite = [head, *tree.kids(head, "aux", "cop", "aux:pass")]
    return any(tree.tags[t] == "VBD" for t in finite) and not any(tree.lemmas[t].lower() == "have" for t in finite[1:])


def looks_ahead(tree: Tree, start: int) -> bool:
    """Whether the verb that the token at a character hangs on is in the present or the future, so that a bare weekday or month there
    is the next one: "My exam is in March", "We have to leave on Friday"."""
    if not _OFTEN.isdisjoint(tree.lower):
        return False
    at = next((i for i in range(len(tree)) if tree.starts[i] >= start), len(tree) - 1)
    while True:
        found = _is_ahead(tree, at)
        if found is not None or tree.heads[at] == at:
            return bool(found)
        at = tree.heads[at]


def _is_ahead(tree: Tree, at: int) -> bool | None:
    """The same of one verb; None where it has no tense of its own."""
    parts = [at, *tree.kids(at, "aux", "aux:pass", "cop")]
    tags = {tree.tags[t] for t in parts}
    if "VBD" in tags or any(tree.lemmas[t].lower() == "have" for t in parts[1:]):
        return False
    if len(parts) == 1 and tree.tags[at] == "VBG" and lemma(tree, tree.heads[at]) in _LOOKING_BACK:
        return False
    if tags & {"VBZ", "VBP", "MD"}:
        return True
    order = tree.tags[at] == "VB" and tree.heads[at] == at and tree.kid(at, "nsubj") is None
    return True if order else None


def is_plan(tree: Tree, head: int, dates: Sequence[DateSpan], said_at: datetime) -> bool:
    """Whether somebody's doing in the present tense is told of a time to come: "I leave Porto tomorrow". What they have and are
    then, and what things do ("The flight leaves on Monday"), is so by now."""
    if not any(date.relation != "until" and date.first > said_at for date in dates) or not _OFTEN.isdisjoint(
        tree.lower
    ):
        return False
    if tree.pos[head] != "VERB" or tree.kid(head, "cop") is not None or lemma(tree, head) == "have":
        return False
    subject = tree.kid(head, "nsubj")
    somebody = subject is not None and (tree.pos[subject] == "PROPN" or tree.lower[subject] in _PERSONS)
    return somebody and bool(_is_ahead(tree, head))


def end_of_state(
    tree: Tree, head: int, predicate: str, dates: Sequence[DateSpan], said_at: datetime, bygone: bool = False
) -> datetime | None:
    """When the time is over that a state in the simple past is told of: "drove a Fiat in 2019" says nothing of 2020.

    What happened then may last ("joined Acme in 2019"), and so may likings that are told of a day. `bygone`: it is a state that the
    speaker tells of themselves; what was so earlier today is over, too."""
    if bygone and dates and all(date.relation == "at" and date.first <= said_at for date in dates):
        return min(said_at, max(date.last for date in dates))
    if not dates or not _is_simple_past(tree, head):
        return None
    if not _BEGUN.isdisjoint(
        lemma(tree, t) for t in (head, *tree.kids(head, "aux", "aux:pass", "cop"), tree.heads[head])
    ):
        return None
    liking = False
    if predicate not in _BEING_THERE:
        meaning = DEFAULT.meaning(predicate)
        if meaning is None or meaning.part != "says" or meaning.relation.once or meaning.relation.name in _HAPPENED:
            return None
        liking = bool(meaning.relation.opposites)
        if not (liking or meaning.relation.is_single or meaning.relation.name in _LASTED):
            return None
    told = [date for date in dates if not liking or date.precision in ("year", "longer")]
    if not told or any(date.relation != "at" or date.last > said_at for date in told):
        return None
    return max(date.last for date in told)


def end_of_stay(predicate: str, dates: Sequence[DateSpan], said_at: datetime) -> datetime | None:
    """Until when somebody is somewhere who says so of a day or week that it is: "I'm staying in Bristol this week"."""
    if predicate not in _BEING_THERE or not dates:
        return None
    now = all(date.relation == "at" and date.first <= said_at < date.last for date in dates)
    return max(date.last for date in dates) if now and all(d.precision in ("day", "week") for d in dates) else None


def is_correction(tree: Tree, text: str, predicate: str, against: Sequence[int]) -> bool:
    """Whether a sentence says by its opening or by what it sets against its object that something was wrong. Of a relation that
    may have many values "Actually, …" and "No, …" may as well tell one more; what is told "too" always does. `against`: what it
    sets against its object (`set_against`)."""
    if against:
        return True
    said = text[tree.starts[0] : tree.ends[-1]]
    if not _OPENS.match(said):
        return False
    meaning = DEFAULT.meaning(predicate)
    single = meaning is not None and meaning.relation.is_single
    return single or (bool(_ADMITS.match(said)) and not any(word in _MORE for word in tree.lower))


def amendment(text: str, start: int, end: int) -> Amendment | None:
    """The right value, where the sentence at `start:end` says nothing but that."""
    said = text[start:end]
    match = _MEANT.match(said) or _MEANT_AFTER.match(said) or _NOT_BUT.match(said) or _BARE.match(said)
    if match is None or len(said) > _LONGEST + 40:
        return None
    old = match.groupdict().get("old")
    value = match["value"].strip().casefold()
    if value in _NO_VALUES or value.split()[0] in _NO_VALUES:
        return None
    bare = _ARTICLE.sub("", match["value"])
    if _NOT_IT.search(said) and old is None and not (_LEADS.match(said) and (bare[:1].isupper() or bare[:1].isdigit())):
        return None
    return Amendment(_part(match, "value", start), _part(match, "old", start) if old else None)


def _part(match: re.Match[str], group: str, offset: int) -> tuple[str, Span]:
    words = match[group]
    bare = _ARTICLE.sub("", words.rstrip(" .!"))
    start = offset + match.start(group) + len(words.rstrip(" .!")) - len(bare)
    return bare, Span(start=start, end=start + len(bare))


def amended(said: Sequence[Triple], change: Amendment, sentence: int) -> list[Triple]:
    """What was said last, with the right value in place of the wrong one."""
    if not said:
        return []
    wrong = _last_named(said[0]) if change.old is None else _found(said, change.old[0])
    if wrong is None:
        return []
    value, span = change.value
    found = []
    for triple in said:
        ends = {"subject": triple.subject, "object": triple.object}
        side = next((side for side, end in ends.items() if _same(end.name, wrong.name)), None)
        if side is None or _same(value, wrong.name):
            continue
        right = NameSpan(name=value, type=wrong.type if wrong.type != "date" else "entity", span=span)
        other = {name: end.model_copy(update={"span": span}) for name, end in ends.items() if name != side}
        more = {
            "sentence": sentence,
            "span": span,
            "corrects": True,
            "instead_of": wrong.model_copy(update={"span": span}),
        }
        found.append(triple.model_copy(update={side: right, **other, **more}))
    return found


def _found(said: Sequence[Triple], name: str) -> NameSpan | None:
    ends = [end for triple in said for end in (triple.object, triple.subject)]
    return next((end for end in ends if _same(end.name, name)), None)


def _last_named(triple: Triple) -> NameSpan | None:
    """The end that is named last: what a sentence is out to say stands at its end."""
    ends = [end for end in (triple.object, triple.subject) if end.type not in ("user", "agent")]
    return max(ends, key=lambda end: end.span.start, default=None)


def _same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()
