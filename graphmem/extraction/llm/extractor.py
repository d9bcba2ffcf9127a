"""The extractor that asks a language model: one call for all passages of an `add`, more only where they are long.

The texts go as data in a message of their own (`asking`); what comes back is held to its form (`answer`) and to the texts
(`evidence`, `keeping`). Nothing that was remembered before is shown to the model.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.domain.triple import Reading
from graphmem.errors import AnswerMalformed, BudgetExhausted
from graphmem.extraction.llm.answer import Unreadable, answer_schema, read_answer
from graphmem.extraction.llm.asking import Numbered, Window, asked_again, messages_of, windows_of
from graphmem.extraction.llm.evidence import Vocabulary
from graphmem.extraction.llm.keeping import PassageKeeper
from graphmem.extraction.llm.prompts import prompt
from graphmem.ports.extractor import Extractor, Passage
from graphmem.ports.language_model import LanguageModel, ModelMessage


class LlmExtractor:
    """Reads passages in any language that `model` reads.

    `offline` reads the new words of a rewritten memory, so that `update` asks no model. `window`: characters of text in one
    call; `most_windows`: texts that take more calls are refused before the first one. `wishes`: what the application adds to
    the prompt; a passage's own `prompt` comes behind it.
    """

    remote = True

    def __init__(
        self,
        model: LanguageModel,
        offline: Extractor,
        *,
        wishes: str = "",
        window: int = 24_000,
        most_windows: int | None = None,
    ) -> None:
        self._model, self._offline = model, offline
        self._wishes, self._window, self._most = wishes, window, most_windows

    @property
    def name(self) -> str:
        """The model and the version of what it is told."""
        return f"{self._model.name}, facts {prompt('facts').version}"

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in order; spans are characters of that passage's text. A statement that its passage does not
        vouch for is in `Reading.dropped`.

        An answer that cannot be read is asked for once more; then AnswerMalformed is raised. Raises BudgetExhausted and what
        the model raises too.
        """
        windows = list(windows_of(passages, self._window))
        if self._most is not None and len(windows) > self._most:
            raise BudgetExhausted(
                f"These texts take {len(windows)} calls of the language model, and {self._most} are allowed for one request: "
                "nothing was sent. Give less at once, or raise GRAPHMEM_REQUEST_CALLS."
            )
        keepers = _keepers(passages)
        for window in windows:
            self._read_window(window, keepers)
        return [keeper.finish() for keeper in keepers]

    def reread(self, passages: Sequence[Passage]) -> list[Reading]:
        """The passages as they are read offline, without a call."""
        return self._offline.read(passages)

    def _read_window(self, window: Window, keepers: Sequence[PassageKeeper]) -> None:
        """Hand what is stated of a window's passages to their keepers. Where the answer was too long for the model to end it,
        half of the passages are asked about at a time."""
        messages = messages_of(window, self._wishes)
        try:
            completion = self._model.complete(messages, answer_schema())
        except AnswerMalformed as error:
            return self._ask_again(window, keepers, messages, "", str(error))
        if completion.cut_off:
            for half in _halves(window, self._model.name):
                self._read_window(half, keepers)
            return None
        try:
            self._hand_out(completion.text, window, keepers)
        except Unreadable as error:
            self._ask_again(window, keepers, messages, completion.text, str(error))
        return None

    def _ask_again(
        self,
        window: Window,
        keepers: Sequence[PassageKeeper],
        messages: Sequence[ModelMessage],
        answer: str,
        reason: str,
    ) -> None:
        """The one repair of an answer. Raises AnswerMalformed."""
        completion = self._model.complete(asked_again(messages, answer, reason), answer_schema())
        try:
            self._hand_out(completion.text, window, keepers)
        except Unreadable as error:
            raise AnswerMalformed(
                f"The answer of {self._model.name} could not be read, also when it was asked again ({error}): nothing was "
                "written."
            ) from error

    @staticmethod
    def _hand_out(answer: str, window: Window, keepers: Sequence[PassageKeeper]) -> None:
        """Raises Unreadable, with nothing handed out."""
        facts, names, wrong = read_answer(answer)
        by_number: dict[int, Numbered] = {one.number: one for one in window}
        first = keepers[window[0].index]
        for one in wrong:
            first.drop(one.fact, f"it is not of the form of a fact: {one.reason}")
        for fact in facts:
            if fact.passage in by_number:
                keepers[by_number[fact.passage].index].take(fact)
            else:
                first.drop(fact, f"there is no passage {fact.passage}")
        for name in names:
            if name.passage in by_number:
                keepers[by_number[name.passage].index].take_name(name)


def _halves(window: Window, model: str) -> tuple[Window, Window]:
    """Raises AnswerMalformed for a passage that is too much by itself."""
    if len(window) == 1:
        raise AnswerMalformed(
            f"{model} could not end its answer to one passage of {len(window[0].passage.text):,} characters: nothing was "
            "written. Let it give longer answers, or set a shorter passage_length."
        )
    return window[: len(window) // 2], window[len(window) // 2 :]


def _keepers(passages: Sequence[Passage]) -> list[PassageKeeper]:
    """One for each passage. The passages of a conversation share their names, for a pronoun may mean somebody named earlier."""
    groups: dict[str, list[Passage]] = {}
    for number, passage in enumerate(passages):
        groups.setdefault(_group(passage, number), []).append(passage)
    vocabularies = {
        group: Vocabulary(
            [one.text for one in together],
            [name for one in together for name in (one.speaker, one.listener) if name],
        )
        for group, together in groups.items()
    }
    return [PassageKeeper(one, vocabularies[_group(one, number)]) for number, one in enumerate(passages)]


def _group(passage: Passage, number: int) -> str:
    return f"alone {number}" if passage.conversation is None else f"in {passage.conversation}"
