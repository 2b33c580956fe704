"""How agents are answered whose tools stand only in the prompt: in steps ("Thought:", "Action:"), in code, in marked fields.

In: a call that offers no tools. Out: the call as if it had offered those of its prompt and told their results as such, and what
writes a reply to that in the form the prompt explains. A form is known by what the prompt says of it, whoever sent it. Chooses
no tool and makes no values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.engine.described import described_tools
from understudy.engine.fields import typed
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Reply, ToolCall

_LONGEST = 1 << 18  # characters of a prompt that is read
_NO_TOOL = "No tool is needed for that."
# Steps: "Action: the tool, one of [a, b]", "Action Input: ...", and what came of it after "Observation:".
_STEPS = re.compile(r"^\W{0,4}Action Input:(?P<input>[^\n]*)", re.MULTILINE)
_BLOB = re.compile(r"[\"'`]action_input[\"'`]")
_ONE_OF = re.compile(r"\bActions?\b[^\n]{0,80}?\bone (?:name )?of:? ?\[?([^\])\n]{1,4000})", re.IGNORECASE)
_VALID = re.compile(r"valid [\"']action[\"'] values: (?:[\"']Final Answer[\"'] or )?([^\n]{1,4000})", re.IGNORECASE)
_OBSERVED = re.compile(r"^Observations?:[ \t]*(.*?)(?=^(?:Thought|Question|Action)\b|\Z)", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"^Question:[ \t]*(.*?)(?=^Thought:|\Z)", re.MULTILINE | re.DOTALL)
# Code: functions to call, between two marks.
_FUNCTIONS = re.compile(r"^def (\w{1,80})\(", re.MULTILINE)
_BETWEEN = re.compile(r"\bopened with '([^'\n]{1,20})'[^'\n]{1,30}\bclosed with '([^'\n]{1,20})'")
_LOGGED = re.compile(r"\A\s*Execution logs:\s*|\s*Last output from code snippet:\s*None\s*\Z")
# Fields: "[[ ## name ## ]]" before each value, as the end of the prompt lists them.
_MARKED = re.compile(
    r"`\[\[ ## (\w{1,80}) ## \]\]`(?: \(must be formatted as a valid Python ([^`\n]{1,2000}?)\)(?=,| and|\.|$))?"
)
_NUMBERED = re.compile(r"^[ \t]{0,40}\(\d{1,3}\) (\w{1,80})\b", re.MULTILINE)
_SEEN = re.compile(
    r"\[\[ ## tool_name_\d+ ## \]\]\s*(\w+)(?:(?!\[\[ ## tool_name).)*?"
    r"\[\[ ## observation_\d+ ## \]\]\s*(.*?)(?=\s*\[\[ ## |\s*\Z)",
    re.DOTALL,
)
_THOUGHT, _NAME, _ARGUMENTS = "next_thought", "next_tool_name", "next_tool_args"


class Agent(Struct, frozen=True):
    """A call that tells its tools as text: what it comes to, and what writes a reply to that."""

    call: Call
    write: Callable[[Reply], str]


def agent_of(call: Call) -> Agent | None:
    """Recognise the form that a prompt explains; None when it explains none."""
    prompt = "\n".join(message.text for message in call.messages if message.role != "assistant")
    if len(prompt) > _LONGEST:
        return None
    return _in_steps(call, prompt) or _in_code(call, prompt) or _in_fields(call, prompt)


def _in_steps(call: Call, prompt: str) -> Agent | None:
    steps, blob = _STEPS.search(prompt), _BLOB.search(prompt) is not None
    named = (_VALID if blob else _ONE_OF).search(prompt)
    if named is None or not (steps or blob) or "Observation" not in prompt:
        return None
    names = [name.strip(" \"'`.") for name in named[1].split(",")]
    question, after = _told(call)
    asked = list(_ASKED.finditer(question))
    if asked:
        question, after = asked[-1][1], question[asked[-1].end() :] + after
    elif (cut := question.find("\nThought:")) >= 0:
        question, after = question[:cut], question[cut:] + after
    final = "Final Answer:" if "Final Answer:" in prompt else "Answer:"
    as_json = blob or (steps is not None and "json" in steps["input"].lower())

    def write(reply: Reply) -> str:
        called, said = _called(reply), reply.text or _NO_TOOL
        if called is None:
            how = json.dumps({"action": "Final Answer", "action_input": said}, ensure_ascii=False)
            return f"Action:\n```json\n{how}\n```" if blob else f"Thought: I know what to answer.\n{final} {said}"
        about = f"Thought: I need {called.name} for this.\n"
        if blob:
            made = {"action": called.name, "action_input": json.loads(called.arguments)}
            return f"{about}Action:\n```json\n{json.dumps(made, ensure_ascii=False)}\n```"
        return f"{about}Action: {called.name}\nAction Input: {called.arguments if as_json else _plain(called.arguments)}"

    return Agent(_as_if(call, described_tools(prompt, filter(None, names)), question, _OBSERVED.findall(after)), write)


def _in_code(call: Call, prompt: str) -> Agent | None:
    names = [name for name in _FUNCTIONS.findall(prompt) if name != "final_answer"]
    if not names or "final_answer" not in prompt or "Observation" not in prompt:
        return None
    question, after = _told(call)
    between = _BETWEEN.search(prompt)
    begin, end = (between[1], between[2]) if between else ("```python", "```")

    def write(reply: Reply) -> str:
        called = _called(reply)
        if called is None:
            thought, code = "I know what to answer.", f"final_answer({reply.text or _NO_TOOL!r})"
        else:
            given = ", ".join(f"{name}={value!r}" for name, value in json.loads(called.arguments).items())
            thought, code = f"I need {called.name} for this.", f"result = {called.name}({given})\nprint(result)"
        if call.response_format:
            return json.dumps({"thought": thought, "code": code}, ensure_ascii=False)
        return f"Thought: {thought}\n{begin}\n{code}\n{end}"

    seen = [_LOGGED.sub("", text) for text in _OBSERVED.findall(after)]
    return Agent(_as_if(call, described_tools(prompt, names), question, seen), write)


def _in_fields(call: Call, prompt: str) -> Agent | None:
    question, _ = _told(call)
    members = {name: typed(kind) for name, kind in _MARKED.findall(question) if name != "completed"}
    if not members:
        return None
    given = question[: question.rfind("\n", 0, question.rfind("[[ ## " + next(iter(members))) + 1)]
    seen = [text for name, text in _SEEN.findall(given) if name != "finish"]

    def write(reply: Reply) -> str:
        called, values = _called(reply), dict.fromkeys(members, "")
        if _NAME not in members:
            values |= json.loads(reply.text)
            values |= {name: "; ".join(seen) for name in members if seen and members[name] == {"type": "string"}}
        elif called is None:
            values |= {_THOUGHT: "I know what to answer.", _NAME: "finish", _ARGUMENTS: "{}"}
        else:
            values |= {_THOUGHT: f"I need {called.name} for this.", _NAME: called.name, _ARGUMENTS: called.arguments}
        fields = "\n\n".join(f"[[ ## {name} ## ]]\n{_text(value)}" for name, value in values.items())
        return f"{fields}\n\n[[ ## completed ## ]]"

    if _NAME in members:
        tools = described_tools(prompt, (name for name in _NUMBERED.findall(prompt) if name != "finish"))
        return Agent(_as_if(call, tools, given, seen), write)
    schema = {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "fields", "schema": schema}}
    return Agent(replace(call, user=given, folded=None, messages=[Message("user", given)], response_format=form), write)


def _told(call: Call) -> tuple[str, str]:
    """The last question of a conversation, and what was said after it."""
    texts = [message.text for message in call.messages]
    asked = [i for i, m in enumerate(call.messages) if m.role == "user" and not m.text.lstrip().startswith("Observation")]
    at = max(asked, default=len(texts) - 1)
    return (texts[at] if texts else ""), "\n".join(["", *texts[at + 1 :]])


def _as_if(call: Call, tools: tuple[Tool, ...], question: str, results: Sequence[str]) -> Call:
    """The call as if its tools had been offered, and their results told as such."""
    messages = [Message("user", question.strip())]
    if results:
        messages += [Message("assistant"), *(Message("tool", result.strip()) for result in results)]
    about = call.about(messages[0].text)
    return replace(about, messages=messages, tools=tools, tool_choice=None, response_format=None, parallel=False)


def _called(reply: Reply) -> ToolCall | None:
    return next((block for block in reply.blocks if isinstance(block, ToolCall)), None)


def _plain(arguments: str) -> str:
    """Arguments as text: the only one as it is, several as JSON."""
    values = list(json.loads(arguments).values())
    return _text(values[0]) if len(values) == 1 else arguments


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
