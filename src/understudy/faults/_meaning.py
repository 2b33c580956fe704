"""What faults of meaning have in common: the protocol is kept to the letter, what the model says is wrong.

They change what a model says in chats and completions; errors and answers byte by byte pass through. Those of tool calls make a
call of the first function that is offered where the reply has none. Knows no provider.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import structs

from understudy.faults._fault import Fault, Striking
from understudy.model.call import GENERATING, Tool
from understudy.model.reply import Finish, Reasoning, Reply, Text, ToolCall
from understudy.untrusted import NOT_JSON

_NO_SCHEMA: Final[dict[str, Any]] = {"type": "object", "properties": {}}


class Meaning(Fault, frozen=True):
    """A fault in what a model says."""

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Change what a model says; whatever no model says stays."""
        if reply.failure is not None or reply.raw is not None or context.call.operation not in GENERATING:
            return reply
        return self.mean(reply, context)

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Change the reply of a model."""
        raise NotImplementedError  # that is what a fault of this kind is


class TextMeaning(Meaning, frozen=True):
    """A fault in the text; a reply without any is left alone."""

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Change the text."""
        text = self.retell(reply.text, context) if reply.text else ""
        return reply if text == reply.text else retold(reply, text)

    def retell(self, text: str, context: Striking) -> str:
        """Say the text otherwise."""
        raise NotImplementedError  # that is what a fault in the text is


class CallMeaning(Meaning, frozen=True):
    """A fault in the tool calls; where there is nothing to call the reply is left alone."""

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Change the calls, one at least."""
        calls = tuple(block for block in reply.blocks if isinstance(block, ToolCall))
        if calls:
            kept = tuple(block for block in reply.blocks if not isinstance(block, ToolCall))
            made = self.recall(calls, context)
            return reply if made == calls else structs.replace(reply, blocks=kept + made, fixed=False)
        first = first_call(context)
        return reply if first is None else calling(reply, self.recall((first,), context))

    def recall(self, calls: tuple[ToolCall, ...], context: Striking) -> tuple[ToolCall, ...]:
        """Change the calls."""
        return tuple(self.reargue(call, context) for call in calls)

    def reargue(self, call: ToolCall, context: Striking) -> ToolCall:
        """Change the arguments of a function; what tools of other kinds are given is no JSON."""
        if call.kind != "function":
            return call
        return structs.replace(call, arguments=self.argue(call.arguments, schema_of(call, context), context))

    def argue(self, arguments: str, schema: dict[str, Any], context: Striking) -> str:
        """Write other arguments."""
        raise NotImplementedError  # a fault in the calls changes these, or all of `recall`


class MemberMeaning(CallMeaning, frozen=True):
    """A fault in the members of the arguments; arguments that are no JSON object are left alone."""

    def argue(self, arguments: str, schema: dict[str, Any], context: Striking) -> str:
        """Write other members."""
        del context
        given = members(arguments)
        return arguments if given is None else written(self.remember(given, schema))

    def remember(self, given: dict[str, Any], schema: dict[str, Any]) -> Any:
        """Change the members."""
        raise NotImplementedError  # each kind of fault says how


def retold(reply: Reply, text: str, finish: Finish | None = None) -> Reply:
    """Replace all text of a reply, at the place of its first piece; how it was cut and counted is void."""
    at = next(number for number, block in enumerate(reply.blocks) if isinstance(block, Text))
    kept = [block for block in reply.blocks[at:] if not isinstance(block, Text)]
    blocks = (*reply.blocks[:at], Text(text), *kept)
    return structs.replace(
        reply, blocks=blocks, finish=finish or reply.finish, pieces=None, stream_text=None, atoms=None, fixed=False
    )


def calling(reply: Reply, calls: tuple[ToolCall, ...]) -> Reply:
    """Call tools instead of saying something; what was thought stays."""
    thought = tuple(block for block in reply.blocks if isinstance(block, Reasoning))
    return Reply((*thought, *calls), usage=reply.usage, headers=reply.headers)


def first_call(context: Striking) -> ToolCall | None:
    """Make a call of the first function that is offered, with arguments that fit; None when there is no function."""
    tool = next((tool for tool in context.call.tools if tool.kind == "function"), None)
    if tool is None or context.call.operation != "chat":
        return None
    from understudy.text.schema import value_for  # 20 ms that a server without tools never needs

    schema, said = tool.parameters or _NO_SCHEMA, context.call.user
    value = value_for(schema, context.random, said, purpose=f"tool-{tool.name}", sparing=True)
    return ToolCall(tool.name, written(value if isinstance(value, dict) else {}))


def schema_of(call: ToolCall, context: Striking) -> dict[str, Any]:
    """What the client said of the arguments; of a tool that it does not offer, nothing."""
    offered: dict[str, Tool] = {tool.name: tool for tool in context.call.tools}
    found = offered.get(call.name)
    return (found.parameters if found is not None else None) or _NO_SCHEMA


def members(arguments: str) -> dict[str, Any] | None:
    """Read arguments; None when they are no JSON object."""
    value = document(arguments)
    return value if isinstance(value, dict) else None


def document(text: str) -> Any:
    """Read a JSON object or list; None when the text is none."""
    try:
        value = msgspec.json.decode(text)
    except NOT_JSON:
        return None
    return value if isinstance(value, dict | list) else None


def written(value: Any) -> str:
    """Write arguments as models do, without spaces."""
    return msgspec.json.encode(value).decode()
