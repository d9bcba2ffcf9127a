"""Short and familiar forms of first names, from common knowledge: each line is one name and what those who bear it are called."""

from __future__ import annotations

_LINES = """
abigail abby gail
albert al bert
alexander alex alec sandy xander sasha
alexandra alex sandra sasha lexi
alfred alf alfie fred
andrew andy drew
anthony tony
antonio tony toni
barbara barb babs
benjamin ben benny benji
catherine cathy cath kate katie kitty
charles charlie chuck chas
christina chris chrissy tina
christine chris chrissy
christopher chris kit
daniel dan danny
david dave davy
deborah deb debbie
donald don donnie
dorothy dot dottie
edward ed eddie ted ned
eleanor ellie nell nora
elizabeth liz lizzie beth betty eliza libby lisa
emily em emmy
eugene gene
florence flo
francis frank
francisco paco pancho
frederick fred freddie
gabriel gabe
gabriella gabby
george georgie
gerald gerry jerry
gregory greg
harold harry hal
helen nell
henry harry hank hal
isabella bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
jennifer jen jenny
jeffrey jeff
jessica jess jessie
johannes hans
john johnny jack
jonathan jon jonny
jose pepe
joseph joe joey
josephine josie jo
joshua josh
judith judy
katherine kate katie kathy kat kitty
kenneth ken kenny
kimberly kim
lawrence larry
leonard len lenny leo
leonardo leo
louis lou louie
madeleine maddie
margaret maggie meg peggy greta
maria mia
martha marty patsy
mary molly polly
matthew matt
maximilian max
maxwell max
michael mike mick mickey
michelle shelly
mikhail misha
mohammed mo
nathaniel nate nat
nathan nate
nicholas nick nicky
nicole nicky nikki
oliver ollie
olivia liv livvy
pamela pam
patricia pat patty trish tricia
patrick pat paddy
penelope penny
peter pete
philip phil
rachel rae
raymond ray
rebecca becky becca
richard rick ricky rich dick
robert bob bobby rob robbie bert
roberta bobbie
ronald ron ronnie
samantha sam sammy
samuel sam sammy
sarah sally sadie
sebastian seb bastian
stanley stan
stephanie steph
stephen steve
steven steve
susan sue susie
susanna sue susie
terence terry
teresa terry tess
theodore theo ted teddy
theresa terry tess
thomas tom tommy
timothy tim timmy
valerie val
vanessa nessa
victor vic
victoria vicky tori
vincent vince vinny
virginia ginny
vladimir vlad vova
walter walt wally
william bill billy will willie liam
zachary zach zack
"""
FORMS: dict[str, frozenset[str]] = {}
"""By name, the forms that the same person may go by; of two short forms of one name, each is one of the other."""
for _line in _LINES.split("\n"):
    _names = _line.split()
    for _name in _names:
        FORMS[_name] = FORMS.get(_name, frozenset()) | (frozenset(_names) - {_name})


def forms_of(first_name: str) -> frozenset[str]:
    """What else somebody with this first name (in lower case) may be called."""
    return FORMS.get(first_name, frozenset())
