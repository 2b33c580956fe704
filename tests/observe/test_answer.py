"""Answers as they were sent, for exports."""

import pytest

from understudy.observe.answer import Answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nSet-Cookie: session=abcdef\r\n\r\n"


def test_head_and_body():
    found = Answer.of(HEAD + "blä".encode())
    assert found.told() == {"headers": {"content-type": "text/plain", "set-cookie": "***"}, "body": "blä"}
    assert (found.size, found.head_size) == (4, len(HEAD))


def test_what_is_no_text_is_in_base64():
    assert Answer.of(HEAD + b"\xff\xfb\x90").told()["body_base64"] == "//uQ"


def test_secrets_are_masked():
    assert Answer.of(HEAD + b"sk-proj-abcdefghijklmnopqrstuvwxyz").body == "sk-...wxyz"


@pytest.mark.parametrize(("sent", "head_size"), [(b"", 0), (b"HTTP/1.1 200 OK\r\ncontent-", 25), (HEAD, len(HEAD))])
def test_answers_of_which_nothing_more_was_sent(sent, head_size):
    found = Answer.of(sent)
    assert (found.body, found.size, found.head_size) == ("", 0, head_size)


def test_the_framing_is_taken_off():
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert Answer.of(head + b"3\r\nabc\r\n0\r\n\r\n").body == "abc"
