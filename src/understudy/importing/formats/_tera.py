"""Tera templates of whole answers, as VidaiMock has them: their branches, what they ask, what they fill in.

In: the text of a template. Out: one text for each way through its branches, with the conditions of that way; expressions of our
templates for the holes. Understands comments, `set`, `if` and `{{ ... }}`; loops and macros are named by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from understudy.importing.words import containing, exactly

HOLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
_TAG: Final = re.compile(r"\{%-?\s*(.*?)\s*-?%\}", re.DOTALL)
_SET: Final = re.compile(r"set\s+(\w+)\s*=\s*(.*)", re.DOTALL)
_LAST: Final = r"(?:json\.)?messages\s*\|\s*last\s*\|\s*(?:get|pick)\(\s*(?:key\s*=\s*)?['\"]content['\"]\s*\)"
_PROMPT: Final = re.compile(rf"{_LAST}|prompt|user_message|input")
_WAYS: Final = 32

Conditions = dict[str, Any]


class Way(Struct):
    """One way through a template: what it asks, each with whether it must hold, and its text."""

    asked: list[tuple[str, bool]]
    text: str


class TeraError(ValueError):
    """A template that is more than branches; the text says what."""


def ways(template: str, names: Mapping[str, str]) -> list[Way]:
    """Follow every way through a template; the first whose conditions hold is the one that is taken.

    Args:
        template: its text.
        names: expressions by name, as `request_mapping` gives them.

    Raises:
        TeraError: for loops, macros and the like.
    """
    known = dict(names)
    found = _ways(_COMMENT.sub("", template), known)
    if len(found) > _WAYS:
        raise TeraError(f"more than {_WAYS} ways through its branches")
    return [Way([(_resolved(asked, known), holds) for asked, holds in way.asked], _filled(way.text, known)) for way in found]


def _ways(text: str, names: dict[str, str]) -> list[Way]:
    begun: int | None = None
    depth = 0
    heads: list[tuple[str, int, int]] = []
    for tag in _TAG.finditer(text):
        said = tag[1]
        if said.startswith(("if ", "elif ")) or said in ("endif", "else"):
            depth, begun = _step(said, tag, depth, heads, begun)
            if depth == 0 and begun is not None:
                return _branched(text, begun, heads, tag, names)
        elif (name := _SET.fullmatch(said)) is not None:
            names.setdefault(name[1], name[2])
        else:
            raise TeraError(f"'{said.split()[0]}' is more than branches")
    return [Way([], _TAG.sub("", text))]


def _step(
    said: str, tag: re.Match[str], depth: int, heads: list[tuple[str, int, int]], begun: int | None
) -> tuple[int, int | None]:
    if said.startswith("if "):
        depth += 1
        if depth == 1:
            begun = tag.start()
            heads.append((said[3:], tag.start(), tag.end()))
    elif depth == 1 and said != "endif":
        heads.append((said.removeprefix("elif ") if said != "else" else "", tag.start(), tag.end()))
    elif said == "endif":
        depth -= 1
    return depth, begun


def _branched(text: str, begun: int, heads: list[tuple[str, int, int]], end: re.Match[str], names: dict[str, str]) -> list[Way]:
    found: list[Way] = []
    before, after = text[:begun], text[end.end() :]
    ends = [start for _, start, _ in heads[1:]] + [end.start()]
    branches = [(asked, text[start:stop]) for (asked, _, start), stop in zip(heads, ends, strict=True)]
    if branches[-1][0]:
        branches.append(("", ""))
    for asked, branch in branches:
        for way in _ways(before + branch + after, names):
            way.asked = ([(asked, True)] if asked else []) + way.asked
            found.append(way)
            if len(found) > _WAYS:
                raise TeraError(f"more than {_WAYS} ways through its branches")
    return found


def _resolved(expression: str, names: Mapping[str, str]) -> str:
    for _ in range(5):
        changed = re.sub(r"(?<![\w.'\"])([A-Za-z_]\w*)(?![\w(='\"])", lambda name: _named(name[1], names), expression)
        if changed == expression:
            break
        expression = changed
    return expression


def _named(name: str, names: Mapping[str, str]) -> str:
    said = names.get(name)
    if said is None or name in ("model", "prompt"):
        return name
    inner = said.strip().removeprefix("{{").removesuffix("}}").strip()
    return f"({inner})" if " and " in inner or " or " in inner else inner


def _filled(text: str, names: Mapping[str, str]) -> str:
    return HOLE.sub(lambda found: "{{ " + _resolved(found[0][2:-2].strip("- \n"), names) + " }}", text)


def hole(said: str) -> str | None:
    """Say an expression in `{{ }}` as one of our templates; None for what these do not see."""
    inner = re.sub(
        r"\|\s*(?:default\([^)]*\)|json_encode\(\)|safe|trim|escape|as_str|str)\s*", "", said[2:-2].strip("- \n")
    ).strip()
    if inner in ("model", "json.model"):
        return "model"
    if _PROMPT.fullmatch(inner) or re.fullmatch(r"\(?(?:json\.)?messages\s*\|\s*last\)?\.content", inner):
        return "messages[-1].content"
    indexed = re.fullmatch(r"(?:json\.)?messages[.\[](\d+)\]?\.content", inner)
    return f"messages[{indexed[1]}].content" if indexed is not None else None


def condition(asked: str, *, holds: bool = True) -> Conditions | None:
    """Say what a branch asks; None for what no condition says."""
    text = _outer(asked.strip())
    if text.startswith("not "):
        return condition(text[4:], holds=not holds)
    parts = list(_parts(text, " and "))
    if len(parts) > 1 and holds:
        found: Conditions = {}
        for part in parts:
            inner = condition(part)
            if inner is None or any(found.get(name, value) != value for name, value in inner.items()):
                return None
            found |= inner
        return found
    return _atom(text, holds=holds)


def _outer(text: str) -> str:
    """Take off parentheses that stand around all of it."""
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1].strip()
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def _parts(text: str, word: str) -> Iterator[str]:
    """Split at a word that stands in no parentheses."""
    depth = begun = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at >= begun and text.startswith(word, at):
            yield text[begun:at].strip()
            begun = at + len(word)
    yield text[begun:].strip()


def _atom(text: str, *, holds: bool) -> Conditions | None:
    if re.fullmatch(r"json\.tools(?:\s+is\s+defined|\s*\|\s*length\s*>\s*0)?", text):
        return {"tools": holds}
    if re.fullmatch(r"has_tool_result\(.*\)", text):
        return {"tool_result": holds}
    if re.fullmatch(r"json\.stream(?:\s*==\s*true)?|stream", text):
        return {"stream": holds}
    if re.fullmatch(r"json\.response_format(?:\s+is\s+defined)?", text):
        return {"response_format": {"not": "text"} if holds else "text"}
    found = re.fullmatch(r"(.+?)\s*(==|!=|is\s+containing|is\s+starting_with|is\s+matching)\s*\(?\s*(['\"])(.*)\3\s*\)?", text)
    if found is not None:
        looked, how, value = found[1], found[2].split()[-1], found[4]
    else:
        among = re.fullmatch(r"(['\"])(.*)\1\s+in\s+(.+)", text)
        if among is None:
            return None
        looked, how, value = among[3], "containing", among[2]
    key = "model" if looked in ("model", "json.model") else "user" if _PROMPT.fullmatch(_outer(looked)) else None
    wanted: Any = {
        "==": exactly(value),
        "!=": {"not": exactly(value)},
        "containing": containing(value),
        "starting_with": {"prefix": value},
        "matching": {"regex": value},
    }[how]
    if key is None or wanted is None:
        return None
    return {key: wanted if holds else {"not": wanted}}
