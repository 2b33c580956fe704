"""What a value looks like in running text, and which names of arguments ask for which kind of value.

Patterns and word lists only; mining.py reads texts with them. Every repetition is bounded, so that no text makes them slow.
"""

from __future__ import annotations

import re

DATE = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
TIME = re.compile(r"(?<!\d)[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?!\d)")
MOMENT = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
URL = re.compile(r"\bhttps?://[^\s<>\"'`]{1,500}[^\s<>\"'`.,;:!?)]")
UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
OPAQUE = (URL, EMAIL, UUID, MOMENT, DATE, TIME, ADDRESS)  # numbers inside these are parts of them

SMALL = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
NUMBER = re.compile(rf"(?<![\w.])-?\d{{1,15}}(?!\d)(?:,\d{{3}}(?!\d))*(?:\.\d{{1,10}})?|\b(?:{'|'.join(SMALL)})\b")
EXPRESSION = re.compile(r"[(\d][\d\s+*/^%().-]{0,200}[\d)]")

QUOTED = re.compile(r"\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|`([^`\n]{1,200})`|(?<!\w)['‘]([^'’\n]{1,200})['’](?!\w)")
VALUE = re.compile(r"[^\s,;!?()\[\]{}\"']{1,80}")
_NAME = r"[A-ZÀ-Þ][^\W\d_]{0,40}(?:['’.-][^\W\d_]{1,40}){0,3}"
PROPER = re.compile(rf"(?<!\w){_NAME}(?: (?:(?:de|la|of|the|van) )?{_NAME}){{0,5}}(?:, [A-Z]{{2}}\b)?")
SUBJECT = re.compile(rf"(?<!\w)({_NAME}(?: {_NAME}){{0,3}})(?=,? (?:is|was|has|lives|works|wants|aged|age|\d))")
TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?\s)?"
OPENING = re.compile(
    r"(?:^|(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Dr)(?<!Prof)[.!?:\n]\s{0,3}|[\"“'‘`])$"
)  # what stands before the first word of a sentence
LOWER_PLACE = re.compile(r"\b(?:in|for|at|near)\s(?!(?:the|an?|my|me|this|that|it|what|all)\b)([a-z]{3,40})\b")
LINK = re.compile(r"[\"'`]?\s{0,3}(?:[=:]|(?:is|of|to|equals)\s)\s{0,3}")
NAMING = re.compile(r"\b(?:named|called|titled)\s(?=[\"“`'‘])")
SIGN = re.compile(r"[\"'`]?\s{0,3}[=:]\s{0,3}")
NEGATION = re.compile(r"\b(?:no|not|non|without|don't|never|disable)\b", re.IGNORECASE)

OWNER = re.compile(r"['’]s$")
TURNED = re.compile(
    r"\b(?:turn|switch|power|put|shut)\b[^.!?\n]{0,60}?\b(on|off)\b|\b(?:(?:set|be)\s)?(on|off)\b", re.IGNORECASE
)
SWITCHES = frozenset({"on", "enabled", "enable", "active", "power", "powered"})

# Words with a capital that are no names when a sentence begins with them.
_CAPITALISED = """What Who Where When Why How Which Is Are Do Does Can Could Please Tell Show Give Get Find Check Call Use The
I I'm My A An In And Book Send Set He She We They There Here Today Everyone Nobody These Those Each Our Your
Register Add Create Delete Remove Update Schedule Invite Email Message Text Contact Remind Play Watch Open
Order Cancel Track Convert Translate Calculate Compute Write Draft Generate Make List Read Fetch Load Save
Log Start Stop Pay Transfer Buy Reserve Rent Sell Plan Extract Classify Explain Describe Ping Measure Paint
Checkout Meet If On At With By Of But Or So Also Then Now Yes No Let Has Was Will Mr Mrs Ms Dr Prof Hi Hello
You It This That For From To What's Compare Search Look Turn"""
NO_NAMES = frozenset(_CAPITALISED.split())

PLACES = frozenset({"city", "location", "place", "town", "country", "region", "state", "address", "area"})
ORIGIN = frozenset({"origin", "from", "departure", "source"})
GOAL = frozenset({"destination", "to", "arrival", "target"})
PEOPLE = frozenset({"person", "user", "customer", "recipient", "contact", "author", "guest", "employee", "attendee", "patient"})
THINGS = frozenset({"ticker", "symbol", "company", "product", "artist", "movie", "film", "book", "team", "entity", "brand"})
SUMS = frozenset({"expression", "equation", "formula", "calculation"})
WHOLE = frozenset(
    {"query", "q", "question", "text", "prompt", "message", "input", "content", "search", "request", "instruction", "task"}
)
BY_NAME = (
    (EMAIL, frozenset({"email", "mail"})),
    (URL, frozenset({"url", "uri", "link", "website", "href"})),
    (MOMENT, frozenset({"datetime", "timestamp", "start", "end", "when"})),
    (DATE, frozenset({"date", "day", "when", "start", "end", "deadline", "birthday", "from", "to", "until", "since"})),
    (DATE, frozenset({"check", "checkin", "checkout", "departure", "arrival", "return", "due", "birth", "birthdate", "dob"})),
    (TIME, frozenset({"time", "when", "start", "end", "hour"})),
    (UUID, frozenset({"uuid", "guid", "id"})),
    (ADDRESS, frozenset({"ip", "address", "host"})),
)
PLAIN = frozenset({"email", "mail", "url", "uri", "uuid"})  # what these are is plain to see: a quotation is none of them
BY_FORMAT = {"email": EMAIL, "uri": URL, "date-time": MOMENT, "date": DATE, "time": TIME, "uuid": UUID, "ipv4": ADDRESS}
YES, NO = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


def words_of(name: str) -> list[str]:
    """Cut the name of an argument into words: partySize, party_size and party-size are ["party", "size"]."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+", name[:100])]
