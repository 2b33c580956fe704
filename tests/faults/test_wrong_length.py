from __future__ import annotations

import pytest

from understudy.faults import FaultError, parse
from understudy.faults.wrong_length import FAULT, WrongLength
from understudy.model.plan import Ending

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\nx-content-length: 5\r\n\r\n"


@pytest.mark.parametrize(("by", "length"), [("+7", 71), ("7", 71), ("-7", 57), ("-64", 0), ("-100", 0), ("+1000", 1064)])
def test_the_length_announced_is_off(by, length, context):
    (armed,) = parse(f"wrong-length;by={by}")
    assert armed.fault.on_head(HEAD, context()) == HEAD.replace(b"64", b"%d" % length)


def test_a_script_gives_a_number(context):
    assert WrongLength(by=-4).on_head(HEAD, context()) == HEAD.replace(b"64", b"60")


def test_the_connection_ends_so_that_nothing_leaks_into_the_next_answer(play):
    assert play("wrong-length;by=-7", stream=False)[-1] is Ending.CLOSE


def test_streams_announce_no_length_and_stay_as_they_are(play, context):
    assert play("wrong-length;by=7") == play("malformed;event=9")
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert FAULT(by=7).on_head(head, context()) == head


@pytest.mark.parametrize("by", ["x", "", "1.5", "++1"])
def test_it_wants_a_number(by):
    with pytest.raises(FaultError, match="wrong-length"):
        parse(f"wrong-length;by={by}")
