"""Why a request is refused: the OpenAI API's own validation messages.

The hot path decodes a body into typed structs; only when that fails (or a rule between fields is broken) this module reads
the body again, field by field in the API's order, and says what the API would say. Grammar and order of checks: wire.md A.1
and A.2 (live probes, 2026-08). Unknown fields are tolerated, null counts as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import msgspec

from understudy.errors import RequestError
from understudy.model.reply import Failure

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
Check = Callable[[Any, str], None]


def refuse(message: str, param: str | None = None, code: str | None = None) -> NoReturn:
    """Raise a 400 in the API's grammar."""
    raise RequestError(Failure(400, "invalid_request", message, param, "invalid_request_error", code))


def malformed() -> NoReturn:
    """Raise the answer to a body that is no JSON."""
    raise RequestError(Failure(400, "malformed_json"))


def got(value: Any) -> str:
    """Name the type of a JSON value as the API does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a decimal number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"


def listed(values: tuple[str, ...], last: str = "and") -> str:
    """List values with a serial comma: 'a', 'b', and 'c'."""
    quoted = [f"'{v}'" for v in values]
    if len(quoted) < 3:
        return f" {last} ".join(quoted)
    return f"{', '.join(quoted[:-1])}, {last} {quoted[-1]}"


def wrong_type(path: str, expected: str, value: Any) -> NoReturn:
    """Raise invalid_type."""
    refuse(f"Invalid type for '{path}': expected {expected}, but got {got(value)} instead.", path, "invalid_type")


def missing(path: str) -> NoReturn:
    """Raise missing_required_parameter."""
    refuse(f"Missing required parameter: '{path}'.", path, "missing_required_parameter")


def empty_array(path: str) -> NoReturn:
    """Raise empty_array."""
    refuse(
        f"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        path,
        "empty_array",
    )


def number(low: float, high: float | None, *, whole: bool) -> Check:
    """Check a number and its bounds."""
    kind = "integer" if whole else "decimal"
    article = "an" if whole else "a"

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            wrong_type(path, f"{article} {kind}", value)
        if value < low:
            refuse(
                f"Invalid '{path}': {kind} below minimum value. Expected a value >= {low}, but got {value} instead.",
                path,
                f"{kind}_below_min_value",
            )
        if high is not None and value > high:
            refuse(
                f"Invalid '{path}': {kind} above maximum value. Expected a value <= {high}, but got {value} instead.",
                path,
                f"{kind}_above_max_value",
            )

    return check


def boolean(value: Any, path: str) -> None:
    """Check a boolean."""
    if not isinstance(value, bool):
        wrong_type(path, "a boolean", value)


def string(value: Any, path: str) -> None:
    """Check a string."""
    if not isinstance(value, str):
        wrong_type(path, "a string", value)


def mapping(value: Any, path: str) -> None:
    """Check an object."""
    if not isinstance(value, dict):
        wrong_type(path, "an object", value)


def one_of(*allowed: str) -> Check:
    """Check an enumeration."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            wrong_type(path, f"one of {listed(allowed, 'or')}", value)
        if value not in allowed:
            refuse(f"Invalid value: '{value}'. Supported values are: {listed(allowed)}.", path, "invalid_value")

    return check


def stop(value: Any, path: str) -> None:
    """Check `stop`: a string or up to four."""
    if isinstance(value, list):
        if len(value) > 4:
            refuse(
                f"Invalid '{path}': array too long. Expected an array with maximum length 4, but got an array with length "
                f"{len(value)} instead.",
                path,
                "array_above_max_length",
            )
        for i, item in enumerate(value):
            string(item, f"{path}[{i}]")
    elif not isinstance(value, str):
        wrong_type(path, "one of a string or array of strings", value)


def tools(value: Any, path: str) -> None:
    """Check `tools`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    for i, tool in enumerate(value):
        at = f"{path}[{i}]"
        mapping(tool, at)
        kind = tool.get("type")
        if kind is None:
            missing(f"{at}.type")
        one_of("function", "custom")(kind, f"{at}.type")
        if tool.get(kind) is None:
            missing(f"{at}.{kind}")
        mapping(tool[kind], f"{at}.{kind}")
        name = tool[kind].get("name")
        if name is None:
            missing(f"{at}.{kind}.name")
        string(name, f"{at}.{kind}.name")
        if name == "":
            refuse(
                f"Invalid '{at}.{kind}.name': empty string. Expected a string with minimum length 1, but got an empty string "
                "instead.",
                f"{at}.{kind}.name",
                "empty_string",
            )
        if tool[kind].get("parameters") is not None:
            mapping(tool[kind]["parameters"], f"{at}.{kind}.parameters")
        if tool[kind].get("description") is not None:
            string(tool[kind]["description"], f"{at}.{kind}.description")


def tool_choice(value: Any, path: str) -> None:
    """Check `tool_choice`."""
    if isinstance(value, dict):
        if value.get("type") is None:
            missing(f"{path}.type")
    elif not isinstance(value, str):
        wrong_type(path, "one of one of 'none', 'auto', or 'required' or object", value)
    else:
        one_of("none", "auto", "required")(value, path)


def response_format(value: Any, path: str) -> None:
    """Check `response_format`."""
    mapping(value, path)
    if value.get("type") is None:
        missing(f"{path}.type")
    one_of("json_object", "json_schema", "text")(value["type"], f"{path}.type")
    if value["type"] == "json_schema":
        if value.get("json_schema") is None:
            missing(f"{path}.json_schema")
        mapping(value["json_schema"], f"{path}.json_schema")
        if value["json_schema"].get("name") is None:
            missing(f"{path}.json_schema.name")


def messages(value: Any, path: str) -> None:
    """Check the conversation."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    if not value:
        empty_array(path)
    for i, message in enumerate(value):
        at = f"{path}[{i}]"
        mapping(message, at)
        if message.get("role") is None:
            missing(f"{at}.role")
        one_of(*ROLES)(message["role"], f"{at}.role")
        _content(message, at, i)
        for key in ("name", "tool_call_id"):
            if message.get(key) is not None:
                string(message[key], f"{at}.{key}")
        calls = message.get("tool_calls")
        if calls is not None:
            if not isinstance(calls, list):
                wrong_type(f"{at}.tool_calls", "an array of objects", calls)
            if not calls:
                empty_array(f"{at}.tool_calls")
            for j, call in enumerate(calls):
                mapping(call, f"{at}.tool_calls[{j}]")


