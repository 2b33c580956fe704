"""A client that never tries again by default, and an application that does not do it either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from understudy.model.exchange import Exchange
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import manners_of
from understudy.verdict._history import History
from understudy.verdict._words import number
from understudy.verdict.gave_up import given_up


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    found: dict[str, list[Exchange]] = defaultdict(list)
    for request, is_default in given_up(history, limits):
        if is_default:
            found[manners_of(request.last.exchange).title].extend(request.exchanges)
    for title, exchanges in found.items():
        yield Seen(f"{number(len(exchanges), 'request')} of the client {title} failed and had no second try.", tuple(exchanges))


CHECK = Check(
    name="retries-left-out",
    title="Nobody tries again",
    help=(
        "Passing failures that were not tried again, of an official client that leaves it to the application: google-genai,"
        " ollama, mistralai and litellm always, cohere for streams and broken connections."
    ),
    why="It is the client's default, so it is no fault of the client; users get the error all the same.",
    fix=(
        "Switch its retries on (google-genai: `retry_options`, mistralai: `retry_config`, litellm:"
        " `num_retries`, cohere: `retry_remote_protocol_errors`), or try again around it, with back-off."
    ),
    look=_look,
    severity="note",
)
