"""How long an answer takes that is not streamed: as long as its stream would have taken.

In: a call, what it is answered, and the timing in force. Out: seconds. The stream is encoded for it, because only the dialect
knows which tokens its events carry: thoughts that nobody sees, or a usage that a script makes up, take a stream no time.
"""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct, structs

from understudy.dialects import Endpoint, Moment
from understudy.engine.pace import Pace
from understudy.engine.store import MemoryStore
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.ports import Random
from understudy.model.reply import Reply

_MOST = 256  # streams whose tokens are remembered


class Span(Struct, frozen=True):
    """The time of an answer whose stream is spread over so many tokens."""

    pace: Pace
    tokens: int
    prompt_tokens: int

    def drawn(self, random: Random) -> tuple[float, float]:
        """The seconds before it, by the draws of its stream, and what of them lies behind its first token."""
        whole = self.pace.whole(self.tokens, random, self.prompt_tokens)
        return whole, max(whole - self.pace.first(random, self.prompt_tokens), 0.0)


class Twins:
    """The streams that answers could have been; of those that plain calls get of fixed replies the tokens are remembered."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._known: dict[tuple[int, Hashable], tuple[Reply, int]] = {}

    def span(
        self, pace: Pace, endpoint: Endpoint, call: Call, replies: tuple[Reply, ...], moment: Moment, answer: Body
    ) -> Span:
        """The time of an answer."""
        tokens = self.tokens(endpoint, call, replies, moment, answer) if pace.waits_for_tokens else 0
        return Span(pace, tokens, answer.prompt_tokens)

    def tokens(self, endpoint: Endpoint, call: Call, replies: tuple[Reply, ...], moment: Moment, answer: Body) -> int:
        """The tokens that the stream of an answer is spread over."""
        if answer.spread is not None:
            return answer.spread
        key = (id(replies[0]), call.kind)
        shares = call.plain and replies[0].fixed and answer.finish != "length"  # the prompt may be what left too little room
        found = self._known.get(key) if shares else None
        if found is not None:
            return found[1]
        tokens = _told(endpoint, call, replies, moment, answer)
        if shares:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (replies[0], tokens)
        return tokens


def _told(endpoint: Endpoint, call: Call, replies: tuple[Reply, ...], moment: Moment, answer: Body) -> int:
    """Encode the stream and count."""
    aside = structs.replace(moment)  # what is to be told afterwards is told of one answer, and what is kept is kept of one
    if aside.store is not None:
        aside.store = MemoryStore(budget=0).of("")
    twin = endpoint.encode(structs.replace(call, stream=True), replies, aside)
    return sum(twin.sheet.own_time()) if isinstance(twin, Stream) else answer.completion_tokens
