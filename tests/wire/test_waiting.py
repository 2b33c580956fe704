"""What an error says about the next try."""

import pytest

from understudy.wire.waiting import retry_asked, wait_asked

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, None),
        ({"retry-after": "5"}, 5.0),
        ({"Retry-After": " 0.5 "}, 0.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "5", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "5", "retry-after-ms": "soon"}, 5.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:57 GMT"}, 20.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:00 GMT"}, 0.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"x-retry-after": "5"}, None),
    ],
)
def test_how_long_to_wait(fields, seconds):
    assert wait_asked(fields.items(), NOW) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"error": {"details": [{"retryDelay": "4s"}]}}', 4.0),
        (b'data: {"retryDelay":"0.25s"}', 0.25),
        (b'{"retryDelay": "4s", "inner": {"retryDelay": "3.5s"}}', 3.5),
        (b'{"retryDelay": "6s"}', 5.0),
        (b'{"message": "\\"retryDelay\\": \\"1s\\""}', 5.0),
        (b'{"retryDelay": "soon"}', 5.0),
        (b'{"retryDelay": 1}', 5.0),
    ],
)
def test_a_body_may_tell_a_shorter_wait(body, seconds):
    assert wait_asked([("retry-after", "5")], NOW, body) == seconds
    assert wait_asked([], NOW, b'{"retryDelay": "6s"}') == 6.0


@pytest.mark.parametrize(
    ("fields", "again"),
    [
        ({}, None),
        ({"x-should-retry": "true"}, True),
        ({"X-Should-Retry": "false"}, False),
        ({"x-should-retry": "True"}, None),
        ({"x-should-retry": "perhaps"}, None),
    ],
)
def test_whether_to_come_back(fields, again):
    assert retry_asked(fields.items()) is again
