"""Who "she", "it", "I" and "the film" are: reference of the simple kind, within a conversation or a text.

A `Discourse` remembers what has been named, in order. A pronoun goes to the text's own subject where that agrees with
it (an encyclopedic text keeps speaking of its topic), else to the last subject that agrees, else to the last thing
named that agrees. "I" is the speaker and "you" the listener. A definite noun goes to the thing that was said to be
one ("… is a 1931 film. The film …"), and a surname to the full name before it. What stays unclear stays unresolved:
no guess is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graphmem.domain.triple import Triple
from graphmem.extraction.lexicon import gender, is_human

FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
SECOND_PERSON = frozenset({"you", "your", "yours", "yourself", "u", "ya"})
_PERSONAL = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
_THING = frozenset({"it", "its", "itself"})
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
PRONOUNS = FIRST_PERSON | SECOND_PERSON | frozenset(_PERSONAL) | _THING | _PLURAL
_REMEMBERED = 40


@dataclass(slots=True)
class Referent:
    """Something named. `kinds` are the nouns it was said to be; `type` may be learnt from them and from pronouns."""

    name: str
    type: str
    gender: str = ""
    plural: bool = False
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
        for known in (speaker, listener):
            if known is not None:
                self._things.setdefault(known.name.lower(), known)
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
        return max(found, key=lambda thing: thing.named_at, default=None)

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
        if certain is not None:
            certain.gender = sex
        return certain

    def _pick(self, agrees: Callable[[Referent], bool], within: int = 8) -> Referent | None:
        topic = self.topic
        talkers = (self.speaker, self.listener)
        if topic is not None and agrees(topic) and self._clock - topic.named_at <= 2 * within:
            rival = self._latest(agrees, talkers, 1)
            if rival is None or rival is topic or topic.subject_at >= self._clock - 1 or rival.gender == "":
                topic.named_at = self._clock
                return topic
        found = self._latest(agrees, talkers, within)
        if found is not None:
            found.named_at = self._clock
        return found

    def _latest(
        self, agrees: Callable[[Referent], bool], talkers: tuple[Referent | None, ...], within: int
    ) -> Referent | None:
        """The agreeing thing that was subject last, or failing that was named last, `within` so many sentences."""
        open_to = [
            t for t in self._things.values() if agrees(t) and t not in talkers and self._clock - t.named_at <= within
        ]
        subjects = [t for t in open_to if self._clock - t.subject_at <= 2]
        pool = subjects or [t for t in open_to if t.type not in ("date", "value")]
        return max(pool, key=lambda t: t.subject_at if subjects else t.named_at, default=None)


def _short_names(name: str) -> tuple[str, ...]:
    """The single words that a person may be called by: first and last of the name proper, which ends at a comma or "of"."""
    words = name.lower().split(",")[0].split(" of ")[0].split()
    return (words[0], words[-1]) if 1 < len(words) < 6 or (words and " of " in name) else ()
