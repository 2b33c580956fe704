"""The log, its stream, and the lines of exchanges."""

import io
import json
import os

import pytest

from understudy.model.plan import Delivery
from understudy.observe._foreign import release
from understudy.observe._lines import FORMS, json_line
from understudy.observe.logs import Log, RequestLog, configure, excerpt

KEY = "sk-proj-0123456789abcdefwxyz"


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def log(stream):
    return Log("info", json_line, stream, wall=lambda: 1.0)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line(log, stream):
    log.write("info", "listening", host="127.0.0.1", port=8000)
    log.write("error", "script refused", problem="a.yaml:3: no")
    assert lines(stream) == [
        {"time": "1970-01-01T00:00:01.000Z", "level": "info", "event": "listening", "host": "127.0.0.1", "port": 8000},
        {"time": "1970-01-01T00:00:01.000Z", "level": "error", "event": "script refused", "problem": "a.yaml:3: no"},
    ]


def test_events_below_the_level_are_not_written(stream):
    log = Log("warning", json_line, stream)
    log.write("info", "no")
    log.write("warning", "yes")
    log.write("error", "yes")
    assert [line["event"] for line in lines(stream)] == ["yes", "yes"]
    assert [level for level in ("debug", "info", "warning", "error") if log.enabled(level)] == ["warning", "error"]


def test_an_error_comes_with_its_stack(log, stream):
    try:
        raise ValueError(f"no {KEY}")
    except ValueError as error:
        log.write("error", "request failed", error=error, path="/v1")
    [line] = lines(stream)
    assert line["error"] == "ValueError: no sk-...wxyz"
    assert line["stack"].startswith("Traceback (most recent call last):\n")
    assert "in test_an_error_comes_with_its_stack" in line["stack"]
    assert line["stack"].endswith("ValueError: no sk-...wxyz\n")
    assert KEY not in stream.getvalue()


class Mute(Exception):  # noqa: N818 - its name is all it says
    def __str__(self):
        raise RuntimeError


def test_an_error_that_cannot_be_printed_is_named(log, stream):
    log.write("error", "failed", error=Mute())
    assert lines(stream)[0]["error"] == "Mute"


def test_secrets_are_masked_wherever_they_are(log, stream):
    log.write("info", f"key {KEY}", text=KEY, data=KEY.encode(), deep={"a": [KEY, {"b": (KEY,)}]})
    assert KEY not in stream.getvalue()
    assert stream.getvalue().count("sk-...wxyz") == 5


def test_a_value_that_holds_itself_is_logged(log, stream):
    loop = []
    loop.append(loop)
    log.write("info", "odd", loop=loop)
    assert lines(stream)[0]["event"] == "odd"


class Broken(io.StringIO):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        if self.error is not None:
            raise self.error
        return super().write(text)


def test_a_closed_stream_breaks_nothing(stream, log):
    stream.close()
    log.write("error", "unheard")
    log.write("error", "unheard")


def test_a_gone_reader_is_given_up(make_exchange):
    stream = Broken(BrokenPipeError())
    log = Log("info", json_line, stream)
    log.write("error", "unheard")
    stream.error = None
    log.write("error", "not tried")
    RequestLog(log).record(make_exchange())
    assert stream.getvalue() == ""


def test_a_full_disk_is_tried_again():
    stream = Broken(OSError(28, "No space left on device"))
    log = Log("info", json_line, stream)
    log.write("error", "lost")
    stream.error = None
    log.write("error", "heard")
    assert [line["event"] for line in lines(stream)] == ["heard"]


def test_a_closed_pipe_is_silent_to_its_end():
    reading, writing = os.pipe()
    stream = os.fdopen(writing, "w", buffering=1)
    os.close(reading)
    log = Log("info", json_line, stream)
    log.write("error", "unheard", text="x" * 100_000)
    log.write("error", "unheard")
    stream.close()


def test_a_stream_that_knows_ascii_only_gets_ascii():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Log("info", json_line, stream).write("info", "café")
    assert b'"event":"caf\\xe9"' in raw.getvalue()


@pytest.fixture
def tidy():
    yield
    release()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("fmt", "stream", "start"),
    [
        ("json", io.StringIO(), "{"),
        ("json", Terminal(), "{"),
        ("text", io.StringIO(), "2"),
        ("auto", io.StringIO(), "{"),
        ("auto", Terminal(), "2"),
    ],
    ids=["json", "json on a terminal", "text", "auto", "auto on a terminal"],
)
def test_configure_chooses_the_form(tidy, fmt, stream, start):
    log = configure("info", fmt, stream)
    log.write("info", "hello")
    log.write("debug", "silence")
    text = stream.getvalue()
    assert (text[0] == "{") is (start == "{")
    assert "hello" in text
    assert "silence" not in text


def test_configure_brings_in_other_logs(tidy, stream):
    import logging

    configure("info", "json", stream)
    logging.getLogger("asyncio").error("it broke")
    assert [(line["event"], line["logger"]) for line in lines(stream)] == [("it broke", "asyncio")]


