"""One client: bytes to requests, requests to answers, answers to bytes, strictly in order, until somebody closes.

Between the parser, the application and the player stands nothing but this protocol. The common case (one whole request
on an idle connection, answered at once) is a straight line in `data_received`. There is no timer here: the server's sweep
calls `check`. Knows no provider: what an answer says is the application's business, refusals included.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import cast

from understudy.errors import Interrupted, TakesLong
from understudy.model.http import Refusal, Request
from understudy.model.plan import Ending, Plan
from understudy.runtime.aside import forget, limit, taken
from understudy.runtime.hub import Hub
from understudy.runtime.life import DRAIN_BYTES, DRAIN_TIME, HALF_CLOSED_PATIENCE, HARD, TRIAL, Life
from understudy.runtime.line import Line
from understudy.runtime.reset import reset
from understudy.runtime.stream import NO_FILE, Stream
from understudy.wire.response import CONTINUE, head, http_date

_trial = partial(limit, TRIAL)


class Connection(Line):
    """The server's end of one connection."""

    __slots__ = (
        "_alone",
        "_asked",
        "_doomed",
        "_drained",
        "_file",
        "_free_since",
        "_keep_alive",
        "_paused",
        "_progress",
        "_respond",
        "_running",
        "_seen",
        "_whole",
        "_write",
    )

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._respond = hub.app.respond
        self._whole = self._inbox.parser.whole
        self._keep_alive = True  # what the request that the stream answers wishes
        self._asked = False  # a request waits for the end of the loop's turn
        self._alone = False  # it took the fast lane, and nothing has come since
        self._running = self._paused = False  # the latter: the client does not read
        self._doomed = False  # whatever comes next ends the connection
        self._seen = 0.0  # when something came, or an answer ended
        self._free_since = 0.0  # when the last answer that took time ended
        self._progress: float = 0  # what `check` saw last: bytes handed over less bytes unsent, or when, as long as all is well
        self._drained = 0

    # -- the transport's calls ------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the others, or be turned away politely when there are too many."""
        hub = self._hub
        self._transport = cast("asyncio.Transport", transport)
        self._write = self._transport.write
        self._tls = transport.get_extra_info("ssl_object") is not None
        bare = None if self._tls or os.name == "nt" else transport.get_extra_info("socket")
        self._file = NO_FILE if bare is None else bare.fileno()
        self._seen = self._moved = self._now()
        if len(hub.connections) < hub.room.cap and not hub.stopping:
            hub.connections.add(self)
            self._ready = True
            self._look()
            self._read(True)  # some loops do once this returns, whatever they were told before
        elif len(hub.surplus) < hub.room.crowd:
            hub.surplus.add(self)
            self._refuse(Refusal(503, hub.room.words))
        else:
            hub.room.cut += 1
            self.abort("client_gone")

    def data_received(self, data: bytes, came: float = 0.0) -> None:
        """Answer what arrived, or keep it until it can be answered; `came` is when, where that is known better than by now."""
        now = self._seen = came or self._now()
        if self._ready:
            found = self._whole(data)
            if found is not None and found[2] == len(data) <= HARD:
                self._ready = False
                self._asked = self._alone = True
                self._hub.turn.ask(self, Request(found[0], found[1], now, None, _trial))
                return
        self._receive(data)

    # -- the turn's calls -----------------------------------------------------------------------------------------

    def socket_for(self, request: Request) -> int | None:  # noqa: ARG002  # the protocol's: all its requests go one way
        """Give the socket for an answer in one piece; behind bytes that are unsent it goes through the transport."""
        if self._life is not Life.OPEN:
            return None
        return NO_FILE if self._transport.get_write_buffer_size() else self._file

    def answered(self, request: Request, rest: bytes) -> None:
        """Go on behind an answer; heads that do not keep the connection alive are never answered so."""
        self._asked = False
        if rest:
            self._write(rest)
        if request.at == self._seen and not (self._paused or self._eof or self._hub.stopping):  # nothing has come since
            self._ready = True
        else:
            self._run()

    def perform(self, request: Request, plan: Plan) -> None:
        """Play an answer that takes time or comes in parts, from when the request arrived, or from when it was its turn."""
        self._asked = self._ready = False
        self._keep_alive = request.head.keep_alive
        request.at = self._hub.arrival(self._transport, request.at)
        self._stream = Stream(plan, max(request.at, self._free_since), self._write, self._played)
        if not self._transport.get_write_buffer_size():
            self._stream.socket = self._file
        self._hub.player.play(self._stream)

    def prepare(self, request: Request, *, alone: bool = False) -> None:
        """Have the costly part of an answer done aside, or all of it."""
        self._asked = self._ready = False
        self._preparing = self._hub.aside.prepare(self._hub.app, request, partial(self._prepared, request), alone=alone)

    def broken(self, error: Exception) -> None:
        """Answer for an application that raised, which it never should."""
        self._asked = False
        self._hub.on_error(error)
        self._write(head(500, [("date", http_date(int(self._hub.wall())).decode())], length=0, close=True))
        self._finish(refused=True)

    # -- more of the transport's ----------------------------------------------------------------------------------

    def eof_received(self) -> bool:
        """Hear that the client will send no more; keep the connection while it is owed something."""
        self._eof = True
        self._moved = self._now()
        if self._life is not Life.OPEN or self._tls:  # asyncio's TLS cannot stay half-open
            return False
        if (stream := self._stream) is not None and (stream.hanging or stream.made or stream.gate is not None):
            return False  # nobody waits for nothing, and servers of models take FIN for gone while an answer is to be made
        self._settle()
        return self._life is Life.OPEN

    def pause_writing(self) -> None:
        """Stop answering: the client does not read."""
        self._paused = True
        self._ready = False
        if self._stream is not None:
            self._hub.player.park(self._stream)

    def resume_writing(self) -> None:
        """Go on: the client reads again."""
        self._paused = False
        if self._life is Life.OPEN:
            if self._stream is not None:
                self._hub.player.resume(self._stream)
            self._run()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # why it was lost makes no difference
        """Free everything at once."""
        self._shut()
        self._hub.connections.discard(self)
        self._hub.surplus.discard(self)
        self._drop("client_gone")

    # -- the server's calls ---------------------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """End what has taken too long; the server's sweep calls this every now and then."""
        unsent = self._transport.get_write_buffer_size()
        stream = self._stream
        progress = (0 if stream is None else stream.handed if unsent or self._eof else now) - unsent
        if progress != self._progress:
            self._progress, self._moved = progress, now
        silent = now - self._moved
        if unsent:
            if silent > self._hub.limits.write_timeout:
                self.abort("client_gone")
        elif self._life is Life.DRAINING:
            if silent > DRAIN_TIME:
                self.close()
        elif self._stream is not None:
            if self._eof and silent > HALF_CLOSED_PATIENCE:
                self.abort("client_gone")
        elif self._life is Life.OPEN and not (self._preparing is not None or self._asked):
            self._check_request(now)

    def wind_up(self) -> None:
        """Close as soon as everything in flight is answered; the server is stopping."""
        if self._stream is not None and self._stream.hanging:
            self.abort("server_stopped")
        else:
            self._settle()

    @property
    def working(self) -> bool:
        """Whether the client is still owed something."""
        return self._life is Life.OPEN or self._transport.get_write_buffer_size() > 0

    def _check_request(self, now: float) -> None:
        refusal = self._inbox.overdue(now)
        if refusal is not None:
            self._refuse(refusal)
        elif self._inbox.parser.phase == "idle" and now - self._seen > self._hub.limits.idle_timeout:
            self.close()

    def _look(self) -> None:
        """Answer what has come already, before the loop comes to read it."""
        if self._life is Life.OPEN and self._file != NO_FILE and self._reading and (found := self._hub.look(self._file))[0]:
            self.data_received(*found)

    # -- from requests to answers ---------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        self._alone = False
        if self._life is Life.OPEN:
            if self._doomed:
                self.close()
                return
            self._inbox.parser.feed(data)
            self._run()
        else:
            self._drained += len(data)
            if self._drained > DRAIN_BYTES:
                self._transport.abort()

    def _run(self) -> None:
        """Answer whatever can be answered now, in order."""
        if self._running:
            return
        self._running = True
        self._ready = False
        inbox = self._inbox
        try:
            while self._life is Life.OPEN:
                inbox.fill(self._seen)
                if inbox.empty or self._busy or self._paused:
                    break
                if self._doomed:
                    self.close()
                    break
                self._answer(inbox.pop())
        finally:
            self._running = False
        self._settle()

    @property
    def _busy(self) -> bool:
        return self._stream is not None or self._preparing is not None or self._asked

    def _answer(self, request: Request | Refusal) -> None:
        if isinstance(request, Refusal):
            self._refuse(request)
        elif len(request.body) > HARD:
            self.prepare(request)
        else:
            request.pauses = _trial
            self._respond_to(request)

    def _prepared(self, request: Request, error: Exception | None) -> None:
        self._preparing = None
        if error is not None:
            self._hub.on_error(error)
        answer = taken(request)
        if self._life is Life.OPEN:
            self._respond_to(request, answer)
            self._run()
        else:
            forget(answer)

    def _respond_to(self, request: Request, answer: bytes | Plan | None = None) -> None:
        try:
            answer = self._respond(request) if answer is None else answer
        except Interrupted as stopped:
            self.prepare(request, alone=isinstance(stopped, TakesLong))
            return
        except Exception as error:
            self.broken(error)
            return
        if not isinstance(answer, bytes):
            self.perform(request, answer)
            return
        self._write(answer)
        if not request.head.keep_alive:
            self._finish()

    def _refuse(self, refusal: Refusal) -> None:
        try:
            answer = self._hub.app.refuse(refusal)
        except Exception as error:
            self.broken(error)
            return
        self._write(answer)
        self._finish(refused=True)

    def _played(self, ending: Ending | None) -> None:
        if ending is Ending.HANG:
            self._hang()
            return
        self._stream = None
        self._seen = self._now()
        if self._alone and ending is None and self._keep_alive and not (self._paused or self._eof or self._hub.stopping):
            self._ready = True
            self._hub.loop.call_soon(self._look)  # what its client asks next may have come before this is known
            return
        self._free_since = self._seen
        self._inbox.phase = None  # the time of a request that has begun meanwhile counts from now
        if ending is Ending.ABORT:
            self._shut()
            reset(self._transport, self._hub.loop)
        elif ending is Ending.CLOSE or not self._keep_alive:
            self._finish()
        else:
            self._doomed = ending is Ending.NEXT
            self._run()

    def _hang(self) -> None:
        """Answer nothing any more: only wait for the client to leave, and keep reading to see it."""
        self._inbox.discard()
        self._read(True)
        if self._eof or self._hub.stopping:
            self.abort("client_gone" if self._eof else "server_stopped")

    def _settle(self) -> None:
        """Draw the conclusions of what has happened: read on or not, take the fast lane or not, close or not."""
        if self._life is not Life.OPEN:
            return
        inbox = self._inbox
        self._read(not inbox.full)
        phase = inbox.settle(self._now())
        if self._busy or self._paused or not inbox.empty:
            return
        if self._eof or (self._hub.stopping and phase == "idle"):  # this client has everything it is owed
            unfinished = inbox.unfinished(phase)
            self.close() if unfinished is None else self._refuse(unfinished)
        else:
            self._ready = phase == "idle" and not self._doomed
            if inbox.parser.take_continue():
                self._write(CONTINUE)
