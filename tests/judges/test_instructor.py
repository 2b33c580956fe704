"""Instructor in front of a server without a script: every way it asks for a structured answer gets one that validates."""

from __future__ import annotations

from typing import Literal

import pytest

instructor = pytest.importorskip("instructor")
pydantic = pytest.importorskip("pydantic")

QUESTION = [{"role": "user", "content": "Jane is 34 and an admin. Answer in json."}]


class Person(pydantic.BaseModel):
    name: str
    age: int
    role: Literal["admin", "user"]
    email: str | None = None
    tags: list[str] = pydantic.Field(default_factory=list)


def check(person: Person) -> None:
    assert isinstance(person, Person)
    assert (person.age, person.role) == (34, "admin")


@pytest.mark.parametrize("mode", ["TOOLS", "TOOLS_STRICT", "JSON", "JSON_SCHEMA", "MD_JSON", "RESPONSES_TOOLS"])
def test_openai(plain, mode):
    import openai

    client = instructor.from_openai(openai.OpenAI(base_url=plain.openai_url, max_retries=0), mode=instructor.Mode[mode])
    check(client.chat.completions.create(model="gpt-4o-mini", response_model=Person, messages=QUESTION, max_retries=0))


@pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA"])
def test_openai_piece_by_piece(plain, mode):
    import openai

    client = instructor.from_openai(openai.OpenAI(base_url=plain.openai_url, max_retries=0), mode=instructor.Mode[mode])
    pieces = list(client.create_partial(model="gpt-4o-mini", response_model=Person, messages=QUESTION, max_retries=0))
    assert len(pieces) > 2
    assert pieces[-1].age == 34


def test_openai_several_at_once(plain):
    import openai

    client = instructor.from_openai(openai.OpenAI(base_url=plain.openai_url, max_retries=0), mode=instructor.Mode.TOOLS)
    people = list(client.create_iterable(model="gpt-4o-mini", response_model=Person, messages=QUESTION, max_retries=0))
    assert people
    assert all(isinstance(person, Person) for person in people)


@pytest.mark.parametrize("mode", ["ANTHROPIC_TOOLS", "ANTHROPIC_JSON"])
def test_anthropic(plain, mode):
    anthropic = pytest.importorskip("anthropic")
    client = instructor.from_anthropic(anthropic.Anthropic(base_url=plain.url, max_retries=0), mode=instructor.Mode[mode])
    check(client.create(model="claude-sonnet-4-5", max_tokens=500, response_model=Person, messages=QUESTION, max_retries=0))


@pytest.mark.parametrize("mode", ["GENAI_TOOLS", "GENAI_STRUCTURED_OUTPUTS"])
def test_gemini(plain, mode):
    genai = pytest.importorskip("google.genai")
    pytest.importorskip("jsonref")
    source = genai.Client(api_key="any", http_options={"base_url": plain.url})
    client = instructor.from_genai(source, mode=instructor.Mode[mode])
    check(client.create(model="gemini-2.5-flash", response_model=Person, messages=QUESTION, max_retries=0))


def test_an_answer_that_does_not_validate_is_asked_for_again(plain):
    import openai

    with plain.session() as session:
        session.on().replies({"json": {"name": "Jane"}}, {"json": {"name": "Jane", "age": 34, "role": "admin"}})
        source = openai.OpenAI(base_url=session.openai_url, default_headers=session.headers, max_retries=0)
        client = instructor.from_openai(source, mode=instructor.Mode.JSON)
        check(client.create(model="gpt-4o-mini", response_model=Person, messages=QUESTION, max_retries=2))
        assert len(session.calls) == 2
