"""Understudy: a stand-in for LLM APIs.

    from understudy import Understudy

    with Understudy() as server:
        client = openai.OpenAI(base_url=server.openai_url, api_key="any")

Importing this package is cheap; the server is imported when it is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.testing import Understudy

__version__ = "0.1.0"

__all__ = ["Understudy", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Understudy":
        from understudy.testing import Understudy

        return Understudy
    raise AttributeError(f"module 'understudy' has no attribute {name!r}")
