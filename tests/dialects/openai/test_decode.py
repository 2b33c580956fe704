"""Whatever a client sends is answered: 200, or 4xx with an error object; lenient mode takes what can be understood."""

from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"]
FIELDS = [
    "messages",
    "model",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "metadata",
    "n",
    "parallel_tool_calls",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "prompt",
    "suffix",
    "echo",
    "best_of",
    "input",
    "encoding_format",
    "dimensions",
]
MEMBERS = (
    "role content type text name tool_calls function parameters arguments json_schema schema properties required enum items"
)

scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=12) | st.sampled_from(["", "user", "assistant", "function", "object", "json_schema", "required"])
values = st.recursive(
    scalars | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS.split()) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)


@pytest.fixture(scope="module")
def asked():
    """Engines are made once: hypothesis asks them often."""
    from understudy.app import Service
    from understudy.sources import Sources

    failures: list[BaseException] = []

    def made(**flags):
        engine = Service(Sources((), None, flags)).engine
        engine._on_error = lambda error, _request: failures.append(error)
        return engine

    return made(), made(validation="lenient"), failures


def judge(answer):
    assert answer.status == 200 or 400 <= answer.status < 500, answer.body
    if answer.status != 200:
        message, _, _ = answer.error
        assert message


@given(bodies, st.sampled_from(PATHS), st.booleans())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_value_in_any_field_is_answered(asked, ask_engine, body, path, lenient):
    if path == PATHS[0]:
        body = {"messages": [{"role": "user", "content": "hi"}], **body}
    body = {"model": "gpt-4o-mini", "prompt": "x", "input": "x", **body}
    if isinstance(body.get("n"), int):
        body["n"] = min(body["n"], 2)
    if isinstance(body.get("dimensions"), int):
        body["dimensions"] = min(body["dimensions"], 5)
    judge(ask_engine(asked[lenient], body, path))
    assert asked[2] == []


