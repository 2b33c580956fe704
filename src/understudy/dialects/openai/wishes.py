"""What a chat request wishes beside messages and model, read from a JSON object whatever it holds: wrong types count as absent.

`Extra` is what only this dialect asks and the encoder needs. The spelling of 2023 (`functions`, `function_call`) becomes tools
and their choice; `Extra.legacy` remembers to answer in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects._asked import whole
from understudy.dialects._openai.families import family
from understudy.dialects._openai.media import heard
from understudy.model.call import Message, Tool

_TIERS = {"fast": "priority", "priority": "priority", "flex": "flex", "scale": "scale"}
_MOST_LOGPROBS = 20


class Extra(Struct, gc=False):
    """What only this dialect asks: see the request fields of the same name.

    `own` says that the answer bears marks of this very request, so that no rendering of it serves another. `logprobs` is
    how many alternatives to name, None when no probabilities are wanted; `effort` the reasoning effort sent; `tier` the
    service tier to show; `prediction` the predicted text; `audio` voice and format of a spoken answer, `heard` the tokens
    of spoken input; `moderation` the model that judges question and answer. Of a completion `suffix` is what shall follow
    it, and `kept` how many of the choices made are shown, 0 for all.
    """

    include_usage: bool = False
    obfuscate: bool = True
    echo: bool = False
    base64: bool = False
    dimensions: int | None = None
    stop: tuple[str, ...] = ()
    prompts: tuple[str | tuple[int, ...], ...] = ()
    own: bool = False
    logprobs: int | None = None
    effort: str | None = None
    tier: str = "default"
    legacy: bool = False
    prediction: str | None = None
    audio: tuple[str, str] | None = None
    suffix: str = ""
    kept: int = 0
    store: bool = False
    metadata: dict[str, str] | None = None
    heard: int = 0
    moderation: str | None = None

    @property
    def marks(self) -> tuple[Any, ...]:
        """What makes another rendering of an answer that is not its request's `own`."""
        return self.include_usage, self.obfuscate, self.stop, self.effort, self.tier, self.legacy


def extra_wishes(value: dict[str, Any], model: str, messages: Sequence[Message] = ()) -> Extra:
    """Read what only this dialect asks of a chat."""
    streams = value.get("stream_options")
    streams = streams if isinstance(streams, dict) else {}
    logprobs, prediction, audio = _logprobs(value), _prediction(value.get("prediction")), _audio(value)
    listens, moderation = heard(messages), _moderation(value.get("moderation"))
    calls_otherwise = any(isinstance(item, dict) and item.get("type") == "custom" for item in _listed(value.get("tools")))
    return Extra(
        include_usage=streams.get("include_usage") is True,
        obfuscate=streams.get("include_obfuscation") is not False,
        stop=stops(value.get("stop")),
        own=bool(prediction is not None or audio or listens or moderation or calls_otherwise or logprobs is not None),
        logprobs=logprobs,
        effort=_effort(value.get("reasoning_effort"), model),
        tier=_TIERS.get(str(value.get("service_tier")), "default"),
        legacy=bool(_listed(value.get("functions"))) and not _listed(value.get("tools")),
        prediction=prediction,
        audio=audio,
        store=value.get("store") is True,
        metadata=metadata(value.get("metadata")),
        heard=listens,
        moderation=moderation,
    )


def message(item: Any) -> Message:
    """Read one message; a call in the spelling of 2023 becomes one of today."""
    if not isinstance(item, dict):
        return Message("user", _content(item))
    calls = item.get("tool_calls")
    if isinstance(item.get("function_call"), dict) and not isinstance(calls, list):
        calls = [{"type": "function", "function": item["function_call"]}]
    return Message(
        str(item.get("role", "user")),
        _content(item.get("content")),
        item.get("name") if isinstance(item.get("name"), str) else None,
        calls if isinstance(calls, list) else None,
        item.get("tool_call_id") if isinstance(item.get("tool_call_id"), str) else None,
    )


def tools(value: dict[str, Any]) -> tuple[Tool, ...]:
    """Read the tools that are offered."""
    found = []
    for item in _listed(value.get("tools")) or [{"function": item} for item in _listed(value.get("functions"))]:
        kind = item.get("type", "function") if isinstance(item, dict) else None
        body = item.get(kind) if isinstance(kind, str) else None
        if isinstance(body, dict) and isinstance(body.get("name"), str):
            schema = _input_schema(body) if kind == "custom" else body.get("parameters")
            schema = schema if isinstance(schema, dict) else None
            found.append(Tool(body["name"], str(body.get("description") or ""), schema, str(kind)))
    return tuple(found)


def search(value: dict[str, Any], model: str) -> tuple[Tool, ...]:
    """The tool that models have which search the web of themselves, with what is wished of it."""
    options = value.get("web_search_options")
    if isinstance(options, dict) or searches(model):
        return (Tool("web_search", parameters=options if isinstance(options, dict) else None, kind="hosted"),)
    return ()


def searches(model: str) -> bool:
    """Say whether a model searches the web of itself."""
    return "search" in model and family(model).known


def tool_choice(value: dict[str, Any]) -> Any:
    """Read which tool is wanted."""
    choice = value.get("tool_choice")
    legacy = value.get("function_call")
    if choice is not None or legacy is None:
        return choice
    return {"type": "function", "function": legacy} if isinstance(legacy, dict) else legacy


def stops(value: Any) -> tuple[str, ...]:
    """Read stop sequences: one text, or several."""
    return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def metadata(value: Any) -> dict[str, str] | None:
    """Read metadata: texts by name."""
    if not isinstance(value, dict):
        return None
    return {str(key): item for key, item in value.items() if isinstance(item, str)}


def _content(value: Any) -> str | list[Any] | None:
    return value if isinstance(value, str | list) or value is None else msgspec.json.encode(value).decode()


def _input_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """Say by a schema what input a custom tool takes, where a regular expression does."""
    form = body.get("format")
    grammar = form.get("grammar") if isinstance(form, dict) else None
    if not isinstance(grammar, dict) or grammar.get("syntax") != "regex":
        return None
    return {"type": "string", "pattern": f"^(?:{grammar.get('definition')})$"}


def _logprobs(value: dict[str, Any]) -> int | None:
    if value.get("logprobs") is not True:
        return None
    return min(whole(value.get("top_logprobs")) or 0, _MOST_LOGPROBS)


def _effort(value: Any, model: str) -> str | None:
    return value if isinstance(value, str) and value in family(model).efforts else None


def _prediction(value: Any) -> str | None:
    content = value.get("content") if isinstance(value, dict) else None
    return Message("user", content).text if isinstance(content, str | list) else None


def _audio(value: dict[str, Any]) -> tuple[str, str] | None:
    audio, modalities = value.get("audio"), value.get("modalities")
    if not (isinstance(audio, dict) and isinstance(modalities, list) and "audio" in modalities):
        return None
    return str(audio.get("voice", "alloy")), str(audio.get("format", "wav"))


def _moderation(value: Any) -> str | None:
    model = value.get("model") if isinstance(value, dict) else None
    return model if isinstance(model, str) and model else None
