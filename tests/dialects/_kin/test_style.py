"""What was read beside messages serves others: the same calls, and the same refusals, as when all of a body is read."""

from __future__ import annotations

import pytest
from msgspec import structs

from understudy import dialects
from understudy.dialects._kin import KinDialect
from understudy.dialects._kin import decode as decoding
from understudy.dialects._kin.style import Style, in_turns
from understudy.errors import RequestError
from understudy.model.reply import Failure

KIN = [dialect for dialect in dialects.load() if isinstance(dialect, KinDialect)]
CHATS = {
    dialect.name: next(each.decode for each in dialect.endpoints if each.path.endswith("/chat/completions"))
    for dialect in KIN
    if dialect.name not in ("tei", "tgi")
}
USER, ASSISTANT = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}
SYSTEM = {"role": "system", "content": "be kind"}
CONVERSATIONS = {
    "user": [USER],
    "system": [SYSTEM, USER],
    "two of the system": [SYSTEM, SYSTEM, USER],
    "turns": [SYSTEM, USER, ASSISTANT, {"role": "user", "content": 'and "then"?'}],
    "parts": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    "nobody": [],
    "no list": "hi",
    "no message": [1],
    "system alone": [SYSTEM],
    "assistant first": [ASSISTANT, USER],
    "assistant last": [USER, ASSISTANT],
    "system late": [USER, SYSTEM, USER],
    "twice the user": [USER, USER],
    "nothing said": [{"role": "user", "content": ""}],
    "no content": [{"role": "user"}],
    "no role": [{"content": "hi"}],
    "role of nobody": [{"role": "judge", "content": "hi"}],
    "developer": [{"role": "developer", "content": "be kind"}, USER],
    "member of nobody": [{**USER, "colour": "blue"}],
    "prefix": [USER, {**ASSISTANT, "prefix": True}],
    "result of no call": [USER, {"role": "tool", "content": "5", "tool_call_id": "abcdefghi"}],
    "call": [USER, {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "function": {"name": "f"}}]}],
}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
BESIDES = {
    "nothing": {},
    "stream": {"stream": True, "stream_options": {"include_usage": True}},
    "limit": {"max_tokens": 20, "temperature": 0.5, "stop": ["x"]},
    "tools": {"tools": [TOOL], "tool_choice": "auto"},
    "json": {"response_format": {"type": "json_object"}},
    "schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}},
    "unknown": {"colour": "blue"},
}


def read(decode, request, options):
    """What is read of a request: its call, or why it is refused."""
    try:
        call = decode(request, {}, options)
    except RequestError as error:
        return error.failure
    return structs.astuple(structs.replace(call, messages=[structs.astuple(message) for message in call.messages]))


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
@pytest.mark.parametrize("beside", BESIDES)
@pytest.mark.parametrize("name", CHATS)
def test_what_is_read_beside_messages_is_what_all_of_a_body_says(name, beside, strict, make_request):
    options = dialects.Options(strict=strict)
    known = structs.replace(options, style=Style())
    body = {"model": "m", **BESIDES[beside]}
    known_words = [{"role": "user", "content": "some json"}]  # that one form may want
    read(CHATS[name], make_request({**body, "messages": known_words}), known)
    for what, messages in CONVERSATIONS.items():
        request = make_request({**body, "messages": messages})
        assert read(CHATS[name], request, known) == read(CHATS[name], request, options), what


def test_what_stands_beside_messages_is_read_once(make_request, monkeypatch):
    read_in_full, conversation = [], decoding.conversation
    monkeypatch.setattr(decoding, "conversation", lambda *told: read_in_full.append(told) or conversation(*told))
    options = dialects.Options(style=Style())
    for words in ("one", "two", "three"):
        CHATS["mistral"](make_request({"model": "m", "tools": [TOOL], "messages": [{**USER, "content": words}]}), {}, options)
    assert len(read_in_full) == 1


def test_what_was_taken_leniently_is_refused_strictly(make_request):
    style, request = Style(), make_request({"messages": [USER]})  # without a model
    for strict, is_refused in ((False, False), (True, True)):
        found = read(CHATS["groq"], request, dialects.Options(strict=strict, style=style))
        assert isinstance(found, Failure) is is_refused


def test_what_is_no_turn_of_a_conversation_is_not_read():
    assert in_turns(b'[{"role": "user", "content": "a"}]')
    for told in (b"", b"{}", b"[]", b'[{"role": "user", "content": "\xff"}]', b"[" * 10_000):
        assert in_turns(told) is None
