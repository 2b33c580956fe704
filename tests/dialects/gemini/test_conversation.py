"""What stands beside a conversation is read once, and what is ready or kept is what would be made."""

from __future__ import annotations

import pytest

from understudy.dialects import Options
from understudy.dialects.gemini import decode
from understudy.dialects.gemini.press import Press

TOOLS = [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}}]}]
CALL = [{"functionCall": {"name": "f", "args": {"a": "b"}}}]
RESULT = [{"functionResponse": {"name": "f", "response": {"result": "sunny"}}}]
PICTURE = [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}]


@pytest.fixture
def read(make_request):
    def call(value, options=None, model="gemini-2.5-flash", *, sse=True):
        path = f"/v1beta/models/{model}:streamGenerateContent" + ("?alt=sse" if sse else "")
        return decode.stream(make_request(value, path), {"model": model}, options or Options(style=Press()))

    return call


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": TOOLS},
        {"generationConfig": {"stopSequences": ["x"]}},
        {"system_instruction": {"parts": [{"text": "Be kind."}]}},
    ],
    ids=lambda fields: next(iter(fields)),
)
@pytest.mark.parametrize("said", [("hello",), ("hello", "hi", "and"), ("do", CALL, RESULT)], ids=len)
def test_what_stands_beside_is_read_once_and_read_alike(read, contents, fields, said):
    options = Options(style=Press())
    bodies = [contents("again", **fields), contents(*said, **fields)]
    known = [read(body, options) for body in bodies]
    assert len(options.style.beside._calls) == 1
    assert known == [read(body) for body in bodies]
    assert known[0].extra is known[1].extra


@pytest.mark.parametrize("said", [("do", CALL + CALL, RESULT + RESULT), ("look", PICTURE)], ids=["results", "picture"])
def test_other_conversations_are_read_in_full(read, contents, said):
    options = Options(style=Press())
    fields = contents(*said, tools=TOOLS)
    assert read(contents("again", tools=TOOLS), options).plain
    assert read(fields, options) == read(fields)
    assert not read(fields, options).plain


@pytest.mark.parametrize(
    "fields", [{"cachedContent": "cachedContents/x"}, {"generationConfig": {"candidateCount": 2}}], ids=str
)
def test_what_is_kept_or_comes_in_numbers_is_not_plain(read, contents, fields):
    assert not read(contents("hello", **fields)).plain


def test_what_else_is_asked_for_makes_another_kind(read, contents):
    configs = (
        {},
        {"maxOutputTokens": 9},
        {"maxOutputTokens": 8},
        {"stopSequences": ["x"]},
        {"thinkingConfig": {"thinkingBudget": 100}},
        {"responseMimeType": "application/json"},
    )
    calls = [read(contents("hello", generationConfig=config), sse=sse) for config in configs for sse in (True, False)]
    assert len({call.kind for call in calls}) == len(calls)
    assert read(contents("other", generationConfig={"temperature": 0.5, "maxOutputTokens": 9})).kind == calls[2].kind


@pytest.mark.parametrize("method", ["generateContent", "streamGenerateContent"])
def test_what_was_rendered_within_limits_is_what_they_cut(say, contents, engine, method):
    script = "rules: [{reply: 'One, two, three, four, five.'}]"
    to, limits = engine(script), (1000, 300, 195, 5, 9, 1000, 195, 5, 202)
    bodies = [contents("hello", generationConfig={"maxOutputTokens": limit, "stopSequences": ["x"]}) for limit in limits]
    told = [say(body, "gemini-2.5-flash", method, to=to).body for body in bodies]
    assert told == [say(body, "gemini-2.5-flash", method, to=engine(script)).body for body in bodies]


def test_a_longest_answer_is_held_to_by_the_plain_way(refusal, contents):
    assert "maxOutputTokens value of 99999" in refusal(contents("x", generationConfig={"maxOutputTokens": 99_999}))


def test_the_counts_of_chunks_never_exceed_those_that_are_told(say, contents, engine):
    to = engine("rules: [{reply: {text: Some words of an answer., usage: {completion_tokens: 2}}}]")
    answer = say(contents("x"), "gemini-2.0-flash", "streamGenerateContent", to=to)
    assert [chunk["usageMetadata"]["candidatesTokenCount"] for chunk in answer.json] == [1, 2, 2, 2, 2, 2, 2]
