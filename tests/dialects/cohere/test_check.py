"""What Cohere refuses of chats, embeddings and rankings, in its words."""

from __future__ import annotations

import pytest

CHAT, EMBED, RERANK = "/v2/chat", "/v2/embed", "/v2/rerank"
USER = {"role": "user", "content": "hi"}
CALL = {"id": "f_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLED = {"role": "assistant", "tool_calls": [CALL]}
PICTURE = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}


def talk(*messages, model="command-a-03-2025", **fields):
    return {"model": model, "messages": list(messages), **fields}


def result(identifier):
    return {"role": "tool", "tool_call_id": identifier, "content": "5"}


NO_TURN = "invalid request: message must be at least 1 token long or tool results must be specified."


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (CHAT, b"", "invalid json syntax: unexpected end of JSON input"),
        (CHAT, b"{a", "invalid json syntax: invalid character 'a' looking for beginning of object key string"),
        (CHAT, b'{"a": x}', "invalid json syntax: invalid character 'x' looking for beginning of value"),
        (CHAT, b'{"a": "x', "invalid json syntax: unexpected end of JSON input"),
        (CHAT, b'{"a": %b}' % (b"9" * 5000), "invalid json syntax: json: cannot unmarshal value into Go value"),
        (CHAT, b"[]", "invalid json syntax: json: cannot unmarshal value into Go value"),
        (CHAT, {"messages": [USER]}, "a model parameter is required for this endpoint."),
        (CHAT, talk(), NO_TURN),
        (CHAT, {"model": "m", "messages": "hi"}, NO_TURN),
        (CHAT, talk({"role": "user", "content": ""}), "message must not be empty in a turn"),
        (CHAT, talk(USER, temperature=1.5), "invalid request: temperature must be between 0 and 1.0 inclusive."),
        (CHAT, talk(USER, presence_penalty=2), "invalid request: presence_penalty must be between 0 and 1 inclusive."),
        (
            CHAT,
            talk(USER, presence_penalty=0.5, frequency_penalty=0.5),
            "invalid request: cannot specify both frequency_penalty and presence_penalty.",
        ),
        (CHAT, talk(USER, max_tokens=-1), "invalid request: max_tokens cannot be less than 0."),
        (
            CHAT,
            talk(USER, max_tokens=8193),
            (
                "too many tokens: max tokens must be less than or equal to 8192, the maximum output for this model - "
                "received 8193."
            ),
        ),
        (
            CHAT,
            talk(USER, stop_sequences=list("abcdef")),
            "invalid request: too many stop sequences provided, maximum is 5, received 6.",
        ),
        (
            CHAT,
            talk(USER, safety_mode="LAX"),
            "unrecognized safety mode 'LAX'. For proper usage, please refer to https://docs.cohere.com/reference/chat",
        ),
        (CHAT, talk(PICTURE), "invalid request: image content is not supported for this model"),
        (CHAT, talk(USER, CALLED, {"role": "tool", "content": "5"}), "tool call id must be provided with tool message"),
        (CHAT, talk(USER, CALLED, result("f_2")), "tool call id not found in previous tool calls"),
        (CHAT, talk(USER, {**CALLED, "tool_calls": [CALL, CALL]}), "cannot have duplicate tool ids"),
        (CHAT, talk(USER, {**CALLED, "tool_calls": [{**CALL, "type": "custom"}]}), "tool call must be of type function"),
        (
            EMBED,
            {"model": "embed-v4.0", "texts": ["a"]},
            "invalid request: valid input_type must be provided with the provided model",
        ),
        (
            EMBED,
            {"model": "embed-v4.0", "texts": ["a"] * 97, "input_type": "search_query"},
            "invalid request: total number of texts must be at most 96 - received 97",
        ),
        (
            RERANK,
            {"model": "m", "query": " ", "documents": ["a"]},
            "invalid request: query must not be empty or be only whitespace",
        ),
        (RERANK, {"model": "m", "query": "q", "documents": []}, "invalid request: list of documents must not be empty"),
        (RERANK, {"model": "m", "query": "q", "documents": ["a", ""]}, "invalid request: document at index 1 cannot be empty"),
        (
            RERANK,
            {"model": "m", "query": "q", "documents": ["a"], "top_n": 0},
            "invalid request: return_top_n is invalid, value must be between 1 and 1",
        ),
    ],
)
def test_a_refusal_says_what_the_documentation_lists(ask, path, body, message):
    answer = ask(body, path)
    assert (answer.status, answer.json["message"]) == (400, message)
    assert list(answer.json) == ["id", "message"]


@pytest.mark.parametrize(
    "body",
    [
        talk(USER, CALLED, result("f_1"), temperature=1, max_tokens=8192, stop_sequences=list("abcde"), safety_mode="OFF"),
        talk(PICTURE, model="command-a-vision-07-2025"),
        talk(USER, presence_penalty=0, frequency_penalty=0.5),
    ],
)
def test_what_it_takes_is_answered(ask, body):
    assert ask(body, CHAT).status == 200


def test_lenient_reading_takes_them_all(ask, engine):
    server = engine(validation="lenient")
    assert ask(talk({"role": "user"}, result("f_9"), temperature=9), CHAT, to=server).status == 200
    assert ask({"texts": ["a"] * 97}, EMBED, to=server).status == 200
    assert ask({"query": "", "documents": []}, RERANK, to=server).status == 200


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("rpm: 1", "You are using a Trial key, which is limited to 1 API calls / minute. You can continue"),
        ("rpd: 1", "You are using a Trial key, which is limited to 1 API calls / day. You can continue"),
        ("tpm: 20", "trial token rate limit exceeded, limit is 20 tokens per minute"),
    ],
)
def test_a_limit_is_told_with_its_number(ask, engine, limit, told):
    server = engine(f"limits: [{{per: all, {limit}}}]")
    answers = [ask(talk({"role": "user", "content": "one two three"}), CHAT, to=server) for _ in range(9)]
    assert answers[-1].status == 429
    assert answers[-1].json["message"].startswith(told)
