"""What official clients do with faults of meaning: a table of the reference page, held against the clients by tests/sdk.

A call of the API raises nothing, for the protocol is kept; what reads answers into types does. Measured with openai 3.52 and
anthropic 2.11 (Python). Nothing of the program depends on it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

NOTHING: Final = ""
NOT_READ: Final = "-"


class Reads(NamedTuple):
    """What the readers of the clients raise for faults that they take alike; `parse` of Anthropic reads texts only."""

    faults: tuple[str, ...]
    openai_parse: str = NOTHING
    openai_stream: str = NOTHING
    anthropic_stream: str = NOTHING
    anthropic_parse: str = NOT_READ


_INVALID, _VALUE = "ValidationError", "ValueError"

OF_CALLS: Final[tuple[Reads, ...]] = (
    Reads(("malformed-arguments",), _INVALID, _VALUE, _VALUE),
    Reads(("truncated-arguments", "wrong-arguments", "missing-required"), _INVALID, _INVALID),
    Reads(("unknown-tool", "extra-arguments", "duplicate-call-ids", "too-many-calls", "endless-tool-loop")),
)
OF_TEXTS: Final[tuple[Reads, ...]] = (
    Reads(("fenced-json",), _INVALID, _VALUE, NOTHING, _INVALID),
    Reads(("repetition",), _INVALID, _INVALID, NOTHING, _INVALID),
    Reads(("refusal",), anthropic_parse=_INVALID),
    Reads(("empty-content", "empty-choices", "wrong-language"), anthropic_parse=NOTHING),
    Reads(("cut-json",), "LengthFinishReasonError", "LengthFinishReasonError", NOTHING, _INVALID),
)

_HEAD: Final = """### Faults of meaning

`create` raises nothing, whole or streamed. These are the readers: `chat.completions.parse` and `chat.completions.stream` with
pydantic models of the tools, or of the format asked for; `messages.stream` with the tools, `messages.parse` with the format.
"""

_MORE: Final = """- In a whole answer of Anthropic the arguments are an object: what is none is its member `INVALID_JSON`.
- `messages.stream` reads truncated arguments as far as they are members: `{"city":"Pari` is `{}`.
- A refusal is the member `refusal` of the message at OpenAI; at Anthropic it is text, with the stop reason `refusal`.
- With `empty-choices` nothing is raised before somebody takes the first choice: `choices[0]` is an `IndexError` for Python and
  undefined for Node. Anthropic has no choices: its `content` is empty.
- The clients for Node raise nothing for any of these, either, whole or streamed; their readers have not been measured.
"""


def meaning_markdown() -> str:
    """Write the section of the page."""
    rows = "\n".join(_row(row) for row in (*OF_CALLS, *OF_TEXTS))
    columns = "| fault | openai `parse` | openai `stream` | anthropic `stream` | anthropic `parse` |\n|---|---|---|---|---|\n"
    return f"{_HEAD}\n{columns}{rows}\n\n{_MORE}"


def _row(row: Reads) -> str:
    faults = ", ".join(f"`{fault}`" for fault in row.faults)
    cells = (said if said == NOT_READ else f"`{said}`" if said else "nothing" for said in row[1:])
    return f"| {faults} | {' | '.join(cells)} |"
