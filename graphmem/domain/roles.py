"""What somebody is to somebody else, and which of these one person cannot be at once: a sister is no aunt, and whoever is
introduced as a colleague is not the sister.

"Parent" and "child" are no roles here: companies are called so, too.

A role is said by a predicate that is made of the word for it: "sister_of", "has_sister", "sister". Roles that people hold
side by side, or one after the other, exclude nothing; in doubt nothing does: see docs/adr/0017.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Sphere: TypeAlias = Literal["kin", "married", "unwed", "social", "pet"]

_KIN = """
parent: mother f, mum f, mom f, mama f, mummy f, mommy f, father m, dad m, daddy m, papa m
parent_by_marriage: stepparent, stepmother f, stepmum f, stepmom f, stepfather m, stepdad m
parent_in_law: parent_in_law, mother_in_law f, father_in_law m
child: kid, daughter f, son m
child_in_law: child_in_law, daughter_in_law f, son_in_law m
sibling: sibling, twin, sister f, brother m
sibling_in_law: sibling_in_law, sister_in_law f, brother_in_law m
grandparent: grandparent, grandmother f, grandma f, granny f, nana f, grandfather m, grandpa m, granddad m, grandad m
grandchild: grandchild, granddaughter f, grandson m
parents_sibling: aunt f, auntie f, uncle m
siblings_child: niece f, nephew m
cousin: cousin
"""
_MARRIED = "partner: spouse, wife f, husband m"
_UNWED = "partner: partner, girlfriend f, boyfriend m, fiance m, fiancee f"
_PETS = (
    "pet: pet, dog d, puppy d, cat c, kitten c, horse h, pony h, rabbit r, hamster s, guinea_pig g, parrot p, budgie b"
)
_SOCIAL = """
friend: friend, best_friend, pal, buddy
colleague: colleague, coworker, co_worker, workmate
boss: boss, manager, supervisor
report: employee, assistant, secretary, intern
neighbour: neighbour, neighbor
roommate: roommate, flatmate, housemate
teacher: teacher, tutor, mentor, coach, trainer, instructor, professor
student: student, pupil, apprentice, mentee
classmate: classmate, schoolmate, teammate, bandmate
doctor: doctor, physician, gp
dentist: dentist
therapist: therapist, psychologist, counsellor, counselor, psychiatrist
landlord: landlord m, landlady f
tenant: tenant, lodger
client: client, customer, patient
lawyer: lawyer, accountant, notary
hairdresser: hairdresser, barber
nanny: nanny, babysitter, au_pair
vet: vet
"""
_INVERSES = {
    "parent": "child",
    "parent_in_law": "child_in_law",
    "grandparent": "grandchild",
    "parents_sibling": "siblings_child",
    "boss": "report",
    "teacher": "student",
    "landlord": "tenant",
}
_INVERSES |= {other: one for one, other in _INVERSES.items()}
_MUTUAL = (
    "sibling",
    "sibling_in_law",
    "cousin",
    "partner",
    "friend",
    "colleague",
    "neighbour",
    "roommate",
    "classmate",
)
_INVERSES |= {one: one for one in _MUTUAL}
_EITHER = {"parents_sibling": "aunt_or_uncle", "siblings_child": "niece_or_nephew"}
"""What a kind is called where the word for man or woman is not said; others by their own name."""
_OVER = re.compile(r"^(?:ex|former|late|old|older|younger|elder|little|big|half|foster|adoptive|twin|best)_")
_FORMER = ("ex_", "former_", "late_")
_STEP = re.compile(r"^step_?(?=brother|sister|sibling|son|daughter|child|kid)")
_BETROTHED = {"married_to": "spouse", "marry": "spouse", "engaged_to": "partner"}
"""What two are to each other by a predicate that holds no word for it."""
_BEING = re.compile(r"^(?:is|are|was|were|be|has_been|used_to_be|became)_")


class Role(NamedTuple):
    """What somebody is. `word`: as it is said; `kind`: of words that say the same of man and woman; `sex`: what tells two words
    of a kind apart, the species of a pet; empty where the word says neither. `derived`: it only follows from what the other one
    is; `former`: it is over."""

    word: str
    kind: str
    sphere: Sphere
    sex: str = ""
    derived: bool = False
    former: bool = False

    def excludes(self, other: Role) -> bool:
        """Whether one person cannot sensibly be both to the same somebody."""
        if self.kind == other.kind:
            return bool(self.sex and other.sex) and self.sex != other.sex
        spheres = {self.sphere, other.sphere}
        if spheres == {"social"}:
            return False
        return spheres != {"social", "unwed"}

    def may_come_beside(self, other: Role) -> bool:
        """Whether one person may be the one and come to be the other as well: a colleague who marries, a sister who is hired."""
        spheres = {self.sphere, other.sphere}
        return not self.excludes(other) or ("social" in spheres and "pet" not in spheres)

    def excludes_elsewhere(self, other: Role) -> bool:
        """Whether one person cannot sensibly be the one to one somebody and the other to another: nobody is two people's wife."""
        return self.kind == other.kind == "partner" and not self.former and not other.former


