"""The response object: members in the order sent (wire.md 7.2), as the request wished or as the API has it."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai.families import family
from understudy.dialects.openai_responses.wishes import Json, Wish, listed
from understudy.model.call import Call

_TIERS = {"fast": "priority", "priority": "priority", "flex": "flex", "scale": "scale"}
_TALKS_IN_PHASES = ("gpt-5.4", "gpt-5.5", "gpt-5.6", "gpt-6")
_EXACT = 1 << 53  # whole numbers below it are floats too
_NARROW = ("gpt-5.5", "gpt-5.6", "gpt-6")  # sample from a little less than everything


def in_phases(model: str) -> bool:
    """Say whether messages of a model name their phase."""
    return model.startswith(_TALKS_IN_PHASES)


def document(call: Call, identifier: str, created: int) -> Json:
    """Build a response that has just begun."""
    wish: Wish = call.extra
    body = wish.body
    built: Json = {
        "id": identifier,
        "object": "response",
        "created_at": created,
        "status": "queued" if wish.background else "in_progress",
    }
    if body.get("access_programs") is not None:
        built["access_programs"] = body["access_programs"]
    built |= {"background": wish.background, "completed_at": None}
    if wish.conversation is not None:
        built["conversation"] = {"id": wish.conversation}
    built |= {"error": None, "frequency_penalty": _number(body, "frequency_penalty", 0.0)}
    if wish.compresses is not None:
        built["image"] = wish.compresses
    built |= {
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "model": call.model,
        "moderation": None,
        "output": [],
        "parallel_tool_calls": call.parallel,
        "presence_penalty": _number(body, "presence_penalty", 0.0),
        "previous_response_id": wish.previous,
        "prompt_cache_key": body.get("prompt_cache_key"),
    }
    if body.get("prompt_cache_options") is not None:
        built["prompt_cache_options"] = body["prompt_cache_options"]
    built |= {
        "prompt_cache_retention": body.get("prompt_cache_retention"),
        "reasoning": _reasoning(call.model, wish),
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": "auto",
        "store": wish.store,
        "temperature": _number(body, "temperature", 1.0),
        "text": _text(body.get("text")),
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [_tool(tool) for tool in listed(body.get("tools")) if isinstance(tool, dict)],
        "top_logprobs": body.get("top_logprobs") or 0,
        "top_p": _number(body, "top_p", 0.98 if call.model.startswith(_NARROW) else 1.0),
        "truncation": body.get("truncation") or "disabled",
        "usage": None,
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }
    return built


def tier(body: Json) -> str:
    """The service tier that a finished response names."""
    return _TIERS.get(str(body.get("service_tier")), "default")


def billed(response: Json) -> Json:
    """The response as whole bodies show it."""
    billing = {"billing": {"payer": "developer"}}
    at = list(response).index("background") + 1
    members = list(response.items())
    return dict([*members[:at], *billing.items(), *members[at:]])


def _number(body: Json, name: str, default: float) -> float:
    found = body.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return default
    return float(found) if abs(found) < _EXACT else found


def _reasoning(model: str, wish: Wish) -> Json:
    traits = family(model)
    if not traits.reasons:
        return {"effort": None, "summary": None}
    return {
        "context": "all_turns" if traits.cache_write else "current_turn",
        "effort": wish.effort or traits.effort,
        "mode": "standard",
        "summary": wish.summary,
    }


def _text(value: Any) -> Json:
    value = value if isinstance(value, dict) else {}
    form = value.get("format")
    form = form if isinstance(form, dict) and form else {"type": "text"}
    if form.get("type") == "json_schema":
        form = {
            "type": "json_schema",
            "description": form.get("description"),
            "name": form.get("name"),
            "schema": form.get("schema"),
            "strict": bool(form.get("strict", False)),
        }
    return {"format": form, "verbosity": value.get("verbosity") or "medium"}


def _tool(tool: Json) -> Json:
    kind = tool.get("type")
    if kind == "function":
        tool = {"description": None, "output_schema": None, "parameters": None, **tool}
        tool["strict"] = True if tool.get("strict") is None else tool["strict"]
    elif kind == "custom":
        tool = {"description": None, "format": {"type": "text"}, **tool}
    return {"type": kind, **{name: tool[name] for name in sorted(tool) if name != "type"}}
