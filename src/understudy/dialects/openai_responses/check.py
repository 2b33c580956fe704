"""Why a request for a response is refused, in the order and the words of the API (wire.md A.1, A.3: live probes, 2026-08).

In: a body. Out: nothing, or the refusal. What items, tools and options may be is in `check_items`, `check_tools` and
`check_options`, what depends on the family of the model in `check_family`. Look-ups of what is kept are done by `recall`, after
all this.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Options
from understudy.dialects._openai.check import Check, boolean, listed, mapping, missing, number, refuse, required, string
from understudy.dialects._openai.check_schema import answer_format
from understudy.dialects._openai.check_texts import name as check_name
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects.openai_responses import check_family, check_items, check_options, check_tools
from understudy.dialects.openai_responses.check_options import only
from understudy.dialects.openai_responses.check_words import key, metadata, one_of, wrong_type
from understudy.dialects.openai_responses.wishes import Json

_INCLUDES = (
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)
_MOVED = (
    "Unsupported parameter: 'messages'. In the Responses API, this parameter has moved to 'input'. Try again with the new "
    "parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create."
)
_NOTHING = "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided."


def response(body: Json, options: Options) -> None:
    """Check a whole request."""
    model = body.get("model")
    if "model" not in body:
        missing("model")
    if not isinstance(model, str):
        wrong_type("model", "a string", model)
    if not model or (options.only_listed and all(known.id != model for known in options.listed)):
        refuse(f"The requested model '{model}' does not exist.", "model", "model_not_found")
    goes_on = any(body.get(name) is not None for name in ("previous_response_id", "prompt", "conversation"))
    if "input" not in body and not goes_on:
        missing("input")
    fields(body)
    if body.get("conversation") is not None and body.get("previous_response_id") is not None:
        refuse(
            "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.",
            None,
            "mutually_exclusive_parameters",
        )
    if body.get("input") in ("", []) and not goes_on:
        refuse(_NOTHING, None, "missing_required_parameter")
    if body.get("stream_options") is not None and not body.get("stream"):
        refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    check_tools.offered(body)
    check_family.values(body, model)
    _speaks_of_json(body)


def fields(body: Json, *also: str) -> None:
    """Check the fields that are there: names first (`also` are known, too), then each in the API's order."""
    for name in body:
        if name not in _KNOWN and name not in also:
            if name == "messages":
                refuse(_MOVED, None, "unsupported_parameter")
            unknown(name, (known for known in _KNOWN if known not in body))
    for name, check in _FIELDS:
        if body.get(name) is not None:
            check(body[name], name)
        elif name == "input" and name in body:
            wrong_type(name, "a string", None)


def counted(body: Json) -> None:
    """Check the request to count an input, which may name a style of talking that a response may not."""
    fields(body, "personality")
    if body.get("personality") is not None:
        string(body["personality"], "personality")


def conversation(body: Json) -> None:
    """Check the request for a conversation."""
    for name, check in (("items", check_items.items), ("metadata", metadata)):
        if body.get(name) is not None:
            check(body[name], name)
    if len(body.get("items") or ()) > check_items.MOST:
        check_items.too_many(len(body["items"]))


def include(value: Any, path: str = "include") -> None:
    """Check what is to be included."""
    if not isinstance(value, list):
        short = tuple(f"{name[:3]}...{name[-3:]}" for name in _INCLUDES)
        wrong_type(path, f"one of {listed(short, 'or')}", value)
    for i, item in enumerate(value):
        one_of(*_INCLUDES)(item, f"{path}[{i}]")


def _text(value: Any, path: str) -> None:
    only(value, path, "format", "verbosity")
    if value.get("verbosity") is not None:
        one_of("low", "medium", "high")(value["verbosity"], f"{path}.verbosity")
    form = value.get("format")
    if form is None:
        return
    at = f"{path}.format"
    mapping(form, at)
    required(form, at, "type")
    one_of("json_object", "text", "json_schema")(form["type"], f"{at}.type")
    if form["type"] != "json_schema":
        return
    required(form, at, "name", "schema")
    check_name(form["name"], f"{at}.name")
    mapping(form["schema"], f"{at}.schema")
    answer_format(form, f"{at}.schema")


def _conversation(value: Any, path: str) -> None:
    if isinstance(value, dict) and value.get("id") is None:
        missing(f"{path}.id")
    if not isinstance(value, str | dict):
        wrong_type(path, "one of a string or object", value)


def _instructions(value: Any, path: str) -> None:
    if not isinstance(value, str | list):
        wrong_type(path, "a string", value)


def _speaks_of_json(body: Json) -> None:
    """Check that the model is told to write JSON where it must write an object of its own choice."""
    form = (body.get("text") or {}).get("format") or {}
    if form.get("type") == "json_object" and "json" not in f"{body.get('input')} {body.get('instructions')}".lower():
        refuse(
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
            "input",
        )


_FIELDS: tuple[tuple[str, Check], ...] = (
    ("input", check_items.given),
    ("previous_response_id", string),
    ("prompt", mapping),
    ("moderation", mapping),
    ("include", include),
    ("tools", check_tools.tools),
    ("tool_choice", check_tools.tool_choice),
    ("metadata", metadata),
    ("text", _text),
    ("temperature", number(0, 2, whole=False)),
    ("top_p", number(0, 1, whole=False)),
    ("presence_penalty", number(-2, 2, whole=False)),
    ("frequency_penalty", number(-2, 2, whole=False)),
    ("parallel_tool_calls", boolean),
    ("stream", boolean),
    ("stream_options", check_options.stream_options),
    ("background", boolean),
    ("max_output_tokens", number(16, None, whole=True)),
    ("max_tool_calls", number(1, None, whole=True)),
    ("reasoning", check_options.reasoning),
    ("user", string),
    ("safety_identifier", key),
    ("prompt_cache_options", check_options.cache),
    ("prompt_cache_key", key),
    ("prompt_cache_retention", one_of("in_memory", "24h")),
    ("truncation", one_of("auto", "disabled")),
    ("instructions", _instructions),
    ("store", boolean),
    ("service_tier", one_of("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")),
    ("top_logprobs", number(0, 20, whole=True)),
    ("context_management", check_options.context),
    ("conversation", _conversation),
    ("image", check_options.image),
    ("access_programs", check_options.programs),
)
_KNOWN = (*(name for name, _ in _FIELDS), "model")
