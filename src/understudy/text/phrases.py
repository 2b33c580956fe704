"""Turns of phrase that give an argument away: "search for ...", "remind me to ...", "play ... by ...", "branch feature/login".

In: a text, the words of an argument's name. Out: what the text says of it, best guess first. A table: names, and the pattern
whose group is the value. Every repetition is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.text import amounts, moments

_LANGUAGES = (
    "English|French|German|Spanish|Italian|Portuguese|Dutch|Swedish|Norwegian|Danish|Finnish|Polish|Czech|Russian|Ukrainian"
    "|Greek|Turkish|Arabic|Hebrew|Hindi|Bengali|Urdu|Chinese|Mandarin|Japanese|Korean|Vietnamese|Thai|Indonesian|Latin"
)
_COLOURS = (
    "red|blue|green|yellow|orange|purple|pink|black|white|grey|gray|brown|cyan|magenta|turquoise|violet|gold|silver|beige"
)
_NO_KINDS = "the|an?|this|that|which|what|any|each|every|all|same|other|right|wrong"
_END = r"(?=[.?!]?\s{0,3}$)"
_INTRODUCED = r"(?:the (?:following|sentence|phrase|word|text)(?: (?:sentence|phrase|text))?:?\s)?"
_STOP = r"(?=\s(?:to|at|on|and|by|with|for|from|please)\b|[.,;?!\n]|$)"


def _rule(names: str, pattern: str, flags: int = re.IGNORECASE) -> tuple[frozenset[str], re.Pattern[str]]:
    return frozenset(names.split()), re.compile(pattern, flags)


_SAID = (
    _rule(
        "query q search keywords keyword term",
        rf"\b(?:search|look|google)(?: the (?:web|internet))?(?: for| up)?\s(.{{1,300}}?){_END}",
    ),
    _rule("text message body content note", rf"\b(?:saying|that says|which says)(?:\sthat)?[\s:]\s?(.{{1,300}}?){_END}"),
    _rule(
        "text task title reminder message note content",
        r"\bremind (?:me|us) to\s(.{1,200}?)(?=\s(?:at \d|on \d|tomorrow|today|next )|[.?!]?\s{0,3}$)",
    ),
    _rule(
        "text phrase source content input word", rf"\btranslate\s{_INTRODUCED}(?!this\b)(.{{1,200}}?)\s(?:to|into|in)\s[A-Z]"
    ),
    _rule("language lang target source", rf"\b(?:to|into|in|from)\s({_LANGUAGES})\b"),
    _rule("color colour", rf"\b((?:(?:light|dark|bright|pale|deep)\s)?(?:{_COLOURS}))\b"),
    _rule(
        "path file filename filepath document",
        r"(?<![\w@/.:-])((?:~|\.{1,2})?/[\w./-]{1,200}\w|[\w-]{1,80}\.[a-z][a-z0-9]{0,4})\b",
    ),
    _rule("phone telephone mobile", r"(?<![\w.])(\+?\(?\d[\d\s().-]{5,18}\d)(?!\w)"),
    _rule("zip zipcode postcode postal", r"(?<![\w.-])(\d{5}(?:-\d{4})?)(?![\w.])"),
    _rule("version", r"(?<![\w.])v?(\d{1,4}(?:\.\d{1,4}){1,3})(?![\w.]*\d)"),
    _rule(
        "song track movie film title video album",
        r"\b(?:play|watch|stream|listen to)\s(.{1,80}?)(?=\s(?:by|from|on)\s|[.?!]|$)",
    ),
    _rule("topic subject theme", rf"\babout\s(.{{1,120}}?){_END}"),
    _rule(
        "item product article",
        rf"\b(?:add|buy|order|purchase)\s(?:\d{{1,4}}\s|an?\s|the\s|some\s|(?:two|three|four|five|six)\s)?(?:[a-z]{{1,20}}\sof\s)?"
        rf"([a-z][\w-]{{1,30}}(?:\s[a-z][\w-]{{1,30}}){{0,2}}?){_STOP}",
    ),
    _rule(
        "category department section genre", rf"\b(?!(?:{_NO_KINDS})\b)([\w-]{{3,30}})\s(?:category|department|section|genre)\b"
    ),
    _rule("from origin source start pickup departure", r"\bfrom (?:the )?([\w'-][\w' -]{0,40}?) to (?=[\w'])"),
    _rule(
        "to goal target end destination dropoff arrival",
        rf"\bfrom [\w' -]{{1,50}}? to (?:the )?([\w'-][\w' -]{{0,40}}?){_STOP}",
    ),
    _rule("room area zone place location", rf"\bin\sthe\s([a-z][a-z ]{{2,30}}?){_STOP}", 0),
    _rule(
        "id number code reference ref sku",
        r"#([a-z0-9][\w-]{0,40})|\b([A-Z]{1,6}-?\d[\w-]{0,40})\b|(?<![\w.-])(\d{3,15})(?![\w.]*\w)",
    ),
)
_ADDRESSED = frozenset({"to", "cc", "bcc", "recipient", "recipients", "sender", "attendee", "invitee"})
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SOURCE, _GOAL = frozenset({"from", "source", "base", "origin"}), frozenset({"to", "target", "into", "destination", "quote"})
_DAYS = frozenset({"date", "day", "when", "deadline"})
_LENGTHS = frozenset({"duration", "length", "period", "timeout"})


def finds(text: str, words: list[str]) -> Iterator[str]:
    """Yield what the text says of an argument whose name has these words."""
    meant = set(words)
    yield from _beside(text, words)
    if meant & _ADDRESSED:
        yield from _EMAIL.findall(text)
    if meant & (_SOURCE | _GOAL) and not meant & {"language", "lang"}:
        pair = amounts.conversion(text)
        if pair is not None:
            yield pair[bool(meant & _GOAL)]
    if "currency" in meant:
        yield from amounts.currencies(text)
    for names, pattern in _SAID:
        if meant & names:
            for found in pattern.finditer(text):
                yield next(group for group in found.groups() if group).strip().strip("'\"`“”")
    if meant & (_DAYS | {"start", "end", "datetime", "timestamp"}):
        yield from moments.together(text) if not meant & _DAYS else ()
        yield from moments.relative(text)
    if meant & _LENGTHS:
        yield from amounts.lengths_of_time(text)


def _beside(text: str, words: list[str]) -> Iterator[str]:
    """Yield what stands right after the name and looks like a value: the branch feature/login, order A-17."""
    for word in dict.fromkeys((words[0], words[-1])) if words else ():
        if len(word) > 2 and word.isalpha():
            for found in re.finditer(
                rf"\b{word}\s#?(?=[\w-]{{0,60}}[\d/_])([\w][\w./-]{{0,100}})(?<![.-])", text, re.IGNORECASE
            ):
                yield found[1]
