"""Who "she", "it", "I" and "the film" are: reference of the simple kind, within a conversation or a text.

A `Discourse` remembers what has been named, in order. A pronoun goes to the text's own subject where that agrees with
it (an encyclopedic text keeps speaking of its topic), else to the last subject that agrees, else to the last thing
named that agrees. "I" is the speaker and "you" the listener; whoever has spoken in the conversation is no "she" or "he".
A definite noun goes to the thing that was said to be one ("… is a 1931 film. The film …"), "the company" to the only
organization that was named of late, and a surname to the full name before it. What stays unclear stays unresolved, and no guess
is stored: where two things agree as well, and where what a pronoun most likely means has no name of its own ("a nurse").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graphmem.domain.triple import Triple
from graphmem.extraction.lexicon import gender, is_human

FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
SECOND_PERSON = frozenset({"you", "your", "yours", "yourself", "u", "ya"})
_PERSONAL = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
_THING = frozenset({"it", "its", "itself"})
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
PRONOUNS = FIRST_PERSON | SECOND_PERSON | frozenset(_PERSONAL) | _THING | _PLURAL
_ORGANIZATIONS = frozenset(
    {"company", "firm", "organization", "organisation", "corporation", "startup", "employer", "business"}
)
_OF_LATE = 3
"""Sentences back to which "the company" may go."""
_REMEMBERED = 40


@dataclass(slots=True)
class Referent:
    """Something named. `kinds` are the nouns it was said to be; `type` may be learnt from them and from pronouns. What is
    `vague` is spoken of without a name ("a nurse"): a pronoun that means it means nothing that could be stored."""

    name: str
    type: str
    gender: str = ""
    plural: bool = False
    vague: bool = False
    kinds: set[str] = field(default_factory=set)
    subject_at: int = -99
    named_at: int = -99

    @property
    def personal(self) -> bool | None:
        """Whether it is a person; None where nothing tells."""
        if self.type in ("person", "user", "agent") or self.gender:
            return True
        if any(is_human(kind) for kind in self.kinds):
            return True
        return False if self.kinds or self.type in ("location", "organization", "misc", "date", "value") else None


class Discourse:
    """What a group of passages has named so far."""

    def __init__(self) -> None:
        self._things: dict[str, Referent] = {}
        self._aliases: dict[str, Referent] = {}
        self._clock = 0
        self._spoken = False
        self._talkers: list[Referent] = []
        self.said: tuple[Triple, ...] = ()
        """What the last sentence that stated anything stated: a correction may name nothing but the right value."""
        self.speaker: Referent | None = None
        self.listener: Referent | None = None
        self.topic: Referent | None = None

    def begin_passage(self, speaker: Referent | None, listener: Referent | None, topic: Referent | None) -> None:
        """Set who speaks, who listens, and what a heading says the text is about."""
        self.speaker, self.listener, self.topic = speaker, listener, None
        self._spoken = speaker is not None and topic is None
        self._clock += 1
        for talker in (speaker, listener):
            known = self._things.setdefault(talker.name.lower(), talker) if talker is not None else None
            if known is not None and all(known is not other for other in self._talkers):
                self._talkers.append(known)
        if topic is not None:
            self.topic = self._remember(topic)
            self.topic.named_at = self.topic.subject_at = self._clock

    def begin_sentence(self) -> None:
        """Move on: what was named before is now further back."""
        self._clock += 1

    def _remember(self, thing: Referent) -> Referent:
        key = thing.name.lower()
        known = self._things.pop(key, None)
        if known is None:
            known = thing
        elif known.type == "entity":
            known.type = thing.type
        self._things[key] = known
        if len(self._things) > _REMEMBERED:
            self._things.pop(next(iter(self._things)))
        return known

    def note(self, name: str, kind: str, words: list[str], subject: bool, plural: bool = False) -> Referent:
        """A thing has been named; `words` are the lower-case words of the name and before it, which may tell a
        gender."""
        thing = self._remember(Referent(name, kind, plural=plural))
        thing.gender = thing.gender or (gender(*words) if kind in ("person", "entity") else "")
        thing.named_at = self._clock
        if subject:
            thing.subject_at = self._clock
        return thing

    def note_vague(self, noun: str, person: bool, subject: bool) -> None:
        """Something has been spoken of that has no name, by a lower-case noun."""
        key = f"\0{noun}"
        thing = self._things.setdefault(key, Referent(noun, "person" if person else "misc", gender(noun), vague=True))
        thing.named_at = self._clock
        if subject:
            thing.subject_at = self._clock

    def alias(self, name: str, thing: Referent) -> None:
        """Take `name` for another name of `thing` from here on."""
        self._aliases[name.lower()] = thing

    def known(self, name: str) -> Referent | None:
        """What has been named exactly so, or has this name for an alias."""
        lowered = name.lower()
        return self._aliases.get(lowered) or self._things.get(lowered)

    def full_name(self, name: str) -> Referent | None:
        """What `name` names: itself if it is known, an alias, or the longer name seen before whose first or last word it is
        ("Saeed" for "Sana Saeed"), the text's topic before others. None if it is new."""
        lowered = name.lower()
        known = self.known(name)
        if known is not None:
            return known
        if " " in lowered:
            return self._fuller(lowered)
        newest_first = list(reversed(self._things.values()))
        for thing in [self.topic, *newest_first] if self.topic is not None else newest_first:
            if thing.personal is not False and lowered in _short_names(thing.name):
                return thing
        return None

    def _fuller(self, lowered: str) -> Referent | None:
        """The person whose longer name starts with this one ("Duke Vladimir" for "Duke Vladimir Romanov of Russia")."""
        for thing in reversed(self._things.values()):
            if thing.personal and thing.name.lower().startswith(lowered + " "):
                return thing
        return None

    def definite(self, noun: str) -> Referent | None:
        """What "the film" refers to: the last thing said to be a film."""
        if self.topic is not None and self.topic.name.lower().endswith(" " + noun):
            return self.topic
        found = [thing for thing in self._things.values() if noun in thing.kinds]
        if self.topic in found:
            return self.topic
        if not found and noun in _ORGANIZATIONS:
            return self._only_organization()
        return max(found, key=lambda thing: thing.named_at, default=None)

    def _only_organization(self) -> Referent | None:
        found = [
            thing
            for thing in self._things.values()
            if (thing.type == "organization" or thing.kinds & _ORGANIZATIONS)
            and self._clock - thing.named_at <= _OF_LATE
        ]
        return found[0] if len(found) == 1 else None

    def pronoun(self, word: str) -> Referent | None:
        """What a pronoun (lower case) refers to, or None."""
        if word in FIRST_PERSON:
            return self.speaker
        if word in SECOND_PERSON:
            return self.listener
        if word in _PERSONAL:
            return self._person(_PERSONAL[word])
        if word in _THING:
            return self._pick(
                lambda thing: thing.personal in (False, None) and not thing.plural, within=1 if self._spoken else 8
            )
        if word in _PLURAL:
            return self._pick(
                lambda thing: thing.plural or thing.type == "organization" or "band" in thing.kinds,
                within=2 if self._spoken else 4,
            )
        return None

    def _person(self, sex: str) -> Referent | None:
        def agrees(thing: Referent) -> bool:
            return thing.personal is not False and thing.gender in ("", sex) and not thing.plural

        certain = self._pick(lambda thing: agrees(thing) and (thing.personal is True or thing is self.topic))
        if certain is None:  # of several, the one whose gender is known
            certain = self._latest(lambda thing: agrees(thing) and thing.gender == sex, 1)
            certain = None if certain is None or certain.vague else certain
        if certain is None and self._spoken:
            certain = self._pick(
                lambda thing: agrees(thing) and thing.type in ("entity", "misc") and not thing.vague, 1
            )
        if certain is not None:
            certain.gender = sex
        return certain

    def _pick(self, agrees: Callable[[Referent], bool], within: int = 8) -> Referent | None:
        topic = self.topic
        if topic is not None and agrees(topic) and self._clock - topic.named_at <= 2 * within:
            rival = self._latest(agrees, 1)
            if rival is None or rival is topic or topic.subject_at >= self._clock - 1 or rival.gender == "":
                topic.named_at = self._clock
                return topic
        found = self._latest(agrees, within)
        if found is None or found.vague:
            return None
        found.named_at = self._clock
        return found

    def _latest(self, agrees: Callable[[Referent], bool], within: int) -> Referent | None:
        """The agreeing thing that was subject last, or failing that was named last, `within` so many sentences; None where
        several were, or several are named in this very sentence."""
        open_to = [
            thing
            for thing in self._things.values()
            if agrees(thing) and self._clock - thing.named_at <= within and all(thing is not t for t in self._talkers)
        ]
        if sum(thing.named_at == self._clock for thing in open_to) > 1:
            return None
        subjects = [thing for thing in open_to if self._clock - thing.subject_at <= 2]
        if subjects:
            return _only_last(subjects, lambda thing: thing.subject_at)
        return _only_last([t for t in open_to if t.type not in ("date", "value")], lambda thing: thing.named_at)


def _only_last(things: Sequence[Referent], at: Callable[[Referent], int]) -> Referent | None:
    last = max(map(at, things), default=0)
    found = [thing for thing in things if at(thing) == last]
    return found[0] if len(found) == 1 else None


def _short_names(name: str) -> tuple[str, ...]:
    """The single words that a person may be called by: first and last of the name proper, which ends at a comma or "of"."""
    words = name.lower().split(",")[0].split(" of ")[0].split()
    return (words[0], words[-1]) if 1 < len(words) < 6 or (words and " of " in name) else ()
