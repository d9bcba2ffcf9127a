"""A made-up world of families, the same for the same seed, which needs no download: who is whose mother, husband, sister,
who lives and works where, told a sentence a memory in several episodes, and questions of two, three and four hops.

What makes it hard is in it on purpose: strangers with the same first names and towns, the same relations said of
everybody, sentences that say a relation from either end, and homes and jobs that changed: the old ones are told first,
and the answer is the current one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.datasets import Dataset, Passage, Question
from benchmarks.errors import BenchmarkError


def _names(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in listed.split(","))


NAME = "kinship"
FAMILIES = 12
QUESTIONS_OF_A_KIND = 40
HOPS = (2, 3, 4)
FIRST_TOLD = datetime(2021, 3, 1, 18, 0, tzinfo=UTC)
WOMEN = _names(
    """Ana, Berta, Clara, Dora, Elsa, Frida, Greta, Hanna, Irma, Julia, Karin, Lena, Maria, Nora, Olga, Paula,
    Rosa, Sara, Tilda, Vera, Wanda, Yara, Zoe, Edith"""
)
MEN = _names(
    """Adam, Bruno, Carl, Dario, Emil, Felix, Georg, Hugo, Ivan, Jonas, Karl, Leo, Milan, Nils, Oscar, Pedro,
    Rafael, Simon, Tomas, Viktor, Walter, Yannick, Zeno, Edgar"""
)
SURNAMES = _names(
    """Silva, Moreira, Lindqvist, Novak, Petrov, Haas, Keller, Brandt, Costa, Ferreira, Okafor, Tanaka, Rossi,
    Marino, Dubois, Laurent, Schmidt, Fischer, Weber, Jensen, Larsen, Olsen, Kowalski, Nowak, Horvat, Molnar,
    Varga, Popescu, Ivanov, Romero, Castillo, Navarro, Mendes, Barros, Duarte, Teixeira, Sorensen, Eklund,
    Nyberg, Holm"""
)
STRANGERS = _names("Ashworth, Birch, Calloway, Drummond, Ellery, Fairfax, Garrick, Hollis")
TOWNS = _names(
    """Porto, Delft, Rotterdam, Bergen, Turku, Ghent, Graz, Trieste, Bilbao, Cork, Leeds, Malmo, Aarhus, Gdansk,
    Split, Basel, Nantes, Parma, Uppsala, Bruges"""
)
COMPANIES = _names(
    """Northwind Labs, Tidewater Shipping, Elbe Institute, Copper Mill Press, Lantern Software, Harrow Foods,
    Ostrava Steel, Juniper Clinic, Meridian Maps, Falcon Logistics, Quarry Glass, Saffron Textiles, Beacon
    Insurance, Orchard Dairy, Pilot Instruments, Granite Bank, Willow Pharmacy, Summit Railways, Coral Ceramics,
    Anchor Brewery"""
)
PASTIMES = _names("plays the cello, collects stamps, keeps bees, paints landscapes, bakes bread, repairs old clocks")
TELLINGS: Mapping[str, tuple[str, ...]] = {
    "mother": ("{b} is the mother of {a}.", "{a}'s mother is {b}.", "The mother of {a} is {b}."),
    "father": ("{b} is the father of {a}.", "{a}'s father is {b}.", "The father of {a} is {b}."),
    "husband": ("{a} is married to {b}.", "{b} is the husband of {a}.", "{a} is the wife of {b}."),
    "sister": ("{b} is the sister of {a}.", "{a} has a sister, {b}.", "{a}'s sister is {b}."),
    "brother": ("{b} is the brother of {a}.", "{a} has a brother, {b}.", "{a}'s brother is {b}."),
    "home": ("{a} lives in {b}.", "{a} resides in {b}."),
    "job": ("{a} works at {b}.", "{a} works for {b}.", "{a} is employed by {b}."),
    "office": ("{a} has its office in {b}.", "{a} is based in {b}.", "The office of {a} is in {b}."),
    "new home": ("{a} moved to {b}.", "{a} lives in {b} now."),
    "new job": ("{a} works at {b} now.", "{a} works for {b} now."),
}
"""How a relation between a and b is said: from either end, and never so that another relation would say the same ("the son
of" is of a mother or a father)."""
ASKED = {
    "home": "Where does {} live?",
    "job": "Where does {} work?",
    "office": "In which town is the office of the company that {} works for?",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A memory: its id, and the two names that it joins."""

    id: str
    source: str
    target: str
    replaces: str = ""


@dataclass(slots=True)
class World:
    """All that is told, by relation and whom it is told of, and the passages that tell it in order."""

    rng: Random
    passages: list[Passage] = field(default_factory=list)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    episode: int = 0

    def tell(self, relation: str, a: str, b: str, *, slot: str = "") -> None:
        """Say in the current episode that `b` is the `relation` of `a`; in a `slot` that is taken it replaces what was."""
        sentence = self.rng.choice(TELLINGS[relation]).format(a=a, b=b)
        before = self.told.get((slot or relation, a))
        told = Told(self.say(sentence), a, b, before.id if before else "")
        self.told[slot or relation, a] = told

    def say(self, sentence: str) -> str:
        """Add a memory to the current episode; its id."""
        id_ = f"k{len(self.passages):04}"
        said_at = FIRST_TOLD + timedelta(days=7 * self.episode)
        session = f"episode_{self.episode}"
        self.passages.append(Passage(id_, sentence, session=session, occurred_at=said_at))
        return id_

    def ties(self) -> dict[str, frozenset[str]]:
        """The two names that each memory of a chain joins, by its id."""
        return {told.id: frozenset((told.source, told.target)) for told in self.told.values()}


def kinship(families: int = FAMILIES, seed: int = 0, of_a_kind: int = QUESTIONS_OF_A_KIND) -> tuple[Dataset, World]:
    """A world of so many families (2 to 40; some 33 memories each) and up to `of_a_kind` questions of each kind.

    A question's gold is the memory of each step of its chain, the answer's last; `outdated` is the memory that the
    answer replaced. Its kind has the number of hops, and "changed" where a step of the chain was another one before.
    """
    if not 2 <= families <= len(SURNAMES):
        raise BenchmarkError(f"A world has 2 to {len(SURNAMES)} families, not {families}.")
    world = World(Random(seed))
    households = _households(world, families)
    companies = COMPANIES[: max(4, min(len(COMPANIES), 2 * families))]
    for couple, children in households:
        _tell_household(world, couple, children, companies)
    world.episode += 1
    for company in companies:
        world.tell("office", company, world.rng.choice(TOWNS))
    _tell_strangers(world, companies, 2 * families)
    _tell_news(world, companies, 2 * families)
    return Dataset(NAME, tuple(world.passages), tuple(_questions(world, of_a_kind)), {}), world


def _households(world: World, families: int) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Couples with their two children, a wife and a daughter first: the grandparents, then their children, each married
    into the next family."""
    women, men = _first_names(world.rng, WOMEN), _first_names(world.rng, MEN)
    surnames = world.rng.sample(SURNAMES, families)

    def person(names: Iterator[str], surname: str) -> str:
        name = next(name for name in (f"{first} {surname}" for first in names) if name not in world.people)
        world.people.append(name)
        return name

    old = [(person(women, surname), person(men, surname)) for surname in surnames]
    sons = [person(men, surname) for surname in surnames]
    # A daughter is known by the name of the husband's family.
    daughters = [person(women, surnames[(number + 1) % families]) for number in range(families)]
    grandchildren = [(person(women, surname), person(men, surname)) for surname in surnames]
    households = [(old[number], (daughters[number], sons[number])) for number in range(families)]
    return households + [((daughters[number - 1], sons[number]), grandchildren[number]) for number in range(families)]


def _first_names(rng: Random, names: Sequence[str]) -> Iterator[str]:
    """Every name once before any comes twice: the next round falls to other families."""
    while True:
        yield from rng.sample(names, len(names))


def _tell_household(world: World, couple: tuple[str, str], children: tuple[str, str], companies: Sequence[str]) -> None:
    """An episode about a couple and its children."""
    world.episode += 1
    wife, husband = couple
    world.tell("husband", wife, husband)
    world.told["wife", husband] = world.told["husband", wife]
    for child in children:
        world.tell("mother", child, wife)
        world.tell("father", child, husband)
    girl, boy = children
    if world.rng.random() < 0.5:
        world.tell("sister", boy, girl)
        world.told["brother", girl] = world.told["sister", boy]
    else:
        world.tell("brother", girl, boy)
        world.told["sister", boy] = world.told["brother", girl]
    # A daughter of another name has married: she is told of with her husband.
    for person in (*couple, *(child for child in children if child.split()[1] == husband.split()[1])):
        if ("home", person) not in world.told:
            world.tell("home", person, world.rng.choice(TOWNS))
            world.tell("job", person, world.rng.choice(companies))


def _tell_strangers(world: World, companies: Sequence[str], count: int) -> None:
    """An episode about people who share a first name with somebody, and towns and companies with everybody."""
    world.episode += 1
    for number, person in enumerate(world.rng.sample(sorted(world.people), count)):
        first, surname = person.split()[0], STRANGERS[number % len(STRANGERS)]
        namesake, other = f"{first} {surname}", f"{world.rng.choice(WOMEN)} {surname}"
        if any((slot, namesake) in world.told for slot in ("home", "job")):
            continue
        if number % 2:
            world.tell("home", namesake, world.rng.choice(TOWNS))
            world.say(f"{namesake} {world.rng.choice(PASTIMES)}.")
        else:
            world.tell("job", namesake, world.rng.choice(companies))
            world.say(f"{namesake}'s {world.rng.choice(('mother', 'sister'))} is {other}.")


def _tell_news(world: World, companies: Sequence[str], count: int) -> None:
    """Later episodes, one each: somebody has moved, somebody has another job."""
    for number, person in enumerate(world.rng.sample(sorted(world.people), count)):
        world.episode += 1
        slot, places = (("home", TOWNS), ("job", companies))[number % 2]
        now = world.told[slot, person].target
        world.tell(f"new {slot}", person, world.rng.choice([place for place in places if place != now]), slot=slot)
        world.say(f"{person} {world.rng.choice(PASTIMES)}.")


def _questions(world: World, of_a_kind: int) -> Iterator[Question]:
    """Questions of every kind, drawn from all that the world answers."""
    answered: dict[str, list[tuple[str, list[Told]]]] = {}
    for name in sorted(world.people):
        for phrase, chain, person in _kin(world, name):
            for slot, asked in ASKED.items():
                whole = [*chain, *_ending(world, slot, person)]
                changed = " changed" if any(told.replaces for told in whole) else ""
                if len(whole) in HOPS:
                    answered.setdefault(f"{len(whole)}-hop{changed}", []).append((asked.format(phrase), whole))
    for kind, candidates in sorted(answered.items()):
        drawn = world.rng.sample(candidates, min(of_a_kind, len(candidates)))
        for number, (text, chain) in enumerate(drawn):
            gold = tuple(told.id for told in chain)
            yield Question(f"{kind} {number:03}", text, kind, gold, answer=gold[-1], outdated=chain[-1].replaces)


def _kin(world: World, name: str) -> Iterator[tuple[str, list[Told], str]]:
    """The person, and everybody up to three relations away whom nothing but the relations names: phrase, chain, name."""
    yield name, [], name
    reached: list[tuple[str, list[Told], tuple[str, ...]]] = [(name, [], (name,))]
    for step in range(max(HOPS) - 1):
        further = []
        for phrase, chain, people in reached:
            for relation in ("mother", "father", "husband", "wife", "sister", "brother"):
                told = world.told.get((relation, people[-1]))
                other = "" if told is None else told.target if told.source == people[-1] else told.source
                if told is not None and other not in people:
                    longer = f"{phrase}'s {relation}" if step == 0 else f"the {relation} of {phrase}"
                    further.append((longer, [*chain, told], (*people, other)))
        yield from ((phrase, chain, people[-1]) for phrase, chain, people in further)
        reached = further


def _ending(world: World, slot: str, person: str) -> list[Told]:
    """The memories that answer where a person lives, works, or has the employer's office."""
    if slot != "office":
        return [world.told[slot, person]]
    job = world.told["job", person]
    return [job, world.told["office", job.target]]
