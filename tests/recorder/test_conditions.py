"""Few conditions, and each rule's hold for its own request alone."""

from __future__ import annotations

import pytest

from understudy.matching import When
from understudy.recorder.asked import Asked
from understudy.recorder.conditions import tell_apart
from understudy.recorder.crowd import Crowd
from understudy.recorder.take import Reader


@pytest.fixture
def written(asked, secrets):
    """The conditions of every request; checks that each holds for its own request and for no other."""

    def write(*bodies, paths=()):
        everybody = [asked(body, *paths[i : i + 1]) for i, body in enumerate(bodies)]
        crowd = Crowd(everybody)
        found = [tell_apart(place, crowd, secrets) for place in range(len(everybody))]
        for one, conditions in zip(everybody, found, strict=True):
            test = When.build(conditions).test
            assert [other for other in everybody if test(other.call, other.request) is not None] == [one]
        return found

    return write


def test_a_question_alone_is_enough(written, chat):
    assert written(chat("a"), chat("b")) == [{"user": "a"}, {"user": "b"}]


@pytest.mark.parametrize(
    ("more", "other", "name"),
    [
        ({"tools": [{"type": "function", "function": {"name": "t"}}]}, {}, "tools"),
        ({"model": "gpt-4o"}, {}, "model"),
        ({"stream": True}, {}, "stream"),
        ({"response_format": {"type": "json_object"}}, {}, "response_format"),
        ({"temperature": 0}, {"temperature": 1}, "json"),
    ],
)
def test_only_what_differs_is_added(written, chat, more, other, name):
    first, second = written(chat("a", **more), chat("a", **other))
    assert set(first) - {"tool_result"} == {"user", name}
    assert set(second) == {"user", name}


def test_system_messages_and_turns(written, chat):
    system = {"role": "system", "content": "Be brief."}
    found = written(chat("a"), chat(system, "a"), chat("a", {"role": "assistant", "content": "b"}, "a"))
    assert found[1] == {"user": "a", "system": "Be brief."} | ({"turn": 1} if "turn" in found[1] else {})
    assert found[2]["turn"] == 2


def test_case_and_pictures(written, chat):
    def shown(url):
        return {
            "role": "user",
            "content": [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": url}}],
        }

    assert all("json" in found for found in written(chat("Hello"), chat("hello")))
    assert all("json" in found for found in written(chat(shown("http://a/" + "x" * 200)), chat(shown("http://b/" + "x" * 200))))


def test_operations_without_a_question(written, chat):
    found = written({"model": "m", "input": "x"}, chat("x"), paths=("/v1/embeddings", "/v1/chat/completions"))
    assert found == [{"user": "x", "operation": "embedding"}, {"user": "x", "operation": "chat"}]


def test_what_is_no_talk_names_its_operation(written):
    assert written({"input": "x"}, paths=("/v1/moderations",)) == [{"user": "x", "operation": "moderation"}]


def test_a_rule_without_conditions_names_its_operation(written, chat):
    assert written(chat("")) == [{"operation": "chat"}]


def test_equal_requests_have_one_key(asked, chat):
    def loop(identifier):
        call = {"id": identifier, "type": "function", "function": {"name": "t", "arguments": "{}"}}
        said = {"role": "assistant", "content": None, "tool_calls": [call]}
        return asked(
            chat("a", said, {"role": "tool", "tool_call_id": identifier, "content": "r"}, metadata={"run": identifier})
        )

    assert loop("call_1").key == loop("call_2").key
    assert loop("call_1").key != asked(chat("a")).key


def test_files_in_forms_count_by_name_and_size(request_of, asked):
    form = (
        b'--%b\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--%b\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n%b\r\n--%b--\r\n'
    )

    def key(line, sound):
        request = request_of(form % (line, line, sound, line), "/v1/audio/transcriptions")
        request.head.headers["content-type"] = f"multipart/form-data; boundary={line.decode()}"
        call = Reader().read(request)
        assert call is not None
        return Asked(request, call).key

    assert key(b"one", b"RIFF") == key(b"two", b"RIFF")
    assert key(b"one", b"RIFF") != key(b"one", b"RIFFRIFF")
