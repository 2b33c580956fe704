"""What faults of meaning share; and what each makes of an answer of the OpenAI dialect, byte for byte, through the engine.

A file below golden/meaning/ begins with how the answer is asked for (`whole` or `stream`) and the line of the header field; the
transcript follows. `UPDATE_GOLDEN=1` writes the transcripts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy.faults import kinds, parse
from understudy.faults._meaning import CallMeaning, Meaning
from understudy.model.call import Tool
from understudy.model.plan import Plan
from understudy.model.reply import Failure, Raw, Reasoning, Reply, Text
from understudy.model.transcript import transcript

FILES = sorted((Path(__file__).parent / "golden" / "meaning").glob("*.txt"))
MEANT = [kind for kind in kinds() if issubclass(kind, Meaning)]
OF_CALLS = [kind for kind in MEANT if issubclass(kind, CallMeaning)]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city", "days"],
            },
        },
    }
]
HI = [{"role": "user", "content": "hi"}]
OTHERS = {
    "/v1/messages": {"model": "claude-sonnet-5", "max_tokens": 90, "messages": HI},
    "/v1/responses": {"model": "gpt-4o-mini", "input": "hi"},
    "/api/chat": {"model": "llama3", "messages": HI},
    "/v2/chat": {"model": "command-a-03-2025", "messages": HI},
    "/v1/completions": {"model": "gpt-3.5-turbo-instruct", "prompt": "hi"},
}
DELETE = {
    "type": "object",
    "properties": {"file": {"type": "string"}, "force": {"type": "boolean"}},
    "required": ["file"],
}
SCRIPT = """rules: [{when: {user: json}, reply: '{"answer":42}'}, {reply: "Hi there. How are you?"}]"""


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_transcript_is_the_golden_one(file, engine, make_request, chat):
    line, *kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
    way, _, fault = line.strip().partition(": ")
    body = chat("json" if "json" in fault else "Paris for 3 days", stream=way == "stream", tools=TOOLS)
    answer = engine(SCRIPT).respond(make_request(body, headers={"x-understudy-fault": fault}))
    made = transcript(answer.steps if isinstance(answer, Plan) else [answer])
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(line + made, encoding="utf-8")
        return
    assert made == "".join(kept)


def test_every_kind_has_a_golden_transcript_of_each_way():
    lines = [file.read_text(encoding="utf-8").partition("\n")[0] for file in FILES]
    shown = {(way, fault.partition(";")[0]) for way, _, fault in (line.partition(": ") for line in lines)}
    missing = sorted({(way, kind.name) for kind in MEANT for way in ("whole", "stream")} - shown)
    assert not missing, (
        "without a golden transcript; write golden/meaning/KIND.txt with the one line `stream: KIND`, and KIND-whole.txt with "
        f"`whole: KIND`, run this module with UPDATE_GOLDEN=1 and read what it wrote:\n{missing}"
    )
    assert shown <= {(way, kind.name) for kind in MEANT for way in ("whole", "stream")}


@pytest.mark.parametrize("kind", MEANT, ids=[kind.name for kind in MEANT])
class TestEveryKind:
    @pytest.mark.parametrize("reply", [Reply(failure=Failure(500, "server_error")), Reply(raw=Raw())], ids=["error", "raw"])
    def test_what_no_model_says_passes_through(self, kind, reply, offered):
        assert kind().on_reply(reply, offered()) is reply

    def test_an_embedding_means_nothing(self, kind, offered):
        where, reply = offered(), Reply((Text('{"a":"Hello."}'),))
        where.call.operation = "embedding"
        assert kind().on_reply(reply, where) is reply


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("path", OTHERS)
def test_other_providers_can_say_it(path, stream, engine, ask):
    body = {"stream": stream, **OTHERS[path]}
    one = engine("""rules: [{reply: {text: '{"a":"b"}', tool_calls: [{name: f, arguments: {a: 1}}]}}]""")
    statuses = {}
    for kind in MEANT:
        headers = {"x-understudy-fault": kind.name, "anthropic-version": "2023-06-01"}
        statuses[kind.name] = ask(body, path, to=one, headers=headers).status
    assert set(statuses.values()) == {200}, statuses


@pytest.mark.parametrize("kind", OF_CALLS, ids=[kind.name for kind in OF_CALLS])
class TestEveryKindOfCalls:
    def test_where_nothing_is_called_a_function_is(self, kind, offered):
        reply = kind().on_reply(Reply((Reasoning("Hm."), Text("Hello"))), offered())
        assert reply.blocks[0] == Reasoning("Hm.")
        assert {type(block).__name__ for block in reply.blocks[1:]} == {"ToolCall"}

    def test_what_is_called_says_no_optional_yes_or_no_that_nobody_named(self, kind, offered):
        where = offered(Tool("delete", parameters=DELETE))
        (call, *_) = kind().on_reply(Reply((Text("Hello"),)), where).blocks
        assert "force" not in call.arguments

    @pytest.mark.parametrize("tools", [(), (Tool("run", kind="custom"),)], ids=["none", "custom"])
    def test_without_a_function_the_reply_stays(self, kind, tools, striking):
        where, reply = striking(), Reply((Text("Hello"),))
        where.call.tools = tools
        assert kind().on_reply(reply, where) is reply


def test_faults_of_meaning_can_be_asked_for_with_their_parameters():
    line = "unknown-tool;tool=x, extra-arguments;argument=y, too-many-calls;count=3, refusal;text=No, repetition;times=2"
    assert len(parse(line)) == 5
