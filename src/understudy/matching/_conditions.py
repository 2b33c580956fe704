"""What a condition is, and how mistakes in one are collected.

A matcher (one file each) turns the value written under its key into a `Condition`; a condition tests a call, says how far
off it was and why. Mistakes are gathered with their path below `when`, all of them, before anything is refused.
Knows calls and requests; knows no key by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from understudy.kinds import nearest
from understudy.model.call import Call
from understudy.model.http import Request

Groups = dict[str, str]
Test = Callable[[Call, Request], Groups | None]
Path = tuple[str | int, ...]

NO_GROUPS: Groups = {}
"""What a match without regex groups returns: one shared dict, never to be changed."""


class ConditionErrors(ValueError):  # noqa: N818 - many errors, not one
    """A `when` that cannot be used: `errors` holds every mistake with its path below `when`."""

    def __init__(self, errors: list[tuple[Path, str]]) -> None:
        super().__init__("\n".join(message for _, message in errors))
        self.errors = errors


class Problems:
    """Collects mistakes below one path."""

    __slots__ = ("_errors", "path")

    def __init__(self, errors: list[tuple[Path, str]], path: Path = ()) -> None:
        self._errors = errors
        self.path = path

    @property
    def what(self) -> str:
        """The key the path ends with, as messages name it."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "when")

    def at(self, step: str | int) -> Problems:
        """Collect one step further down."""
        return Problems(self._errors, (*self.path, step))

    def add(self, message: str) -> None:
        """Note a mistake: the key, then what was expected and what came."""
        self._errors.append((self.path, f"{self.what}: {message}"))

    def expected(self, wanted: str, got: object, advice: str = "") -> None:
        """Note a value of the wrong kind."""
        self.add(f"expected {wanted}, got {kind_of(got)}." + (f" {advice}" if advice else ""))

    def unknown(self, family: str, key: object, known: Iterable[str]) -> None:
        """Note a key nobody knows, with the nearest known one."""
        names = list(known)
        message = f"unknown {family} {key!r}: expected one of {', '.join(names)}.{nearest(str(key), names)}"
        self._errors.append(((*self.path, key if isinstance(key, int) else str(key)), message))


def kind_of(value: object) -> str:
    """Name a value from a script for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    if isinstance(value, list | dict) and not value:
        return f"an empty {'list' if isinstance(value, list) else 'mapping'}"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f"a {type(value).__name__}"


class Condition(Protocol):
    """One compiled condition. None of its methods raises, whatever the request."""

    @property
    def key(self) -> str:
        """The key of `when`, with a dotted tail where there are several below it."""
        ...

    @property
    def test(self) -> Test:
        """The compiled test: the regex groups, or None when the condition does not hold."""
        ...

    def distance(self, call: Call, request: Request) -> float:
        """How far off: 0 holds, 1 has nothing in common."""
        ...

    def miss(self, call: Call, request: Request) -> str:
        """Say what was wanted and what came; only asked when the condition does not hold."""
        ...

    def describe(self) -> str:
        """Say what is wanted."""
        ...


class Matcher(Protocol):
    """One key of `when`: its name, help and schema, and how its value becomes conditions."""

    @property
    def name(self) -> str:
        """The key."""
        ...

    @property
    def summary(self) -> str:
        """One sentence of help."""
        ...

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value; may refer to `#/$defs/text_condition`."""
        ...

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value; all returned conditions must hold. Mistakes go to `problems`."""
        ...
