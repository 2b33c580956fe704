"""Which requests a pattern of paths means: the operations, and whose protocol.

Other tools find a rule by the path of the request. Here rules are asked once a path has been understood; a pattern is tried on
the paths that are served, and becomes conditions on what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import re2

from understudy.model.call import Call, Operation

Place = tuple[Operation, str]
"""An operation and a dialect."""

_PATHS: Final[dict[str, Place]] = {
    "/v1/chat/completions": ("chat", "openai"),
    "/v1/completions": ("completion", "openai"),
    "/v1/embeddings": ("embedding", "openai"),
    "/v1/models": ("models", "openai"),
    "/v1/responses": ("chat", "openai_responses"),
    "/v1/messages": ("chat", "anthropic"),
    "/v1/moderations": ("moderation", "openai_platform"),
    "/v1/images/generations": ("image", "openai_platform"),
    "/v1/audio/speech": ("speech", "openai_platform"),
    "/v1/audio/transcriptions": ("transcription", "openai_platform"),
    "/v1/audio/translations": ("translation", "openai_platform"),
    "/openai/deployments/gpt-4o/chat/completions": ("chat", "azure"),
    "/openai/v1/chat/completions": ("chat", "groq"),
    "/api/v1/chat/completions": ("chat", "openrouter"),
    "/v1beta/models/gemini-2.0-flash:generateContent": ("chat", "gemini"),
    "/v1beta/models/gemini-2.0-flash:streamGenerateContent": ("chat", "gemini"),
    "/v1beta/models/gemini-embedding-001:embedContent": ("embedding", "gemini"),
    "/model/anthropic.claude-3-haiku-20240307-v1:0/converse": ("chat", "bedrock"),
    "/model/anthropic.claude-3-haiku-20240307-v1:0/invoke": ("chat", "bedrock"),
    "/api/chat": ("chat", "ollama"),
    "/api/generate": ("chat", "ollama"),
    "/v2/chat": ("chat", "cohere"),
    "/v2/embed": ("embedding", "cohere"),
}


def places(pattern: str) -> frozenset[Place]:
    """Find what a regular expression on paths means.

    Raises:
        ValueError: when it is no regular expression.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        expression = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        said = error.args[0] if error.args and isinstance(error, re2.error) else "a half of a character"
        raise ValueError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None
    found = frozenset(place for path, place in _PATHS.items() if expression.search(path))
    own = frozenset(place for place in found if place[1] in ("openai", "openai_platform"))
    return own if own and {operation for operation, _ in own} == {operation for operation, _ in found} else found


def conditions(mine: frozenset[Place], others: Iterable[frozenset[Place]]) -> dict[str, Any]:
    """Say what a rule answers: the operation; the protocol only where another rule means another one."""
    everybody = list(others)
    found: dict[str, Any] = {}
    operations = sorted({operation for operation, _ in mine})
    if set(_PATHS.values()) - mine:
        found["operation"] = operations[0] if len(operations) == 1 else {"equals": operations}
    dialects = {dialect for _, dialect in mine}
    rivals = {dialect for other in everybody for operation, dialect in other if operation in operations}
    if rivals - dialects:
        names = sorted(dialects)
        found["dialect"] = names[0] if len(names) == 1 else {"equals": names}
    return found


def call_of(mine: Iterable[Place]) -> Call:
    """Make the call that a rule answers, for reading its answer; of several the first, a chat above all."""
    operation, dialect = min(mine, key=lambda place: (place[0] != "chat", place[1] != "openai", place))
    return Call(operation, "openai" if dialect == "azure" else dialect)
