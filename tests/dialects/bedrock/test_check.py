"""What Converse refuses, in the words that users report."""

from __future__ import annotations

import pytest

CLAUDE, NOVA = "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0"
LLAMA, MISTRAL = "us.meta.llama3-3-70b-instruct-v1:0", "mistral.mistral-7b-instruct-v0:2"
TOOLS = {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]}
USER, MODEL = {"role": "user", "content": [{"text": "hi"}]}, {"role": "assistant", "content": [{"text": "yes"}]}
PICTURE = {"image": {"format": "png", "source": {"bytes": "AA=="}}}

TURNS = (
    "A conversation must alternate between user and assistant roles. "
    "Make sure the conversation alternates between user and assistant roles and try again."
)
EMPTY = (
    "The content field in the Message object at messages.1 is empty. "
    "Add a ContentBlock object to the content field and try again."
)
BLANK = "The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to the text field, and try again."
SYSTEM = (
    "This model doesn't support system messages. "
    "Try again without a system message or use a model that supports system messages."
)


def call(*names: str) -> dict:
    return {"role": "assistant", "content": [{"toolUse": {"toolUseId": name, "name": "f", "input": {}}} for name in names]}


def result(*names: str) -> dict:
    return {"role": "user", "content": [{"toolResult": {"toolUseId": name, "content": [{"text": "x"}]}} for name in names]}


@pytest.fixture
def refusal(ask):
    """The message of the exception that a request is answered with, "" for a good answer."""

    def told(value: dict, model: str = CLAUDE, tail: str = "converse", **to) -> str:
        answer = ask({"messages": [USER], **value}, f"/model/{model}/{tail}", **to)
        if answer.status == 200:
            return ""
        assert (answer.status, answer.headers["x-amzn-errortype"].partition(":")[0]) == (400, "ValidationException")
        return answer.json["message"]

    return told


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([], "A conversation must start with a user message. Try again with a conversation that starts with a user message."),
        (
            [MODEL],
            "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
        ),
        (
            [USER, USER],
            TURNS,
        ),
        (
            [USER, {"role": "assistant", "content": []}],
            EMPTY,
        ),
        (
            [{"role": "user", "content": [{"text": "a"}, {"text": " \n"}]}],
            BLANK,
        ),
    ],
)
def test_messages_are_judged_one_by_one(refusal, messages, message):
    assert refusal({"messages": messages}) == message


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([USER, call("a"), result("a")], ""),
        ([USER, call("a", "b"), result("b", "a"), MODEL, USER], ""),
        (
            [USER, call("a", "b", "c"), result("b")],
            "Expected toolResult blocks at messages.2.content for the following Ids: a, c",
        ),
        ([USER, call("a"), USER], "Expected toolResult blocks at messages.2.content for the following Ids: a"),
        (
            [USER, MODEL, result("a")],
            "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
        ),
        ([USER, call("a", "a"), result("a")], "The toolUse blocks at messages.1.content contain duplicate Ids: a"),
    ],
)
def test_calls_and_results_belong_together(refusal, messages, message):
    assert refusal({"messages": messages, "toolConfig": TOOLS}) == message


def test_where_no_length_is_known_there_is_none(refusal):
    for model in ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", "us.anthropic.claude-sonnet-4-6", "amazon.nova-2-lite-v1:0"):
        assert refusal({"inferenceConfig": {"maxTokens": 1_000_000}}, model) == ""


def test_tools_that_were_used_are_declared(refusal):
    said = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    assert refusal({"messages": [USER, call("a"), result("a")]}) == said


@pytest.mark.parametrize(
    ("field", "value", "bound"),
    [
        ("maxTokens", 0, "greater than or equal to 1"),
        ("temperature", 1.5, "less than or equal to 1"),
        ("topP", -0.5, "greater than or equal to 0"),
    ],
)
def test_numbers_have_bounds(refusal, field, value, bound):
    place = f"Value '{value}' at 'inferenceConfig.{field}' failed to satisfy constraint"
    assert (
        refusal({"inferenceConfig": {field: value}}) == f"1 validation error detected: {place}: Member must have value {bound}"
    )


@pytest.mark.parametrize(
    ("model", "longest"), [(NOVA, 10_000), (CLAUDE, 64_000), ("anthropic.claude-3-haiku-20240307-v1:0", 4096)]
)
def test_answers_have_a_length(refusal, model, longest):
    assert refusal({"inferenceConfig": {"maxTokens": longest}}, model) == ""
    assert refusal({"inferenceConfig": {"maxTokens": longest + 1}}, model) == (
        f"The maximum tokens you requested exceeds the model limit of {longest}. "
        f"Try again with a maximum tokens value that is lower than {longest}."
    )


@pytest.mark.parametrize(
    ("model", "value", "message"),
    [
        (
            MISTRAL,
            {"system": [{"text": "x"}]},
            SYSTEM,
        ),
        (MISTRAL, {"toolConfig": TOOLS}, "This model doesn't support tool use."),
        ("us.deepseek.r1-v1:0", {"toolConfig": TOOLS}, "This model doesn't support tool use."),
        (
            LLAMA,
            {"toolConfig": {**TOOLS, "toolChoice": {"any": {}}}},
            "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
        ),
        (
            LLAMA,
            {"messages": [{"role": "user", "content": [PICTURE]}]},
            "This model doesn't support the image content block that you provided. Update the content block and try again.",
        ),
    ],
)
def test_a_model_is_not_asked_for_what_it_cannot_do(refusal, engine, model, value, message):
    assert refusal(value, model) == message
    assert refusal(value, CLAUDE) == ""
    assert refusal(value, model, to=engine(validation="lenient")) == ""


