"""What a family of models refuses of a request for a response (wire.md A.3, appendix D)."""

from __future__ import annotations

from understudy.dialects._openai.check import listed, refuse
from understudy.dialects._openai.families import Family, family
from understudy.dialects.openai_responses.wishes import Json
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure

_MOST_EFFORT = ("gpt-5.6", "gpt-6")  # know the effort `max` here
_WINDOW = "Your input exceeds the context window of this model. Please adjust your input and try again."


def efforts(model: str, traits: Family) -> tuple[str, ...]:
    """The efforts a model knows."""
    return (*traits.efforts, "max") if traits.efforts and model.startswith(_MOST_EFFORT) else traits.efforts


def values(body: Json, model: str) -> None:
    """Check what models that reason cannot do, and models that do not."""
    traits = family(model)
    if not traits.known:
        return
    reasoning = body.get("reasoning") or {}
    effort = reasoning.get("effort")
    if not traits.reasons:
        if effort is not None:
            _unsupported("reasoning.effort", "unsupported_parameter")
        if body.get("store") is False and "reasoning.encrypted_content" in (body.get("include") or ()):
            refuse("Encrypted content is not supported with this model.", "include")
        return
    known = efforts(model, traits)
    if effort is not None and effort not in known:
        refuse(
            f"Unsupported value: '{effort}' is not supported with the '{model}' model. Supported values are: {listed(known)}.",
            "reasoning.effort",
            "unsupported_value",
        )
    if body.get("temperature") not in (None, 1):
        _unsupported("temperature")
    for name in ("top_p", "presence_penalty", "frequency_penalty"):
        if body.get(name) is not None:
            _unsupported(name)
    if (effort or traits.effort) != "none":
        _without_odds(body)
    if traits.cache_write and body.get("prompt_cache_retention") == "in_memory":
        message = "This model is compatible only with 24h extended prompt caching"
        refuse(message, "prompt_cache_retention", "invalid_parameter")


def within_window(call: Call, prompt: int) -> None:
    """Check that a prompt fits into what the model can look at; with `truncation: auto` the oldest is forgotten before."""
    window = family(call.model).window
    if window and prompt > window:
        raise RequestError(Failure(400, "context_length", _WINDOW, "input"))


def _without_odds(body: Json) -> None:
    includes = "message.output_text.logprobs" in (body.get("include") or ())
    if includes or body.get("top_logprobs"):
        path = "include" if includes else "top_logprobs"
        refuse("logprobs are not supported with reasoning models.", path, "unsupported_parameter")


def _unsupported(path: str, code: str | None = None) -> None:
    refuse(f"Unsupported parameter: '{path}' is not supported with this model.", path, code)
