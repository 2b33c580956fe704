"""The model answers in a language that nobody spoke: in German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, groupby
from typing import Any, ClassVar, Final

from understudy.faults import Striking
from understudy.faults._meaning import TextMeaning, document, written
from understudy.model.ports import Random

_WORDS: Final = """o da du er es im zu an am um und der die das ein ist mit von auf aber auch eine oder wenn nach haus zeit
nicht durch unter woche stadt gehen immer kommen wieder werden sommer garten morgen fenster trinken schwarz bleiben gestern
zwischen zusammen arbeiten sprechen verstehen gemeinsam erfahrung vielleicht sicherlich geschichte verschieden entscheiden
entwicklung gesellschaft wissenschaft"""
_OF_LENGTH: Final = {size: list(words) for size, words in groupby(sorted(_WORDS.split(), key=len), len)}
_WORD = re.compile(r"[^\W\d_]+")


class WrongLanguage(TextMeaning, frozen=True):
    """Put a German word of the same length in the place of every word; capitals, marks and numbers stay, and names in JSON."""

    name: ClassVar[str] = "wrong-language"
    help: ClassVar[str] = "German words of the same length instead of the words of the text"
    places: ClassVar[tuple[str, ...]] = ()

    def retell(self, text: str, context: Striking) -> str:
        """Replace the words."""
        value = document(text)
        drawn = count()
        return _said(text, drawn, context.random) if value is None else written(_each(value, drawn, context.random))


def _each(value: Any, drawn: Iterator[int], random: Random) -> Any:
    """Say the texts of a document otherwise; the names of its members are no language."""
    if isinstance(value, str):
        return _said(value, drawn, random)
    if isinstance(value, list):
        return [_each(item, drawn, random) for item in value]
    if isinstance(value, dict):
        return {name: _each(item, drawn, random) for name, item in value.items()}
    return value


def _said(text: str, drawn: Iterator[int], random: Random) -> str:
    def other(word: re.Match[str]) -> str:
        return _cased(_word(len(word[0]), random.integer(f"word-{next(drawn)}", 0, 1000)), word[0])

    return _WORD.sub(other, text)


def _word(size: int, drawn: int) -> str:
    """A word of that length; very long ones are put together, as the language does."""
    longest = max(_OF_LENGTH)
    parts = [longest] * (size // longest) + [size % longest] * bool(size % longest)
    return "".join(_OF_LENGTH[part][drawn % len(_OF_LENGTH[part])] for part in parts)


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


FAULT = WrongLanguage
