"""`tools`: the names of the tools the client offers."""

from __future__ import annotations

from typing import Any

from understudy.matching._conditions import Problems
from understudy.matching._nodes import Every, Node
from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.call import Tool


def _texts(tools: tuple[Tool, ...]) -> tuple[str, ...]:
    return tuple([tool.name for tool in tools])


class ToolsMatcher(TextMatcher):
    """A text matcher that also takes a list of names: all of them are offered."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        schema = super().schema()
        schema["anyOf"].append({"type": "array", "items": {"type": "string"}, "minItems": 1})
        return schema

    def node(self, value: object, problems: Problems) -> Node | None:
        """Compile the text condition."""
        if not isinstance(value, list):
            return super().node(value, problems)
        if not value:
            problems.add("expected at least one name, got an empty list. Write false for no tools.")
            return None
        nodes = [super(ToolsMatcher, self).node(name, problems.at(index)) for index, name in enumerate(value)]
        known = [node for node in nodes if node is not None]
        return Every(known) if len(known) == len(nodes) else None


MATCHER = ToolsMatcher(
    "tools",
    "The tools the client offers: a name, a list of names (all are offered) or a text condition; true = any, false = none.",
    looking(lambda call, _request: call.tools, _texts),
    presence=True,
)
