"""The official Python client: legacy completions, embeddings, models, raw answers, many at once."""

from __future__ import annotations

import asyncio
import math

import openai
import pytest

pytestmark = pytest.mark.sdk

USER = [{"role": "user", "content": "hello"}]


def test_completion(client):
    answer = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Say", max_tokens=100)
    assert answer.object == "text_completion"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].text


def test_a_completion_has_the_default_length_of_the_api(client):
    answer = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Say")
    assert (answer.choices[0].finish_reason, answer.usage.completion_tokens) == ("length", 16)


def test_completions_of_several_prompts(client):
    answer = client.completions.create(model="gpt-3.5-turbo-instruct", prompt=["a", "b"], n=2)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]


def test_a_streamed_completion(plain, connect):
    # The strict client refuses the API's own stream: its type of finish_reason has no null, the API sends one.
    client = connect(plain, _strict_response_validation=False)
    chunks = list(client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Say", max_tokens=100, stream=True))
    whole = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Say", max_tokens=100)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
    assert chunks[-1].choices[0].finish_reason == "stop"


@pytest.fixture
def lenient(plain, connect):
    """A client that is not strict: the strict one checks vectors before it has unpacked them, whoever sent them."""
    return connect(plain, _strict_response_validation=False)


def test_embeddings_come_as_base64_by_default_and_as_floats_on_request(client, lenient):
    texts = ["one", "two"]
    packed = lenient.embeddings.create(model="text-embedding-3-small", input=texts)
    plain = client.embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")
    assert [item.index for item in packed.data] == [0, 1]
    assert [len(item.embedding) for item in packed.data] == [1536, 1536]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, rel=1e-6)
    assert packed.usage.total_tokens == plain.usage.total_tokens == 2


def test_embeddings_have_the_dimensions_asked_for_and_length_one(lenient):
    vector = lenient.embeddings.create(model="text-embedding-3-large", input="one", dimensions=256).data[0].embedding
    assert len(vector) == 256
    assert math.hypot(*vector) == pytest.approx(1, rel=1e-3)


def test_embeddings_of_tokens(lenient):
    assert len(lenient.embeddings.create(model="text-embedding-3-small", input=[[1, 2], [3]]).data) == 2


def test_models(client, serve, connect):
    names = [model.id for model in client.models.list()]
    assert "gpt-4o-mini" in names
    assert client.models.retrieve("gpt-4o-mini").id == "gpt-4o-mini"
    closed = connect(serve(only_listed_models=True))
    with pytest.raises(openai.NotFoundError) as caught:
        closed.models.retrieve("no-such-model")
    assert caught.value.code == "model_not_found"


def test_headers_and_the_decision_that_reproduces_a_body(serve, connect):
    raw = connect(serve("settings: {reply: generate}", repeat="vary")).chat.completions.with_raw_response
    first = raw.create(model="gpt-4o", messages=USER)
    token = first.headers["x-understudy-decision"]
    other = raw.create(model="gpt-4o", messages=USER)
    again = raw.create(model="gpt-4o", messages=USER, extra_headers={"X-Understudy-Decision": token})
    assert first.headers["x-request-id"].startswith("req_")
    assert int(first.headers["openai-processing-ms"]) >= 0
    assert int(first.headers["x-ratelimit-remaining-requests"]) >= 0
    assert first.parse().choices[0].message.content != other.parse().choices[0].message.content
    assert again.parse().choices[0].message.content == first.parse().choices[0].message.content
    assert first.headers["x-request-id"] != again.headers["x-request-id"]


def test_fifty_at_once_on_one_loop(plain):
    async def ask(client: openai.AsyncOpenAI, i: int) -> str:
        answer = await client.chat.completions.create(model="gpt-4o", messages=USER, stream=bool(i % 2))
        if i % 2:
            return "".join([chunk.choices[0].delta.content or "" async for chunk in answer])
        return answer.choices[0].message.content

    async def ask_all() -> list[str]:
        async with openai.AsyncOpenAI(
            base_url=plain.openai_url, api_key="any", max_retries=0, _strict_response_validation=True
        ) as client:
            return await asyncio.gather(*(ask(client, i) for i in range(50)))

    answers = asyncio.run(ask_all())
    assert len(answers) == 50
    assert set(answers) == {"Hello! I'm a mock LLM response. How can I help you today?"}
