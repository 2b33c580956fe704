"""What comes back of a letter, byte by byte; no socket is needed to see it."""

from __future__ import annotations

import asyncio

import pytest

from understudy.runtime.trip import End, Head, Interim, Letter, Piece, Trip

PATIENCE = 20
LETTER = Letter("POST", "/x?y=1", (("host", "there"), ("x-mine", "1")), b"body")
CHUNKED = b"HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
OPEN = b"HTTP/1.1 200 OK\r\n\r\n"


class Line(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self):
        super().__init__()
        self.sent, self.reading, self.over = b"", True, False

    def set_write_buffer_limits(self, high=None, low=None):
        self.high = high

    def writelines(self, parts):
        self.sent += b"".join(parts)

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def abort(self):
        self.over = True


class Journey:
    """A trip on such a connection. Every look at the clock is one second later."""

    def __init__(self, letter=LETTER, patience=1e9):
        self.told, self.now = [], 0.0
        self.trip = Trip(letter, self.told.append, self._tick, patience)
        self.line = Line()
        self.trip.connection_made(self.line)

    def _tick(self):
        self.now += 1.0
        return self.now

    def comes(self, *parts):
        for part in parts:
            self.trip.data_received(part)
        return self

    def closes(self, error=None):
        self.trip.connection_lost(error)
        return self

    @property
    def body(self):
        return b"".join(news.data for news in self.told if isinstance(news, Piece))

    @property
    def end(self):
        return self.told[-1]


@pytest.fixture
def on_a_loop():
    """Run what needs a loop, though nothing waits."""

    def run(scene):
        async def scened():
            return scene()

        return asyncio.run(scened())

    return run


@pytest.fixture
def journey(on_a_loop):
    return lambda *given: on_a_loop(lambda: Journey(*given))


def test_the_letter(journey):
    assert journey().line.sent == b"POST /x?y=1 HTTP/1.1\r\nhost: there\r\nx-mine: 1\r\ncontent-length: 4\r\n\r\nbody"
    assert b"content-length: 0\r\n" in journey(Letter("POST", "/", ())).line.sent
    assert b"content-length" not in journey(Letter("GET", "/", ())).line.sent


def test_a_letter_that_could_break_out_of_its_lines_is_not_sent(journey):
    seen = journey(Letter("GET", "/", (("x", "a\r\nhost: evil"),)))
    assert (seen.line.sent, seen.line.over) == (b"", True)
    assert seen.told[0].silent
    assert "cannot be passed on" in seen.told[0].problem


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_news_come_as_bytes_do_and_each_has_its_moment(journey, cut):
    data = CHUNKED + b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    seen = journey().comes(*(data[at : at + cut] for at in range(0, len(data), cut)))
    head, *pieces, end = seen.told
    assert (head.status, dict(head.fields)["X-A"], head.length) == (200, "b", None)
    assert seen.body == b"onetwo"
    times = [head.sent, head.at, *(piece.at for piece in pieces), end.at]
    assert times == sorted(times)
    assert (end.problem, end.how, seen.line.over) == ("", "", True)


def test_a_piece_is_told_before_the_next_one_comes(journey):
    seen = journey().comes(CHUNKED)
    assert [type(news) for news in seen.told] == [Head]
    assert seen.comes(b"3\r\none\r\n").told[-1].data == b"one"
    assert len(seen.told) == 2


