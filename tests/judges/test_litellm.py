"""LiteLLM in front of a server without a script, through every provider's protocol it can speak."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from understudy import Understudy

pytest.importorskip("litellm")
import litellm
import openai
from litellm.llms.base_llm.chat.transformation import BaseLLMException
from litellm.llms.vertex_ai.vertex_llm_base import VertexBase

# what LiteLLM is told of: its name of provider and model, and where below the server that provider is
CHATS = {
    "openai": ("openai/gpt-4o-mini", "/v1"),
    "responses": ("openai/responses/gpt-4o-mini", "/v1"),
    "azure": ("azure/gpt-4o-mini", ""),
    "azure_ai": ("azure_ai/Llama-3.3-70B-Instruct", "/openai/v1"),
    "completions": ("text-completion-openai/gpt-3.5-turbo-instruct", "/v1"),
    "anthropic": ("anthropic/claude-sonnet-4-5", ""),
    "gemini": ("gemini/gemini-2.5-flash", "/gemini/v1beta"),
    "vertex": ("vertex_ai/gemini-2.5-flash", ""),
    "ollama": ("ollama/llama3.1", ""),
    "ollama_chat": ("ollama_chat/llama3.1", ""),
    "converse": ("bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0", ""),
    "invoke": ("bedrock/invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0", ""),
    "cohere": ("cohere_chat/v2/command-a-03-2025", "/v2/chat"),
    "mistral": ("mistral/mistral-large-latest", "/mistral/v1"),
    "deepseek": ("deepseek/deepseek-chat", "/deepseek"),
    "groq": ("groq/llama-3.3-70b-versatile", "/groq/openai/v1"),
    "openrouter": ("openrouter/openai/gpt-4o-mini", "/openrouter/api/v1"),
    "xai": ("xai/grok-4", "/xai/v1"),
    "together": ("together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", "/together/v1"),
    "vllm": ("hosted_vllm/meta-llama/Llama-3.1-8B-Instruct", "/vllm/v1"),
    "gemini-openai": ("openai/gemini-2.5-flash", "/v1beta/openai"),
    "tgi": ("huggingface/tgi", "/tgi/v1/chat/completions"),
}
NO_TOOLS = {
    "ollama": "LiteLLM writes the tools into the prompt",
    "tgi": "LiteLLM sends none of them",
    "completions": "the endpoint takes none",
}
NO_STREAM = {"cohere": "LiteLLM reads every line of Cohere's stream as JSON, those with the names of events, too"}
NO_FORM = {
    "tgi": "LiteLLM sends none",
    "cohere": "LiteLLM sends none",
    "completions": "the endpoint takes none",
    "deepseek": "the API takes no schema, and LiteLLM sends it",
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "person",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
            "required": ["name", "age"],
            "additionalProperties": False,
        },
    },
}
STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    404: "NotFoundError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
}


# classes that LiteLLM gives another name for some providers, for it goes by what their errors say
OTHERS = {
    ("anthropic", 503): "InternalServerError",
    ("converse", 500): "ServiceUnavailableError",
    ("deepseek", 401): "BadRequestError",
    ("groq", 401): "BadRequestError",
    ("groq", 404): "BadRequestError",
    ("invoke", 500): "ServiceUnavailableError",
    ("mistral", 503): "RateLimitError",
    ("openrouter", 500): "APIError",
    ("tgi", 404): "APIError",
    ("tgi", 500): "APIError",
    ("together", 401): "BadRequestError",
    ("together", 404): "BadRequestError",
}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """LiteLLM looks for tokenizers, and for a token of Google, on the web otherwise."""
    monkeypatch.setattr(litellm, "disable_hf_tokenizer_download", True)

    async def later(*_: Any, **__: Any) -> tuple[str, str]:
        return "any", "any"

    monkeypatch.setattr(VertexBase, "_ensure_access_token", lambda *_, **__: ("any", "any"))  # which Google would give
    monkeypatch.setattr(VertexBase, "_ensure_access_token_async", later)


@pytest.fixture(params=CHATS)
def provider(request) -> str:
    return request.param


@pytest.fixture
def options(provider, plain) -> dict[str, Any]:
    return told(provider, plain.url)


def told(provider: str, url: str) -> dict[str, Any]:
    model, path = CHATS[provider]
    own = {"api_version": "2024-10-21"} if provider == "azure" else {}
    if model.startswith("bedrock"):
        own = {"aws_access_key_id": "AKIDANY", "aws_secret_access_key": "any", "aws_region_name": "us-east-1"}
        own["aws_bedrock_runtime_endpoint"] = url
    if provider == "vertex":
        own = {"vertex_project": "any", "vertex_location": "us-central1"}
    if provider == "completions":
        own = {"max_tokens": 100}  # the endpoint makes 16 otherwise
    return {"model": model, "api_base": url + path, "api_key": "sk-any", "num_retries": 0, "max_retries": 0, **own}


def say(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def test_a_question_is_answered_and_counted(options, hello):
    found = litellm.completion(messages=say("hello"), **options)
    assert found.choices[0].message.content == hello
    assert found.choices[0].finish_reason == "stop"
    assert found.usage.prompt_tokens > 0
    assert found.usage.completion_tokens > 0


def test_a_stream_says_the_same(provider, options, hello):
    if provider in NO_STREAM:
        pytest.skip(NO_STREAM[provider])
    chunks = list(litellm.completion(messages=say("hello"), stream=True, stream_options={"include_usage": True}, **options))
    found = litellm.stream_chunk_builder(chunks)
    assert found.choices[0].message.content == hello
    assert found.choices[0].finish_reason == "stop"
    assert len([chunk for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]) > 1
    assert found.usage.completion_tokens > 0


def test_without_waiting_for_each_other(provider, options, hello):
    if provider in NO_STREAM:
        pytest.skip(NO_STREAM[provider])

    async def run():
        whole = await litellm.acompletion(messages=say("hello"), **options)
        stream = await litellm.acompletion(messages=say("hello"), stream=True, **options)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
        return whole.choices[0].message.content, text

    assert asyncio.run(run()) == (hello, hello)


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_and_its_result_used(provider, options, stream):
    if provider in NO_TOOLS:
        pytest.skip(NO_TOOLS[provider])
    if stream and provider in NO_STREAM:
        pytest.skip(NO_STREAM[provider])
    messages = say("What is the weather in Paris?")
    found = litellm.completion(messages=messages, tools=[WEATHER], stream=stream, **options)
    if stream:
        found = litellm.stream_chunk_builder(list(found), messages=messages)
    message = found.choices[0].message
    (call,) = message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    assert provider == "cohere" or found.choices[0].finish_reason == "tool_calls"  # of Cohere LiteLLM reads no reason
    told = [*messages, message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    said = litellm.completion(messages=told, tools=[WEATHER], **options)
    assert "sunny" in said.choices[0].message.content


def test_an_answer_has_the_form_asked_for(provider, options):
    if provider in NO_FORM:
        pytest.skip(NO_FORM[provider])
    found = litellm.completion(messages=say("Jane is 34. Answer in json."), response_format=FORM, **options)
    assert json.loads(found.choices[0].message.content)["age"] == 34


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_raises_its_class(provider, options, status):
    if provider == "ollama":
        pytest.skip("LiteLLM writes more than the question into the prompt")
    wanted = OTHERS.get((provider, status), STATUSES[status])
    with pytest.raises(getattr(litellm, wanted)) as caught:
        litellm.completion(messages=say(f"[{status}]"), **options)
    assert type(caught.value).__name__ == wanted


COUNTED = "one two three four five six seven eight nine ten"
TROUBLES = {
    "context_length": "ContextWindowExceededError",
    "content_filter": "ContentPolicyViolationError",
}
# what LiteLLM tells apart from other bad requests of no provider, or not of these
NAMELESS = {
    "context_length": ("ollama", "ollama_chat", "openrouter", "mistral", "groq", "xai"),
    "content_filter": (
        *("gemini-openai", "ollama", "ollama_chat", "converse", "invoke", "cohere"),
        *("vllm", "tgi", "mistral", "deepseek", "groq", "together"),
    ),
}
# statuses 403 and 422, which LiteLLM has no class for in front of them
UNCLASSED = {("content_filter", "openrouter"), ("content_filter", "xai"), ("context_length", "tgi")}
NO_ERROR = dict.fromkeys(("mistral", "azure_ai"), "LiteLLM reads an error in such a stream as a piece without a choice")


@pytest.fixture(scope="module")
def troubled():
    """A server that fails as the question says."""
    with Understudy() as server:
        for name in TROUBLES:
            server.on(user={"contains": name}).reply(error=name)
        server.on(user={"contains": "broken"}).reply(COUNTED).fault("error-event", at={"event": 8})
        yield server


BLOCKED = ("gemini", "vertex")


@pytest.mark.parametrize("provider", BLOCKED)
def test_a_blocked_prompt_ends_an_answer_and_is_counted(provider, troubled):
    found = litellm.completion(messages=say("content_filter"), **told(provider, troubled.url))
    assert found.choices[0].finish_reason == "content_filter"
    assert found.usage.prompt_tokens == found.usage.total_tokens > 0


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_raises_its_class(provider, troubled, trouble):
    if trouble == "content_filter" and provider in BLOCKED:
        pytest.skip("Gemini answers without candidates, and with no error: see the test of blocked prompts")
    wanted = "BadRequestError" if provider in NAMELESS[trouble] else TROUBLES[trouble]
    wanted = "APIError" if (trouble, provider) in UNCLASSED else wanted
    with pytest.raises((litellm.BadRequestError, litellm.APIError)) as caught:
        litellm.completion(messages=say(trouble), **told(provider, troubled.url))
    assert type(caught.value).__name__ == wanted


def test_an_error_in_a_stream_is_raised(provider, troubled):
    if provider in NO_STREAM | NO_ERROR:
        pytest.skip((NO_STREAM | NO_ERROR)[provider])
    pieces: list[str] = []

    def read() -> None:
        stream = litellm.completion(messages=say("broken"), stream=True, **told(provider, troubled.url))
        pieces.extend(piece.choices[0].delta.content or "" for piece in stream)

    with pytest.raises((openai.APIError, BaseLLMException)) as caught:
        read()
    assert "".join(pieces)
    assert COUNTED.startswith("".join(pieces))
    assert "rror" in str(caught.value)


def test_a_wrong_question_is_refused_by_name_of_the_window(plain):
    with pytest.raises(litellm.ContextWindowExceededError):
        litellm.completion(
            model="openai/gpt-4", messages=say("word " * 9000), api_base=plain.openai_url, api_key="any", max_retries=0
        )


EMBEDDINGS = {
    "openai": ("openai/text-embedding-3-small", "/v1", 1536),
    "gemini": ("gemini/gemini-embedding-001", "/gemini/v1beta", 3072),
    "cohere": ("cohere/embed-v4.0", "/v2/embed", 1536),
    "azure": ("azure/text-embedding-3-small", "", 1536),
    "ollama": ("ollama/nomic-embed-text", "", 768),
    "mistral": ("mistral/mistral-embed", "/mistral/v1", 1024),
    "together": ("together_ai/BAAI/bge-base-en-v1.5", "/together/v1", None),
    "vllm": ("hosted_vllm/BAAI/bge-m3", "/vllm/v1", None),
}


@pytest.mark.parametrize("name", EMBEDDINGS)
def test_texts_become_vectors(plain, name):
    model, path, size = EMBEDDINGS[name]
    own = {"api_version": "2024-10-21"} if name == "azure" else {}
    found = litellm.embedding(model=model, input=["one", "two"], api_base=plain.url + path, api_key="any", **own)
    vectors = [entry["embedding"] for entry in found.data]
    assert len(vectors) == 2
    assert vectors[0] != vectors[1]
    assert size in (None, len(vectors[0]))


RANKINGS = {
    "cohere": ("cohere/rerank-v3.5", ""),
    "vllm": ("hosted_vllm/BAAI/bge-reranker-v2-m3", "/vllm"),
    "tei": ("huggingface/BAAI/bge-reranker-base", "/tei"),
}


@pytest.mark.parametrize("name", RANKINGS)
def test_documents_are_put_in_order(plain, name):
    model, path = RANKINGS[name]
    texts = ["Carson City is in Nevada.", "Paris is the capital of France."]
    own = {"api_base": plain.url + path, "api_key": "any"}
    found = litellm.rerank(model=model, query="the capital of France", documents=texts, **own)
    assert [entry["index"] for entry in found.results] == [1, 0]


def test_pictures_sound_and_judgement(plain, tmp_path):
    own = {"api_base": plain.openai_url, "api_key": "any"}
    picture = litellm.image_generation(model="openai/gpt-image-1", prompt="a lamp", **own)
    assert picture.data[0].b64_json
    sound = litellm.speech(model="openai/tts-1", input="Good morning.", voice="alloy", **own)
    path = tmp_path / "good-morning.mp3"
    path.write_bytes(sound.content)
    assert path.stat().st_size > 1000
    with path.open("rb") as file:
        assert litellm.transcription(model="openai/whisper-1", file=file, **own).text
    judged = litellm.moderation(input="I will kill you", model="omni-moderation-latest", **own)
    assert judged.results[0].flagged


def test_the_responses_interface_keeps_the_conversation(plain, hello):
    own = {"model": "openai/gpt-4o-mini", "api_base": plain.openai_url, "api_key": "any"}
    first = litellm.responses(input="hello", **own)
    again = litellm.responses(input="and again", previous_response_id=first.id, **own)
    assert again.output[0].content[0].text == hello


def test_a_router_turns_to_the_other_when_one_is_down(plain, hello):
    bad = {"model": "openai/gpt-4o-mini", "api_base": plain.openai_url, "api_key": "any", "extra_headers": {}}
    down = bad | {"extra_headers": {"X-Understudy-Fault": "status;status=503"}}
    names = [{"model_name": "down", "litellm_params": down}, {"model_name": "up", "litellm_params": bad}]
    router = litellm.Router(model_list=names, fallbacks=[{"down": ["up"]}], num_retries=0)
    assert router.completion(model="down", messages=say("hello")).choices[0].message.content == hello
