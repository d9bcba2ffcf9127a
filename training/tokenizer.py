"""The tokenizer of the English pipeline: spaCy's rules, brought nearer to how Universal Dependencies cuts English.

It exists because a parser is scored, and the extraction rules are written, over treebank tokens: a row of `!!!` or
`=====` is one token there, `co-founder` is one and `AK-47` is three.  All changes are data of spaCy's own tokenizer
(regular expressions and exceptions), so the packed pipeline loads without any code of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spacy.lang.char_classes import ALPHA, ALPHA_UPPER
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex, registry

if TYPE_CHECKING:
    from spacy.language import Language

# Derivational prefixes that stay joined to their base by the hyphen (Penn Treebank's list, kept by EWT and GUM).
AFFIXES = (
    "anti", "bi", "co", "counter", "cross", "de", "dis", "e", "ex", "extra", "inter", "intra", "macro", "mega",
    "micro", "mid", "mini", "mis", "multi", "non", "over", "para", "post", "pre", "pro", "proto", "pseudo",
    "quasi", "re", "semi", "sub", "super", "tri", "ultra", "un", "under", "uni", "vice",
)  # fmt: skip
# A row of one mark, or of exclamation and question marks in any mix, is one token.
MARK_RUN = r"[!?]{2,}|\.+[!?]+|(?P<mark>[=_*~#<>+^|\\-])(?P=mark)+"
CLOCK = r"(?<=[0-9])(?:[AaPp]\.?[Mm]\.?)"
TELEPHONE = r"(?:\+?1-)?(?:[0-9]{3}-){1,2}[0-9]{4}"
UNCUT = rf"(?:(?i:{'|'.join(AFFIXES)})-[{ALPHA}]+|{TELEPHONE})$"
LETTER_DIGIT_HYPHEN = rf"(?<=[{ALPHA_UPPER}])-(?=[0-9])"
WHOLE = ("Ft.", "al.")
SPLIT_BY_MISTAKE = ("and/or", "):", "id", "Id")
TWO_WORDS = {"wanna": ("wan", "na"), "Wanna": ("Wan", "na")}


def adapt_tokenizer(nlp: Language) -> None:
    """Give `nlp` the treebank's habits; the tokenizer's own serialisation keeps them."""
    defaults: Any = nlp.Defaults
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([MARK_RUN, *defaults.prefixes]).search
    tokenizer.suffix_search = compile_suffix_regex([MARK_RUN, CLOCK, *defaults.suffixes]).search
    tokenizer.infix_finditer = compile_infix_regex([MARK_RUN, LETTER_DIGIT_HYPHEN, *defaults.infixes]).finditer
    tokenizer.token_match = re.compile(UNCUT).match
    tokenizer.rules = {word: cut for word, cut in tokenizer.rules.items() if word not in SPLIT_BY_MISTAKE}
    for word in WHOLE:
        tokenizer.add_special_case(word, [{"ORTH": word}])
    for word, parts in TWO_WORDS.items():
        tokenizer.add_special_case(word, [{"ORTH": part} for part in parts])


@registry.callbacks("graphmem.adapt_tokenizer.v1")  # type: ignore[untyped-decorator]
def create_callback() -> Callable[[Language], None]:
    """Return `adapt_tokenizer` under the name the training configurations call before a pipeline is initialised."""
    return adapt_tokenizer