def _read(table: str, sphere: Sphere) -> Iterator[Role]:
    for line in table.strip().splitlines():
        kind, _, words = line.partition(":")
        for word in words.split(","):
            name, _, sex = word.strip().partition(" ")
            yield Role(name, kind, sphere, sex)


ROLES: dict[str, Role] = {
    role.word: role
    for table, sphere in ((_KIN, "kin"), (_MARRIED, "married"), (_UNWED, "unwed"), (_PETS, "pet"), (_SOCIAL, "social"))
    for role in _read(table, sphere)  # type: ignore[arg-type]
}
"""By word, every role that is known."""
_FORMS = ("{}_of", "{}", "has_{}")
_PARTNERS = [role.word for role in ROLES.values() if role.kind == "partner"]
ROLE_PREDICATES: frozenset[str] = frozenset(form.format(word) for word in ROLES for form in _FORMS).union(
    (f"ex_{word}_of" for word in _PARTNERS), (*_BETROTHED, "fiancée_of", "fiancé_of", "parent_of", "child_of")
)
"""The predicates that a role may be kept under."""
PARTNER_PREDICATES: frozenset[str] = frozenset(form.format(word) for word in _PARTNERS for form in _FORMS).union(
    (*_BETROTHED, "fiancée_of", "fiancé_of")
)
"""Those of them that say who is whose partner."""


@lru_cache(maxsize=1024)
def role_called(word: str) -> Role | None:
    """The role that a word or phrase in lower snake says: "sister", "older_sister", "ex_wife", "fiancée"; None for what is none."""
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("-", "_").replace(" ", "_")
    former = plain.startswith(_FORMER)
    while True:
        if plain.startswith("step_") and f"step{plain[5:]}" in ROLES:
            plain = f"step{plain[5:]}"
        if plain in ROLES:
            return ROLES[plain]._replace(former=former)
        shorter = _STEP.sub("", _OVER.sub("", plain, count=1), count=1)
        if shorter == plain:
            return None
        plain = shorter


@lru_cache(maxsize=4096)
def roles_said(predicate: str) -> tuple[Role | None, Role | None]:
    """What a predicate says of its subject and of its object, to each other: "sister_of" of its subject a sister, of its object a
    sibling."""
    name = _BEING.sub("", predicate)
    if name in _BETROTHED:
        return ROLES[_BETROTHED[name]], ROLES[_BETROTHED[name]]
    if name.endswith("_of"):
        role = role_called(name.removesuffix("_of"))
        return role, _inverse(role)
    role = role_called(re.sub(r"^(?:has|have|had)_", "", name))
    return _inverse(role), role


def _inverse(role: Role | None) -> Role | None:
    """What the other one is then, whether man or woman."""
    kind = _INVERSES.get(role.kind, "") if role is not None else ""
    like = next((one for one in ROLES.values() if one.kind == kind), None)
    return like and like._replace(word=_EITHER.get(kind, kind), sex="", derived=True)
