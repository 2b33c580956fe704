"""Adapters (LoRA) that were loaded while the server ran: they are asked as models are, whatever else the catalogue shows.

They are kept in the session's store. In: endpoints that refuse what a closed catalogue does not show. Out: the same that look
for adapters before they refuse, as the server does (`vllm/entrypoints`, 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from understudy.dialects import Endpoint, Options
from understudy.dialects import _asked as asked
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure

KIND = "vllm-adapter"
"""What adapters are in the store: the path of each, by its name."""


def path_of(store: Store, name: str) -> str | None:
    """The path that an adapter was loaded from; None where there is no such adapter."""
    found = store.get(KIND, name)
    return None if found is None else found.decode()


def is_loaded(store: Store, name: str) -> bool:
    """Say whether there is such an adapter."""
    return path_of(store, name) is not None


def _is_unlisted(call: Call) -> bool:
    return bool(call.extra.unlisted)


def adaptable(found: Endpoint, keeps: Callable[[Call], bool] = _is_unlisted) -> Endpoint:
    """Let adapters be asked, too; `keeps` says of a call whether the store is needed for it."""

    def decode(request: Request, params: Mapping[str, str], options: Options) -> Call:
        if not options.only_listed:
            return found.decode(request, params, options)
        call = found.decode(request, params, replace(options, only_listed=False))
        if not asked.is_listed(call.model, options):
            call.kind, call.extra.unlisted = None, True  # only the store knows whether it is an adapter
        return call

    return replace(found, decode=decode, recall=_known, keeps=keeps)


def _known(call: Call, store: Store, _wall: float) -> Call:
    """Refuse a model that is neither listed nor an adapter."""
    if _is_unlisted(call) and not is_loaded(store, call.model):
        raise RequestError(Failure(404, "model_not_found", subject=call.model))
    return call