def test_some_call_tools_only_in_whole_answers(refusal):
    assert refusal({"toolConfig": TOOLS}, LLAMA) == ""
    assert refusal({"toolConfig": TOOLS}, LLAMA, "converse-stream") == "This model doesn't support tool use in streaming mode."


def test_what_is_counted_is_judged_too(ask):
    path = f"/model/{CLAUDE}/count-tokens"
    assert "must start" in ask({"input": {"converse": {"messages": [MODEL]}}}, path).json["message"]


@pytest.mark.parametrize("tail", ["converse", "invoke"])
def test_claude_thinks_before_calls_when_it_is_told_to(ask, engine, tail):
    call = "tool_calls: [{name: f, arguments: {}}]"
    to = engine(
        f"rules: [{{when: {{user: own}}, reply: {{reasoning: Mine., {call}}}}}, {{when: {{user: x}}, reply: {{{call}}}}},"
        "{reply: hi}]"
    )
    told = {"thinking": {"type": "enabled", "budget_tokens": 1024}}

    def answer(text: str, *, thinks: bool = True) -> str:
        if tail == "converse":
            more = {"additionalModelRequestFields": told} if thinks else {}
            value = {"messages": [{"role": "user", "content": [{"text": text}]}], **more}
        else:
            messages = [{"role": "user", "content": text}]
            value = {
                "messages": messages,
                "max_tokens": 2000,
                "anthropic_version": "bedrock-2023-05-31",
                **(told if thinks else {}),
            }
        whole = ask(value, f"/model/{CLAUDE}/{tail}", to=to).body.decode()
        stream = "converse-stream" if tail == "converse" else "invoke-with-response-stream"
        assert ask(value, f"/model/{CLAUDE}/{stream}", to=to).status == 200
        return whole

    assert "signature" in answer("x")
    assert "Mine." in answer("own")
    assert "signature" not in answer("say hi")
    assert "signature" not in answer("x", thinks=False)


def tools(*specs):
    return {"toolConfig": {"tools": [{"toolSpec": {"inputSchema": {"json": {}}, **spec}} for spec in specs]}}


NAMED = "Value '{}' at 'toolConfig.tools.{}.member.toolSpec.name' failed to satisfy constraint: Member must {}"
PATTERN = "satisfy regular expression pattern: [a-zA-Z0-9_-]+"
FILLED = "have length greater than or equal to 1"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            tools(),
            f"1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must {FILLED}",
        ),
        (tools({"name": "a b"}), f"1 validation error detected: {NAMED.format('a b', 1, PATTERN)}"),
        (
            tools({"name": "f"}, {"name": ""}),
            f"2 validation errors detected: {NAMED.format('', 2, PATTERN)}; {NAMED.format('', 2, FILLED)}",
        ),
        (
            tools({"name": "a" * 65}),
            f"1 validation error detected: {NAMED.format('a' * 65, 1, 'have length less than or equal to 64')}",
        ),
        (
            tools({"name": "f", "description": ""}),
            (
                "1 validation error detected: Value '' at 'toolConfig.tools.1.member.toolSpec.description' failed to satisfy "
                f"constraint: Member must {FILLED}"
            ),
        ),
        (
            {"messages": [{"role": "user", "content": [{"text": "a"}, {"image": {**PICTURE["image"], "format": "bmp"}}]}]},
            (
                "1 validation error detected: Value 'bmp' at 'messages.1.member.content.2.member.image.format' failed to "
                "satisfy constraint: Member must satisfy enum value set: [png, jpeg, gif, webp]"
            ),
        ),
        (
            {"inferenceConfig": {"maxTokens": 0, "topP": 2}},
            (
                "2 validation errors detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member "
                "must have value greater than or equal to 1; Value '2' at 'inferenceConfig.topP' failed to satisfy constraint: "
                "Member must have value less than or equal to 1"
            ),
        ),
    ],
)
def test_what_breaks_constraints_is_told_together(refusal, value, message):
    assert refusal(value) == message


def test_claude_takes_one_of_two_ways_to_sample(refusal):
    both = {"inferenceConfig": {"temperature": 0.5, "topP": 0.5}}
    message = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
    assert refusal(both) == f"The model returned the following errors: {message}"
    assert refusal(both, NOVA) == refusal(both, "anthropic.claude-sonnet-4-20250514-v1:0") == ""
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
    assert refusal({**body, "temperature": 0.5, "top_p": 0.5}, tail="invoke") == message


def test_a_prompt_beyond_the_window_of_claude_is_refused(refusal, engine):
    said = "word " * 200_001
    long = {"messages": [{"role": "user", "content": [{"text": said}]}]}
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": said}]}
    told = "Input is too long for requested model."
    assert [refusal(long), refusal(long, tail="converse-stream"), refusal(body, tail="invoke")] == [told] * 3
    beta = {"additionalModelRequestFields": {"anthropic_beta": ["context-1m-2025-08-07"]}}
    assert refusal({**long, **beta}) == refusal(long, NOVA) == ""
    assert refusal(long, to=engine(validation="lenient")) == ""
