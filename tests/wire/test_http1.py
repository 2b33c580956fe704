"""The parser as a whole: cuts at any byte, pipelining, the remembered head, phases, expectations, the end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.model.http import Refusal
from understudy.wire.http1 import Limits, Parser
from understudy.wire.request_head import LINE_SLACK

REPEATABLE = settings(deadline=None, derandomize=True, database=None)
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer k\r\nContent-Length: %d\r\nX-Last: 1\r\n\r\n"
GET = b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"


def post(body: bytes, head: bytes = HEAD) -> bytes:
    return head % len(body) + body


def bodies(found) -> list[bytes]:
    return [body for _, body in found]


def test_a_post_without_length_is_empty(deliver):
    assert bodies(deliver(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n")) == [b""]


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"OPTIONS", b"DELETE"])
def test_bodies_are_consumed_whatever_the_method(deliver, method):
    found = deliver(post(b"hello", HEAD.replace(b"POST", method)) + GET)
    assert bodies(found) == [b"hello", b""]
    assert found[1][0].path == "/v1/models"


def test_pipelined_requests_come_out_in_order(deliver):
    found = deliver(post(b"one") + GET + post(b"three") + post(b"four"))
    assert bodies(found) == [b"one", b"", b"three", b"four"]


def test_good_requests_come_before_the_refusal_and_nothing_after(deliver):
    found = deliver(post(b"one") + b"GET / HTTP/1.1\r\n\r\n" + GET)
    assert found[0][1] == b"one"
    assert isinstance(found[1], Refusal)
    assert len(found) == 2


def test_nothing_is_read_behind_a_request_that_ends_the_connection(deliver):
    found = deliver(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET)
    assert len(found) == 1
    assert not found[0][0].keep_alive


def test_empty_lines_before_a_request_are_ignored(deliver):
    assert bodies(deliver(b"\r\n\r\n" + post(b"one") + b"\r\n" + GET)) == [b"one", b""]


TIGHT = Limits(max_target=100)


def test_a_target_as_long_as_it_may_be_is_read_whatever_follows(deliver):
    line, rest = b"GET /" + b"a" * 99, b" HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * 500)
    assert bodies(deliver(line + rest, TIGHT)) == [b""]
    (refusal,) = deliver(line + b"a" + rest, TIGHT)
    assert refusal.status == 414


def test_a_line_as_long_as_it_may_be_is_judged_by_what_it_says(deliver):
    method = b"A" * (100 + LINE_SLACK - len(b" / HTTP/1.1"))
    (refusal,) = deliver(method + b" / HTTP/1.1\r\nHost: a\r\n\r\n", TIGHT)
    assert refusal.status == 501


@REPEATABLE
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=6), st.data())
def test_any_cuts_give_the_same_requests(parse, wanted, data):
    wire = b"".join(post(body) for body in wanted)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    parts = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert bodies(parse(parts)) == wanted


@REPEATABLE
@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(parse, noise):
    for item in parse([noise, b"\r\n\r\n"]):
        assert isinstance(item, (Refusal, tuple))


@REPEATABLE
@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_no_change_of_a_good_request_breaks_the_parser(parse, at, change):
    good = post(b'{"model": "m"}')
    for item in parse([good[:at] + change + good[at:], good]):
        assert isinstance(item, (Refusal, tuple))


# -- the remembered head --------------------------------------------------------------------------------------------


def test_a_repeated_head_is_the_same_object_whatever_its_length(parse):
    found = parse([post(b"x" * n) for n in (0, 5, 12, 1234)])
    assert [len(body) for body in bodies(found)] == [0, 5, 12, 1234]
    assert len({id(head) for head, _ in found}) == 1


@pytest.mark.parametrize("cut", [1, 40, 90, 100, 104, 106, 108, 125, 130])
def test_a_repeated_head_is_recognised_in_pieces(parse, cut):
    wire = post(b"x" * 33)
    found = parse([post(b"one"), wire[:cut], wire[cut:]])
    assert len({id(head) for head, _ in found}) == 1
    assert found[1][1] == b"x" * 33


def test_repeated_heads_are_recognised_when_pipelined(parse):
    found = parse([post(b"a") * 50])
    assert len(found) == 50
    assert len({id(head) for head, _ in found}) == 1


def test_a_head_without_a_body_is_remembered_too(parse):
    found = parse([GET, GET + GET])
    assert len({id(head) for head, _ in found}) == 1


def test_chunked_and_compressed_heads_are_remembered(parse):
    wire = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\nx%s\r\n0\r\n\r\n"
    found = parse([wire % (1, b""), wire % (2, b"y")])
    assert bodies(found) == [b"x", b"xy"]
    assert found[0][0] is found[1][0]


@pytest.mark.parametrize(
    "other",
    [
        HEAD.replace(b"Bearer k", b"Bearer l"),
        HEAD.replace(b"POST", b"PUT"),
        HEAD.replace(b"X-Last: 1", b"X-Last: 2"),
        HEAD.replace(b"X-Last: 1\r\n", b""),
        HEAD.replace(b"X-Last", b"x-last"),
        HEAD.replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n"),
    ],
)
def test_another_head_is_another_object(parse, other):
    found = parse([post(b"one"), post(b"two", other), post(b"three")])
    assert bodies(found) == [b"one", b"two", b"three"]
    assert found[0][0] is not found[1][0]


@pytest.mark.parametrize(
    ("length", "status"),
    [(b"+3", 400), (b"3 3", 400), (b"-3", 400), (b"", 400), (b"\xb23", 400), (b"9" * 25, 400), (b"1001", 413)],
)
def test_a_bad_length_in_a_repeated_head_is_refused(parse, length, status):
    good = post(b"abc")
    found = parse([good, good, good.replace(b"Length: 3", b"Length: " + length)], Limits(max_body=1000))
    assert [type(item) for item in found] == [tuple, tuple, Refusal]
    assert found[2].status == status


def test_a_body_too_large_is_refused_behind_a_repeated_head_too(parse):
    found = parse([post(b"x" * n) for n in (1000, 1000, 1001)], Limits(max_body=1000))
    assert [type(item) for item in found] == [tuple, tuple, Refusal]
    assert found[2].status == 413


def test_a_smuggled_second_length_is_no_repeated_head(parse):
    good = post(b"abc")
    bad = good.replace(b"Length: 3\r\n", b"Length: 3\r\nContent-Length: 50\r\n")
    assert [type(item) for item in parse([good, bad])] == [tuple, Refusal]


def test_the_fast_lane_takes_only_whole_repeated_requests():
    parser = Parser(Limits())
    wire = post(b"hello")
    assert parser.whole(wire) is None
    parser.feed(wire)
    first = parser.next()
    assert isinstance(first, tuple)
    assert parser.whole(wire) == (first[0], b"hello", len(wire))
    assert parser.whole(wire + b"GET") == (first[0], b"hello", len(wire))
    assert parser.whole(wire[:-1]) is None
    assert parser.whole(b"\r\n" + wire) is None
    assert parser.whole(b"-" + wire, 1) == (first[0], b"hello", len(wire) + 1)


def test_what_ends_the_connection_is_never_remembered():
    parser = Parser(Limits())
    wire = HEAD.replace(b"X-Last: 1", b"Connection: close") % 0
    parser.feed(wire)
    assert parser.next() is not None
    assert parser.whole(wire) is None


# -- phases and expectations ----------------------------------------------------------------------------------------


def test_phases():
    parser = Parser(Limits())
    seen = []
    for piece in (b"", b"POST / HT", b"TP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", b"ab", b"c", b"x y z\r\n"):
        parser.feed(piece)
        while parser.next() is not None:
            pass
        seen.append(parser.phase)
    assert seen == ["idle", "head", "body", "body", "idle", "over"]


def test_the_head_is_known_while_the_body_arrives():
    parser = Parser(Limits())
    parser.feed(post(b"hello")[:-1])
    assert parser.next() is None
    assert parser.head is not None
    assert parser.head.path == "/v1/chat/completions"
    parser.feed(b"o")
    assert parser.next() is not None
    assert parser.head is None


EXPECTING = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"


def continues(data: bytes) -> list[bool]:
    parser = Parser(Limits())
    parser.feed(data)
    parser.next()
    return [parser.take_continue(), parser.take_continue()]


def test_a_waiting_client_is_told_to_continue_once():
    assert continues(EXPECTING) == [True, False]


@pytest.mark.parametrize(
    "data",
    [
        EXPECTING[:-1],
        EXPECTING + b"a",
        EXPECTING + b"abc",
        EXPECTING.replace(b"1.1", b"1.0"),
        EXPECTING.replace(b"Length: 3", b"Length: 0"),
        EXPECTING.replace(b"Expect", b"X-Expect"),
    ],
)
def test_nobody_else_is(data):
    assert continues(data) == [False, False]


def test_a_repeated_expectation_is_met_again():
    parser = Parser(Limits())
    for _ in range(2):
        parser.feed(EXPECTING)
        assert parser.next() is None
        assert parser.take_continue()
        parser.feed(b"abc")
        assert parser.next() is not None


def test_a_stopped_parser_drops_everything():
    parser = Parser(Limits())
    parser.feed(GET[:-2])
    parser.stop()
    parser.feed(GET)
    assert parser.next() is None
    assert parser.phase == "over"
