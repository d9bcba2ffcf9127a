"""What an extractor found in one text, before anything is resolved against what is already known."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from graphmem.domain.fact import Modality

Tense: TypeAlias = Literal["present", "past", "future"]


class Span(BaseModel):
    """Characters `start:end` of the text that was read."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int


class NameSpan(BaseModel):
    """An entity as it stands in the text. `name` is what it refers to (a pronoun's antecedent, "user" for "I");
    `type` one of person, organization, location, misc, date, value, entity, user, agent."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str = "entity"
    span: Span


class Triple(BaseModel):
    """One subject–predicate–object statement.

    `predicate` is a canonical lower-snake verb with its particle and preposition (``move_to``); `sentence` is an index
    into `Reading.sentences`; `span` is the evidence for the whole triple.

    * `predicate` may be any; one of `domain.relations` tells reconciliation most (``age``, ``phone_number``, ``live_in``).
    * `tense`: a state that is over is in the past ("used to live in", "was my manager"); what happened and lasts is not
      ("moved to Berlin", "joined Acme" are present). The future says nothing of today ("will move to").
    * `negated` with the present tense also says that it is over ("no longer lives in").
    * `corrects`: it takes back what was said before, as never having been so ("No, I meant Lyon", "Actually it is …").
      `instead_of`: the object taken back, where it is named ("Lyon, not Paris"); without it, the latest value is.
    """

    model_config = ConfigDict(frozen=True)

    subject: NameSpan
    predicate: str
    object: NameSpan
    sentence: int
    span: Span
    negated: bool = False
    modality: Modality = "asserted"
    confidence: float = 1.0
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    tense: Tense = "present"
    corrects: bool = False
    instead_of: NameSpan | None = None


class ReadSentence(BaseModel):
    """A sentence's span, and `text`: the same sentence with its subject named, so that it reads alone."""

    model_config = ConfigDict(frozen=True)

    span: Span
    text: str


class Dropped(BaseModel):
    """A statement that an extractor came by and did not keep: `fact` as it was stated, cut short, and `reason` why not."""

    model_config = ConfigDict(frozen=True)

    fact: str
    reason: str


class Reading(BaseModel):
    """All that an extractor has to say of one text. `about` is the subject entity of the whole text, if it has one;
    `dropped`: statements that the text does not vouch for."""

    model_config = ConfigDict(frozen=True)

    sentences: tuple[ReadSentence, ...] = ()
    triples: tuple[Triple, ...] = ()
    mentions: tuple[tuple[int, NameSpan], ...] = ()
    """(sentence index, name) of every entity named, whether or not a triple holds it."""
    about: NameSpan | None = None
    dropped: tuple[Dropped, ...] = ()
