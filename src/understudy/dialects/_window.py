"""How a request fits the window that a script gives its model: what is refused of it, and where its answer ends.

In: a call, the tokens of its longest prompt, the tokens that prompt and answer may have together. Out: the call with its answer
cut to what room there is, or the provider's refusal. Knows nothing of the windows that dialects have of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure

Fit = Callable[[Call, int, int], Call]
"""Takes a call, the tokens of its prompt and those of the window; raises a RequestError for what the provider refuses."""


def fitted(call: Call, prompt: int, window: int) -> Call:
    """Refuse a prompt that leaves no room for a token; of an answer no more is asked than there is room for."""
    if prompt >= window:
        raise RequestError(Failure(400, "context_length", counts=(window, prompt), subject=call.operation))
    room, asked = window - prompt, call.max_tokens
    return replace(call, max_tokens=room if asked is None or asked < 0 else min(asked, room), kind=None)


def counting(words: str, param: str | None = None) -> Fit:
    """Make the law of a provider that refuses also what prompt and answer together have too much.

    Args:
        words: what is said then, with holes for `window`, `prompt`, `asked` (tokens of the answer) and `total`.
        param: the parameter that is blamed.
    """

    def fit(call: Call, prompt: int, window: int) -> Call:
        asked = call.max_tokens or 0
        if asked > 0 and prompt + asked > window:
            message = words.format(window=window, prompt=prompt, asked=asked, total=prompt + asked)
            raise RequestError(Failure(400, "context_length", message, param, counts=(window, prompt)))
        return fitted(call, prompt, window)

    return fit
