"""Measurements into a profile: what load tools report becomes the `timing:` of a script.

In: a result file. Out: `Measured` (what was read, in seconds, in no tool's words), then a `Fit` (laws, and how well they fit).
One module reads each format; nothing here knows a command line, and nothing is drawn at random.
"""

from __future__ import annotations

from msgspec import Struct


class UnfitError(ValueError):
    """Measurements that were read but say too little to fit anything; the text says what is missing."""


class FormatError(ValueError):
    """A file that is not what it was taken for; the text says where and what was expected."""


class Request(Struct, frozen=True):
    """One measured request, in seconds: `after` is the time from the first token to the last, `gaps` the single waits in it.

    None stands for what the file does not say.
    """

    ttft: float | None = None
    prompt: float | None = None
    output: float | None = None
    after: float | None = None
    gaps: tuple[float, ...] = ()

    @property
    def pace(self) -> float | None:
        """Seconds for each token after the first."""
        if self.after is None or self.output is None or self.output <= 1:
            return None
        return self.after / (self.output - 1)


class Summary(Struct, frozen=True):
    """What is left of many measurements, in seconds; None stands for what the file does not say.

    `percentiles` has those that are told, by number, in rising order: 50 is the median. `of` says what `count` counts.
    """

    count: int | None = None
    mean: float | None = None
    stddev: float | None = None
    percentiles: dict[float, float] = {}
    of: str = "requests"

    @property
    def median(self) -> float | None:
        """The median."""
        return self.percentiles.get(50)

    @property
    def p99(self) -> float | None:
        """The 99th percentile."""
        return self.percentiles.get(99)

    @property
    def counted(self) -> str:
        """How many of what it is of, as it ends a sentence; "" when nobody counted."""
        return f" ({self.count} {self.of})" if self.count else ""


class Measured(Struct, frozen=True):
    """One run of a tool.

    `tool` names it with its version, `date` is the one in the file ("" when there is none), `run` tells this run from others
    in the same file. Single requests count; the summaries are asked only where there are none: `gaps` is of the waits between
    events, of which each may bring several tokens, `paces` of one average a token for each request, over `output` tokens each.
    `left_out` counts requests that failed or were broken, `answered` those that were not and are in the summaries only, or have
    no times because none was streamed. `flaw` says what is wrong with the first that was left out, where that can be told.
    `remark` says what is doubtful about how the file was read.
    """

    tool: str
    date: str = ""
    run: str = ""
    requests: tuple[Request, ...] = ()
    ttft: Summary | None = None
    gaps: Summary | None = None
    paces: Summary | None = None
    output: float | None = None
    left_out: int = 0
    flaw: str = ""
    answered: int = 0
    remark: str = ""
