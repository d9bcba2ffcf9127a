"""Closed lists of English words that the rules ask for: kinship, people by trade, titles, words that tell a gender.

They are deliberately short: what a parse or a suffix can tell is not listed.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A set of words from one string, parted by white space."""
    return frozenset(text.split())


KIN_FEMALE = words(
    "mother mom mum mommy sister daughter wife aunt grandmother grandma granddaughter niece girlfriend "
    "stepmother stepsister stepdaughter mother-in-law sister-in-law daughter-in-law widow bride fiancée "
    "great-grandmother"
)
KIN_MALE = words(
    "father dad daddy brother son husband uncle grandfather grandpa grandson nephew boyfriend stepfather "
    "stepbrother stepson father-in-law brother-in-law son-in-law widower groom fiancé great-grandfather"
)
KIN = (
    KIN_FEMALE
    | KIN_MALE
    | words(
        "child kid parent sibling cousin spouse partner friend colleague boss neighbor neighbour roommate "
        "twin baby grandchild grandparent fiance fiancee mentor teacher coach student assistant manager "
        "co-worker coworker dog cat puppy kitten pet successor predecessor"
    )
)
FEMALE = KIN_FEMALE | words(
    "woman girl lady actress queen princess duchess countess empress baroness nun heroine hostess "
    "waitress goddess businesswoman sportswoman noblewoman mrs mrs. ms ms. miss dame"
)
MALE = KIN_MALE | words(
    "man boy gentleman king prince duke count emperor baron monk hero businessman sportsman nobleman "
    "footballer priest bishop mr mr. sir lord"
)
TITLES = words("mr mr. mrs mrs. ms ms. dr dr. prof prof. miss")
_TRADES = words(
    "person people man woman boy girl child actor actress director producer writer author singer "
    "songwriter composer player footballer cricketer politician lawyer minister president king queen "
    "prince princess duke duchess emperor empress count earl baron bishop priest monk nun saint general "
    "admiral colonel captain officer soldier poet painter sculptor architect engineer doctor nurse "
    "teacher professor scholar scientist philosopher mathematician chemist lecturer leader founder ruler "
    "governor mayor senator judge coach manager banker farmer model rapper dancer filmmaker screenwriter "
    "presenter designer driver swimmer runner boxer wrestler rower skier skater cyclist golfer fighter "
    "pitcher catcher goalkeeper midfielder defender striker forward lord lady knight nobleman member "
    "editor publisher critic translator photographer illustrator cartoonist drummer guitarist bassist "
    "vocalist executive entrepreneur businessman businesswoman activist spy diplomat ambassador explorer "
    "missionary theologian rabbi pope cardinal pilot astronaut chef student pupil friend colleague boss "
    "official candidate representative administrator performer entertainer comedian magician voice-over "
    "star hero heroine villain character celebrity youtuber conductor lyricist trader merchant inventor "
    "surgeon physician psychologist worker volunteer employee sailor"
)
JOBS = words(
    "baker plumber carpenter welder cook barber vet accountant translator interpreter gardener plasterer cleaner waiter "
    "waitress butcher tailor electrician mechanic firefighter policeman policewoman cashier receptionist secretary "
    "consultant analyst developer programmer tutor paramedic midwife builder roofer decorator hairdresser postman courier "
    "fisherman miner clerk broker auditor bartender barista bricklayer blacksmith shoemaker watchmaker jeweller jeweler "
    "florist bookseller librarian dentist pharmacist optician therapist physiotherapist caretaker janitor porter guard "
    "detective bodyguard butler nanny babysitter carer caregiver conductor trucker gamekeeper ranger shepherd winemaker "
    "brewer potter weaver dressmaker stylist beautician plumber surveyor draughtsman technician researcher freelancer "
    "contractor salesman saleswoman salesperson shopkeeper manager recruiter copywriter proofreader bookkeeper magistrate "
    "solicitor barrister notary stonemason mason glazier tiler painter sculptor actor actress author professor surgeon"
)
"""Trades that say what somebody does, beside those that `is_human` knows."""
_HUMAN_ENDINGS = ("ist", "ian", "man", "woman", "ess", "ier", "writer", "maker", "player", "wright", "grapher", "eer")
_NOT_HUMAN = words(
    "list mist twist fist waist asian indian italian access process success business "
    "barrier frontier pier glacier carrier wilderness fitness darkness illness address dress congress "
    "press human german roman ottoman norman talisman chess mess career peer beer deer"
)  # fmt: skip

EMPTY_NOUNS = words(
    "one ones something anything nothing everything someone anyone everyone everybody anybody somebody "
    "nobody none other others another each either neither both all some any many most few several much "
    "more such lot lots bit this that these those there here what which who whom whose it way thing "
    "things time times etc. etc anything else part kind sort fact case same first second third rest"
)
"""Words that name nothing by themselves: no node of a graph."""

LIGHT_VERBS = frozenset({"make", "take", "have", "give", "play", "do", "get", "hold", "pay", "earn"})
"""Verbs whose object carries the meaning: "made his debut in" is ``make_debut_in``."""

ATTITUDES = frozenset({"love", "like", "enjoy", "hate", "prefer", "dislike", "adore"})
BECOMING = frozenset({"become", "remain", "stay", "be"})


def is_human(noun: str) -> bool:
    """Whether a lower-case noun lemma names a person by trade, rank or kin."""
    if noun in _TRADES or noun in KIN:
        return True
    return noun not in _NOT_HUMAN and len(noun) > 5 and noun.endswith(_HUMAN_ENDINGS)


def gender(*words: str) -> str:
    """ "f", "m" or "" as lower-case words tell."""
    for word in words:
        if word in FEMALE:
            return "f"
        if word in MALE:
            return "m"
    return ""
