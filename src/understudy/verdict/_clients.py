"""What official clients do when nobody tells them otherwise, as far as it differs from what the checks ask of everybody.

Read from the clients' own code, and tested with them: the Python packages google-genai 3.4, ollama 0.6, mistralai 3.7, cohere
7.3, boto3 1.44 and, by hand, litellm 1.106. Read alone: for Node ollama 0.6 and @mistralai/mistralai 2.7 (`strategy: "none"`).
Those of OpenAI and Anthropic number their tries and need no entry.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from understudy.model.exchange import Exchange

_TOLD_BY = ("user-agent", "x-goog-api-client")


class Manners(Struct, frozen=True):
    """The habits of a client.

    Attributes:
        title: what it is called.
        retries_answers: whether it tries again after an error status.
        retries_streams: whether it does so when a stream was asked for.
        retries_connections: whether it tries again after a connection that broke.
        longest_wait: seconds it waits at most when it is asked to wait; None is as long as it is told.
        quota_retries: how often it tries again after a 429 that means no credit.
        backs_off_from_zero: whether its pauses are drawn from zero up, so that some are next to nothing.
    """

    title: str
    retries_answers: bool = True
    retries_streams: bool = True
    retries_connections: bool = True
    longest_wait: float | None = None
    quota_retries: int = 0
    backs_off_from_zero: bool = False


def _never(title: str) -> Manners:
    return Manners(title, retries_answers=False, retries_streams=False, retries_connections=False)


_UNKNOWN: Final = Manners("")
_KNOWN: Final = {
    "google-genai-sdk/": _never("google-genai"),
    "ollama-python/": _never("ollama"),
    "ollama-js/": _never("ollama"),
    "mistral-client-python/": _never("mistralai"),
    "mistral-client-typescript/": _never("mistralai"),
    "litellm/": _never("litellm"),  # where it speaks for itself; to OpenAI it sends the official client
    "cohere/": Manners("cohere", retries_streams=False, retries_connections=False, longest_wait=60.0, quota_retries=2),
    "Boto3/": Manners("boto3", longest_wait=0.0, quota_retries=2, backs_off_from_zero=True),
}


def manners_of(exchange: Exchange) -> Manners:
    """Say what the client of an exchange does by default; nothing is assumed of clients nobody knows."""
    headers = exchange.request.head.headers
    for field in _TOLD_BY:
        told = headers.get(field, "")
        for sign, manners in _KNOWN.items():
            if told.startswith(sign):
                return manners
    return _UNKNOWN


def gives_up(exchange: Exchange) -> bool:
    """Say whether the client of a failed exchange leaves such failures to the application."""
    manners = manners_of(exchange)
    if exchange.status < 400:
        return not manners.retries_connections
    return not (manners.retries_streams if _is_stream(exchange) else manners.retries_answers)


def _is_stream(exchange: Exchange) -> bool:
    """Say whether a stream was asked for, which a refused one does not tell."""
    body = exchange.request.body
    return exchange.stream or b'"stream":true' in body or b'"stream": true' in body