@pytest.mark.parametrize("advance", [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n"])
def test_heads_in_advance_are_told_and_are_not_the_answer(journey, advance):
    seen = journey().comes(b"HTTP/1.1 100 Continue\r\n\r\n", advance + advance, LONG + b"abcdef")
    assert [type(news) for news in seen.told] == [Interim, Interim, Head, Piece, End]
    assert (seen.told[0].status, seen.told[2].status, seen.body) == (int(advance[9:12]), 200, b"abcdef")
    assert "Link" not in dict(seen.told[2].fields)


def test_nobody_asked_for_another_protocol(journey):
    seen = journey().comes(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc")
    assert [type(news) for news in seen.told] == [End]
    assert seen.end.silent


def test_trailers_are_dropped(journey):
    seen = journey().comes(CHUNKED, b"1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n")
    assert dict(seen.told[0].fields).keys() == {"X-A", "Transfer-Encoding"}
    assert (seen.body, seen.end.problem) == (b"a", "")


def test_the_answer_to_head_ends_with_its_head_and_keeps_its_length(journey):
    seen = journey(Letter("HEAD", "/", ())).comes(LONG)
    assert [type(news) for news in seen.told] == [Head, End]
    assert (seen.told[0].length, seen.end.problem) == (6, "")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body(journey, status):
    seen = journey().comes(b"HTTP/1.1 %d X\r\n\r\n" % status)
    assert [type(news) for news in seen.told] == [Head, End]


def test_an_answer_that_ends_with_the_connection(journey):
    seen = journey().comes(OPEN + b"abc", b"def").closes()
    assert (seen.told[0].length, seen.body, seen.end.problem) == (None, b"abcdef", "")


def test_what_follows_the_answer_is_nobody_s(journey):
    seen = journey().comes(LONG + b"abcdefHTTP/1.1 200 OK\r\n\r\n").closes(ConnectionResetError())
    assert [type(news) for news in seen.told] == [Head, Piece, End]
    assert (seen.body, seen.end.problem) == (b"abcdef", "")


@pytest.mark.parametrize(
    ("said", "error", "how", "silent"),
    [
        (b"", None, "close", True),
        (b"HTTP/1.1 200", None, "close", True),
        (b"", ConnectionResetError(), "reset", True),
        (LONG + b"abc", None, "close", False),
        (LONG + b"abc", ConnectionResetError(), "reset", False),
        (LONG + b"abc", BrokenPipeError(), "reset", False),
        (CHUNKED + b"9\r\nabc", None, "close", False),
        (CHUNKED + b"3\r\nabc\r\n", None, "close", False),
        (OPEN + b"abc", ConnectionResetError(), "reset", False),
        (OPEN + b"abc", OSError("the TLS record is broken"), "close", False),
    ],
)
def test_how_a_server_breaks_off(journey, said, error, how, silent):
    end = journey().comes(said).closes(error).end
    assert (end.how, end.silent) == (how, silent)
    words = {"reset": "was reset", "close": "before an answer" if silent else "before all of the answer"}
    assert words[how] in end.problem


@pytest.mark.parametrize(("said", "silent"), [(b"nonsense\r\n\r\n", True), (CHUNKED + b"no size\r\n", False)])
def test_what_is_no_http_is_a_problem_but_no_break(journey, said, silent):
    seen = journey().comes(said)
    assert (seen.end.how, seen.end.silent, seen.line.over) == ("", silent, True)
    assert "no HTTP" in seen.end.problem


def test_the_server_waits_while_nobody_wants_more(journey):
    seen = journey().comes(CHUNKED)
    seen.trip.pause()
    assert not seen.line.reading
    seen.trip.resume()
    assert seen.line.reading


def test_what_is_over_or_has_not_begun_is_not_told_to_wait(journey):
    seen = journey().comes(LONG + b"abcdef")
    seen.trip.pause()
    assert seen.line.reading
    seen.line.reading = False
    seen.trip.resume()
    assert not seen.line.reading
    early = Trip(LETTER, print, lambda: 0.0, 1.0)
    early.pause()
    early.resume()


def test_a_letter_is_sent_when_the_last_of_it_is(journey):
    seen = journey()
    assert seen.line.high == 0, "or nobody tells when all of it went out"
    seen.trip.resume_writing()
    assert seen.comes(LONG).told[0].sent == seen.now - 1


def test_broken_off_nothing_more_is_told(journey):
    seen = journey().comes(CHUNKED)
    seen.trip.break_off()
    seen.comes(b"3\r\none\r\n").closes()
    assert (seen.line.over, len(seen.told)) == (True, 1)


def test_broken_off_before_it_is_connected(on_a_loop):
    def scene():
        told = []
        trip = Trip(LETTER, told.append, lambda: 0.0, 1.0)
        forever = asyncio.get_running_loop().create_task(asyncio.Event().wait())
        trip.begin(forever)
        trip.break_off()
        return told, forever.cancelling()

    assert on_a_loop(scene) == ([], 1)


@pytest.mark.parametrize("held", [False, True])
def test_a_server_may_not_be_silent_for_ever_unless_it_was_told_to_wait(held):
    async def scene():
        seen = Journey(patience=2.5)  # by its clock; the loop looks again at once
        seen.comes(CHUNKED)
        loop = asyncio.get_running_loop()
        loop.call_later = lambda delay, callback: loop.call_soon(callback)  # no wall clock
        if held:
            seen.trip.pause()
        for _ in range(20):
            seen.trip._look()
        return seen

    seen = asyncio.run(scene())
    assert isinstance(seen.end, Head if held else End)
    assert held or (seen.end.how, seen.end.silent) == ("hang", False)
