"""When the parts of an answer are due: a delay before it, and delays before the events that carry tokens.

`latency` comes before the answer, whole or streamed. `ttft` and the cost of the prompt's tokens come before the first event of
a stream, `itl` before each further token; the role travels with the first text, the finish with the last, as from a real model.
An answer that is not streamed takes the time its stream would have taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat

from msgspec import Struct
from msgspec.structs import replace

from understudy.config.script import TimingSpec
from understudy.engine.decision import decide
from understudy.engine.spread import row, spread
from understudy.model.frame import Sheet
from understudy.model.ports import Random
from understudy.timing import Law
from understudy.timing.fixed import Fixed

_SUMMED = 1024  # waits of a whole answer that are drawn at a time
_SHARED = 2048  # frames of streams that share their waits
_UNASKED = decide(b"", 0)  # for laws that draw nothing


class Pace(Struct, frozen=True):
    """The timing in force; None = nothing said, which means no wait.

    `delay` is the setting `response-delay-ms`: seconds before each event, however many tokens it carries, where no law says
    otherwise. It is of streams only.
    """

    latency: Law | None = None
    ttft: Law | None = None
    itl: Law | None = None
    per_prompt_token: float | None = None
    burstiness: float | None = None
    chunk_tokens: tuple[int, int] | None = None
    scale: float | None = None
    whole_answers: bool | None = None
    delay: float | None = None

    @classmethod
    def of(cls, spec: TimingSpec) -> Pace:
        """Make a pace of what a script says."""
        return cls(
            spec.latency,
            spec.ttft,
            spec.itl,
            spec.per_prompt_token,
            spec.burstiness,
            spec.chunk_tokens,
            spec.scale,
            spec.whole,
        )

    def over(self, other: Pace | None) -> Pace:
        """Fill what this pace leaves open from another."""
        if other is None or other == NO_PACE:
            return self
        if self == NO_PACE:
            return other
        names = self.__struct_fields__
        return Pace(*[getattr(other if getattr(self, name) is None else self, name) for name in names])

    def scaled(self, factor: float) -> Pace:
        """The same with every wait so many times as long."""
        return self if factor == 1.0 else replace(self, scale=self._scale * factor)

    def prepare(self) -> None:
        """Make now what the first request would have to wait for: the table of the row, and what single draws import."""
        if self.itl is not None:
            self.itl.prepare()
        for law in (self.latency, self.ttft):
            if law is not None:
                law.quantile(0.5)

    @property
    def streams(self) -> bool:
        """Say whether the events of a stream are spread in time."""
        return self.ttft is not None or self.itl is not None or bool(self.per_prompt_token) or bool(self.delay)

    @property
    def _scale(self) -> float:
        return 1.0 if self.scale is None else self.scale

    def before(self, random: Random) -> float:
        """Seconds before the answer."""
        return 0.0 if self.latency is None else max(0.0, self.latency.draw(random, "latency")) * self._scale

    def waits(self, tokens: Sequence[int], random: Random, prompt_tokens: int = 0, lead: int = 0) -> Iterable[float]:
        """Seconds before each frame of a stream, given how many tokens each carries (0: role, finish).

        A frame that carries k tokens waits for k of them, so that the tokens of a second do not depend on how they are cut.
        The first `lead` frames wait for nothing.
        """
        if lead:
            return chain(repeat(0.0, lead), self.waits(tokens[lead:], random, prompt_tokens))
        if not tokens:
            return ()
        first = self.first(random, prompt_tokens, self.delay or 0.0)
        if self.itl is None:
            return self._by_event(tokens, first)
        scale = self._scale
        take = row(self.itl, random, max(sum(tokens) - 1, 0), self.burstiness or 1.0)
        if scale != 1.0:
            unscaled = take

            def take(count: int) -> Sequence[float]:
                return [wait * scale for wait in unscaled(count)]

        return chain.from_iterable(spread(tokens, first, take))

    def of_each(self, sheet: Sheet, random: Random, prompt_tokens: int) -> Iterable[float]:
        """The waits before all frames of a sheet: those that have no time of their own wait for nothing."""
        own = sheet.own_time()
        waits = self.waits(own, random, prompt_tokens, sheet.lead)
        return chain(waits, repeat(0.0, len(sheet.frames) - len(own)))

    def of_sheet(self, sheet: Sheet, random: Random, prompt_tokens: int) -> Iterable[float]:
        """The waits before the frames of a sheet that have a time of their own."""
        own = sheet.own_time()
        waits = self.of_all(sheet, prompt_tokens) if len(own) <= _SHARED else None
        return self.waits(own, random, prompt_tokens, sheet.lead) if waits is None else waits

    def of_all(self, sheet: Sheet, prompt_tokens: int) -> Sequence[float] | None:
        """The same for all streams of as many tokens in each frame; None where they are drawn."""
        constancy, own = self.constancy(prompt_tokens), sheet.own_time()
        if constancy is None:
            return None
        if len(own) > _SHARED or self.per_prompt_token:  # of which nearly each prompt has waits of its own
            return list(self.waits(own, _UNASKED, prompt_tokens, sheet.lead))
        return _constant(constancy, own if isinstance(own, bytes) else tuple(own), sheet.lead)

    def constancy(self, prompt_tokens: int) -> Pace | None:
        """What the waits of a stream depend on beside its tokens, when nothing of it is drawn; None when something is.

        That is a pace for prompts of one token, which costs as much as the whole prompt.
        """
        if not (isinstance(self.ttft, Fixed | None) and isinstance(self.itl, Fixed | None)) or self.burstiness:
            return None
        prompt = prompt_tokens * (self.per_prompt_token or 0.0)
        return Pace(None, self.ttft, self.itl, prompt, scale=self.scale, delay=self.delay)

    @property
    def waits_for_tokens(self) -> bool:
        """Say whether an answer that is not streamed takes the longer the more tokens it has."""
        return self.itl is not None and self.whole_answers is not False

    def whole(self, tokens: int, random: Random, prompt_tokens: int = 0) -> float:
        """Seconds an answer takes whose stream is spread over so many tokens: the sum of `waits`, by the same draws."""
        if self.whole_answers is False:
            return 0.0
        total = self.first(random, prompt_tokens)
        if self.itl is not None:
            for at in range(0, tokens - 1, _SUMMED):
                total += sum(self.itl.waits(random, "itl", min(_SUMMED, tokens - 1 - at), at)) * self._scale
        return total

    def first(self, random: Random, prompt_tokens: int, delay: float = 0.0) -> float:
        """Seconds before the first event, `delay` of them where no law says it."""
        wait = delay if self.ttft is None else self.ttft.draw(random, "ttft")
        return (wait + prompt_tokens * (self.per_prompt_token or 0.0)) * self._scale

    def _by_event(self, tokens: Sequence[int], first: float) -> list[float]:
        waits = [0.0] * len(tokens)
        delay = (self.delay or 0.0) * self._scale
        if delay:
            is_later = False
            for i, count in enumerate(tokens):
                if count:
                    waits[i] = delay if is_later else 0.0
                    is_later = True
        waits[0] = first
        return waits


NO_PACE = Pace()


@lru_cache(512)
def _constant(constancy: Pace, tokens: bytes | tuple[int, ...], lead: int) -> Sequence[float]:
    """The waits of all streams that draw nothing: most of those that go on at a time are alike."""
    return list(constancy.waits(tokens, _UNASKED, 1, lead))


def fixed(seconds: float) -> Law | None:
    """A fixed wait, None for none."""
    return Fixed(seconds) if seconds else None
