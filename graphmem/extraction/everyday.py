"""Everyday verbs in all their forms, and the small words around them.

What people tell of themselves is said with few verbs, in short sentences; there a form that could be a noun ("coaches",
"lives", "works") is a verb by where it stands. Closed lists: what is not here is left to the parser.
"""

from __future__ import annotations

from graphmem.extraction.lexicon import words

_REGULAR = """
    live reside dwell stay settle move relocate work study attend learn like love enjoy hate dislike prefer adore own possess
    drive weigh earn bank date marry divorce join start stop finish visit collect coach train manage head report belong
    play dance cook bake paint hike cycle smoke use adopt hire fire employ resign retire graduate enrol enroll transfer switch
    change turn travel return die call help want plan hope need try intend expect follow support found design create direct
    produce star rent lease share serve represent practise practice repair watch listen ask separate drop sign trade swap
    acquire purchase appoint elect name dream prefer wish apply base headquarter locate order cost trust fear miss admire
    care dress walk shop host volunteer mentor supervise govern rule edit publish translate treat raise foster study breed
    suffer recover convert identify major specialise specialize invest borrow subscribe commute last register remarry
    license seat"""
_DOUBLING = words(
    "stop quit drop plan swap run swim win get sit put let shop ship chat jog commit enrol transfer prefer travel"
)
_IRREGULAR = """
    have had had; leave left left; speak spoke spoken; know knew known; keep kept kept; make made made; ride rode ridden;
    wed wed wed; quit quit quit; begin began begun; read read read; write wrote written; lead led led; run ran run;
    sing sang sung; swim swam swum; eat ate eaten; drink drank drunk; wear wore worn; buy bought bought; sell sold sold;
    get got got; give gave given; take took taken; become became become; fly flew flown; go went gone; come came come;
    meet met met; see saw seen; hear heard heard; feel felt felt; think thought thought; say said said; tell told told;
    break broke broken; split split split; teach taught taught; win won won; lose lost lost; build built built;
    grow grew grown; bear bore born; do did done; sit sat sat; spend spent spent; hold held held; pay paid paid;
    draw drew drawn; send sent sent; lend lent lent; catch caught caught; sleep slept slept; choose chose chosen;
    lay laid laid; forget forgot forgotten; understand understood understood; bring brought brought; find found found"""

PREPOSITIONS = words(
    "in at on to from with for of by as near into about under over across beside between behind against around through "
    "until since within without towards outside inside off"
)
PARTICLES = words("rid up out down back over away off on in along together")
DETERMINERS = words("a an the this that these those another some no")
POSSESSIVES = words("my your his her its our their")
PRONOUNS = words("i you he she it we they")
BE = {
    "is": "VBZ",
    "are": "VBP",
    "am": "VBP",
    "was": "VBD",
    "were": "VBD",
    "'m": "VBP",
    "’m": "VBP",
    "'re": "VBP",
    "’re": "VBP",
}
HAVE = {"has": "VBZ", "have": "VBP", "had": "VBD", "'ve": "VBP", "’ve": "VBP"}
DO = {"does": "VBZ", "do": "VBP", "did": "VBD"}
MODALS = words("will would may might could can ca wo shall should 'll ’ll must 'd ’d")
CLITICS = frozenset({"'s", "’s", "'", "’"})
NEGATIONS = words("not n't n’t never")
MIDDLE = words(
    "now also just recently currently still already really actually always too finally originally officially usually often "
    "mostly once formerly previously probably maybe perhaps truly mainly nowadays today ever definitely certainly simply "
    "really very long absolutely"
)
"""Adverbs between a subject and its verb, or behind a form of be."""
CLOSERS = words(
    "too soon now anymore again nowadays today yesterday already before once twice here there instead once currently again"
)
"""Adverbs at the end of a clause."""


def _forms(verb: str) -> dict[str, str]:
    doubled = verb + verb[-1] if verb in _DOUBLING else verb
    stem = verb[:-1] if verb.endswith("e") else doubled
    past = verb + "d" if verb.endswith("e") else doubled + "ed"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        past = verb[:-1] + "ied"
    ing = verb[:-2] + "ying" if verb == "die" else stem + "ing"
    return {past: "VBD", ing: "VBG"}


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _all() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}

    def add(form: str, verb: str, tag: str) -> None:
        found.setdefault(form, []).append((verb, tag))

    for verb in sorted(words(_REGULAR)):
        for form, tag in _forms(verb).items():
            add(form, verb, tag)
            if tag == "VBD":
                add(form, verb, "VBN")
    for line in _IRREGULAR.split(";"):
        verb, past, participle = line.split()
        add(past, verb, "VBD")
        add(participle, verb, "VBN")
        for form, tag in _forms(verb).items():
            if tag == "VBG":
                add(form, verb, tag)
    for verb in {lemma for listed in list(found.values()) for lemma, _ in listed}:
        add(verb, verb, "VB")
        add("has" if verb == "have" else _third(verb), verb, "VBZ")
    return found


VERB_FORMS = _all()
"""Each form with the verbs that it may be of, and the tag that it has then; VB stands for the base form, finite or not."""
