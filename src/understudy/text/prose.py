"""Words and sentences for generated text: lists of common words, and the shapes of sentences they are put into.

Every word is one token with a space before it, in o200k_base and in cl100k_base; words that can open a sentence are one
token without the space, too. Words that may follow "a" begin with a consonant. Nothing here is drawn or joined.
"""

from __future__ import annotations

from functools import cache

NOUNS = """boat river garden kitchen letter window door street market bridge village town city school teacher student doctor
farmer baker driver captain sailor soldier writer reader painter singer dancer player worker builder neighbour mother
father brother sister daughter son friend guest stranger child boy girl woman man king queen prince judge lawyer nurse cook
house room roof wall floor table chair bed lamp candle clock mirror picture map book page story song poem play film camera
radio phone computer machine wheel road path field forest tree leaf root flower seed bird dog cat horse cow fox wolf
bear fish whale shark mouse rabbit sheep goat lake sea beach wave storm wind cloud rain snow fire smoke moon sun star planet
mountain hill valley cave desert rock stone sand metal glass paper wood rope knife spoon plate bowl cup bottle box bag basket
coat hat shirt shoe dress ring coin key lock gate fence tower castle church temple library museum theatre hospital
station train bus car truck plane ship bicycle harbour port coast shore farm barn mill factory shop store bank hotel
restaurant bakery cafe dinner lunch breakfast meal bread cheese butter salt sugar soup fruit lemon tomato potato rice
morning night week month year day summer winter spring season holiday journey trip walk game match team race dance party
meeting plan project report question reason lesson test problem method system model process result number line circle
pattern colour sound voice noise word sentence language name sign signal message secret dream thought memory
moment minute century crowd company board council court law rule tax price bill contract product service tool"""

PLURALS = """boats rivers gardens letters windows doors streets markets bridges villages towns cities schools teachers students
doctors farmers drivers sailors soldiers writers readers artists players workers builders friends guests strangers children
women men people houses rooms walls tables chairs lights clocks pictures maps books pages stories songs poems films machines
engines wheels roads paths fields forests trees leaves roots flowers seeds birds dogs cats horses cows bears fish sheep lakes
waves storms winds clouds stars planets mountains hills rocks stones papers plates cups bottles boxes bags coats shoes rings
coins keys locks gates towers museums hospitals stations trains buses cars trucks planes ships ports farms shops stores banks
hotels meals apples oranges potatoes vegetables mornings nights weeks months years days summers games matches teams races
meetings plans projects reports questions reasons lessons tests problems methods systems models results numbers lines circles
patterns sounds voices words sentences languages names signs signals messages secrets dreams thoughts memories
moments minutes crowds companies rules taxes prices bills contracts products services tools"""

ADJECTIVES = """small large big little long short tall deep wide narrow heavy light bright dark warm cold cool hot dry wet clean
dirty new young fresh modern famous quiet loud silent soft hard rough smooth sharp thick thin full simple plain complex
strange familiar common rare special private public local foreign happy sad tired proud brave calm careful clever wise
kind gentle polite funny serious rich poor cheap free busy lazy slow quick fast late red blue green white black yellow
brown golden silver wooden broken closed hidden lost forgotten perfect beautiful lovely pretty pleasant friendly
patient strong weak wild safe dangerous difficult possible real true former final second third next previous"""

# Past tense agrees with one and with many.
VERBS = """kept made found brought showed needed changed followed carried moved opened closed built watched crossed left
reached passed met saw heard knew liked loved wanted asked called told helped taught joined visited painted
cleaned washed repaired fixed sold bought paid counted measured tested checked explained described remembered forgot
noticed covered filled held lifted pulled pushed dropped threw caught drew wrote read sent received returned
lost won started finished shared saved used chose planned prepared served offered accepted refused answered protected
supported discovered studied considered discussed collected produced created designed tried touched hid broke turned"""

INTRANSITIVES = """waited stopped slept arrived laughed smiled sat stood stayed worked played walked ran fell grew moved turned
returned travelled rested listened talked spoke sang danced cried failed agreed changed began ended continued disappeared
appeared remained lived died happened rose sank vanished"""

DETERMINERS = "the the the a a this that every each one another our your their his her my"
PLURAL_DETERMINERS = "the the some many most few these those several two three four all our your their his her other"
PREPOSITIONS = """in on near under behind with without after before beside across through toward towards from above below inside
outside against along beyond around over past for by"""
ADVERBS = """slowly quickly often again later quietly together there here today once soon carefully easily suddenly always never
twice away alone early late well finally instead outside inside nearby somewhere everywhere still"""
CONJUNCTIONS = "and and but while because so when before after until where although since as though"
OPENINGS = """Today Later Sometimes Perhaps Now Then Still However Usually Often Finally Soon Once Again Meanwhile Instead Here
There Yesterday Therefore Indeed Eventually"""

# One letter a slot: what may stand there, in the order of the lists below; other items stand for themselves.
SENTENCES = """T j n v d n .
T n v d j n r d n .
P j N i r d n , c d n i a .
S , d n v p N .
T n of d n i , c p N v d j n .
S , p j N v d n , c d n v p N r d n .
P N v d n a .
T j n r d n i a .
S , d j n i r p N .
T n i , c d j n v d n .
P N r d n v p j N .
T n v p N , p N and d j n .
S , c d n i , p N i r d j n .
T j , j n v d n a .
P N of d n v d n , c d n v p N .
T n and d n v d j n r d j n .
S , p N i a , c d n v d n .
T n r d j n v p N r d n .
P j N and j N i a .
T n v d n ; d j n v p N .
S , d n of d j n i r d n .
T j n v d n r p N , c p N i .
P N i a , c d j n i r d n .
T n , r d n , v p j N .
S , d n v d n and p N v d j n .
T n of p N v d n a .
P N v p N r d n , c d n i .
S , p N of d j n v d n .
T j n i a , c d n v p N .
T n v d n , d n v d n , and p N i .
P j N r p N v d n .
S , d j n v d j n r d n of d j n ."""

CAPITALS = {"T": DETERMINERS, "P": PLURAL_DETERMINERS, "S": OPENINGS}
SLOTS = {
    "n": NOUNS,
    "N": PLURALS,
    "j": ADJECTIVES,
    "v": VERBS,
    "i": INTRANSITIVES,
    "d": DETERMINERS,
    "p": PLURAL_DETERMINERS,
    "r": PREPOSITIONS,
    "a": ADVERBS,
    "c": CONJUNCTIONS,
}


@cache
def slots() -> dict[str, list[str]]:
    """Return what may stand in each slot, as tokens: the space before a word belongs to it."""
    lists = {key: [f" {word}" for word in words.split()] for key, words in SLOTS.items()}
    lists |= {key: [f" {word.capitalize()}" for word in words.split()] for key, words in CAPITALS.items()}
    marks = sorted(set(SENTENCES.split()) - set(lists))
    return lists | {mark: [mark if mark in ",.;" else f" {mark}"] for mark in marks}


@cache
def sentences() -> list[list[str]]:
    """Return the shapes of sentences: the slots of each, in order."""
    return [line.split() for line in SENTENCES.splitlines()]
