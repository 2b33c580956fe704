"""The official Google client over loopback: contents, streams, functions, schemas, vectors, models, errors."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any, cast

import httpx
import openai
import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials
from pydantic import BaseModel

pytestmark = pytest.mark.sdk

SKY = """
rules:
  - when: {user: {contains: sky}}
    reply: "It is blue."
  - when: {tool_result: sunny}
    reply: "Take your sunglasses."
  - when: {user: {contains: weather}}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}
  - when: {user: {contains: both}}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}, {name: get_time, arguments: {}}]}
  - when: {user: {contains: plan}}
    reply: {text: "Let me see.", tool_calls: [{name: get_weather, arguments: {city: Paris}}, {name: get_time, arguments: {}}]}
  - when: {user: {contains: think}}
    reply: {reasoning: "Hm.", text: "So."}
  - when: {user: {contains: forbidden}}
    reply: {refusal: "No."}
  - when: {user: {contains: blocked}}
    reply: {error: content_filter}
  - when: {user: {contains: long}}
    reply: "one two three four five six seven eight nine ten"
"""
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            description="Weather of a city",
            parameters=types.Schema(type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}),
        ),
        types.FunctionDeclaration(name="get_time", description="The time", parameters_json_schema={"type": "object"}),
    ]
)


@pytest.fixture
def link(made) -> Callable[..., genai.Client]:
    """Make a client of a server."""

    def make(server: Any, version: str | None = None, **options: Any) -> genai.Client:
        http = types.HttpOptions(base_url=server.url, api_version=version)
        return made(genai.Client, **({"api_key": "any"} | options), http_options=http)

    return make


@pytest.fixture
def google(serve, link) -> genai.Client:
    return link(serve(SKY))


@pytest.mark.parametrize("version", [None, "v1", "v1beta"])
def test_a_text(serve, link, version):
    answer = link(serve(SKY), version).models.generate_content(model="gemini-2.0-flash", contents="What colour is the sky?")
    assert answer.text == "It is blue."
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    usage = answer.usage_metadata
    assert usage.prompt_token_count + usage.candidates_token_count == usage.total_token_count
    assert answer.model_version == "gemini-2.0-flash"
    assert answer.response_id


def test_a_stream(google):
    chunks = list(google.models.generate_content_stream(model="gemini-2.0-flash", contents="the sky"))
    assert "".join(chunk.text or "" for chunk in chunks) == "It is blue."
    assert [chunk.candidates[0].finish_reason for chunk in chunks][-1] == types.FinishReason.STOP
    assert len({chunk.response_id for chunk in chunks}) == 1
    assert chunks[-1].usage_metadata.candidates_token_count == 4


def test_asynchronous_calls(google):
    async def ask() -> tuple[str | None, str]:
        whole = await google.aio.models.generate_content(model="gemini-2.0-flash", contents="the sky")
        parts = [
            chunk.text or ""
            async for chunk in await google.aio.models.generate_content_stream(model="gemini-2.0-flash", contents="the sky")
        ]
        await google.aio.aclose()
        return whole.text, "".join(parts)

    assert asyncio.run(ask()) == ("It is blue.", "It is blue.")


def test_a_function_call_and_its_result(google):
    config = types.GenerateContentConfig(tools=[WEATHER])
    first = google.models.generate_content(model="gemini-2.5-flash", contents="weather in Paris?", config=config)
    assert [(call.name, call.args) for call in first.function_calls] == [("get_weather", {"city": "Paris"})]
    talk = [
        types.Content(role="user", parts=[types.Part(text="weather in Paris?")]),
        first.candidates[0].content,
        types.Content(role="user", parts=[types.Part.from_function_response(name="get_weather", response={"result": "sunny"})]),
    ]
    second = google.models.generate_content(model="gemini-2.5-flash", contents=talk, config=config)
    assert second.text == "Take your sunglasses."


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return "sunny" if city == "Paris" else "unknown"


MODELS = ["gemini-2.0-flash", "gemini-2.5-flash", "gemini-3-pro-preview"]


def test_automatic_function_calling(google):
    config = types.GenerateContentConfig(tools=[get_weather])
    answer = google.models.generate_content(model="gemini-2.5-flash", contents="weather in Paris?", config=config)
    assert answer.text == "Take your sunglasses."


@pytest.mark.parametrize("model", MODELS)
def test_automatic_function_calling_in_streams(google, model):
    config = types.GenerateContentConfig(tools=[get_weather])

    async def talk() -> str:
        chat = google.aio.chats.create(model=model, config=config)
        said = [chunk.text or "" async for chunk in await chat.send_message_stream("weather in Paris?")]
        await google.aio.aclose()
        return "".join(said)

    chat = google.chats.create(model=model, config=config)
    assert "".join(chunk.text or "" for chunk in chat.send_message_stream("weather in Paris?")) == "Take your sunglasses."
    chunks = google.models.generate_content_stream(model=model, contents="weather in Paris?", config=config)
    assert "".join(chunk.text or "" for chunk in chunks) == "Take your sunglasses."
    assert asyncio.run(talk()) == "Take your sunglasses."


@pytest.mark.parametrize("model", MODELS)
def test_a_chat_brings_back_what_was_streamed(google, model):
    chat = google.chats.create(model=model, config=types.GenerateContentConfig(tools=[WEATHER]))
    calls = [call for chunk in chat.send_message_stream("plan") for call in chunk.function_calls or ()]
    results = [types.Part.from_function_response(name=call.name, response={"result": "sunny"}) for call in calls]
    assert chat.send_message(results).text == "Take your sunglasses."
    assert len(results) == 2


def test_several_calls_at_once_in_a_stream(google):
    config = types.GenerateContentConfig(tools=[WEATHER])
    chunks = list(google.models.generate_content_stream(model="gemini-3-flash-preview", contents="both", config=config))
    calls = [call for chunk in chunks for call in chunk.function_calls or ()]
    assert [call.name for call in calls] == ["get_weather", "get_time"]
    assert all(len(call.id) == 8 for call in calls)


def test_thoughts_are_shown_when_asked_for(google):
    config = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))
    answer = google.models.generate_content(model="gemini-2.5-pro", contents="think", config=config)
    assert [(part.text, part.thought) for part in answer.candidates[0].content.parts] == [("Hm.", True), ("So.", None)]
    assert answer.usage_metadata.thoughts_token_count == 2
    hidden = google.models.generate_content(model="gemini-2.5-pro", contents="think")
    assert len(hidden.candidates[0].content.parts) == 1


class Person(BaseModel):
    name: str
    age: int


def test_an_answer_by_schema(google):
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Person)
    answer = google.models.generate_content(model="gemini-2.0-flash", contents="Ann is 31 years old", config=config)
    assert isinstance(answer.parsed, Person)
    config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=Person.model_json_schema())
    answer = google.models.generate_content(model="gemini-2.0-flash", contents="Ann is 31 years old", config=config)
    assert set(json.loads(answer.text)) == {"name", "age"}


def test_what_the_safety_system_stops(google):
    refused = google.models.generate_content(model="gemini-2.0-flash", contents="forbidden")
    assert refused.candidates[0].finish_reason == types.FinishReason.SAFETY
    assert refused.text is None
    blocked = google.models.generate_content(model="gemini-2.0-flash", contents="blocked")
    assert blocked.prompt_feedback.block_reason == types.BlockedReason.SAFETY
    chunks = list(google.models.generate_content_stream(model="gemini-2.0-flash", contents="blocked"))
    assert chunks[0].prompt_feedback.block_reason == types.BlockedReason.SAFETY


def test_limits_and_candidates(google):
    config = types.GenerateContentConfig(max_output_tokens=3, candidate_count=2)
    answer = google.models.generate_content(model="gemini-2.0-flash", contents="long", config=config)
    assert [candidate.finish_reason for candidate in answer.candidates] == [types.FinishReason.MAX_TOKENS] * 2
    config = types.GenerateContentConfig(stop_sequences=[" four"], system_instruction="Be brief.", temperature=0.2, seed=3)
    assert google.models.generate_content(model="gemini-2.0-flash", contents="long", config=config).text == "one two three"


def test_a_picture_costs_tokens(google):
    picture = types.Part.from_bytes(data=b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\0\0\0\x10\0\0\0\x10", mime_type="image/png")
    counted = google.models.count_tokens(model="gemini-2.0-flash", contents=["the sky", picture])
    assert counted.total_tokens == 2 + 258
    answer = google.models.generate_content(model="gemini-2.0-flash", contents=["the sky", picture])
    found = {item.modality.value: item.token_count for item in answer.usage_metadata.prompt_tokens_details}
    assert found == {"TEXT": 2, "IMAGE": 258}


def test_a_chat(google):
    chat = google.chats.create(model="gemini-2.0-flash")
    assert chat.send_message("the sky").text == "It is blue."
    assert "".join(chunk.text or "" for chunk in chat.send_message_stream("long")).startswith("one two")
    assert [content.role for content in chat.get_history()][:3] == ["user", "model", "user"]


def test_vectors(google):
    config = types.EmbedContentConfig(output_dimensionality=8, task_type="RETRIEVAL_QUERY")
    answer = google.models.embed_content(model="gemini-embedding-001", contents=["sky", "sea"], config=config)
    assert [len(item.values) for item in answer.embeddings] == [8, 8]
    assert len(google.models.embed_content(model="gemini-embedding-001", contents="sky").embeddings[0].values) == 3072


def test_models(google):
    names = [model.name for model in google.models.list(config={"page_size": 3})]
    assert "models/gemini-2.5-pro" in names
    assert len(names) > 3
    assert google.models.get(model="gemini-2.5-flash").input_token_limit == 1_048_576


@pytest.mark.parametrize(
    ("error", "kind", "code", "status"),
    [
        ("rate_limit", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("unauthorized", errors.ClientError, 400, "INVALID_ARGUMENT"),
        ("forbidden", errors.ClientError, 403, "PERMISSION_DENIED"),
        ("model_not_found", errors.ClientError, 404, "NOT_FOUND"),
        ("context_length", errors.ClientError, 400, "INVALID_ARGUMENT"),
        ("server_error", errors.ServerError, 500, "INTERNAL"),
        ("overloaded", errors.ServerError, 503, "UNAVAILABLE"),
        ("timeout", errors.ServerError, 504, "DEADLINE_EXCEEDED"),
    ],
)
def test_errors_of_the_client(serve, link, error, kind, code, status):
    client = link(serve(f"rules: [{{reply: {{error: {error}}}}}]"))
    with pytest.raises(kind) as caught:
        client.models.generate_content(model="gemini-2.0-flash", contents="hi")
    assert (caught.value.code, caught.value.status) == (code, status)
    with pytest.raises(kind):
        list(client.models.generate_content_stream(model="gemini-2.0-flash", contents="hi"))


def test_an_error_in_the_middle_of_a_stream(serve, link):
    script = 'rules: [{reply: "one two three", fault: {kind: error-event, error: overloaded}}]'
    said: list[str | None] = []
    with pytest.raises(errors.ServerError) as caught:
        said += [
            chunk.text for chunk in link(serve(script)).models.generate_content_stream(model="gemini-2.0-flash", contents="hi")
        ]
    assert caught.value.status == "UNAVAILABLE"


def test_keys(serve, link):
    server = serve(SKY, api_keys=["right"])
    assert link(server, api_key="right").models.generate_content(model="gemini-2.0-flash", contents="sky").text
    with pytest.raises(errors.ClientError, match="API key not valid"):
        link(server, api_key="wrong").models.generate_content(model="gemini-2.0-flash", contents="sky")


def test_vertex(serve, link):
    token = Credentials(token="any")  # what Google's login would have given
    client = link(serve(SKY), api_key=None, vertexai=True, project="p", location="us-central1", credentials=token)
    assert client.models.generate_content(model="gemini-2.5-flash", contents="the sky").text == "It is blue."
    chunks = client.models.generate_content_stream(model="gemini-2.5-flash", contents="the sky")
    assert "".join(chunk.text or "" for chunk in chunks) == "It is blue."
    assert client.models.count_tokens(model="gemini-2.5-flash", contents="the sky").total_tokens == 3
    assert len(client.models.embed_content(model="text-embedding-005", contents="sky").embeddings[0].values) == 768


def test_openais_client_below_googles_path(serve, made):
    client = made(openai.OpenAI, base_url=f"{serve(SKY).url}/v1beta/openai/", api_key="any", max_retries=0)
    said: Any = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "the sky"}]}
    assert client.chat.completions.create(**said).choices[0].message.content == "It is blue."
    chunks = client.chat.completions.create(**said, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "It is blue."
    with client.chat.completions.stream(**said) as stream:
        assert stream.get_final_completion().choices[0].message.content == "It is blue."
    assert len(client.embeddings.create(model="gemini-embedding-001", input="sky").data[0].embedding) == 3072
    assert client.models.retrieve("gemini-2.5-flash").owned_by == "google"
    assert "models/gemini-2.5-flash" in [model.id for model in client.models.list()]
    assert client.images.generate(model="imagen-4.0-generate-001", prompt="a lamp", response_format="b64_json").data[0].b64_json


def test_the_error_of_an_array_is_read(serve):
    """Before a stream that is no stream of events, the API puts an error into an array: the client takes it out."""
    url = f"{serve('rules: [{reply: {error: overloaded}}]').url}/v1beta/models/gemini-2.5-flash:streamGenerateContent"
    with httpx.Client() as web, pytest.raises(errors.ServerError) as caught:
        errors.APIError.raise_for_response(web.post(url, json={"contents": [{"parts": [{"text": "hi"}]}]}))
    assert (caught.value.code, caught.value.status) == (503, "UNAVAILABLE")


def test_files_as_programs_use_them(google, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("It is raining in Paris, and the sky is grey.")
    file = google.files.upload(file=path, config={"display_name": "A note"})
    assert (file.mime_type, file.size_bytes, file.display_name) == ("text/plain", 44, "A note")
    assert file.state == types.FileState.ACTIVE
    assert google.files.get(name=file.name).sha256_hash == file.sha256_hash
    assert [known.name for known in google.files.list(config={"page_size": 1})] == [file.name]
    answer = google.models.generate_content(model="gemini-2.5-flash", contents=["the sky", file])
    assert answer.text == "It is blue."
    whole = google.models.count_tokens(model="gemini-2.5-flash", contents=["the sky", file]).total_tokens
    alone = google.models.count_tokens(model="gemini-2.5-flash", contents=["the sky"]).total_tokens
    assert whole - alone == 12
    google.files.delete(name=file.name)
    with pytest.raises(errors.ClientError, match="You do not have permission to access the File"):
        google.files.get(name=file.name)
    with pytest.raises(errors.ClientError, match="403"):
        google.models.generate_content(model="gemini-2.5-flash", contents=["the sky", file])


def test_files_without_waiting(google):
    async def keep() -> tuple[str | None, int]:
        file = await google.aio.files.upload(file=io.BytesIO(b"0" * 10), config={"mime_type": "application/octet-stream"})
        names = [known.name async for known in await google.aio.files.list()]
        assert file.name is not None
        await google.aio.files.delete(name=file.name)
        await google.aio.aclose()
        return file.name, names.count(file.name)

    name, times = asyncio.run(keep())
    assert (bool(name), times) == (True, 1)


def test_caches_as_programs_use_them(google):
    model = "gemini-2.5-flash"
    config: Any = {"system_instruction": "a word " * 700, "ttl": "600s", "display_name": "Words"}
    cache = google.caches.create(model=model, config=config)
    tokens = cache.usage_metadata.total_token_count
    answer = google.models.generate_content(model=model, contents="the sky", config={"cached_content": cache.name})
    assert answer.text == "It is blue."
    assert answer.usage_metadata.cached_content_token_count == tokens == answer.usage_metadata.prompt_token_count - 3
    changed = google.caches.update(name=cache.name, config={"ttl": "1200s"})
    assert changed.expire_time > cache.expire_time
    assert [known.name for known in google.caches.list()] == [cache.name] == [google.caches.get(name=cache.name).name]
    google.caches.delete(name=cache.name)
    with pytest.raises(errors.ClientError, match="CachedContent not found"):
        google.models.generate_content(model=model, contents="the sky", config={"cached_content": cache.name})
    with pytest.raises(errors.ClientError, match="Cached content is too small"):
        google.caches.create(model=model, config={"contents": "short"})


def test_caches_on_vertex(serve, link):
    token = Credentials(token="any")  # what Google's login would have given
    client = link(serve(SKY), api_key=None, vertexai=True, project="p", location="us-central1", credentials=token)
    cache = client.caches.create(model="gemini-2.5-flash", config={"contents": "a word " * 700})
    assert cache.name.startswith("projects/p/locations/us-central1/cachedContents/")
    answer = client.models.generate_content(model="gemini-2.5-flash", contents="sky", config={"cached_content": cache.name})
    assert answer.usage_metadata.cached_content_token_count == cache.usage_metadata.total_token_count
    client.caches.delete(name=cache.name)
    assert list(client.caches.list()) == []


def test_a_chat_that_calls_functions_sends_their_signatures_back(google):
    config = types.GenerateContentConfig(tools=[WEATHER], automatic_function_calling={"disable": True})
    chat = google.chats.create(model="gemini-3-flash-preview", config=config)
    (call,) = chat.send_message("weather in Paris?").function_calls
    result = types.Part.from_function_response(name=call.name, response={"result": "sunny"})
    assert chat.send_message(result).text == "Take your sunglasses."


@pytest.mark.parametrize(
    ("model", "config", "message"),
    [
        ("gemini-2.5-flash", {"temperature": 3}, "temperature must be in the range"),
        ("gemini-2.5-flash", {"max_output_tokens": 100_000}, "supported range is from 1 .inclusive. to 65537 .exclusive."),
        ("gemini-2.5-pro", {"thinking_config": {"thinking_budget": 0}}, "This model only works in thinking mode"),
        ("gemini-2.5-flash", {"thinking_config": {"thinking_level": "LOW"}}, "Thinking level is not supported for this model"),
        ("gemini-3-flash-preview", {"candidate_count": 2}, "Multiple candidates is not enabled for this model"),
        ("gemini-2.5-flash", {"response_mime_type": "image/png"}, "allowed mimetypes are"),
        ("gemini-embedding-001", {}, "is not found for API version v1, or is not supported for generateContent"),
    ],
)
def test_refusals_as_the_client_shows_them(google, model, config, message):
    with pytest.raises(errors.ClientError, match=message):
        google.models.generate_content(model=model, contents="the sky", config=config)


def test_thoughts_below_googles_path_for_openais_client(serve, made):
    client = made(openai.OpenAI, base_url=f"{serve(SKY).url}/v1beta/openai/", api_key="any", max_retries=0)
    said: Any = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "think"}]}
    shown: Any = {"extra_body": {"google": {"thinking_config": {"include_thoughts": True}}}}
    answer = client.chat.completions.create(**said, extra_body=shown)
    assert answer.choices[0].message.content == "<thought>Hm.</thought>So."
    chunks = client.chat.completions.create(**said, extra_body=shown, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "<thought>Hm.</thought>So."
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**said, extra_body=shown, reasoning_effort="low")
    (document,) = cast("list[Any]", caught.value.body)
    assert document["error"]["message"].endswith("found both.")
