"""What a client sends around its prompt: the same bytes again and again, decoded once.

In: bodies, and what decoding them gave. Out: the call of a body that differs from earlier ones in nothing but its last message,
where that message came before up to its digits; these change no count: up to three of them are one token whichever they are.
Whatever else differs has to be decoded. Bounded. Knows no provider: which bytes are the message is tried out, not assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace
from xxhash import xxh3_128_digest

from understudy.errors import RequestError
from understudy.model.call import Call, Message

MOST: Final = 512
"""Messages remembered, 16 bytes of each."""

PATIENCE: Final = 16
"""Bodies that differ before another envelope is looked for."""

REST: Final = 10_000
"""The same, once as many messages as are remembered came and not one of them again: then looking for them is not worth it."""

Decode = Callable[[bytes], Call]

_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_PROBE = "another text"
_NO_BODY = b"\0"  # begins and ends no JSON


class Envelope:
    """The bytes around the last message of plain calls, and the call they make.

    Attributes:
        call: what `opened` read last. Whoever keeps it lets the envelope `renew` it.
    """

    __slots__ = ("_after", "_before", "_end", "_known", "_last", "_messages", "_met", "_others", "_start", "call")

    def __init__(self) -> None:
        self._before = self._after = _NO_BODY
        self._start = self._end = 0
        self._known: dict[bytes, int] = {}
        self._others = PATIENCE
        self._met = False  # whether a message came again
        self._hold(Call("chat", "", messages=[Message("user")]))

    def opened(self, body: bytes) -> int:
        """Read a body into `call`; tell the tokens of its prompt, 0 when it has to be decoded."""
        if not (body.startswith(self._before) and body.endswith(self._after)):
            return 0
        text = body[self._start : self._end]
        tokens = self._known.get(xxh3_128_digest(text.translate(_ZEROS)))
        if tokens is None:
            return 0
        self._met = True
        call = self.call
        call.body, call.folded = body, None
        call.messages = self._messages.copy()  # conditions remember by identity what they have looked at
        call.user = self._last.content = text.decode()
        return tokens

    def learn(self, body: bytes, call: Call, tokens: int, decode: Decode) -> None:
        """Remember the last message of a plain call, or the bytes around it once enough bodies had others.

        Args:
            body: what was decoded.
            call: what it says.
            tokens: of its prompt.
            decode: decodes bodies like this one.
        """
        if not (body.startswith(self._before) and body.endswith(self._after)):
            self._others += 1
            if self._others <= PATIENCE or not self._fits(body, call, decode):
                return
        self._others = 0
        text = body[self._start : self._end]
        if text and b'"' not in text and b"\\" not in text:  # then these bytes are the message, and nothing else is in them
            if len(self._known) >= MOST:
                if not self._met:
                    self._before = self._after = _NO_BODY
                    self._others = PATIENCE - REST
                self._known.clear()
                self._met = False
            self._known[xxh3_128_digest(text.translate(_ZEROS))] = tokens

    def renew(self) -> None:
        """Let somebody keep the call."""
        self._hold(replace(self.call, messages=[*self._messages[:-1], replace(self._last)]))

    def _hold(self, call: Call) -> None:
        self.call = call
        self._messages = list(call.messages)
        self._last = self._messages[-1]

    def _fits(self, body: bytes, call: Call, decode: Decode) -> bool:
        """Take over the bytes around the last message, if another text between them makes the same call but for it."""
        self._others = 0
        text = call.user.encode("utf-8", "replace")
        start = body.rfind(b'"%b"' % text) + 1
        if not (text and start):
            return False
        before, after = body[:start], body[start + len(text) :]
        try:
            own, probe = decode(body), decode(b"%b%b%b" % (before, _PROBE.encode(), after))
        except RequestError:
            return False
        own.body, own.user, own.messages[-1].content = probe.body, _PROBE, _PROBE
        if own != probe:
            return False
        self._before, self._after, self._start, self._end = before, after, start, -len(after)
        self._known.clear()
        self._hold(own)
        return True
