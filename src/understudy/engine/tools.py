"""What a model does when no rule says: call the fitting tools, use their results, answer in the format asked for.

Arguments are valid against the schema of their tool and mined from the prompt where they fit; once tool results are there, the
answer uses them and the loop ends. Which tools fit is in `behave`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from understudy.engine.behave import REMINDER, about, choose, each, has_results, heard, is_last, results, without_reminders
from understudy.engine.decision import Decision
from understudy.engine.prompted import SPOKEN, named_keys, prompted_schema, wrapped
from understudy.engine.sampling import allowed, best, steadied, worded
from understudy.model.call import Call, Tool
from understudy.model.reply import Reply, Text, ToolCall

_SOME_OBJECT: Final = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def answer(call: Call, mode: str, decision: Decision) -> tuple[str, Reply] | None:
    """Answer as a model would, with the name of the behaviour; None when nothing special is asked."""
    if call.tools or mode == "never" or not any(mark in call.body for mark in SPOKEN):
        return _behaved(call, mode, decision)
    from understudy.engine.agents import agent_of  # agents that speak of their tools in the prompt are rare

    agent = agent_of(call)
    if agent is None:
        return _behaved(call, mode, decision)
    name, reply = _behaved(agent.call, mode, decision) or ("tools", Reply())
    return name, Reply((Text(agent.write(reply)),))


def _behaved(call: Call, mode: str, decision: Decision) -> tuple[str, Reply] | None:
    call = heard(call) if call.tools and REMINDER in call.user else call
    tools = choose(call, mode)
    if tools:
        return "tools", Reply(tuple(_calls(tools, call, steadied(call, decision))))
    wanted = _wanted_schema(call)
    if wanted is not None:
        value = _value(wanted, call, steadied(call, decision), _known(call))
        said = msgspec.json.encode(value).decode()
        return "schema", Reply((Text(said if call.response_format else wrapped(call, said)),))
    if has_results(call) and mode != "never":
        text, atoms = allowed(call, worded(call, _found(call)))
        return "tools", Reply((text,), atoms=atoms)
    return None


def _calls(tools: tuple[Tool, ...], call: Call, decision: Decision) -> Iterator[ToolCall]:
    """Make the calls: of several tools each of what is said about it, of one as often as the prompt asks for it."""
    alone = len(tools) == 1
    for tool in tools:
        told = call.user if alone else about(tool, call.user)
        asked = each(tool, told) if call.parallel and not has_results(call) else ()
        for text in asked or (without_reminders(_known(call)) if alone else told,):
            yield ToolCall(tool.name, _arguments(tool, call, text, decision), kind=tool.kind)


def _arguments(tool: Tool, call: Call, told: str, decision: Decision) -> str:
    if tool.kind == "custom":
        found = call.user if tool.parameters is None else _value(tool.parameters, call, decision, told, tool)
        return found if isinstance(found, str) else call.user
    schema = tool.parameters or {"type": "object", "properties": {}}
    if is_last(tool) and has_results(call) and (name := _only_text(schema)):
        return msgspec.json.encode({name: _found(call)}).decode()
    value = _value(schema, call, decision, told, tool)
    return msgspec.json.encode(value if isinstance(value, dict) else {}).decode()


def _only_text(schema: dict[str, Any]) -> str | None:
    """The name of the one member of an object, where that is a free text."""
    members = schema.get("properties")
    if not isinstance(members, dict) or len(members) != 1:
        return None
    ((name, member),) = members.items()
    free = isinstance(member, dict) and member.get("type") == "string"
    return name if free and not {"enum", "const", "pattern", "format", "minLength", "maxLength"} & set(member) else None


def _found(call: Call) -> str:
    return "Here is what I found: " + "; ".join(results(call))


def _known(call: Call) -> str:
    """What values may be taken from: the prompt, and what tools said about it."""
    return "\n".join([call.user, *results(call)])


def _value(schema: Any, call: Call, decision: Decision, hint: str, tool: Tool | None = None) -> Any:
    """Make a value for a tool, else for an answer in form; what a tool does is real, so it is told to do no more than asked."""
    from understudy.text.schema import value_for  # 20 ms that a server without tools never needs

    purpose, sparing = "response-format" if tool is None else f"tool-{tool.name}", tool is not None
    return best(call, decision, lambda draws: value_for(schema, draws, hint, purpose=purpose, sparing=sparing))


def _wanted_schema(call: Call) -> Any:
    form = call.response_format
    if not isinstance(form, dict):
        return prompted_schema(call)
    if form.get("type") == "json_schema" and isinstance(form.get("json_schema"), dict):
        return form["json_schema"].get("schema", {"type": "object"})
    if form.get("type") == "json_object":
        return prompted_schema(call) or named_keys(call) or _SOME_OBJECT
    return None
