"""The forms in which models are invoked: which one a request has, and where its limits stand.

A form belongs to a model's vendor: Anthropic's messages, Amazon's Nova (Converse's own shapes) and Titan, Meta's Llama,
Mistral, Cohere, DeepSeek, vectors, pictures and rankings; many have OpenAI's. Those of the first five are those of recorded
traffic (the tests of OpenTelemetry's instrumentation, 2025), the others AWS's documentation.
"""

from __future__ import annotations

from typing import Any, Literal

from understudy.dialects import _asked as asked
from understudy.model.call import Sampling

Form = Literal[
    "converse",
    "claude",
    "nova",
    "titan",
    "llama",
    "mistral",
    "vector",
    "picture",
    "openai",
    "deepseek",
    "command-r",
    "command",
    "ranking",
]

_LIKE_OPENAI = ("openai.", "ai21.", "deepseek.", "qwen.", "moonshot", "writer.", "minimax.", "google.", "nvidia.", "zai.")
_VENDORS: tuple[tuple[str, Form], ...] = (
    ("titan-embed", "vector"),
    ("multimodal-embed", "vector"),
    ("titan-image", "picture"),
    ("nova-canvas", "picture"),
    ("stability.", "picture"),
    ("cohere.embed", "vector"),
    ("rerank", "ranking"),
    ("anthropic.", "claude"),
    ("amazon.nova", "nova"),
    ("amazon.titan", "titan"),
    ("meta.llama", "llama"),
    ("mistral.", "mistral"),
    ("cohere.command-r", "command-r"),
    ("cohere.command", "command"),
    ("deepseek.r1", "deepseek"),
    *((vendor, "openai") for vendor in _LIKE_OPENAI),
)
# Where the form is told by what a body holds, of a model with another name.
_MEMBERS: tuple[tuple[str, Form], ...] = (
    ("anthropic_version", "claude"),
    ("messages", "claude"),
    ("inputText", "titan"),
    ("max_gen_len", "llama"),
    ("prompt", "llama"),
)
# Where each form keeps limit and stop sequences: (object that holds them, limit, stops).
_PLACES: dict[Form, tuple[str, str, str]] = {
    "converse": ("inferenceConfig", "maxTokens", "stopSequences"),
    "nova": ("inferenceConfig", "maxTokens", "stopSequences"),
    "claude": ("", "max_tokens", "stop_sequences"),
    "titan": ("textGenerationConfig", "maxTokenCount", "stopSequences"),
    "llama": ("", "max_gen_len", ""),
    "mistral": ("", "max_tokens", "stop"),
    "vector": ("", "", ""),
    "picture": ("", "", ""),
    "openai": ("", "max_tokens", "stop"),
    "deepseek": ("", "max_tokens", "stop"),
    "command-r": ("", "max_tokens", "stop_sequences"),
    "command": ("", "max_tokens", "stop_sequences"),
    "ranking": ("", "", ""),
}
_SPELLED = {
    **{name: name for name in ("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty")},
    **dict.fromkeys(("topP", "p"), "top_p"),
    **dict.fromkeys(("topK", "k"), "top_k"),
}
CATALOGUE = (
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "amazon.nova-pro-v1:0",
    "amazon.titan-embed-text-v2:0",
    "amazon.nova-canvas-v1:0",
    "meta.llama3-3-70b-instruct-v1:0",
    "cohere.command-r-plus-v1:0",
)


def form_of(model: str, value: dict[str, Any]) -> Form | None:
    """Tell the form of a request by its model, else by what it holds; None when neither says."""
    for name, form in _VENDORS:
        if name in model:
            return "openai" if form == "mistral" and "messages" in value else form
    return next((form for member, form in _MEMBERS if member in value), None)


def limits(form: Form, value: dict[str, Any]) -> tuple[int | None, tuple[str, ...]]:
    """Read the most tokens and the stop sequences of a request."""
    place, limit, stops = _PLACES[form]
    holder = asked.mapping(value.get(place)) if place else value
    most = asked.whole(holder.get(limit))
    if most is None and form == "nova":  # which has two names for it
        most = asked.whole(holder.get("max_new_tokens"))
    return most, asked.texts(holder.get(stops))


def sampling(form: Form, value: dict[str, Any]) -> Sampling | None:
    """Read what a request asks of the sampling; of Converse also the fields that it hands on to the model."""
    place = _PLACES[form][0]
    holder = asked.mapping(value.get(place)) if place else value
    return asked.sampling({**asked.mapping(value.get("additionalModelRequestFields")), **holder}, _SPELLED)
