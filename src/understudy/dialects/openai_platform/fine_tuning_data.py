"""The files that models are trained on: what makes a line an example, and the first mistake that makes a job fail.

In: the bytes of a file and the method of the job. Out: the number of examples and tokens, or a mistake as the API says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects._asked import objects
from understudy.dialects.openai_platform.ask import Json
from understudy.dialects.openai_platform.batch_lines import numbered
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_FEWEST = 10
_AT_ONCE = 8_192  # bytes that are read between two waits, and a line more
_WAIT = 0.001  # seconds
_BEFORE_MESSAGES = ("babbage-002", "davinci-002")
_FRAME = 4  # tokens of a message beside its text
_UNEXPECTED = "Unexpected file format, expected either prompt/completion pairs or chat messages."


class Mistake(Struct, frozen=True):
    """Why a job fails."""

    code: str
    message: str
    param: str


class Examined(Struct, frozen=True):
    """What a file holds."""

    examples: int
    tokens: int


def examined(data: bytes, model: str, method: str, param: str) -> Iterator[float | Mistake | Examined]:
    """Read a file in turns: waits, and at last what it holds, or its first mistake."""
    count, examples, tokens, read = encoding_for(model).count, 0, 0, 0
    for number, line in numbered(data):
        texts = _example(line, model, method, number)
        if isinstance(texts, str):
            what = param.replace("_", " ")
            yield Mistake(f"invalid_{param}", f"The job failed due to an invalid {what}. {texts}", param)
            return
        examples += 1
        tokens += sum(_FRAME + count(text) for text in texts)
        read += len(line)
        if read > _AT_ONCE:
            read = 0
            yield _WAIT
    fewest = _FEWEST if param == "training_file" else 1
    if examples < fewest:
        what = param.replace("_", " ").capitalize()
        message = f"{what} has {examples} example(s), but must have at least {fewest} examples"
        yield Mistake("invalid_n_examples", message, param)
        return
    yield Examined(examples, tokens)


def _example(line: bytes, model: str, method: str, number: int) -> list[str] | str:
    """The texts of an example, or what is wrong with it."""
    try:
        value = msgspec.json.decode(line)
    except NOT_JSON:
        return f"Invalid file format. Line {number} is not valid JSON."
    if not isinstance(value, dict):
        return f"Invalid file format. Line {number} is not a JSON object."
    if method == "dpo":
        return _preference(value, number)
    if model.startswith(_BEFORE_MESSAGES) or ("messages" not in value and "prompt" in value and method == "supervised"):
        return _pair(value, model, number)
    return _conversation(value, number, answered=method == "supervised")


def _pair(value: Json, model: str, number: int) -> list[str] | str:
    if not model.startswith(_BEFORE_MESSAGES):
        return "Invalid file format. Input file is in the prompt-completion format, but the model takes chat messages."
    pair = [value.get("prompt"), value.get("completion")]
    texts = [text for text in pair if isinstance(text, str)]
    return texts if len(texts) == len(pair) else f"{_UNEXPECTED} Example {number}"


def _preference(value: Json, number: int) -> list[str] | str:
    """An example of direct preference optimisation: a conversation, and two ways to go on with it."""
    asked = value.get("input")
    found = _conversation(asked if isinstance(asked, dict) else {}, number, answered=False)
    for name in ("preferred_output", "non_preferred_output"):
        if isinstance(found, str):
            break
        output = _conversation({"messages": value.get(name)}, number, answered=True)
        found = found + output if isinstance(output, list) else f"Invalid file format. Example {number} has no '{name}'."
    return found


def _conversation(value: Json, number: int, *, answered: bool) -> list[str] | str:
    messages = value.get("messages")
    if not isinstance(messages, list) or not messages:
        return f"{_UNEXPECTED} Example {number}"
    texts: list[str] = []
    for at, message in enumerate(messages, 1):
        where = f"Example {number}, message {at}"
        if not isinstance(message, dict):
            return f"Invalid file format. {where} is not an object"
        if "role" not in message:
            return f"Invalid file format. {where} Discriminator 'role' is missing in value"
        if message["role"] not in _ROLES:
            return f"Invalid file format. {where} role '{message['role']}' is not one of {', '.join(_ROLES)}"
        found = _texts(message)
        if found is None:
            return f"Invalid file format. {where} has no content"
        texts += found
    if answered and all(message["role"] != "assistant" for message in messages):
        return f"Invalid file format. Example {number} has no message of the role 'assistant'"
    return texts


def _texts(message: Json) -> list[str] | None:
    """The texts of a message; None when it says nothing."""
    content: Any = message.get("content")
    called = [item.get("function") for item in objects(message.get("tool_calls"))] + [message.get("function_call")]
    texts = [str(call.get("arguments") or "") for call in called if isinstance(call, dict)]
    if isinstance(content, str):
        return [content, *texts]
    if isinstance(content, list):
        return [*(part["text"] for part in objects(content) if isinstance(part.get("text"), str)), *texts]
    return texts or None
