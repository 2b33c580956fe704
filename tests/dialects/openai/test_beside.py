"""What stands beside a conversation is read once, and every conversation beside it as if it were read with all of it."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Options
from understudy.dialects.openai import decode
from understudy.dialects.openai.press import Press
from understudy.dialects.openai.styles import compile_style
from understudy.errors import RequestError

TOOL = {
    "type": "function",
    "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}},
}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
ASKED = {"role": "user", "content": "hi"}
CALLED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOLD = {"role": "tool", "tool_call_id": "call_1", "content": "done"}
PICTURE = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}
SOUND = {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]}

RESTS = {
    "tools": {"tools": [TOOL], "tool_choice": "auto"},
    "schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}},
    "any object": {"response_format": {"type": "json_object"}},
    "stops": {"stop": ["x"], "seed": 3},
    "custom": {"tools": [{"type": "custom", "custom": {"name": "f"}}]},
    "kept": {"store": True, "metadata": {"a": "b"}},
    "several": {"n": 2},
    "scored": {"logprobs": True},
    "odd": {"unheard_of": 2**70},
}
OWN = ("custom", "kept", "several", "scored", "any object")  # what no rendering of another serves, or messages must fit
CONVERSATIONS = {
    "text": [ASKED],
    "another": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "json, please"}],
    "parts": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
    "called": [ASKED, CALLED, TOLD],
    "told twice": [ASKED, CALLED, TOLD, TOLD, {"role": "assistant", "content": "ok"}, {"role": "user", "content": "again"}],
    "named": [{**ASKED, "name": "Ann"}],
    "picture": [PICTURE],
    "sound": [SOUND],
    "unanswered": [ASKED, CALLED],
    "unasked": [TOLD],
    "nothing said": [{"role": "user", "content": None}],
    "no role": [{"content": "hi"}],
    "odd name": [{**ASKED, "name": "a b"}],
    "no list": "hi",
    "empty": [],
    "number": [7],
}


@pytest.fixture
def read(make_request):
    """Reads a body by a press, and tells the call or the failure."""

    def found(value, press, *, strict, path="/v1/chat/completions"):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        try:
            return decode.chat(make_request(body, path), {}, Options(style=press, strict=strict))
        except RequestError as error:
            return error.failure

    return found


def press():
    return Press(compile_style({}))


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5", "gpt-4", "mine"])
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("rest", RESTS)
def test_every_conversation_is_read_as_if_all_were(read, rest, strict, model):
    warm = press()
    for messages in (*CONVERSATIONS.values(), *CONVERSATIONS.values()):
        value = {"model": model, "messages": messages, **RESTS[rest]}
        call, anew = read(value, warm, strict=strict), read(value, press(), strict=strict)
        if isinstance(call, decode.Call) and isinstance(anew, decode.Call):
            call.messages, anew.messages = ([(m.role, m.text, m.name, m.tool_calls) for m in c.messages] for c in (call, anew))
        assert call == anew


def test_only_the_conversation_is_read_again(read, monkeypatch):
    warm, read_in_full = press(), []
    in_full = decode._in_full
    monkeypatch.setattr(decode, "_in_full", lambda *given: read_in_full.append(1) or in_full(*given))
    for messages in (CONVERSATIONS["text"], CONVERSATIONS["another"], CONVERSATIONS["called"], CONVERSATIONS["parts"]):
        read({"model": "gpt-4o", "messages": messages, **RESTS["tools"]}, warm, strict=True)
    assert len(read_in_full) == 1
    read({"model": "gpt-4o", "messages": [ASKED], **RESTS["tools"], "stream": True}, warm, strict=True)
    read({"model": "gpt-4o", "messages": [ASKED], **RESTS["tools"]}, warm, strict=False)
    assert len(read_in_full) == 3


def test_what_bears_on_the_answer_is_in_its_kind(read):
    rests = [rest for name, rest in RESTS.items() if name not in OWN]
    kinds = [read({"model": "gpt-4o-mini", "messages": [ASKED], **rest}, press(), strict=False).kind for rest in rests]
    assert None not in kinds
    assert len(set(kinds)) == len(kinds)
    asked = {"model": "gpt-4o-mini", "messages": [ASKED], **RESTS["tools"]}
    sampled = {**asked, "temperature": 0.5, "user": "me", "safety_identifier": "7"}
    assert read(asked, press(), strict=True).kind == read(sampled, press(), strict=True).kind
    for name in OWN:
        asked = {"model": "gpt-4o-mini", "messages": CONVERSATIONS["another"], **RESTS[name]}
        assert read(asked, press(), strict=True).kind is None
    for name in ("picture", "sound"):
        assert read({"model": "mine", "messages": CONVERSATIONS[name], **RESTS["tools"]}, press(), strict=True).kind is None


def test_members_said_twice_and_places_that_look_like_the_conversation(read):
    said = json.dumps([ASKED], separators=(",", ":"))
    other = json.dumps([{"role": "user", "content": "bye"}], separators=(",", ":"))
    bodies = [
        f'{{"model":"m","metadata":{one},"messages":{two},"stop":"x"{rest}}}'.encode()
        for one in (said, other)
        for two in (said, other)
        for rest in ("", f',"messages":{said}', f',"messages":{other}')
    ]
    warm = press()
    for body in (*bodies, *bodies):
        call, anew = read(body, warm, strict=False), read(body, press(), strict=False)
        assert (call.user, call.body, call.kind, call.extra) == (anew.user, anew.body, anew.kind, anew.extra)


def test_a_query_is_read_with_everything(read):
    warm, value = press(), {"model": "gpt-4o", "messages": [ASKED], "stream_options": {"include_usage": True}, "stop": "x"}
    assert isinstance(read(value, warm, strict=True, path="/v1/chat/completions?stream=true"), decode.Call)
    assert read(value, warm, strict=True).param == "stream_options"
