"""The form that a language model's answer is asked in, and what is read of the answer that comes."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError

from graphmem.domain.fact import Modality
from graphmem.domain.triple import Dropped, Tense

NameType = Literal["person", "organization", "location", "misc", "date", "value", "entity"]
Form = TypeVar("Form", bound=BaseModel)
_TRIES = 20
"""Places in an answer where an object is looked for."""
_SHOWN = 160
_THOUGHT_OUT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_LEFT_OUT = frozenset({"default", "title", "description"})


class Unreadable(ValueError):
    """The answer is not of the form that was asked for; the words say how."""


def _or(values: tuple[Any, ...], instead: str) -> BeforeValidator:
    """A model's word, or another in place of one that was not offered."""
    return BeforeValidator(lambda value: value if value in values else instead)


_Type = Annotated[NameType, _or(get_args(NameType), "entity")]
_Mood = Annotated[Modality, _or(get_args(Modality), "possible")]
_Tense = Annotated[Tense, _or(get_args(Tense), "present")]


class StatedFact(BaseModel):
    """A fact as the model states it. What is missing and can be is taken for the ordinary."""

    passage: int
    quote: str
    subject: str
    subject_type: _Type = "entity"
    predicate: str
    object: str
    object_type: _Type = "entity"
    negated: bool = False
    modality: _Mood = "asserted"
    tense: _Tense = "present"
    corrects: bool = False
    instead_of: str | None = None
    confidence: float = 0.8
    valid_from: str | None = None
    valid_to: str | None = None

    def __str__(self) -> str:
        words = f"{self.subject} — {'not ' if self.negated else ''}{self.predicate.replace('_', ' ')} → {self.object}"
        return shortened(words)


class StatedName(BaseModel):
    """A name that the model saw and that stands in none of its facts."""

    passage: int
    name: str
    type: _Type = "entity"


class StatedFacts(BaseModel):
    """The whole answer."""

    facts: list[StatedFact]
    names: list[StatedName]


def answer_schema() -> dict[str, Any]:
    """The JSON schema of the answer."""
    return schema_of(StatedFacts)


@cache
def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a form, in the part of the language that servers with structured output understand: every property is
    required, none may be added, nothing has a default."""
    schema: dict[str, Any] = _strict(form.model_json_schema())
    return schema


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    properties = part.get("properties")
    strict = {key: _strict(value) for key, value in part.items() if key not in _LEFT_OUT or part is properties}
    if isinstance(properties, dict):
        strict["properties"] = {name: _strict(value) for name, value in properties.items()}
        strict["required"] = list(properties)
        strict["additionalProperties"] = False
    return strict


def read_answer(text: str) -> tuple[list[StatedFact], list[StatedName], list[Dropped]]:
    """The facts and names in an answer, and the facts that are not of the form. Raises Unreadable when nothing is."""
    document = object_in(text, "facts")
    facts, wrong = read_items(document, "facts", StatedFact)
    return facts, _names_in(document.get("names")), wrong


def read_items(document: dict[str, Any], name: str, form: type[Form]) -> tuple[list[Form], list[Dropped]]:
    """The items of this form in a list of a document, and those that are of another. Raises Unreadable when all are."""
    items = document[name]
    if not isinstance(items, list):
        raise Unreadable(f"`{name}` is not a list")
    taken: list[Form] = []
    wrong: list[Dropped] = []
    for item in items:
        try:
            taken.append(form.model_validate(item))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            why = f"{place}: {first['msg']}" if place else first["msg"]
            wrong.append(Dropped(fact=shortened(json.dumps(item, ensure_ascii=False)), reason=why))
    if wrong and not taken:
        raise Unreadable(f"none of `{name}` has the form that was asked for ({shortened(wrong[0].reason)})")
    return taken, wrong


def _names_in(items: Any) -> list[StatedName]:
    """Names are an addition: one that is of another form is passed over."""
    names = []
    for item in items if isinstance(items, list) else ():
        try:
            names.append(StatedName.model_validate(item))
        except ValidationError:
            continue
    return names


def object_in(text: str, name: str) -> dict[str, Any]:
    """The JSON object with this property in an answer, whatever stands around it: thoughts, a fence, a greeting. Raises
    Unreadable."""
    if not text.lstrip().startswith("{"):
        text = _THOUGHT_OUT.split(text, maxsplit=1)[-1]
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    why, at = "there is no JSON object in it", text.find("{")
    for _ in range(_TRIES):
        if at < 0:
            break
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            why, end = f"it is not JSON ({shortened(str(error))})", at + 1
        else:
            if isinstance(found, dict) and name in found:
                return found
            why = f"the object has no `{name}`"
        at = text.find("{", end)
    raise Unreadable(why)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def shortened(words: str) -> str:
    """Words on one line, printable, and not many."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
