"""A language model behind an address that takes chat completions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graphmem.domain.usage import Usage
from graphmem.errors import AnswerDeclined, AnswerMalformed, ModelRefused
from graphmem.ports.language_model import Completion, ModelMessage
from graphmem.providers.openai.faults import shown
from graphmem.providers.openai.server import ModelServer
from graphmem.providers.openai.tokens import estimated, reported

Form = Literal["schema", "json", "text"]
FORMS: tuple[Form, ...] = ("schema", "json", "text")
"""How an answer is held to a form, the strictest first: structured output, JSON of any kind, words alone."""


class ChatModel:
    """One model of a server.

    A server that says that it does not give structured output is asked in JSON mode, and one that does not give that either, for
    plain text; what it took is remembered for this model of this server, as long as the process lives. Any other refusal is
    raised: another form would not help. `form`: the strictest that it is asked in.
    """

    def __init__(
        self, server: ModelServer, model: str, temperature: float | None = None, form: Form = "schema"
    ) -> None:
        self._server, self._model, self._temperature, self._first = server, model, temperature, FORMS.index(form)

    @property
    def name(self) -> str:
        """What the server calls it."""
        return self._model

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Completion:
        """See `graphmem.ports.language_model.LanguageModel`. A form that is refused costs a call, once."""
        if schema is None:
            return self._read(*self._sent(messages, None, "text"))
        known = max(self._first, self._server.forms.get(self._model, 0))
        for number, form in enumerate(FORMS[known:], known):
            try:
                sent = self._sent(messages, schema, form)
            except ModelRefused as error:
                if not error.of_form or form == FORMS[-1]:
                    raise
                continue
            self._server.forms[self._model] = number
            return self._read(*sent)
        raise AssertionError("the last form either answers or raises")

    def _sent(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None, form: Form) -> tuple[Any, int]:
        """What the server answered in this form, and about how many tokens it was asked with."""
        document: dict[str, Any] = {"model": self._model, "messages": [message._asdict() for message in messages]}
        if self._temperature is not None:
            document["temperature"] = self._temperature
        if form == "schema":
            wanted = {"name": "answer", "strict": True, "schema": schema}
            document["response_format"] = {"type": "json_schema", "json_schema": wanted}
        elif form == "json":
            document["response_format"] = {"type": "json_object"}
        prompt = estimated(*(message.content for message in messages))
        return self._server.ask("chat", document, prompt), prompt

    def _read(self, answer: Any, prompt: int) -> Completion:
        where = f"{self._model} at {self._server.where}"
        choice = _first(answer)
        said = choice.get("message") if choice else None
        said = said if isinstance(said, dict) else {}
        text = said.get("content")
        self._count(answer, prompt, text if isinstance(text, str) else "")
        if said.get("refusal") or (choice or {}).get("finish_reason") == "content_filter":
            words = said.get("refusal")
            told = f": {shown(words, '')}" if isinstance(words, str) else ""
            raise AnswerDeclined(f"{where} declined to answer{told}")
        if choice is None:
            raise AnswerMalformed(f"{where} gave no answer: there is no choice in it")
        if not isinstance(text, str) or not text.strip():
            instead = "called a tool" if said.get("tool_calls") else "said nothing"
            raise AnswerMalformed(f"{where} {instead} where words were asked for")
        return Completion(text, cut_off=choice.get("finish_reason") == "length")

    def _count(self, answer: Any, prompt: int, text: str) -> None:
        given, made = reported(answer, "prompt_tokens"), reported(answer, "completion_tokens")
        self._server.budget.count(
            Usage(
                prompt_tokens=prompt if given is None else given,
                completion_tokens=estimated(text) if made is None else made,
            )
        )


def _first(answer: Any) -> dict[str, Any] | None:
    """The first choice of a completion, if there is one."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None
