"""Keeps whole the names that look like a contraction without its apostrophe: "Jony Ive" is no "I've".

spaCy cuts "Ive", "Id", "Wed" and their like wherever they stand, since people write "Ive been to Oslo". Behind a capitalised word,
and before "is", "was" or "has", such a word is a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmem.extraction.everyday import MIDDLE, PRONOUNS
from graphmem.extraction.lexicon import words
from graphmem.extraction.plain_leads import DOUBTED, PASSING

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AFTER_NAMES = words("is was has 's ’s")
_BEFORE_DAYS = words("on last next this every by since until from")
_LEADS = PASSING | DOUBTED | MIDDLE | PRONOUNS | words(
    "because when whenever while since although though after before as once that who what where why how for or nor until"
)  # fmt: skip


class KeepingNames:
    """A tokenizer that asks another one, and joins again what that one cut of names."""

    def __init__(self, tokenizer: Any) -> None:
        self._cut = tokenizer

    def __call__(self, text: str) -> Doc:
        doc: Doc = self._cut(text)
        named = [at for at in range(len(doc) - 1) if _is_cut_name(doc, at)]
        if named:
            with doc.retokenize() as joining:
                for at in named:
                    joining.merge(doc[at : at + 2])
        return doc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cut, name)


def _is_cut_name(doc: Doc, at: int) -> bool:
    """Whether the token there and the next are of a name or of the day "Wed"."""
    first, second = doc[at], doc[at + 1]
    if first.whitespace_ or not (first.is_title and first.is_alpha and second.is_alpha and second.is_lower):
        return False
    after = doc[at + 2].lower_ if at + 2 < len(doc) else ""
    before = doc[at - 1] if at else None
    if first.text + second.text == "Wed" and (
        (before is not None and before.lower_ in _BEFORE_DAYS) or after.isdigit()
    ):
        return True
    return after in _AFTER_NAMES or (before is not None and before.is_title and before.lower_ not in _LEADS)
