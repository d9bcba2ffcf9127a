"""The extractor that asks a language model: one call for all passages of an `add`, more only where they are long.

The texts go as data in a message of their own (`asking`); what comes back is held to its form (`answer`) and to the texts
(`evidence`, `keeping`). Nothing that was remembered before is shown to the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from graphmem.aside import side_by_side
from graphmem.domain.episode import Message
from graphmem.domain.triple import Reading
from graphmem.errors import AnswerMalformed, BudgetExhausted
from graphmem.extraction.llm.answer import answer_schema, read_answer
from graphmem.extraction.llm.answering import CutOff, Stoppable, answered
from graphmem.extraction.llm.asking import Numbered, Window, messages_of, windows_of
from graphmem.extraction.llm.evidence import Vocabulary
from graphmem.extraction.llm.keeping import PassageKeeper
from graphmem.extraction.llm.procedure import written_procedure
from graphmem.extraction.llm.prompts import prompt
from graphmem.ports.extractor import Extractor, Passage
from graphmem.ports.language_model import LanguageModel


class LlmExtractor:
    """Reads passages in any language that `model` reads.

    `offline` reads the new words of a rewritten memory, so that `update` asks no model. `window`: characters of text in one
    call; `most_windows`: texts that take more calls are refused before the first one; `at_once`: windows that are asked about
    together, from as many threads, which `model` has to bear. `wishes`: what the application adds to the prompt; a passage's
    own `prompt` comes behind it. `ontology`: the types and relations that facts are to be told in.
    """

    remote = True

    def __init__(
        self,
        model: LanguageModel,
        offline: Extractor,
        *,
        wishes: str = "",
        ontology: str = "",
        window: int = 24_000,
        most_windows: int | None = None,
        at_once: int = 1,
    ) -> None:
        self._model, self._offline = model, offline
        self._wishes, self._window, self._most, self._at_once = wishes, window, most_windows, at_once
        self._told = "\n\n".join(part for part in (wishes, ontology) if part)

    @property
    def name(self) -> str:
        """The model and the version of what it is told."""
        return f"{self._model.name}, facts {prompt('facts').version}"

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in order; spans are characters of that passage's text. A statement that its passage does not
        vouch for is in `Reading.dropped`.

        A window knows nothing of what the model said of another one: a passage's facts hang on its own window, and on the texts
        of the whole conversation, which vouch for names. An answer that cannot be read is asked for once more; then
        AnswerMalformed is raised. The first window that fails ends it. Raises BudgetExhausted and what the model raises too.
        """
        windows = list(windows_of(passages, self._window))
        if self._most is not None and len(windows) > self._most:
            raise BudgetExhausted(
                f"These texts take {len(windows)} calls of the language model, and {self._most} are allowed for one request: "
                "nothing was sent. Give less at once, or raise GRAPHMEM_REQUEST_CALLS."
            )
        keepers, model = _keepers(passages), Stoppable(self._model)
        try:
            side_by_side([partial(self._read_window, model, window, keepers) for window in windows], self._at_once)
        except BaseException:
            model.stopped = True
            raise
        return [keeper.finish() for keeper in keepers]

    def reread(self, passages: Sequence[Passage]) -> list[Reading]:
        """The passages as they are read offline, without a call; wishes for a model are not for the one who reads then."""
        return self._offline.read([passage._replace(prompt=None) for passage in passages])

    def write_procedure(self, messages: Sequence[Message], wishes: str | None = None) -> str:
        """How the thing was done that the messages tell of: a title, and numbered steps in order. One call, however long they
        are. Raises AnswerMalformed, and what the model raises."""
        return written_procedure(self._model, messages, (self._wishes, wishes or ""), self._window)

    def _read_window(self, model: LanguageModel, window: Window, keepers: Sequence[PassageKeeper]) -> None:
        """Hand what is stated of a window's passages to their keepers. Where the answer was too long for the model to end it,
        half of the passages are asked about at a time."""
        messages = messages_of(window, self._told)
        try:
            answered(model, messages, answer_schema(), lambda answer: self._hand_out(answer, window, keepers))
        except CutOff:
            for half in _halves(window, model.name):
                self._read_window(model, half, keepers)

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
