"""Finding out what files are."""

from __future__ import annotations

import pytest

from understudy.importing.formats import FormatError
from understudy.importing.reading import formats, read

FIXTURE = '{"fixtures": [{"match": {"userMessage": "hello"}, "response": {"content": "hi"}}]}'


ASKED = '{"model": "m", "messages": [{"role": "user", "content": "hello"}]}'
ANSWER = '{"choices": [{"message": {"content": "hi"}}]}'


def test_the_formats():
    assert sorted(formats()) == ["aimock", "har", "jsonl", "litellm", "llmposter", "mock-llm", "vcr", "vidaimock"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", FIXTURE),
        ("a.yaml", "fixtures: [{match: {user_message: hello}, response: {content: hi}}]"),
        ("b.yaml", "fixtures: [{match: {userMessage: hello}, response: {content: hi}}]"),
        ("c.yaml", "model_list: [{model_name: m, litellm_params: {model: x, mock_response: hi}}]"),
        ("d.jsonl", '{"messages": [{"role": "user", "content": "hello"}], "model": "m", "response": "hi"}\n'),
        ("e.yaml", 'name: a\nmatcher: "/v1/chat"\nresponse_body: \'{"choices": [{"message": {"content": "hi"}}]}\'\n'),
        (
            "f.yaml",
            f"rules: [{{path: /v1/chat/completions, response: {{status: 200, content: '{ANSWER}'}}}}]",
        ),
        (
            "g.yaml",
            f"""
interactions:
- request: {{method: POST, uri: 'https://h/v1/chat/completions', headers: {{}}, body: '{ASKED}'}}
  response: {{status: {{code: 200}}, headers: {{}}, body: {{string: '{ANSWER}'}}}}
""",
        ),
    ],
)
def test_each_format_is_known_by_its_content(bring, name, text):
    assert bring(name, text).say("hello", model="m") == "hi"


def test_of_a_folder_every_known_file_counts(put):
    put("b/two.json", FIXTURE.replace("hello", "bye"))
    put("one.json", FIXTURE)
    put("package.json", '{"name": "x"}')
    put("bytes.json", b"\xff")
    put("read.me", "x")
    draft = read([put("one.json", FIXTURE).parent])
    assert [rule["name"] for rule in draft.rules()] == ["bye", "hello"]
    assert sorted(str(remark).rpartition("/")[2].split(":")[0] for remark in draft.remarks) == ["bytes.json", "package.json"]


def test_a_broken_file_is_told_where(bring):
    with pytest.raises(FormatError, match=r"--format\. As JSON it is broken: .*cut\.har:[23]: not "):
        bring("cut.har", '{"log": {"entries": [\n{"time": 1.5, ')


def test_a_named_format_is_taken_at_its_word(put):
    path = put("a.json", FIXTURE)
    with pytest.raises(FormatError, match="mapping of models"):
        read([put("b.json", "[]")], "litellm")
    with pytest.raises(FormatError, match=r"format 'aimok': expected auto or one of .* Did you mean 'aimock'"):
        read([path], "aimok")
    with pytest.raises(FormatError, match=r"format 'wiremock': expected auto or one of [^.?]*\.$"):
        read([path], "wiremock")
    with pytest.raises(FormatError, match=r"got something else\. Say what with --format"):
        read([put("c.json", "[]")])


def test_a_file_that_is_named_twice_counts_once(put):
    path = put("a.json", FIXTURE)
    assert len(read([path, path]).rules()) == 1
