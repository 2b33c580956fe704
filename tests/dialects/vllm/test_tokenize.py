"""vLLM's tokenizer: conversations become the tokens that chats are counted by."""

from __future__ import annotations

import pytest

TOOL = {"type": "function", "function": {"name": "f", "description": "Do it.", "parameters": {"type": "object"}}}
SAID = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "one two three"},
    {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c", "content": "four"},
]


@pytest.fixture
def text(ask):
    """The text that a request is tokenized as."""

    def made(**body):
        found = ask(body, "/vllm/tokenize").json
        assert found["count"] == len(found["tokens"])
        return ask({"tokens": found["tokens"]}, "/vllm/detokenize").json["prompt"]

    return made


@pytest.mark.parametrize("tools", [[], [TOOL]])
def test_a_chat_costs_as_many_tokens_as_are_found_in_it(ask, tools):
    body = {"model": "m", "messages": SAID, "tools": tools}
    counted = ask(body, "/vllm/tokenize").json["count"]
    assert ask(body, "/vllm/v1/chat/completions").json["usage"]["prompt_tokens"] == counted


def test_the_beginning_of_an_answer_is_left_out_on_demand(text):
    messages = [{"role": "user", "content": "one"}]
    assert text(messages=messages) == "<|user|>\none\n<|assistant|>\n"
    assert text(messages=messages, add_generation_prompt=False) == "<|user|>\none\n"
    assert text(messages=messages, add_generation_prompt=False, continue_final_message=True) == "<|user|>\none"


def test_strings_of_tokens_come_on_demand(ask):
    messages = [{"role": "user", "content": "one"}]
    found = ask({"messages": messages, "return_token_strs": True}, "/vllm/tokenize").json
    assert "".join(found["token_strs"]) == "<|user|>\none\n<|assistant|>\n"
    assert ask({"messages": messages}, "/vllm/tokenize").json["token_strs"] is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Field required: prompt"),
        (
            {"messages": SAID, "continue_final_message": True, "add_generation_prompt": True},
            "Cannot set both `continue_final_message` and `add_generation_prompt` to True.",
        ),
    ],
)
def test_what_the_server_refuses_is_refused(ask, body, message):
    answer = ask(body, "/vllm/tokenize")
    assert (answer.status, answer.json["error"]["message"]) == (400, message)


def test_the_tokenizer_tells_its_template(ask):
    found = ask(b"", "/tokenizer_info", method="GET").json
    assert (found["tokenizer_class"], "<|assistant|>" in found["chat_template"]) == ("PreTrainedTokenizerFast", True)
