"""What vLLM says of itself: its models and adapters, whether it sleeps, its version.

Adapters (LoRA) are loaded and unloaded while the server runs and kept in the session's store. Words are those of the server's
source (`vllm/entrypoints/openai/models/serving.py`, `vllm/entrypoints/serve`, 2026). The server has the endpoints of adapters
and of sleep when it is started so; here they are always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Endpoint, Moment, Options, always
from understudy.dialects._kin.decode import Extra, catalogue
from understudy.dialects._session import store_of
from understudy.dialects.vllm.adapters import KIND, adaptable, is_loaded, path_of
from understudy.dialects.vllm.check import body_of
from understudy.dialects.vllm.tokenizer import WINDOW
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_STATE = "vllm-state"
_TEXT = "text/plain; charset=utf-8"
_encode = msgspec.json.encode


def listed(model: str, created: int, window: int | None = None) -> dict[str, Any]:
    """Write an entry of the catalogue."""
    permission = {"id": f"modelperm-{model}", "object": "model_permission", "created": created, "allow_sampling": True}
    return {
        "id": model,
        "object": "model",
        "created": created,
        "owned_by": "vllm",
        "root": model,
        "parent": None,
        "max_model_len": window or WINDOW,
        "permission": [permission],
    }


def models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models, and the adapters of the first of them."""
    found = [listed(each.id, each.created, moment.options.window(each.id)) for each in moment.options.listed]
    found += [_adapter(name, path_of(store_of(moment), name) or "", moment) for name in store_of(moment).names(KIND)]
    return Body(_encode({"object": "list", "data": found}))


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Tell of a model, or of an adapter."""
    name, path = call.model, path_of(store_of(moment), call.model)
    created = next((each.created for each in moment.options.listed if each.id == name), moment.created)
    return Body(_encode(listed(name, created, moment.options.window(name)) if path is None else _adapter(name, path, moment)))


def _adapter(name: str, path: str, moment: Moment) -> dict[str, Any]:
    """Write the entry of an adapter, which is one of the first model's."""
    known = moment.options.listed
    parent = known[0].id if known else moment.options.default_model
    return {**listed(name, moment.created), "root": path, "parent": parent, "max_model_len": None}


def _refuse(message: str, kind: str = "InvalidUserInput", status: int = 400) -> None:
    raise RequestError(Failure(status, "invalid_request", message, type=kind))


def _asked(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    value = body_of(request, options)
    return Call("stored", "vllm", str(value.get("lora_name") or ""), extra=Extra(value), body=request.body)


def load(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Load an adapter."""
    body, name = call.extra.body, call.model
    if not name or not body.get("lora_path"):
        _refuse("Both 'lora_name' and 'lora_path' must be provided.")
    if body.get("load_inplace") is not True and is_loaded(store_of(moment), name):
        _refuse(
            f"The lora adapter '{name}' has already been loaded. If you want to load the adapter in place, set 'load_inplace' "
            "to True."
        )
    store_of(moment).put(KIND, name, str(body["lora_path"]).encode())
    return Body(f"Success: LoRA adapter '{name}' added successfully.".encode(), content_type=_TEXT)


def unload(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Unload an adapter."""
    name = call.model
    if not name:
        _refuse("'lora_name' needs to be provided to unload a LoRA adapter.")
    if not store_of(moment).drop(KIND, name):
        _refuse(f"The lora adapter '{name}' cannot be found.", "NotFoundError", 404)
    return Body(f"Success: LoRA adapter '{name}' removed successfully.".encode(), content_type=_TEXT)


def _sleep(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    store_of(moment).put(_STATE, "sleep", b"")
    return Body(b"")


def _wake(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    store_of(moment).drop(_STATE, "sleep")
    return Body(b"")


def _sleeps(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    return Body(_encode({"is_sleeping": store_of(moment).get(_STATE, "sleep") is not None}))


def says(data: bytes) -> Any:
    """Make an encoder that always says the same."""

    def say(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
        return Body(data)

    return say


def _kept(method: str, path: str, decode: Any, encode: Any) -> Endpoint:
    return Endpoint(method, path, "stored", decode, encode, keeps=always, yields=True)


ENDPOINTS = (
    Endpoint("GET", "/v1/models", "models", catalogue("vllm"), models, keeps=always, yields=True),
    adaptable(Endpoint("GET", "/v1/models/{id}", "model", catalogue("vllm"), model, yields=True), always),
    replace(_kept("POST", "/v1/load_lora_adapter", _asked, load), adapts=is_loaded),
    _kept("POST", "/v1/unload_lora_adapter", _asked, unload),
    _kept("POST", "/sleep", catalogue("vllm", "stored"), _sleep),
    _kept("POST", "/wake_up", catalogue("vllm", "stored"), _wake),
    _kept("GET", "/is_sleeping", catalogue("vllm", "stored"), _sleeps),
    Endpoint("GET", "/version", "health", catalogue("vllm", "health"), says(b'{"version":"0.12.0"}')),
    *[
        Endpoint("GET", path, "health", catalogue("vllm", "health"), says(data), yields=True)
        for path, data in (("/load", b'{"server_load":0}'), ("/health", b""), ("/ping", b""))
    ],
    Endpoint("POST", "/ping", "health", catalogue("vllm", "health"), says(b""), yields=True),
)
