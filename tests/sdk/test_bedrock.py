"""The official client of Bedrock, boto3: Converse and Invoke, whole and as event streams, exceptions, counts."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

pytestmark = pytest.mark.sdk

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
SCRIPT = """
rules:
  - {when: {tool_result: {contains: sunny}}, reply: "Take your sunglasses."}
  - {when: {user: weather}, reply: {text: "I look.", tool_calls: [{name: get_weather, arguments: {city: Paris}}]}}
  - {when: {user: think}, reply: {reasoning: "A number.", text: "42"}}
  - {when: {user: refuse}, reply: {refusal: "I will not."}}
  - {when: {user: slow}, reply: {error: rate_limit}}
  - {when: {user: gone}, reply: {error: model_not_found}}
  - {when: {user: down}, reply: {error: 500}}
  - {when: {user: break}, reply: "one two three", fault: {kind: error-event, status: 429, error: rate_limit, at: {event: 3}}}
  - {reply: "Hello there."}
"""
LIKE_OPENAI = ("openai.gpt-oss-120b-1:0", "qwen.qwen3-32b-v1:0", "ai21.jamba-1-5-large-v1:0", "mistral.pixtral-large-2502-v1:0")
ASKED = {"messages": [{"role": "user", "content": "hi"}]}
SPEC = {
    "name": "get_weather",
    "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}
TOOLS = {"tools": [{"toolSpec": SPEC}]}


@pytest.fixture
def link(made) -> Callable[..., Any]:
    """Make a client of a server; it does not try again."""
    return lambda server, service="bedrock-runtime": made(
        boto3.client,
        service,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="AKIDANY",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=True),
    )


@pytest.fixture
def client(serve, link) -> Any:
    return link(serve(SCRIPT))


def say(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"text": text}]}]


def test_a_conversation_is_answered(client):
    answer = client.converse(modelId=MODEL, messages=say("hi"), system=[{"text": "Be brief."}])
    assert answer["output"]["message"] == {"role": "assistant", "content": [{"text": "Hello there."}]}
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"]["totalTokens"] == answer["usage"]["inputTokens"] + answer["usage"]["outputTokens"]
    assert answer["metrics"]["latencyMs"] > 0
    assert answer["ResponseMetadata"]["RequestId"].startswith("req_")


def test_a_conversation_is_streamed(client):
    events = list(client.converse_stream(modelId=MODEL, messages=say("hi"))["stream"])
    kinds = [next(iter(event)) for event in events]
    assert kinds[0] == "messageStart"
    assert kinds[-3:] == ["contentBlockStop", "messageStop", "metadata"]
    said = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    assert "".join(said) == "Hello there."
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 3


def test_a_tool_is_called_and_its_result_is_used(client):
    answer = client.converse(modelId=MODEL, messages=say("weather"), toolConfig=TOOLS)
    message = answer["output"]["message"]
    assert answer["stopReason"] == "tool_use"
    used = message["content"][1]["toolUse"]
    assert (used["name"], used["input"]) == ("get_weather", {"city": "Paris"})
    result = {"toolUseId": used["toolUseId"], "content": [{"json": {"sky": "sunny"}}]}
    asked = [*say("weather"), message, {"role": "user", "content": [{"toolResult": result}]}]
    answer = client.converse(modelId=MODEL, messages=asked, toolConfig=TOOLS)
    assert answer["output"]["message"]["content"] == [{"text": "Take your sunglasses."}]


def test_a_tool_call_is_streamed(client):
    events = list(client.converse_stream(modelId=MODEL, messages=say("weather"), toolConfig=TOOLS)["stream"])
    (start,) = [event["contentBlockStart"] for event in events if "contentBlockStart" in event]
    assert start["start"]["toolUse"]["name"] == "get_weather"
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    assert json.loads("".join(delta["toolUse"]["input"] for delta in deltas if "toolUse" in delta)) == {"city": "Paris"}


def test_thoughts_are_signed(client):
    content = client.converse(modelId=MODEL, messages=say("think"))["output"]["message"]["content"]
    reasoned = content[0]["reasoningContent"]["reasoningText"]
    assert reasoned["text"] == "A number."
    events = list(client.converse_stream(modelId=MODEL, messages=say("think"))["stream"])
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    thought = [delta["reasoningContent"] for delta in deltas if "reasoningContent" in delta]
    assert thought[-1] == {"signature": reasoned["signature"]}


def test_a_refusal_is_filtered_content(client):
    assert client.converse(modelId=MODEL, messages=say("refuse"))["stopReason"] == "content_filtered"


def test_limits_and_stop_sequences_end_an_answer(client):
    short = client.converse(modelId=MODEL, messages=say("hi"), inferenceConfig={"maxTokens": 1})
    assert short["stopReason"] == "max_tokens"
    stopped = client.converse(modelId=MODEL, messages=say("hi"), inferenceConfig={"stopSequences": ["there"]})
    assert stopped["stopReason"] == "stop_sequence"


def claude(text: str, **more: Any) -> str:
    messages = [{"role": "user", "content": text}]
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": messages, **more})


def test_claude_is_invoked(client):
    tools = [{"name": "get_weather", "input_schema": {"type": "object"}}]
    answer = client.invoke_model(modelId=MODEL, body=claude("weather", tools=tools))
    assert answer["contentType"] == "application/json"
    document = json.loads(answer["body"].read())
    assert [block["type"] for block in document["content"]] == ["text", "tool_use"]
    assert document["stop_reason"] == "tool_use"


def test_claude_is_invoked_as_a_stream(client):
    answer = client.invoke_model_with_response_stream(modelId=MODEL, body=claude("hi"))
    assert answer["contentType"] == "application/json"
    events = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    assert [event["type"] for event in events][:2] == ["message_start", "content_block_start"]
    said = [event["delta"]["text"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(said) == "Hello there."
    assert events[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] == 3


@pytest.mark.parametrize(
    ("model", "body", "text"),
    [
        ("amazon.titan-text-express-v1", {"inputText": "hi"}, lambda found: found["results"][0]["outputText"]),
        ("meta.llama3-3-70b-instruct-v1:0", {"prompt": "hi"}, lambda found: found["generation"]),
        ("mistral.mistral-large-2407-v1:0", {"prompt": "hi"}, lambda found: found["outputs"][0]["text"]),
        ("amazon.nova-pro-v1:0", {"messages": say("hi")}, lambda found: found["output"]["message"]["content"][0]["text"]),
        ("cohere.command-r-plus-v1:0", {"message": "hi"}, lambda found: found["text"]),
        ("cohere.command-text-v14", {"prompt": "hi"}, lambda found: found["generations"][0]["text"]),
        ("us.deepseek.r1-v1:0", {"prompt": "hi"}, lambda found: found["choices"][0]["text"]),
        *[(model, ASKED, lambda found: found["choices"][0]["message"]["content"]) for model in LIKE_OPENAI],
    ],
)
def test_other_models_are_invoked_in_their_own_form(client, model, body, text):
    answer = client.invoke_model(modelId=model, body=json.dumps(body))
    assert text(json.loads(answer["body"].read())) == "Hello there."
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-bedrock-output-token-count"] == "3"
    stream = client.invoke_model_with_response_stream(modelId=model, body=json.dumps(body))
    assert all(json.loads(event["chunk"]["bytes"]) for event in stream["body"])


def test_a_vector_has_the_length_asked_for(client):
    answer = client.invoke_model(modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": "a", "dimensions": 256}))
    assert len(json.loads(answer["body"].read())["embedding"]) == 256


def test_tokens_are_counted(client):
    asked = {"converse": {"messages": say("hi")}}
    counted = client.count_tokens(modelId=MODEL, input=asked)["inputTokens"]
    assert counted == client.converse(modelId=MODEL, messages=say("hi"))["usage"]["inputTokens"]
    assert client.count_tokens(modelId=MODEL, input={"invokeModel": {"body": claude("hi").encode()}})["inputTokens"] == counted


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("slow", "ThrottlingException", 429),
        ("gone", "ValidationException", 400),
        ("down", "InternalServerException", 500),
    ],
)
def test_exceptions_have_their_class(client, text, name, status):
    with pytest.raises(getattr(client.exceptions, name)) as raised:
        client.converse(modelId=MODEL, messages=say(text))
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert raised.value.response["Error"]["Message"]


def test_what_the_service_refuses_is_refused(client):
    with pytest.raises(ClientError, match="must start with a user message"):
        client.converse(modelId=MODEL, messages=[{"role": "assistant", "content": [{"text": "hi"}]}])


def test_an_exception_in_a_stream_is_raised(client):
    stream = client.converse_stream(modelId=MODEL, messages=say("break"))["stream"]
    with pytest.raises(EventStreamError, match="throttlingException"):
        list(stream)
    stream.close()


def test_an_arn_names_its_model(serve, link):
    client = link(serve("rules: [{when: {model: 'anthropic.*'}, reply: yes}]"))
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"
    assert client.converse(modelId=arn, messages=say("hi"))["output"]["message"]["content"] == [{"text": "yes"}]


@pytest.mark.parametrize("name", ["output_config", "output_format"])
def test_invoked_claude_answers_in_the_form_asked_for(plain, link, name):
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"], "additionalProperties": False}
    form = {"type": "json_schema", "schema": schema}
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "Jane is 34."}],
        name: form if name == "output_format" else {"format": form},
    }
    answer = json.loads(link(plain).invoke_model(modelId=MODEL, body=json.dumps(body))["body"].read())
    assert json.loads(answer["content"][0]["text"]) == {"age": 34}


def test_pictures_are_drawn(client):
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a cat"}, "imageGenerationConfig": {"numberOfImages": 2}}
    answer = client.invoke_model(modelId="amazon.nova-canvas-v1:0", body=json.dumps(body))
    files = [b64decode(image) for image in json.loads(answer["body"].read())["images"]]
    assert [file[:8] for file in files] == [b"\x89PNG\r\n\x1a\n"] * 2


def test_guardrails_judge_and_tell(client):
    judge = {"guardrailIdentifier": "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc", "guardrailVersion": "1"}
    for text, action in (("hello", "NONE"), ("I will kill you", "GUARDRAIL_INTERVENED")):
        assert client.apply_guardrail(**judge, source="INPUT", content=[{"text": {"text": text}}])["action"] == action
    answer = client.converse(modelId=MODEL, messages=say("refuse"), guardrailConfig={**judge, "trace": "enabled"})
    assert answer["stopReason"] == "guardrail_intervened"
    assert answer["trace"]["guardrail"]["actionReason"] == "Guardrail blocked."


def test_models_and_profiles_are_managed_by_the_other_client(plain, link):
    client = link(plain, "bedrock")
    models = [model["modelId"] for model in client.list_foundation_models(byProvider="Anthropic")["modelSummaries"]]
    assert models == [MODEL]
    (model,) = client.get_inference_profile(inferenceProfileIdentifier=f"us.{MODEL}")["models"]
    assert client.get_foundation_model(modelIdentifier=model["modelArn"])["modelDetails"]["modelId"] == MODEL
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_foundation_model(modelIdentifier="nobody.nothing-v1")