def test_a_request_line(make_exchange, log, stream):
    exchange = make_exchange(
        rule="sky", token=b"0123456789abcdef", serial=7, prompt_tokens=12, completion_tokens=34, duration=0.0123456, sent=500
    )
    RequestLog(log).record(exchange)
    assert stream.getvalue() == (
        '{"time":"1970-01-01T00:00:01.000Z","level":"info","event":"request","method":"POST","path":"/v1/chat/completions",'
        '"status":200,"dialect":"openai_chat","operation":"chat","model":"gpt-4o-mini","rule":"sky","session":"default",'
        '"stream":false,"prompt_tokens":12,"completion_tokens":34,"duration_ms":12.346,'
        '"request_id":"req_0123456789abcdef0000000000000007","outcome":"done"}\n'
    )


@pytest.mark.parametrize(
    ("delivery", "fields"),
    [
        (
            Delivery("done", 500, 3, 0.0012, 0.25, 0.2505, 0.0, 0.75),
            {"ttft_ms": 250.5, "planned_ttft_ms": 250.0, "events": 3, "late_ms": 1.2, "last_due_ms": 750.0},
        ),
        (Delivery("done", 500, late=1.25, last_due=0.5), {"late_ms": 1250.0, "last_due_ms": 500.0}),
        (Delivery("done", 500, last_due=0.0), {}),
        (Delivery("done", 500, paused=0.25, last_due=0.0), {"paused_ms": 250.0}),
    ],
    ids=["a stream", "one piece", "at once", "a client that did not read"],
)
def test_a_request_line_tells_of_time_what_is_known(make_exchange, log, stream, delivery, fields):
    RequestLog(log).record(make_exchange(delivery=delivery))
    [line] = lines(stream)
    assert {name: value for name, value in line.items() if name.endswith("_ms") or name == "events"} == {
        "duration_ms": 0.0,
        **fields,
    }


def test_a_request_line_on_a_terminal(make_exchange, stream):
    RequestLog(Log("info", FORMS["text"], stream, wall=lambda: 1.5)).record(make_exchange(model="", path="/v1/a b"))
    assert stream.getvalue() == (
        '00:00:01.500Z info    request  method=POST path="/v1/a b" status=200 dialect=openai_chat operation=chat '
        "session=default stream=false prompt_tokens=0 completion_tokens=0 duration_ms=0.0 "
        "request_id=req_00000000000000000000000000000000 outcome=done\n"
    )


def test_a_request_line_holds_no_secrets_and_cannot_be_forged(make_exchange, log, stream):
    RequestLog(log, verbose=True).record(
        make_exchange(path=f"/{KEY}\n{{}}", model=KEY, session=KEY * 20, body=f'{{"api_key": "x", "a": "{KEY}"}}'.encode())
    )
    assert KEY not in stream.getvalue()
    [line] = lines(stream)
    assert line["path"] == "/sk-...wxyz\n{}"
    assert line["request"] == '{"api_key": "***", "a": "sk-...wxyz"}'


def test_verbose_lines_carry_the_body_of_the_request(make_exchange, log, stream):
    exchange = make_exchange(body=b'{"a": 1}')
    RequestLog(log, verbose=True).record(exchange)
    RequestLog(log).record(exchange)
    first, second = lines(stream)
    assert first == {**second, "request": '{"a": 1}'}
    assert "request" not in second


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        ("é", "é"),
        (b"\xff", "\\xff"),
        (b"x" * 2048, "x" * 2048),
        (b"x" * 2049, "x" * 2048 + "... (2,049 bytes)"),
        (b"x" * 5_000_000, "x" * 2048 + "... (5,000,000 bytes)"),
        ("é" * 2000, "é" * 1024 + "... (4,000 bytes)"),
        ("\ud800", "?"),
    ],
    ids=["empty", "text", "not utf-8", "whole", "cut", "long", "characters", "surrogate"],
)
def test_an_excerpt_is_at_most_two_kilobytes(body, shown):
    assert excerpt(body) == shown


def test_a_key_across_the_end_of_an_excerpt_is_masked():
    for shift in range(40):
        body = "x" * (2048 - shift) + " " + KEY
        assert KEY[:12] not in excerpt(body)


def test_an_excerpt_shortened_by_masks_still_tells_the_size():
    assert excerpt((KEY + " ") * 1000).endswith("... (29,000 bytes)")


def test_verbose_lines_hide_the_key_a_request_came_with(make_exchange, log, stream):
    exchange = make_exchange(body=b'{"a": "my key is opaque-secret-0123456789"}')
    exchange.request.head.headers["authorization"] = "Bearer opaque-secret-0123456789"
    RequestLog(log, verbose=True).record(exchange)
    assert "opaque-secret-0123456789" not in stream.getvalue()
    assert "my key is" in stream.getvalue()
