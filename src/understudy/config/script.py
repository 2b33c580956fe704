"""The script as the engine reads it: checked, merged, every name settled.

What may be written is in `grammar`; this is what it comes to. Values are frozen, so that a generation of a script can be shared
by every request that began under it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from understudy.matching import When
from understudy.model.reply import Block, Failure, Finish, ToolCall, Usage
from understudy.timing import Law

Then = Literal["last", "loop", "error"]


class TimingSpec(Struct, frozen=True):
    """How long things take; None is said elsewhere.

    `latency` passes before the answer begins, `ttft` before the first token of a stream, `itl` before each further event.
    """

    latency: Law | None = None
    ttft: Law | None = None
    itl: Law | None = None


NO_TIMING = TimingSpec()


class Generate(Struct, frozen=True):
    """Generated text; `tokens` None draws the length from the settings."""

    tokens: int | None = None


class ReplySpec(Struct, frozen=True, kw_only=True):
    """One reply as a rule gives it.

    Exactly one of `text`, `refusal`, `json`, `template`, `generate`, `echo`, `blocks`, `error` and `embedding` is given, or
    none beside `tool_calls` or `reasoning`. `pieces` are the events of a stream, one text each; `text` is what they say when
    no other is written. `stream_text` replaces `text` on streams, and is what the pieces say where that is not `text`.
    `json` UNSET is not given, None is JSON's null.
    """

    text: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str | None = None
    json: Any | UnsetType = UNSET
    template: str | None = None
    generate: Generate | None = None
    echo: bool = False
    blocks: tuple[Block, ...] = ()
    error: Failure | None = None
    embedding: tuple[float, ...] | None = None
    pieces: tuple[str, ...] | None = None
    stream_text: str | None = None
    finish: Finish | None = None
    usage: Usage | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timing: TimingSpec = NO_TIMING


class Model(Struct, frozen=True):
    """A model the script names."""

    id: str
    timing: TimingSpec = NO_TIMING


class Rule(Struct, frozen=True, kw_only=True):
    """When a call fits, these replies answer it, one after the other; `then` says what follows the last one.

    `name` is unique in its script. `source_file` and `line` are where the rule stands.
    """

    name: str
    when: When
    replies: tuple[ReplySpec, ...]
    then: Then = "last"
    timing: TimingSpec = NO_TIMING
    source_file: str = ""
    line: int = 1


class Script(Struct, frozen=True, kw_only=True):
    """Everything the scripts and the preset say, merged; what has the highest precedence comes first.

    Attributes:
        settings: as written, checked already; for `resolve`. The `models` of scripts are in it as the setting `models`, and
            `defaults.unknown_response` as the setting `reply`, each at the precedence of the file it stands in.
        models: the models the scripts name.
        rules: in the order they are tried.
        responses: prompt to text, prompts as written; no two differ only in case or outer white space.
        shapes: plain data for the dialects.
        timing: for every answer that no reply, rule or model says otherwise of.
        sources: the files it was made of, and those that would have been read had they been there: what to watch.
    """

    settings: dict[str, Any] = {}
    models: tuple[Model, ...] = ()
    rules: tuple[Rule, ...] = ()
    responses: dict[str, str] = {}
    shapes: dict[str, Any] = {}
    timing: TimingSpec = NO_TIMING
    sources: tuple[Path, ...] = ()
