"""From the contents of a Gemini request to messages, tools and choices in no provider's words.

The system instruction becomes a first message of role system. Results of functions stand in user contents on this wire; here
each becomes a message of role tool, before what is said beside them. Calls become `tool_calls` of the assistant's message;
thoughts that a client sends back are nobody's words and are left out.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.dialects.gemini.media import file_of
from understudy.model.call import Message, Tool

JSON = "application/json"
ENUM = "text/x.enum"
_RESULT = ("result", "output", "content")  # members in which clients put a result; some repeat the function's name beside it
_SIMPLE = {"type", "title", "description", "enum", "default", "required", "pattern", "minimum", "maximum", "format", "example"}


class Extra(Struct, gc=False):
    """What only this dialect asks, and the encoder needs.

    `sse` says that a stream comes as server-sent events. `stops` are the stop sequences, `shows` whether thoughts are shown,
    `budget` and `level` how much to think. `tools` are the tools as text, `contents` the number of contents, 0 where each is a
    message (both for counting), `media` says that there is something to count that is no text, `resolution` how closely it is
    looked at. `bare` wants a JSON text without its quotes. `sizes` are the dimensions wanted of each vector, `form` is the form
    they come in. `page` is what part of a catalogue is wanted. `cache` is the name of a cache that holds the beginning of the
    prompt, `files` says that uploaded files are shown, `strict` that both must be there; `cached` are the tokens that the cache
    held. `own` says that no rendering of the answer serves another.
    """

    sse: bool = True
    stops: tuple[str, ...] = ()
    shows: bool = False
    budget: int | None = None
    level: str | None = None
    tools: str = ""
    contents: int = 0
    media: bool = False
    resolution: str = ""
    bare: bool = False
    sizes: tuple[int | None, ...] = ()
    form: Literal["one", "batch", "predict"] = "one"
    page: tuple[int, int] = (50, 0)
    cache: str = ""
    files: bool = False
    strict: bool = True
    cached: int = 0
    own: bool = False

    @property
    def marks(self) -> tuple[Any, ...]:
        """What makes another rendering of an answer that is not its request's `own`."""
        return self.stops, self.shows, self.budget, self.level, self.bare


def messages(value: dict[str, Any]) -> list[Message]:
    """Read the system instruction and the conversation."""
    system = value.get("systemInstruction")
    found = [Message("system", _content(system.get("parts", [])))] if system else []
    for content in value.get("contents", ()):
        found += _messages(content.get("role", "user"), content.get("parts", []))
    return found


def _messages(role: str, parts: list[dict[str, Any]]) -> list[Message]:
    if role == "model":
        calls = [_call(part["functionCall"]) for part in parts if "functionCall" in part]
        return [Message("assistant", _content(parts), tool_calls=calls or None)]
    results = [_result(part["functionResponse"]) for part in parts if "functionResponse" in part]
    rest = [part for part in parts if "functionResponse" not in part]
    return [*results, Message("user", _content(rest))] if rest or not results else results


def _content(parts: list[dict[str, Any]]) -> str | list[Any]:
    shown = [part for part in parts if not part.get("thought") and "functionCall" not in part]
    if len(shown) == 1 and "text" in shown[0]:
        text: str = shown[0]["text"]
        return text
    return list(shown) if shown else ""


def _call(call: dict[str, Any]) -> dict[str, Any]:
    arguments = msgspec.json.encode(call.get("args") or {}).decode()
    return {"id": call.get("id", ""), "type": "function", "function": {"name": call.get("name", ""), "arguments": arguments}}


def _result(result: dict[str, Any]) -> Message:
    response = result.get("response")
    if isinstance(response, dict):
        inner = [name for name in response if name != "name" or response[name] != result.get("name")]
        response = response[inner[0]] if len(inner) == 1 and inner[0] in _RESULT else response
    text = response if isinstance(response, str) else msgspec.json.encode(response).decode()
    return Message("tool", text, name=result.get("name"), tool_call_id=result.get("id"))


