"""Instructor in front of a server without a script: every way it asks for a structured answer gets one that validates."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

import pytest

instructor = pytest.importorskip("instructor")

ASKED = [{"role": "user", "content": "Jane is 34 and an admin. Answer in json."}]
OPENAI = ("openai.OpenAI", "from_openai")
# a client, what Instructor wraps it with, where below the server its provider is, the model, and the ways of asking for a form
PROVIDERS: dict[str, tuple[tuple[str, str], str, str, tuple[str, ...]]] = {
    "openai": (OPENAI, "/v1", "gpt-4o-mini", ("TOOLS", "TOOLS_STRICT", "JSON", "JSON_O1", "JSON_SCHEMA", "MD_JSON")),
    "responses": (OPENAI, "/v1", "gpt-4o-mini", ("RESPONSES_TOOLS", "RESPONSES_TOOLS_WITH_INBUILT_TOOLS")),
    "deepseek": (OPENAI, "/deepseek", "deepseek-chat", ("TOOLS", "MD_JSON")),
    "vllm": (OPENAI, "/vllm/v1", "meta-llama/Llama-3.1-8B-Instruct", ("TOOLS", "JSON_SCHEMA")),
    "together": (OPENAI, "/together/v1", "Qwen/Qwen2.5-7B-Instruct-Turbo", ("TOOLS", "JSON_SCHEMA")),
    "ollama": (OPENAI, "/v1", "llama3.1", ("TOOLS", "JSON")),
    "openrouter": (OPENAI, "/openrouter/api/v1", "openai/gpt-4o-mini", ("TOOLS", "JSON_SCHEMA")),
    "anthropic": (
        ("anthropic.Anthropic", "from_anthropic"),
        "",
        "claude-sonnet-4-5",
        ("ANTHROPIC_TOOLS", "ANTHROPIC_JSON"),
    ),
    "groq": (("groq.Groq", "from_groq"), "/groq", "llama-3.3-70b-versatile", ("TOOLS", "MD_JSON")),
    "mistral": (
        ("mistralai.client.Mistral", "from_mistral"),
        "/mistral",
        "mistral-large-latest",
        ("TOOLS", "JSON_SCHEMA", "MD_JSON"),
    ),
    "cohere": (("cohere.ClientV2", "from_cohere"), "", "command-a-03-2025", ("TOOLS", "JSON_SCHEMA", "MD_JSON")),
    "gemini": (("google.genai.Client", "from_genai"), "", "gemini-2.5-flash", ("GENAI_TOOLS", "GENAI_STRUCTURED_OUTPUTS")),
    "bedrock": (
        ("boto3.client", "from_bedrock"),
        "",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ("BEDROCK_TOOLS", "BEDROCK_JSON"),
    ),
}
CASES = [(name, mode) for name, (*_, modes) in PROVIDERS.items() for mode in modes]
# whose streams Instructor reads piece by piece
STREAMS = [("openai", "TOOLS"), ("openai", "JSON_SCHEMA"), ("responses", "RESPONSES_TOOLS"), ("anthropic", "ANTHROPIC_TOOLS")]


def told(client: str, url: str) -> dict[str, Any]:
    """How a client learns where the server is."""
    if client == "boto3.client":
        return {"service_name": "bedrock-runtime", "endpoint_url": url, "region_name": "us-east-1"}
    if client == "google.genai.Client":
        return {"api_key": "any", "http_options": {"base_url": url}}
    if client == "mistralai.client.Mistral":
        return {"api_key": "any", "server_url": url}
    return {"api_key": "any", "base_url": url}


@pytest.fixture
def client(plain) -> Callable[..., Any]:
    def make(provider: str, mode: str, without_waiting: bool = False) -> Any:
        (source, wrap), path, model, _ = PROVIDERS[provider]
        home, _, kind = source.rpartition(".")
        made = getattr(pytest.importorskip(home), f"Async{kind}" if without_waiting else kind)
        wrapped = getattr(instructor, wrap, None)
        if wrapped is None:
            wrapped = getattr(importlib.import_module(f"instructor.v2.providers.{wrap.removeprefix('from_')}.client"), wrap)
        return wrapped(made(**told(source, plain.url + path)), mode=instructor.Mode[mode], model=model)

    return make


@pytest.fixture
def wishes(person) -> dict[str, Any]:
    return {"response_model": person, "messages": ASKED, "max_retries": 0}


def of(provider: str) -> dict[str, Any]:
    """What a provider must be told with each question."""
    return {"model": PROVIDERS[provider][2]} | ({"max_tokens": 500} if provider == "anthropic" else {})


@pytest.fixture
def check(person) -> Callable[[Any], None]:
    def check(found: Any) -> None:
        assert isinstance(found, person)
        assert (found.age, found.role) == (34, "admin")

    return check


@pytest.mark.parametrize(("provider", "mode"), CASES)
def test_an_answer_validates(client, wishes, check, provider, mode):
    check(client(provider, mode).create(**wishes, **of(provider)))


@pytest.mark.parametrize(("provider", "mode"), STREAMS)
def test_an_answer_grows_piece_by_piece(client, wishes, check, provider, mode):
    pieces = list(client(provider, mode).create_partial(**wishes, **of(provider)))
    assert len(pieces) > 2
    assert (pieces[-1].age, pieces[-1].role) == (34, "admin")


@pytest.mark.parametrize(("provider", "mode"), STREAMS[:2])
def test_several_answers_come_at_once(client, wishes, person, provider, mode):
    people = list(client(provider, mode).create_iterable(**wishes, **of(provider)))
    assert people
    assert all(isinstance(each, person) for each in people)


@pytest.mark.parametrize(("provider", "mode"), [("openai", "TOOLS"), ("anthropic", "ANTHROPIC_TOOLS"), ("groq", "TOOLS")])
def test_without_waiting_for_each_other(client, wishes, check, provider, mode):
    check(asyncio.run(client(provider, mode, without_waiting=True).create(**wishes, **of(provider))))


def test_an_answer_that_does_not_validate_is_asked_for_again(plain, wishes, check):
    import openai

    with plain.session() as session:
        session.on().replies({"json": {"name": "Jane"}}, {"json": {"name": "Jane", "age": 34, "role": "admin"}})
        source = openai.OpenAI(base_url=session.openai_url, default_headers=session.headers, max_retries=0)
        again = instructor.from_openai(source, mode=instructor.Mode.JSON)
        check(again.create(model="gpt-4o-mini", **wishes | {"max_retries": 2}))
        assert len(session.calls) == 2
