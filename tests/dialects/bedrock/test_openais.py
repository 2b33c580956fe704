"""Invoke in the form of OpenAI's chats."""

from __future__ import annotations

import pytest

MODELS = ["openai.gpt-oss-20b-1:0", "qwen.qwen3-32b-v1:0", "ai21.jamba-1-5-large-v1:0", "deepseek.v3-v1:0"]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


@pytest.mark.parametrize("model", [*MODELS, "mistral.mistral-large-2407-v1:0"])
def test_the_model_of_the_path_answers(ask, engine, chat, model):
    server = engine(f"rules: [{{when: {{model: '{model}', dialect: bedrock}}, reply: one two}}]")
    found = ask(chat("hi", "another"), f"/model/{model}/invoke", to=server)
    assert (found.json["model"], found.json["choices"][0]["message"]["content"]) == (model, "one two")
    assert found.headers["x-amzn-bedrock-output-token-count"] == str(found.json["usage"]["completion_tokens"])


def test_limits_and_tools_are_read(ask, engine, chat):
    server = engine("rules: [{when: {tools: f}, reply: {tool_calls: [{name: f, arguments: {a: 1}}]}}, {reply: one two three}]")
    path = f"/model/{MODELS[0]}/invoke"
    (choice,) = ask(chat("hi", tools=[TOOL]), path, to=server).json["choices"]
    assert (choice["finish_reason"], choice["message"]["tool_calls"][0]["function"]["name"]) == ("tool_calls", "f")
    (short,) = ask(chat("hi", max_tokens=1), path, to=server).json["choices"]
    assert (short["finish_reason"], short["message"]["content"]) == ("length", "one")


def test_tokens_are_counted(ask, chat):
    from base64 import b64encode
    from json import dumps

    body = b64encode(dumps(chat("one two")).encode()).decode()
    counted = ask({"input": {"invokeModel": {"body": body}}}, f"/model/{MODELS[0]}/count-tokens").json["inputTokens"]
    assert counted == ask(chat("one two"), f"/model/{MODELS[0]}/invoke").json["usage"]["prompt_tokens"]


def test_streams_that_say_the_same_share_their_time():
    from understudy.dialects import Moment, Options
    from understudy.dialects._fixed import Renderings
    from understudy.dialects.bedrock import decode, invoke
    from understudy.model.http import Request, RequestHead
    from understudy.model.reply import Reply, Text

    class Still:
        def words(self, purpose, count):
            return [0] * count

    reply = Reply((Text("one two three"),), fixed=True)
    moment = Moment(Still(), b"k" * 22, b"s" * 7, 0, Options(style=Renderings()))
    request = Request(RequestHead("POST", "/", "/", "", {}), b'{"messages": [{"role": "user", "content": "x"}]}', 0.0)
    streams = []
    for _ in range(2):
        call = decode.invoke_stream(request, {"model": MODELS[0]}, moment.options)
        streams.append(invoke.invoke(call, (reply,), moment))
    one, other = (stream.sheet for stream in streams)
    assert one.timed is other.timed is not None
    assert one.tokens is other.tokens
    assert len(one.frames) == len(one.tokens)