def tools(value: dict[str, Any]) -> tuple[Tool, ...]:
    """Read the functions that are offered."""
    return tuple(
        Tool(function["name"], function.get("description", ""), _parameters(function))
        for tool in value.get("tools", ())
        for function in tool.get("functionDeclarations", ())
        if function.get("name")
    )


def _parameters(function: dict[str, Any]) -> dict[str, Any] | None:
    given = function.get("parametersJsonSchema")
    if isinstance(given, dict):
        return given
    given = function.get("parameters")
    return json_schema(given) if isinstance(given, dict) else None


def json_schema(schema: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Spell a schema of the API's own kind (a subset of OpenAPI, types in capitals) as JSON Schema."""
    found: dict[str, Any] = {}
    for name, value in schema.items():
        match name:
            case "type" if isinstance(value, str):
                found["type"] = value.lower()
            case "properties" if isinstance(value, dict) and depth < 40:
                found[name] = {key: _inner(item, depth) for key, item in value.items()}
            case "items" | "additionalProperties" | "additional_properties" if isinstance(value, dict) and depth < 40:
                found["items" if name == "items" else "additionalProperties"] = _inner(value, depth)
            case "anyOf" | "any_of" if isinstance(value, list) and depth < 40:
                found["anyOf"] = [_inner(item, depth) for item in value]
            case "minItems" | "maxItems" | "minLength" | "maxLength" | "min_items" | "max_items" | "min_length" | "max_length":
                found[name.replace("_i", "I").replace("_l", "L")] = _whole(value)
            case "format" if value == "enum":
                pass
            case _ if name in _SIMPLE:
                found[name] = value
    return found


def _inner(value: Any, depth: int) -> Any:
    return json_schema(value, depth + 1) if isinstance(value, dict) else value


def _whole(value: Any) -> Any:
    """Bounds are 64 bits wide, and those are texts in the JSON of protocol buffers."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def tool_choice(value: dict[str, Any]) -> Any:
    """Read which functions are wanted."""
    calling = value.get("toolConfig", {}).get("functionCallingConfig", {})
    mode, names = calling.get("mode", "AUTO"), calling.get("allowedFunctionNames", [])
    if mode == "NONE":
        return "none"
    insists = mode == "ANY"
    if not names:
        return "required" if insists else "auto" if mode == "VALIDATED" else None
    listed = [{"type": "function", "function": {"name": name}} for name in names]
    if insists and len(listed) == 1:
        return listed[0]
    return {"type": "allowed_tools", "allowed_tools": {"mode": "required" if insists else "auto", "tools": listed}}


def response_format(config: dict[str, Any]) -> Any:
    """Read the form that the answer must have."""
    if config.get("responseMimeType") not in (JSON, ENUM):
        return None
    schema = next((config[name] for name in ("responseJsonSchema", "_responseJsonSchema") if name in config), None)
    if schema is None and isinstance(config.get("responseSchema"), dict):
        schema = json_schema(config["responseSchema"])
    if schema is None:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "response", "schema": schema}}


def extra_wishes(value: dict[str, Any], found: list[Message], *, sse: bool) -> Extra:
    """Read what only this dialect asks."""
    config, listed = value.get("generationConfig", {}), value.get("tools")
    thinking = config.get("thinkingConfig", {})
    level = thinking.get("thinkingLevel")
    made = Extra(
        sse=sse,
        stops=tuple(stop for stop in config.get("stopSequences", ()) if stop),
        shows=thinking.get("includeThoughts", False),
        budget=thinking.get("thinkingBudget"),
        level=level.lower() if isinstance(level, str) else None,
        tools=msgspec.json.encode(listed).decode() if listed else "",
        contents=len(value.get("contents", ())) + ("systemInstruction" in value),
        media=any(isinstance(message.content, list) for message in found),
        resolution=str(config.get("mediaResolution", "")),
        bare=config.get("responseMimeType") == ENUM,
        cache=value.get("cachedContent", ""),
    )
    made.files = made.media and shows_files(found)
    made.own = made.media
    return made


def shows_files(found: list[Message]) -> bool:
    """Say whether messages show files that were uploaded."""
    lists = [said.content for said in found if isinstance(said.content, list)]
    return any(file_of(part) is not None for parts in lists for part in parts)
