"""What is ready lacks nothing but its names; what cannot be told from its names is not made ready."""

from __future__ import annotations

import pytest

from understudy.dialects import Moment, Options
from understudy.engine.chunking import LONG
from understudy.engine.decision import Decision
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.ready import ready_in_time, ready_stream, ready_whole
from understudy.engine.twin import Span
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.timing.fixed import Fixed
from understudy.timing.uniform import Uniform
from understudy.wire.forms import Form, Hole

HOLES = {"request_id": Hole(b"%b", (0,)), "decision": Hole(b"%b", (1,))}
HEAD = Form([b"id ", b"\r\n", b"\r\n"], list(HOLES), HOLES)
RANDOM = Decision(b"0123456789abcdef")


def moment(key=b"id", salt=b"", second=1):
    return Moment(RANDOM, key, salt, second, Options())


def ready(data, head=HEAD, salt=b"", **more):
    return ready_whole(head, (b"r", b"d"), Body(data, **more), moment(salt=salt))


def test_an_answer_without_an_identity_of_its_own_is_not_kept():
    for data in (b"none", b"id and id"):
        assert ready(data) is None


def test_an_answer_that_is_named_otherwise_is_opened_where_its_name_stands():
    def names(random, key):
        return b"%b-%d" % (key, random.integer("name", 7, 7))

    made, token = ready(b"{id-7}", names=names), b"0123456789abcdef" * 2
    assert ready(b"{id}", names=names) is None
    assert made.names is names
    assert (made.template % (token, 1, token, b"salt", b"other-7")).endswith(b"\r\n{other-7}")


def test_an_answer_whose_name_is_empty_is_not_kept():
    assert ready(b"{}", names=lambda _random, _key: b"") is None
    answer = Stream(Sheet([(b"text", b"")], [1]), b"", (b"end",), names=lambda _random, _key: b"")
    assert ready_stream(HEAD, (b"r", b"d"), answer, moment(), NO_PACE) is None


@pytest.mark.parametrize(("last", "is_kept"), [(b"{id, 1} end", True), (b"{2, id} end", False)])
def test_a_stream_whose_end_names_it_in_another_way_is_not_kept(last, is_kept):
    answer = Stream(Sheet([(b"{", b" text}")], [1]), b"id, 1", (last,))
    made = ready_stream(HEAD, (b"r", b"d"), answer, moment(), NO_PACE)
    assert (made is not None) is is_kept


def test_a_ready_answer_lacks_its_identifiers_only():
    token, serial = b"0123456789abcdef" * 2, 255
    answer = ready(b"{saltid, 50 %}", salt=b"salt").template % (token, serial, token, b"salt", b"key")
    assert answer == b"id req_0123456789abcdef00000000000000ff\r\n" + token + b"\r\n{saltkey, 50 %}"


def test_an_answer_may_have_its_identifiers_in_another_order_and_several_times():
    head = Form([b"", b"\r\n", b"\r\n", b"\r\n"], ["decision", "request_id", "decision"], HOLES)
    made, token = ready(b"{saltid}", head, salt=b"salt"), b"0123456789abcdef" * 2
    answer = made.template % made.fill((token, 255, token, b"salt", b"key"))
    assert answer == token + b"\r\nreq_0123456789abcdef00000000000000ff\r\n" + token + b"\r\n{saltkey}"


@pytest.mark.parametrize(
    ("frames", "is_kept"),
    [([b"id 7letterkey", b"text"], True), ([b"id key", b"text"], True), ([b"text"], True), ([b"7letterkey", b"key"], False)],
)
def test_a_stream_is_kept_where_its_identity_stands_in_one_way(frames, is_kept):
    answer = Stream(Sheet(Frames(frames), [1] * len(frames)), b"", (b"end",))
    made = ready_stream(HEAD, (b"r", b"d"), answer, moment(b"key", b"7letter"), NO_PACE)
    assert (made is not None) is is_kept


def test_a_long_stream_is_not_kept_and_its_frames_are_not_looked_at():
    def frame(_place):
        raise AssertionError("a frame was made")

    answer = Stream(Sheet(Frames(Made(LONG + 1, frame)), [1] * (LONG + 1)), b"")
    assert ready_stream(HEAD, (b"r", b"d"), answer, moment(b"key", b"7letter"), NO_PACE) is None


def in_time(pace, data=b"{id}", tokens=3):
    holes = {**HOLES, "processing_ms": Hole(b"%d", (2,))}
    head = Form([b"id ", b" took ", b" by ", b"\r\n\r\n"], ["request_id", "processing_ms", "decision"], holes)
    answer = Body(data, 10, tokens)
    return ready_in_time(head, (b"r", b"d", 77), answer, moment(), pace, Span(pace, tokens, 10))


def test_an_answer_in_time_says_how_long_it_took():
    made = in_time(Pace(latency=Fixed(0.5), ttft=Fixed(0.1), itl=Fixed(0.01)))
    wait, rest = made.drawn(RANDOM)
    assert (wait, rest) == (pytest.approx(0.62), pytest.approx(0.02))
    said = made.named(b"0123456789abcdef", 255, b"", Decision(b"another"), wait)
    assert said.startswith(b"id req_0123456789abcdef00000000000000ff took 621 by 0123456789abcdef\r\n\r\n{")
    assert in_time(Pace(ttft=Fixed(0.1)), b"none") is None


def test_what_is_drawn_is_drawn_for_each_answer_in_time():
    pace = Pace(ttft=Uniform(0.1, 0.9))
    made = in_time(pace)
    waits = [made.drawn(Decision(b"%d" % number))[0] for number in range(9)]
    assert waits == [pace.whole(3, Decision(b"%d" % number), 10) for number in range(9)]
    assert len(set(waits)) == 9


def test_an_answer_without_a_twin_waits_for_its_latency_alone():
    pace = Pace(latency=Fixed(0.5), ttft=Fixed(0.1))
    made = ready_in_time(HEAD, (b"r", b"d"), Body(b"{id}"), moment(), pace, None)
    assert made.drawn(RANDOM) == (0.5, 0.0)
