"""A language model of the OpenAI protocol: what it is asked for, the forms that a server refuses, answers without words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graphmem.errors import AnswerDeclined, AnswerMalformed, ModelAccessDenied, ModelError, ModelRefused
from graphmem.ports.language_model import Completion, ModelMessage
from graphmem.ports.meter import metering
from graphmem.providers.openai.chat import ChatModel
from graphmem.providers.openai.server import ModelServer
from graphmem.testing.openai_answers import (
    Answer,
    body,
    completion,
    message,
    refusal,
    said,
    status,
    tool_call,
    without_formats,
)
from graphmem.testing.openai_server import OpenAIServer
from tests.support.llm import KEY, quick

pytest.importorskip("openai")
ASKED = [ModelMessage("system", "Say JSON."), ModelMessage("user", "hello")]
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


@pytest.fixture
def scripted() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def chat(scripted: OpenAIServer, temperature: float | None = None) -> ChatModel:
    return ChatModel(ModelServer(scripted.url, KEY, quick()), "small", temperature)


def formats(scripted: OpenAIServer) -> list[str | None]:
    return [asked.document.get("response_format", {}).get("type") for asked in scripted.chats]


def test_structured_output_is_asked_for(scripted: OpenAIServer) -> None:
    scripted.then(said("{}"))
    assert chat(scripted).complete(ASKED, SCHEMA) == Completion("{}", cut_off=False)
    assert scripted.chats[0].document == {
        "model": "small",
        "messages": [{"role": "system", "content": "Say JSON."}, {"role": "user", "content": "hello"}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
    }


def test_words_alone_and_a_temperature(scripted: OpenAIServer) -> None:
    scripted.then(said("well", finish="length"))
    assert chat(scripted, 0.0).complete(ASKED) == Completion("well", cut_off=True)
    assert (formats(scripted), scripted.chats[0].document["temperature"]) == ([None], 0.0)


@pytest.mark.parametrize(
    ("refused", "tried"),
    [(["json_schema"], ["json_schema", "json_object"]), ([], ["json_schema", "json_object", None])],
)
def test_a_form_that_is_refused_is_not_asked_for_again(
    scripted: OpenAIServer, refused: list[str], tried: list[str | None]
) -> None:
    scripted.otherwise = lambda asked: without_formats(said("{}"), *refused)  # type: ignore[method-assign]
    server = ModelServer(scripted.url, KEY, quick())
    with metering() as meter:
        ChatModel(server, "small").complete(ASKED, SCHEMA)
        assert formats(scripted) == tried
        ChatModel(server, "small").complete(ASKED, SCHEMA)
    assert formats(scripted) == [*tried, tried[-1]]
    assert meter.usage.calls == len(tried) + 1
    ChatModel(server, "other").complete(ASKED, SCHEMA)
    assert formats(scripted)[-len(tried) :] == tried


GENUINE: list[Answer] = [
    status(400, words="no"),
    status(400, words="max_tokens must be positive", kind="invalid_value"),
    status(404, words="The model `tools-7b` does not exist"),
    status(400, words="maximum context length is 4096 tokens (90 in the response_format schemas)"),
    status(413, words="request too large for response_format"),
    body({"detail": [{"loc": ["body", "messages"], "msg": "Field required", "input": {"response_format": 1}}]}, 422),
    body(b"bad request", 400),
    body(b"", 400),
]


@pytest.mark.parametrize("refused", GENUINE)
def test_a_refusal_that_is_not_of_the_form_costs_one_call(scripted: OpenAIServer, refused: Answer) -> None:
    one = chat(scripted)
    scripted.then(refused, said("{}"))
    with metering() as meter, pytest.raises(ModelRefused):
        one.complete(ASKED, SCHEMA)
    assert meter.usage.calls == 1
    one.complete(ASKED, SCHEMA)
    assert formats(scripted) == ["json_schema", "json_schema"]


SPOKEN: list[Answer] = [
    status(400, words="'response_format' of type 'json_schema' is not supported with this model."),
    status(400, words="This response_format type is unavailable now"),
    status(400, words="Invalid parameter", kind="json_schema_not_supported"),
    body({"error": {"message": "Unknown field", "param": "response_format"}}, 400),
    body({"detail": [{"loc": ["body", "response_format", "type"], "msg": "Input should be 'text'"}]}, 422),
    body({"detail": "Structured outputs need a newer engine"}, 400),
    body(b"guided_json is off", 400),
    status(501, words="tool_choice is not implemented"),
    status(422, words="Does not support tools"),
]


@pytest.mark.parametrize("refused", SPOKEN)
def test_a_refusal_of_the_form_is_learnt_from_and_later_calls_are_one(scripted: OpenAIServer, refused: Answer) -> None:
    one = chat(scripted)
    scripted.then(refused, said("{}"), said("{}"), status(400, words="no"), said("{}"))
    one.complete(ASKED, SCHEMA)
    one.complete(ASKED, SCHEMA)
    with pytest.raises(ModelRefused):
        one.complete(ASKED, SCHEMA)
    one.complete(ASKED, SCHEMA)
    assert formats(scripted) == ["json_schema", *["json_object"] * 4]


def test_a_form_that_brought_no_words_was_taken_all_the_same(scripted: OpenAIServer) -> None:
    one = chat(scripted)
    scripted.then(status(400, words="no response_format"), tool_call(), said("{}"))
    with pytest.raises(AnswerMalformed):
        one.complete(ASKED, SCHEMA)
    one.complete(ASKED, SCHEMA)
    assert formats(scripted) == ["json_schema", "json_object", "json_object"]


def test_what_is_refused_in_every_form_is_told_and_nothing_learnt_of_it(scripted: OpenAIServer) -> None:
    one = chat(scripted)
    scripted.then(*[status(400, words="no response_format for you")] * 3, said("{}"))
    with pytest.raises(ModelRefused, match="for you"):
        one.complete(ASKED, SCHEMA)
    one.complete(ASKED, SCHEMA)
    assert formats(scripted) == ["json_schema", "json_object", None, "json_schema"]


def test_the_strictest_form_can_be_set(scripted: OpenAIServer) -> None:
    ChatModel(ModelServer(scripted.url, KEY, quick()), "small", form="json").complete(ASKED, SCHEMA)
    ChatModel(ModelServer(scripted.url, KEY, quick()), "small", form="text").complete(ASKED, SCHEMA)
    assert formats(scripted) == ["json_object", None]


def test_a_wrong_key_is_not_taken_for_a_refused_form(scripted: OpenAIServer) -> None:
    scripted.then(status(401))
    with pytest.raises(ModelAccessDenied):
        chat(scripted).complete(ASKED, SCHEMA)
    assert len(scripted.chats) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "why"),
    [
        (refusal("I will not."), AnswerDeclined, "declined to answer: I will not."),
        (said("", finish="content_filter"), AnswerDeclined, "declined to answer"),
        (completion([]), AnswerMalformed, "no choice"),
        (completion([None]), AnswerMalformed, "no choice"),
        (tool_call(), AnswerMalformed, "called a tool where words were asked for"),
        (said(""), AnswerMalformed, "said nothing"),
        (said(" \n"), AnswerMalformed, "said nothing"),
        (message({"role": "assistant", "content": [{"type": "text", "text": "x"}]}), AnswerMalformed, "said nothing"),
        (message({}), AnswerMalformed, "said nothing"),
        (completion([{"message": "hello"}]), AnswerMalformed, "said nothing"),
        (body({"choices": {"message": "hello"}}), AnswerMalformed, "no choice"),
        (body([]), AnswerMalformed, "no choice"),
        (body("null"), AnswerMalformed, "no choice"),
        (body(b'{"choices": [{"message": {"content": "{'), AnswerMalformed, "no JSON"),
    ],
)
def test_no_words_are_an_error_that_says_what_came(
    scripted: OpenAIServer, reply: Answer, kind: type[ModelError], why: str
) -> None:
    scripted.then(reply)
    with pytest.raises(ModelError) as raised:
        chat(scripted).complete(ASKED, SCHEMA)
    assert type(raised.value) is kind
    assert why in str(raised.value)


@pytest.mark.parametrize(
    ("usage", "counted"),
    [((123, 45), (123, 45)), (None, (4, 3)), ((-5, True), (4, 3)), (("many", 1e99), (4, 3))],
)
def test_tokens_are_those_reported_else_estimated(scripted: OpenAIServer, usage: Any, counted: tuple[int, int]) -> None:
    reply: dict[str, Any] = {"choices": [{"message": {"content": "12345678"}, "finish_reason": "stop"}]}
    if usage is not None:
        reply["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    scripted.then(body(reply))
    with metering() as meter:
        chat(scripted).complete(ASKED)
    assert (meter.usage.prompt_tokens, meter.usage.completion_tokens) == counted


def test_an_answer_that_could_not_be_used_was_paid_for_too(scripted: OpenAIServer) -> None:
    scripted.then(refusal())
    with metering() as meter, pytest.raises(AnswerDeclined):
        chat(scripted).complete(ASKED)
    assert (meter.usage.calls, meter.usage.prompt_tokens) == (1, 100)
