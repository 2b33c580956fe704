"""What official clients do when a fault strikes: the section of the reference page, written from what was measured.

The rows are data beside this module, held against the clients by tests/sdk. Nothing of the program depends on it.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from understudy.faults._clients_meaning import meaning_markdown
from understudy.faults._clients_node import in_node
from understudy.faults._clients_python import CLIENTS, Does

_HEAD: Final = """## What official clients do

What openai 3.x and anthropic 2.x for Python and openai 6.x and @anthropic-ai/sdk 1.x for Node raise, left to their defaults;
the tests of the project hold them to it. *3* means that they ask three times in all before they raise, *unchanged* that the
answer reads as if nothing were wrong. Where only streams or only whole answers are named, the other ones are unchanged. A
client times out when its patience is over: after 600 s, unless it is told otherwise.
"""

_MORE: Final = """`tls-failure` lets no connection come about: 3, `APIConnectionError`. Behind `close-next` the next request
finds its connection closed; both send it again on a new one.

- Between two attempts all wait as `retry-after-ms`, else `retry-after` says. Above 120 s openai for Python raises at once;
  the others wait. `x-should-retry` overrides which errors they ask again for.
- anthropic lets the errors of its HTTP library through once the head of a stream is there: `RemoteProtocolError`, `ReadError`
  and `ReadTimeout` are no `anthropic.APIError`. The `APIStatusError` of an error event has the status 200.
- anthropic passes over events without a type, and over pings, before it reads their JSON: `malformed` keeps the type of the
  event it replaces, so at a ping nobody notices it.
- openai stops reading at `[DONE]`: what comes behind it, as with `malformed;at=end`, is never seen.
- The patience of the clients for Node ends with the head: a `hang` or a `stall` behind it is waited for as long as the HTTP
  library does (by its documentation 300 s between two pieces). What breaks off behind the head is a `TypeError: terminated`, of
  whole answers too, and nothing is asked again.
- The client of Google for Go (google.golang.org/genai) reads `data` lines and no others: it raises at every comment and `event`
  line in a stream, those of `comments`, `unknown-event`, `stall` with `ping` and what `legal-fuzz` draws of these included,
  though by the standard clients pass over them.
- For Node half a character is U+FFFD, and a whole answer of a content type that is not JSON is handed on as a text.
"""


def clients_markdown() -> str:
    """Write the section of the page."""
    clients = " | ".join(f"{name}, {language}" for language in ("Python", "Node") for name in ("openai", "anthropic"))
    return f"{_HEAD}\n| fault | {clients} |\n|---|---|---|---|---|\n{_rows()}\n\n{_MORE}\n{meaning_markdown()}"


def _rows() -> str:
    """One row for faults that stand behind one another and are taken alike by all clients."""
    told = [((row.openai, row.anthropic, *in_node(fault, row)), fault) for row in CLIENTS for fault in row.faults]
    rows = []
    for does, group in groupby(told, key=lambda pair: pair[0]):
        faults = ", ".join(f"`{fault}`" for _, fault in group)
        rows.append(f"| {faults} | {' | '.join(map(_cell, does))} |")
    return "\n".join(rows)


def _cell(does: Does) -> str:
    stream, whole = map(_told, does)
    if stream == whole:
        return stream
    return "; ".join(f"{name}: {_told(said)}" for name, said in zip(("stream", "whole"), does, strict=True) if said)


def _told(said: str) -> str:
    if said.startswith(("says", "waits")):
        return said
    times, _, name = said.rpartition(" ")
    return f"{times}, `{name}`" if times else f"`{name}`" if name else "unchanged"