def _content(message: Mapping[str, Any], at: str, index: int) -> None:
    content = message.get("content")
    if content is None:
        if message["role"] == "assistant" and any(message.get(k) for k in ("tool_calls", "function_call", "refusal", "audio")):
            return
        if message["role"] == "developer":
            missing(f"{at}.content")
        refuse("Invalid value for 'content': expected a string, got null.", f"messages.[{index}].content")
    if isinstance(content, list):
        for i, part in enumerate(content):
            mapping(part, f"{at}.content[{i}]")
            if part.get("type") is None:
                missing(f"{at}.content[{i}].type")
            string(part["type"], f"{at}.content[{i}].type")
            if part["type"] == "text":
                if part.get("text") is None:
                    missing(f"{at}.content[{i}].text")
                string(part["text"], f"{at}.content[{i}].text")
    elif not isinstance(content, str):
        wrong_type(f"{at}.content", "one of a string or array of objects", content)


def stream_options(value: Any, path: str) -> None:
    """Check `stream_options`."""
    mapping(value, path)
    for key in ("include_usage", "include_obfuscation"):
        if value.get(key) is not None:
            boolean(value[key], f"{path}.{key}")


# The API's own order of checks (wire.md A.2).
CHAT: tuple[tuple[str, Check], ...] = (
    ("messages", messages),
    ("tools", tools),
    ("tool_choice", tool_choice),
    ("parallel_tool_calls", boolean),
    ("max_completion_tokens", number(1, None, whole=True)),
    ("n", number(1, 128, whole=True)),
    ("temperature", number(0, 2, whole=False)),
    ("top_p", number(0, 1, whole=False)),
    ("presence_penalty", number(-2, 2, whole=False)),
    ("frequency_penalty", number(-2, 2, whole=False)),
    ("logprobs", boolean),
    ("top_logprobs", number(0, 20, whole=True)),
    ("user", string),
    ("seed", number(-(2**63), 2**63 - 1, whole=True)),
    ("response_format", response_format),
    ("service_tier", string),
    ("max_tokens", number(1, None, whole=True)),
    ("reasoning_effort", string),
    ("logit_bias", mapping),
    ("stop", stop),
    ("stream", boolean),
    ("stream_options", stream_options),
    ("store", boolean),
    ("metadata", mapping),
)

COMPLETION: tuple[tuple[str, Check], ...] = (
    ("max_tokens", number(0, None, whole=True)),
    ("n", number(1, 128, whole=True)),
    ("best_of", number(0, 20, whole=True)),
    ("temperature", number(0, 2, whole=False)),
    ("top_p", number(0, 1, whole=False)),
    ("presence_penalty", number(-2, 2, whole=False)),
    ("frequency_penalty", number(-2, 2, whole=False)),
    ("logprobs", number(0, 5, whole=True)),
    ("echo", boolean),
    ("suffix", string),
    ("user", string),
    ("seed", number(-(2**63), 2**63 - 1, whole=True)),
    ("logit_bias", mapping),
    ("stop", stop),
    ("stream", boolean),
    ("stream_options", stream_options),
)

EMBEDDING: tuple[tuple[str, Check], ...] = (
    ("dimensions", number(1, None, whole=True)),
    ("encoding_format", one_of("float", "base64")),
    ("user", string),
)


def body_object(body: bytes) -> dict[str, Any]:
    """Decode a body that must be a JSON object."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        malformed()
    if not isinstance(value, dict):
        malformed()
    return value


def fields(value: Mapping[str, Any], checks: tuple[tuple[str, Check], ...]) -> None:
    """Run the checks of the fields that are there."""
    for name, check in checks:
        if value.get(name) is not None:
            check(value[name], name)


def model_of(value: Mapping[str, Any]) -> None:
    """Check `model`: absent, null and empty are one thing, a wrong type is another."""
    model = value.get("model")
    if model is None or model == "":
        refuse("you must provide a model parameter")
    if not isinstance(model, str):
        malformed()
