"""Puts the separately trained parts into one pipeline, and gives it its lemmatizer.

The lemmatizer is spaCy's, by rules over the WordNet tables of spacy-lookups-data.  Those tables know nouns, verbs,
adjectives and adverbs; what they lack (`'s` is `be`, `n't` is `not`, `them` is `they`) is read off the treebank's own
lemmas, so that the lemmas are Universal Dependencies' ones.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import spacy

from training.tokenizer import adapt_tokenizer

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.lookups import Lookups
    from spacy.tokens import Doc

# One vowel and one consonant at the end: such a verb doubles the consonant ("hat", "hatted"): "hated" is not its form.
DOUBLING = re.compile(r"(?:^|[^aeiou])[aeiou][bdgklmnprtvz]$")
HISSING = ("s", "x", "z", "ch", "sh", "o")
CLOSED_CLASSES = ("adp", "aux", "cconj", "det", "part", "pron", "sconj")
OPEN_CLASSES = ("adj", "adv", "noun", "verb")
# A treebank lemma overrules the tables when it was seen this often and is this much agreed on.
LEAST_COUNT = 2
LEAST_AGREEMENT = 0.8


def assemble(parser: Language, entities: Language, treebank: Iterable[Doc]) -> Language:
    """Return one pipeline: tok2vec, tagger, morphologizer and parser of the first, NER of the second, a lemmatizer."""
    nlp = spacy.blank("en")
    adapt_tokenizer(nlp)
    for name in ("tok2vec", "tagger", "morphologizer", "parser"):
        nlp.add_pipe(name, source=parser)
    lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lambda: [], nlp=nlp)
    nlp.add_pipe("ner", source=entities)
    index_by_hash(nlp)
    keep_lower(nlp)
    tell_silent_e(nlp)
    learn_lemmas(nlp, treebank)
    nlp.meta.update(name="graphmem_english", license="CC BY-SA 4.0")
    return nlp


def lemma_tables(nlp: Language) -> Lookups:
    """Return the tables the lemmatizer of `nlp` works by."""
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    tables: Lookups = lemmatizer.lookups
    return tables


def index_by_hash(nlp: Language) -> None:
    """Turn the lemmatizer's index from lists into maps: a form is looked up in it for every rule that matches."""
    index = lemma_tables(nlp).get_table("lemma_index")
    for pos in OPEN_CLASSES:
        index.set(pos, dict.fromkeys(index[pos], True))


def tell_silent_e(nlp: Language) -> None:
    """Add rules for verbs that differ by a final e only ("hat" and "hate"), of which the rules take the first."""
    lookups = lemma_tables(nlp)
    verbs = set(lookups.get_table("lemma_index")["verb"])
    for bare in sorted(verb for verb in verbs if f"{verb}e" in verbs):
        endings = [] if bare.endswith(HISSING) else ["es"]
        endings += ["ed", "ing"] if DOUBLING.search(bare) else []
        for ending in endings:
            prefer(nlp, "verb", f"{bare}{ending}", f"{bare}e")


def keep_lower(nlp: Language) -> None:
    """Add the rule that a form may be its own lemma, in lower case: without it "Thank you" has the lemma "Thank"."""
    rules = lemma_tables(nlp).get_table("lemma_rules")
    for pos in (*OPEN_CLASSES, *CLOSED_CLASSES):
        rules.set(pos, [["", ""], *rules.get(pos, [])])


def prefer(nlp: Language, pos: str, form: str, lemma: str) -> None:
    """Make `lemma` the first answer for `form`: of several lemmas in its index the lemmatizer takes the last rule's."""
    lookups = lemma_tables(nlp)
    lookups.get_table("lemma_exc").setdefault(pos, {})[form] = [lemma]
    if lemma in lookups.get_table("lemma_index").get(pos, ()):
        lookups.get_table("lemma_rules")[pos].append([form, lemma])


def learn_lemmas(nlp: Language, treebank: Iterable[Doc]) -> None:
    """Add to the lemmatizer's tables what the treebank says otherwise."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    by_rule: dict[tuple[str, str], str] = {}
    for token in (token for document in treebank for token in document):
        key = (token.pos_.lower(), token.lower_)
        if key[0] in OPEN_CLASSES or key[0] in CLOSED_CLASSES:
            counts[key][token.lemma_] += 1
            by_rule.setdefault(key, lemmatizer.rule_lemmatize(token)[0])
    for (pos, form), lemmas in sorted(counts.items()):
        lemma, count = lemmas.most_common(1)[0]
        agreed = count >= LEAST_COUNT and count >= LEAST_AGREEMENT * lemmas.total()
        told = pos in CLOSED_CLASSES or (lemma.islower() and ((len(form) > 2 and form.isalpha()) or form[0] in "'’"))
        if agreed and told and lemma != by_rule[pos, form]:
            prefer(nlp, pos, form, lemma)
    lemmatizer.cache.clear()
