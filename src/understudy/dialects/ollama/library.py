"""What Ollama says of its models: lists, details, what is loaded, and the progress of fetching and making them (wire.md 13).

Every listed model is there and every other one too, unless the catalogue is closed; fetching one changes nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from understudy.dialects import Listed, Moment
from understudy.dialects.ollama.lines import JSON, LINES, stamp
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.embedding import embed as vector_of

CATALOGUE = ("llama3.2:latest", "qwen3:8b", "nomic-embed-text:latest")

_VERSION = "0.12.9"
_SECOND = 1_000_000_000
_SIZE, _WINDOW = 2_019_393_189, 8192
_STEPS = 4  # lines of progress for one layer
_VECTORS = {
    "nomic-embed-text": 768,
    "mxbai-embed-large": 1024,
    "bge-m3": 1024,
    "all-minilm": 384,
    "snowflake-arctic-embed": 1024,
}
_LARGEST = 8192  # what a model may be asked for; more would only cost memory
_encode = msgspec.json.encode


def _body(value: Any) -> Body:
    return Body(_encode(value), content_type=JSON)


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "replace")).hexdigest()


def _family(name: str) -> str:
    base = name.partition(":")[0].rpartition("/")[2]
    known = ("llama", "qwen3", "qwen2", "gemma3", "mistral", "phi3", "nomic-bert", "deepseek2")
    return next((family for family in known if base.startswith(family.removesuffix("-bert"))), "llama")


def _is_embedder(name: str) -> bool:
    return "embed" in name or name.partition(":")[0] in _VECTORS


def _details(name: str) -> dict[str, Any]:
    family = _family(name)
    return {
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family],
        "parameter_size": "137M" if _is_embedder(name) else "3.2B",
        "quantization_level": "F16" if _is_embedder(name) else "Q4_K_M",
    }


def _entry(listed: Listed) -> dict[str, Any]:
    name = listed.id
    return {
        "name": name,
        "model": name,
        "modified_at": stamp(listed.created * _SECOND),
        "size": _SIZE,
        "digest": _digest(name),
        "details": _details(name),
    }


def tags(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models."""
    return _body({"models": [_entry(listed) for listed in moment.options.listed]})


def loaded(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models in memory: the first one always is."""
    expires = stamp((moment.created + 300) * _SECOND)
    more = {"expires_at": expires, "size_vram": _SIZE, "context_length": _WINDOW}
    entries = [{**_entry(listed), **more} for listed in moment.options.listed[:1]]
    return _body({"models": [{k: v for k, v in entry.items() if k != "modified_at"} for entry in entries]})


def version(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say the version."""
    return _body({"version": _VERSION})


def running(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say that the server runs."""
    return Body(b"Ollama is running", content_type="text/plain; charset=utf-8")


def show(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Describe a model."""
    name, family = call.model, _family(call.model)
    listed = next((each for each in moment.options.listed if each.id in (name, f"{name}:latest")), Listed(name))
    able = ["embedding"] if _is_embedder(name) else ["completion", "tools", "thinking", "vision"]
    size = _vector_size(name) if _is_embedder(name) else 3072
    return _body(
        {
            "license": "",
            "modelfile": f"FROM {name}\n",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": _details(name),
            "model_info": {
                "general.architecture": family,
                "general.parameter_count": 3_212_749_888,
                f"{family}.context_length": _WINDOW,
                f"{family}.embedding_length": size,
            },
            "capabilities": able,
            "modified_at": stamp(listed.created * _SECOND),
        }
    )


def done(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say nothing, which means success: delete, copy."""
    return Body(b"", content_type=JSON)


def pull(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body | Stream:
    """Fetch a model: a manifest, one layer, a check."""
    digest = f"sha256:{_digest(call.model)}"
    layer = {"status": f"pulling {digest[7:19]}", "digest": digest, "total": _SIZE}
    fetched = [{**layer, "completed": _SIZE * k // _STEPS} if k else layer for k in range(_STEPS + 1)]
    ends = ("verifying sha256 digest", "writing manifest", "success")
    return _progress(call, [{"status": "pulling manifest"}, *fetched, *({"status": status} for status in ends)])


def push(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body | Stream:
    """Send a model away."""
    digest = f"sha256:{_digest(call.model)}"
    layer = {"status": f"pushing {digest[7:19]}", "digest": digest, "total": _SIZE}
    sent = [{**layer, "completed": _SIZE * k // _STEPS} if k else layer for k in range(_STEPS + 1)]
    ends = ("pushing manifest", "success")
    return _progress(call, [{"status": "retrieving manifest"}, *sent, *({"status": status} for status in ends)])


def create(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body | Stream:
    """Make a model of another."""
    digest = f"sha256:{_digest(call.model)}"
    steps = ("reading model metadata", f"creating new layer {digest}", "writing manifest", "success")
    return _progress(call, [{"status": status} for status in steps])


def _progress(call: Call, lines: list[dict[str, Any]]) -> Body | Stream:
    if not call.stream:
        return _body(lines[-1])
    return Stream(Sheet([(_encode(line) + b"\n", b"") for line in lines], [0] * len(lines)), b"", content_type=LINES)


def _vector_size(model: str) -> int:
    return _VECTORS.get(model.partition(":")[0].rpartition("/")[2], 768)


def embed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer one vector for each input."""
    document = {
        "model": call.model,
        "embeddings": _vectors(call, replies),
        "total_duration": 18_000_000 + moment.prompt_tokens * 250_000,
        "load_duration": 18_000_000,
        "prompt_eval_count": moment.prompt_tokens,
    }
    return Body(_encode(document), moment.prompt_tokens, content_type=JSON)


def embeddings(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the one vector of the older form."""
    found = _vectors(call, replies)
    return Body(_encode({"embedding": found[0] if found else []}), moment.prompt_tokens, content_type=JSON)


def _vectors(call: Call, replies: tuple[Reply, ...]) -> list[list[float]]:
    size = min(call.extra.dimensions or _vector_size(call.model), _LARGEST)
    found = zip(call.inputs, replies, strict=False)
    return [list(reply.vectors[0] if reply.vectors else vector_of(text, size, call.model)) for text, reply in found]
