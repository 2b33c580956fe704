"""What searching models cite: the links of their text."""

from __future__ import annotations

import pytest

from understudy.dialects.openai.citations import citations

SEARCH = "gpt-4o-search-preview"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "It rains ([a.test](https://a.test/x?y=1)). So ([b](http://b.test)).",
            ["([a.test](https://a.test/x?y=1))", "([b](http://b.test))"],
        ),
        ("See [a](https://a.test) (or not)", ["[a](https://a.test)"]),
        ("Ünder ☂ ([a](https://a.test))", ["([a](https://a.test))"]),
        ("no (link), [none](ftp://a), [x] (https://a.test)", []),
    ],
)
def test_indices_span_the_links(text, spans):
    found = [each["url_citation"] for each in citations(text)]
    assert [text[each["start_index"] : each["end_index"]] for each in found] == spans
    assert all(f"[{each['title']}]({each['url']})" in text for each in found)


def test_a_searching_model_cites_what_it_makes_up_and_what_a_rule_tells(ask, chat, engine):
    message = ask(chat("Who won the cup?", SEARCH)).json["choices"][0]["message"]
    cited = [each["url_citation"]["url"] for each in message["annotations"]]
    assert len(cited) == 2
    assert all(url in message["content"] for url in cited)
    told = engine("rules: [{when: {tools: web_search}, reply: 'Told ([a](https://a.test)).'}]")
    message = ask(chat("Who won the cup?", SEARCH), to=told).json["choices"][0]["message"]
    assert [each["url_citation"]["url"] for each in message["annotations"]] == ["https://a.test"]


def test_the_size_and_the_place_of_a_search_are_heeded(ask, chat):
    place = {"type": "approximate", "approximate": {"city": "Lyon", "country": "FR"}}
    for size, count in (("low", 1), ("medium", 2), ("high", 3)):
        options = {"search_context_size": size, "user_location": place}
        message = ask(chat("Who won?", SEARCH, web_search_options=options)).json["choices"][0]["message"]
        assert len(message["annotations"]) == count
        assert "near Lyon, FR" in message["content"]


def test_its_own_tool_costs_no_tokens_and_is_not_called(ask, chat):
    found = ask(chat("search the web", SEARCH, web_search_options={})).json
    assert found["usage"]["prompt_tokens"] == ask(chat("search the web", "gpt-4o")).json["usage"]["prompt_tokens"]
    assert found["choices"][0]["finish_reason"] == "stop"


def test_streams_and_other_models_cite_nothing(ask, chat, engine):
    told = engine("rules: [{when: {model: '*'}, reply: 'Told ([a](https://a.test)).'}]")
    assert ask(chat("hi"), to=told).json["choices"][0]["message"]["annotations"] == []
    chunks = ask(chat("hi", SEARCH, stream=True), to=told).chunks
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "Told ([a](https://a.test))."
    assert not any("annotations" in chunk["choices"][0]["delta"] for chunk in chunks)


def test_a_text_that_was_set_stands(ask, chat, engine):
    message = ask(chat("hi", SEARCH), to=engine(reply="mine")).json["choices"][0]["message"]
    assert (message["content"], message["annotations"]) == ("mine", [])
