"""What is not streamed takes the time of its stream, and making that stream to see leaves nothing behind."""

from __future__ import annotations

import pytest

from understudy.dialects import Endpoint, Moment, Options
from understudy.engine.decision import Decision
from understudy.engine.twin import Twins
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.plan import spelled_out
from understudy.model.reply import Reply, Text

SCRIPT = """
timing: {ttft: 50ms, itl: 10ms}
rules:
  - {when: {user: hidden}, reply: {reasoning: "Let me think about it for quite a while.", text: "One two three"}}
  - {when: {user: free}, reply: One two three, timing: {whole: off}}
  - {when: {user: first}, reply: One two three, timing: {itl: 0}}
"""


def seconds(plan):
    return sum(step for step in plan.steps if not isinstance(step, bytes))


@pytest.mark.parametrize(("user", "takes"), [("hidden", 0.07), ("free", 0.0), ("first", 0.05)])
def test_only_what_the_stream_says_takes_time(engine, make_request, chat, user, takes):
    answer = engine(SCRIPT).respond(make_request(chat(user)))
    assert (0.0 if isinstance(answer, bytes) else seconds(answer)) == pytest.approx(takes)


def taken(answer):
    """The seconds of a plan until all is sent."""
    return sum(step for step in spelled_out(answer.steps) if isinstance(step, float))


BOUNDARY = "multipart/form-data; boundary=x"


def recording(**fields):
    """A form with a file."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a_b_c.wav"\r\n\r\nRIFF\r\n--x--\r\n'
    return ("".join(parts) + file).encode()


SPEECH = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "hello there"}
IMAGE = {"model": "gpt-image-1", "prompt": "a boat"}
HEARD = {"model": "gpt-4o-transcribe"}
TURNS = {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json", "chunking_strategy": "auto"}
MEDIA = [
    ("/v1/audio/speech", SPEECH, {**SPEECH, "stream_format": "sse"}),
    ("/v1/images/generations", IMAGE, {**IMAGE, "stream": True}),
    ("/v1/audio/transcriptions", recording(**HEARD), recording(**HEARD, stream="true")),
    ("/v1/audio/transcriptions", recording(**TURNS), recording(**TURNS, stream="true")),
]


@pytest.mark.parametrize(("path", "whole", "streamed"), MEDIA, ids=["speech", "image", "transcript", "turns"])
def test_media_take_the_time_of_their_streams(engine, make_request, path, whole, streamed):
    to = engine("timing: {ttft: 50ms, itl: 10ms}")
    headers = {"content-type": BOUNDARY} if isinstance(whole, bytes) else {}
    one, other = (taken(to.respond(make_request(body, path=path, headers=headers))) for body in (whole, streamed))
    assert one == pytest.approx(other)
    assert one > 0.05


def test_media_that_have_no_stream_wait_for_none(engine, make_request):
    to = engine("timing: {ttft: 50ms, itl: 10ms}")
    for path, body in (
        ("/v1/images/generations", {"model": "dall-e-2", "prompt": "a boat"}),
        ("/v1/audio/transcriptions", recording(model="whisper-1")),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "a"}),
    ):
        headers = {"content-type": BOUNDARY} if isinstance(body, bytes) else {}
        assert isinstance(to.respond(make_request(body, path=path, headers=headers)), bytes)


HI = [{"role": "user", "content": "hi"}]
SILENT = [
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": HI}),
    ("/api/chat", {"model": "llama3.2", "messages": HI}),
    ("/api/generate", {"model": "llama3.2", "prompt": "hi"}),
    ("/perplexity/chat/completions", {"model": "sonar", "messages": HI}),
]


@pytest.mark.parametrize(("path", "body"), SILENT, ids=[path for path, _ in SILENT])
def test_an_empty_answer_waits_for_its_first_token(engine, make_request, path, body):
    to = engine("timing: {ttft: 300ms, itl: 20ms}\nrules: [{reply: ''}]")
    plans = [to.respond(make_request({**body, "stream": k > 0}, path=path)) for k in range(4)]  # the last ones may be ready
    assert [taken(plan) for plan in plans] == pytest.approx([0.3] * 4)


def test_the_delay_of_events_is_of_streams_only(engine, make_request, chat):
    to = engine("timing: {itl: 10ms}\nrules: [{reply: One two three}]", response_delay_ms=100)
    assert seconds(to.respond(make_request(chat()))) == pytest.approx(0.02)


def test_a_completion_is_stored_once(service, ask, chat):
    to = service(SCRIPT).engine
    answers = [ask(chat("hidden", store=True), to=to).json["id"] for _ in range(2)]
    listed = ask(path="/v1/chat/completions", method="GET", to=to).json["data"]
    assert sorted(item["id"] for item in listed) == sorted(set(answers))
    assert len(set(answers)) == 2
    fresh = service(SCRIPT.replace("timing:", "#", 1)).engine
    assert [ask(chat("hidden", store=True), to=fresh).json["id"] for _ in range(2)] == answers


@pytest.mark.parametrize(("finish", "found"), [("stop", [3, 3]), ("length", [3, 5])])
def test_what_a_stream_takes_is_remembered_unless_its_prompt_may_have_cut_it(finish, found):
    lengths = iter((3, 5))

    def encode(_call, _replies, _moment):
        tokens = [1] * next(lengths)
        return Stream(Sheet([(b"", b"")] * len(tokens), tokens), b"")

    endpoint = Endpoint("POST", "/x", "chat", lambda *_: call, encode)
    call, replies = Call("chat", "x", "m", kind="m"), (Reply((Text("a"),), fixed=True),)
    moment = Moment(Decision(b"0" * 16), b"key", b"", 1, Options())
    twins = Twins()
    assert [twins.tokens(endpoint, call, replies, moment, Body(b"", finish=finish)) for _ in range(2)] == found