@given(st.lists(values, max_size=3), st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_conversation_is_answered(asked, ask_engine, messages, lenient):
    judge(ask_engine(asked[lenient], {"model": "gpt-5", "messages": messages}, PATHS[0]))
    assert asked[2] == []


@given(values, values, st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_tools_and_choice_are_answered(asked, ask_engine, tools, choice, lenient):
    body = {"model": "gpt-5", "messages": [{"role": "user", "content": "the weather"}], "tools": tools, "tool_choice": choice}
    judge(ask_engine(asked[lenient], body, PATHS[0]))
    assert asked[2] == []


GOOD = b'{"model":"anything","messages":[{"role":"user","content":"hi"}],"prompt":"hi","input":"hi"'
ZOO = {
    "depth bomb": b"[" * 100_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "deep inside": GOOD + b',"metadata":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "deep schema": GOOD
    + b',"tools":[{"type":"function","function":{"name":"f","parameters":'
    + b'{"type":"object","properties":{"a":' * 300
    + b"{}"
    + b"}}" * 300
    + b"}}]}",
    "integer of 5,000 digits": GOOD + b',"seed":' + b"9" * 5_000 + b"}",
    "integer of 5,000 digits as n": GOOD + b',"n":' + b"9" * 5_000 + b"}",
    "integer of 5,000 digits inside": GOOD + b',"metadata":{"a":' + b"9" * 5_000 + b"}}",
    "1e999": GOOD + b',"temperature":1e999}',
    "-1e999 in a list": GOOD + b',"stop":[-1e999]}',
    "NaN": GOOD + b',"temperature":NaN}',
    "Infinity": GOOD + b',"temperature":Infinity}',
    "BOM": codecs.BOM_UTF8 + GOOD + b"}",
    "UTF-16": (GOOD + b"}").decode().encode("utf-16"),
    "UTF-32": (GOOD + b"}").decode().encode("utf-32"),
    "lone surrogate": GOOD.replace(b"hi", b"\\ud800") + b"}",
    "surrogates in the wrong order": GOOD.replace(b"hi", b"\\udc00\\ud800") + b"}",
    "raw surrogate": GOOD.replace(b"hi", b"\xed\xa0\x80") + b"}",
    "broken UTF-8": GOOD.replace(b"hi", b"\xff\xfe") + b"}",
    "duplicate keys": GOOD + b',"n":1,"n":1,"model":"other"}',
    "empty": b"",
    "blank": b" \r\n\t",
    "array": b"[]",
    "null": b"null",
    "number": b"7",
    "text": b'"hi"',
    "cut": GOOD,
    "two documents": GOOD + b"}{}",
    "comment": b"/* hi */" + GOOD + b"}",
    "single quotes": GOOD.replace(b'"', b"'") + b"}",
    "trailing comma": GOOD + b",}",
    "NUL": GOOD.replace(b"hi", b"\x00") + b"}",
    "NUL escaped": GOOD.replace(b"hi", b"\\u0000") + b"}",
    "form": b"model=gpt-4o-mini&prompt=hi",
}
SOUND = {"duplicate keys", "NUL escaped", "deep schema"}
UNDERSTOOD = SOUND | {"empty", "blank", "array", "null", "number", "text"}


@pytest.mark.parametrize("body", ZOO.values(), ids=ZOO)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("validation", ["strict", "lenient"])
def test_malformed_json_is_answered(asked, ask_engine, body, path, validation):
    judge(ask_engine(asked[validation == "lenient"], body, path))
    assert asked[2] == []


@pytest.mark.parametrize(
    "name", ["depth bomb", "BOM", "UTF-16", "broken UTF-8", "empty", "array", "null", "cut", "NaN", "form"]
)
@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_json_object_is_called_so(ask, name, path):
    answer = ask(ZOO[name], path)
    assert answer.status == 400
    assert answer.error[0].startswith("We could not parse the JSON body of your request. (HINT: ")
    assert answer.error[1:] == (None, None)


@pytest.mark.parametrize("name", sorted(SOUND))
def test_odd_but_sound_json_is_accepted(ask, name):
    assert ask(ZOO[name]).status == 200


@pytest.mark.parametrize("name", sorted(UNDERSTOOD))
def test_lenient_mode_answers_what_strict_mode_refuses(engine, ask, name):
    assert ask(ZOO[name], to=engine(validation="lenient")).status == 200


LENIENT = [
    {"model": 7, "messages": "hi"},
    {"messages": [{"role": "user", "content": {"a": 1}}]},
    {"messages": [7, "hello", None]},
    {"messages": [{"content": "hi"}], "temperature": 9, "n": 0, "max_tokens": "many", "stop": [1, "x"]},
    {
        "messages": [{"role": "user", "content": "hi"}],
        "stream_options": "x",
        "tools": [{"type": []}],
        "tool_choice": {"type": []},
    },
]


@pytest.mark.parametrize("body", LENIENT, ids=repr)
def test_lenient_mode_takes_what_can_be_understood(engine, ask, body):
    answer = ask(body, to=engine(validation="lenient"))
    assert answer.status == 200
    assert answer.json["choices"][0]["message"]["content"]


def test_lenient_mode_names_a_model_when_the_request_names_none(engine, ask):
    to = engine(validation="lenient", default_model="house-model")
    assert ask({"messages": []}, to=to).json["model"] == "house-model"


def test_a_lenient_completion_honours_what_it_understands(engine, ask):
    to = engine(validation="lenient", reply="echo")
    answer = ask({"prompt": "a b c", "n": 2, "echo": True, "max_tokens": 1, "temperature": "hot"}, "/v1/completions", to=to)
    assert [choice["text"] for choice in answer.json["choices"]] == ["a b ca", "a b ca"]


def test_a_lenient_embedding_honours_what_it_understands(engine, ask):
    to = engine(validation="lenient")
    answer = ask({"input": "x", "dimensions": 3, "encoding_format": 7, "user": 7}, "/v1/embeddings", to=to)
    assert len(answer.json["data"][0]["embedding"]) == 3


@pytest.mark.parametrize(("given", "count"), [([], 1), ([None, "a", [], [1, 2], ["x"]], 2), (5, 1), (None, 1), ([[]], 1)])
def test_leniently_inputs_of_a_wrong_type_are_left_out_and_one_is_there(engine, ask, given, count):
    to = engine(validation="lenient")
    assert len(ask({"input": given}, "/v1/embeddings", to=to).json["data"]) == count
    assert len(ask({"prompt": given}, "/v1/completions", to=to).json["choices"]) == count


def test_the_last_user_message_is_what_was_asked(engine, ask):
    to = engine(reply="echo")
    messages = [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": [{"type": "text", "text": "th"}, {"type": "text", "text": "ree"}]},
        {"role": "assistant", "content": "four"},
    ]
    assert ask({"model": "m", "messages": messages}, to=to).json["choices"][0]["message"]["content"] == "three"


def test_a_long_conversation_of_parts_is_checked_once(ask, monkeypatch):
    from understudy.dialects._openai import check

    checked = []
    monkeypatch.setattr(check, "body_object", lambda body, real=check.body_object: checked.append(1) or real(body))
    messages = [{"role": "user", "content": [{"type": "text", "text": "x"}]}] * 50
    assert ask({"model": "m", "messages": messages}).status == 200
    assert len(checked) <= 1


def test_a_prompt_of_token_numbers_is_what_they_spell(engine, ask):
    to = engine(reply="echo")
    # 2028 is "Say" and 832 " one" in cl100k_base's vocabulary, whatever the numbers are: spelled back by the encoding itself
    from understudy.text.tokens import encoding

    known = encoding("cl100k_base")
    numbers = [known._vocabulary.rank(token) for token in known.split("Say one")]
    answer = ask({"model": "gpt-3.5-turbo-instruct", "prompt": numbers, "echo": True}, "/v1/completions", to=to)
    assert answer.json["choices"][0]["text"] == "Say oneSay one"
    assert answer.json["usage"]["prompt_tokens"] == len(numbers)


def test_stream_options_may_come_with_the_control_that_streams(ask, chat):
    body = chat(stream_options={"include_usage": True})
    assert ask(body, "/v1/chat/completions?stream=true").chunks[-1]["usage"]
    assert ask(body).status == 400


@pytest.mark.parametrize("path", ["/chat/completions", "/openai/v1/chat/completions", "/openai/chat/completions"])
def test_the_paths_without_the_version_are_served_too(ask, chat, path):
    assert ask(chat(), path).json["object"] == "chat.completion"


def test_json_is_json(ask, chat):
    body = json.dumps(chat("ä"), ensure_ascii=True).encode()
    assert ask(body).json["usage"] == ask(chat("ä")).json["usage"]


PLAIN = st.fixed_dictionaries(
    {"model": st.sampled_from(["gpt-4o-mini", "gpt-5", "o3", "unheard-of"])},
    optional={
        "stream": st.booleans(),
        "max_tokens": st.integers(1, 500),
        "max_completion_tokens": st.none() | st.integers(1, 500),
        "temperature": st.sampled_from([0, 0.5, 2]),
        "seed": st.integers(0, 9),
        "stream_options": st.none()
        | st.fixed_dictionaries({}, optional={"include_usage": st.booleans(), "include_obfuscation": st.booleans()}),
    },
)


@pytest.mark.parametrize("strict", [True, False])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fields=PLAIN)
def test_a_plain_request_says_what_it_says_the_long_way(make_request, chat, strict, fields):
    from understudy.dialects import Options
    from understudy.dialects.openai import decode
    from understudy.dialects.openai.press import Press
    from understudy.dialects.openai.styles import compile_style
    from understudy.errors import RequestError

    options = Options(style=Press(compile_style({})), strict=strict)
    body, found = chat(**fields), []
    for value in (body, {**body, "store": False}):  # the latter is no plain request
        try:
            found.append(decode.chat(make_request(value, PATHS[0]), {}, options))
        except RequestError as error:
            found.append(error.failure)
    fast, slow = found
    if not isinstance(fast, decode.Call):
        assert fast == slow
        return
    names = ("model", "user", "stream", "max_tokens", "extra", "tools", "tool_choice", "response_format", "choices", "parallel")
    assert [getattr(fast, name) for name in names] == [getattr(slow, name) for name in names]
    assert [(message.role, message.content) for message in fast.messages] == [("user", "hi")]
    assert fast.kind != slow.kind
