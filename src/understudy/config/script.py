"""The script as the engine reads it: checked, merged, every name settled.

What may be written is in `grammar`; this is what it comes to. Values are frozen, so that a generation of a script can be shared
by every request that began under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from understudy.capacity.spec import CapacitySpec
from understudy.config.settings.setting import Spot
from understudy.faults import Armed
from understudy.matching import When
from understudy.model.reply import Block, Failure, Finish, Odds, Raw, ToolCall, Usage
from understudy.timing import Law

Then = Literal["last", "loop", "error"]
Per = Literal["all", "key", "model", "organisation", "session"]


class TimingSpec(Struct, frozen=True):
    """How long things take; None is said elsewhere.

    `latency` passes before the answer begins, `ttft` before its first token, `itl` before each further one; every token of the
    prompt adds `per_prompt_token` seconds to `ttft`. `burstiness` tokens arrive together on average, `chunk_tokens` (from, to)
    go into an event. `scale` multiplies every wait. `whole` says that answers that are not streamed wait, too. `overrides`
    stand only at the top of a script; the last one wins.
    """

    latency: Law | None = None
    ttft: Law | None = None
    itl: Law | None = None
    per_prompt_token: float | None = None
    burstiness: float | None = None
    chunk_tokens: tuple[int, int] | None = None
    scale: float | None = None
    whole: bool | None = None
    overrides: tuple[TimingOverride, ...] = ()


class TimingOverride(Struct, frozen=True):
    """Timing of the requests whose model and API key fit the globs; None fits all."""

    timing: TimingSpec
    model: str | None = None
    key: str | None = None


NO_TIMING = TimingSpec()


class Generate(Struct, frozen=True):
    """Generated text; `tokens` None draws the length from the settings."""

    tokens: int | None = None


class ReplySpec(Struct, frozen=True, kw_only=True):
    """One reply as a rule gives it.

    Exactly one of `text`, `refusal`, `json`, `template`, `generate`, `echo`, `blocks`, `error`, `embedding` and `raw` is given,
    or none beside `tool_calls` or `reasoning`. `pieces` are the events of a stream, one text each; `text` is what they say when
    no other is written. `stream_text` replaces `text` on streams, and is what the pieces say where that is not `text`.
    `logprobs` are the tokens of the text, and how likely each was. `json` UNSET is not given, None is JSON's null.
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
    raw: Raw | None = None
    pieces: tuple[str, ...] | None = None
    stream_text: str | None = None
    logprobs: tuple[Odds, ...] = ()
    finish: Finish | None = None
    usage: Usage | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timing: TimingSpec = NO_TIMING
    faults: tuple[Armed, ...] = ()


class LimitSpec(Struct, frozen=True, kw_only=True):
    """How much may be asked for; None limits nothing.

    Requests and tokens a minute (`rpm`, `tpm`, of one direction `input_tpm`, `output_tpm`) and a day (`rpd`, `tpd`), and
    requests at the same time (`concurrent`). Everybody whom `per` does not tell apart shares them; `model` and `key` are globs
    of those whom they are said of. No more than comes in `burst` seconds can be used at once, None is all that comes in the
    period. With `dry_run` nobody is refused.
    """

    per: tuple[Per, ...] = ("all",)
    model: str | None = None
    key: str | None = None
    rpm: int | None = None
    rpd: int | None = None
    tpm: int | None = None
    tpd: int | None = None
    input_tpm: int | None = None
    output_tpm: int | None = None
    concurrent: int | None = None
    burst: float | None = None
    dry_run: bool = False


class Model(Struct, frozen=True):
    """A model the script names, or those its glob fits; `capacity` None leaves it to the script's."""

    id: str
    timing: TimingSpec = NO_TIMING
    capacity: CapacitySpec | None = None
    faults: tuple[Armed, ...] = ()


class Rule(Struct, frozen=True, kw_only=True):
    """When a call fits, these replies answer it, one after the other; `then` says what follows the last one.

    `name` is unique in its script. `source_file` and `line` are where the rule stands.
    """

    name: str
    when: When
    replies: tuple[ReplySpec, ...]
    then: Then = "last"
    timing: TimingSpec = NO_TIMING
    faults: tuple[Armed, ...] = ()
    source_file: str = ""
    line: int = 1


class Phase(Struct, frozen=True, kw_only=True):
    """A stretch of the timeline and what holds in it.

    `at` is when it begins, `lasts` how long it holds (None: to the end), `ramp` how long the scale takes to get to `scale`;
    all in seconds. `timing` replaces laws, `faults` stand beside those of the script.
    """

    name: str
    at: float
    lasts: float | None = None
    scale: float = 1.0
    ramp: float = 0.0
    timing: TimingSpec = NO_TIMING
    faults: tuple[Armed, ...] = ()


Start = Literal["server", "api"]


class TimelineSpec(Struct, frozen=True):
    """What changes as time goes by: phases, since when their times count, after how many seconds they begin anew."""

    phases: tuple[Phase, ...] = ()
    start: Start = "server"
    repeat: float | None = None


NO_TIMELINE = TimelineSpec()


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
        timeline: the one of the highest file that has one.
        capacity: the engine of every model that has none of its own; the one of the highest file that has one.
        faults: what goes wrong with any answer, those of the highest file first.
        limits: how much may be asked for; those of the highest file that has them.
        spots: where the settings are written.
        response_lines: each file that has responses, the highest first, with the line of each prompt.
        autoloaded: the file that the preset had loaded.
        sources: the files it was made of, and those that would have been read had they been there: what to watch.
    """

    settings: dict[str, Any] = {}
    models: tuple[Model, ...] = ()
    rules: tuple[Rule, ...] = ()
    responses: dict[str, str] = {}
    shapes: dict[str, Any] = {}
    timing: TimingSpec = NO_TIMING
    timeline: TimelineSpec = NO_TIMELINE
    capacity: CapacitySpec | None = None
    faults: tuple[Armed, ...] = ()
    limits: tuple[LimitSpec, ...] = ()
    spots: Mapping[str, Spot] = {}
    response_lines: tuple[tuple[str, Mapping[str, int]], ...] = ()
    autoloaded: Path | None = None
    sources: tuple[Path, ...] = ()

    def place_of_response(self, prompt: str) -> str:
        """Say where a response is written: `chat.yaml:7`."""
        file, lines = next((entry for entry in self.response_lines if prompt in entry[1]), ("responses", {prompt: 1}))
        return f"{PurePath(file).name}:{lines[prompt]}"
