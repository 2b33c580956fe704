"""Why a request is refused: the grammar of the OpenAI API's validation messages, and the fields of the simpler requests.

In: a body, or fields of it. Out: nothing, or the refusal in the API's words. Grammar: wire.md A.1 (live probes, 2026-08).
Unknown fields are tolerated, null counts as absent. What a chat request may hold is in `check_chat`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from understudy.dialects._asked import json_of
from understudy.errors import RequestError
from understudy.model.reply import Failure

Check = Callable[[Any, str], None]
WrongType = Callable[[str, str, Any], NoReturn]


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


def required(value: Mapping[str, Any], path: str, *names: str) -> None:
    """Check that the fields of an object are there, in this order."""
    for name in names:
        if value.get(name) is None:
            missing(f"{path}.{name}")


def empty_array(path: str) -> NoReturn:
    """Raise empty_array."""
    refuse(
        f"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        path,
        "empty_array",
    )


def empty_string(path: str) -> NoReturn:
    """Raise empty_string."""
    refuse(
        f"Invalid '{path}': empty string. Expected a string with minimum length 1, but got an empty string instead.",
        path,
        "empty_string",
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


def one_of(*allowed: str, wrong: WrongType = wrong_type) -> Check:
    """Check an enumeration; `wrong` says that a value is no text."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            wrong(path, f"one of {listed(allowed, 'or')}", value)
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


def stream_options(value: Any, path: str) -> None:
    """Check `stream_options`."""
    mapping(value, path)
    for key in ("include_usage", "include_obfuscation"):
        if value.get(key) is not None:
            boolean(value[key], f"{path}.{key}")


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
    value = json_of(body)
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
