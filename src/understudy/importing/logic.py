"""What conditions say of each other: whether one holds wherever another does, and whether both can hold at once.

In: conditions as readers of formats write them. What is not seen here is taken to be unknown: conditions that are neither
`covers` nor `apart` may meet.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.importing.words import part_of

Conditions = dict[str, Any]

_CHATS: Final = {"operation": "chat"}
_MAPPINGS: Final = ("header", "json")
_EXACT: Final = ("operation", "dialect", "response_format", "user", "stream")


def covers(general: Conditions, special: Conditions) -> bool:
    """Whether conditions hold wherever others do; those that name no operation are about chats."""
    special = _CHATS | special
    return all(_follows(name, value, special.get(name)) for name, value in general.items())


def _follows(name: str, general: Any, special: Any) -> bool:
    """Whether a condition holds wherever another of the same key does."""
    if general == special:
        return True
    if name == "operation":
        return _texts(special) <= _texts(general)
    if special is None or special is False:
        return False
    if general is True and name == "tool_result":
        return True
    if name in _MAPPINGS and isinstance(general, dict) and isinstance(special, dict):
        return all(inner in special and _follows("", value, special[inner]) for inner, value in general.items())
    part, whole = part_of(general), special if isinstance(special, str) else part_of(special)
    return isinstance(general, dict) and part is not None and whole is not None and part in whole


def apart(one: Conditions, other: Conditions) -> bool:
    """Whether conditions can never hold at once; those that name no operation are about chats."""
    one, other = _CHATS | one, _CHATS | other
    return any(_excludes(name, one[name], other[name]) for name in one.keys() & other.keys())


def meets(one: Conditions, other: Conditions) -> bool:
    """Whether conditions may well hold at once: words that are no parts of each other are taken to be of different texts."""
    mine, theirs = part_of(one.get("user")), part_of(other.get("user"))
    return (mine is None or theirs is None or mine in theirs or theirs in mine) and not apart(one, other)


def both(one: Conditions, other: Conditions) -> Conditions | None:
    """Say that both hold; None when they never do, or when it takes more than a condition of each key."""
    found = {**one, **other}
    for name in one.keys() & other.keys():
        mine, theirs = one[name], other[name]
        if _follows(name, mine, theirs):
            continue
        if _follows(name, theirs, mine):
            found[name] = mine
        elif name in _MAPPINGS and isinstance(mine, dict) and isinstance(theirs, dict):
            if any(mine[inner] != theirs[inner] for inner in mine.keys() & theirs.keys()):
                return None
            found[name] = mine | theirs
        elif isinstance(mine, dict) and isinstance(theirs, dict) and name != "operation":
            found[name] = {"all": [mine, theirs]}
        else:
            return None
    return None if apart(one, other) else found


def _excludes(name: str, one: Any, other: Any) -> bool:
    if one == other:
        return False
    if isinstance(one, bool) and isinstance(other, bool):
        return one is not other
    if name == "tool_result" and (one is False or other is False):
        return True
    if name in _MAPPINGS and isinstance(one, dict) and isinstance(other, dict):
        return any(_excludes("user", one[inner], other[inner]) for inner in one.keys() & other.keys())
    if name == "model":
        return _names_apart(one, other)
    if name in _EXACT:
        mine, theirs = _texts(one), _texts(other)
        return bool(mine and theirs) and not mine & theirs
    return False


def _texts(value: Any) -> set[str]:
    """The texts that a condition is about when it holds for these alone."""
    if isinstance(value, dict) and value.keys() == {"equals"}:
        value = value["equals"]
    listed = value if isinstance(value, list) else [value]
    return {text.strip().casefold() for text in listed} if all(isinstance(text, str) for text in listed) else set()


def _names_apart(one: Any, other: Any) -> bool:
    """Whether names of models differ, and neither may be a version of the other."""
    mine, theirs = _model(one), _model(other)
    if not mine or not theirs or "*" in mine + theirs or "?" in mine + theirs:
        return False
    return not mine.startswith(theirs) and not theirs.startswith(mine)


def _model(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"any"}:
        value = value["any"][0]
    return value.casefold() if isinstance(value, str) else ""
