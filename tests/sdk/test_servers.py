"""Clients of servers that people run themselves: OpenAI's with vLLM's own parameters, Hugging Face's with TGI and TEI."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import openai
import pytest

pytestmark = pytest.mark.sdk

CITY = {"type": "object", "properties": {"city": {"const": "Paris"}}, "required": ["city"]}


@pytest.fixture
def url(serve) -> str:
    return serve("{}").url


@pytest.fixture
def hub() -> Iterator[Any]:
    """The package; the connections that its clients share are closed when the test is over."""
    package = pytest.importorskip("huggingface_hub")
    yield package
    package.close_session()


def say(text: str) -> Any:
    return [{"role": "user", "content": text}]


def told(usage: dict[str, Any]) -> int:
    """What is said of the cache: beside the counts, or among their details."""
    return usage.get("cached_tokens") or (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0


def test_parameters_of_vllm_are_honoured(url):
    with openai.OpenAI(api_key="any", base_url=f"{url}/vllm/v1", max_retries=0) as client:
        create = client.chat.completions.create
        choice = {"structured_outputs": {"choice": ["positive", "negative"]}}
        answer = create(model="m", messages=say("I am negative"), extra_body=choice)
        assert answer.choices[0].message.content == "negative"
        answer = create(model="m", messages=say("hi"), extra_body={"guided_json": CITY, "return_token_ids": True})
        assert answer.choices[0].message.content == '{"city":"Paris"}'
        found = answer.model_dump()
        assert len(found["prompt_token_ids"]) == answer.usage.prompt_tokens
        assert len(found["choices"][0]["token_ids"]) == answer.usage.completion_tokens
        with pytest.raises(openai.BadRequestError, match="temperature must be non-negative"):
            create(model="m", messages=say("hi"), temperature=-1)
        whole = client.completions.create(model="m", prompt="hi", echo=True, extra_body={"prompt_logprobs": 0})
        assert whole.choices[0].text.startswith("hi")
        assert len(whole.choices[0].model_dump()["prompt_logprobs"]) == whole.usage.prompt_tokens


@pytest.mark.parametrize("base", ["vllm/v1", "sglang/v1", "deepseek/beta", "together/v1", "cerebras/v1"])
def test_prompts_may_be_tokens_which_an_engine_works_out(serve, base):
    server = serve("{capacity: {prefill-token: 0.001ms, decode-step: 0.001ms}, rules: [{reply: one two}]}")
    with openai.OpenAI(api_key="any", base_url=f"{server.url}/{base}", max_retries=0) as client:
        for cached in (0, 992):
            found = client.completions.create(model="m", prompt=list(range(1000)))
            assert (len(found.choices), found.usage.prompt_tokens) == (1, 1000)
            assert told(found.usage.model_dump()) == cached
        several = client.completions.create(model="m", prompt=[[5, 6, 7], [8, 9]], n=2)
        assert (len(several.choices), several.usage.prompt_tokens) == (4, 5)
        streamed = {
            choice.index
            for chunk in client.completions.create(model="m", prompt=[[5], [8]], stream=True)
            for choice in chunk.choices
        }
        assert streamed == {0, 1}
        with pytest.raises(openai.BadRequestError):
            client.completions.create(model="m", prompt=[[]])


def test_the_client_of_hugging_face_generates_with_tgi(url, hub, made):
    client = made(hub.InferenceClient, model=f"{url}/tgi")
    said = client.text_generation("hi")
    assert said
    assert "".join(client.text_generation("hi", stream=True)) == said
    grammar = {"type": "json", "value": {"properties": CITY["properties"], "required": ["city"]}}
    assert client.text_generation("hi", grammar=grammar) == '{"city":"Paris"}'
    told = client.text_generation("hi", details=True, decoder_input_details=True, top_n_tokens=2)
    assert (told.details.finish_reason, len(told.details.prefill)) == ("eos_token", 1)
    assert [len(top) for top in told.details.top_tokens] == [2] * told.details.generated_tokens
    last = list(client.text_generation("hi", details=True, stream=True))[-1]
    assert (last.generated_text, last.details.finish_reason) == (said, "eos_token")
    with pytest.raises(hub.errors.ValidationError, match="`top_p` must be > "):
        client.text_generation("hi", top_p=1.5)


def test_the_client_of_hugging_face_asks_how_tgi_is(url, hub, made):
    client = made(hub.InferenceClient, provider="hf-inference", model=f"{url}/tgi")
    assert client.get_endpoint_info()["max_total_tokens"] == 4096
    assert client.health_check() is True


def test_the_client_of_hugging_face_chats_with_tgi(url, hub, made):
    client = made(hub.InferenceClient, model=f"{url}/tgi")
    said = client.chat_completion(say("hi")).choices[0].message.content
    parts = client.chat_completion(say("hi"), stream=True)
    assert "".join(part.choices[0].delta.content or "" for part in parts) == said
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": CITY, "strict": True}}
    assert client.chat_completion(say("hi"), response_format=wanted).choices[0].message.content == '{"city":"Paris"}'


def test_the_client_of_hugging_face_compares_with_tei(url, hub, made):
    client = made(hub.InferenceClient, model=f"{url}/tei")
    same, other = client.sentence_similarity("the blue sky", other_sentences=["the blue sky", "a cat"])
    assert same > other


def test_the_asynchronous_client_of_hugging_face_is_served_too(url, hub, made):
    async def ask() -> str:
        async with hub.AsyncInferenceClient(model=f"{url}/tgi") as client:
            return "".join([part async for part in await client.text_generation("hi", stream=True)])

    assert asyncio.run(ask()) == made(hub.InferenceClient, model=f"{url}/tgi").text_generation("hi")
