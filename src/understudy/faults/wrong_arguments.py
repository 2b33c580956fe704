"""The arguments of tool calls have the wrong types: texts for numbers, lists for texts."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from understudy.faults._meaning import MemberMeaning

_WRONG: Final = ("wrong", 7.5, ["wrong"], {"wrong": True}, True, None)


class WrongArguments(MemberMeaning, frozen=True):
    """Give every argument a value that its schema refuses; where nothing is refused, one of another type than it had."""

    name: ClassVar[str] = "wrong-arguments"
    help: ClassVar[str] = "the arguments of tool calls have types that their schema refuses"
    places: ClassVar[tuple[str, ...]] = ()

    def remember(self, given: dict[str, Any], schema: dict[str, Any]) -> Any:
        """Change the type of every value; arguments that have no members become a list."""
        known = schema.get("properties")
        parts = known if isinstance(known, dict) else {}
        return {name: _refused(parts.get(name), value, schema) for name, value in given.items()} or []


def _refused(part: object, value: object, schema: dict[str, Any]) -> Any:
    from understudy.text.conform import Checker  # a server without this fault never needs it

    others = [wrong for wrong in _WRONG if type(wrong) is not type(value)]
    return next((wrong for wrong in others if not Checker(schema).accepts(part, wrong)), others[0])


FAULT = WrongArguments
