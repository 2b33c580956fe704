"""LiteLLM's `mock_response`: the models of a proxy configuration, or a mapping of model names to what is mocked.

Source: LiteLLM's main.py (mock_completion) and its page on mock requests, 2025 to 2026.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.importing.answers import arguments, of_document
from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.order import plain
from understudy.importing.pace import shown
from understudy.importing.source import Source
from understudy.recorder.losses import told

Reply = dict[str, Any]

_ERRORS: Final = {
    "litellm.RateLimitError": {"status": 429, "message": "this is a mock rate limit error"},
    "litellm.ContextWindowExceededError": "context_length",
    "litellm.InternalServerError": {"status": 500, "message": "this is a mock internal server error"},
}
_MIDSTREAM: Final = {"status": 529, "message": "This is a mock error raised mid-stream"}
_MOCKED: Final = ("mock_response", "mock_tool_calls", "mock_timeout", "mock_delay")
_MOCKING: Final = ("mock_response", "mock_tool_calls", "mock_timeout")
"""Any of these must say something, or the provider is asked."""

_PROVIDER: Final = {
    "model",
    "api_key",
    "api_base",
    "api_version",
    "timeout",
    "stream_timeout",
    "custom_llm_provider",
    *_MOCKED,
}
_SHARED_OUT: Final = ("rpm", "tpm", "weight", "order")
"""By what the gateway chooses among the deployments of a name."""

_SETTINGS: Final = ("general_settings", "litellm_settings", "router_settings", "environment_variables")


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    data = source.data
    if not isinstance(data, dict):
        return False
    if isinstance(data.get("model_list"), list):
        return True
    return bool(data) and all(isinstance(value, dict) and value.keys() & set(_MOCKED) for value in data.values())


def read(source: Source, draft: Draft) -> None:
    """Read a configuration, or a mapping.

    Raises:
        FormatError: saying what was expected where.
    """
    data = source.parsed
    if not isinstance(data, dict) or not data:
        raise FormatError(f"{source.path}:1: expected a 'model_list', or a mapping of models to mock_response, got neither.")
    if "model_list" in data:
        _configuration(source, data, draft)
    else:
        for name, mocked in data.items():
            params = mocked if isinstance(mocked, dict) and mocked.keys() & set(_MOCKED) else {"mock_response": mocked}
            _rule(source, str(name), [((name,), params)], draft)
    draft.settings.setdefault("reply", "error")


def _configuration(source: Source, data: dict[str, Any], draft: Draft) -> None:
    draft.leftovers(source, (), data, {"model_list", *_SETTINGS})
    for name in _SETTINGS:
        if name in data:
            draft.remark(
                source.where(name), f"{name!r} is what the gateway does; put it in front of this server. It is left out."
            )
    models: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {}
    for number, item in enumerate(data["model_list"] or ()):
        place = ("model_list", number)
        if not isinstance(item, dict) or not isinstance(item.get("litellm_params"), dict):
            draft.remark(source.where(*place), "expected a model with litellm_params. It is left out.")
            continue
        draft.leftovers(source, place, item, {"model_name", "litellm_params", "model_info"})
        name, params = str(item.get("model_name")), item["litellm_params"]
        if name and "*" not in name:
            draft.models[name] = None
        if not any(params.get(name) for name in _MOCKING):
            draft.remark(
                source.where(*place), f"model {name!r} has no mock_response: a provider answers it. It is listed only."
            )
            continue
        _shares(source, (*place, "litellm_params"), params, draft)
        draft.leftovers(source, (*place, "litellm_params"), params, {*_PROVIDER, *_SHARED_OUT})
        models.setdefault(name, []).append(((*place, "litellm_params"), params))
    for name, mocked in models.items():
        with draft.attempt(source.where(*mocked[0][0]), f"model {name!r}"):
            _rule(source, name, mocked, draft)


def _shares(source: Source, place: tuple[Any, ...], params: dict[str, Any], draft: Draft) -> None:
    """Note what the gateway's router goes by; a limit that a provider would refuse by is another matter."""
    for name in _SHARED_OUT:
        if params.get(name) is not None:
            hint = " To be refused beyond it, write `limits`." if name in ("rpm", "tpm") else ""
            draft.remark(source.where(*place, name), f"{name!r} is what the gateway's router goes by. It is left out.{hint}")


def _rule(source: Source, name: str, mocked: list[tuple[tuple[Any, ...], dict[str, Any]]], draft: Draft) -> None:
    where = source.where(*mocked[0][0])
    replies = [plain(reply) for place, params in mocked if (reply := _reply(source, place, params, draft)) is not None]
    rule: dict[str, Any] = {"name": name, "when": {"model": name}}
    if len(replies) == 1:
        draft.rule(where, rule | {"reply": replies[0]})
    elif replies:
        draft.remark(where, f"model {name!r} has {len(replies)} deployments: they answer in turn here, not at random.")
        draft.rule(where, rule | {"replies": replies, "then": "loop"})


def _reply(source: Source, place: tuple[Any, ...], params: dict[str, Any], draft: Draft) -> Reply | None:
    mocked = params.get("mock_response")
    delay = params.get("mock_delay")
    timing = {"timing": {"latency": shown(float(delay) * 1000)}} if isinstance(delay, int | float) and delay else {}
    if params.get("mock_timeout"):
        wait = params.get("timeout")
        after = f"{float(wait):g}s" if isinstance(wait, int | float) else "30s"
        return {"error": {"status": 408, "message": "This is a mock timeout error"}, "timing": {"latency": after}}
    if mocked is None or isinstance(mocked, str):
        return _of_text("This is a mock request" if mocked is None else mocked, params) | timing
    if isinstance(mocked, dict):
        if "choices" in mocked:
            said = of_document(mocked, tell=lambda path: draft.remark(source.where(*place, "mock_response"), told(path)))
            return said | timing
        draft.remark(
            source.where(*place, "mock_response"), "an answer without 'choices' is empty there; here its JSON is the text."
        )
        return {"json": mocked} | timing
    draft.remark(source.where(*place, "mock_response"), "expected a text or an answer, got something else. It is left out.")
    return None


def _of_text(mocked: str, params: dict[str, Any]) -> Reply:
    if mocked in _ERRORS:
        return {"error": _ERRORS[mocked]}
    if mocked.startswith("Exception: content_filter_policy"):
        return {"error": {"status": 400, "message": mocked, "code": "content_filter"}}
    if mocked.startswith("Exception: mock_streaming_error"):
        whole = {"kind": "status", **_MIDSTREAM, "when": {"stream": False}}
        return {"text": mocked, "fault": [{"kind": "error-event", **_MIDSTREAM, "when": {"stream": True}}, whole]}
    calls = [call.get("function") for call in params.get("mock_tool_calls") or () if isinstance(call, dict)]
    found: Reply = {"text": mocked}
    if calls:
        given = [call.get("id") for call in params["mock_tool_calls"] if isinstance(call, dict)]
        found["tool_calls"] = [
            {"name": call.get("name"), "arguments": arguments(call.get("arguments")), **({"id": known} if known else {})}
            for call, known in zip(calls, given, strict=True)
            if isinstance(call, dict)
        ]
        found["finish"] = "stop"
    return found


READER = ForeignReader(
    "litellm", "mock_response of LiteLLM: a proxy configuration or a mapping of models, YAML or JSON", 50, recognises, read
)
