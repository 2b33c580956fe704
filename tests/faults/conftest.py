"""What a fault is told of the answer it strikes, made by hand; and small answers, with what a line of faults makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from understudy.dialects.openai.events import GRAMMAR
from understudy.engine.decision import Decision
from understudy.engine.faulting import Strikes
from understudy.faults import Striking, parse
from understudy.model.call import Call, Tool
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.plan import Ending, Gate, Step, Until
from understudy.model.reply import Failure
from understudy.wire.response import LAST_CHUNK, chunk

STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
_WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "unit": {"type": "string"}},
    "required": ["city", "days"],
}
OLD_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n"
BODY_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


def _spelled(failure: Failure) -> bytes:
    return b"data: error %d %b\n\n" % (failure.status, failure.kind.encode())


@pytest.fixture
def striking() -> Callable[..., Striking]:
    """A context; members may be given."""

    def made(**members: Any) -> Striking:
        given = {"prompt_tokens": 9, "spell_error": _spelled, **members}
        return Striking(Call("chat", "openai"), Decision(bytes(16)), "openai", **given)

    return made


@pytest.fixture
def offered(striking) -> Callable[..., Striking]:
    """A context of a chat that offers a tool with two required arguments and one more."""

    def made(*tools: Tool) -> Striking:
        found = striking()
        found.call.tools = tools or (Tool("get_weather", parameters=_WEATHER),)
        found.call.user = "What is the weather in Paris for 3 days?"
        return found

    return made


@pytest.fixture
def struck_stream(striking) -> Callable[..., tuple[Stream, Striking]]:
    """A stream of three events and two last ones, and its context."""

    def made(**members: Any) -> tuple[Stream, Striking]:
        stream = Stream(Sheet([(b"a", b"1"), (b"b", b"2"), (b"c", b"3")], [0, 1, 1]), b"-", (b"usage", b"done"))
        return stream, striking(stream=True, events=5, tokens=stream.sheet.tokens, **members)

    return made


def _small_stream() -> Stream:
    deltas = [
        b'{"role":"assistant","content":""}',
        *(b'{"content":"%b"}' % text for text in (b"One", b" two", b" three")),
        b"{}",
    ]
    choice = b'","choices":[{"index":0,"delta":%b,"finish_reason":%b}]}\n\n'
    tails = [choice % (delta, b'"stop"' if delta == b"{}" else b"null") for delta in deltas]
    usage = b'data: {"id":"c1","choices":[],"usage":{"total_tokens":9}}\n\n'
    sheet = Sheet([(b'data: {"id":"', tail) for tail in tails], [0, 1, 1, 1, 0])
    return Stream(sheet, b"c1", (usage, b"data: [DONE]\n\n"), 6, 3, grammar=GRAMMAR)


def _small_body() -> Body:
    return Body(b'{"id":"c1","choices":[{"message":{"content":"One two three"}}]}\n', 6, 3)


def _error_event(failure: Failure) -> bytes:
    return b'data: {"error":{"code":%d}}\n\n' % failure.status


def _context(*, stream: bool = True, decision: int = 0) -> Striking:
    call, random = Call("chat", "openai", stream=stream), Decision(decision.to_bytes(16, "big"))
    context = Striking(call, random, "openai", 6, _error_event, _error_event)
    if stream:
        context.stream, context.events, context.tokens = True, 7, [0, 1, 1, 1, 0]
    return context


def _steps(answer: Body | Stream, waits: float, *, chunked: bool) -> Iterator[Step]:
    if isinstance(answer, Body):
        yield BODY_HEAD % len(answer.data) + answer.data
        return
    yield STREAM_HEAD if chunked else OLD_HEAD
    for number, event in enumerate(answer.events()):
        if waits and number:
            yield waits
        yield chunk(event) if chunked else event
    yield LAST_CHUNK if chunked else Ending.CLOSE


@pytest.fixture
def sample() -> Callable[..., Body | Stream]:
    """A small answer of the OpenAI dialect, whole or in seven events: role, three of text, finish, usage, end mark."""
    return lambda *, stream=True: _small_stream() if stream else _small_body()


@pytest.fixture
def context() -> Callable[..., Striking]:
    """What a fault may know of the small answer; `decision` is what it draws from."""
    return _context


@pytest.fixture
def play() -> Callable[..., list[Step]]:
    """Play the small answer (its events `waits` apart, or whole) under a line of faults."""

    def played(line: str, *, stream: bool = True, chunked: bool = True, waits: float = 0.0, decision: int = 0) -> list[Step]:
        pairs = [(armed.fault, _context(stream=stream, decision=decision)) for armed in parse(line)]
        for _, context in pairs:
            context.chunked = chunked
        strikes = Strikes(pairs)
        answer = strikes.on_frames(_small_stream() if stream else _small_body())
        steps = _steps(answer, waits, chunked=chunked)
        return list(strikes.on_steps(steps, chunked=stream and chunked, erred=list))

    return played


@pytest.fixture
def body_of() -> Callable[[list[Step]], bytes]:
    """The body of an answer that was played, out of its chunks."""

    def joined(steps: list[Step]) -> bytes:
        head, _, data = b"".join(step for step in steps if isinstance(step, bytes)).partition(b"\r\n\r\n")
        return _unchunked(data) if b"chunked" in head else data

    return joined


@pytest.fixture
def opening() -> Callable[[float], Gate]:
    """A gate that opens at a moment."""

    def made(at: float) -> Gate:
        gate = Gate()
        gate.open(at)
        return gate

    return made


@pytest.fixture
def timed() -> Callable[[Iterable[Any]], list[tuple[float, Any]]]:
    """What steps send, and how they end, each with its moment, where the moments of all gates are known."""

    def found(steps: Iterable[Any]) -> Iterator[tuple[float, Any]]:
        now = 0.0
        for step in steps:
            if isinstance(step, float):
                now += step
            elif isinstance(step, Gate | Until):
                wait = step if isinstance(step, Until) else Until(step)
                now = wait.begin(now)
                wait.end()
            else:
                yield round(now, 6), step

    return lambda steps: list(found(steps))


_SOUND = "malformed;event=9"  # a fault of an event that the small answer has not
_STRUCK = {  # where a fault ends a small answer, and how many steps come before
    "at once": ("", 0),
    "before the head": (";at=before-headers", 0),
    "behind the head": (";at=after-headers", 1),
    "at the first event": (";event=1", 1),
    "at the last event": (";event=7", 7),
    "at a token": (";token=3", 4),
    "at the end": (";at=end", 8),
    "at the first byte": (";byte=0", 1),
    "at a byte": (";byte=112", 2),
}
_ELSEWHERE = {"no such event": ";event=8", "no such token": ";token=4", "no such byte": ";byte=100000", "too late": ";time=1h"}
_OTHERWISE = ("at a time", "in a whole answer", "between pieces")


@pytest.fixture(params=[*_STRUCK, *_ELSEWHERE, *_OTHERWISE])
def ended(request, play) -> Callable[[str, Ending], tuple[list[Step], list[Step]]]:
    """Play a fault that ends the small answer at some place: what comes, and what ought to come."""
    case = request.param

    def played(fault: str, ending: Ending) -> tuple[list[Step], list[Step]]:
        if case in _STRUCK:
            place, count = _STRUCK[case]
            return play(fault + place), [*play(_SOUND)[:count], ending]
        if case in _ELSEWHERE:
            return play(fault + _ELSEWHERE[case]), play(_SOUND)
        if case == "at a time":
            sound = play(_SOUND, waits=0.5)
            return play(f"{fault};time=600ms", waits=0.5), [*sound[:4], 0.09999999999999998, ending]
        if case == "in a whole answer":
            *sent, last = play(f"{fault};byte=9", stream=False)
            return [b"".join(sent), last], [play(_SOUND, stream=False)[0][: 71 + 9], ending]
        return play(f"split-event,{fault};byte=3")[-1:], [ending]

    return played


def _unchunked(data: bytes) -> bytes:
    parts = []
    while data != LAST_CHUNK:
        size, _, rest = data.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        parts.append(rest[:length])
        data = rest[length + 2 :]
    return b"".join(parts)


@pytest.fixture
def texts() -> Callable[[bytes], list[bytes]]:
    """The data of every event of an event stream, comments and the end mark left out."""

    def listed(body: bytes) -> list[bytes]:
        lines = body.replace(b"\r\n", b"\n").split(b"\n")
        data = [line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: ")]
        return [line for line in data if line != b"[DONE]"]

    return listed
